"""Reading what is to be verified: every file may be hostile, and a broken one is a finding."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.publication.tables import unguard

MOST_BYTES = 1 << 30
"""The largest file that is read into memory."""


class ReadingError(Exception):
    """A file that cannot be read as what it should be: which file, and why."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)
        self.file = file
        self.why = why


def read_bytes(folder: Path, name: str) -> bytes:
    """A file of a bundle; ReadingError where it is missing, a link, no file, or too large."""
    path = folder / name
    try:
        if path.is_symlink() or not path.is_file():
            raise ReadingError(name, "no such file")
        if path.stat().st_size > MOST_BYTES:
            raise ReadingError(name, "too large")
        return path.read_bytes()
    except OSError as error:
        raise ReadingError(name, str(error)) from error


def read_text(folder: Path, name: str) -> str:
    """A file of a bundle as UTF-8 text."""
    try:
        return read_bytes(folder, name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadingError(name, f"not UTF-8 at byte {error.start}") from error


def parse_json(file: str, text: str) -> Any:
    """A JSON document of whole numbers only, in which no key stands twice."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_whole,
        )
    except (ValueError, RecursionError) as error:
        raise ReadingError(file, str(error) or type(error).__name__) from error


def read_json(folder: Path, name: str) -> Any:
    """A JSON file of a bundle."""
    return parse_json(name, read_text(folder, name))


def read_table(folder: Path, name: str) -> list[list[str]]:
    """The rows of a CSV file of a bundle, headings first, guards taken off."""
    text = read_text(folder, name).removeprefix("\ufeff")
    limit = csv.field_size_limit(len(text) + 1)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ReadingError(name, str(error)) from error
    finally:
        csv.field_size_limit(limit)
    return [[unguard(cell) for cell in row] for row in rows]


Shape = Any
"""What a document should look like: a type or tuple of types, a mapping of keys, a list of one."""


def misshapen(document: Any, shape: Shape, where: str = "") -> tuple[str, str, str] | None:
    """The first place at which a document does not have a shape: path, expected, found.

    A shape is a type, or a tuple of shapes of which one must fit; None; a mapping from every key to
    its shape (no other keys); a list with the shape of each element; or a set of allowed texts.
    """
    if isinstance(shape, Mapping):
        if not isinstance(document, dict):
            return where, "object", _kind(document)
        for key in sorted(shape.keys() | document.keys()):
            here = f"{where}.{key}" if where else str(key)
            if key not in shape:
                return here, "(nothing)", _kind(document[key])
            if key not in document:
                return here, "a value", "(nothing)"
            found = misshapen(document[key], shape[key], here)
            if found:
                return found
        return None
    if isinstance(shape, list):
        if not isinstance(document, list):
            return where, "list", _kind(document)
        for place, element in enumerate(document):
            found = misshapen(element, shape[0], f"{where}[{place}]")
            if found:
                return found
        return None
    if isinstance(shape, tuple):
        tried = [misshapen(document, one, where) for one in shape]
        # The last shape is the fullest: what it misses tells most.
        return None if None in tried else tried[-1]
    if isinstance(shape, frozenset):
        return (
            None
            if isinstance(document, str) and document in shape
            else (where, " | ".join(sorted(shape)), str(document)[:80])
        )
    if shape is None:
        return None if document is None else (where, "null", _kind(document))
    return None if type(document) is shape else (where, shape.__name__, _kind(document))


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document


def _no_number(text: str) -> Any:
    raise ValueError(f"not a whole number: {text[:40]}")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) >= 1 << 53:
        raise ValueError(f"too large a number: {text[:40]}")
    return int(text)
