"""The checked model of a plan (抽查计划), with every default filled in.

Rates and shares are whole millionths everywhere: 10_000 is 1 %, 1_000_000 is the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

WHOLE = 1_000_000
"""Millionths in the whole."""

REFUSE = "refuse"
"""`Plan.unknown_tier` that refuses a register with entities of no tier."""

STRATA = ("tier", "region", "industry", "kind", "status", "age", "key")
"""What cells may be made of: frame columns, and `age` (new, old) and `key` (key, other)."""


@dataclass(frozen=True, slots=True)
class Count:
    """A rate given as a number of visits to a whole tier."""

    count: int


Rate = int | Count
"""Millionths of the tier, or a `Count` of visits."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who the plan is about; an empty tuple takes all. Regions are prefixes."""

    kind: tuple[str, ...]
    region: tuple[str, ...]
    status: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The tolerance period (包容期) in years, and the share of new entities left out."""

    years: int
    leave_out: int

    @property
    def is_partial(self) -> bool:
        """Whether the lot decides which new entities are left out."""
        return self.years > 0 and 0 < self.leave_out < WHOLE


@dataclass(frozen=True, slots=True)
class LowRisk:
    """The tiers of low risk, and the share of their entities left out."""

    tiers: tuple[str, ...]
    leave_out: int

    @property
    def is_partial(self) -> bool:
        """Whether the lot decides which low-risk entities are left out."""
        return bool(self.tiers) and 0 < self.leave_out < WHOLE


@dataclass(frozen=True, slots=True)
class KeyFields:
    """The key fields (重点领域), which tolerance and low risk never leave out."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps on visits to one entity (频次上限); 0 is none."""

    visits_per_year: int
    days_between: int


@dataclass(frozen=True, slots=True)
class Leads:
    """The triggers of visits for cause; the first that applies names the reason."""

    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """Inspectors a visit needs of each department; an empty department is taken from the items."""

    size: int
    department: str


@dataclass(frozen=True, slots=True)
class Seeds:
    """The sources of the two seeds to come, named before the commitments."""

    select: str
    crew: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What is shown: whether tiers are public, and how many reserves each cell lists."""

    tiers: Literal["hidden", "shown"]
    reserves: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in full.

    `strata` already holds what its chances need (see `needed_strata`); `rates` is the rate
    (抽查比例) of every tier; `unknown_tier` is the tier that entities without one count as, or
    `REFUSE`.
    """

    id: str
    title: str
    authority: str
    as_of: date
    window: tuple[date, date]
    items: tuple[str, ...]
    strata: tuple[str, ...]
    scope: Scope
    rates: Mapping[str, Rate]
    unknown_tier: str
    tolerance: Tolerance
    low_risk: LowRisk
    key_fields: KeyFields
    limits: Limits
    leads: Leads
    crew: Crew
    seeds: Seeds
    publication: Publication


def needed_strata(
    written: tuple[str, ...], tolerance: Tolerance, low_risk: LowRisk
) -> tuple[str, ...]:
    """`written` and the strata without which the chances of a cell's members would differ.

    Rates are by tier, so it leads where it is missing; a share that the lot leaves out divides new
    from old and key from other.
    """
    needed = list(written) if "tier" in written else ["tier", *written]
    if tolerance.is_partial:
        needed += ["age", "key"]
    if low_risk.is_partial:
        needed.append("key")
    return tuple(dict.fromkeys(needed))
