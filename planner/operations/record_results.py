"""What follows a draw: the results of its visits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.follow_up.arriving_results import arriving
from yaohao.planner.follow_up.results import merged_results, visit_result
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.register.import_counts import import_counts
from yaohao.planner.register.importer import first_aside
from yaohao.planner.schema.draw import Stage
from yaohao.planner.schema.import_report import ReadAside, ResultsReport
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.schema.result import ResultRow
from yaohao.planner.storage.answered_leads import answered, close_leads
from yaohao.planner.storage.arrivals import Aside, aside_after, note_import, read_with
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.import_knowledge import as_known
from yaohao.planner.storage.kept_results import keep_results
from yaohao.planner.storage.last_inspections import Inspected, inspected_after, put_inspected
from yaohao.planner.storage.result_cases import no_cases
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import NOT_YET
from yaohao.planner.vocabulary.text import name_core

if TYPE_CHECKING:
    from yaohao.planner.register.import_result import ImportResult


# Many parameters: those of `import_files`, and the draw.
def import_results(
    workspace: WorkspaceFolder,
    draw: str,
    files: Sequence[Path],
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
    *,
    show_aside: Callable[[list[ReadAside]], object] | None = None,
) -> ResultsReport:
    """Import files of results of a draw's visits; a later result takes an earlier one's place.

    What comes back is as of `importing.import_files`, with `draw`; `open`, the visits that have no
    result yet; `items`, those of the plan; and `without_item`, how many of the rows accepted name
    no item and are counted for all of them. Of several days of one visit and item the latest holds.
    The last inspection of the entities becomes the day of the visit, and the leads that visits have
    answered are told, or closed where that is asked for. The cases that new results ask for are
    opened in the same act (`cases`). `show_aside` is given the first rows that are set aside.
    Raises PlannerError before the crews are dealt, and for files that are no results; rows about
    other entities or items are set aside.
    """
    from yaohao.planner.register.code_systems import code_system
    from yaohao.planner.register.entity_ids import EntityIds
    from yaohao.planner.register.result_files import ResultsOf, known_results, read_results

    stored = workspace.store.draw(draw)
    if stored.stage is not Stage.DEALT:
        raise refuse("draw.results-early", draw=draw, stage=stored.stage.value)
    items = stored_plan(stored.plan).all_items
    names = {row["item_id"]: row["name"] for row in workspace.store.roster("items")}
    listed = {item: names.get(item, "") for item in items}
    visits = made_visits(workspace.store.visits(draw), stored.withdrawals)
    options = as_known(workspace, "results", options)
    intake = read_results(
        files,
        ResultsOf(
            {visit["entity_id"] for visit in visits},
            listed,
            stored.window[0],
            unique_names(visits),
        ),
        workspace.settings.register,
        options,
        progress,
    )
    if show_aside is not None:
        show_aside(first_aside(intake))
    ids = EntityIds(code_system(workspace.settings.register), options)
    known = known_results(intake.accepted, listed, ids, options.values)
    what = _Arrival(draw, intake, items, options)
    report: ResultsReport = {
        **import_counts("results", intake, dry_run=options.dry_run),
        "draw": draw,
        "without_item": sum(not row["item_id"] for row in intake.accepted),
        "items": [{"item_id": item, "name": name} for item, name in listed.items()],
        "aside_gone": [],
        "dismissed": 0,
        "idle_supersedes": [],
        "files_aside": [],
        "repeated": 0,
        "older": 0,
        "leads": [],
        "leads_closed": False,
        "inspected": 0,
        "cases": no_cases(),
        "changed": False,
        "open": _open(visits),
    }
    if options.dry_run:
        aside = aside_after(workspace.store, "results", intake, options, known)
        _tell(report, workspace, what, aside)
        return report
    with workspace.act("results") as store:
        aside = aside_after(store, "results", intake, options, known)
        number = note_import(store, "results", intake, aside, read_with(options, draw=draw))
        before, results, inspected = _tell(report, workspace, what, aside)
        changed = results != before
        if changed:
            there = {(row["entity_id"], row["item_id"]): row for row in before}
            new = [row for row in results if row != there.get((row["entity_id"], row["item_id"]))]
            kept = keep_results(workspace, stored, results, new)
            report["cases"] = kept.cases
            store.end_import(number, kept.line.entry)
        if inspected.number:
            put_inspected(workspace, inspected)
        if options.close_leads and report["leads"]:
            close_leads(workspace, report["leads"])
            report["leads_closed"] = True
        after = made_visits(store.visits(draw), stored.withdrawals)
    done = changed or aside.changed or report["leads_closed"] or bool(inspected.number)
    report["changed"], report["open"] = done, _open(after)
    return report


class _Arrival(NamedTuple):
    """The results of a draw that came, the items of its plan, and how they are taken."""

    draw: str
    intake: ImportResult[list[ResultRow]]
    items: Sequence[str]
    options: ImportOptions


def _tell(
    report: ResultsReport, workspace: WorkspaceFolder, what: _Arrival, aside: Aside
) -> tuple[list[ResultRow], list[dict[str, Any]], Inspected]:
    """Enter into the report what the results do; those before, those after, and the register."""
    store, intake = workspace.store, what.intake
    silence = intake.silence
    unsaid = silence.rows
    if not what.options.empty:
        unsaid = [a | b for a, b in zip(silence.rows, silence.blank, strict=True)]
    before = store.results(what.draw)
    came = arriving(before, intake.accepted, unsaid, what.items, correct=what.options.correct)
    order = [visit["entity_id"] for visit in store.visits(what.draw)]
    results = merged_results(before, came.rows, what.items, order)
    named = {row["entity_id"] for row in intake.accepted}
    days = _days([row for row in results if row["entity_id"] in named], what.items)
    # The register and its leads have an entity by its code that the draw has by its number.
    numbers = what.options.numbers
    days = {numbers.get(entity, entity): day for entity, day in days.items()}
    inspected = inspected_after(workspace, {one: day for one, (day, _) in days.items()}, {})
    report["aside_gone"], report["dismissed"] = aside.told(), aside.dismissed
    report["idle_supersedes"], report["files_aside"] = aside.idle, aside.files
    report["repeated"], report["older"] = came.repeated, came.older
    report["inspected"] = inspected.number
    report["leads"] = answered(workspace, {one: day for one, (day, done) in days.items() if done})
    return before, results, inspected


def _days(
    results: Sequence[Mapping[str, Any]], items: Sequence[str]
) -> dict[str, tuple[str, bool]]:
    """Entity → the last day of its results, and whether it has them all; none without a day."""
    of_entity: dict[str, list[Mapping[str, Any]]] = {}
    for row in results:
        of_entity.setdefault(row["entity_id"], []).append(row)
    return {
        entity: (day, visit_result(rows, items) != NOT_YET)
        for entity, rows in of_entity.items()
        if (day := max(row["visited_on"] for row in rows))
    }


def unique_names(visits: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By the core of a name the only visited entity that has it."""
    by_name: dict[str, set[str]] = {}
    for visit in visits:
        by_name.setdefault(name_core(visit["name"]), set()).add(visit["entity_id"])
    return {name: next(iter(ids)) for name, ids in by_name.items() if name and len(ids) == 1}


def _open(visits: Sequence[Mapping[str, Any]]) -> int:
    return sum(visit["result"] == NOT_YET for visit in visits)
