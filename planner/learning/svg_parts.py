"""Pieces of an SVG document: escaped text, lines, colours."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from yaohao.planner.vocabulary.text import plain

COLOURS = ("#1f5fa8", "#b3541e", "#3a7d44", "#7a4a9e")
INK = "#222222"
ROW, PAD = 24, 12


def safe(words: str) -> str:
    """`words` as content of an element: escaped, and only characters that XML 1.0 allows."""
    return escape("".join(mark if _allowed(mark) else "\ufffd" for mark in plain(words)))


def _allowed(mark: str) -> bool:
    code = ord(mark)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or (
        0xE000 <= code <= 0x10FFFF and code & 0xFFFE != 0xFFFE
    )  # fmt: skip


def text(
    x: float, y: float, words: str, anchor: str = "start", size: int = 12, fill: str = INK
) -> str:
    """Words at a point; `anchor` is ``start``, ``middle`` or ``end``."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{fill}">{safe(words)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = INK, dash: str = "") -> str:
    """A line from one point to another, with dashes as of SVG where some are asked for."""
    dashes = f" stroke-dasharray={quoteattr(dash)}" if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"{dashes}/>'
    )
