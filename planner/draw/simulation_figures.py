"""The figures of a simulation: how often entities were visited, their gaps, and coverage.

Whole numbers only: counts, days, and shares in millionths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.reports.plans import LateFigures, SimulatedCoverage, SimulatedGroup
from yaohao.planner.vocabulary.units import PPM

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]
Truths = NDArray[np.bool_]
LAW = ("food", 2)
"""Food operators are inspected at least once in two years (食品生产经营监督检查管理办法, 22)."""
FRAME_COLUMNS = (
    "entity_id", "tier", "region", "industry", "kind", "status", "established_on", "fields",
    "effective_tier", "is_new", "in_key_field",
)  # fmt: skip


@dataclass(frozen=True)
class Visits:
    """The visits of one year: rows of the register, days, and whether each was for cause."""

    places: Ints
    days: Days
    for_cause: Truths


@dataclass(frozen=True)
class Members:
    """The entities in the plan's scope as they were at the start, in frame order.

    `places` are their rows in the register; `since` is the day from which each waits for a visit:
    the last inspection, else the establishment, else the plan's day (so many are `undated`).
    `groups` has, by stratum and code, who belongs there; `table` the columns of the frame.
    """

    places: Ints
    since: Days
    undated: int
    groups: Mapping[str, Mapping[str, Truths]]
    table: pa.Table


@dataclass(frozen=True)
class Played:
    """What became of members: how often each was visited, and its longest gap in days.

    `years` holds for each turn of the plan, of which a year has `a_year`, the members visited, the
    days, and the last day of the window.
    """

    start: np.datetime64
    times: Ints
    gaps: Ints
    years: Sequence[tuple[Ints, Days, np.datetime64]]
    a_year: int


def members_of(plan: Plan, table: pa.Table, places: Ints, inspected: Days) -> Members:
    """The members of a first year's frame.

    `table` has its `FRAME_COLUMNS`, `places` the rows of its
    entities in the register, `inspected` the last inspection of each row of the register.
    """
    import pyarrow.compute as pc

    start = np.datetime64(plan.as_of, "D")
    since = inspected[places]
    since = np.where(np.isnat(since), days_of(table.column("established_on")), since)
    unknown = np.isnat(since)
    is_new, in_key = (table.column(name).to_numpy() for name in ("is_new", "in_key_field"))
    tier = table.column("effective_tier")
    tiers = {code: holding(tier, code.__eq__) for code in pc.unique(tier).to_pylist()}
    groups = {
        "tier": dict(sorted(tiers.items())),
        "age": {"new": is_new, "old": ~is_new},
        "key": {"key": in_key, "other": ~in_key},
    }
    return Members(places, np.where(unknown, start, since), int(unknown.sum()), groups, table)


def days_of(column: pa.ChunkedArray) -> Days:
    """ISO dates or empty texts (Arrow) as days, NaT for empty ones."""
    import pyarrow as pa
    import pyarrow.compute as pc

    dates = pc.if_else(pc.equal(column, ""), None, column).cast(pa.date32())
    return np.array(dates.to_numpy(), dtype="datetime64[D]")


def holding(column: pa.ChunkedArray, holds: Callable[[str], bool]) -> Truths:
    """Which values of a text column (Arrow) a condition holds for; asked once for each value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = [value for value in pc.unique(column).to_pylist() if holds(value)]
    truths: Truths = pc.is_in(column, value_set=pa.array(values, pa.string())).to_numpy()
    return truths


def _any_of(codes: Iterable[str]) -> Callable[[str], bool]:
    """Whether a list of fields, joined by commas, has one of `codes`."""
    wanted = frozenset(codes)
    return lambda fields: not wanted.isdisjoint(fields.split(","))


def _below(prefixes: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a region is one of `prefixes` or below it."""
    return lambda region: region.startswith(prefixes)


def played(
    plan: Plan,
    members: Members,
    years: Sequence[tuple[Visits, date]],
    register_size: int,
    a_year: int,
) -> Played:
    """The visits of all turns, each with the last day of its window, put together by member.

    `a_year` turns make a year.
    """
    index = np.full(register_size, -1, dtype=np.int64)
    index[members.places] = np.arange(len(members.places))
    times = np.zeros(len(members.places), dtype=np.int64)
    gaps = np.zeros(len(members.places), dtype=np.int64)
    last = members.since.copy()
    years_played = []
    for visits, close in years:
        who = index[visits.places]
        gaps[who] = np.maximum(gaps[who], _length(last[who], visits.days))
        last[who] = np.maximum(last[who], visits.days)
        times[who] += 1
        years_played.append((who, visits.days, np.datetime64(close, "D")))
    gaps = np.maximum(gaps, _length(last, years_played[-1][2]))
    return Played(np.datetime64(plan.as_of, "D"), times, gaps, years_played, a_year)


def _length(since: Days, until: Days | np.datetime64) -> Ints:
    days: Ints = (until - since).astype(np.int64)
    return days


def group_figures(members: Members, played: Played) -> dict[str, list[SimulatedGroup]]:
    """By stratum (`all`, `tier`, `age`, `key`), the figures of each code that anybody has."""
    everybody = {"": np.ones(len(members.places), dtype=np.bool_)}
    return {
        stratum: [_figures(code, played, who) for code, who in codes.items() if who.any()]
        for stratum, codes in {"all": everybody, **members.groups}.items()
    }


def _figures(code: str, played: Played, who: Truths) -> SimulatedGroup:
    """Of some members: visits, how many had none, one, two or more, longest and median gap."""
    times, gaps = played.times[who], played.gaps[who]
    size, visits = len(times), int(times.sum())
    counts = {
        "never": int((times == 0).sum()),
        "once": int((times == 1).sum()),
        "twice": int((times == 2).sum()),
        "more": int((times > 2).sum()),
    }
    return {
        "code": code,
        "entities": size,
        "visits": visits,
        "visits_a_year": visits * PPM * played.a_year // (size * len(played.years)),
        "visited": counts,
        "shares": {name: count * PPM // size for name, count in counts.items()},
        "longest_gap": int(gaps.max()),
        # The lower of the two in the middle, so that it stays a whole number of days.
        "median_gap": int(np.partition(gaps, (size - 1) // 2)[(size - 1) // 2]),
    }


def coverage_figures(plan: Plan, members: Members, played: Played) -> list[SimulatedCoverage]:
    """For each coverage rule of the plan, else for the law's, how many went without a visit.

    `late_at_start` waited longer than allowed on the first day, `fell_late` came to that later,
    `late` were so at any time; `late_at_close` counts them on the last day of each year's window.
    """
    rules: list[tuple[dict[str, str | list[str]], int, str]] = [
        ({key: list(codes) for key, codes in rule.where.items()}, rule.within_years, "plan")
        for rule in plan.coverage
    ]
    field, years = LAW
    if not rules and field in plan.key_fields.codes:
        rules = [({"fields": field}, years, "law")]
    return [
        {
            "where": where,
            "within_years": within,
            "source": source,
            **_late(members, played, _matching(members, where), within),
        }
        for where, within, source in rules
    ]


def _matching(members: Members, where: Mapping[str, str | list[str]]) -> Truths:
    """The members whom a group of a plan takes in; a region's prefix takes in what is below it."""
    truths = np.ones(len(members.places), dtype=np.bool_)
    for column, value in where.items():
        codes = (value,) if isinstance(value, str) else tuple(value)
        if column in members.groups:
            sets = members.groups[column]
            nobody = np.zeros(len(truths), dtype=np.bool_)
            truths &= np.logical_or.reduce([nobody, *(sets.get(code, nobody) for code in codes)])
        elif column == "fields":
            truths &= holding(members.table.column(column), _any_of(codes))
        elif column == "region":
            truths &= holding(members.table.column(column), _below(codes))
        else:
            truths &= holding(members.table.column(column), frozenset(codes).__contains__)
    return truths


def _late(members: Members, played: Played, who: Truths, years: int) -> LateFigures:
    due = years_after(members.since, years)
    at_start = who & (due < played.start)
    fell = np.zeros(len(who), dtype=np.bool_)
    at_close = []
    for visited, days, close in played.years:
        fell[visited] |= (days > due[visited]) & (due[visited] >= played.start)
        due[visited] = np.maximum(due[visited], years_after(days, years))
        at_close.append(int((who & (due < close)).sum()))
    fell |= (due < played.years[-1][2]) & (due >= played.start)
    fell &= who
    return {
        "entities": int(who.sum()),
        "late_at_start": int(at_start.sum()),
        "fell_late": int(fell.sum()),
        "late": int((at_start | fell).sum()),
        "late_at_close": at_close,
    }


def years_after(days: Days, years: int) -> Days:
    """The same day so many years later; 29 February becomes the 28th where the year has none."""
    months = days.astype("datetime64[M]")
    then = months + np.timedelta64(12 * years, "M")
    last = (then + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    same = then.astype("datetime64[D]") + (days - months.astype("datetime64[D]"))
    days_after: Days = np.minimum(same, last)
    return days_after
