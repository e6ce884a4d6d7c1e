"""Charts on a terminal: eighth blocks and braille, or ASCII where these show badly.

Labels may be Chinese and are measured in columns; no line is wider than asked for. The whiskers
are plain ASCII, which every terminal draws one column wide.
"""

from __future__ import annotations

import itertools
import math

from yaohao.planner.learning import field_text
from yaohao.planner.learning.chart_cells import ASCII_SHADES, RISING, columns, fit
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
from yaohao.planner.vocabulary.text import plain

EIGHTHS = " ▏▎▍▌▋▊▉█"
MARKS = "*+xo"
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_PATTERNS = ((1, 1), (3, 2), (1, 2), (5, 3))
_SAMPLES = ("\u2824\u2824\u2824", "\u2824\u2820 ", "\u2820\u2820\u2820", "\u2824\u2824 ")
"""How the lines of the patterns look, beside their names."""
_LEAST = 40
_TABLE_ROWS = 9


def render(chart: Chart, width: int = 80, ascii_only: bool = False) -> list[str]:
    """The lines of a chart, its numbers beside or below it."""
    width = max(width, _LEAST)
    head = fit(chart.title, width).rstrip()
    if isinstance(chart, Bars):
        return [head, *_bars(chart, width, ascii_only)]
    if isinstance(chart, Grid):
        return [head, *_grid(chart, width, ascii_only)]
    if isinstance(chart, Calendar):
        return [head, *field_text.calendar(chart, width, ascii_only)]
    if isinstance(chart, Tiles):
        return [head, *field_text.tiles(chart, width, ascii_only)]
    return [head, *_curves(chart, width, ascii_only)]


def _bars(chart: Bars, width: int, ascii_only: bool) -> list[str]:
    numbers = [
        (shown(row.value, chart.unit), span(row.low, row.high, chart.unit), row.note)
        for row in chart.rows
    ]
    wide = [max(columns(plain(part)) for part in column) for column in zip(*numbers, strict=True)]
    wide[2] = min(wide[2], 16)
    label = min(max(columns(plain(row.label)) for row in chart.rows), width // 4)
    room = max(width - label - sum(w + 2 for w in wide if w) - 2, 8)
    lines = []
    for row, parts in zip(chart.rows, numbers, strict=True):
        bar = _bar(row.value / chart.most, row.low / chart.most, row.high / chart.most, room,
                   ascii_only)  # fmt: skip
        texts = [fit(part, w) for part, w in zip(parts, wide, strict=True) if w]
        texts[0] = texts[0].rstrip().rjust(wide[0])
        line = f"{fit(row.label, label)}  {bar}  {'  '.join(texts)}"
        lines.append(fit(line, width).rstrip())
    return lines


def _bar(share: float, low: float, high: float, room: int, ascii_only: bool) -> str:
    """A bar of `room` columns with its whisker; whatever is not nothing shows."""
    if not math.isfinite(share):
        return " " * room
    eighths = min(round(share * room * 8), room * 8)
    if share > 0:
        eighths = max(eighths, 1)
    full, part = divmod(eighths, 8)
    if ascii_only:
        cells = ["#"] * (full + (part >= 4 or (full == 0 and part > 0)))
    else:
        cells = ["█"] * full + ([EIGHTHS[part]] if part else [])
    cells += [" "] * (room - len(cells))
    if math.isfinite(low) and math.isfinite(high):
        first, last = (min(max(int(edge * room), 0), room - 1) for edge in (low, high))
        for place in range(first, last + 1):
            if cells[place] == " ":
                cells[place] = "-"
        cells[first] = cells[last] = "|"
    return "".join(cells[:room])


def _grid(chart: Grid, width: int, ascii_only: bool) -> list[str]:
    label = min(max(columns(plain(name)) for name in chart.row_names), width // 4)
    cell = 8 if chart.unit == "percent" else 7
    shades = ASCII_SHADES if ascii_only else RISING
    most = max((width - label) // cell, 1)
    lines = []
    # Too many columns for the screen are shown in blocks under one another.
    for start in range(0, len(chart.column_names), most):
        names = chart.column_names[start : start + most]
        head = " " * label + "".join(" " + fit(name, cell - 1) for name in names)
        lines.append(head.rstrip())
        for name, row in zip(chart.row_names, chart.values, strict=True):
            parts = []
            for value in row[start : start + most]:
                known = math.isfinite(value)
                share = value / chart.most
                shade = shades[round(share * (len(shades) - 1))] if known else " "
                parts.append(f" {shade}{shown(value, chart.unit):>{cell - 2}}")
            lines.append((fit(name, label) + "".join(parts)).rstrip())
    return lines


class _Canvas:
    """A field of dots, two by four to a character in braille, one to a character in ASCII."""

    def __init__(self, width: int, height: int, ascii_only: bool) -> None:
        self.across, self.down = (1, 1) if ascii_only else (2, 4)
        self.ascii_only = ascii_only
        self.width, self.height = width * self.across, height * self.down
        self.bits = [[0] * width for _ in range(height)]
        self.marks = [[" "] * width for _ in range(height)]

    def dot(self, x: float, y: float, mark: str) -> None:
        """A dot at shares of the width and of the height from below."""
        column = min(max(round(x * (self.width - 1)), 0), self.width - 1)
        row = self.height - 1 - min(max(round(y * (self.height - 1)), 0), self.height - 1)
        if self.ascii_only:
            if self.marks[row][column] == " " or mark != ".":
                self.marks[row][column] = mark
        else:
            self.bits[row // 4][column // 2] |= _DOTS[row % 4][column % 2]

    def line(
        self, start: tuple[float, float], end: tuple[float, float], mark: str,
        pattern: tuple[int, int] = (1, 1),
    ) -> None:  # fmt: skip
        """A straight line, in dashes of `pattern` (dots on, period)."""
        steps = max(
            math.ceil(abs(end[0] - start[0]) * (self.width - 1)),
            math.ceil(abs(end[1] - start[1]) * (self.height - 1)),
            1,
        )
        for k in range(steps + 1):
            if k % pattern[1] < pattern[0]:
                x = start[0] + (end[0] - start[0]) * k / steps
                self.dot(x, start[1] + (end[1] - start[1]) * k / steps, mark)

    def rows(self) -> list[str]:
        """The lines of the field."""
        if self.ascii_only:
            return ["".join(row) for row in self.marks]
        return ["".join(chr(0x2800 + bits) if bits else " " for bits in row) for row in self.bits]


def _curves(chart: Curves, width: int, ascii_only: bool) -> list[str]:
    left, right, low, high = chart.bounds
    height = 12
    scale = [shown(high, chart.y_unit), shown((low + high) / 2, chart.y_unit)]
    scale.append(shown(low, chart.y_unit))
    edge = max(columns(text) for text in scale)
    room = width - edge - 2
    canvas = _Canvas(room, height, ascii_only)

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - left) / (right - left), (y - low) / (high - low)

    if chart.diagonal:
        canvas.line(place(left, left), place(right, right), ".", (1, 3))
    for number, one in enumerate(chart.series):
        _draw(canvas, one, place, number)
    named = {0: scale[0], height // 2: scale[1], height - 1: scale[2]}
    lines = [f"{plain(chart.y_name)}"] if chart.y_name else []
    for row, text in enumerate(canvas.rows()):
        lines.append(f"{named.get(row, ''):>{edge}} |{text}".rstrip())
    lines.append(" " * edge + " +" + "-" * room)
    ends = shown(left, chart.x_unit), shown(right, chart.x_unit)
    middle = fit(chart.x_name, max(room - len(ends[0]) - len(ends[1]) - 4, 0)).rstrip()
    gap = room - len(ends[0]) - len(ends[1]) - columns(middle)
    lines.append(f"{' ' * (edge + 2)}{ends[0]}{' ' * (gap // 2)}{middle}"
                 f"{' ' * (gap - gap // 2)}{ends[1]}")  # fmt: skip
    return [fit(line, width).rstrip() for line in (*lines, *_numbers(chart, width, ascii_only))]


def _draw(canvas: _Canvas, one: Series, place: Place, number: int) -> None:
    mark, pattern = MARKS[number % len(MARKS)], _PATTERNS[number % len(_PATTERNS)]
    for side in (one.low, one.high):
        if side and one.style != "points":
            _trace(canvas, [place(x, y) for x, y in zip(one.x, side, strict=True)], one.style, ".",
                   (1, 3))  # fmt: skip
    if one.style == "points":
        for k, (x, y) in enumerate(zip(one.x, one.y, strict=True)):
            if one.low and one.high:
                canvas.line(place(x, one.low[k]), place(x, one.high[k]), ".", (1, 2))
            across, up = place(x, y)
            canvas.dot(across, up, mark)
            if not canvas.ascii_only:
                # Four dots make a point that is seen beside its whisker.
                for right, above in ((1, 0), (0, 1), (1, 1)):
                    canvas.dot(across + right / canvas.width, up + above / canvas.height, mark)
        return
    _trace(
        canvas, [place(x, y) for x, y in zip(one.x, one.y, strict=True)], one.style, mark, pattern
    )


def _trace(
    canvas: _Canvas, points: list[tuple[float, float]], style: str, mark: str,
    pattern: tuple[int, int],
) -> None:  # fmt: skip
    for start, end in itertools.pairwise(points):
        if style == "steps":
            corner = (end[0], start[1])
            canvas.line(start, corner, mark, pattern)
            canvas.line(corner, end, mark, pattern)
        else:
            canvas.line(start, end, mark, pattern)
    if len(points) == 1:
        canvas.dot(*points[0], mark)


def _numbers(chart: Curves, width: int, ascii_only: bool) -> list[str]:
    """The numbers below the picture: each series with a few of its points."""
    rows = table(brief(chart, _TABLE_ROWS))
    wide = [max(columns(plain(part)) for part in column) for column in zip(*rows, strict=True)]
    wide[0], wide[1] = min(wide[0], width // 4), min(wide[1], width // 4)
    legend = MARKS if ascii_only else _SAMPLES
    marks = {one.name: legend[k % len(legend)] for k, one in enumerate(chart.series)}
    lines = []
    for row in rows:
        parts = [fit(part, w) for part, w in zip(row, wide, strict=True) if w]
        lead = f"{marks[row[0]]} " if len(chart.series) > 1 else ""
        lines.append(lead + "  ".join(parts))
    return lines
