"""Results entered by a person; each entry is one act of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from yaohao.planner.follow_up.results import merged_results
from yaohao.planner.follow_up.typed_results import LONGEST, Visit, changed_rows, typed_rows
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.result import EntryReport, EvidenceFile, ResultState
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.entity_lookup import inspector_of, of_visits
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.import_knowledge import TODAY
from yaohao.planner.storage.kept_results import keep_results
from yaohao.planner.storage.last_inspections import inspected_after, put_inspected
from yaohao.planner.storage.result_entries import (
    dealt_draw,
    entry_report,
    made_with_crews,
    named_person,
)
from yaohao.planner.storage.results import COLUMNS, EnteredBy
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy


@dataclass(frozen=True)
class Said:
    """What is said of a visit as a whole, and who says it.

    `on` is its ISO day, today if empty; without `officers` those of its crew; `evidence` are files,
    of which the digests are kept; `statement` is the enterprise's own; `reason` why earlier results
    are corrected.
    """

    by: str = ""
    on: str = ""
    officers: Sequence[str] = ()
    evidence: Sequence[Path] = ()
    statement: str = ""
    reason: str = ""


# Many parameters: the visit, what was found, what is said of it, and how.
def enter_results(
    workspace: WorkspaceFolder,
    draw: str,
    entity_id: str,
    given: Sequence[Mapping[str, Any]],
    said: Said,
    *,
    all_items: bool = False,
    dry_run: bool = False,
) -> EntryReport:
    """Enter what a visit found, item by item; a correction is a further row and needs a reason.

    `given` is as of `typed_rows`; with `all_items` one result without an item is that of each item
    that has none of its own. What is there as it is given changes nothing. Results wait for
    a second person then, and cases that they ask for are opened in the same act. What was sent back
    is entered anew without a further reason.
    Raises PlannerError before the crews are dealt, for an entity that is not to be visited, without
    a name of who enters, for unknown codes, items, officers and files, and for days that cannot be.
    """
    said = replace(said, by=named_person(said.by, "enter"))
    evidence = _evidence(said.evidence)
    stored = dealt_draw(workspace, draw)
    visit = _visit(workspace, stored, entity_id)
    rows = _rows(workspace, stored, visit, given, said, evidence, all_items=all_items)
    if dry_run:
        fresh = _fresh(workspace, draw, rows, said)
        return entry_report(workspace, draw, fresh, len(rows) - len(fresh), visit["entity_id"])
    with workspace.act("results") as store:
        fresh = _fresh(workspace, draw, rows, said)
        report = entry_report(workspace, draw, (), len(rows) - len(fresh), visit["entity_id"])
        if fresh:
            visits = store.visits(draw)
            items = stored_plan(stored.plan).all_items
            plain = [{name: row[name] for name in COLUMNS} for row in fresh]
            order = [one["entity_id"] for one in visits]
            results = merged_results(store.results(draw), plain, items, order)
            by = EnteredBy(said.by, "clerk")
            kept = keep_results(workspace, stored, results, fresh, by)
            known = {row["entity_id"]: row["visited_on"] for row in fresh}
            put_inspected(workspace, inspected_after(workspace, known, {}))
            entered = [{**row, "at": kept.line.act["at"]} for row in fresh]
            after = entry_report(workspace, draw, entered, report["unchanged"], visit["entity_id"])
            report = {**after, "cases": kept.cases, "changed": True}
    return report


def _visit(workspace: WorkspaceFolder, stored: Draw, typed: str) -> dict[str, Any]:
    """The visit of an entity that is to be made; its crew is that which goes there."""
    entity = of_visits(workspace, stored, workspace.store.visits(stored.id), typed)
    made = {visit["entity_id"]: visit for visit in made_with_crews(workspace, stored.id)}
    if entity not in made:
        raise refuse("entry.not-visited", entity=entity, draw=stored.id)
    return made[entity]


# Many parameters: as of `enter_results`.
def _rows(
    workspace: WorkspaceFolder,
    stored: Draw,
    visit: Mapping[str, Any],
    given: Sequence[Mapping[str, Any]],
    said: Said,
    evidence: Sequence[EvidenceFile],
    *,
    all_items: bool,
) -> list[dict[str, Any]]:
    """The rows to be entered, with what is said beyond their columns."""
    items = stored_plan(stored.plan).all_items
    today = day_given(workspace, None, TODAY)
    first = date.fromisoformat(stored.window[0])
    asked = Visit(visit["entity_id"], _day(said.on, today), first, today, items)
    rows = typed_rows(asked, _of_items(given, items) if all_items else given)
    roster = workspace.store.roster("inspectors")
    officers = [inspector_of(roster, one)["inspector_id"] for one in said.officers]
    officers = list(dict.fromkeys(officers or visit["inspectors"]))
    details = {
        "entered_by": said.by,
        "evidence": list(evidence),
        "officers": officers,
        "statement": tidy(said.statement)[:LONGEST],
        "reason": tidy(said.reason)[:LONGEST],
    }
    return [{**row, **details} for row in rows]


def _of_items(given: Iterable[Mapping[str, Any]], items: Sequence[str]) -> list[Mapping[str, Any]]:
    """What is given, with a result for each item in place of one that names none."""
    given = list(given)
    named = [one for one in given if one.get("item_id")]
    rest = [one for one in given if not one.get("item_id")]
    taken = {one["item_id"] for one in named}
    left = [item for item in items if item not in taken] if items else [""]
    return [*named, *({**one, "item_id": item} for one in rest for item in left)]


def _day(typed: str, today: date) -> date:
    try:
        return date.fromisoformat(typed) if typed else today
    except ValueError as error:
        raise refuse("entry.bad-day", found=typed[:40]) from error


def _evidence(files: Sequence[Path]) -> list[EvidenceFile]:
    """The digests of files, in the order of their names; PlannerError where one cannot be read."""
    evidence = []
    for file in files:
        try:
            evidence.append(EvidenceFile(name=file.name, sha256=file_digest(file)))
        except OSError as error:
            raise refuse("entry.no-evidence", file=str(file)) from error
    return sorted(evidence, key=lambda one: (one["name"], one["sha256"]))


def _fresh(
    workspace: WorkspaceFolder, draw: str, rows: Sequence[Mapping[str, Any]], said: Said
) -> list[dict[str, Any]]:
    """The rows that change anything; PlannerError where they correct results without a reason."""
    before = workspace.store.entries(draw)
    fresh, corrected = changed_rows(before, rows)
    there = {(row["entity_id"], row["item_id"]) for row in before}
    if corrected and not tidy(said.reason):
        raise refuse(
            "entry.need-reason",
            entity=rows[0]["entity_id"],
            items=[one or "-" for one in corrected],
        )
    entry = {"state": ResultState.ENTERED.value, "role": "clerk", "person": said.by, "at": ""}
    # A reason belongs to what was there before.
    return [
        {**row, **entry, "needs_review": True}
        | ({} if (row["entity_id"], row["item_id"]) in there else {"reason": ""})
        for row in fresh
    ]
