"""The fields of a plan: one table, from which forms are made and typed values are read.

`planner/plan/schema.py` says what a plan must hold; a test holds the two to the same keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from yaohao.planner.schema.plan_edit import Path

Kind = Literal[
    "text", "day", "days", "whole", "share", "rate", "amount", "code", "codes", "choice", "some"
]
"""What a field takes: a text, a day, two days, a whole number, a share left out, a rate, an end of
a quota, a code, a list of codes, one of a few words, or one code or several (a condition)."""

ANY = "*"
"""Stands for any key in the path of a field."""
ROW = "#"
"""Stands for the number of any row of an array."""


@dataclass(frozen=True, slots=True)
class PlanField:
    """A field: where it stands, its kind, what its codes are of, and what it is if left out.

    `column` is a column of the register (`tier`, `region`, `fields`), or `item`, `department`,
    `qualification`, `trigger` or `stratum`.
    """

    path: tuple[str, ...]
    kind: Kind
    column: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""

    @property
    def name(self) -> str:
        """The field in words of codes: ``limits-total``, ``quota-min``, ``rates-tier``."""
        parts = [part.replace("_", "-") for part in self.path if part not in (ANY, ROW)]
        return "-".join(parts)

    @property
    def about(self) -> str:
        """Which sentence says what it means, shared by fields that mean the same of other codes:
        ``limits-total``, ``rates-other``, ``where-region``, ``seeds-kind``.
        """
        first, last = self.path[0], self.path[-1]
        if ANY in self.path:
            end = self.path[self.path.index(ANY) + 1 :]
            other = "tier" if self.column == "tier" else "other"
            return f"{first}-{'count' if last == 'count' else end[0] if end else other}"
        if "where" in self.path:
            return f"where-{last}"
        return f"{first}-{last}" if first == "seeds" and ROW in self.path else self.name

    def key(self, code: str, row: str) -> str:
        """Its key as messages write it, `code` and `row` standing for those that it may have."""
        parts = [code if part == ANY else part for part in self.path]
        return ".".join(parts).replace(f".{ROW}", f"[{row}]")


def _field(path: str, kind: str, column: str = "", default: str = "", *choices: str) -> PlanField:
    return PlanField(tuple(path.split(".")), cast(Kind, kind), column, choices, default)


CONDITIONS = ("tier", "region", "industry", "kind", "status", "age", "key", "fields")
"""What a rule's group may be told by."""
RATED = CONDITIONS[:-1]
"""What may have rates."""

_WHERE = tuple(
    _field(f"{array}.#.where.{column}", "some", column)
    for array in ("coverage", "quota")
    for column in CONDITIONS
)
_RATES = tuple(
    _field(f"rates.{stratum}.*{end}", kind, stratum)
    for stratum in RATED
    for end, kind in (
        ("", "rate"),
        (".min", "rate"),
        (".max", "rate"),
        (".count", "whole"),
        (".min.count", "whole"),
        (".max.count", "whole"),
    )
)
_PARTS = tuple(
    _field(f"seeds.{seed}.#.{key}", kind, "", default, *choices)
    for seed in ("select", "crew")
    for key, kind, default, choices in (
        ("kind", "choice", "", ("dice", "lottery", "drand", "other")),
        ("source", "text", "", ()),
        ("chain", "text", "quicknet", ()),
        ("round", "whole", "", ()),
    )
)

FIELDS: tuple[PlanField, ...] = (
    _field("id", "text"),
    _field("title", "text"),
    _field("authority", "text"),
    _field("as_of", "day"),
    _field("window", "days"),
    _field("frequency", "whole", "", "1"),
    _field("items", "codes", "item"),
    _field("strata", "codes", "stratum", "tier, region"),
    _field("scope.kind", "codes", "kind"),
    _field("scope.region", "codes", "region"),
    _field("scope.status", "codes", "status", "active"),
    *_RATES,
    _field("rates.unknown_tier", "choice", "tier", "B", "refuse"),
    _field("tolerance.years", "whole", "", "3"),
    _field("tolerance.leave_out", "share", "", "100%"),
    _field("low_risk.tiers", "codes", "tier"),
    _field("low_risk.leave_out", "share", "", "100%"),
    _field("key_fields.codes", "codes", "fields", "drug, food, industrial, special"),
    _field("limits.visits_per_year", "whole", "", "0"),
    _field("limits.days_between", "whole", "", "0"),
    _field("limits.total", "whole"),
    *_WHERE[: len(CONDITIONS)],
    _field("coverage.#.within_years", "whole"),
    *_WHERE[len(CONDITIONS) :],
    _field("quota.#.min", "amount"),
    _field("quota.#.max", "amount"),
    _field("leads.triggers", "codes", "trigger", "complaint, monitoring, transfer"),
    _field("trigger_based.tiers", "codes", "tier"),
    _field("trigger_based.observation_months", "whole", "", "12"),
    _field("trigger_based.reminder_months", "whole", "", "12"),
    _field("department.#.name", "code", "department"),
    _field("department.#.items", "codes", "item"),
    _field("department.#.size", "whole"),
    _field("department.#.qualifications", "codes", "qualification"),
    _field("crew.size", "whole", "", "2"),
    _field("crew.department", "code", "department"),
    _field("seeds.select", "text"),
    _field("seeds.crew", "text"),
    *_PARTS,
    _field("publication.tiers", "choice", "", "hidden", "hidden", "shown"),
    _field("publication.reserves", "whole", "", "0"),
    _field("publication.cosigners.#.name", "text"),
    _field("publication.cosigners.#.key", "text"),
)
"""Every field, in the order of the form."""

SECTIONS = (
    *("", "scope", "rates", "tolerance", "low_risk", "key_fields", "limits", "coverage"),
    *("quota", "leads", "trigger_based", "department", "crew", "seeds", "publication"),
)
"""The parts of a form: the top of the plan, then its tables."""

ARRAYS: tuple[tuple[str, ...], ...] = (
    ("coverage",),
    ("quota",),
    ("department",),
    ("seeds", "select"),
    ("seeds", "crew"),
    ("publication", "cosigners"),
)
"""What has rows that are added and taken out."""


_BY_PATH = {field.path: field for field in FIELDS}


def field_at(path: Path) -> PlanField | None:
    """The field of a path, whatever its codes and the numbers of its rows; None for no field."""
    rows = tuple(ROW if isinstance(part, int) else part for part in path)
    field = _BY_PATH.get(rows)
    if field is None and len(rows) > 2:  # codes stand in rates alone, behind their stratum
        field = _BY_PATH.get((*rows[:2], ANY, *rows[3:]))
    named = {ROW, ANY} & {part for part in path if isinstance(part, str)}
    return None if named and field is not None and ANY not in field.path else field
