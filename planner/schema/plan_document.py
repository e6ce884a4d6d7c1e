"""The plan document: a plan as it is committed to (docs/bundle.md, "plan")."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from yaohao.planner.schema.seed_part import AnnouncedPart
from yaohao.planner.schema.visit import Seat


class ScopeDocument(TypedDict):
    """Whom the plan is about; an empty list takes all, regions are prefixes."""

    kind: list[str]
    region: list[str]
    status: list[str]


class ToleranceDocument(TypedDict):
    """The tolerance period, and the share of new entities left out, in millionths."""

    years: int
    leave_out: int


class LowRiskDocument(TypedDict):
    """The tiers of low risk, and the share of their entities left out, in millionths."""

    tiers: list[str]
    leave_out: int


class KeyFieldsDocument(TypedDict):
    """The fields that are key fields."""

    codes: list[str]


class LimitsDocument(TypedDict):
    """The caps on visits to one entity, 0 for none, and on all visits that the lottery decides."""

    visits_per_year: int
    days_between: int
    total: int | None


class CoverageDocument(TypedDict):
    """A rule of coverage: whoever would pass so many years without a visit is visited."""

    where: dict[str, list[str]]
    within_years: int


class QuotaDocument(TypedDict):
    """A quota: at least and at most so much for a group; null for no bound."""

    where: dict[str, list[str]]
    min: dict[str, Any] | None
    """``{"count": 3}``, or ``{"share": millionths, "of": "group" or "draw"}``."""
    max: dict[str, Any] | None


class LeadsDocument(TypedDict):
    """The triggers of leads that the plan takes up."""

    triggers: list[str]


class EntryDocument(TypedDict):
    """An entry of the four lists of trigger-based supervision."""

    entry_id: str
    item_id: str
    content: str
    measure: str
    trigger: str


class TriggerBasedDocument(TypedDict):
    """Trigger-based supervision: of which tiers, after which months, by which entries."""

    tiers: list[str]
    observation_months: int
    reminder_months: int
    entries: list[EntryDocument]


class DepartmentDocument(TypedDict):
    """A department that takes part in joint inspections."""

    name: str
    items: list[str]
    size: int
    qualifications: list[str]


class CrewDocument(TypedDict):
    """How many go on a visit, from where, and the seats that follow from it."""

    size: int
    department: str
    seats: list[Seat]


class SeedsDocument(TypedDict):
    """Where the seeds of the two rounds will come from, part by part."""

    select: list[AnnouncedPart]
    crew: list[AnnouncedPart]


class CosignerDocument(TypedDict):
    """One who is to cosign the published commitments."""

    name: str
    key: str
    """Ed25519, 64 hex digits."""


class PublicationDocument(TypedDict):
    """What of a draw is published."""

    tiers: str
    """``shown`` or ``hidden``."""
    reserves: int
    """Further entities of each cell that stand by."""
    cosigners: NotRequired[list[CosignerDocument]]
    """Left out where nobody is named."""


class PlanDocument(TypedDict):
    """A plan, all defaults written out, shares in millionths, days as ISO dates."""

    id: str
    title: str
    authority: str
    as_of: str
    window: list[str]
    frequency: int
    batch: int
    items: list[str]
    strata: list[str]
    scope: ScopeDocument
    rates: dict[str, Any]
    """By stratum and code a rate in millionths, ``{"count": 3}``, or both ends as `min` and `max`;
    `unknown_tier`, and `base` where it is not the tier."""
    tolerance: ToleranceDocument
    low_risk: LowRiskDocument
    key_fields: KeyFieldsDocument
    limits: LimitsDocument
    coverage: list[CoverageDocument]
    quota: list[QuotaDocument]
    leads: LeadsDocument
    trigger_based: TriggerBasedDocument
    department: list[DepartmentDocument]
    crew: CrewDocument
    seeds: SeedsDocument
    publication: PublicationDocument
