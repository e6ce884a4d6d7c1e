"""The rows of the screen Cases: cases page by page, and the steps of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yaohao.planner.wording.case_words import in_language, party_words, subject_words
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.case_filter import STANDINGS, typed_for
from yaohao.tui.screens.case_actions import asks_second, can_take, step_needs
from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.dialogs import Choice
from yaohao.tui.widgets.rows import Rows

COLUMNS = (
    Column("case", "tui_cases.col-case", 30, spare=2, code=True, ident=True),
    Column("kind", "tui_cases.col-kind", 12, grow=1),
    Column("subject", "tui_cases.col-subject", 18, grow=2),
    Column("state", "tui_cases.col-state", 16, grow=1),
    Column("waits", "tui_cases.col-who", 8),
    Column("due", "tui_cases.col-due", 10),
)

STEPS = (
    Column("step", "tui_cases.col-step", 24, grow=2, ident=True),
    Column("by", "tui_cases.col-by", 14, grow=1),
    Column("two", "tui_cases.col-two", 6),
    Column("lacks", "tui_cases.col-lacks", 20, grow=3),
)


Look = Callable[[int, int, "Workspace | None"], Sequence[Mapping[str, Any]]]
"""Gives so many cases from a place on, of the workspace that is open or of another thread's."""


class CaseRows(Rows):
    """The rows of a list of cases, asked for by pages."""

    def __init__(self, number: int, look: Look, workspace: Workspace | None = None) -> None:
        self._number, self._look, self._workspace = number, look, workspace

    def __len__(self) -> int:
        return self._number

    def page(self, first: int, last: int) -> Sequence[Sequence[Any]]:
        """The rows from `first` up to, without, `last`."""
        return [_cells(one) for one in self._look(first, last - first, self._workspace)]

    def elsewhere(self, workspace: Workspace) -> CaseRows:
        """The same rows for another thread."""
        return CaseRows(self._number, self._look, workspace)


def _cells(case: Mapping[str, Any]) -> list[Any]:
    return [
        (case["id"], "dim"),
        in_language(case["kind_words"]),
        (subject_words(case), "strong"),
        (in_language(case["state_words"]), "dim" if case["closed"] else ""),
        (party_words(case["waits"]), "dim"),
        case["next_due"] or ("-", "dim"),
    ]


def step_cells(step: Mapping[str, Any]) -> list[Any]:
    """The cells of a step: its name, by whom, whether it takes a second person, what it lacks."""
    tone = "good" if can_take(step) else "dim"
    return [
        (in_language(step["words"]), "strong" if can_take(step) else "dim"),
        (say("common.comma").join(party_words(role) for role in step["by"]), "dim"),
        say("tui_cases.two-short") if asks_second(step) else "",
        (step_needs(step), tone),
    ]


def lists(kinds: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """The lists to choose from, by what is typed for each: by standing, and by kind."""
    by_standing = [
        Choice("" if name == "open" else f"standing:{name}", say(f"tui_cases.group-{name}"))
        for name in STANDINGS
    ]
    by_kind = {
        one["kind"]: Choice(
            typed_for(kind=one["kind"]),
            in_language(one["words"]),
            "",
            say("tui_cases.open-of", size=one["open"], cases=one["cases"]),
        )
        for one in kinds
        if one["cases"]
    }
    return [*by_standing, *by_kind.values()]
