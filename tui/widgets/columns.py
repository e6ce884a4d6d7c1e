"""Columns of a table: which are shown, in which order and how wide, and what has room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from yaohao.planner.doors.kept_tables import KeptColumns
from yaohao.planner.wording.messages import say

LEAST = 4
"""Columns of the screen that a column keeps when it is made narrower."""

Placed = list[tuple[int, "Column", int]]
"""Columns as they stand on the screen, each with its place in a row and its width."""


@dataclass(frozen=True)
class Column:
    """A column: its key, the code of its heading, its width, and whether it is of numbers.

    Columns that `grow` share what is left over. Where a table is narrow, columns with the highest
    `spare` go first, and at last a `code`: names are kept before codes. Those that are `off` are
    shown only if somebody asks for them. What is `drawn` is for the eye alone. An `amount` can be
    summed up. By the values of its `ident` columns a row is known again when rows move; without
    any, by all its values.
    """

    key: str
    words: str
    width: int
    right: bool = False
    grow: int = 0
    spare: int = 0
    sortable: bool = False
    code: bool = False
    ident: bool = False
    drawn: bool = False
    amount: bool = False
    off: bool = False

    def heading(self) -> str:
        """Its heading."""
        return say(self.words) if self.words else ""


def is_shown(column: Column, kept: KeptColumns) -> bool:
    """Whether a column is shown, if there is room."""
    return column.key in kept.shown if column.off else column.key not in kept.hidden


def in_order(columns: Sequence[Column], kept: KeptColumns) -> list[tuple[int, Column]]:
    """The columns with their places in a row, in the order wanted; new ones where they belong."""
    placed = list(enumerate(columns))
    if not kept.order:
        return placed
    rank = {key: at for at, key in enumerate(kept.order)}
    ranks: list[tuple[float, int]] = []
    last = -1.0
    for at, column in placed:  # one that nobody has moved stands behind the one before it
        last = rank.get(column.key, last + 1e-6 if last >= 0 else -1 + at * 1e-6)
        ranks.append((last, at))
    return [placed[at] for _, at in sorted(ranks)]


def chosen(columns: Sequence[Column], kept: KeptColumns) -> list[tuple[int, Column]]:
    """The columns that are shown, with their places in a row, whether or not all have room."""
    found = [one for one in in_order(columns, kept) if is_shown(one[1], kept)]
    return found or list(enumerate(columns))[:1]


def laid_out(
    columns: Sequence[Column], kept: KeptColumns, room: int, heading: Callable[[Column], str]
) -> Placed:
    """The columns that have room in so many columns of the screen, and the widths they get."""
    found = [
        (place, column, max(_width(column, kept), min(cell_len(heading(column)), room)))
        for place, column in chosen(columns, kept)
    ]
    while _needed(found) > room and len(found) > 1:
        sparest = max(found, key=lambda one: (one[1].spare, one[1].code))
        if not sparest[1].spare and not sparest[1].code:
            break
        found.remove(sparest)
    left = room - _needed(found)
    growing = {column.key: column.grow for _, column, _ in found if column.key not in kept.widths}
    shares = sum(growing.values())
    if not shares:
        return found
    return [
        (place, column, max(width + left * growing.get(column.key, 0) // shares, LEAST))
        if column.key in growing
        else (place, column, width)
        for place, column, width in found
    ]


def _width(column: Column, kept: KeptColumns) -> int:
    return kept.widths.get(column.key, column.width)


def _needed(found: Placed) -> int:
    return sum(width + 1 for *_, width in found) + 1


# changes, each giving the columns as they are wanted then


def with_shown(kept: KeptColumns, column: Column, *, shown: bool) -> KeptColumns:
    """With a column shown, or hidden."""
    if column.off:
        return replace(
            kept, shown=kept.shown | {column.key} if shown else kept.shown - {column.key}
        )
    return replace(kept, hidden=kept.hidden - {column.key} if shown else kept.hidden | {column.key})


def with_width(kept: KeptColumns, column: Column, width: int) -> KeptColumns:
    """With a column as wide as that."""
    return replace(kept, widths={**kept.widths, column.key: max(width, LEAST)})


def with_moved(kept: KeptColumns, columns: Sequence[Column], key: str, before: str) -> KeptColumns:
    """With a column moved to where another one stands, which goes on by one."""
    order = [column.key for _, column in in_order(columns, kept)]
    if key == before or key not in order or before not in order:
        return kept
    goes_right = order.index(key) < order.index(before)
    order.remove(key)
    order.insert(order.index(before) + goes_right, key)
    return replace(kept, order=tuple(order))
