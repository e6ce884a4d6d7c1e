"""The rows of the screen Today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.case_words import (
    about_words,
    in_language,
    left_words,
    party_words,
    subject_words,
    what_words,
)
from yaohao.planner.wording.messages import say
from yaohao.tui.widgets.table import Column

Line = Mapping[str, Any]

COLUMNS = (
    Column("what", "tui_cases.col-what", 26, grow=3),
    Column("about", "tui_cases.col-about", 12, grow=2),
    Column("day", "tui_cases.col-day", 10),
    Column("left", "tui_cases.col-left", 21, grow=1),
    Column("who", "tui_cases.col-who", 8, spare=1),
)


def listed(line: Line) -> str:
    """Which visits of its draw a line of results is about."""
    if line["due"] == "visit":
        return "not-yet"
    if line["due"]:
        return "all"
    return "waiting" if line["who"] == "reviewer" else "returned"


def line_cells(line: Line) -> list[Any]:
    """The cells of a line, in the order of `COLUMNS`."""
    late = "bad" if line["late"] else ""
    left = left_words(line["days_left"], line["unit"])
    what, kind = in_language(line["what"]), in_language(line["kind_words"])
    return [
        f"{'!' if line['late'] else ' '} {say('tui_cases.what-kind', what=what, kind=kind)}",
        subject_words(line) if line["cases"] and line["count"] == 1 else about_words(line),
        line["day"] or "",
        (left, late),
        (party_words(line["who"]), "dim"),
    ]


def line_texts(line: Line) -> list[str]:
    """What a line can be found by."""
    return [what_words(line), about_words(line), line["kind"], line["day"] or "", line["name"]]
