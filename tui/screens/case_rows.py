"""The rows of the screen Cases: cases page by page, and the steps of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.case_words import in_language, party_words, subject_words
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.case_filter import STANDINGS, as_list, typed_for
from yaohao.tui.case_story import event_words, story_lines
from yaohao.tui.screens.case_actions import asks_second, can_take, step_needs
from yaohao.tui.text_layout import folded
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


MOST = 5
"""Words that no case has, and that are told."""

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


def list_status(
    typed: str, kinds: Sequence[Mapping[str, Any]], number: int, not_found: Sequence[str]
) -> str:
    """How many cases are listed, and which of the words typed no case has."""
    if not any(one["cases"] for one in kinds):
        return say("tui_cases.teach-cases")
    standing = as_list(typed, kinds)["standing"] or "all"
    shown = say(f"tui_cases.shown-{standing if standing in STANDINGS else 'open'}", size=number)
    if not not_found:
        return shown
    names = [plain(one, 40) for one in not_found[:MOST]] + ["..."] * (len(not_found) > MOST)
    return f"{shown}  ! " + say("tui_cases.not-found", words=say("common.comma").join(names))


def whole_lines(case: Mapping[str, Any], width: int) -> list[str]:
    """A case as lines to read, its steps with what they lack too."""
    lines = story_lines(case, width)
    if case["steps"]:
        lines += ["", say("tui_cases.head-steps")]
    for step in case["steps"]:
        lines += [f"  {part}" for part in folded(in_language(step["words"]), width - 2)]
        lines += [f"    {part}" for part in folded(step_needs(step), width - 4)]
    return lines


def corrections(case: Mapping[str, Any]) -> list[Choice]:
    """The events of a case that can be corrected, to choose from."""
    return [
        Choice(one["number"], f"{one['number']}  {one['day']}", "", event_words(one))
        for one in case["events"]
        if one["holds"] and one["event"] != "corrected"
    ]
