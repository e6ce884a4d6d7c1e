"""The calendar of a year and a map of tiles on a terminal: blocks, or plain characters.

Nothing rests on colour: a day or a tile is told apart by its character, its number stands beside.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

from yaohao.planner.learning.chart_cells import ASCII_SHADES, RISING, columns, fit
from yaohao.planner.learning.charts import Calendar, MarkedDay, Tile, Tiles, shown
from yaohao.planner.vocabulary.text import plain

LETTERS = {"draw": "D", "due": "!", "today": "@", "window": "."}
"""How a day is drawn; one of visits is shaded by their number."""

_WEEK = 7
_TILE = (9, 18)
"""Least and greatest columns of a tile."""


def calendar(chart: Calendar, width: int, ascii_only: bool) -> list[str]:
    """A column a week, a row a weekday, in as many parts as the width asks for; then months."""
    label = max(columns(name) for name in (*chart.weekdays, chart.month_name)) + 1
    first = date(chart.year, 1, 1)
    monday = first - timedelta(days=first.weekday())
    weeks = (date(chart.year, 12, 31) - monday).days // _WEEK + 1
    wide = 2 if width >= label + 2 * weeks else 1
    most = max((width - label) // wide, 1)
    parts = math.ceil(weeks / most)
    each = math.ceil(weeks / parts)
    lines: list[str] = []
    for start in range(0, weeks, each):
        shown_weeks = range(start, min(start + each, weeks))
        mondays = [monday + timedelta(days=_WEEK * week) for week in shown_weeks]
        lines.append(fit(chart.month_name, label) + _months(chart.year, mondays, wide))
        for weekday, name in enumerate(chart.weekdays):
            days = (one + timedelta(days=weekday) for one in mondays)
            marks = [_mark(chart, day, ascii_only).ljust(wide) for day in days]
            lines.append((fit(name, label) + "".join(marks)).rstrip())
    legend = [f"{_sample(mark, ascii_only)} {words}" for mark, words in chart.legend]
    lines += ["", *_flowing(legend, width), ""]
    return [fit(line, width).rstrip() for line in (*lines, *_table(chart))]


def _months(year: int, mondays: list[date], wide: int) -> str:
    """The numbers of the months, each over the week that has its first day."""
    marks = [" "] * (len(mondays) * wide + 2)
    for place, monday in enumerate(mondays):
        days = [monday + timedelta(days=day) for day in range(_WEEK)]
        for day in days:
            if day.day == 1 and day.year == year:
                for at, digit in enumerate(str(day.month)):
                    marks[place * wide + at] = digit
    return "".join(marks).rstrip()


def _mark(chart: Calendar, day: date, ascii_only: bool) -> str:
    marked = chart.drawn.get(day)
    if marked is None:
        return " "
    return LETTERS.get(marked.mark) or _shade_of_visits(chart, marked, ascii_only)


def _shade_of_visits(chart: Calendar, marked: MarkedDay, ascii_only: bool) -> str:
    if ascii_only:
        return str(marked.number) if marked.number < 10 else "#"
    return RISING[max(round(marked.number / chart.most * (len(RISING) - 1)), 1)]


def _sample(mark: str, ascii_only: bool) -> str:
    return LETTERS.get(mark) or ("1-9#" if ascii_only else RISING[1] + RISING[4] + RISING[8])


def _flowing(parts: list[str], width: int) -> list[str]:
    """Parts one after the other, none broken between two lines."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}   {part}" if lines[-1] else part
        if columns(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _table(chart: Calendar) -> list[str]:
    rows = [(chart.month_name, *chart.counted), *(tuple(map(str, row)) for row in chart.rows)]
    wide = [max(columns(plain(part)) for part in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        texts = [" " * (w - columns(plain(part))) + plain(part)
                 for part, w in zip(row, wide, strict=True)]  # fmt: skip
        lines.append("  ".join(texts))
    return lines


def tiles(chart: Tiles, width: int, ascii_only: bool) -> list[str]:
    """Tiles side by side, each with its name, its shade its number; groups below one another."""
    every = [one for _, group in chart.groups for one in group]
    texts = [(plain(one.name), _told(chart, one), plain(one.note)) for one in every]
    least, greatest = _TILE
    room = max(columns(part) for row in texts for part in row)
    wide = min(max(room, least), greatest, width - 1)
    across = max((width + 1) // (wide + 1), 1)
    shades = ASCII_SHADES if ascii_only else RISING
    lines: list[str] = []
    for name, group in chart.groups:
        if len(chart.groups) > 1:
            lines += ["", fit(name, width).rstrip()] if name else [""]
        for start in range(0, len(group), across):
            some = group[start : start + across]
            lines.append(_beside(wide, [plain(one.name) for one in some]))
            lines.append(_beside(wide, [_shade(chart, one, shades) * wide for one in some]))
            lines.append(_beside(wide, [_told(chart, one) for one in some]))
            if any(one.note for one in some):
                lines.append(_beside(wide, [one.note for one in some]))
    return lines


def _beside(wide: int, parts: list[str]) -> str:
    return " ".join(fit(part, wide) for part in parts).rstrip()


def _told(chart: Tiles, one: Tile) -> str:
    return shown(one.value, chart.unit)


def _shade(chart: Tiles, one: Tile, shades: str) -> str:
    """The shade of a tile; a dash for one of which nothing is known."""
    if not math.isfinite(one.value):
        return "-"
    return shades[max(round(one.value / chart.most * (len(shades) - 1)), 1 if one.value else 0)]
