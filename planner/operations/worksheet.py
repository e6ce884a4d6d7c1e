"""The internal list of a draw's visits: who, where, by telephone, and by whom; never published.

Addresses and telephone numbers are those of the register as it is now, since a visit is made there;
of an entity that the register has no more the address is that of its frozen frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.draw.stages import STAGES, check_not_abandoned
from yaohao.planner.draw.withdrawals import crew_of, made_visits
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.publication.paper.rehearsal import marked
from yaohao.planner.publication.visit_tables import table_bytes, write_workbook
from yaohao.planner.publication.web_page.build import region_names
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.schema.reports.publications import (
    WorksheetFile,
    WorksheetReport,
    WorksheetVisit,
)
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.public_folders import write_private
from yaohao.planner.vocabulary import faults
from yaohao.planner.vocabulary.parquet_files import open_parquet
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name
from yaohao.planner.wording.messages import language, say

COLUMNS = (
    "number", "entity_id", "name", "address", "phone", "region", "standing", "items", "crew",
    "result",
)  # fmt: skip
"""The columns, in order; the inspectors are `crew`, with their names."""

FORMS = ("xlsx", "csv")
"""Endings of the files that can be written."""


def worksheet(workspace: WorkspaceFolder, draw: str) -> WorksheetReport:
    """The visits that are to be made, in the order of the draw, with all that a visit needs.

    Reserves stand among them once they are used, the withdrawn do not. Inspectors are there once
    the crews are assigned. Raises PlannerError before the selection, and for an abandoned draw.
    """
    stored = workspace.store.draw(draw)
    check_not_abandoned(stored)
    if STAGES.index(stored.stage) < STAGES.index(Stage.DRAWN):
        raise refuse("worksheet.too-early", draw=draw)
    return {
        "draw": draw,
        "title": marked(stored.plan["title"], language())
        if workspace.is_rehearsal
        else stored.plan["title"],
        "authority": stored.plan["authority"],
        "stage": stored.stage.value,
        "window": list(stored.window),
        "columns": list(COLUMNS),
        "visits": _rows(workspace, stored),
    }


def write_worksheet(
    workspace: WorkspaceFolder, draw: str, to: Path, *, overwrite: bool = False
) -> WorksheetFile:
    """Write the list into a workbook or a CSV file that its owner alone reads; what was written.

    Raises PlannerError as `worksheet` does, for another ending than those of `FORMS`, for a file
    that is there and may not be replaced, and for a place in a publication or a site.
    """
    ending = to.suffix.lower().removeprefix(".")
    if ending not in FORMS:
        raise refuse("worksheet.ending", file=str(to), known=list(FORMS))
    if not overwrite and (to.exists() or to.is_symlink()):
        raise refuse("output.exists", file=str(to))
    report = worksheet(workspace, draw)
    headings = [say(f"worksheet.column-{name}") for name in COLUMNS]
    rows = report["visits"]
    if ending == "csv":
        content = table_bytes(headings, (list(row.values()) for row in rows))
    else:
        with faults.disk_problems(to):
            content = _workbook(report, headings, rows)
    write_private(to, content, workspace.folder)
    return {
        "draw": draw,
        "stage": report["stage"],
        "file": str(to),
        "visits": len(rows),
        "without_phone": sum(not row["phone"] for row in rows),
        "without_address": sum(not row["address"] for row in rows),
        "without_inspectors": sum(not row["crew"] for row in rows),
    }


def _workbook(
    report: WorksheetReport, headings: Sequence[str], rows: Sequence[WorksheetVisit]
) -> bytes:
    path = process_folder() / unfinished_name()
    first, last = report["window"]
    notes = [
        say("worksheet.internal"),
        say("worksheet.head", authority=report["authority"], draw=report["draw"],
            first=first, last=last, visits=len(rows)),
    ]  # fmt: skip
    try:
        write_workbook(path, report["title"], notes, headings, COLUMNS, rows)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _rows(workspace: WorkspaceFolder, stored: Draw) -> list[WorksheetVisit]:
    visits = workspace.store.visits(stored.id)
    made = made_visits(visits, stored.withdrawals)
    known = _known(workspace, stored, [visit["entity_id"] for visit in made])
    names = region_names(workspace.settings.register, (visit["region"] for visit in made))
    roster = {row["inspector_id"]: row["name"] for row in workspace.store.roster("inspectors")}
    listed = {row["item_id"]: row["name"] for row in workspace.store.roster("items")}
    items = [listed.get(one) or one for one in stored_plan(stored.plan).all_items]
    return [
        {
            "number": marked(f"{number:04d}", language())
            if workspace.is_rehearsal
            else f"{number:04d}",
            "entity_id": visit["entity_id"],
            "name": visit["name"],
            "address": known.get(visit["entity_id"], ("", ""))[0],
            "phone": known.get(visit["entity_id"], ("", ""))[1],
            "region": names.get(visit["region"], visit["region"]),
            "standing": say(f"worksheet.standing-{visit['standing']}"),
            "items": say("worksheet.between").join(items),
            "crew": _crew(visits, stored, visit, roster),
            "result": say(f"result.{visit['result']}"),
        }
        for number, visit in enumerate(made, 1)
    ]


def _crew(
    visits: Sequence[Mapping[str, Any]],
    stored: Draw,
    visit: Mapping[str, Any],
    roster: Mapping[str, str],
) -> str:
    """The inspectors of a visit, by name and id; a reserve has those of whom it replaces."""
    crew = visit["inspectors"] or crew_of(visits, stored.withdrawals, visit["entity_id"])
    return say("worksheet.between").join(
        f"{roster[one]} ({one})" if roster.get(one) else one for one in crew
    )


def _known(
    workspace: WorkspaceFolder, stored: Draw, ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Address and telephone number of entities; of those that the register lost, of the frame."""
    path, _, _ = workspace.snapshot_path()
    known = {row["entity_id"]: row for row in _of_file(path, ids)}
    gone = [one for one in ids if one not in known]
    if gone:
        known |= {row["entity_id"]: row for row in _of_file(workspace.kept.frame(stored), gone)}
    return {one: (row["address"], row.get("phone", "")) for one, row in known.items()}


def _of_file(path: Path, ids: Sequence[str]) -> Iterable[dict[str, Any]]:
    """The rows of some entities in a Parquet file, with what a visit needs of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(ids, pa.string())
    with open_parquet(path) as file:
        columns = [name for name in ("entity_id", "address", "phone") if name in file.schema.names]
        for batch in file.iter_batches(columns=columns):
            yield from batch.filter(pc.is_in(batch.column("entity_id"), wanted)).to_pylist()
