"""Bounds on the expected counts of groups of cells: the total, quotas, rates with a least or most.

Source: the plan file (docs/plan.md), "What an entity's chance is". Counts are in whole millionths
of an inspection, shares in whole millionths of the draw; every check here is in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from yaohao.planner.vocabulary.units import PPM

Kind = Literal["count", "rate", "share_of_draw"]
"""What a bound is written in.

`count`: whole inspections, kept in expectation and in every outcome. `rate`: a share of the
entities of the group, kept in expectation alone. `share_of_draw`: a share of all inspections of
the draw, kept in expectation, and in every outcome to within one inspection.
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """At least and at most so much for the cells at positions `members`.

    `place` is the rule's place in the plan file, such as ``quota[2].max``. `least` and `most` are
    millionths of an inspection, or of the draw for a `share_of_draw`; None where there is no such
    bound. Raises ValueError for a `count` that is no whole number of inspections (a share of a
    group is turned into a count beforehand, up for a least and down for a most), and for a value
    below zero.
    """

    place: str
    members: tuple[int, ...]
    least: int | None = None
    most: int | None = None
    kind: Kind = "count"

    def __post_init__(self) -> None:
        for value in (self.least, self.most):
            if value is not None and (value < 0 or (self.kind == "count" and value % PPM)):
                raise ValueError(f"{self.place}: {value}")
        if len(set(self.members)) != len(self.members):
            raise ValueError(f"{self.place}: a cell is named twice")

    @property
    def is_share(self) -> bool:
        """Whether the bound is a share of the draw."""
        return self.kind == "share_of_draw"


@dataclass(frozen=True, slots=True)
class OutcomeBound:
    """What every outcome of the lottery keeps to: whole inspections of the cells `members`."""

    place: str
    members: tuple[int, ...]
    least: int | None
    most: int | None


def broken(bounds: Sequence[Bound], counts: Sequence[int]) -> list[Bound]:
    """The bounds that the expected `counts`, in millionths, do not keep; exactly."""
    total = sum(counts)
    failed = []
    for bound in bounds:
        here = sum(counts[index] for index in bound.members)
        size, whole = (here * PPM, total) if bound.is_share else (here, 1)
        below = bound.least is not None and size < bound.least * whole
        above = bound.most is not None and size > bound.most * whole
        if below or above:
            failed.append(bound)
    return failed


def outcome_bounds(bounds: Sequence[Bound], expected: Sequence[int]) -> list[OutcomeBound]:
    """What the lottery's outcomes must keep to, so that the bounds hold in each of them.

    A `count` is kept as it is. A `share_of_draw` is kept as that share of the expected total, to
    the whole inspection outward. A `rate` asks nothing of an outcome beyond its margin. The
    expectation of a group lies within its bounds, and these are whole, so its floor and its ceiling
    do too: an outcome that keeps the group at the floor or ceiling of its expectation keeps the
    bound. Such outcomes always exist where groups and margins form two families of nested groups
    (Budish, Che, Kojima, Milgrom 2013); otherwise the lottery looks for them, and says so where
    there are none.
    """
    total = sum(expected)
    outcomes = []
    for bound in bounds:
        if bound.kind == "rate":
            continue
        scale = total if bound.is_share else PPM
        least = None if bound.least is None else bound.least * scale // PPM**2
        most = None if bound.most is None else -(-bound.most * scale // PPM**2)
        outcomes.append(OutcomeBound(bound.place, bound.members, least, most))
    return outcomes
