"""The numbered screens; a screen's module is imported when it is gone to."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yaohao.planner.wording.messages import say
from yaohao.tui.keys import LEADER, key_words

if TYPE_CHECKING:
    from yaohao.tui.actions import Action

DIGITS = 10
"""Places that have a digit."""


@dataclass(frozen=True)
class ScreenEntry:
    """An entry: the screen's number, its name, its class, and its letter after the leader key.

    The first ten are gone to by the last digit of their number too. Its words are
    ``tui.place-<name>`` and ``tui.about-place-<name>``.
    """

    number: int
    name: str
    screen: str
    letter: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The digit by which it is gone to; nothing where it has none."""
        return (str(self.number % 10),) if 0 < self.number <= DIGITS else ()

    @property
    def key_words(self) -> str:
        """How it is gone to in the fewest keys, as it is written: ``1``, or ``,l``."""
        if self.keys or not self.letter:
            return "".join(self.keys)
        return f"{key_words(LEADER)}{self.letter}"

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
    ScreenEntry(1, "today", "TodayScreen", "t"),
    ScreenEntry(2, "register", "RegisterScreen", "r"),
    ScreenEntry(3, "plan", "PlanScreen", "p"),
    ScreenEntry(4, "draw", "DrawScreen", "d"),
    ScreenEntry(5, "review", "ReviewScreen", "v"),
    ScreenEntry(6, "crews", "CrewsScreen", "m"),
    ScreenEntry(7, "publish", "PublishScreen", "u"),
    ScreenEntry(8, "results", "ResultsScreen", "s"),
    ScreenEntry(9, "cases", "CasesScreen", "c"),
    ScreenEntry(10, "home", "HomeScreen", "h"),
    ScreenEntry(11, "ledger", "LedgerScreen", "l"),
    ScreenEntry(12, "learn", "LearnScreen", "a"),
    ScreenEntry(13, "tools", "ToolsScreen", "o"),
)
"""In the order of their numbers, which is that of the bar: what is done every day first."""

FIRST = "home"
"""Where one comes back to when there is nothing else to go back to."""


BEHIND = (
    ScreenEntry(0, "guide", "GuideScreen", ""),
    ScreenEntry(0, "intake", "IntakeScreen", ""),
    ScreenEntry(0, "questions", "QuestionsScreen", ""),
)
"""Screens without a number: gone to from another one, and left to it."""


def screen_entry(name: str) -> ScreenEntry | None:
    """The place of that name, if there is one."""
    return next((one for one in (*SCREENS, *BEHIND) if one.name == name), None)
