"""The visits of a publication as rows: the columns that the public sees, and their texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yaohao.planner.wording.format import millionths
from yaohao.planner.wording.messages import say
from yaohao.tui.text_layout import shown
from yaohao.tui.widgets.table import Column

WIDTHS = {"entity_id": 18, "ticket": 12, "region": 7, "standing": 9, "inspectors": 27}
"""Columns of a published visit that need more than their heading."""

SPARE = ("result", "reserve", "expected", "cell", "region", "ticket", "inspectors", "standing")
"""What gives way in a narrow window, the first ones first."""


def published_columns(names: Sequence[str]) -> list[Column]:
    """The columns of what is published."""
    return [
        Column(
            name,
            f"tui_publish.public-{name.replace('_', '-')}",
            WIDTHS.get(name, 8),
            right=name in ("cell", "expected"),
            grow=1 if name == "name" else 0,
            spare=len(SPARE) - SPARE.index(name) if name in SPARE else 0,
            code=name == "entity_id",
            ident=name == "entity_id",
        )
        for name in names
    ]


def cell_text(name: str, value: Any) -> str:
    """A value of a published visit as text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, bool):
        return say("common.yes" if value else "common.no")
    return millionths(value) if name == "expected" else shown(str(value))


def published_cell(name: str, value: Any) -> Any:
    """A value of a published visit as a cell of a table."""
    text = cell_text(name, value)
    if name == "name":
        return (text, "strong")
    if name == "ticket":
        return (text[:12], "dim")
    if name == "standing":
        return say(f"tui_draw.standing-{value}")
    return text
