"""Reading what is to be verified: every file may be hostile, and a broken one is a finding."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from planner.vocabulary.digest import canonical
from planner.vocabulary.text import unguard

MOST_BYTES = 1 << 30
"""The largest file that is read into memory."""

_DEEPEST = 32  # no document of ours nests deeper than a dozen levels


class ReadingError(Exception):
    """A file that cannot be read as what it should be: where, what was found, what was expected."""

    def __init__(self, file: str, why: str, expected: str = "a sound file") -> None:
        super().__init__(file, why)
        self.file = file
        self.why = why
        self.expected = expected


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
    """A JSON document that every reader takes alike.

    Numbers are whole and within 2^53, no key stands twice, no text holds half a character, and
    nothing nests deeper than any document of ours; ReadingError for another.
    """
    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_whole,
        )
        _look_through(document)
    except (ValueError, RecursionError) as error:
        raise ReadingError(file, str(error)[:160] or type(error).__name__) from error
    return document


def read_json(folder: Path, name: str) -> Any:
    """A JSON file of a bundle."""
    return parse_json(name, read_text(folder, name))


def read_canonical(folder: Path, name: str) -> Any:
    """A JSON file that is written in the one form there is: canonical JSON and a line feed."""
    text = read_text(folder, name)
    document = parse_json(name, text)
    if f"{canonical(document)}\n" != text:
        raise ReadingError(name, "not canonical JSON and one line feed")
    return document


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


def _look_through(document: Any) -> None:
    """ValueError where a document nests too deeply or holds half of a surrogate pair."""
    level = [document]
    for _ in range(_DEEPEST):
        texts = [value for value in level if isinstance(value, str)]
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                texts += value
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        "".join(texts).encode("utf-8")  # UnicodeEncodeError is a ValueError
        if not inner:
            return
        level = inner
    raise ValueError("nested too deeply")


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
