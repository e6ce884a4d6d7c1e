"""What a sheet of an OpenDocument workbook (.ods) shows beside its values: faults, hidden rows,
numbers shown with leading zeros, merged cells.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.parsers import expat

from yaohao.planner.register.row_filter import NO_VALUE
from yaohao.planner.register.sheet_marks import SheetMarks

_PIECE = 1 << 18
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
_ZEROS = re.compile(r"0[0-9]+")
_FORMAT_OF_ZEROS = "0"


def is_open_document(path: Path) -> bool:
    """Whether a file is an OpenDocument workbook, as far as its parts tell."""
    try:
        with zipfile.ZipFile(path) as book:
            return "content.xml" in book.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False


def open_marks_of(path: Path, sheet: str) -> SheetMarks:
    """What a sheet shows beside its values; what is broken is left to the reader proper to tell."""
    look = _Look(sheet)
    parser = expat.ParserCreate()
    parser.StartElementHandler = look.start
    parser.EndElementHandler = look.end
    parser.CharacterDataHandler = look.text
    parser.StartDoctypeDeclHandler = look.doctype
    try:
        with zipfile.ZipFile(path) as book, book.open("content.xml") as file:
            while piece := file.read(_PIECE):
                parser.Parse(piece)
    except (
        zipfile.BadZipFile, OSError, KeyError, ValueError, NotImplementedError, RuntimeError,
        EOFError, expat.ExpatError,
    ):  # fmt: skip
        return look.marks
    return look.marks


class _Look:
    """The handlers of a parser, which note the marks of one sheet."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.marks = SheetMarks()
        self.inside = False
        self.row = self.column = 0
        self.rows = self.columns = 1
        self.shown: list[str] | None = None
        self.fault = False
        self.is_open = False

    def doctype(self, *_: Any) -> None:
        """Refuse a document with a type of its own: it could define texts without end."""
        raise ValueError("doctype")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note where we are, and what the attributes of a row or cell say."""
        if name == "table:table":
            self.inside = attributes.get("table:name") == self.sheet
            self.row = 0
        elif not self.inside:
            return
        elif name == "table:table-row":
            self.column = 0
            self.rows = _count(attributes, "table:number-rows-repeated", _MOST_ROWS)
            hidden = attributes.get("table:visibility", "visible") != "visible"
            if hidden and self.rows < _MOST_ROWS // 2:
                self.marks.hidden.update(range(self.row, self.row + self.rows))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.columns = _count(attributes, "table:number-columns-repeated", _MOST_COLUMNS)
            self.fault = attributes.get("calcext:value-type") == "error"
            kind = attributes.get("office:value-type")
            # A formula that was never worked out has no type of its value, or none of a number.
            has_value = any(name.endswith("value") for name in attributes)
            self.is_open = "table:formula" in attributes and (
                kind is None or (kind not in ("string", "void") and not has_value)
            )
            if self.fault or self.is_open or kind == "float":
                self.shown = []
            across = _count(attributes, "table:number-columns-spanned", _MOST_COLUMNS)
            down = _count(attributes, "table:number-rows-spanned", _MOST_ROWS)
            if across > 1 or down > 1:
                last = (self.row + down - 1, self.column + across - 1)
                self.marks.merged.append(((self.row, self.column), last))

    def text(self, data: str) -> None:
        """Collect what a cell shows."""
        if self.shown is not None:
            self.shown.append(data)

    def end(self, name: str) -> None:
        """Note the marks of a cell that ends here."""
        if not self.inside:
            return
        if name == "table:table-row":
            self.row += self.rows
        elif name in ("table:table-cell", "table:covered-table-cell"):
            shown = "".join(self.shown or ()).strip()
            is_fault = self.fault or self.is_open
            marks = self.marks.faults if is_fault else self.marks.zeros
            text = shown or (NO_VALUE if self.is_open else "#N/A")
            if not is_fault:
                text = _FORMAT_OF_ZEROS * len(shown) if _ZEROS.fullmatch(shown) else ""
            if text and self.rows * self.columns <= _MOST_COLUMNS:
                for row in range(self.row, self.row + self.rows):
                    for column in range(self.column, self.column + self.columns):
                        marks.setdefault(row, {})[column] = text
            self.column += self.columns
            self.shown = None
            self.fault = self.is_open = False


def _count(attributes: dict[str, str], name: str, most: int) -> int:
    text = attributes.get(name, "1")
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 9 else 1
