"""Workbooks for people: sheets of text that print on A4, written row by row in little memory.

XlsxWriter makes the workbook with everything but its rows; the rows go straight into the archive,
since forms of a large draw have millions of cells. Names are untrusted: every cell is text and no
cell a formula, and a page's foot gets no character that begins a code there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say

MOST_ROWS = 1_000_000
"""Rows of a sheet, a little less than a workbook may hold."""

MOST_BREAKS = 1_000
"""Page breaks of a sheet, a little less than Excel takes (1,026)."""

_MOST_CHARACTERS = 32_767  # of a cell, in UTF-16
_MOST_HEADER = 200  # characters of a page header, of the 255 that a workbook may hold
_A4 = 9
_EPOCH = datetime(2000, 1, 1)
_FONTS = {"zh": "SimSun", "en": "Calibri"}
_ROW_HEIGHT = 409.0  # points, the most that Excel takes
_LINE = 14.5  # points that a line of text takes
_PIECE = 1 << 16  # characters of a sheet written at a time

Row = tuple[str | Sequence[str], float, Sequence[str]]
"""Looks (one for all cells, or each its own), height in points (0: by what it holds), texts."""


@dataclass
class _Sheet:
    """A sheet whose rows come later: how many there will be, and what makes them."""

    sheet: Any
    rows: Iterable[Row]
    size: int
    widths: Sequence[float]


@dataclass
class Book:
    """A workbook with the formats that its sheets share, in one language (zh or en)."""

    language: str
    _shell: io.BytesIO = field(default_factory=io.BytesIO)
    _sheets: list[_Sheet] = field(default_factory=list)
    _words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        import xlsxwriter

        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._shell, options)
        # A fixed moment: the same draw gives the same file on any day.
        self._book.set_properties({"created": _EPOCH})
        text = {
            "font_name": _FONTS[self.language], "font_size": 10.5,
            "num_format": "@", "valign": "vcenter",
        }  # fmt: skip
        boxed = {**text, "text_wrap": True, "border": 1}
        self.formats = {
            name: self._book.add_format(looks)
            for name, looks in {
                "title": {**text, "bold": True, "font_size": 16, "align": "center_across"},
                "heading": {**text, "bold": True, "font_size": 16, "align": "center",
                            "text_wrap": True},
                "text": {**text, "text_wrap": True},
                "right": {**text, "align": "right"},
                "head": {**boxed, "bold": True, "bg_color": "#EDEDED", "align": "center"},
                "label": {**boxed, "bold": True, "bg_color": "#EDEDED"},
                "cell": boxed,
                "centre": {**boxed, "align": "center"},
                "date": {**boxed, "align": "right"},
            }.items()
        }  # fmt: skip

    def say(self, name: str) -> str:
        """The forms' word for `name`."""
        if name not in self._words:
            self._words[name] = say(f"forms.{name}", self.language)
        return self._words[name]

    # Many parameters: the parts of a sheet, said once.
    def sheet(
        self,
        name: str,
        widths: Sequence[float],
        title: str,
        rows: Iterable[Row],
        size: int,
        *,
        wide: bool = False,
        head: int | None = None,
    ) -> Any:
        """A new sheet of `size` rows that prints on A4, the title and the page's number at its
        foot; what XlsxWriter can set of it.

        It is made as narrow as the page, which is turned where it is `wide`; `head` is the row that
        every page begins with and that stays while one scrolls. Programs that do not have the fonts
        take columns to be wider than they are.
        """
        sheet = self._book.add_worksheet(name)
        if not self._sheets:
            for column, looks in enumerate(self.formats.values()):
                sheet.write_string(0, column, "", looks)
                sheet.write_blank(0, column, None, looks)
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)  # no number of pages: page breaks stay
        if wide:
            sheet.set_landscape()
        shown = plain(title)[:_MOST_HEADER].replace("&", "＆")
        sheet.set_footer(f"&L{shown}&R{self.say('page')} &P / &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if head is not None:
            sheet.freeze_panes(head + 1, 0)
            sheet.repeat_rows(head)
        self._sheets.append(_Sheet(sheet, rows, size, widths))
        return sheet

    def write(self, path: Path | BinaryIO) -> None:
        """Write the workbook into a file; the rows of its sheets are made meanwhile."""
        self._book.close()
        with ZipFile(self._shell) as shell, ZipFile(path, "w", ZIP_DEFLATED) as archive:
            sheets = {
                f"xl/worksheets/sheet{number}.xml": sheet
                for number, sheet in enumerate(self._sheets, 1)
            }
            first = shell.read("xl/worksheets/sheet1.xml").decode()
            numbers = re.findall(r'<c r="[A-Z]+1" s="(\d+)"/>', first)
            styles = dict(zip(self.formats, numbers, strict=True))
            for part in shell.infolist():
                info = ZipInfo(part.filename, part.date_time)
                info.compress_type = ZIP_DEFLATED
                info.external_attr = part.external_attr
                sheet = sheets.get(part.filename)
                if sheet is None:
                    archive.writestr(info, shell.read(part))
                    continue
                xml = shell.read(part).decode()
                with archive.open(info, "w", force_zip64=sheet.size > MOST_ROWS // 2) as file:
                    for piece in _sheet_pieces(xml, sheet, styles):
                        file.write(piece)


def across(looks: str, text: str, widths: Sequence[float]) -> Row:
    """A row with one text across all columns, which are to be merged; a heading's is larger."""
    scale = 1.6 if looks == "heading" else 1.0
    return looks, scale * height(text, sum(widths) / scale), [text, *[""] * (len(widths) - 1)]


@contextmanager
def writing(path: Path, language: str) -> Iterator[Book]:
    """A workbook to be filled; it is written where that went well, and whole or not at all."""
    book = Book(language)
    yield book
    try:
        book.write(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def cell(value: Any) -> str:
    """A value as the text of a cell: nothing hidden in it, and no longer than a cell may be."""
    text = _NO_CHARACTERS.sub("\ufffd", plain("" if value is None else str(value)))
    if len(text) * 2 <= _MOST_CHARACTERS:
        return text
    units = text.encode("utf-16-le")[: 2 * _MOST_CHARACTERS]
    return units.decode("utf-16-le", "ignore")


@lru_cache(maxsize=1 << 13)
def height(text: str, columns: float, least: float = 18.0) -> float:
    """The height in points of a cell so many characters wide, a Chinese one taking two."""
    room = max(1, int(columns) - 1)
    lines = sum(max(1, -(-_wide(line) // room)) for line in text.split("\n"))
    return min(_ROW_HEIGHT, max(least, _LINE * lines + 3.5))


def _wide(text: str) -> int:
    """How many characters of a narrow width a text takes: two for what is none of ASCII."""
    return len(text) if text.isascii() else len(text) + len(_NOT_NARROW.findall(text))


_NOT_NARROW = re.compile("[^\x00-\u2e7f]")
_SHEET_DATA = re.compile(r"<sheetData\b.*</sheetData>|<sheetData/>", re.DOTALL)
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')
# What a reader would take for an escaped character, and the two that no XML may hold.
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _sheet_pieces(xml: str, sheet: _Sheet, styles: Mapping[str, str]) -> Iterator[bytes]:
    """A sheet as UTF-8: what XlsxWriter made of it, with the rows in their place."""
    last = f"{_LETTERS[len(sheet.widths) - 1]}{max(1, sheet.size)}"
    xml = _DIMENSION.sub(f'<dimension ref="A1:{last}"/>', xml, count=1)
    begin, end = _SHEET_DATA.split(xml, maxsplit=1)
    waiting, size = [begin, "<sheetData>"], 0
    for number, row in enumerate(sheet.rows, 1):
        waiting.append(_row(number, row, styles, sheet.widths))
        size += len(waiting[-1])
        if size >= _PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join([*waiting, "</sheetData>", end]).encode()


def _row(number: int, row: Row, styles: Mapping[str, str], widths: Sequence[float]) -> str:
    looks, points, texts = row
    points = points or max(map(height, texts, widths))
    each = [looks] * len(texts) if isinstance(looks, str) else looks
    cells = "".join(
        [
            f'<c r="{letter}{number}" s="{styles[look]}"{_content(text)}'
            for letter, look, text in zip(_LETTERS, each, texts, strict=False)
        ]
    )
    return f'<row r="{number}" ht="{points:g}" customHeight="1">{cells}</row>'


def _content(text: str) -> str:
    """The end of a cell's element with the text in it, never anything but a text."""
    return _known_content(text) if len(text) < _SHORT else _made_content(text)


def _made_content(text: str) -> str:
    if not text:
        return "/>"
    text = _CODED.sub("_x005F_", cell(text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'


_SHORT = 400  # characters of a text that is worth keeping, since it may come again
_known_content = lru_cache(maxsize=1 << 13)(_made_content)
