"""Pictures of the work: a year's calendar, the load of crews by week, a map of divisions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from yaohao.planner.learning.charts import (
    Bar,
    Bars,
    Calendar,
    Grid,
    Mark,
    MarkedDay,
    Tile,
    Tiles,
)
from yaohao.planner.wording.messages import say

_LEGEND: tuple[Mark, ...] = ("draw", "due", "visits", "today", "window")


def calendar_of(report: Mapping[str, Any]) -> Calendar:
    """The calendar of a year from a `CalendarReport`."""
    year = report["year"]
    days = [
        MarkedDay(day, "window")
        for window in report["windows"]
        for day in _days(window["first"], window["last"])
        if day.year == year
    ]
    for one in report["days"]:
        day = date.fromisoformat(one["day"])
        if one["acts"]:
            days.append(MarkedDay(day, "draw", len(one["acts"])))
        if any(one["due"].values()):
            days.append(MarkedDay(day, "due", sum(one["due"].values())))
        if one["visits"]:
            days.append(MarkedDay(day, "visits", one["visits"]))
    today = date.fromisoformat(report["as_of"])
    if today.year == year:
        days.append(MarkedDay(today, "today"))
    return Calendar(
        say("picture.chart-calendar", year=str(year)),
        year,
        tuple(days),
        tuple(say(f"picture.weekday-{number}") for number in range(1, 8)),
        tuple((mark, say(f"picture.mark-{mark}")) for mark in _LEGEND),
        say("picture.month"),
        tuple(say(f"picture.count-{name}") for name in ("acts", "visits", "due")),
        tuple((one["month"], one["acts"], one["visits"], one["due"]) for one in report["months"]),
    )


def _days(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def loads_by_week(report: Mapping[str, Any]) -> list[Bars | Grid]:
    """From a `LoadReport` all visits of each week as bars, and each inspector's as a grid."""
    names = tuple(week[5:] for week in report["weeks"])
    people = report["inspectors"]
    if not names or not people:
        return []
    bars = []
    for place, name in enumerate(names):
        done = sum(one["done"][place] for one in people)
        still = sum(one["open"][place] for one in people)
        note = f"{done:,} + {still:,.1f}"
        bars.append(Bar(name, done + still, note=note))
    rows = tuple(
        tuple(done + still for done, still in zip(one["done"], one["open"], strict=True))
        for one in people
    )
    return [
        Bars(say("picture.chart-weeks"), tuple(bars), "number"),
        Grid(
            say("picture.chart-load"),
            tuple(_told_apart(people)),
            names,
            rows,
            "number",
        ),
    ]


def _told_apart(people: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Names, with the id where several have the same."""
    names = Counter(one["name"] for one in people)
    for one in people:
        name, number = one["name"], one["inspector_id"]
        yield f"{number} {name}".strip() if not name or names[name] > 1 else name


def map_of(report: Mapping[str, Any]) -> Tiles:
    """The map of divisions from a `MapReport`."""
    by = report["by"]
    groups = tuple(
        (
            group["name"] if group["code"] else "",
            tuple(_tile(one, by) for one in group["divisions"]),
        )
        for group in report["groups"]
    )
    is_share = by in ("rate", "violations")
    return Tiles(say(f"picture.chart-map-{by}"), groups, "percent" if is_share else "number")


def _tile(one: Mapping[str, Any], by: str) -> Tile:
    if by == "size":
        return Tile(one["name"], float(one["entities"]))
    if by == "visits":
        return Tile(one["name"], float(one["visits"]))
    above, below = (
        (one["visits"], one["entities"]) if by == "rate" else (one["found"], one["visited"])
    )
    value = above / below if below else math.nan
    return Tile(one["name"], value, f"{above:,}/{below:,}")
