"""The data of `index.html`, with a record that is told apart from it where it is the one meant."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

from yaohao.planner.publication.web_page.build import (
    CLOSE,
    FILE,
    OPEN,
    data_in_page,
    json_in_page,
    record_in_page,
)
from yaohao.planner.verification.pieces import OtherFormError, Source
from yaohao.planner.verification.reading import (
    MOST_BYTES,
    ReadingError,
    opened,
    parse_json,
    read_bytes,
)

_KEYS = ("due", "format", "files", "items", "ledger", "record", "regions", "signature")
_RECORD = b'"record":'
_HEAD = 4096
"""Bytes in which a page says in which zone it shows moments."""


def page_head(folder: Path) -> str:
    """The first characters of a page."""
    with opened(folder, FILE, MOST_BYTES) as file:
        return file.read(_HEAD).decode("utf-8", "replace")


def read_page(folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a page; ReadingError where it has none, or none in the stated form.

    Where the `record` in it is the one given, that very record stands in what is given back.
    """
    try:
        return _beside(folder, record)
    except OtherFormError:
        return _whole(folder)


def _whole(folder: Path) -> dict[str, Any]:
    content = read_bytes(folder, FILE)
    try:
        text = data_in_page(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReadingError(FILE, f"not UTF-8 at byte {error.start}") from error
    return _data(text or "")


def _data(text: str) -> dict[str, Any]:
    data = parse_json(FILE, text)
    if not isinstance(data, dict) or set(data) != set(_KEYS) or json_in_page(data) != text:
        raise ReadingError(FILE, "another form", "the data of a page, canonical")
    return data


def _beside(folder: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a page that holds the record; OtherFormError for another one."""
    token = token_hex(16)
    with opened(folder, FILE, MOST_BYTES) as file:
        source = Source(file)
        source.before(OPEN.encode())
        before = source.before(_RECORD)
        source.follow(piece.encode("utf-8") for piece in record_in_page(record))
        behind = source.before(CLOSE.encode())
    parts = (before, _RECORD, f'"{token}"'.encode(), behind)
    try:
        data = _data(b"".join(parts).decode("utf-8"))
    except (ReadingError, UnicodeDecodeError) as error:
        raise OtherFormError from error
    # What was followed is the record of the page, and nothing that looks like it elsewhere.
    if data["record"] != token or not _is_text(folder):
        raise OtherFormError
    return {**data, "record": record}


def _is_text(folder: Path) -> bool:
    """Whether a page is UTF-8."""
    decoder = getincrementaldecoder("utf-8")()
    try:
        with opened(folder, FILE, MOST_BYTES) as file:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
