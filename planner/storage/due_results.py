"""Which results are due to be public, and by when, in the draws of a workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo

from yaohao.planner.follow_up.deadlines import STATES, deadlines
from yaohao.planner.ledger import Line
from yaohao.planner.schema.reports.publications import DueReport, DueVisit
from yaohao.planner.storage.calendar import today, working_days, zone
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.clock import day_of
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.working_days import Calendar


def due(workspace: WorkspaceFolder, draw: str = "", as_of: str = "") -> DueReport:
    """The due days of all visits that have results, of one draw or of all, as of an ISO date.

    Without `as_of`, as of today. Days are those where the bureau is. Raises PlannerError for an
    unknown draw, what is no date, and a calendar file that cannot be read.
    """
    try:
        day = date.fromisoformat(as_of) if as_of else today(workspace)
    except ValueError as error:
        raise refuse("due.bad-date", found=as_of) from error
    calendar = working_days(workspace)
    draws = [draw] if draw else workspace.store.draw_ids()
    acts = workspace.store.told_acts()
    rows: list[DueVisit] = []
    for one in draws:
        workspace.store.draw(one)
        names = {visit["entity_id"]: visit["name"] for visit in workspace.store.visits(one)}
        rows += _rows(workspace, one, acts, names, calendar, day)
    counts = Counter(row["state"] for row in rows)
    years = sorted({year for row in rows for year in row["estimated_years"]})
    return {
        "as_of": day.isoformat(),
        "draws": draws,
        "counts": {state: counts[state] for state in STATES},
        "estimated_years": years,
        "visits": rows,
    }


def unpublished(
    workspace: WorkspaceFolder, draws: Sequence[str], acts: Sequence[Line], day: date
) -> list[DueVisit]:
    """The due days of visits of some draws as `due` tells them, without the names of firms.

    `acts` are those of `store.told_acts`, which the caller has already. Raises PlannerError for a
    calendar file that cannot be read.
    """
    calendar = working_days(workspace)
    return [row for one in draws for row in _rows(workspace, one, acts, {}, calendar, day)]


def published_results(workspace: WorkspaceFolder, draw: str) -> dict[tuple[str, str], date]:
    """On what day the results of a draw that hold became public, by entity and item.

    One that was corrected since the last publication is not among them.
    """
    acts, latest = workspace.store.told_acts(), workspace.store.latest_entries(draw)
    return _published(acts, draw, latest, zone(workspace))


def _rows(
    workspace: WorkspaceFolder,
    draw: str,
    acts: Sequence[Line],
    names: Mapping[str, str],
    calendar: Calendar,
    day: date,
) -> list[DueVisit]:
    results = workspace.store.results(draw)
    first = workspace.store.first_entries(draw)
    published = _published(acts, draw, first, zone(workspace))
    return deadlines(draw, results, names, published, calendar, day)


def _published(
    ledger: Sequence[Line],
    draw: str,
    entries: Mapping[tuple[str, str], str],
    zone_: tzinfo | None,
) -> dict[tuple[str, str], date]:
    """On what day each result became public: with the publication next after its import.

    `entries` has the ledger's entry of the import with which each result came.
    """
    acts = [(line.entry, line.act) for line in ledger if line.act.get("draw") == draw]
    after, next_day = dict[str, date | None](), None
    for entry, act in reversed(acts):
        if act["act"] == "publication":
            next_day = day_of(act["at"], zone_)
        elif act["act"] == "results":
            after[entry] = next_day
    return {key: day for key, entry in entries.items() if (day := after.get(entry)) is not None}
