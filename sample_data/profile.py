"""Profiles: the shape of a population, read from profiles/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from planner.vocabulary.problems import refuse

FOLDER = Path(__file__).parent / "profiles"
KINDS = ("enterprise", "individual", "cooperative", "office")
FIELDS = ("drug", "food", "industrial", "special")
AGES = ("new", "middle", "old")
RISKS = ("low", "mid", "high")
RATED = ("A", "B", "C", "D", "none")
"""Tiers as the tables of visits name them."""


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
class Profile:
    """The distributions of a population; tables are whole weights, as their names and the comments
    of the profile's file say.
    """

    name: str
    area: str
    divisions: tuple[str, ...]
    division_weights: tuple[int, ...]
    lines: tuple[Line, ...]
    moved: int
    numbers_before: date
    numbers_kept: int
    newest_days: int
    age_years: tuple[int, ...]
    age_weights: tuple[tuple[int, ...], ...]
    age_classes: tuple[int, ...]
    statuses: tuple[str, ...]
    status_weights: tuple[tuple[int, ...], ...]
    tiers: tuple[str, ...]
    tier_weights: tuple[tuple[int, ...], ...]
    visit_newest_days: int
    visit_grace_days: int
    visit_days: tuple[int, ...]
    visited: tuple[int, ...]
    visit_lags: tuple[tuple[int, ...], ...]
    visit_times: tuple[int, ...]

    def below(self, division: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The divisions whose code begins with `division`, and their weights.

        Raises PlannerError where the profile has none.
        """
        pairs = zip(self.divisions, self.division_weights, strict=True)
        found = [(code, weight) for code, weight in pairs if code.startswith(division)]
        if not division.startswith(self.area) or not found:
            known = [self.area, *self.divisions]
            raise refuse("synth.no-division", division=division, profile=self.name, known=known)
        return tuple(code for code, _ in found), tuple(weight for _, weight in found)


def names() -> list[str]:
    """The profiles there are, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load(name: str) -> Profile:
    """The profile `name`; PlannerError where there is none."""
    if name not in names():
        raise refuse("synth.no-profile", profile=name, known=names())
    raw: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    ages, status, tier, visits = raw["ages"], raw["status"], raw["tier"], raw["visits"]
    return Profile(
        name=name,
        area=raw["area"],
        divisions=tuple(raw["divisions"]),
        division_weights=tuple(raw["divisions"].values()),
        lines=tuple(_line(line) for line in raw["line"]),
        moved=raw["moved"]["per_mille"],
        numbers_before=raw["numbers"]["before"],
        numbers_kept=raw["numbers"]["per_mille"],
        newest_days=ages["newest_days"],
        age_years=tuple(ages["years"]),
        age_weights=tuple(tuple(ages[kind]) for kind in KINDS),
        age_classes=tuple(ages["classes"]),
        statuses=tuple(status["codes"]),
        status_weights=tuple(tuple(status[age]) for age in AGES),
        tiers=tuple(tier["codes"]),
        tier_weights=tuple(tuple(tier[f"{risk}-{age}"]) for risk in RISKS for age in AGES),
        visit_newest_days=visits["newest_days"],
        visit_grace_days=visits["grace_days"],
        visit_days=tuple(visits["days"]),
        visited=tuple(visits["visited"][rated] for rated in RATED),
        visit_lags=tuple(tuple(visits["lag"][rated]) for rated in RATED),
        visit_times=tuple(visits["times"]),
    )


def _line(raw: dict[str, Any]) -> Line:
    shares = raw.get("fields", {})
    return Line(
        id=raw["id"],
        industry=raw["industry"],
        weight=raw["weight"],
        kinds=tuple(raw["kinds"]),
        fields=tuple(shares.get(field, 0) for field in FIELDS),
        risk=RISKS.index(raw["risk"]),
    )
