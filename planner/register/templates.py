"""Templates of registers: a workbook to fill in, with headings, example rows, lists and notes.

What is written imports again as it is: the headings are known ones, the id of an example row is
marked (`EXAMPLE_MARKS`), and the sheets of notes and codes have no headings of a register.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from yaohao.planner.register.columns import INDICATOR, REQUIRED, fields_of, headings_of
from yaohao.planner.register.file_probe import unreadable
from yaohao.planner.register.headings import FLAG
from yaohao.planner.register.row_filter import EXAMPLE_MARKS
from yaohao.planner.schema.entity import NUMBER
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import TERMS, codes, word
from yaohao.planner.vocabulary.whole_folders import open_file
from yaohao.planner.wording.messages import catalogue, say

REGISTERS = ("entities", "inspectors", "items", "leads", "lists", "results", "inspections")
"""What there are templates for."""

_ROWS = 10_000  # to which the lists of words are offered
_ID = {"inspectors": "inspector_id", "items": "item_id", "leads": "entity_id"}

# Field → its text in each of the two example rows, where that needs no words.
_EXAMPLES: dict[str, tuple[str, str]] = {
    "tier": ("A", "C"),
    "region": ("150502", "150521"),
    "industry": ("H62", "F52"),
    "kind": ("enterprise", "individual"),
    "status": ("active", "active"),
    "established_on": ("2020-01-05", "2019-06-30"),
    "inspected_on": ("2025-03-04", ""),
    "fields": ("food", ""),
    "visits_this_year": ("0", "1"),
    "certificate_until": ("2029-12-31", "2028-06-30"),
    "capacity": ("20", ""),
    "absent": ("2027-01-12..2027-01-20", ""),
    "regions": ("150502;150521", ""),
    "qualifications": ("food", ""),
    "recused": ("", ""),
    "ratio": ("3%", "5%"),
    "importance": ("general", "key"),
    "qualification": ("", "food"),
    "lead_id": ("L-1", "L-2"),
    "trigger": ("complaint", "transfer"),
    "opened_on": ("2027-01-04", "2027-01-05"),
    "closed_on": ("", "2027-01-20"),
    "reminded_on": ("", ""),
    "entry_id": ("E-1", "E-2"),
    "visited_on": ("2027-01-12", "2027-01-13"),
    "result": ("1", "A"),
    "follow_up": ("none", "rectify"),
    "follow_up_closed_on": ("", "2027-02-01"),
    "findings": ("0", "2"),
}
_IDS = {
    "entity_id": ("91150502MA0XXXXXX1", "92150502MA0XXXXXX2"),
    "inspector_id": ("Z15050001", "Z15050002"),
    "item_id": ("REG-01", "FOOD-01"),
}


def template_headings(register: str, language: str) -> dict[str, str]:
    """The fields of a template, in order: field → its heading in `language` (zh, en)."""
    if register not in REGISTERS:
        raise refuse("workspace.unknown-register", found=register, known=list(REGISTERS))
    made: dict[str, str] = {}
    for name in fields_of(register):
        if name == NUMBER:  # of registers that were kept before there were codes
            continue
        made[name] = field_name(register, name, language)
    return made


def field_name(register: str, field: str, language: str) -> str:
    """A field of any register, ``flag:CODE`` or ``indicator.NAME``, as people call it: the heading
    of a template."""
    if field.startswith(INDICATOR):
        return say("template.indicator", language, name=field.removeprefix(INDICATOR))
    if field.startswith(FLAG):
        return word("fields", field.removeprefix(FLAG), language)
    known = headings_of(register, field)
    wanted = [text for text in known if text.isascii() == (language == "en")]
    return (wanted or known)[0]


def field_about(register: str, field: str, language: str) -> str:
    """What belongs into a field, and whether it is needed, in a sentence; "" where none tells."""
    known = catalogue("template")
    name = next(
        (f"about-{one}" for one in (f"{register}-{field}", field) if f"about-{one}" in known), ""
    )
    if not name:
        return ""
    about = say(f"template.{name}", language)
    if field in REQUIRED[register]:
        return say("template.needed", language, about=about)
    return about


def write_template(register: str, path: Path, language: str) -> dict[str, str]:
    """Write the template of a register as a workbook or CSV, by the ending of `path`; its fields
    and headings.

    Raises PlannerError for another ending, a file that is there, and where it cannot be written.
    """
    headings = template_headings(register, language)
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise refuse("template.ending", file=path.name, found=path.suffix or path.name)
    if path.exists():
        raise refuse("template.exists", file=str(path))
    rows = [
        list(headings.values()),
        *(_example(register, headings, number, language) for number in (0, 1)),
    ]
    try:
        with open_file(path) as raw:
            if ending == ".csv":
                _write_csv(raw, rows)
            else:
                _write_workbook(raw, register, headings, rows, language)
    except OSError as error:
        raise unreadable(path, error) from None
    return headings


def _example(register: str, headings: dict[str, str], number: int, language: str) -> list[str]:
    key = _ID.get(register, "item_id" if register == "lists" else "entity_id")
    mark = EXAMPLE_MARKS[language == "en"]
    row = []
    for name in headings:
        if name in _IDS:
            text = _IDS[name][number]
            row.append(f"{mark}{text}" if name == key else text)
        elif name in TERMS:
            code = _term_code(register, name, number)
            row.append(_offered(name, code, language) if code else "")
        elif name in _EXAMPLES:
            row.append(_EXAMPLES[name][number])
        else:
            kind = "person" if (register, name) == ("inspectors", "name") else name
            kind = "item" if (register, name) == ("items", "name") else kind
            kind = "persons" if name == "inspectors" else kind
            row.append(say(f"template.example-{kind}-{number + 1}", language))
    return row


def _term_code(register: str, name: str, number: int) -> str:
    if name == "method":
        return "on-site"
    return _EXAMPLES[name][number]


def _offered(name: str, code: str, language: str) -> str:
    """The word for a code as the lists offer it."""
    text = word(name, code, language)
    return f"{code}（{text}）" if name == "tier" and language == "zh" else text


def _write_csv(raw: BinaryIO, rows: Sequence[Sequence[str]]) -> None:
    file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    file.detach()


def _write_workbook(
    raw: BinaryIO,
    register: str,
    headings: dict[str, str],
    rows: Sequence[Sequence[str]],
    language: str,
) -> None:
    """The sheet to fill in, whose cells are texts; the notes; the words that may be chosen."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        raw,
        {
            "in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )  # fmt: skip
    looks = {
        "text": book.add_format({"num_format": "@"}),
        "head": book.add_format({"num_format": "@", "bold": True, "bg_color": "#EDEDED"}),
        "needed": book.add_format({"num_format": "@", "bold": True, "bg_color": "#FFE699"}),
        "example": book.add_format({"num_format": "@", "italic": True, "font_color": "#7F7F7F"}),
        "wrap": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
    }
    needed = REQUIRED[register]
    sheet = book.add_worksheet(say(f"template.sheet-{register}", language))
    sheet.set_column(0, len(headings) - 1, 20, looks["text"])
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows):
        for column, (name, text) in enumerate(zip(headings, row, strict=True)):
            look = "example" if line else ("needed" if name in needed else "head")
            sheet.write_string(line, column, text, looks[look])
    _write_notes(book, register, headings, looks, language)
    lists = [name for name in headings if name in TERMS and (register, name) != ("items", "method")]
    if lists:
        _write_lists(book, sheet, headings, lists, language)
    sheet.activate()
    book.close()


def _write_notes(
    book: Any, register: str, headings: dict[str, str], looks: dict[str, Any], language: str
) -> None:
    notes = book.add_worksheet(say("template.sheet-notes", language))
    notes.set_column(0, 0, 30, looks["wrap"])
    notes.set_column(1, 1, 90, looks["wrap"])
    mark = EXAMPLE_MARKS[language == "en"]
    lines = [(say(f"template.notes-{n}", language, mark=mark), "") for n in (1, 2, 3)]
    for name, heading in headings.items():
        about = field_about(register, name, language)
        lines.append((heading, about))
    for line, (left, right) in enumerate(lines):
        notes.write_string(line, 0 if right else 1, left)
        if right:
            notes.write_string(line, 1, right)


def _write_lists(
    book: Any, sheet: Any, headings: dict[str, str], lists: Sequence[str], language: str
) -> None:
    """Lists of words to choose from; other words may be typed, after a warning."""
    title = say("template.sheet-codes", language)
    words = book.add_worksheet(title)
    words.set_column(0, len(lists) - 1, 30)
    for at, name in enumerate(lists):
        words.write_string(0, at, headings[name])
        offered = [
            code for code in codes(name) if (name, code) != ("result", "0")
        ]  # nobody reports that a visit was not made
        for line, code in enumerate(offered, 1):
            words.write_string(line, at, _offered(name, code, language))
        letter = "ABCDEFGH"[at]
        place = list(headings).index(name)
        sheet.data_validation(
            1, place, _ROWS, place,
            {
                "validate": "list",
                "source": f"='{title}'!${letter}$2:${letter}${len(offered) + 1}",
                # Several key fields may stand in one cell, and a bureau has triggers of its own.
                "show_error": name not in ("fields", "trigger"),
                "error_type": "warning",
            },
        )  # fmt: skip
