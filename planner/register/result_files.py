"""Files of results: what the visits of a draw found, by entity and item."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yaohao.planner.register.aside_ids import entity_of
from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.dates import read_date
from yaohao.planner.register.entity_ids import EntityIds
from yaohao.planner.register.import_result import ImportResult
from yaohao.planner.register.importer import FileImport, Progress
from yaohao.planner.register.item_names import ItemNames
from yaohao.planner.register.register_row import RegisterRow
from yaohao.planner.register.small_registers import read_rows
from yaohao.planner.register.values import read_term
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.schema.result import ResultRow
from yaohao.planner.vocabulary.text import name_core

COLUMNS = (
    "entity_id", "item_id", "visited_on", "method", "result", "follow_up", "follow_up_closed_on",
)  # fmt: skip
"""What a result says; without an item it is about all of the visit's items."""


@dataclass(frozen=True)
class ResultsOf:
    """What of a draw its results are checked against."""

    visited: Collection[str]
    """The entities that it visits."""
    items: Mapping[str, str]
    """What it inspects: id → name."""
    first: str
    """The first day of its window, ISO date."""
    named: Mapping[str, str] = field(default_factory=dict)
    """By the core of a name the only visited entity that has it."""


_IS_NAME = re.compile("[\u4e00-\u9fff]")
"""What no code of China has: the cell holds the name of an entity."""


def read_results(
    paths: Iterable[str | Path],
    draw: ResultsOf,
    register: str,
    options: ImportOptions,
    progress: Progress | None = None,
) -> ImportResult[list[ResultRow]]:
    """Read files of results; `accepted` has the `COLUMNS`, one row an entity and item.

    An entity may be told by its name, if no other visited one has it, and so may an item. A row
    about others than the `draw` visits, or of a day before its window, is set aside, and so is one
    without a result or with the code of what has not been inspected, and one whose item is none of
    the plan's. One entity and item may stand there with several days. Raises
    PlannerError for files that are no results.
    """
    scan = FileImport("results", paths, options, progress, register)
    system = code_system(register)
    ids = EntityIds(system, options)
    former = {code: number for number, code in options.numbers.items()}
    date = read_date(options.date_order, today=options.today, zone=options.zone)
    names = ItemNames(draw.items)
    visited = draw.visited
    by_case = _by_case(visited) if system.folds_case else {}
    result, method, follow_up = (read_term(name) for name in ("result", "method", "follow_up"))

    def make(row: RegisterRow) -> ResultRow:
        entity = draw.named.get(name_core(row.raw("entity_id")), "")
        if entity:
            row.repaired.append("by-name")
        else:
            typed = row.raw("entity_id")
            if _IS_NAME.search(typed) and typed.strip() not in visited:
                row.refuse("unknown-name", "entity_id")
            entity = row.entity("entity_id", ids)
        if entity not in visited:  # perhaps the draw was frozen before it got its code
            entity = former.get(entity, entity)
        if entity not in visited:
            entity = by_case.get(entity.casefold(), entity)
        item = _item(row, names)
        made: ResultRow = {
            "entity_id": entity,
            "item_id": item,
            "visited_on": row.cell("visited_on", date),
            "method": row.cell("method", method),
            "result": row.cell("result", result),
            "follow_up": row.cell("follow_up", follow_up) or "none",
            "follow_up_closed_on": row.cell("follow_up_closed_on", date),
        }
        if entity not in visited:
            row.refuse("not-visited", "entity_id")
        if made["result"] in ("", "0"):
            row.refuse("no-result", "result")
        if "" < made["visited_on"] < draw.first:
            row.refuse("before-window", "visited_on")
        closed = made["follow_up_closed_on"]
        if closed and closed < made["visited_on"]:
            row.refuse("closed-before-visit", "follow_up_closed_on")
        return made

    return read_rows(scan, "", make, _identity)


def known_results(
    accepted: Sequence[ResultRow],
    items: Mapping[str, str],
    ids: EntityIds,
    values: Mapping[str, Mapping[str, str]],
) -> Callable[[Sequence[Mapping[str, str]]], set[int]]:
    """A function that finds the rows set aside of whose entity and item a row was accepted."""
    names = ItemNames(items)
    # By the number with which the draw was frozen, and by the code that it means now.
    there = {
        (entity, row["item_id"])
        for row in accepted
        for entity in (row["entity_id"], ids.known.get(row["entity_id"], row["entity_id"]))
    }

    def find(rows: Sequence[Mapping[str, str]]) -> set[int]:
        repeated = set()
        for index, row in enumerate(rows):
            entity = entity_of(row, ids, values)
            text = next((row[name] for name in ("item_id", "item") if row.get(name)), "")
            item = "" if is_blank(text) else names.find(text)
            is_known = (entity, item) in there if item or is_blank(text) else False
            if is_known or ((entity, "") in there and (item or is_blank(text))):
                repeated.add(index)
        return repeated

    return find


def _identity(row: ResultRow) -> str:
    return f"{row['entity_id']}|{row['item_id']}|{row['visited_on']}"


def _item(row: RegisterRow, names: ItemNames) -> str:
    """The id of the item of a row, "" where it names none: it is about all of them."""
    for column in ("item_id", "item"):
        text = row.raw(column)
        if is_blank(text):
            continue
        item = names.find(text)
        if not item:
            row.refuse("not-inspected" if column == "item_id" else "unknown-item", column)
        elif item != text:
            row.repaired.append("translated")
        return item
    return ""


def _by_case(visited: Collection[str]) -> dict[str, str]:
    """Ids by what they are without case, where only one is so."""
    alike: dict[str, list[str]] = {}
    for entity in visited:
        alike.setdefault(entity.casefold(), []).append(entity)
    return {folded: ids[0] for folded, ids in alike.items() if len(ids) == 1}
