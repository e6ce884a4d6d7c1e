"""Cases that results open, in the act that records the results or in one of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yaohao.planner.follow_up.events import Event
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.machine import open_case, take_step
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.follow_up.result_cases import GONE, openings_of
from yaohao.planner.follow_up.view import both
from yaohao.planner.schema.import_report import CasesOfResults
from yaohao.planner.storage.case_acts import names_and_places
from yaohao.planner.storage.case_desk import CaseDesk, Change
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.folder import WorkspaceFolder

MOST_IDS = 20
"""Cases that are named by their ids, of those that were opened."""


def cases_of_results(
    workspace: WorkspaceFolder,
    draw: str,
    results: Iterable[Mapping[str, Any]],
    fallback: date,
    *,
    dry_run: bool = False,
) -> CasesOfResults:
    """Open the cases that results ask for and end those of who is gone, in an act; how many.

    The same results again change nothing: a case has the same id, and what may stand only once
    does. Raises PlannerError for kinds of the workspace that cannot be read.
    """
    results = list(results)
    desk = CaseDesk(workspace)
    wanted = list(openings_of(results, desk.kinds, draw, fallback))
    possible: Counter[str] = Counter()
    fresh: list[tuple[Event, Kind]] = []
    for one in wanted:
        kind = desk.kinds.on(one.kind, one.day)
        act = Act(one.day, "import", facts=one.facts, basis=kind.basis)
        outcome = open_case(kind, "finding", one.subject, act, cause=draw)
        if outcome.unmet:
            possible[one.kind] += 1
            continue
        fresh += [(event, kind) for event in outcome.events]
    places = names_and_places(workspace, [event["subject"] for event, _ in fresh])
    changes = desk.new_cases(fresh, {one: place for one, (_, place) in places.items()})
    ended = list(_gone(desk, results, fallback))
    if not dry_run:
        desk.keep(changes, batch=len(changes) > 1)
        desk.keep(ended, batch=len(ended) > 1)
    opened, closed = (Counter(one.case.kind for one in them) for them in (changes, ended))
    words = {one.kind.id: both(one.kind.words) for one in ended}
    words |= {one.kind: both(desk.kinds.on(one.kind, one.day).words) for one in wanted}
    named = {*opened, *closed, *possible}
    return {
        "opened": dict(sorted(opened.items())),
        "closed": dict(sorted(closed.items())),
        "possible": dict(sorted(possible.items())),
        "words": {kind: words[kind] for kind in sorted(named)},
        "ids": [one.case.id for one in changes[:MOST_IDS]],
    }


def no_cases() -> CasesOfResults:
    """That nothing was opened or closed."""
    return {"opened": {}, "closed": {}, "possible": {}, "words": {}, "ids": []}


def _gone(desk: CaseDesk, results: Iterable[Mapping[str, Any]], fallback: date) -> Iterable[Change]:
    """The open cases of who is gone, after their step ``gone``."""
    days = {
        row["entity_id"]: date.fromisoformat(row["visited_on"]) if row["visited_on"] else fallback
        for row in results
        if row["result"] in GONE
    }
    for subject, day in sorted(days.items()):
        rows = desk.store.cases_like(CaseFilter(entity=subject, standing="open"), 1000)
        own = [row.number for row in rows if row.subject == subject]
        for number, one in desk.load_all(own).items():
            act = Act(max(day, one.case.last_day), "import")
            outcome = take_step(one.case, one.kind, "gone", act, desk.counting)
            if outcome.events and outcome.case is not None:
                yield Change(number, outcome.case, one.kind, outcome.events, one.row.office)
