"""Charts as values: what is drawn, with its numbers; rendered by `chart_text` and `chart_svg`.

A chart is bars with whiskers, curves (lines, steps or points, with bands), a grid of shades, the
calendar of a year, or a map of tiles.
Every chart has its table: a picture is never without its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from yaohao.planner.vocabulary.problems import refuse

Unit = Literal["percent", "number"]
Style = Literal["line", "steps", "points"]
Place = Callable[[float, float], tuple[float, float]]
"""Where a point of the axes lies in the picture."""


@dataclass(frozen=True)
class Bar:
    """One bar: label, value, and the limits of its whisker (nan for none)."""

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    note: str = ""


@dataclass(frozen=True)
class Bars:
    """Bars under one another, from 0 to the greatest value or limit."""

    title: str
    rows: tuple[Bar, ...]
    unit: Unit = "percent"

    def __post_init__(self) -> None:
        if not self.rows or any(row.value < 0 for row in self.rows):
            raise refuse("learning.chart")

    @property
    def most(self) -> float:
        """The end of the scale."""
        values = [v for row in self.rows for v in (row.value, row.high) if math.isfinite(v)]
        return max([v for v in values if v > 0], default=1.0)


@dataclass(frozen=True)
class Series:
    """One curve: its name, points, style, and the limits of its band or whiskers (or none)."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    style: Style = "line"
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        sizes = {len(self.x), len(self.y)}
        sizes |= {len(side) for side in (self.low, self.high, self.labels) if side}
        values = (*self.x, *self.y, *self.low, *self.high)
        if len(sizes) != 1 or not self.x or not all(math.isfinite(v) for v in values):
            raise refuse("learning.chart")


@dataclass(frozen=True)
class Curves:
    """Curves over one pair of axes; `diagonal` draws the line on which both are alike."""

    title: str
    x_name: str
    y_name: str
    series: tuple[Series, ...]
    x_unit: Unit = "number"
    y_unit: Unit = "percent"
    diagonal: bool = False

    def __post_init__(self) -> None:
        if not self.series:
            raise refuse("learning.chart")

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least and greatest x, least and greatest y; y begins at 0 where nothing is below."""
        xs = [v for one in self.series for v in one.x]
        ys = [v for one in self.series for v in (*one.y, *one.low, *one.high)]
        if self.diagonal:
            xs = ys = [0.0, *xs, *ys]
        left, right, low, high = min(xs), max(xs), min(0.0, *ys), max(ys)
        return (
            left,
            right if right > left else left + 1,
            low,
            high if high > low else low + 1,
        )


@dataclass(frozen=True)
class Grid:
    """A grid of shares between 0 and 1, or of numbers from 0 on; nan where nothing is known."""

    title: str
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    unit: Unit = "percent"

    def __post_init__(self) -> None:
        shape = (len(self.row_names), {len(self.column_names)})
        if (len(self.values), {len(row) for row in self.values}) != shape or not self.values:
            raise refuse("learning.chart")
        highest = 1 if self.unit == "percent" else math.inf
        if any(v < 0 or v > highest for row in self.values for v in row):
            raise refuse("learning.chart")

    @property
    def most(self) -> float:
        """The value of the darkest shade."""
        if self.unit == "percent":
            return 1.0
        return max((v for row in self.values for v in row if v > 0), default=1.0)


Mark = Literal["draw", "due", "visits", "today", "window"]
MARKS: tuple[Mark, ...] = ("draw", "due", "visits", "today", "window")
"""What a day of a calendar may be; of several the first is drawn."""


@dataclass(frozen=True)
class MarkedDay:
    """A day of a calendar: what it is, and how many."""

    day: date
    mark: Mark
    number: int = 1


@dataclass(frozen=True)
class Calendar:
    """The days of a year, a column a week, with the numbers of its months in a table.

    `weekdays` are seven names from Monday on, `legend` the words for each mark, `month_name` what
    stands before the numbers of the months; `rows` have a month and a number for each of `counted`.
    """

    title: str
    year: int
    days: tuple[MarkedDay, ...]
    weekdays: tuple[str, ...]
    legend: tuple[tuple[Mark, str], ...]
    month_name: str
    counted: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        sizes = {len(row) for row in self.rows} | {len(self.counted) + 1}
        if any(one.day.year != self.year for one in self.days) or len(sizes) != 1:
            raise refuse("learning.chart")

    @property
    def drawn(self) -> dict[date, MarkedDay]:
        """What is drawn of each day that has anything."""
        by_day: dict[date, MarkedDay] = {}
        for one in sorted(self.days, key=lambda one: -MARKS.index(one.mark)):
            by_day[one.day] = one
        return by_day

    @property
    def most(self) -> int:
        """The most visits of a day."""
        return max((one.number for one in self.days if one.mark == "visits"), default=1)


@dataclass(frozen=True)
class Tile:
    """A tile of a map: its name, the value that shades it (nan for none), and a note."""

    name: str
    value: float
    note: str = ""


@dataclass(frozen=True)
class Tiles:
    """A map of tiles in groups, each group with its name, in the order given."""

    title: str
    groups: tuple[tuple[str, tuple[Tile, ...]], ...]
    unit: Unit = "percent"

    def __post_init__(self) -> None:
        tiles = [one for _, group in self.groups for one in group]
        if not tiles or any(one.value < 0 for one in tiles):
            raise refuse("learning.chart")

    @property
    def most(self) -> float:
        """The value of the darkest tile."""
        values = [one.value for _, group in self.groups for one in group]
        return max((value for value in values if value > 0), default=1.0)


Chart = Bars | Curves | Grid | Calendar | Tiles


def shown(value: float, unit: Unit) -> str:
    """A number as people read it, one decimal at most; "-" where there is none."""
    if not math.isfinite(value):
        return "-"
    if unit == "percent":
        return f"{100 * value:.1f}%"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}".removesuffix(".0")


def span(low: float, high: float, unit: Unit) -> str:
    """Limits as people read them; "" where there are none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{shown(low, unit)} - {shown(high, unit)}"


def table(chart: Chart) -> list[tuple[str, ...]]:
    """The numbers of a chart, row by row, without headings.

    Bars: label, value, limits, note. Curves: series, label, x, y, limits. Grid: row, values.
    Calendar: month, numbers. Tiles: group, name, value, note.
    """
    if isinstance(chart, Bars):
        unit = chart.unit
        return [
            (row.label, shown(row.value, unit), span(row.low, row.high, unit), row.note)
            for row in chart.rows
        ]
    if isinstance(chart, Grid):
        return [
            (name, *(shown(value, chart.unit) for value in row))
            for name, row in zip(chart.row_names, chart.values, strict=True)
        ]
    if isinstance(chart, Calendar):
        return [(chart.month_name, *chart.counted), *(tuple(map(str, row)) for row in chart.rows)]
    if isinstance(chart, Tiles):
        return [
            (name, one.name, shown(one.value, chart.unit), one.note)
            for name, group in chart.groups
            for one in group
        ]
    rows: list[tuple[str, ...]] = []
    for one in chart.series:
        for k in range(len(one.x)):
            limits = span(one.low[k], one.high[k], chart.y_unit) if one.low and one.high else ""
            label = one.labels[k] if one.labels else ""
            x, y = shown(one.x[k], chart.x_unit), shown(one.y[k], chart.y_unit)
            rows.append((one.name, label, x, y, limits))
    return rows


def thinned(one: Series, most: int) -> Series:
    """A series of at most `most` points for a table, first and last kept."""
    size = len(one.x)
    if size <= most:
        return one
    rows = sorted({round(k * (size - 1) / (most - 1)) for k in range(most)})

    def kept(side: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(side[k] for k in rows) if side else ()

    labels = tuple(one.labels[k] for k in rows) if one.labels else ()
    return Series(
        one.name, kept(one.x), kept(one.y), one.style, kept(one.low), kept(one.high), labels
    )


def brief(chart: Curves, most: int) -> Curves:
    """The same curves with at most `most` points each, for a table."""
    kept = tuple(thinned(one, most) for one in chart.series)
    return replace(chart, series=kept)
