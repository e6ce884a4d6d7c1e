"""Scenarios: small populations for tests, each with one thing that is hard about them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, cached_property
from string import Template
from typing import Any

import numpy as np
from yaohao.planner.vocabulary.problems import refuse
from yaohao.sample_data import plans, words
from yaohao.sample_data.entities import Attributes, Page
from yaohao.sample_data.population import AS_OF, Population
from yaohao.sample_data.profile import ENDED, FIELDS
from yaohao.sample_data.random_streams import Words
from yaohao.sample_data.visiting import MOST

NAMES = ("tiny", "conflict", "hash-edge", "one-inspector")

_SIZES = {"tiny": 50, "conflict": 400, "hash-edge": 200, "one-inspector": 200}
_MET = 27  # rows of `tiny` that are written out, so that every rule is met
_DIVISION = "150523"
_PATROL, _SEEN = "patrol", "网格巡查发现经营场所长期关门"


class Scenario(Population):
    """A population of a name in `NAMES`; PlannerError for another.

    * ``tiny``: fifty entities; with its plan every rule is met at least once.
    * ``conflict``: quotas that cannot all hold, so that the plan is refused with its mends.
    * ``hash-edge``: ids that sort badly: digits and letters, either case, one the beginning of
      another, the longest there may be; its register is ``free``.
    * ``one-inspector``: a single inspector with a certificate, where every visit needs two.
    """

    def __init__(self, name: str, seed: int = 1, as_of: date = AS_OF) -> None:
        if name not in NAMES:
            raise refuse("synth.no-scenario", scenario=name, known=list(NAMES))
        super().__init__(_SIZES[name], seed, _DIVISION, "county", as_of)
        self.scenario = name
        if name == "hash-edge":
            self.register = "free"

    def parameters(self) -> dict[str, Any]:
        """What this population was made from, as plain JSON values."""
        return {**super().parameters(), "scenario": self.scenario}

    def page(self, rows: Words) -> Page:
        """Any rows, undamaged, with what the scenario puts in their place."""
        if self.scenario == "hash-edge":
            return _Renamed(self.entities, rows)
        if self.scenario == "tiny":
            return _Met(self.entities, rows)
        return super().page(rows)

    def inspectors(self) -> list[dict[str, str]]:
        """The register of inspectors; in ``one-inspector`` one of them alone is certified."""
        rows = super().inspectors()
        if self.scenario == "one-inspector":
            return [
                {**one, "absent": "", "recused": "", "certificate_until": until}
                for one, until in zip(
                    rows[:2], (str(self.as_of + timedelta(days=900)), ""), strict=True
                )
            ]
        if self.scenario == "tiny":
            rows += self._unfit(rows[0])
        return rows

    def _unfit(self, able: dict[str, str]) -> list[dict[str, str]]:
        """Who cannot take every seat: expired, auxiliary, absent, recused, nearly full."""
        day, ids = self.as_of, self.page(np.arange(_MET, dtype=np.uint64)).codes.to_pylist()
        odd: tuple[dict[str, str], ...] = (
            {"certificate_until": str(day - timedelta(days=1))},
            {"certificate_until": str(day + timedelta(days=30))},
            {"certificate_until": ""},
            {"absent": f"{day}..{day + timedelta(days=120)}"},
            {"absent": f"{day + timedelta(days=10)}..{day + timedelta(days=20)}"},
            {"recused": ";".join(sorted(ids[:12]))},
            {"capacity": "1"},
        )
        return [
            {**able, "inspector_id": f"ZF-{self.division}-{900 + number}", **change}
            for number, change in enumerate(odd, 1)
        ]

    def leads(self) -> list[dict[str, str]]:
        """The leads; in ``tiny`` one of each trigger, one that is closed, and one of a patrol."""
        if self.scenario != "tiny":
            return super().leads()
        ids = self.page(np.arange(_MET, dtype=np.uint64)).codes.to_pylist()
        day = self.as_of
        rows = [
            (ids[0], "complaint", 5, ""),
            (ids[1], "monitoring", 6, ""),
            (ids[2], "transfer", 7, ""),
            (ids[25], "complaint", 8, ""),
            (ids[3], "complaint", 40, str(day - timedelta(days=20))),
            (ids[8], _PATROL, 9, ""),
        ]
        return [
            {
                "lead_id": f"XS{day.year}-{number:05d}",
                "entity_id": entity,
                "trigger": trigger,
                "opened_on": str(day - timedelta(days=age)),
                "closed_on": closed,
                "text": words.document("leads").get(trigger, {"": [_SEEN]})[""][0],
                "reminded_on": "",
            }
            for number, (entity, trigger, age, closed) in enumerate(rows, 1)
        ]

    def lists(self) -> list[dict[str, str]]:
        """The four lists; in ``tiny`` with a trigger that no plan puts before all else."""
        entry = {"item_id": "REG-01", "content": _SEEN, "measure": "电话提醒", "trigger": _PATROL}
        return [*super().lists(), *([entry] if self.scenario == "tiny" else [])]

    def plan(self) -> str:
        """The plan that goes with the scenario."""
        text = plans.plan_text(self)
        if self.scenario == "tiny":
            text = text.replace('leave_out = "50%"', 'leave_out = "100%"')
        extra = words.FOLDER / f"plan-{self.scenario}.toml"
        if extra.is_file():
            text += Template(extra.read_text(encoding="utf-8")).substitute(division=self.division)
        return text


class _Renamed(Page):
    """Rows with ids that sort badly."""

    @cached_property
    def codes(self) -> Any:
        """The ids, an Arrow array."""
        import pyarrow as pa

        return pa.array([_edge_ids()[row] for row in self.rows.tolist()], pa.string())


@cache
def _edge_ids() -> list[str]:
    """Ids of the form of a frame, in an order that is none."""
    stems = ["0", "00", "1", "10", "1e5", "2", "a", "A", "aa", "Aa", "Z", "z", "_", "-", ".", "-0"]
    ids = dict.fromkeys(stems)
    for stem in stems:
        for tail in ("0", "9", "10", "A", "z", "_", "-", ".", ".0", "a" * 30):
            ids[stem + tail] = None
    ids |= dict.fromkeys(["9" * 64, "z" * 64, "0" * 64, "Z" * 63 + ".", "." * 64, "NaN", "null"])
    ids |= dict.fromkeys(f"{number}" for number in range(3, 60))
    return list(ids)


class _Met(Page):
    """The rows of ``tiny``: the first of them as `_written`."""

    @cached_property
    def attributes(self) -> Attributes:
        """What was drawn for the rows, with what is written over it."""
        drawn = super().attributes
        for place, row in enumerate(self.rows.tolist()):
            if row < _MET:
                written = _written(row, self.entities.as_of)
                line = written.pop("line", "wholesale")
                drawn.line[place] = [one.id for one in self.entities.profile.lines].index(line)
                for name, value in written.items():
                    getattr(drawn, name)[..., place] = value
        return drawn


def _written(row: int, as_of: int) -> dict[str, Any]:
    """The attributes of a row of ``tiny``: leads first, then rules that leave out or direct."""
    plain = {
        "tier": (1, 2, 3, 0)[row % 4],
        "kind": 0,
        "status": 0,
        "established": as_of - 365 * 8,
        "closed": -1,
        "visited": _days(as_of - 800),
        "fields": 0,
    }
    new, never = {"established": as_of - 200, "visited": _days()}, {"visited": _days()}
    drug, food, industrial, special = (1 << bit for bit in range(len(FIELDS)))
    met: dict[int, dict[str, Any]] = {
        4: {"visited": _days(as_of, as_of - 1), "tier": 2},
        5: {"visited": _days(as_of - 20), "tier": 2},
        6: {"visited": _days(as_of - 365 * 3), "fields": food, "tier": 3},
        7: {"fields": food, "tier": 3, **never},
        8: {"tier": 1, **new},
        9: {"tier": 1, "fields": drug, **new},
        10: {"tier": 0},
        11: {"tier": 0, "fields": special},
        12: {"tier": 4, **never},
        13: {"status": 1},
        19: {"fields": industrial, "tier": 2},
        20: {"fields": drug | food, "tier": 3, "visited": _days(as_of - 300)},
        21: {"kind": 2, "tier": 1, "line": "farming"},
        22: {"kind": 3, "tier": 1, "line": "technology"},
        23: {"kind": 1, "tier": 1, "line": "catering"},
        24: {"established": -1, "tier": 1, **never},
        26: {"tier": 2, **new},
    }
    dead = {14 + n: {"status": 2 + n, "closed": as_of - 100} for n in range(len(ENDED))}
    return plain | met.get(row, {}) | dead.get(row, {})


def _days(*days: int) -> list[int]:
    """Days of visits, the last one first."""
    return [*days, *[-1] * (MOST - len(days))]
