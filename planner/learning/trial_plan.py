"""The file of a trial: who takes part, which arms there are, and how it will be analysed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yaohao.planner.learning.intervals import LEVEL
from yaohao.planner.learning.trial import Arm, check_arms, smallest_effect
from yaohao.planner.vocabulary.problems import Problem, raise_all

STRATA = ("tier", "kind", "region", "industry", "status")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYS = {"id", "title", "outcome", "rate", "worthwhile", "strata", "seed", "who", "arm", "redraws"}
_ARM_KEYS = {"name", "parts", "withholds"}
REDRAWS = 2000


@dataclass(frozen=True)
class TrialPlan:
    """A trial as it is planned.

    `outcome` is the column in which the outcome of each entity will be; `rate` the share that is
    expected in the first arm; `worthwhile` the smallest difference in shares that would matter.
    `who` has codes by column; `seed` is the announced source of the seed.
    """

    id: str
    title: str
    outcome: str
    rate: float
    worthwhile: float
    strata: tuple[str, ...]
    seed: str
    who: Mapping[str, tuple[str, ...]]
    arms: tuple[Arm, ...]
    redraws: int = REDRAWS

    @property
    def analysis(self) -> dict[str, Any]:
        """What is fixed before the seed: everything that decides what the trial will say."""
        return {
            "outcome": self.outcome,
            "arms": [arm.name for arm in self.arms],
            "strata": list(self.strata),
            "compared": "each further arm with the first, within strata weighted by size",
            "variance": "neyman",
            "test": "assigned again within strata, two-sided",
            "redraws": self.redraws,
            "level_ppm": round(LEVEL * 1_000_000),
            "rate_ppm": round(self.rate * 1_000_000),
            "worthwhile_ppm": round(self.worthwhile * 1_000_000),
        }

    def smallest(self, sizes: Sequence[int]) -> float:
        """The smallest effect that the comparison with the fewest entities can be told to show."""
        return max(smallest_effect(self.rate, sizes[0], other) for other in sizes[1:])


def trial_plan_from(document: Mapping[str, Any], dues: Mapping[str, bool]) -> TrialPlan:
    """The trial of a file already read from TOML; refused with everything that is wrong in it.

    `dues` are all duties that an arm could name, and whether the law sets their day; refused where
    an arm withholds one of those, or one that does not exist.
    """
    problems = [Problem("learning.trial-key", {"key": key}) for key in sorted({*document} - _KEYS)]

    def bad(key: str) -> None:
        problems.append(
            Problem("learning.trial-value", {"key": key, "found": _shown(document, key)})
        )

    for key in ("id", "title", "outcome", "seed"):
        text = document.get(key)
        is_text = isinstance(text, str) and bool(text.strip())
        if not is_text or (key == "id" and not _ID.fullmatch(str(text))):
            bad(key)
    for key in ("rate", "worthwhile"):
        value = document.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1:
            bad(key)
    redraws = document.get("redraws", REDRAWS)
    if not isinstance(redraws, int) or isinstance(redraws, bool) or not 100 <= redraws <= 100_000:
        bad("redraws")
    strata = document.get("strata", ["tier", "kind"])
    if not _are_codes(strata, STRATA):
        bad("strata")
    who = document.get("who", {})
    if not isinstance(who, Mapping) or not all(
        name in STRATA and _are_codes(codes) for name, codes in who.items()
    ):
        bad("who")
    arms = _arms(document.get("arm"), dues, problems)
    raise_all(problems)
    check_arms(arms, [name for name, is_hard in dues.items() if is_hard])
    return TrialPlan(
        document["id"],
        document["title"].strip(),
        document["outcome"].strip(),
        float(document["rate"]),
        float(document["worthwhile"]),
        tuple(strata),
        document["seed"].strip(),
        {name: tuple(codes) for name, codes in who.items()},
        tuple(arms),
        redraws,
    )


def _arms(given: Any, dues: Mapping[str, bool], problems: list[Problem]) -> list[Arm]:
    """The arms, as far as they can be read."""
    arms = []
    for number, row in enumerate(given if isinstance(given, list) else [], 1):
        read = _arm(row) if isinstance(row, Mapping) else None
        if read is None:
            problems.append(Problem("learning.trial-arm", {"number": number}))
            continue
        name, parts, held = read
        unknown = [str(one) for one in held if one not in dues]
        if unknown:
            names = sorted(dues)[:20]
            problems.append(
                Problem("learning.trial-due", {"arm": name, "found": unknown, "known": names})
            )
            continue
        arms.append(Arm(name, parts, tuple(held)))
    if not given:
        problems.append(Problem("learning.arms"))
    return arms


def _arm(row: Mapping[str, Any]) -> tuple[str, int, list[Any]] | None:
    """Name, parts and what is withheld of an arm; None where it cannot be read."""
    name, parts, held = row.get("name"), row.get("parts", 1), row.get("withholds", [])
    if not isinstance(name, str) or not name.strip() or {*row} - _ARM_KEYS:
        return None
    if not isinstance(parts, int) or isinstance(parts, bool) or not 0 < parts <= 1000:
        return None
    return (name.strip(), parts, held) if isinstance(held, list) else None


def _are_codes(values: Any, known: Sequence[str] = ()) -> bool:
    return (
        isinstance(values, list)
        and all(isinstance(one, str) and one and (not known or one in known) for one in values)
        and len(set(values)) == len(values)
    )


def _shown(document: Mapping[str, Any], key: str) -> str:
    return repr(document[key])[:80] if key in document else ""
