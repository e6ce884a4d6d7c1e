"""What a sheet of an .xlsx shows that its values do not tell: faults, formulas that were never
worked out, hidden rows, numbers shown with leading zeros.

The reader of workbooks gives an empty cell for the first two, and a bare number for the last. The
sheet's XML is looked through in pieces, of which only those that hold any such thing are taken
apart. What is broken there is no error: the reader proper says so.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from typing import IO
from xml.etree import ElementTree

from yaohao.planner.register.row_filter import NO_VALUE

_PIECE = 1 << 20
_LONGEST_ROW = 1 << 26  # bytes; a row of 16,384 cells has some 2 MB
_SMALL_PART = 1 << 25  # bytes of the styles, or of the list of sheets

_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*?)(/?)>")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*?)/?>")
_PLACE = re.compile(rb"""\sr=["']([A-Z]*)([0-9]{1,7})["']""")
_KIND = re.compile(rb"""\st=["'](\w+)["']""")
_STYLE = re.compile(rb"""\ss=["']([0-9]{1,6})["']""")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")
_FAULTY = (b't="e"', b"t='e'")
_HIDING = b"hidden="
_END = re.compile(rb"</(?:\w+:)?c>")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_NO_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TOKENS = re.compile(r'0|"[^"]*"|\\.|[-/ ()]')


@dataclass
class SheetMarks:
    """What a sheet shows beside its values; rows and columns count from 0.

    `faults` are the texts that stand in for a value, `zeros` the formats of numbers that are shown
    with leading zeros; both by row and column. `merged` are the merged ranges, first and last cell,
    where the reader of workbooks does not tell them.
    """

    faults: dict[int, dict[int, str]] = field(default_factory=dict)
    zeros: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def marks_of(path: Path, sheet: str) -> SheetMarks:
    """What a sheet of a workbook shows beside its values; nothing for another kind of workbook."""
    marks = SheetMarks()
    try:
        with zipfile.ZipFile(path) as book:
            part = _part_of(book, sheet)
            if part:
                with book.open(part) as file:
                    _look_through(file, _zero_styles(book), marks)
    except (
        zipfile.BadZipFile, OSError, KeyError, ValueError, NotImplementedError,
        ElementTree.ParseError, RuntimeError, EOFError,
    ):  # fmt: skip
        return marks
    return marks


def _xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with book.open(name) as file:
        text = file.read(_SMALL_PART)
    if b"<!DOCTYPE" in text:  # no workbook has one; entities could be made without end
        raise ValueError(name)
    return ElementTree.fromstring(text)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part of the archive that is a sheet, "" where there is none."""
    names = set(book.namelist())
    if "xl/workbook.xml" not in names:
        return ""
    wanted = next(
        (
            value
            for element in _xml(book, "xl/workbook.xml").iter()
            if _local(element.tag) == "sheet" and element.get("name") == sheet
            for key, value in element.attrib.items()
            if _local(key) == "id"
        ),
        "",
    )
    for element in _xml(book, "xl/_rels/workbook.xml.rels").iter():
        if wanted and element.get("Id") == wanted:
            target = element.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            return part if part in names else ""
    return ""


def _zero_styles(book: zipfile.ZipFile) -> dict[int, str]:
    """The cell styles that show leading zeros: number of the style → its format."""
    if "xl/styles.xml" not in book.namelist():
        return {}
    formats: dict[str, str] = {}
    styles: dict[int, str] = {}
    for element in _xml(book, "xl/styles.xml").iter():
        name = _local(element.tag)
        if name == "numFmt":
            formats[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif name == "cellXfs":
            for number, style in enumerate(element):
                shown = formats.get(style.get("numFmtId", ""), "")
                if zero_format(shown):
                    styles[number] = shown
    return styles


def zero_format(text: str) -> list[str]:
    """The parts of a number format that shows leading zeros and, before or between them, fixed
    characters; [] for any other.
    """
    first = re.sub(r"\[[^\]]*\]|_.", "", text.partition(";")[0])
    tokens = _TOKENS.findall(first)
    if "".join(tokens) != first or tokens.count("0") < 2 or tokens[-1] != "0":
        return []
    return tokens


def shown_number(value: int, text: str) -> str:
    """A number from 0 as a format of `zero_format` shows it."""
    tokens = zero_format(text)
    digits = str(value).rjust(tokens.count("0"), "0")
    surplus = len(digits) - tokens.count("0")
    made, at = [], 0
    for token in tokens:
        if token == "0":
            size = 1 if at else 1 + surplus
            made.append(digits[at : at + size])
            at += size
        else:
            made.append(token[1:].rstrip('"') if token[0] in '"\\' else token)
    return "".join(made)


def _look_through(file: IO[bytes], zeros: dict[int, str], marks: SheetMarks) -> None:
    styles = b"|".join(str(number).encode() for number in sorted(zeros))
    zero = re.compile(rb"""s=["'](?:%b)["']""" % styles) if zeros else None
    row = -1
    numbered = False
    for piece in _pieces(file):
        # Searches for fixed bytes cost next to nothing; most pieces hold none of these.
        looked = (
            any(mark in piece for mark in _FAULTY)
            or (zero and zero.search(piece))
            or ((b"<f" in piece or b":f" in piece) and _NO_RESULT.search(piece))
        )
        if looked:
            row = _take_apart(piece, row, zeros, marks)
        elif not numbered or _HIDING in piece:
            for tag in _ROW.finditer(piece):
                row = _row_number(tag[1], row)
                numbered = _PLACE.search(tag[1]) is not None
                if _HIDDEN.search(tag[1]):
                    marks.hidden.add(row)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The sheet's XML in pieces that end with a row, as far as its rows go."""
    rest = b""
    while block := file.read(_PIECE):
        rest += block
        cut = rest.rfind(b"</row>")
        if cut < 0:
            cut = rest.rfind(b":row>")
        if cut >= 0:
            yield rest[: cut + 6]
            rest = rest[cut + 6 :]
        if len(rest) > _LONGEST_ROW:
            return


def _row_number(attributes: bytes, before: int) -> int:
    place = _PLACE.search(attributes)
    return int(place[2]) - 1 if place else before + 1


def _take_apart(piece: bytes, row: int, zeros: dict[int, str], marks: SheetMarks) -> int:
    """Note the marks of a piece; the number of its last row."""
    column = -1
    for tag in _TAG.finditer(piece):
        attributes = tag[2]
        if tag[1] == b"row":
            row, column = _row_number(attributes, row), -1
            if _HIDDEN.search(attributes):
                marks.hidden.add(row)
            continue
        place = _PLACE.search(attributes)
        column = _column_number(place[1]) if place and place[1] else column + 1
        style = _STYLE.search(attributes)
        if style and int(style[1]) in zeros:
            marks.zeros.setdefault(row, {})[column] = zeros[int(style[1])]
        if tag[3]:
            continue
        end = _END.search(piece, tag.end())
        content = piece[tag.end() : end.start() if end else tag.end()]
        kind = _KIND.search(attributes)
        if kind and kind[1] == b"e":
            value = _VALUE.search(content)
            text = value[1].decode("utf-8", "replace") if value else ""
            marks.faults.setdefault(row, {})[column] = text or "#N/A"
        elif _FORMULA.search(content) and not (kind and kind[1] == b"str"):
            value = _VALUE.search(content)
            if not (value and value[1].strip()):
                marks.faults.setdefault(row, {})[column] = NO_VALUE
    return row


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number - 1
