"""Files of visits made elsewhere (检查记录): several rows an entity, one a visit or an item."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from yaohao.planner.register.aside_ids import entity_of
from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.columns import headings_named
from yaohao.planner.register.dates import read_date
from yaohao.planner.register.entity_ids import EntityIds
from yaohao.planner.register.import_result import ImportResult
from yaohao.planner.register.importer import FileImport, Progress
from yaohao.planner.register.indicators import kept_columns, told_by
from yaohao.planner.register.item_names import ItemNames
from yaohao.planner.register.register_row import RegisterRow
from yaohao.planner.register.small_registers import rows_of
from yaohao.planner.register.values import normal, read_count, read_term, split_list
from yaohao.planner.schema.options import ImportOptions


class ReadInspection(TypedDict):
    """A row as read; `inspectors` are joined by semicolons."""

    entity_id: str
    visited_on: str
    inspectors: str
    item: str
    result: str
    findings: int | None
    indicators: list[dict[str, str]]
    """What further columns say, by name, each saying once; none that is empty."""


@dataclass(frozen=True)
class InspectionsOf:
    """What visits are checked against."""

    not_in_register: Callable[[Collection[str]], Mapping[str, str]]
    """Of some ids, those that the register does not have, with the id that is meant, or ""."""
    items: Mapping[str, str]
    """The register of items: id → name."""


def read_inspections(
    paths: Iterable[str | Path],
    of: InspectionsOf,
    register: str,
    options: ImportOptions,
    progress: Progress | None = None,
) -> ImportResult[list[ReadInspection]]:
    """Read files of visits; a row says an entity and a day, and what it may of the rest.

    Rows that say the same are one, and counted as further ones: public tables have a row for each
    finding. What further columns say of one visit and item is gathered. Rows without a day, and
    about entities that the register does not have, are set aside.
    Raises PlannerError for files that are no such table.
    """
    scan = FileImport("inspections", paths, options, progress, register)
    date = read_date(options.date_order, today=options.today, zone=options.zone)
    result = read_term("result")
    names = ItemNames(of.items)
    ids = EntityIds(code_system(register), options)

    def make(row: RegisterRow, further: Collection[str]) -> ReadInspection:
        indicators = told_by(row, further)
        entity = row.entity("entity_id", ids)
        day = row.cell("visited_on", date)
        if not day:
            row.refuse("no-day", "visited_on")
        findings = None
        if not is_blank(row.raw("findings")):
            text = row.cell("findings", read_count)
            findings = int(text) if text.isdecimal() else None
        code = row.cell("result", result)
        return {
            "entity_id": entity,
            "visited_on": day,
            "inspectors": ";".join(
                sorted({normal(one) for one in split_list(row.raw("inspectors"))})
            ),
            "item": _item(row, names),
            "result": "" if code == "0" else code,
            "findings": findings,
            "indicators": [indicators] if indicators else [],
        }

    accepted: list[ReadInspection] = []
    seen: dict[tuple[object, ...], ReadInspection] = {}
    kept: dict[str, None] = {}
    left_out = {name for name in options.mapping if not headings_named(options.mapping, name)}
    for part in scan.parts():
        further = kept_columns(part.columns, part.chunk.headings, left_out)
        kept |= dict.fromkeys(part.chunk.headings[at] for at in further.values())
        rows = list(rows_of(part, scan, further))
        made = [make(row, further) for row in rows]
        named = {one["entity_id"] for one, row in zip(made, rows, strict=True) if not row.reason}
        meant = of.not_in_register(named)
        bad: dict[int, tuple[str, str, str]] = {}
        for index, (one, row) in enumerate(zip(made, rows, strict=True)):
            one["entity_id"] = meant.get(one["entity_id"], one["entity_id"])
            if not one["entity_id"]:
                row.refuse("not-in-register", "entity_id")
            if row.reason:
                bad[index] = row.reason
                continue
            scan.repaired.update(row.repaired)
            scan.warnings.update(row.warnings)
            key = tuple(value for name, value in one.items() if name != "indicators")
            if key in seen:
                scan.further += 1
                said = seen[key]["indicators"]
                said += [indicator for indicator in one["indicators"] if indicator not in said]
                continue
            seen[key] = one
            accepted.append(one)
        scan.set_part_aside(part, bad)
        scan.note_accepted(part, [index for index in range(len(rows)) if index not in bad])
    scan.keep_headings(kept)
    return scan.finish(accepted)


def known_inspections(
    accepted: Sequence[ReadInspection], register: str, options: ImportOptions
) -> Callable[[Sequence[Mapping[str, str]]], set[int]]:
    """A function that finds the rows set aside of whose entity and day a row was accepted."""
    there = {(row["entity_id"], row["visited_on"]) for row in accepted}
    date = read_date(options.date_order, zone=options.zone)
    ids = EntityIds(code_system(register), options)

    def find(rows: Sequence[Mapping[str, str]]) -> set[int]:
        repeated = set()
        for index, row in enumerate(rows):
            day = date(row.get("visited_on", ""))
            entity = entity_of(row, ids, options.values)
            if not day.reason and (entity, day.text) in there:
                repeated.add(index)
        return repeated

    return find


def _item(row: RegisterRow, names: ItemNames) -> str:
    """The id of an item of the register that a row names, else its text."""
    for column in ("item_id", "item"):
        if not is_blank(row.raw(column)):
            return names.find(row.raw(column)) or row.text(column)
    return ""
