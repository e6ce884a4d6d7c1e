"""What a workbook in the older format (.xls, MS-XLS) shows beside its values, and why one cannot be
read: a password, a format that is older still, no workbook at all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from yaohao.planner.register.compound_file import MAGIC, CompoundFile
from yaohao.planner.register.row_filter import NO_VALUE
from yaohao.planner.register.sheet_marks import SheetMarks, zero_format
from yaohao.planner.vocabulary.problems import PlannerError, refuse

_BOF, _EOF, _PASSWORD, _SHEET, _FORMAT, _STYLE = 0x809, 0x0A, 0x2F, 0x85, 0x41E, 0xE0
_ROW, _NUMBER, _RK, _RKS, _FAULT, _FORMULA = 0x208, 0x203, 0x27E, 0xBD, 0x205, 0x06
_BIFF8 = 0x600
_OF_FAULT, _OF_EMPTY = 2, 3  # kinds of a formula's result that is no number
_FAULTS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_DOCUMENTS = {
    "WordDocument": "Word", "PowerPoint Document": "PowerPoint", "VisioDocument": "Visio",
    "__properties_version1.0": "Outlook",
}  # fmt: skip


def is_old(path: Path) -> bool:
    """Whether a file is in the container of the older format."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def why_unreadable(path: Path) -> PlannerError | None:
    """Why such a file cannot be read as a workbook, None where that is not known."""
    try:
        container = CompoundFile(path)
        book = container.stream("Workbook") or container.stream("Book")
    except (OSError, ValueError, struct.error, IndexError):
        return None
    if not book:
        other = next((kind for name, kind in _DOCUMENTS.items() if name in container.entries), "")
        return refuse("sheet.document", file=path.name, found=other) if other else None
    for kind, _ in _records(book, 0):
        if kind == _PASSWORD:
            return refuse("intake.encrypted", file=path.name)
        if kind == _EOF:
            break
    return None


def old_marks_of(path: Path, sheet: str) -> SheetMarks:
    """What a sheet shows beside its values; nothing where the file is broken or of Excel 95."""
    marks = SheetMarks()
    try:
        book = CompoundFile(path).stream("Workbook")
        if len(book) < 6 or struct.unpack_from("<H", book, 4)[0] != _BIFF8:
            return marks
        formats: dict[int, str] = {}
        styles: list[int] = []
        begin = -1
        for kind, data in _records(book, 0):
            if kind == _FORMAT and len(data) >= 5:
                formats[struct.unpack_from("<H", data)[0]] = _text(data[2:], wide=True)
            elif kind == _STYLE and len(data) >= 4:
                styles.append(struct.unpack_from("<H", data, 2)[0])
            elif kind == _SHEET and len(data) >= 8 and _text(data[6:]) == sheet:
                (begin,) = struct.unpack_from("<I", data)
            elif kind == _EOF:
                break
        zeros = {
            number: formats[one]
            for number, one in enumerate(styles)
            if one in formats and zero_format(formats[one])
        }
        if begin >= 0:
            _look_through(_records(book, begin), zeros, marks)
    except (OSError, ValueError, struct.error, IndexError):
        return marks
    return marks


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _text(data: bytes, *, wide: bool = False) -> str:
    """A text with its number of characters before it, in two bytes where `wide`."""
    head = 2 if wide else 1
    count, flags = int.from_bytes(data[:head], "little"), data[head]
    if flags & 1:
        return data[head + 1 : head + 1 + 2 * count].decode("utf-16-le", "replace")
    return data[head + 1 : head + 1 + count].decode("latin-1")


def _look_through(
    records: Iterator[tuple[int, bytes]], zeros: dict[int, str], marks: SheetMarks
) -> None:
    for kind, data in records:
        if kind == _EOF:
            return
        if kind == _ROW and len(data) >= 14:
            row, options = struct.unpack_from("<H10xH", data)
            if options & 0x20:
                marks.hidden.add(row)
        elif kind in (_NUMBER, _RK, _FAULT, _FORMULA) and len(data) >= 8:
            row, column, style = struct.unpack_from("<HHH", data)
            if fault := _fault_of(kind, data):
                marks.faults.setdefault(row, {})[column] = fault
            elif style in zeros and kind != _FAULT:
                marks.zeros.setdefault(row, {})[column] = zeros[style]
        elif kind == _RKS and zeros:
            row, first = struct.unpack_from("<HH", data)
            for number in range((len(data) - 6) // 6):
                (style,) = struct.unpack_from("<H", data, 4 + 6 * number)
                if style in zeros:
                    marks.zeros.setdefault(row, {})[first + number] = zeros[style]


def _fault_of(kind: int, data: bytes) -> str:
    """What stands for the value that a cell does not have; "" where it has one."""
    if kind == _FAULT:
        return _FAULTS.get(data[6], "#N/A") if data[7] else ""
    if kind != _FORMULA or data[12:14] != b"\xff\xff":
        return ""
    if data[6] == _OF_FAULT:
        return _FAULTS.get(data[8], "#N/A")
    # Programs that write formulas and work none out leave an empty text that is to be worked out on
    # opening; Excel leaves the text alone where it is the result.
    is_open = data[6] == _OF_EMPTY and len(data) > 14 and bool(data[14] & 2)
    return NO_VALUE if is_open else ""
