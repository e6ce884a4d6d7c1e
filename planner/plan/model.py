"""The checked model of a plan (抽查计划), with every default filled in.

Rates and shares are whole millionths everywhere: 10_000 is 1 %, 1_000_000 is the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from yaohao.planner.vocabulary.units import PPM

REFUSE = "refuse"
"""`Plan.unknown_tier` that refuses a register with entities of no tier."""

STRATA = ("tier", "region", "industry", "kind", "status", "age", "key")
"""What cells may be made of: frame columns, and `age` (new, old) and `key` (key, other).

Besides these there is a stratum for every field, `FIELD` and the field's code: that code, or
`OTHER` for whoever does not work in the field.
"""

FIELD = "fields:"
"""What the stratum of a field begins with: ``fields:food``."""

OTHER = "other"
"""The code of those outside a field or outside all key fields; in rates, every other code."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of visits to a whole group."""

    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """Millionths of a group's size, turned into a count of it, or of all visits of the draw."""

    millionths: int
    of: Literal["group", "draw"]


Rate = int | Count
"""Millionths of the group, kept in expectation, or a `Count` of visits."""

Amount = Count | Share
"""How much a quota asks for at least or at most."""

Where = Mapping[str, tuple[str, ...]]
"""Whom a rule is about: for each key the codes of which one must hold; all keys must hold.

The keys are columns of the frame, with the effective tier for ``tier``, or ``age`` or ``key``; in
`schema.entity.PREFIXED` keys a code takes in what begins with it; ``fields`` asks for any one of
the fields. No keys are everybody.
"""


@dataclass(frozen=True, slots=True)
class RateBound:
    """At least and at most so much for those to whom the rate of `code` in `stratum` applies.

    One of the two may be None. `place` is ``rates.<stratum>.<code>``.
    """

    stratum: str
    code: str
    least: Rate | None
    most: Rate | None
    place: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whoever would pass `within_years` without a visit is visited; `place` as ``coverage[1]``."""

    where: Where
    within_years: int
    place: str


@dataclass(frozen=True, slots=True)
class Quota:
    """At least and at most so much for a group of the pool; one may be None.

    `place` is as ``quota[1]``, counted from 1 in the order of the file.
    """

    where: Where
    least: Amount | None
    most: Amount | None
    place: str


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
        return self.years > 0 and 0 < self.leave_out < PPM


@dataclass(frozen=True, slots=True)
class LowRisk:
    """The tiers of low risk, and the share of their entities left out."""

    tiers: tuple[str, ...]
    leave_out: int

    @property
    def is_partial(self) -> bool:
        """Whether the lot decides which low-risk entities are left out."""
        return bool(self.tiers) and 0 < self.leave_out < PPM


@dataclass(frozen=True, slots=True)
class KeyFields:
    """The key fields (重点领域), which tolerance and low risk never leave out."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps on visits to one entity (频次上限), 0 is none; `total` is the most for the lot."""

    visits_per_year: int
    days_between: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Leads:
    """The triggers of visits for cause; the first that applies names the reason."""

    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry of the four lists (item, content, measure, trigger), as the plan commits to it."""

    entry_id: str
    item_id: str
    content: str
    measure: str
    trigger: str


@dataclass(frozen=True, slots=True)
class TriggerBased:
    """Trigger-based supervision (触发式监管) of the low-risk `tiers` outside the key fields.

    A lead that matches one of `entries` makes a visit, or first a reminder while the entity is in
    its observation period (观察期) and the reminder period (提示期) after it, in months from the
    day of establishment. No tiers: nobody is under it. `entries` come from the register at the
    freeze, sorted by id.
    """

    tiers: tuple[str, ...]
    observation_months: int
    reminder_months: int
    entries: tuple[ListEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    """A department that takes part in a joint inspection (部门联合抽查).

    Its items, the inspectors it sends, and the qualifications that reserve a seat besides those
    its items ask for.
    """

    name: str
    items: tuple[str, ...]
    size: int
    qualifications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """Inspectors a visit needs of each department; an empty department is taken from the items."""

    size: int
    department: str


@dataclass(frozen=True, slots=True)
class SeedSource:
    """Where a part of a seed is to come from; `chain` and `round` are those of drand."""

    kind: str
    source: str
    chain: str = ""
    round: int = 0


@dataclass(frozen=True, slots=True)
class Seeds:
    """The parts of the two seeds to come, named before the commitments."""

    select: tuple[SeedSource, ...]
    crew: tuple[SeedSource, ...]


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Who is to cosign the publications of the commitments: a name and an Ed25519 key (hex)."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What is shown: whether tiers are public, and how many reserves each cell lists.

    `cosigners` are others whose signatures over the commitments the plan promises.
    """

    tiers: Literal["hidden", "shown"]
    reserves: int
    cosigners: tuple[Cosigner, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in full.

    `strata` already holds what its chances need (see `needed_strata`); `rates` is the rate
    (抽查比例) of every code of `base_stratum`, which each cell has of its own; `rate_bounds`,
    sorted by stratum and code with the base first, bound what comes of them. `unknown_tier` is the
    tier that entities without one count as, or `REFUSE`.

    With a `frequency` above 1 the rates are for the year, and this is its `batch`, from 1.
    `departments` are those that the plan names one by one; without any, `crew` and the items tell.
    """

    id: str
    title: str
    authority: str
    as_of: date
    window: tuple[date, date]
    frequency: int
    batch: int
    items: tuple[str, ...]
    strata: tuple[str, ...]
    scope: Scope
    base_stratum: str
    rates: Mapping[str, Rate]
    rate_bounds: tuple[RateBound, ...]
    unknown_tier: str
    tolerance: Tolerance
    low_risk: LowRisk
    key_fields: KeyFields
    limits: Limits
    coverage: tuple[Coverage, ...]
    quotas: tuple[Quota, ...]
    leads: Leads
    trigger_based: TriggerBased
    departments: tuple[Department, ...]
    crew: Crew
    seeds: Seeds
    publication: Publication

    @property
    def all_items(self) -> tuple[str, ...]:
        """What a visit inspects: the plan's own items, then those of its departments."""
        named = [item for department in self.departments for item in department.items]
        return tuple(dict.fromkeys([*self.items, *named]))

    @property
    def batches_left(self) -> int:
        """The batches of the year that are still to be drawn, this one included."""
        return self.frequency - self.batch + 1


def needed_strata(
    written: tuple[str, ...],
    tolerance: Tolerance,
    low_risk: LowRisk,
    rated: Iterable[str] = ("tier",),
    quotas: Iterable[Quota] = (),
) -> tuple[str, ...]:
    """`written` and the strata without which the chances of a cell's members would differ.

    `rated` are the strata that have rates, the base first: a tier with the base rates leads where
    it is missing. A share that the lot leaves out divides new from old and key from other, and a
    quota those inside its group from those outside.
    """
    rated = list(rated)
    first = ["tier"] if rated[:1] == ["tier"] and "tier" not in written else []
    needed = [*first, *written, *rated]
    if tolerance.is_partial:
        needed += ["age", "key"]
    if low_risk.is_partial:
        needed += ["tier", "key"]
    for quota in quotas:
        for key, codes in quota.where.items():
            needed += [FIELD + code for code in codes] if key == "fields" else [key]
    return tuple(dict.fromkeys(needed))
