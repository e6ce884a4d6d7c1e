"""New cases written piece by piece within one act: a million need no memory of a million."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yaohao.planner.follow_up.events import Event
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.storage.case_desk import CaseDesk, Change

PIECE = 25_000
"""Cases that are written at a time."""

SHOWN = 50
"""Cases that are kept to be told of."""


class NewCases:
    """What was opened so far in an act; on a trial nothing is written."""

    def __init__(self, desk: CaseDesk, *, dry_run: bool = False) -> None:
        self._desk, self._dry_run = desk, dry_run
        self.first: list[Change] = []
        """The first of them."""
        self.number = self.events = self.unchanged = 0
        self.entries: list[str] = []
        self._tried: set[str] = set()

    def add(
        self, events: Sequence[tuple[Event, Kind]], places: Mapping[str, str], asked: int
    ) -> None:
        """Open cases by their first events, out of `asked` that were asked for.

        Those that are there, or may stand only once and stand, are left out and count as
        `unchanged`. `places` has the divisions of subjects.
        """
        changes = self._desk.new_cases(events, places)
        if self._dry_run:
            changes = [one for one in changes if not self._was_tried(one)]
        self.number += len(changes)
        self.events += sum(len(one.events) for one in changes)
        self.unchanged += asked - len(changes)
        self.first += changes[: SHOWN - len(self.first)]
        if changes and not self._dry_run:
            lines = self._desk.keep(changes, batch=len(changes) > 1)
            self.entries += [line.entry for line in lines]

    def _was_tried(self, change: Change) -> bool:
        """Whether the same, or what may stand only once, was among those before: on a trial the
        database does not know of them.
        """
        keys = {change.case.id, change.case.once} - {""}
        was_there = not keys.isdisjoint(self._tried)
        self._tried |= keys
        return was_there
