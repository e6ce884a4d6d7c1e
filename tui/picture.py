"""A picture of the screen as SVG, with every character where the terminal has it.

Textual's own export gives a run of text the width of its letters and so squeezes Chinese, whose
characters take two columns; here wide characters are placed one by one, and blocks are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from rich.cells import cell_len
from rich.style import Style
from textual.app import App

WIDE, HIGH = 10, 20
"""Pixels of a cell."""

BASE = 15
"""Pixels from the top of a cell to the line on which letters stand."""

NARROW_SIZE, WIDE_SIZE = 16.5, 18
"""Sizes of letters: monospaced ones are six tenths as wide as high, Chinese ones square."""

MARGIN = 12
FONTS = (
    "'Noto Sans Mono CJK SC','Sarasa Mono SC','Noto Sans Mono','DejaVu Sans Mono',"
    "Menlo,Consolas,'PingFang SC','Microsoft YaHei',monospace"
)
_BLOCKS = {"\u2588": (0, HIGH), "\u2580": (0, HIGH // 2), "\u2584": (HIGH // 2, HIGH // 2)}
_SHADE = "\u2591"
_LINES = {
    "\u2500": ((0, 1, 10, 1),),
    "\u2502": ((5, 0, 5, 2),),
    "\u250c": ((5, 1, 5, 2), (5, 1, 10, 1)),
    "\u2510": ((5, 1, 5, 2), (0, 1, 5, 1)),
    "\u2514": ((5, 0, 5, 1), (5, 1, 10, 1)),
    "\u2518": ((5, 0, 5, 1), (0, 1, 5, 1)),
}
"""Lines of boxes: from and to, across in pixels and down in half cells."""


@dataclass(frozen=True)
class Run:
    """Characters of one style, from a column of a row on."""

    row: int
    column: int
    text: str
    ink: str
    paper: str
    bold: bool
    underline: bool


def screen_svg(app: App[Any]) -> str:
    """The screen of an app as an SVG document."""
    columns, rows = app.size
    paper = app.theme_variables.get("background", "#000000")
    runs = list(_runs(app))
    width, height = columns * WIDE + 2 * MARGIN, rows * HIGH + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">',
        f'<rect width="{width}" height="{height}" rx="8" fill="{paper}"/>',
        f'<g transform="translate({MARGIN} {MARGIN})" font-family="{FONTS}" '
        f'font-size="{NARROW_SIZE}" xml:space="preserve" shape-rendering="crispEdges">',
        *(_paper(run) for run in runs if run.paper != paper),
        *(piece for run in runs for piece in _ink(run)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _runs(app: App[Any]) -> Iterator[Run]:
    foreground = app.theme_variables.get("foreground", "#ffffff")
    background = app.theme_variables.get("background", "#000000")
    for row, strip in enumerate(app.screen._compositor.render_strips()):
        column = 0
        for text, style, control in strip:
            if control:
                continue
            ink, paper = _colours(style or Style(), foreground, background)
            bold, underline = bool(style and style.bold), bool(style and style.underline)
            yield Run(row, column, text, ink, paper, bold, underline)
            column += cell_len(text)


def _colours(style: Style, foreground: str, background: str) -> tuple[str, str]:
    ink = style.color.triplet.hex if style.color and style.color.triplet else foreground
    paper = style.bgcolor.triplet.hex if style.bgcolor and style.bgcolor.triplet else background
    return (paper, ink) if style.reverse else (ink, paper)


def _paper(run: Run) -> str:
    width = cell_len(run.text) * WIDE
    return _rect(run.column * WIDE, run.row * HIGH, width, HIGH, run.paper)


def _rect(x: int, y: int, width: int, height: int, fill: str, opacity: str = "") -> str:
    more = f' fill-opacity="{opacity}"' if opacity else ""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"{more}/>'


def _ink(run: Run) -> Iterator[str]:
    column = run.column
    for kind, text in _alike(run.text):
        x, y, width = column * WIDE, run.row * HIGH, cell_len(text) * WIDE
        column += cell_len(text)
        if kind == "blank":
            pass
        elif kind in _BLOCKS:
            top, height = _BLOCKS[kind]
            yield _rect(x, y + top, width, height, run.ink)
        elif kind == _SHADE:
            yield _rect(x, y, width, HIGH, run.ink, "0.25")
        elif kind in _LINES:
            yield from _box(kind, text, x, y, run.ink)
        else:
            yield _letters(run, text, kind, x, y, width)
        if run.underline:
            yield _rect(x, y + HIGH - 2, width, 1, run.ink)


def _box(kind: str, text: str, x: int, y: int, ink: str) -> Iterator[str]:
    for place in range(len(text)):
        left = x + place * WIDE
        for x1, y1, x2, y2 in _LINES[kind]:
            top, bottom = y1 * HIGH // 2, y2 * HIGH // 2
            yield _rect(left + x1, y + top, max(x2 - x1, 1), max(bottom - top, 1), ink)


def _letters(run: Run, text: str, kind: str, x: int, y: int, width: int) -> str:
    weight = ' font-weight="bold"' if run.bold else ""
    if kind == "wide":
        inset = (2 * WIDE - WIDE_SIZE) // 2
        places = [str(x + 2 * WIDE * place + inset) for place in range(len(text))]
        at = f'x="{" ".join(places)}" font-size="{WIDE_SIZE}"'
    else:
        at = f'x="{x}" textLength="{width}" lengthAdjust="spacingAndGlyphs"'
    return f'<text {at} y="{y + BASE}" fill="{run.ink}"{weight}>{escape(text)}</text>'


def _alike(text: str) -> Iterator[tuple[str, str]]:
    """A text in stretches of one kind: blank, narrow, wide, or a block or line of its own."""
    kinds = [_kind(mark) for mark in text]
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or kinds[place] != kinds[start]:
            yield kinds[start], text[start:place]
            start = place


def _kind(mark: str) -> str:
    if mark == " ":
        return "blank"
    if mark in _BLOCKS or mark in _LINES or mark == _SHADE:
        return mark
    return "wide" if cell_len(mark) > 1 else "narrow"
