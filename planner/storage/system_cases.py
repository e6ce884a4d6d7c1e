"""What visits and the roster make due, as cases that are in no database: they are made anew.

A certificate that ends is due to be renewed; a visit that is to be made within the interval after
the last one of its entity is told, so that a person can put it off. The rules are those of the
kinds `certificate` and `cap`, counted by the same machine as all cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.kinds import Kinds
from yaohao.planner.follow_up.machine import open_case
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.follow_up.today import today_list
from yaohao.planner.schema.draw import Stage
from yaohao.planner.schema.reports.today import Today
from yaohao.planner.storage.case_acts import BUREAU
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.terms import NOT_YET

CERTIFICATE = "certificate"
CAP = "cap"
_DIRECTED = "directed"


class SystemList(NamedTuple):
    """Things due, and the draw that they are about, if any."""

    draw: str
    told: Today


def system_lists(
    workspace: WorkspaceFolder, kinds: Kinds, counting: Counting, as_of: date, wanted: CaseFilter
) -> Iterator[SystemList]:
    """What certificates and planned visits make due on a day, a list for each draw.

    Where a bureau keeps cases of certificates itself, the roster tells nothing beside them.
    """
    store = workspace.store
    asks_firm = bool(wanted.entity or wanted.office)
    if wanted.kind in ("", CERTIFICATE) and not asks_firm and not store.has_own_cases(CERTIFICATE):
        kind = kinds.on(CERTIFICATE, as_of)
        cases = _certificates(workspace, kind, counting, as_of)
        yield SystemList("", today_list(cases, kinds, counting, as_of))
    if wanted.kind in ("", CAP):
        for draw, visits in _planned(workspace, as_of, wanted).items():
            kind = kinds.on(CAP, as_of)
            visits_told = _visits(workspace, kind, counting, draw, visits, as_of)
            yield SystemList(draw, today_list(visits_told, kinds, counting, as_of))


def _certificates(
    workspace: WorkspaceFolder, kind: Kind, counting: Counting, as_of: date
) -> Iterator[Case]:
    for row in workspace.store.roster("inspectors"):
        if row["certificate_until"]:
            end = date.fromisoformat(row["certificate_until"])
            facts: dict[str, FactValue] = {
                "holder": row["inspector_id"],
                "valid_until": end.isoformat(),
            }
            yield from _case(kind, "import", BUREAU, min(end, as_of), facts, counting, as_of)


def _planned(
    workspace: WorkspaceFolder, as_of: date, wanted: CaseFilter
) -> dict[str, dict[str, str]]:
    """By draw that is being visited: its visits without a result, but those for cause, with the
    last day on which each entity was visited before.
    """
    store = workspace.store
    draws = [store.draw(draw) for draw in store.draw_ids()]
    running = [one for one in draws if one.stage is Stage.DEALT and one.window[1] >= str(as_of)]
    if not running:
        return {}
    days = {entity: last.day for entity, last in store.last_visits({}).items()}
    for entity, day in store.last_lot_days().items():
        days[entity] = max(day, days.get(entity, ""))
    return {
        draw.id: {
            visit["entity_id"]: days[visit["entity_id"]]
            for visit in made_visits(store.visits(draw.id), draw.withdrawals)
            if visit["result"] == NOT_YET
            and visit["standing"] != _DIRECTED
            and visit["entity_id"] in days
            and wanted.entity in ("", visit["entity_id"])
            and visit["region"].startswith(wanted.office)
        }
        for draw in running
    }


# Many parameters: the visits and the rule by which they are counted.
def _visits(
    workspace: WorkspaceFolder,
    kind: Kind,
    counting: Counting,
    draw: str,
    visits: Mapping[str, str],
    as_of: date,
) -> Iterable[Case]:
    for entity, day in sorted(visits.items()):
        visited = min(date.fromisoformat(day), as_of)
        facts: dict[str, FactValue] = {"visited_on": day, "draw": draw}
        yield from _case(kind, "finding", entity, visited, facts, counting, as_of)


# Many parameters: what opens a case, and the day up to which the clock takes it on.
def _case(
    kind: Kind,
    source: str,
    subject: str,
    day: date,
    facts: Mapping[str, FactValue],
    counting: Counting,
    as_of: date,
) -> Iterator[Case]:
    """The case as it stands on a day; none where it could not be opened, or has ended."""
    case = open_case(kind, source, subject, Act(day, "import", facts=facts)).case
    if case is not None:
        done = clock(case, kind, as_of, counting)
        yield done[-1][0] if done else case
