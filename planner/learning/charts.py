"""Charts as values: what is drawn, with its numbers; rendered by `chart_text` and `chart_svg`.

A chart is bars with whiskers, curves (lines, steps or points, with bands), or a grid of shades.
Every chart has its table: a picture is never without its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
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
    """A grid of shares between 0 and 1, nan where nothing is known."""

    title: str
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        shape = (len(self.row_names), {len(self.column_names)})
        if (len(self.values), {len(row) for row in self.values}) != shape or not self.values:
            raise refuse("learning.chart")
        if any(v < 0 or v > 1 for row in self.values for v in row):
            raise refuse("learning.chart")


Chart = Bars | Curves | Grid


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
    """
    if isinstance(chart, Bars):
        unit = chart.unit
        return [
            (row.label, shown(row.value, unit), span(row.low, row.high, unit), row.note)
            for row in chart.rows
        ]
    if isinstance(chart, Grid):
        return [
            (name, *(shown(value, "percent") for value in row))
            for name, row in zip(chart.row_names, chart.values, strict=True)
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
