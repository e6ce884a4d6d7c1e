"""Reading what is to be verified: every file may be hostile, and a broken one is a finding."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from yaohao.planner.vocabulary.digest import canonical
from yaohao.planner.vocabulary.text import unguard

MOST_BYTES = 1 << 30
"""The largest file that is read into memory."""

MOST_FRAME = 1 << 36
"""The largest frame whose digest is taken; it is never read into memory whole."""

SMALL_BYTES = 1 << 20
"""The largest proof, list of digests, signature, key or time stamp that is read."""

MOST_VALUES = 1 << 24
"""Commas, colons, brackets and lines of a text, each of them some value to be held."""

_SMALL = ("SHA256SUMS", "SHA256SUMS.sig", "SHA256SUMS.pub", "SHA256SUMS.tsr", "secret")
_IN_PIECES = ("frame.parquet", "entities.jsonl", "earlier.json")
_BLOCK = 1 << 20
_DEEPEST = 32  # no document of ours nests deeper than a dozen levels


class ReadingError(Exception):
    """A file that cannot be read as what it should be: where, what was found, what was expected."""

    def __init__(self, file: str, why: str, expected: str = "a sound file") -> None:
        super().__init__(file, why)
        self.file = file
        self.why = why
        self.expected = expected


def read_bytes(folder: Path, name: str, most: int = MOST_BYTES) -> bytes:
    """A file of a bundle; ReadingError where it is missing, a link, no file, or too large."""
    most = SMALL_BYTES if name in _SMALL else most
    with opened(folder, name, most) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ReadingError(name, "too large")
    return content


def digest_of(folder: Path, name: str) -> str:
    """The SHA-256 of a file of a bundle, hex, taken piece by piece; raises as `read_bytes`."""
    digest = sha256()
    most = MOST_FRAME if name in _IN_PIECES else MOST_BYTES
    with opened(folder, name, most) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_in_lines(folder: Path, name: str) -> Iterator[str]:
    """The lines of a text file of a bundle with their line feeds, one after the other.

    ReadingError where it is missing, a link, no file, too large, no UTF-8, or has a line of more
    than a million bytes.
    """
    with opened(folder, name, MOST_FRAME) as file:
        number, held = 0, b""
        while piece := file.read(_BLOCK):
            held += piece
            whole = held.rfind(b"\n") + 1
            for line in _decoded(name, held[:whole], number):
                number += 1
                yield line
            held = held[whole:]
            if len(held) >= _BLOCK:
                raise ReadingError(name, f"line {number + 1} is too long")
        yield from _decoded(name, held, number)


def _decoded(name: str, lines: bytes, before: int) -> Iterator[str]:
    """Whole lines as texts; ReadingError with the number of the first that cannot be one."""
    try:
        texts = lines.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        number = before + 1 + lines.count(b"\n", 0, error.start)
        yield from _decoded(name, lines[: lines.rfind(b"\n", 0, error.start) + 1], before)
        raise ReadingError(name, f"not UTF-8 in line {number}") from error
    last = texts.pop()
    for number, text in enumerate(texts, before + 1):
        # As bytes it may be longer than as characters.
        if len(text) * 4 >= _BLOCK and len(text.encode("utf-8")) + 1 >= _BLOCK:
            raise ReadingError(name, f"line {number} is too long")
        yield f"{text}\n"
    if last:
        yield last


def holds_exactly(folder: Path, name: str, pieces: Iterable[bytes]) -> bool:
    """Whether a file of a bundle is these bytes, of which a piece is in memory at a time."""
    try:
        with opened(folder, name, MOST_BYTES) as file:
            return all(file.read(len(piece)) == piece for piece in pieces) and not file.read(1)
    except ReadingError:
        return False


@contextmanager
def opened(folder: Path, name: str, most: int) -> Iterator[IO[bytes]]:
    """A file of a bundle of at most so many bytes, open for reading; raises as `read_bytes`."""
    path = folder / name
    try:
        if path.is_symlink() or not path.is_file():
            raise ReadingError(name, "no such file")
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > most:
                raise ReadingError(name, "too large")
            yield file
    except OSError as error:
        raise ReadingError(name, str(error)) from error


def read_text(folder: Path, name: str, most: int = MOST_BYTES) -> str:
    """A file of a bundle as UTF-8 text; ReadingError also where it holds too many values."""
    return as_text(name, read_bytes(folder, name, most))


def as_text(name: str, content: bytes) -> str:
    """The content of a file as UTF-8 text; ReadingError also where it holds too many values."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadingError(name, f"not UTF-8 at byte {error.start}") from error
    if sum(map(text.count, ",:[{\n")) > MOST_VALUES:
        raise ReadingError(name, "holds more values than are read")
    return text


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
