"""Profiles: the shape of a population, read from profiles/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.sample_data.places import counties

FOLDER = Path(__file__).parent / "profiles"
KINDS = ("enterprise", "individual", "cooperative", "office")
FIELDS = ("drug", "food", "industrial", "special")
AGES = ("new", "middle", "old")
RISKS = ("low", "mid", "high")
TIERS = ("A", "B", "C", "D", "none")
"""Tiers as the tables of a profile name them; the last is "not rated"."""
ENDED = ("revoked", "deregistered", "annulled", "liquidating", "moved")
STATUSES = ("active", "suspended", *ENDED)

Table = tuple[tuple[int, ...], ...]
"""Whole weights: a row for each group, a column for each outcome."""


@dataclass(frozen=True)
class Line:
    """A line of business: what its entities have in common."""

    id: str
    industry: str
    weight: int
    kinds: tuple[int, ...]
    fields: tuple[int, ...]
    risk: int


@dataclass(frozen=True)
class Closures:
    """Hazards of closing (per mille a year) by kind and `years` of age, and what comes of it."""

    years: tuple[int, ...]
    hazards: Table
    kept_years: int
    ended: Table
    suspended: tuple[int, ...]


@dataclass(frozen=True)
class Visits:
    """Past inspections by tier: see the comments of the profile's file."""

    newest_days: int
    after_closing: int
    grace_days: int
    days: tuple[int, ...]
    visited: tuple[int, ...]
    lags: Table
    again: tuple[int, ...]
    gap_days: tuple[int, ...]
    gaps: Table


@dataclass(frozen=True)
class Conduct:
    """The hidden propensity to violate: factors in thousandths, by tier; `base` in millionths and
    `taken` in thousandths by item.
    """

    factors: tuple[int, ...]
    weights: Table
    risk: tuple[int, ...]
    item_factors: tuple[int, ...]
    item_weights: tuple[int, ...]
    base: dict[str, int]
    taken: dict[str, int]


@dataclass(frozen=True)
class Details:
    """Registered capital (10,000 yuan) by kind and for heavy lines; annual reports by conduct."""

    amounts: tuple[int, ...]
    capital: Table
    heavy_lines: frozenset[str]
    reports: tuple[str, ...]
    report_weights: Table


@dataclass(frozen=True)
class Profile:
    """The distributions of a population; tables are whole weights, as their names and the comments
    of the profile's file say.
    """

    name: str
    area: str
    division: str
    divisions: tuple[str, ...]
    division_weights: tuple[int, ...]
    lines: tuple[Line, ...]
    moved: int
    numbers_before: date
    numbers_kept: int
    newest_days: int
    age_years: tuple[int, ...]
    age_weights: Table
    age_classes: tuple[int, ...]
    tiers: tuple[str, ...]
    tier_weights: Table
    closures: Closures
    visits: Visits
    conduct: Conduct
    details: Details

    def below(self, division: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The divisions whose code begins with `division`, and their weights.

        Raises PlannerError where the profile has none.
        """
        pairs = zip(self.divisions, self.division_weights, strict=True)
        inside = [(code, weight) for code, weight in pairs if code.startswith(division)]
        if not division.startswith(self.area) or not inside:
            known = [self.area, *sorted({code[:4] for code in self.divisions}), self.divisions[0]]
            known = list(dict.fromkeys([*known, *self.divisions[1:8]]))
            raise refuse("synth.no-division", division=division, profile=self.name, known=known)
        return tuple(code for code, _ in inside), tuple(weight for _, weight in inside)


def names() -> list[str]:
    """The profiles there are, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load(name: str) -> Profile:
    """The profile `name`; PlannerError where there is none."""
    if name not in names():
        raise refuse("synth.no-profile", profile=name, known=names())
    raw = _raw(name)
    divisions = _divisions(raw["area"], raw["divisions"])
    ages, tier = raw["ages"], raw["tier"]
    return Profile(
        name=name,
        area=raw["area"],
        division=raw["division"],
        divisions=tuple(divisions),
        division_weights=tuple(divisions.values()),
        lines=tuple(_line(line, raw.get("weights", {})) for line in raw["line"]),
        moved=raw["moved"]["per_mille"],
        numbers_before=raw["numbers"]["before"],
        numbers_kept=raw["numbers"]["per_mille"],
        newest_days=ages["newest_days"],
        age_years=tuple(ages["years"]),
        age_weights=_table(ages, KINDS),
        age_classes=tuple(ages["classes"]),
        tiers=tuple(tier["codes"]),
        tier_weights=_table(tier, [f"{risk}-{age}" for risk in RISKS for age in AGES]),
        closures=_closures(raw["closures"]),
        visits=_visits(raw["visits"]),
        conduct=_conduct(raw["conduct"], raw["items"]),
        details=_details(raw["capital"], raw["reports"]),
    )


def _raw(name: str) -> dict[str, Any]:
    """The file of a profile over that of the one it is based on."""
    raw: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {**_raw(raw["base"]), **raw} if "base" in raw else raw


def _table(raw: dict[str, Any], groups: Any) -> Table:
    return tuple(tuple(raw[group]) for group in groups)


def _divisions(area: str, raw: dict[str, Any]) -> dict[str, int]:
    """Weights by county: written out, or spread over the listed counties of each prefecture."""
    if "listed" not in raw:
        return dict(raw)
    codes = counties(area)
    urban, default = raw["listed"]["urban"], raw["listed"]["default"]
    parts = {code: urban if code[4] == "0" else default for code in codes}
    wholes: dict[str, int] = {}
    for code, part in parts.items():
        wholes[code[:4]] = wholes.get(code[:4], 0) + part
    if len(raw) == 1:
        return parts
    # Thousands of residents, times ten: whole weights near enough to their shares.
    return {
        code: max(raw[code[:4]] * 10 * part // wholes[code[:4]], 1) for code, part in parts.items()
    }


def _line(raw: dict[str, Any], weights: dict[str, int]) -> Line:
    shares = raw.get("fields", {})
    return Line(
        id=raw["id"],
        industry=raw["industry"],
        weight=weights.get(raw["id"], raw["weight"]),
        kinds=tuple(raw["kinds"]),
        fields=tuple(shares.get(field, 0) for field in FIELDS),
        risk=RISKS.index(raw["risk"]),
    )


def _closures(raw: dict[str, Any]) -> Closures:
    return Closures(
        years=tuple(raw["years"]),
        hazards=_table(raw, KINDS),
        kept_years=raw["kept_years"],
        ended=_table(raw, AGES),
        suspended=tuple(raw["suspended"]),
    )


def _visits(raw: dict[str, Any]) -> Visits:
    return Visits(
        newest_days=raw["newest_days"],
        after_closing=raw["after_closing"],
        grace_days=raw["grace_days"],
        days=tuple(raw["days"]),
        visited=tuple(raw["visited"][tier] for tier in TIERS),
        lags=_table(raw["lag"], TIERS),
        again=tuple(raw["again"][tier] for tier in TIERS),
        gap_days=tuple(raw["gap_days"]),
        gaps=_table(raw["gap"], TIERS),
    )


def _conduct(raw: dict[str, Any], items: dict[str, Any]) -> Conduct:
    return Conduct(
        factors=tuple(raw["factors"]),
        weights=_table(raw, TIERS),
        risk=tuple(raw["risk"][risk] for risk in RISKS),
        item_factors=tuple(raw["item_factors"]),
        item_weights=tuple(raw["item_weights"]),
        base=dict(items["base"]),
        taken=dict(items["taken"]),
    )


def _details(capital: dict[str, Any], reports: dict[str, Any]) -> Details:
    return Details(
        amounts=tuple(capital["amounts"]),
        capital=_table(capital, [*KINDS, "heavy"]),
        heavy_lines=frozenset(capital["heavy_lines"]),
        reports=tuple(reports["codes"]),
        report_weights=tuple(tuple(row) for row in reports["weights"]),
    )
