"""The lottery document (抽签表): the cells of a pool and the outcomes among which one is drawn."""

from __future__ import annotations

from typing import TypedDict


class LotteryCell(TypedDict):
    """A cell of the pool, by its own name."""

    cell: str
    size: int
    expected: int
    """Expected number drawn, in millionths."""


class Weighted(TypedDict):
    """What is drawn by its weight, in millionths of all."""

    weight: int


class LotteryOutcome(Weighted):
    """An outcome of the lottery."""

    counts: list[int]
    """How many it draws of each cell."""


class Margin(TypedDict):
    """The cells of one code of a stratum, or of a quota."""

    stratum: str
    code: str


class WidenedMargin(TypedDict):
    """A margin of which an outcome passes the floor or the ceiling of its expectation."""

    margin: Margin
    by: list[int]
    """How far at most below the floor, and above the ceiling."""


class Lottery(TypedDict):
    """The document of a lottery that is committed to (docs/protocol.md)."""

    cells: list[LotteryCell]
    outcomes: list[LotteryOutcome]
    widened: list[WidenedMargin]


class BlindCellProof(TypedDict):
    """A cell under its public name, with the path to the root of all cells (docs/bundle.md)."""

    cell: str
    size: int
    expected: int
    """Expected number drawn, in millionths."""
    salt: str
    cells: int
    """How many cells there are."""
    index: int
    path: list[str]
    """Audit path to the root of the cells."""


class NumberedCell(LotteryCell):
    """A cell of the lottery with its number, from 1."""

    number: int
