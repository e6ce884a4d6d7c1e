"""The numbered places; a place's module is imported when it is gone to."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.vocabulary.words import say

if TYPE_CHECKING:
    from tui.screens.place import PlaceScreen


@dataclass(frozen=True)
class Place:
    """A place: its number, which is also its key, its name, and the class of its screen.

    Its words are ``tui.place-<name>`` and ``tui.about-place-<name>``.
    """

    number: int
    name: str
    screen: str

    def label(self) -> str:
        """Its name in a word."""
        return say(f"tui.place-{self.name}")

    def about(self) -> str:
        """What is to be seen there, in a sentence."""
        return say(f"tui.about-place-{self.name}")

    def make(self) -> PlaceScreen:
        """A new screen of it."""
        module = importlib.import_module(f"tui.screens.{self.name}")
        made: PlaceScreen = getattr(module, self.screen)()
        return made


PLACES = (
    Place(1, "home", "HomeScreen"),
    Place(2, "register", "RegisterScreen"),
    Place(3, "plan", "PlanScreen"),
    Place(4, "draw", "DrawScreen"),
    Place(5, "review", "ReviewScreen"),
    Place(6, "crews", "CrewsScreen"),
    Place(7, "publish", "PublishScreen"),
    Place(8, "results", "ResultsScreen"),
    Place(9, "ledger", "LedgerScreen"),
)
"""In the order of their numbers: 1 home, 2 register, 3 plan, 4 draw, 5 review, 6 crews,
7 publish, 8 results, 9 ledger."""


def place(name: str) -> Place | None:
    """The place of that name, if there is one."""
    return next((one for one in PLACES if one.name == name), None)
