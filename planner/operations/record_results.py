"""What follows a draw: the results of its visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.follow_up.results import NOT_YET, merged_results, visit_result
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.register.import_counts import import_counts
from yaohao.planner.schema.draw import Stage
from yaohao.planner.schema.import_report import ResultsReport
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import name_core


def import_results(
    workspace: WorkspaceFolder,
    draw: str,
    files: Sequence[Path],
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> ResultsReport:
    """Import files of results of a draw's visits; a later result takes an earlier one's place.

    What comes back is as of `importing.import_files`, with `draw`; `open`, the visits that have no
    result yet; `items`, those of the plan; and `without_item`, how many of the rows accepted name
    no item and are counted for all of them. Of several days of one visit and item the latest holds.
    Raises PlannerError before the crews are dealt, and for files that are no
    results; rows that are about other entities or items are set aside.
    """
    from yaohao.planner.register.result_files import ResultsOf, read_results

    found = workspace.store.draw(draw)
    if found.stage is not Stage.DEALT:
        raise refuse("draw.results-early", draw=draw, stage=found.stage.value)
    items = plan_from_document(found.plan).all_items
    names = {row["item_id"]: row["name"] for row in workspace.store.roster("items")}
    listed = {item: names.get(item, "") for item in items}
    visits = made_visits(workspace.store.visits(draw), found.withdrawals)
    intake = read_results(
        files,
        ResultsOf(
            {visit["entity_id"] for visit in visits},
            listed,
            unique_names(visits),
            found.window[0],
        ),
        workspace.settings.register,
        options,
        progress,
    )
    report: ResultsReport = {
        **import_counts("results", intake, dry_run=options.dry_run),
        "draw": draw,
        "without_item": sum(not row["item_id"] for row in intake.accepted),
        "items": [{"item_id": item, "name": name} for item, name in listed.items()],
        "changed": False,
        "open": _open(visits),
    }
    if options.dry_run:
        return report
    with workspace.act("results") as store:
        before = store.results(draw)
        order = [visit["entity_id"] for visit in store.visits(draw)]
        results = merged_results(before, intake.accepted, items, order)
        aside = store.note_import("results", intake)
        changed = results != before
        if changed:
            _settle(workspace, draw, results, items)
            digest = document_digest(results)
            line = store.append(
                {"act": "results", "draw": draw, "results": digest, "number": len(results)}
            )
            known = {(row["entity_id"], row["item_id"]): row for row in before}
            store.add_results(
                draw,
                (row for row in results if row != known.get((row["entity_id"], row["item_id"]))),
                line,
            )
        after = made_visits(store.visits(draw), found.withdrawals)
    report["changed"], report["open"] = changed or aside, _open(after)
    return report


def unique_names(visits: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By the core of a name the only visited entity that has it."""
    found: dict[str, set[str]] = {}
    for visit in visits:
        found.setdefault(name_core(visit["name"]), set()).add(visit["entity_id"])
    return {name: next(iter(ids)) for name, ids in found.items() if name and len(ids) == 1}


def _settle(
    workspace: WorkspaceFolder,
    draw: str,
    results: Sequence[Mapping[str, Any]],
    items: Sequence[str],
) -> None:
    """Give every visit that has results the code that they come to."""
    of_entity: dict[str, list[Mapping[str, Any]]] = {}
    for row in results:
        of_entity.setdefault(row["entity_id"], []).append(row)
    workspace.store.set_results(
        draw, ((entity, visit_result(rows, items)) for entity, rows in of_entity.items())
    )


def _open(visits: Sequence[Mapping[str, Any]]) -> int:
    return sum(visit["result"] == NOT_YET for visit in visits)
