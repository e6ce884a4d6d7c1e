"""Workbooks of the bureau's forms: record forms, work lists, the bulletin, the national record.

Names are untrusted: every cell is text and no cell a formula, and a page's foot gets no character
that begins a code there. Rows are written one after the other: long forms need little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from planner.publication import national
from planner.publication.notices import Case
from planner.vocabulary.text import plain
from planner.vocabulary.words import say

_MOST_CHARACTERS = 32_767  # of a cell
_MOST_HEADER = 200  # characters of a page header, of the 255 that a workbook may hold
_MOST_ROWS = 1_000_000  # of a sheet, a little less than a workbook may hold
_A4 = 9
_EPOCH = datetime(2000, 1, 1)
_FILL = (
    "number", "entity_id", "name", "item_id", "item", "visited_on", "method", "result",
    "follow_up", "follow_up_closed_on",
)  # fmt: skip


class _Book:
    """A workbook with the formats that its sheets share."""

    def __init__(self, path: Path, language: str) -> None:
        import xlsxwriter

        self.language = language
        self.book = xlsxwriter.Workbook(
            str(path),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "constant_memory": True,
            },
        )
        # A fixed moment: the same draw gives the same file on any day.
        self.book.set_properties({"created": _EPOCH})
        base = {"font_name": "SimSun" if language == "zh" else "Calibri", "font_size": 10.5}
        text = {**base, "num_format": "@", "valign": "vcenter"}
        boxed = {**text, "text_wrap": True, "border": 1}
        self.formats = {
            name: self.book.add_format(looks)
            for name, looks in {
                "title": {**text, "bold": True, "font_size": 16, "align": "center"},
                "text": {**text, "text_wrap": True},
                "right": {**text, "align": "right"},
                "head": {**boxed, "bold": True, "bg_color": "#EDEDED", "align": "center"},
                "cell": boxed,
                "centre": {**boxed, "align": "center"},
            }.items()
        }

    def say(self, name: str, **params: Any) -> str:
        return say(f"forms.{name}", self.language, **params)

    def sheet(self, name: str, widths: Sequence[float], title: str, *, wide: bool = False) -> Any:
        """A new sheet that prints on A4, the title and the page's number at its foot."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        if wide:
            sheet.set_landscape()
        shown = plain(title)[:_MOST_HEADER].replace("&", "＆")
        sheet.set_footer(f"&L{shown}&R{self.say('page')} &P / &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def write(self, sheet: Any, row: int, texts: Sequence[Any], looks: str) -> None:
        """A row of texts."""
        for column, text in enumerate(texts):
            sheet.write_string(row, column, cell(text), self.formats[looks])

    def across(
        self, sheet: Any, row: int, last: int, text: str, looks: str, first: int = 0
    ) -> None:
        """A text across the columns from `first` to `last` of a row."""
        if first == last:
            sheet.write_string(row, first, cell(text), self.formats[looks])
            return
        sheet.merge_range(row, first, row, last, "", self.formats[looks])
        sheet.write_string(row, first, cell(text), self.formats[looks])


def cell(value: Any) -> str:
    """A value as the text of a cell: nothing hidden in it, and no longer than a cell may be."""
    return plain("" if value is None else str(value))[:_MOST_CHARACTERS]


@contextmanager
def _writing(path: Path, language: str) -> Iterator[_Book]:
    made = _Book(path, language)
    yield made
    made.book.close()


def _height(text: str, columns: float, least: float = 16.0) -> float:
    """The height in points of a cell so many characters wide, a Chinese one taking two."""
    lines = 0
    for line in text.split("\n"):
        wide = sum(2 if ord(character) > 0x2E7F else 1 for character in line)
        lines += max(1, -(-wide // max(1, int(columns))))
    return min(400.0, max(least, 15.0 * lines + 3))


def record_workbook(
    path: Path,
    language: str,
    title: str,
    draw: str,
    made: Sequence[Case],
    boxes: Mapping[str, Sequence[Mapping[str, str]]],
) -> None:
    """Record forms: a sheet to fill in, which `yaohao import results` takes as it is; forms to
    print, one a visit; and the codes.
    """
    with _writing(path, language) as book:
        _fill_sheet(book, title, made, boxes)
        _form_sheets(book, title, draw, made, boxes)
        sheet = book.sheet(book.say("sheet-codes"), (34, 40, 28), title)
        names = ("method", "result", "follow_up")
        book.write(sheet, 0, [book.say(f"fill-{name}") for name in names], "head")
        for row in range(max(len(boxes[name]) for name in names)):
            words = [boxes[name][row]["word"] if row < len(boxes[name]) else "" for name in names]
            book.write(sheet, row + 1, words, "cell")


def _fill_sheet(
    book: _Book, title: str, made: Sequence[Case], boxes: Mapping[str, Sequence[Any]]
) -> None:
    widths = (9, 21, 30, 12, 24, 12, 14, 30, 16, 14)
    sheet = book.sheet(book.say("sheet-results"), widths, title, wide=True)
    book.write(sheet, 0, [book.say(f"fill-{name}") for name in _FILL], "head")
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    row = 0
    for case in made:
        for item in case["items"] or [{"item_id": "", "name": book.say("whole-visit")}]:
            row += 1
            if row >= _MOST_ROWS:
                break
            names = (case["number"], case["entity_id"], case["name"], item["item_id"], item["name"])
            book.write(sheet, row, [*names, *[""] * (len(_FILL) - len(names))], "cell")
    codes = book.say("sheet-codes")
    for column, name in enumerate(("method", "result", "follow_up")):
        place = _FILL.index(name)
        letter, last = "ABC"[column], len(boxes[name]) + 1
        rule = {"validate": "list", "source": f"='{codes}'!${letter}$2:${letter}${last}"}
        if row:
            sheet.data_validation(1, place, row, place, rule)


def _form_sheets(
    book: _Book,
    title: str,
    draw: str,
    made: Sequence[Case],
    boxes: Mapping[str, Sequence[Mapping[str, str]]],
) -> None:
    ticks = {
        name: "   ".join(
            f"□ {one['code']} {one['word']}" if name == "result" else f"□ {one['word']}"
            for one in boxes[name]
        )
        for name in boxes
    }
    number, row, breaks, sheet = 0, _MOST_ROWS, list[int](), None
    for case in made:
        if row + 30 + 6 * len(case["items"]) > _MOST_ROWS:
            if sheet is not None:
                sheet.set_h_pagebreaks(breaks)
            number += 1
            name = book.say("sheet-forms") + ("" if number == 1 else f" {number}")
            sheet, row, breaks = book.sheet(name, (18, 30, 16, 30), title), 0, []
        row = _form(book, sheet, row, title, draw, case, ticks)
        breaks.append(row)
    if sheet is not None:
        sheet.set_h_pagebreaks(breaks[:-1])


def _form(
    book: _Book, sheet: Any, row: int, title: str, draw: str, case: Case, ticks: Mapping[str, str]
) -> int:
    """One printed form from `row` on; the row after it."""

    def line(label: str, text: str, height: float = 0.0) -> None:
        nonlocal row
        sheet.set_row(row, height or _height(text, 76))
        sheet.write_string(row, 0, cell(label), book.formats["head"])
        book.across(sheet, row, 3, text, "cell", first=1)
        row += 1

    sheet.set_row(row, 28)
    book.across(sheet, row, 3, book.say("record-title"), "title")
    book.across(sheet, row + 1, 3, f"{book.say('number')} {draw}-{case['number']}", "right")
    row += 2
    line(book.say("entity"), case["name"])
    line(book.say("entity-id"), case["entity_id"])
    line(book.say("region"), case["region_name"] or case["region"])
    line(book.say("address"), case["address"])
    line(book.say("task"), title)
    crew = "; ".join(f"{one['name']} {one['inspector_id']}".strip() for one in case["inspectors"])
    line(book.say("inspectors"), crew)
    line(book.say("visited-on"), book.say("date-line"))
    whole = {"number": 1, "name": book.say("whole-visit"), "item_id": "", "content": ""}
    for item in case["items"] or [whole]:
        line(f"{book.say('item')} {item['number']}", f"{item['name']} {item['item_id']}".strip())
        if item["content"]:
            line(book.say("content"), item["content"])
        line(book.say("method"), ticks["method"])
        line(book.say("result"), ticks["result"])
        line(book.say("follow-up"), ticks["follow_up"])
        line(book.say("found"), "", 42)
    for name in ("sign-inspectors", "sign-entity", "sign-witness"):
        line(book.say(name), book.say("date-line"), 28)
    sheet.set_row(row, 30)
    book.across(sheet, row, 3, book.say("record-note"), "text")
    return row + 1


def work_list_workbook(
    path: Path,
    language: str,
    title: str,
    lists: Sequence[Mapping[str, Any]],
    crews: Sequence[Mapping[str, Any]],
) -> None:
    """Work lists: the visits of each inspector, and those of each crew."""
    with _writing(path, language) as book:
        heads = ("certificate", "name", "number", "entity-id", "entity", "address", "with")
        widths = (20, 12, 9, 21, 32, 36, 28)
        rows = (
            (
                mine["inspector_id"], mine["name"], case["number"], case["entity_id"],
                case["name"], _place(case), _people(case["others"]),
            )
            for mine in lists
            for case in mine["visits"]
        )  # fmt: skip
        _list_sheet(book, "sheet-inspectors", heads, widths, title, rows)
        of_crew = ("inspectors", "number", "entity-id", "entity", "address")
        rows_of_crews = (
            (
                _people(crew["inspectors"]), case["number"], case["entity_id"], case["name"],
                _place(case),
            )
            for crew in crews
            for case in crew["visits"]
        )  # fmt: skip
        _list_sheet(book, "sheet-crews", of_crew, (44, 9, 21, 32, 36), title, rows_of_crews)


def _list_sheet(
    book: _Book,
    name: str,
    heads: Sequence[str],
    widths: Sequence[float],
    title: str,
    rows: Iterable[Sequence[Any]],
) -> None:
    sheet = book.sheet(book.say(name), widths, title, wide=True)
    book.write(sheet, 0, [book.say(head) for head in heads], "head")
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    row = 0
    for row, texts in enumerate(rows, 1):
        if row >= _MOST_ROWS:
            break
        book.write(sheet, row, texts, "cell")
    sheet.autofilter(0, 0, row, len(heads) - 1)


def _place(case: Case) -> str:
    return str(case["address"] or case["region_name"] or case["region"])


def _people(inspectors: Iterable[Mapping[str, str]]) -> str:
    return "; ".join(f"{one['name']} ({one['inspector_id']})".strip() for one in inspectors)


def bulletin_workbook(
    path: Path,
    language: str,
    title: str,
    heading: str,
    notes: Sequence[str],
    authority: str,
    rows: Sequence[Mapping[str, str]],
) -> None:
    """The bulletin as bureaus print it (公示): title, heading, table, notes, line for the seal.

    `rows` have `entity_id`, `name`, `region`, `standing`, `inspectors` and `result` as the public
    may read them; columns that are empty throughout are left out.
    """
    columns = [
        (name, head, width)
        for name, head, width in (
            ("entity_id", "entity-id", 21),
            ("name", "entity", 34),
            ("region", "region", 16),
            ("standing", "bulletin-standing", 11),
            ("inspectors", "inspectors", 26),
            ("result", "result", 24),
        )
        if name in ("entity_id", "name", "standing") or any(row[name] for row in rows)
    ]
    with _writing(path, language) as book:
        widths = [6.0, *(float(width) for _, _, width in columns)]
        sheet = book.sheet(book.say("sheet-bulletin"), widths, title, wide=len(columns) > 4)
        last, room = len(columns), sum(widths)
        sheet.set_row(0, _height(title, room / 1.6, 30))
        sheet.set_row(1, _height(heading, room))
        book.across(sheet, 0, last, title, "title")
        book.across(sheet, 1, last, heading, "text")
        heads = [book.say("no"), *(book.say(head) for _, head, _ in columns)]
        book.write(sheet, 3, heads, "head")
        sheet.repeat_rows(3)
        place = 3
        for number, row in enumerate(rows[: _MOST_ROWS - 100], 1):
            place += 1
            texts = [cell(row[name]) for name, _, _ in columns]
            tall = max(
                _height(text, width) for text, (_, _, width) in zip(texts, columns, strict=True)
            )
            sheet.set_row(place, tall)
            sheet.write_string(place, 0, str(number), book.formats["centre"])
            for column, text in enumerate(texts, 1):
                sheet.write_string(place, column, text, book.formats["cell"])
        place += 2
        for note in [book.say("bulletin-notes"), *notes]:
            sheet.set_row(place, _height(note, room))
            book.across(sheet, place, last, note, "text")
            place += 1
        for line in (f"{authority} {book.say('seal')}", book.say("date-line")):
            sheet.set_row(place + 1, 26)
            book.across(sheet, place + 1, last, line, "right")
            place += 1


def national_workbook(
    path: Path, language: str, title: str, rows: Sequence[Mapping[str, str]]
) -> None:
    """The national publicity record as a workbook, headed in words."""
    with _writing(path, language) as book:
        widths = (21, 32, 18, 30, 18, 30, 10, 24, 13, 7, 26, 11, 30)
        sheet = book.sheet(book.say("sheet-national"), widths, title, wide=True)
        book.write(sheet, 0, [book.say(f"column-{name}") for name in national.COLUMNS], "head")
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for place, row in enumerate(rows[:_MOST_ROWS], 1):
            told = {**row, "targeted": book.say(f"targeted-{row['targeted']}")}
            book.write(sheet, place, [told[name] for name in national.COLUMNS], "cell")
