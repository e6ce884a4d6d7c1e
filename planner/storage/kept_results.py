"""Results kept in an act: a line of the ledger, rows, the codes of their visits, their cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from yaohao.planner.follow_up.results import visit_result
from yaohao.planner.ledger import Line
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.import_report import CasesOfResults
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.result_cases import cases_of_results
from yaohao.planner.storage.results import IMPORTED, EnteredBy
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.problems import refuse


class Kept(NamedTuple):
    """The line of the ledger, and what the results opened and closed."""

    line: Line
    cases: CasesOfResults


def keep_results(
    workspace: WorkspaceFolder,
    stored: Draw,
    results: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
    by: EnteredBy = IMPORTED,
) -> Kept:
    """Enter results of a draw, in an act; `results` are all that hold then, `new` those that come.

    A visit has no code but that of not yet inspected until every item of the plan has a result,
    unless something was found. Raises PlannerError for kinds of cases that cannot be read.
    """
    store = workspace.store
    items = stored_plan(stored.plan).all_items
    of_entity: dict[str, list[Mapping[str, Any]]] = {}
    for row in results:
        of_entity.setdefault(row["entity_id"], []).append(row)
    store.set_results(
        stored.id, ((entity, visit_result(rows, items)) for entity, rows in of_entity.items())
    )
    line = add_rows(workspace, stored.id, results, new, by)
    first = date.fromisoformat(stored.window[0])
    return Kept(line, cases_of_results(workspace, stored.id, new, first))


def add_rows(
    workspace: WorkspaceFolder,
    draw: str,
    results: Sequence[Mapping[str, Any]],
    new: Iterable[Mapping[str, Any]],
    by: EnteredBy,
) -> Line:
    """Add rows and the line of the ledger that says which results hold then, in an act."""
    line = workspace.store.append(
        {
            "act": "results",
            "draw": draw,
            "results": document_digest(list(results)),
            "number": len(results),
        }
    )
    workspace.store.add_results(draw, new, line, by)
    return line


def check_reviewed(workspace: WorkspaceFolder, draw: str) -> None:
    """Raise PlannerError where results that a person entered wait for their review.

    What is published was entered by one person and reviewed by another; files come out of systems
    that do so themselves.
    """
    waiting = workspace.store.unreviewed(draw)
    if waiting:
        raise refuse(
            "entry.unreviewed",
            draw=draw,
            number=len(waiting),
            entities=list(dict.fromkeys(row["entity_id"] for row in waiting))[:5],
        )
