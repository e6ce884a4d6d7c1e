"""Files of rows set aside, to be corrected and imported again: written, and recognised.

A spreadsheet program that opens such a file may turn codes into numbers. Each row has the number
under which it was set aside, so that its code can be had from there.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO

from yaohao.planner.register.columns import RETRY, ColumnMatch
from yaohao.planner.register.delimited import Chunk, Rejected
from yaohao.planner.register.file_probe import unreadable
from yaohao.planner.register.headings import heading_key
from yaohao.planner.register.values import normal
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import guard, unguard
from yaohao.planner.vocabulary.whole_folders import open_private
from yaohao.planner.wording.messages import say

Opened = Callable[[Path], AbstractContextManager[BinaryIO]]
"""Gives a file to be written, which appears whole or not at all."""

Earlier = Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]]
"""The rows that stand set aside under these numbers, from heading to text."""

MOST_ROWS = 1_000_000
"""Rows that a sheet is given, a little less than one may hold."""

_ID_FIELDS = ("entity_id", "inspector_id", "item_id")
_MOST_CHARACTERS = 32_767  # of a cell of a workbook
_LOST = 15  # digits of a number that a spreadsheet keeps
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_DIGITS = re.compile(r"[0-9]+")
_NUMBER_LIKE = re.compile(r"[0-9]+(?:[eE][0-9]{1,2})?")


def write_set_aside(
    rows: Iterable[Mapping[str, Any]], path: str | Path, opened: Opened = open_private
) -> int:
    """Write set-aside rows as CSV or as a workbook of texts, by the ending of `path` (``.csv``,
    ``.xlsx``), to be repaired and imported again; the number of rows written.

    `rows` have the keys of `SET_ASIDE_COLUMNS`, with `row` a mapping or JSON, and the number `no`
    under which they are kept (counted from 1 without). The file has the original headings and
    `RETRY`; a CSV is UTF-8 with byte order mark. `opened` gives a file that appears whole or not at
    all. Raises PlannerError where it cannot be written, and for another ending.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise refuse("mend_file.ending", file=path.name, found=path.suffix or path.name)
    records = [
        (one, json.loads(one["row"]) if isinstance(one["row"], str) else dict(one["row"]))
        for one in rows
    ]
    headings: dict[str, None] = {}
    for _, row in records:
        headings |= dict.fromkeys(row)
    table = [[*map(guard, headings), *RETRY]]
    for number, (one, row) in enumerate(records, 1):
        texts = [guard(row.get(heading, "")) for heading in headings]
        table.append([*texts, str(one.get("no", number)), str(one["line"]), guard(_explain(one))])
    if ending == ".xlsx":
        _check_fits(path, table)
    try:
        with opened(path) as raw:
            (_write_workbook if ending == ".xlsx" else _write_csv)(raw, table)
    except OSError as error:
        raise unreadable(path, error) from None
    return len(records)


def _explain(one: Mapping[str, Any]) -> str:
    words = say(f"intake.{one['reason']}", None, column=one["column"], found=one["found"])
    where = f"{one['column']}: " if one["column"] else ""
    return f"{one['reason']} ({where}{words})"


def _write_csv(raw: BinaryIO, table: Iterable[Sequence[str]]) -> None:
    file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    csv.writer(file, lineterminator="\r\n").writerows(table)
    file.detach()  # flushes, and leaves the file to be brought to the disk


def _check_fits(path: Path, table: Sequence[Sequence[str]]) -> None:
    long = any(
        len(text.encode("utf-16-le")) > 2 * _MOST_CHARACTERS for row in table for text in row
    )
    if len(table) > MOST_ROWS or len(table[0]) > 16_384 or long:
        raise refuse("mend_file.too-large", file=path.name)


def _write_workbook(raw: BinaryIO, table: Sequence[Sequence[str]]) -> None:
    """One sheet whose cells are texts, empty ones too: what is typed there stays as it is typed."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        raw,
        {
            "in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )  # fmt: skip
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"num_format": "@", "bold": True, "bg_color": "#EDEDED"})
    sheet = book.add_worksheet(say("mend_file.sheet"))
    sheet.set_column(0, len(table[0]) - 1, 20, text)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(table):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(line, column, cell, text if line else head)
    book.close()


def is_mend_file(path: Path) -> bool:
    """Whether a file is an earlier export of rows set aside, which may be overwritten."""
    import zipfile

    mark = RETRY[0].encode()
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
        if not head.startswith(b"PK"):
            return mark in head
        with zipfile.ZipFile(path) as book, book.open("xl/sharedStrings.xml") as texts:
            return mark in texts.read(1 << 20)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False


@dataclass(frozen=True)
class Returned:
    """A chunk without the columns and guards of an export, and the number of each of its rows."""

    chunk: Chunk
    numbers: Sequence[int | None] = ()

    def restored(self, columns: ColumnMatch, earlier: Earlier | None) -> tuple[Chunk, int]:
        """The chunk in which codes that a spreadsheet damaged are those of the rows that were set
        aside under the same numbers; and how many were.
        """
        import pyarrow as pa

        asked = sorted({number for number in self.numbers if number is not None})
        before = earlier(asked) if earlier and asked else {}
        if not before:
            return self.chunk, 0
        indexes = {columns.fields[name] for name in _ID_FIELDS if name in columns.fields}
        indexes |= {columns.second} if columns.second is not None else set()
        arrays = list(self.chunk.columns)
        mended = 0
        for index in sorted(indexes):
            heading = self.chunk.headings[index]
            texts = arrays[index].to_pylist()
            for at, number in enumerate(self.numbers):
                was = before.get(number, {}).get(heading, "") if number is not None else ""
                if is_damaged(texts[at], was):
                    texts[at] = was
                    mended += 1
            arrays[index] = pa.array(texts, pa.string())
        return replace(self.chunk, columns=arrays), mended


def returned(chunk: Chunk) -> Returned:
    """What a chunk is without the columns of an export of set-aside rows, where it has them."""
    import pyarrow as pa

    keys = [heading_key(heading) for heading in chunk.headings]
    service = [heading_key(name) for name in RETRY]
    if service[0] not in keys:
        return Returned(chunk)
    numbers = list(map(_number, chunk.columns[keys.index(service[0])].to_pylist()))
    keep = [index for index, key in enumerate(keys) if key not in service]
    rejected = [
        Rejected(
            one.line,
            one.reason,
            one.found,
            {
                unguard(name): unguard(text)
                for name, text in one.row.items()
                if heading_key(name) not in service
            },
            one.column,
        )
        for one in chunk.rejected
    ]
    return Returned(
        replace(
            chunk,
            headings=tuple(unguard(chunk.headings[index]) for index in keep),
            columns=[
                pa.array(list(map(unguard, chunk.columns[index].to_pylist())), pa.string())
                for index in keep
            ],
            rejected=rejected,
        ),
        numbers,
    )


def _number(text: str) -> int | None:
    plain = text.strip().removesuffix(".0")
    return int(plain) if plain.isdecimal() and len(plain) < 19 else None


def is_damaged(now: str, before: str) -> bool:
    """Whether a spreadsheet program can have made `now` out of the code `before`, by taking it for
    a number: leading zeros lost, digits after the fifteenth zero, or powers of ten.
    """
    plain = normal(now).replace(",", "").removesuffix(".0")
    code = normal(before)
    if plain == code or not _NUMBER_LIKE.fullmatch(code):
        return False
    try:
        value = Decimal(code)
        if _SCIENTIFIC.fullmatch(plain):
            shown = Decimal(plain)
            kept = len(shown.as_tuple().digits)
            return Context(prec=max(kept, 1)).plus(value) == shown
        if not _DIGITS.fullmatch(plain):
            return False
        return Decimal(plain) in (value, Context(prec=_LOST).plus(value))
    except InvalidOperation:
        return False
