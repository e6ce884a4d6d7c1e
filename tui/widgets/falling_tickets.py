"""The tickets falling into order, group by group: a picture of what was drawn, no part of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from yaohao.tui.text_layout import cut, fit

FRAMES = 15
"""Frames a second."""

LONGEST = 14.0
"""Seconds that it takes at most, however many fall."""

EACH = 0.3
"""Seconds for one, where there are few."""

GAP = 2
"""Rows between two that fall."""

REST = 6
"""Frames between two groups."""


@dataclass(frozen=True)
class Group:
    """What falls together: its heading, and a line each, the first to land first."""

    heading: str
    lines: Sequence[str]


class FallingTickets(Widget):
    """Lines that fall onto a pile, the lowest first; `done` is called once all have landed.

    There is a timer only while something falls. `advance` moves by one frame.
    """

    COMPONENT_CLASSES = {"fall--heading", "fall--falling"}  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.groups: list[Group] = []
        self._done: Callable[[], None] | None = None
        self._timer: Timer | None = None
        self._group = 0
        self._landed = 0.0
        self._rest = 0
        self._speed = 0.0

    @property
    def is_falling(self) -> bool:
        """Whether something falls."""
        return self._timer is not None

    def start(self, groups: Sequence[Group], done: Callable[[], None]) -> None:
        """Let the groups fall, one after the other."""
        self.stop()
        self.groups = [group for group in groups if group.lines]
        self._done, self._group, self._landed, self._rest = done, 0, 0.0, 0
        total = sum(len(group.lines) for group in self.groups)
        self._speed = max(total / LONGEST, 1 / EACH) / FRAMES
        if not self.groups:
            self.end()
            return
        self._timer = self.set_interval(1 / FRAMES, self.advance)
        self.refresh()

    def stop(self) -> None:
        """Let nothing fall any more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def end(self) -> None:
        """Go to the end at once."""
        self.stop()
        done, self._done = self._done, None
        if done is not None:
            done()

    def advance(self) -> None:
        """Move by one frame."""
        if self._timer is None:
            return
        size = len(self.groups[self._group].lines)
        if self._landed < size:
            self._landed = min(self._landed + self._speed, size)
        elif self._rest < REST:
            self._rest += 1
            return
        elif self._group + 1 < len(self.groups):
            self._group, self._landed, self._rest = self._group + 1, 0.0, 0
        else:
            self.end()
            return
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line: the heading, what falls, or the pile."""
        width, height = self.size
        base = self.rich_style
        if self._group >= len(self.groups):
            return Strip([Segment(" " * width, base)], width)
        group = self.groups[self._group]
        landed = int(self._landed)
        if y == 0:
            style = base + self.get_component_rich_style("fall--heading", partial=True)
            before = sum(len(one.lines) for one in self.groups[: self._group]) + landed
            total = sum(len(one.lines) for one in self.groups)
            count = f"{before:,} / {total:,} "
            head = fit(f" {group.heading}", max(width - len(count) - 1, 4))
            return Strip([Segment(fit(f"{head} {count}", width), style)], width)
        row = height - 1 - y  # from the floor
        pile = min(landed, max((height - 2) // 2, 1))
        text, style = "", base
        if row < pile:
            text = group.lines[landed - pile + row]
        else:
            style = base + self.get_component_rich_style("fall--falling", partial=True)
            above = row - pile + (self._landed - landed) * GAP
            place, off = divmod(int(above), GAP)
            if off == 0 and landed + place < len(group.lines) and y > 1:
                text = group.lines[landed + place]
        return Strip([Segment(fit(cut(f"  {text}", width), width), style)], width)
