"""Results that a person entered, reviewed or sent back by another; each time one act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yaohao.planner.follow_up.needs import is_same_person
from yaohao.planner.follow_up.typed_results import LONGEST
from yaohao.planner.schema.result import EntryReport, ResultState
from yaohao.planner.storage.entity_lookup import of_visits
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.kept_results import add_rows, keep_results
from yaohao.planner.storage.result_entries import dealt_draw, entry_report, named_person
from yaohao.planner.storage.results import REVIEWER, EnteredBy
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy


def review_results(
    workspace: WorkspaceFolder,
    draw: str,
    entities: Sequence[str] = (),
    *,
    by: str = "",
    every: bool = False,
    dry_run: bool = False,
) -> EntryReport:
    """Review results that another person entered, of some entities or of `every` one that waits.

    Of every one, those that the reviewer entered keep waiting. Raises PlannerError where nothing
    waits that is asked for, without a name, and where the reviewer entered them.
    """
    by = named_person(by, "review")
    stored = dealt_draw(workspace, draw)
    if not entities and not every:
        raise refuse("entry.review-whom", draw=draw)
    visits = workspace.store.visits(draw)
    asked = [of_visits(workspace, stored, visits, one) for one in entities]
    if dry_run:
        rows, own = _waiting(workspace, draw, asked, by, every=every)
        return entry_report(workspace, draw, [_reviewed(row, by) for row in rows], own, "")
    with workspace.act("results") as store:
        rows, own = _waiting(workspace, draw, asked, by, every=every)
        rows = [_reviewed(row, by) for row in rows]
        results = store.results(draw)
        as_ = EnteredBy(by, REVIEWER, ResultState.REVIEWED)
        kept = keep_results(workspace, stored, results, rows, as_)
        reviewed = [{**row, "at": kept.line.act["at"]} for row in rows]
        report = entry_report(workspace, draw, reviewed, own, "")
        return {**report, "cases": kept.cases, "changed": True}


# Many parameters: which results, and who sends them back, and why.
def return_results(
    workspace: WorkspaceFolder,
    draw: str,
    entities: Sequence[str],
    *,
    by: str = "",
    reason: str = "",
    items: Sequence[str] = (),
    dry_run: bool = False,
) -> EntryReport:
    """Send results that wait for a review back to who entered them, with a reason.

    Of some entities, all their items that wait, or those named. They stay as they are, cannot be
    published, and wait until they are entered again, changed or not; then they are reviewed anew.
    Raises PlannerError where nothing waits that is asked for, without a name or a reason, and where
    the reviewer entered them.
    """
    by = named_person(by, "review")
    why = tidy(reason)[:LONGEST]
    stored = dealt_draw(workspace, draw)
    if not entities:
        raise refuse("entry.return-whom", draw=draw)
    if not why:
        raise refuse("entry.need-why", entity=entities[0])
    visits = workspace.store.visits(draw)
    asked = [of_visits(workspace, stored, visits, one) for one in entities]

    def returned() -> list[dict[str, Any]]:
        rows, _ = _waiting(workspace, draw, asked, by, items=items)
        refusal = {
            "state": ResultState.RETURNED.value,
            "role": REVIEWER,
            "person": by,
            "reason": why,
        }
        return [{**row, **refusal, "needs_review": False} for row in rows]

    if dry_run:
        return entry_report(workspace, draw, returned(), 0, "")
    with workspace.act("results") as store:
        rows = returned()
        line = add_rows(workspace, draw, store.results(draw), rows, EnteredBy(by, REVIEWER))
        entries = [{**row, "at": line.act["at"]} for row in rows]
        return {**entry_report(workspace, draw, entries, 0, ""), "changed": True}


def _reviewed(row: dict[str, Any], by: str) -> dict[str, Any]:
    review = {"state": ResultState.REVIEWED.value, "role": REVIEWER, "person": by}
    return {**row, **review, "needs_review": False}


# Many parameters: which of the results that wait are meant.
def _waiting(
    workspace: WorkspaceFolder,
    draw: str,
    asked: Sequence[str],
    by: str,
    *,
    every: bool = False,
    items: Sequence[str] = (),
) -> tuple[list[dict[str, Any]], int]:
    """The results that wait for the reviewer, and how many that wait are the reviewer's own."""
    held = workspace.store.unreviewed(draw)
    waiting = [row for row in held if row["needs_review"]]
    wanted = [row for row in waiting if every or row["entity_id"] in asked]
    for entity in asked:
        if entity not in {row["entity_id"] for row in wanted}:
            is_back = entity in {row["entity_id"] for row in held}
            code = "entry.was-returned" if is_back else "entry.none-waits-of"
            raise refuse(code, entity=entity, draw=draw)
    there = {row["item_id"] for row in wanted}
    for item in items:
        if item not in there:
            raise refuse("entry.item-waits-not", found=item[:80], known=sorted(there))
    wanted = [row for row in wanted if not items or row["item_id"] in items]
    if not wanted:
        raise refuse("entry.none-waits", draw=draw)
    rows = [row for row in wanted if not is_same_person(by, row["entered_by"])]
    own = len(wanted) - len(rows)
    if own and (asked or not rows):
        entity = next(row["entity_id"] for row in wanted if is_same_person(by, row["entered_by"]))
        raise refuse("entry.need-second", entity=entity, person=by)
    return rows, own
