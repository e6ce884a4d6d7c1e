"""Duties of a bureau over a year: what was done, and whether the pace is kept.

Four trainings and a hundred businesses visited for teaching a year (通市监信字〔2023〕39号).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from yaohao.planner.follow_up.case import Case

TARGETS = {"training": 4, "teaching": 100}
"""By kind, what a year asks for; a bureau may hand in others."""


class Pace(NamedTuple):
    """Done so far in the year, the year's target, and how many the pace asks for by now."""

    done: int
    target: int
    by_now: int

    @property
    def behind(self) -> int:
        """How many are missing to be in pace; 0 where none is."""
        return max(0, self.by_now - self.done)


def duty_pace(kind: str, cases: Iterable[Case], today: date, target: int) -> Pace:
    """The pace of a duty on `today`: trainings are counted, teaching by the businesses reached."""
    done = 0
    for case in cases:
        day = str(case.facts.get("held_on" if kind == "training" else "done_on", ""))
        if case.kind == kind and case.closed and day[:4] == str(today.year):
            reached = case.facts.get("entities", 0)
            done += 1 if kind == "training" else int(str(reached))
    passed = today.timetuple().tm_yday
    days = date(today.year, 12, 31).timetuple().tm_yday
    return Pace(done, target, target * passed // days)
