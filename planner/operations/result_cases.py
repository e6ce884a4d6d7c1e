"""Opening the cases that the results of a draw ask for, by itself: for results that came before."""

from __future__ import annotations

from datetime import date

from yaohao.planner.schema.import_report import CasesOfResults
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.result_cases import cases_of_results


def open_for_results(
    workspace: WorkspaceFolder, draw: str, *, dry_run: bool = False
) -> CasesOfResults:
    """Open what all results of a draw ask for by now; nothing twice.

    Raises PlannerError for an unknown draw.
    """
    stored = workspace.store.draw(draw)
    with workspace.act("case") as store:
        results = store.results(draw)
        first = date.fromisoformat(stored.window[0])
        return cases_of_results(workspace, draw, results, first, dry_run=dry_run)
