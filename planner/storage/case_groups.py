"""Groups of cases that the list of the morning folds into a line."""

from __future__ import annotations

from typing import NamedTuple


class DueGroup(NamedTuple):
    """Alike things due: how many cases and members, and the first case."""

    kind: str
    version: str
    name: str
    state: str
    day: str
    cases: int
    members: int
    first: int


class WaitingGroup(NamedTuple):
    """Alike cases that wait for a second person."""

    kind: str
    version: str
    state: str
    entered_on: str
    cases: int
    members: int
    first: int
