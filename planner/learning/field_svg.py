"""The calendar of a year and a map of tiles as pieces of an SVG document."""

from __future__ import annotations

import math
from datetime import date, timedelta

from yaohao.planner.learning.chart_cells import fit
from yaohao.planner.learning.charts import Calendar, Mark, Tiles, shown
from yaohao.planner.learning.svg_parts import COLOURS, INK, PAD, ROW, line, text

_FILLS: dict[Mark, str] = {
    "draw": COLOURS[1],
    "due": "#c0392b",
    "visits": COLOURS[0],
    "today": COLOURS[2],
    "window": "#d9d9d9",
}
_EMPTY = "#f2f2f2"
_TILE_COLUMNS = 18
"""Columns of letters for which a tile has room."""


def calendar(chart: Calendar, width: int) -> tuple[list[str], int]:
    """A square a day, a column a week; below it the legend and the numbers of the months."""
    left, top = 40.0, 60.0
    first = date(chart.year, 1, 1)
    monday = first - timedelta(days=first.weekday())
    days = (date(chart.year, 12, 31) - first).days + 1
    weeks = (days + first.weekday() + 6) // 7
    side = (width - left - PAD) / weeks
    parts = [
        text(left - 6, top + side * (k + 0.8), name, "end", 10)
        for k, name in enumerate(chart.weekdays)
    ]
    drawn = chart.drawn
    for number in range(days):
        day = first + timedelta(days=number)
        week = (day - monday).days // 7
        x, y = left + side * week, top + side * day.weekday()
        if day.day == 1:
            parts.append(text(x, top - 8, str(day.month), size=11))
        marked = drawn.get(day)
        fill, opacity = _EMPTY, 1.0
        if marked is not None:
            fill = _FILLS[marked.mark]
            if marked.mark == "visits":
                opacity = 0.25 + 0.75 * marked.number / chart.most
        parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{side - 1:.1f}" height="{side - 1:.1f}" '
            f'fill="{fill}" fill-opacity="{opacity:.3f}"/>'
        )
        if marked is not None and marked.mark in ("draw", "due"):
            letter = "D" if marked.mark == "draw" else "!"
            parts.append(text(x + side / 2, y + side * 0.8, letter, "middle", 9, "#ffffff"))
    y = top + 7 * side + 20
    for mark, words in chart.legend:
        parts.append(
            f'<rect x="{left:.1f}" y="{y - 10:.1f}" width="11" height="11" fill="{_FILLS[mark]}"/>'
        )
        parts.append(text(left + 18, y, words))
        y += 18
    rows = [(chart.month_name, *chart.counted), *(tuple(map(str, row)) for row in chart.rows)]
    across = (width - left - PAD) / len(rows[0])
    for number, row in enumerate(rows):
        y += 18
        parts += [
            text(left + across * (k + 1) - 8, y, part, "end", 11) for k, part in enumerate(row)
        ]
        if number == 0:
            parts.append(line(left, y + 4, width - PAD, y + 4))
    return parts, int(y) + PAD


def tiles(chart: Tiles, width: int) -> tuple[list[str], int]:
    """A rectangle a tile, shaded by its value, with its name, its number and its note."""
    wide, high, gap = 118.0, 58.0, 4.0
    across = max(int((width - 2 * PAD + gap) // (wide + gap)), 1)
    parts: list[str] = []
    y = 34.0
    for name, group in chart.groups:
        if len(chart.groups) > 1:
            y += ROW
            parts.append(text(PAD, y - 8, name, size=13))
        for start in range(0, len(group), across):
            for k, one in enumerate(group[start : start + across]):
                x = PAD + k * (wide + gap)
                is_known = math.isfinite(one.value)
                share = one.value / chart.most if is_known else 0.0
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
                    f'fill="{COLOURS[0]}" fill-opacity="{0.05 + 0.6 * share:.3f}" '
                    f'stroke="{INK}" stroke-width="{0.5 if is_known else 0.2}"/>'
                )
                texts = (one.name, shown(one.value, chart.unit), one.note)
                for place, (words, size) in enumerate(zip(texts, (12, 13, 10), strict=True)):
                    if words:
                        short = fit(words, _TILE_COLUMNS).rstrip()  # all of it is in <desc>
                        parts.append(text(x + 6, y + 17 + 17 * place, short, size=size))
            y += high + gap
    return parts, int(y) + PAD
