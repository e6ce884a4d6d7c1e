"""The contract of a draw as a survey: cells, the committed table, and what each visit found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.units import PPM

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_Kind = TypeVar("_Kind", np.int64, np.float64, np.bool_)

RIGHT, WRONG, NOT_FOUND, NO_RESULT = 0, 1, 2, 3
"""Outcomes: found and right, found and wrong, not found, and no result yet (see `outcomes`)."""


def ints(values: Any, name: str, shape: tuple[int, ...] | None = None) -> Ints:
    """Whole numbers as an array that cannot be written; refused where they are no whole numbers."""
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int64)
    if array.dtype.kind not in "iub":
        raise refuse("learning.whole", what=name)
    return _frozen(array.astype(np.int64), name, shape)


def floats(values: Any, name: str, shape: tuple[int, ...] | None = None) -> Floats:
    """Numbers as an array that cannot be written; refused where one is not finite."""
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise refuse("learning.finite", what=name)
    return _frozen(array, name, shape)


def bools(values: Any, name: str, shape: tuple[int, ...] | None = None) -> Bools:
    """Truth values as an array that cannot be written."""
    return _frozen(np.asarray(values, dtype=np.bool_), name, shape)


def summed(codes: Ints, values: Floats | Ints | Bools, size: int) -> Floats:
    """The sum of `values` over the rows of each code from 0 to `size` - 1."""
    return np.bincount(codes, values, minlength=size).astype(np.float64)


def _frozen(array: NDArray[_Kind], name: str, shape: tuple[int, ...] | None) -> NDArray[_Kind]:
    if shape is not None and array.shape != shape:
        raise refuse("learning.shape", what=name, found=list(array.shape), expected=list(shape))
    array = array.copy()
    array.flags.writeable = False
    return array


@dataclass(frozen=True)
class Cells:
    """The cells of a pool: sizes, expected visits in whole millionths, and the tier of each.

    Tiers are whole numbers from 0 that rise with the risk; a cell belongs to one tier.
    """

    sizes: Ints
    expected: Ints
    tiers: Ints

    def __post_init__(self) -> None:
        count = len(np.asarray(self.sizes))
        for name in ("sizes", "expected", "tiers"):
            object.__setattr__(self, name, ints(getattr(self, name), name, (count,)))
        if count == 0 or self.tiers.min() < 0:
            raise refuse("learning.cells")
        if (self.expected <= 0).any() or (self.expected > self.sizes * PPM).any():
            raise refuse("learning.no-chance")

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def visits(self) -> Floats:
        """Expected visits of each cell, x_c."""
        return self.expected / PPM

    @property
    def weights(self) -> Floats:
        """The entities that one visit of each cell stands for, N_c / x_c."""
        return self.sizes / self.visits

    @property
    def pool(self) -> int:
        """The entities of the pool, N."""
        return int(self.sizes.sum())


@dataclass(frozen=True)
class Table:
    """The committed lottery: outcomes with weights in millionths, and counts by cell."""

    weights: Ints
    counts: Ints

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", ints(self.weights, "weights"))
        outcomes, cells = len(self.weights), np.asarray(self.counts).shape[-1:]
        object.__setattr__(self, "counts", ints(self.counts, "counts", (outcomes, *cells)))
        if (self.weights <= 0).any() or int(self.weights.sum()) != PPM:
            raise refuse("learning.weights")

    @cached_property
    def chances(self) -> Floats:
        """The weights as fractions of 1."""
        return self.weights / PPM

    @cached_property
    def counted(self) -> Floats:
        """The counts as floats, for sums over cells."""
        return self.counts.astype(np.float64)

    @cached_property
    def moments(self) -> tuple[Floats, Floats]:
        """The means of n and of n squared of each cell."""
        return self.chances @ self.counted, self.chances @ np.square(self.counted)


@dataclass(frozen=True)
class Frame:
    """Cells and table of a committed lottery, cells without a chance left out.

    `kept` are the numbers of the cells in the document; `without_chance` counts the entities of
    the others, of which a draw can tell nothing.
    """

    cells: Cells
    table: Table
    kept: Ints
    without_chance: int


def frame_of(document: Mapping[str, Any], tiers: Any) -> Frame:
    """The frame of a checked lottery document (draw protocol, section 3); `tiers` by its cells."""
    rows, outcomes = document["cells"], document["outcomes"]
    group = ints(tiers, "tiers", (len(rows),))
    sizes = ints([row["size"] for row in rows], "sizes")
    expected = ints([row["expected"] for row in rows], "expected")
    kept = np.flatnonzero(expected > 0)
    counts = np.array([one["counts"] for one in outcomes], np.int64).reshape(len(outcomes), -1)
    return Frame(
        Cells(sizes[kept], expected[kept], group[kept]),
        Table(np.array([one["weight"] for one in outcomes]), counts[:, kept]),
        kept,
        int(sizes[expected == 0].sum()),
    )


@dataclass(frozen=True)
class DesignSample:
    """A draw and what came of it, for entities whose standing was ``pool`` alone.

    `cell`, `outcome`, `visited`, `withdrawn` and `draw` have one value for each drawn entity;
    `chance` is its inclusion probability as two whole numbers (above, below). `strata` are
    further codes by name. `teams` has a row for each pair of a drawn entity and an inspector who
    visited it. Visits for cause and directed ones do not belong here: they have no chance.
    """

    cells: Cells
    table: Table
    cell: Ints
    outcome: Ints
    chance: Ints
    visited: Bools
    withdrawn: Bools
    draw: Ints
    strata: Mapping[str, Ints] = field(default_factory=dict)
    teams: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))
    is_witnessed: bool = True

    def __post_init__(self) -> None:
        count, cells = len(np.asarray(self.cell)), len(self.cells)
        for name in ("cell", "outcome", "draw"):
            object.__setattr__(self, name, ints(getattr(self, name), name, (count,)))
        for name in ("visited", "withdrawn"):
            object.__setattr__(self, name, bools(getattr(self, name), name, (count,)))
        strata = {name: ints(codes, name, (count,)) for name, codes in self.strata.items()}
        object.__setattr__(self, "strata", strata)
        object.__setattr__(self, "chance", ints(self.chance, "chance", (count, 2)))
        pairs = len(np.asarray(self.teams))
        object.__setattr__(self, "teams", ints(self.teams, "teams", (pairs, 2)))
        if self.table.counts.shape[1] != cells:
            raise refuse(
                "learning.shape",
                what="counts",
                found=list(self.table.counts.shape),
                expected=[len(self.table.weights), cells],
            )
        self._check_codes(count, cells)
        self._check_table()

    def _check_codes(self, count: int, cells: int) -> None:
        for name, values, size in (
            ("cell", self.cell, cells),
            ("outcome", self.outcome, NO_RESULT + 1),
            ("teams", self.teams[:, 0], count),
        ):
            if len(values) and not (values.min() >= 0 and values.max() < size):
                raise refuse("learning.code", what=name, most=size - 1)
        if (self.visited == (self.outcome == NO_RESULT)).any():
            raise refuse("learning.visited")
        if (self.withdrawn & self.reached).any():
            raise refuse("learning.withdrawn")
        above, below = self.chance[:, 0], self.chance[:, 1]
        cells_chance = self.cells.expected[self.cell]
        cells_whole = self.cells.sizes[self.cell] * PPM
        # In Python's whole numbers: the products may pass 2^63.
        for one, other, x, whole in zip(
            above.tolist(), below.tolist(), cells_chance.tolist(), cells_whole.tolist(), strict=True
        ):
            if other <= 0 or one * whole != other * x:
                raise refuse("learning.chance", found=f"{one}/{other}", expected=f"{x}/{whole}")

    def _check_table(self) -> None:
        if (self.table.counts < 0).any() or (self.table.counts > self.cells.sizes).any():
            raise refuse("learning.table-counts")
        if (self.table.weights @ self.table.counts != self.cells.expected).any():
            raise refuse("learning.table-mean")

    def __len__(self) -> int:
        return len(self.cell)

    @cached_property
    def reached(self) -> Bools:
        """Which drawn entities were found, right or wrong."""
        return np.less_equal(self.outcome, WRONG)

    @cached_property
    def wrong(self) -> Bools:
        """Which drawn entities were found and wrong."""
        return np.equal(self.outcome, WRONG)

    @cached_property
    def drawn(self) -> Ints:
        """Drawn entities of each cell, n_c."""
        return np.bincount(self.cell, minlength=len(self.cells))

    @cached_property
    def tier(self) -> Ints:
        """The tier of each drawn entity."""
        return self.cells.tiers[self.cell]

    @cached_property
    def weights(self) -> Floats:
        """The entities that each drawn one stands for, 1/π."""
        return self.cells.weights[self.cell]


def simple_sample(
    cells: Cells, table: Table, cell: Sequence[int] | Ints, outcome: Sequence[int] | Ints
) -> DesignSample:
    """A sample of one draw from its cells and outcomes, everyone visited who has an outcome."""
    where = np.asarray(cell, np.int64)
    outcomes = np.asarray(outcome, np.int64)
    chance = np.stack([cells.expected[where], cells.sizes[where] * PPM], axis=1)
    nothing = np.zeros(len(where), np.bool_)
    return DesignSample(
        cells,
        table,
        where,
        outcomes,
        chance,
        outcomes != NO_RESULT,
        nothing,
        nothing.astype(np.int64),
    )
