"""The numbered screens; a screen's module is imported when it is gone to."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yaohao.planner.wording.messages import say

if TYPE_CHECKING:
    from yaohao.tui.actions import Action


@dataclass(frozen=True)
class ScreenEntry:
    """An entry: the screen's number, its name, its class, and its key where that is no digit.

    The key of the first ten is the last digit of the number. Its words are ``tui.place-<name>``
    and ``tui.about-place-<name>``.
    """

    number: int
    name: str
    screen: str
    letter: str = ""

    @property
    def key(self) -> str:
        """The key by which it is gone to."""
        return self.letter or str(self.number % 10)

    def label(self) -> str:
        """Its name in a word."""
        return say(f"tui.place-{self.name}")

    def about(self) -> str:
        """What is to be seen there, in a sentence."""
        return say(f"tui.about-place-{self.name}")

    def make(self) -> Any:
        """A new screen of it, a `BaseScreen`, which this module does not know."""
        return self._class()()

    def actions(self) -> Sequence[Action]:
        """What can be done there, by its own actions, whatever can be done now."""
        found: Sequence[Action] = self._class().ACTIONS
        return found

    def _class(self) -> Any:
        module = importlib.import_module(f"yaohao.tui.screens.{self.name}")
        return getattr(module, self.screen)


SCREENS = (
    ScreenEntry(1, "home", "HomeScreen"),
    ScreenEntry(2, "register", "RegisterScreen"),
    ScreenEntry(3, "plan", "PlanScreen"),
    ScreenEntry(4, "draw", "DrawScreen"),
    ScreenEntry(5, "review", "ReviewScreen"),
    ScreenEntry(6, "crews", "CrewsScreen"),
    ScreenEntry(7, "publish", "PublishScreen"),
    ScreenEntry(8, "results", "ResultsScreen"),
    ScreenEntry(9, "ledger", "LedgerScreen"),
    ScreenEntry(10, "learn", "LearnScreen"),
    ScreenEntry(11, "today", "TodayScreen", "T"),
    ScreenEntry(12, "cases", "CasesScreen", "C"),
    ScreenEntry(13, "tools", "ToolsScreen", "J"),
)
"""In the order of their numbers: 1 home, 2 register, 3 plan, 4 draw, 5 review, 6 crews,
7 publish, 8 results, 9 ledger, 10 learn (key 0), 11 today (key T), 12 cases (key C),
13 tools (key J)."""


def screen_entry(name: str) -> ScreenEntry | None:
    """The place of that name, if there is one."""
    return next((one for one in SCREENS if one.name == name), None)
