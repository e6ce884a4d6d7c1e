"""The load of crews by week: visits made, and those that are left, spread over the days left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.work_pictures import loads_by_week
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.schema.reports.pictures import LoadOfInspector, LoadReport
from yaohao.planner.storage.calendar import day_given, working_days
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.result_entries import dealt_draw, made_with_crews
from yaohao.planner.vocabulary.terms import NOT_YET
from yaohao.planner.vocabulary.working_days import Calendar
from yaohao.planner.wording.messages import say

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
MOST = 53
"""Weeks that are shown: the last ones where there are more."""


def crew_load(workspace: WorkspaceFolder, draw: str = "", as_of: str = "") -> Finding:
    """Visits by inspector and week: of one draw, or of all whose visits are not over.

    Its figures are a `LoadReport`. As visits have no day before they are made, each that is left is
    spread evenly over the working days from `as_of` (ISO, by default today) to the end of its
    window on which the inspector is there. Raises PlannerError for a draw without crews.
    """
    day = day_given(workspace, as_of or None)
    draws = [dealt_draw(workspace, draw)] if draw else _current(workspace, day)
    report = _told(workspace, draws, day)
    return Finding(report, lambda: _sentences(report), lambda: [*loads_by_week(report)])


def _current(workspace: WorkspaceFolder, day: date) -> list[Draw]:
    """The draws with crews that have visits left, or whose window is not over."""
    current = []
    for one in workspace.store.all_draws():
        if one.stage is not Stage.DEALT:
            continue
        if one.window[1] >= day.isoformat() or any(
            visit["result"] == NOT_YET
            for visit in made_visits(workspace.store.visits(one.id), one.withdrawals)
        ):
            current.append(one)
    return current


def _told(workspace: WorkspaceFolder, draws: Sequence[Draw], day: date) -> LoadReport:
    calendar = working_days(workspace)
    roster = {row["inspector_id"]: row for row in workspace.store.roster("inspectors")}
    weeks = _weeks(draws, day)
    places = {week: place for place, week in enumerate(weeks)}
    loads: dict[str, LoadOfInspector] = {}
    for draw in draws:
        done_on = {row["entity_id"]: row["visited_on"] for row in workspace.store.results(draw.id)}
        spread: dict[str, list[float]] = {}
        for visit in made_with_crews(workspace, draw.id):
            on = done_on.get(visit["entity_id"], "")
            for inspector in visit["inspectors"]:
                row: Mapping[str, Any] = roster.get(inspector, {})
                load = loads.setdefault(inspector, _empty(inspector, row, len(weeks)))
                if visit["result"] != NOT_YET:
                    place = places.get(_monday(date.fromisoformat(on))) if on else None
                    if place is not None:
                        load["done"][place] += 1
                    continue
                if inspector not in spread:
                    left = _days_left(row, draw.window, day, calendar)
                    spread[inspector] = _shares(left, places)
                if not any(spread[inspector]):
                    load["late"] += 1
                for place, share in enumerate(spread[inspector]):
                    load["open"][place] += share
    rows = sorted(loads.values(), key=lambda one: one["inspector_id"])
    for one in rows:
        one["open"] = [round(number, 3) for number in one["open"]]
    return {
        "as_of": day.isoformat(),
        "draws": [one.id for one in draws],
        "weeks": [week.isoformat() for week in weeks],
        "inspectors": rows,
        "sentences": [],
    }


def _empty(inspector: str, row: Mapping[str, Any], weeks: int) -> LoadOfInspector:
    return {
        "inspector_id": inspector,
        "name": str(row.get("name", "")),
        "done": [0] * weeks,
        "open": [0.0] * weeks,
        "late": 0,
    }


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(draws: Sequence[Draw], day: date) -> list[date]:
    """The Mondays from the first window's begin to the last one's end."""
    if not draws:
        return []
    first = _monday(date.fromisoformat(min(one.window[0] for one in draws)))
    last = _monday(date.fromisoformat(max(one.window[1] for one in draws)))
    weeks = [first + _WEEK * number for number in range((last - first).days // 7 + 1)]
    return weeks[-MOST:]


def _days_left(
    row: Mapping[str, Any], window: Sequence[str], day: date, calendar: Calendar
) -> list[date]:
    """The working days left of a window on which an inspector is there."""
    begin = max(day, date.fromisoformat(window[0]))
    end = date.fromisoformat(window[1])
    absent = row.get("absent", ())
    days = (begin + _DAY * number for number in range((end - begin).days + 1))
    return [
        one
        for one in days
        if calendar.day(one).working
        and not any(span[0] <= one.isoformat() <= span[1] for span in absent)
    ]


def _shares(days: Iterable[date], places: Mapping[date, int]) -> list[float]:
    """What share of the days lies in each week."""
    days = list(days)
    shares = [0.0] * len(places)
    for one in days:
        place = places.get(_monday(one))
        if place is not None:
            shares[place] += 1 / len(days)
    return shares


def _sentences(report: LoadReport) -> list[str]:
    people = report["inspectors"]
    if not people:
        return [say("picture.load-empty")]
    done = sum(sum(one["done"]) for one in people)
    still = sum(sum(one["open"]) for one in people)
    late = sum(one["late"] for one in people)
    words = [
        say(
            "picture.load-told",
            inspectors=len(people),
            draws=len(report["draws"]),
            done=done,
            open=round(still),
        )
    ]
    sums = [sum(one["open"][place] for one in people) for place in range(len(report["weeks"]))]
    if any(sums):
        place = max(range(len(sums)), key=lambda place: sums[place])
        words.append(
            say("picture.load-most", week=report["weeks"][place], size=f"{sums[place]:,.1f}")
        )
    if late:
        words.append(say("picture.load-late", size=late))
    return [*words, say("picture.load-how")]
