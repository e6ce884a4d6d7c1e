"""Charts as SVG: one self-contained picture without scripts, links, styles or fonts of its own.

Labels are untrusted: they are escaped, and characters that XML cannot carry are shown as escapes.
The numbers stand in the picture, and once more in its description for those who cannot see it.
"""

from __future__ import annotations

import itertools
import math

from yaohao.planner.learning import field_svg
from yaohao.planner.learning.charts import (
    Bars,
    Calendar,
    Chart,
    Curves,
    Grid,
    Place,
    Series,
    Tiles,
    brief,
    shown,
    span,
    table,
)
from yaohao.planner.learning.svg_parts import COLOURS, PAD, ROW, line, safe, text

_GREY = "#8a8a8a"
_TOLD = 24
"""Points of a curve that the description tells."""


def render(chart: Chart, width: int = 720) -> str:
    """The chart as the text of an SVG document."""
    if isinstance(chart, Bars):
        body, height = _bars(chart, width)
    elif isinstance(chart, Grid):
        body, height = _grid(chart, width)
    elif isinstance(chart, Calendar):
        body, height = field_svg.calendar(chart, width)
    elif isinstance(chart, Tiles):
        body, height = field_svg.tiles(chart, width)
    else:
        body, height = _curves(chart, width)
    rows = table(brief(chart, _TOLD) if isinstance(chart, Curves) else chart)
    numbers = "; ".join(" ".join(part for part in row if part) for row in rows)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" font-family="sans-serif" '
            'font-size="12">',
            f"<title>{safe(chart.title)}</title>",
            f"<desc>{safe(numbers)}</desc>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            text(PAD, 20, chart.title, size=14),
            *body,
            "</svg>",
            "",
        ]
    )


def _bars(chart: Bars, width: int) -> tuple[list[str], int]:
    left, right = width * 0.25, width * 0.68
    parts = []
    for number, row in enumerate(chart.rows):
        top = 34 + number * ROW
        middle = top + ROW / 2
        parts.append(text(left - 8, middle + 4, row.label, "end"))

        def at(value: float) -> float:
            return left + (right - left) * min(max(value / chart.most, 0.0), 1.0)

        if math.isfinite(row.value):
            long = max(at(row.value) - left, 1.0 if row.value > 0 else 0.0)
            parts.append(
                f'<rect x="{left:.1f}" y="{top + 4:.1f}" width="{long:.1f}" '
                f'height="{ROW - 8}" fill="{COLOURS[0]}" fill-opacity="0.75"/>'
            )
        if math.isfinite(row.low) and math.isfinite(row.high):
            low, high = at(row.low), at(row.high)
            parts.append(line(low, middle, high, middle))
            parts += [line(x, middle - 4, x, middle + 4) for x in (low, high)]
        numbers = (shown(row.value, chart.unit), span(row.low, row.high, chart.unit), row.note)
        parts.append(text(right + 10, middle + 4, "  ".join(part for part in numbers if part)))
    return parts, 34 + len(chart.rows) * ROW + PAD


def _grid(chart: Grid, width: int) -> tuple[list[str], int]:
    left = width * 0.16
    cell = (width - left - PAD) / len(chart.column_names)
    parts = [
        text(left + cell * (k + 0.5), 48, name, "middle")
        for k, name in enumerate(chart.column_names)
    ]
    for number, (name, row) in enumerate(zip(chart.row_names, chart.values, strict=True)):
        top = 56 + number * ROW
        parts.append(text(left - 8, top + 16, name, "end"))
        for k, value in enumerate(row):
            x = left + cell * k
            if math.isfinite(value):
                parts.append(
                    f'<rect x="{x:.1f}" y="{top:.1f}" width="{cell:.1f}" height="{ROW}" '
                    f'fill="{COLOURS[0]}" fill-opacity="{0.05 + 0.65 * value / chart.most:.3f}"/>'
                )
            parts.append(text(x + cell / 2, top + 16, shown(value, chart.unit), "middle", 11))
    return parts, 56 + len(chart.row_names) * ROW + PAD


def _curves(chart: Curves, width: int) -> tuple[list[str], int]:
    left, right, top, bottom = 70.0, width - 150.0, 50.0, 330.0
    x0, x1, y0, y1 = chart.bounds

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + (right - left) * (x - x0) / (x1 - x0),
            bottom - (bottom - top) * (y - y0) / (y1 - y0),
        )

    parts = [line(left, bottom, right, bottom), line(left, top, left, bottom)]
    for step in range(5):
        y = y0 + (y1 - y0) * step / 4
        across, up = at(x0, y)
        parts.append(line(across, up, right, up, "#dddddd"))
        parts.append(text(left - 6, up + 4, shown(y, chart.y_unit), "end", 11))
        x = x0 + (x1 - x0) * step / 4
        across, up = at(x, y0)
        parts.append(text(across, bottom + 16, shown(x, chart.x_unit), "middle", 11))
    parts.append(text((left + right) / 2, bottom + 34, chart.x_name, "middle"))
    parts.append(text(left, top - 10, chart.y_name, "start", 11))
    if chart.diagonal:
        start, end = at(x0, x0), at(x1, x1)
        parts.append(line(*start, *end, stroke=_GREY, dash="4 4"))
    for number, one in enumerate(chart.series):
        parts += _series(one, at, COLOURS[number % len(COLOURS)], chart)
        if len(chart.series) > 1:
            parts.append(text(right + 10, top + 16 * number + 8, one.name,
                               fill=COLOURS[number % len(COLOURS)]))  # fmt: skip
    return parts, int(bottom) + 48


def _series(one: Series, at: Place, colour: str, chart: Curves) -> list[str]:
    parts = []
    if one.low and one.high and one.style != "points":
        upper = _corners([at(x, y) for x, y in zip(one.x, one.high, strict=True)], one.style)
        lower = _corners([at(x, y) for x, y in zip(one.x, one.low, strict=True)], one.style)
        around = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *lower[::-1]])
        parts.append(f'<polygon points="{around}" fill="{colour}" fill-opacity="0.15"/>')
    if one.style != "points":
        points = _corners([at(x, y) for x, y in zip(one.x, one.y, strict=True)], one.style)
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = points[-1]
        parts.append(text(x + 4, y + 4, shown(one.y[-1], chart.y_unit), size=11, fill=colour))
        return parts
    for k, (a, b) in enumerate(zip(one.x, one.y, strict=True)):
        x, y = at(a, b)
        if one.low and one.high:
            foot, tip = at(a, one.low[k]), at(a, one.high[k])
            parts.append(line(*foot, *tip, stroke=colour))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        beside = [one.labels[k]] if one.labels else []
        beside.append(shown(b, chart.y_unit))
        # Neighbours take turns above and below, so that close points can be told apart.
        parts.append(text(x + 6, y - 6 if k % 2 == 0 else y + 15, " ".join(beside), size=11))
    return parts


def _corners(points: list[tuple[float, float]], style: str) -> list[tuple[float, float]]:
    """The points of a line, with the corner before each where it is one of steps."""
    if style != "steps":
        return points
    corners = points[:1]
    for start, end in itertools.pairwise(points):
        corners += [(end[0], start[1]), end]
    return corners
