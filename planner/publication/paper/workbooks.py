"""Workbooks of the bureau's forms: record forms, work lists, the bulletin, the national record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from yaohao.planner.publication.paper import national
from yaohao.planner.publication.paper.visit_forms import VisitSheet
from yaohao.planner.publication.workbook_writer import (
    MOST_BREAKS,
    MOST_ROWS,
    Book,
    Row,
    across,
    height,
    writing,
)

Step = Callable[[], None]
"""Called for each form that is done."""

_FILL = (
    "number", "entity_id", "name", "item_id", "item", "visited_on", "method", "result",
    "follow_up", "follow_up_closed_on",
)  # fmt: skip
_FORM = (20.0, 74.0)  # widths of the columns of a printed form


# Many parameters: the sources of a form's fields, one parameter each.
def record_workbook(
    path: Path,
    language: str,
    title: str,
    draw: str,
    made: Sequence[VisitSheet],
    boxes: Mapping[str, Sequence[Mapping[str, str]]],
    step: Step = lambda: None,
) -> None:
    """Record forms: a sheet to fill in, which `yaohao import results` takes as it is; forms to
    print, one a visit; and the codes.
    """
    with writing(path, language) as book:
        _fill_sheet(book, title, made, boxes)
        _form_sheets(book, title, draw, made, boxes, step)
        names = ("method", "result", "follow_up")
        size = max(len(boxes[name]) for name in names)
        rows = [("head", 0.0, [book.say(f"fill-{name}") for name in names])] + [
            (
                "cell",
                0.0,
                [boxes[name][row]["word"] if row < len(boxes[name]) else "" for name in names],
            )
            for row in range(size)
        ]
        book.sheet(book.say("sheet-codes"), (34, 40, 28), title, rows, len(rows))


def _fill_sheet(
    book: Book, title: str, made: Sequence[VisitSheet], boxes: Mapping[str, Sequence[Any]]
) -> None:
    def rows() -> Iterator[Row]:
        yield "head", 0.0, [book.say(f"fill-{name}") for name in _FILL]
        yield from islice(filled(), size)

    def filled() -> Iterator[Row]:
        empty = [""] * (len(_FILL) - 5)
        for case in made:
            known = (case["number"], case["entity_id"], case["name"])
            for item in case["items"] or [{"item_id": "", "name": book.say("whole-visit")}]:
                yield "cell", 0.0, [*known, item["item_id"], item["name"], *empty]

    size = min(sum(len(case["items"]) or 1 for case in made), MOST_ROWS - 1)
    widths = (8, 20, 24, 11, 20, 12, 12, 22, 13, 13)
    name = book.say("sheet-results")
    sheet = book.sheet(name, widths, title, rows(), size + 1, wide=True, head=0)
    codes = book.say("sheet-codes")
    for column, name in enumerate(("method", "result", "follow_up")):
        place = _FILL.index(name)
        letter, last = "ABC"[column], len(boxes[name]) + 1
        rule = {"validate": "list", "source": f"='{codes}'!${letter}$2:${letter}${last}"}
        if size:
            sheet.data_validation(1, place, size, place, rule)


def _form_sheets(
    book: Book,
    title: str,
    draw: str,
    made: Sequence[VisitSheet],
    boxes: Mapping[str, Sequence[Mapping[str, str]]],
    step: Step,
) -> None:
    """The printed forms, a page each, on as many sheets as their page breaks ask for."""
    ticks = {
        name: "   ".join(
            # A box stays beside its word.
            "□\u00a0" + (f"{one['code']}\u00a0" if name == "result" else "") + one["word"]
            for one in boxes[name]
        )
        for name in boxes
    }

    known: dict[int, list[Row]] = {}  # the cases share their items

    def rows(some: Sequence[VisitSheet]) -> Iterator[Row]:
        for case in some:
            if id(case["items"]) not in known:
                known[id(case["items"])] = _item_rows(book, case["items"], ticks)
            yield from _form_head(book, title, draw, case)
            yield from known[id(case["items"])]
            step()

    for number, first in enumerate(range(0, len(made), MOST_BREAKS), 1):
        some = made[first : first + MOST_BREAKS]
        ends, size = [], 0
        for case in some:
            size += _form_size(case)
            ends.append(size)
        name = book.say("sheet-forms") + ("" if number == 1 else f" {number}")
        sheet = book.sheet(name, _FORM, title, rows(some), size)
        sheet.set_h_pagebreaks(ends[:-1])


def _form_size(case: VisitSheet) -> int:
    """How many rows a form has."""
    return 13 + sum(5 + bool(item["content"]) for item in case["items"] or [{"content": ""}])


def _line(label: str, text: str, least: float = 18.0) -> Row:
    """A row of a form: what is asked, and what is known or to be ticked."""
    tall = max(height(label, _FORM[0] - 2), height(text, _FORM[1]), least)
    return ("label", "cell"), tall, (label, text)


def _form_head(book: Book, title: str, draw: str, case: VisitSheet) -> Iterator[Row]:
    """The beginning of a printed form: whom it is about."""
    yield "title", 30.0, (book.say("record-title"), "")
    yield ("text", "right"), 18.0, ("", f"{book.say('number')} {draw}-{case['number']}")
    yield _line(book.say("entity"), case["name"])
    yield _line(book.say("entity-id"), case["entity_id"])
    yield _line(book.say("region"), case["region_name"] or case["region"])
    yield _line(book.say("address"), case["address"])
    yield _line(book.say("task"), title)
    crew = "; ".join(f"{one['name']} {one['inspector_id']}".strip() for one in case["inspectors"])
    yield _line(book.say("inspectors"), crew)
    yield _line(book.say("visited-on"), book.say("date-line"))


def _item_rows(
    book: Book, items: Sequence[Mapping[str, Any]], ticks: Mapping[str, str]
) -> list[Row]:
    """The rest of a printed form, which is the same for all: items, signatures, a note."""
    rows: list[Row] = []
    whole = {"number": 1, "name": book.say("whole-visit"), "item_id": "", "content": ""}
    for item in items or [whole]:
        named = f"{item['name']} {item['item_id']}".strip()
        rows.append(_line(f"{book.say('item')} {item['number']}", named))
        if item["content"]:
            rows.append(_line(book.say("content"), item["content"]))
        rows.append(_line(book.say("method"), ticks["method"]))
        rows.append(_line(book.say("result"), ticks["result"]))
        rows.append(_line(book.say("follow-up"), ticks["follow_up"]))
        rows.append(_line(book.say("found"), "", 48.0))
    rows += [
        (("label", "date"), 32.0, (book.say(name), book.say("date-line")))
        for name in ("sign-inspectors", "sign-entity", "sign-witness")
    ]
    rows.append(_line(book.say("bulletin-notes"), book.say("record-note")))
    return rows


def work_list_workbook(
    path: Path,
    language: str,
    title: str,
    lists: Sequence[Mapping[str, Any]],
    crews: Sequence[Mapping[str, Any]],
) -> None:
    """Work lists: the visits of each inspector, and those of each crew."""
    with writing(path, language) as book:
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
        size = sum(len(mine["visits"]) for mine in lists)
        _list_sheet(book, "sheet-inspectors", heads, widths, title, rows, size)
        of_crew = ("inspectors", "number", "entity-id", "entity", "address")
        rows_of_crews = (
            (people, case["number"], case["entity_id"], case["name"], _place(case))
            for crew in crews
            for people in [_people(crew["inspectors"])]
            for case in crew["visits"]
        )
        size = sum(len(crew["visits"]) for crew in crews)
        _list_sheet(book, "sheet-crews", of_crew, (44, 9, 21, 32, 36), title, rows_of_crews, size)


# Many parameters: the parts of a sheet, said once.
def _list_sheet(
    book: Book,
    name: str,
    heads: Sequence[str],
    widths: Sequence[float],
    title: str,
    rows: Iterable[Sequence[str]],
    size: int,
) -> None:
    """A table that goes on over pages, its heading on each."""

    def all_rows() -> Iterator[Row]:
        yield "head", 0.0, [book.say(head) for head in heads]
        for texts in islice(rows, MOST_ROWS - 1):
            yield "cell", 0.0, texts

    size = min(size, MOST_ROWS - 1) + 1
    sheet = book.sheet(book.say(name), widths, title, all_rows(), size, wide=True, head=0)
    sheet.autofilter(0, 0, size - 1, len(heads) - 1)


def _place(case: VisitSheet) -> str:
    return str(case["address"] or case["region_name"] or case["region"])


def _people(inspectors: Iterable[Mapping[str, str]]) -> str:
    return "; ".join(f"{one['name']} ({one['inspector_id']})".strip() for one in inspectors)


# Many parameters: the sources of a form's fields, one parameter each.
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

    `rows` have `number`, `entity_id`, `name`, `region`, `standing`, `inspectors` and `result` as
    the public may read them; columns that are empty throughout are left out.
    """
    columns = [
        (name, head, width)
        for name, head, width in (
            ("entity_id", "entity-id", 21),
            ("name", "entity", 34),
            ("region", "region", 16),
            ("standing", "bulletin-standing", 11),
            ("inspectors", "inspectors", 31),
            ("result", "result", 20),
        )
        if name in ("entity_id", "name", "standing") or any(row[name] for row in rows)
    ]
    with writing(path, language) as book:
        widths = [6.0, *(float(width) for _, _, width in columns)]
        rows, last = rows[: MOST_ROWS - 100], len(columns)
        opening = [
            across("heading", title, widths), across("text", heading, widths),
            across("text", "", widths),
        ]  # fmt: skip
        looks = ["centre", *(["cell"] * last)]
        closing = [across("text", "", widths)]
        closing += [across("text", note, widths) for note in (book.say("bulletin-notes"), *notes)]
        for line in (f"{authority} {book.say('seal')}", book.say("date-line")):
            closing.append(("right", 28.0, across("right", line, widths)[2]))

        def all_rows() -> Iterator[Row]:
            yield from opening
            yield "head", 0.0, [book.say("no"), *(book.say(head) for _, head, _ in columns)]
            for row in rows:
                yield looks, 0.0, [row["number"], *(row[name] for name, _, _ in columns)]
            yield from closing

        size = len(opening) + 1 + len(rows) + len(closing)
        sheet = book.sheet(
            book.say("sheet-bulletin"), widths, title, all_rows(), size, wide=last > 4
        )
        sheet.repeat_rows(len(opening))
        for row in (0, 1, *range(size - len(closing) + 1, size)):
            sheet.merge_range(row, 0, row, last, "")


def national_workbook(
    path: Path, language: str, title: str, rows: Sequence[Mapping[str, str]]
) -> None:
    """The national publicity record as a workbook, headed in words."""
    with writing(path, language) as book:
        targeted = {code: book.say(f"targeted-{code}") for code in "01"}

        def all_rows() -> Iterator[Row]:
            yield "head", 0.0, [book.say(f"column-{name}") for name in national.COLUMNS]
            for row in islice(rows, MOST_ROWS - 1):
                worded = {**row, "targeted": targeted[row["targeted"]]}
                yield "cell", 0.0, [worded[name] for name in national.COLUMNS]

        widths = (20, 24, 14, 20, 14, 20, 9, 16, 12, 6, 18, 9, 18)
        size = min(len(rows), MOST_ROWS - 1) + 1
        name = book.say("sheet-national")
        book.sheet(name, widths, title, all_rows(), size, wide=True, head=0)
