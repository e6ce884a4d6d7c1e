"""The days of a year: acts of draws, windows, visits made, and what is due and not done yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.work_pictures import calendar_of
from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.schema.reports.pictures import ActOnDay, CalendarReport, DayOfYear
from yaohao.planner.storage.calendar import day_given, zone
from yaohao.planner.storage.due_results import unpublished
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.clock import day_of
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import NOT_YET
from yaohao.planner.wording.messages import say

ACTS = ("freeze", "seed", "publication")
DUES = ("visits", "results", "cases")
_YEARS = range(2000, 2101)
_WAITS = ("open", "overdue")


def year_calendar(workspace: WorkspaceFolder, year: int = 0, as_of: str = "") -> Finding:
    """The calendar of a year (that of `as_of`, an ISO day, by default; today by default).

    Its figures are a `CalendarReport`. Raises PlannerError for what is no day or year.
    """
    day = day_given(workspace, as_of or None)
    year = year or day.year
    if year not in _YEARS:
        raise refuse("report.bad-year", found=year, first=_YEARS[0], last=_YEARS[-1])
    report = _told(workspace, year, day)
    return Finding(report, lambda: _sentences(report), lambda: [calendar_of(report)])


def _told(workspace: WorkspaceFolder, year: int, day: date) -> CalendarReport:
    draws = [one for one in workspace.store.all_draws() if one.stage is not Stage.ABANDONED]
    first, last = f"{year}-01-01", f"{year}-12-31"
    acts: dict[str, list[ActOnDay]] = defaultdict(list)
    known, where = {one.id for one in draws}, zone(workspace)
    for line in workspace.store.acts_of_draws(ACTS):
        at = day_of(line.act["at"], where).isoformat()
        if line.act["draw"] in known and first <= at <= last:
            name = line.act["round"] if line.act["act"] == "seed" else line.act["act"]
            acts[at].append({"act": name, "draw": line.act["draw"]})
    visits = _visits(workspace, draws)
    dues = _dues(workspace, draws, first, last, day)
    names = sorted({*acts, *(one for one in {*visits, *dues} if first <= one <= last)})
    days: list[DayOfYear] = [
        {
            "day": one,
            "acts": acts.get(one, []),
            "visits": visits[one],
            "due": {name: dues[one][name] for name in DUES if one in dues},
        }
        for one in names
    ]
    return {
        "year": year,
        "as_of": day.isoformat(),
        "windows": [
            {"draw": one.id, "title": one.plan["title"], "first": one.window[0],
             "last": one.window[1]}
            for one in draws
            if one.window[0] <= last and one.window[1] >= first
        ],
        "days": days,
        "months": [
            {
                "month": month,
                "acts": sum(len(one["acts"]) for one in mine),
                "visits": sum(one["visits"] for one in mine),
                "due": sum(sum(one["due"].values()) for one in mine),
            }
            for month in range(1, 13)
            for mine in [[one for one in days if int(one["day"][5:7]) == month]]
        ],
        "sentences": [],
    }  # fmt: skip


def _visits(workspace: WorkspaceFolder, draws: list[Draw]) -> Counter[str]:
    """How many visits were made on each day of which a result is known."""
    return Counter(
        on
        for draw in draws
        for _, on in {
            (row["entity_id"], row["visited_on"]) for row in workspace.store.results(draw.id)
        }
        if on
    )


def _dues(
    workspace: WorkspaceFolder, draws: list[Draw], first: str, last: str, day: date
) -> dict[str, Counter[str]]:
    """By day what is due then and not done yet."""
    dues: dict[str, Counter[str]] = defaultdict(Counter)
    for draw in draws:
        visits = made_visits(workspace.store.visits(draw.id), draw.withdrawals)
        still = sum(visit["result"] == NOT_YET for visit in visits)
        if still:
            dues[draw.window[1]]["visits"] += still
    acts = workspace.store.told_acts()
    for one in unpublished(workspace, [draw.id for draw in draws], acts, day):
        if one["state"] in _WAITS and one["due_on"]:
            dues[one["due_on"]]["results"] += 1
    for on, number in workspace.store.dues_by_day(first, last, day.isoformat()):
        dues[on]["cases"] += number
    return dues


def _sentences(report: CalendarReport) -> list[str]:
    if not report["windows"] and not report["days"]:
        return [say("picture.calendar-empty", year=str(report["year"]))]
    passed = sum(sum(one["due"].values()) for one in report["days"] if one["day"] < report["as_of"])
    sums = {name: sum(one[name] for one in report["months"]) for name in ("acts", "visits", "due")}
    words = [
        say("picture.calendar-told", year=str(report["year"]), draws=len(report["windows"]), **sums)
    ]
    later = [
        one for one in report["days"] if one["day"] >= report["as_of"] and any(one["due"].values())
    ]
    if later:
        number = sum(later[0]["due"].values())
        words.append(say("picture.calendar-next", day=later[0]["day"], size=number))
    if passed:
        words.append(say("picture.calendar-late", size=passed))
    return words
