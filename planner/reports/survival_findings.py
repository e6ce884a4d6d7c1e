"""How long firms live, by group; entries and exits; activity by annual reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from yaohao.planner.learning import pictures, sentences
from yaohao.planner.learning.activity import (
    Activity,
    CohortGrid,
    activity,
    cohort_grid,
    movement,
)
from yaohao.planner.learning.charts import Chart
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.sample import Bools, Floats
from yaohao.planner.learning.survival import (
    LEAST_AT_RISK,
    LogRank,
    Survival,
    at_risk,
    hazard_by_year,
    log_rank,
    median,
    restricted_mean,
    survival,
)
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.value_tables import read_value_table
from yaohao.planner.storage.design_samples import numbered
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.lives import Lives, lives
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import say, say_problem

GROUPS = ("kind", "industry", "region", "tier", "cohort")
HORIZONS = (3.0, 5.0)
"""Years up to which the mean time lived is told."""
AGES = (1, 2, 3, 5, 10, 20)
MOST_GROUPS = 6
"""Groups that are told apart: the largest, the others together."""
QUARTERS = 8


# Many parameters: what the question rests on, each by its own name.
def survive(
    workspace: WorkspaceFolder,
    *,
    by: str = "",
    exits: Path | None = None,
    since: str = "",
    reports: Path | None = None,
    needs_figures: bool = True,
) -> Finding:
    """Survival of all entities of the register, and of each group of `by`.

    `exits` is a file of ids and days of exit (``left_on``), complete from the day `since` (ISO) on.
    `reports` is a file of annual reports: ``on_time``, and, where it has them, ``all_zero`` and
    ``owed``. Raises PlannerError where fewer than ten were ever at risk at once, or nobody left.
    """
    if by and by not in GROUPS:
        raise refuse("findings.unknown-group", found=by, known=list(GROUPS))
    system = code_system(workspace.settings.register)
    told_exits, begin = None, None
    if exits is not None:
        table = read_value_table(exits, ["left_on"], system)
        told_exits = {
            entity: date.fromisoformat(day).toordinal()
            for entity, day in zip(table.ids, table.days("left_on"), strict=True)
            if day
        }
    if since:
        try:
            begin = date.fromisoformat(since).toordinal()
        except ValueError as error:
            raise refuse("plan_check.bad-today", found=since) from error
    observed = lives(workspace, told_exits, begin)
    active = _activity(reports, system, needs_figures=needs_figures) if reports else None
    return _ObservedLives(
        observed, by, active, is_china=workspace.settings.register == "china"
    ).finding()


def _activity(path: Path, system: Any, *, needs_figures: bool) -> Activity:
    table = read_value_table(path, ["on_time"], system, optional=["all_zero", "owed"])
    on_time = np.array(table.numbers("on_time")) > 0
    zero, owed = np.zeros(len(on_time), np.bool_), np.ones(len(on_time), np.bool_)
    if any(table.columns["all_zero"]):
        zero = np.array(table.numbers("all_zero")) > 0
    if any(table.columns["owed"]):
        owed = np.array(table.numbers("owed")) > 0
    return activity(on_time, zero, owed, needs_figures)


class _ObservedLives:
    """All that is told of lives, from the first age at which ten are at risk on."""

    def __init__(
        self, observed: Lives, by: str, active: Activity | None, *, is_china: bool
    ) -> None:
        self.observed, self.by, self.active, self.is_china = observed, by, active, is_china
        entry, end = observed.ages()
        self.from_age = _first_age(entry, end, observed.left)
        self.kept: Bools = np.asarray(end > self.from_age)
        self.entry: Floats = np.maximum(entry, self.from_age)[self.kept]
        self.end, self.left = end[self.kept], observed.left[self.kept]
        self.whole = self.curve(np.ones(len(self.end), np.bool_))
        self.groups = self._groups() if by else {}
        self.test = self._test()

    def curve(self, mask: Bools) -> Survival:
        """The curve of some, in age from `from_age` on."""
        return survival(self.end[mask], self.left[mask], self.entry[mask])

    def _codes(self) -> list[str]:
        rows = np.flatnonzero(self.kept)
        if self.by == "cohort":
            return [
                str(date.fromordinal(int(day)).year // 5 * 5) for day in self.observed.born[rows]
            ]
        codes = self.observed.columns[self.by]
        cut = 1 if self.by == "industry" and self.is_china else None
        return [codes[k][:cut] for k in rows]

    def _groups(self) -> dict[str, Bools]:
        """The largest groups with at least ten entities each, in order of their code."""
        numbers, names = numbered(self._codes())
        sizes = np.bincount(numbers, minlength=len(names))
        large = [k for k in np.argsort(-sizes, kind="stable") if sizes[k] >= LEAST_AT_RISK]
        return {names[k]: np.asarray(numbers == k) for k in sorted(large[:MOST_GROUPS])}

    def _test(self) -> LogRank | Problem | None:
        if len(self.groups) < 2:
            return None
        mask = np.any(list(self.groups.values()), axis=0)
        codes = np.zeros(len(mask), np.int64)
        for number, one in enumerate(self.groups.values()):
            codes[one] = number
        try:
            return log_rank(self.end[mask], self.left[mask], codes[mask], self.entry[mask])
        except PlannerError as error:
            return error.problems[0]

    def finding(self) -> Finding:
        """The finding."""
        self.hazard = hazard_by_year(self.end, self.left, self.entry)
        return Finding(self.figures(), self.sentences, self.charts)

    def figures(self) -> dict[str, Any]:
        """The figures as values."""
        observed = self.observed
        return {
            "snapshots": [date.fromordinal(day).isoformat() for day in observed.snapshots],
            "entities": len(self.end),
            "exits": int(self.left.sum()),
            "undated": observed.undated,
            "unseen": observed.unseen,
            "from_age": self.from_age,
            "survival": _points(self.whole),
            "median": median(self.whole),
            "restricted_means": [
                restricted_mean(self.whole, horizon) for horizon in self._horizons(self.whole)
            ],
            "hazard_by_year": {
                "exits": self.hazard.exits,
                "lived": self.hazard.lived,
                "rates": self.hazard.rates,
                "published": list(pictures.OFFICIAL_HAZARD),
            },
            "by": self.by,
            "groups": [
                {
                    "code": code,
                    "entities": int(mask.sum()),
                    "exits": int(self.left[mask].sum()),
                    "survival": _points(self.curve(mask)),
                }
                for code, mask in self.groups.items()
            ],
            "log_rank": self.test,
            "quarters": self._quarters(),
            "activity": self.active,
        }

    def _horizons(self, curve: Survival) -> list[float]:
        return [one for one in HORIZONS if self.from_age < one <= curve.last]

    def _quarters(self) -> list[dict[str, Any]]:
        """Entries and exits of the last quarters since the first snapshot."""
        observed = self.observed
        first, last = observed.snapshots[0], observed.snapshots[-1]
        begin = date.fromordinal(last)
        begin = date(begin.year, (begin.month - 1) // 3 * 3 + 1, 1)
        born = observed.born.astype(np.float64)
        died = np.where(observed.left, observed.ended, np.inf).astype(np.float64)
        rows: list[dict[str, Any]] = []
        for _ in range(QUARTERS):
            end = date(begin.year + begin.month // 10, (begin.month + 2) % 12 + 1, 1)
            if end.toordinal() <= first:
                break
            one = movement(born, died, begin.toordinal(), end.toordinal())
            rows.append(
                {
                    "quarter": f"{begin.year}Q{(begin.month + 2) // 3}",
                    "entries": one.entries,
                    "exits": one.exits,
                    "net": one.net,
                    "exits_by_entries": one.exits_by_entries,
                    "exit_rate": one.exit_rate,
                    "median_age_at_exit": one.median_age_at_exit / 365.25,
                }
            )
            begin = date(begin.year - (begin.month == 1), (begin.month + 8) % 12 + 1, 1)
        return rows[::-1]

    def sentences(self) -> list[str]:
        """What a director reads aloud."""
        unit = say("findings.years", number=2)
        days = [date.fromordinal(day).isoformat() for day in self.observed.snapshots]
        first, last = days[0], days[-1]
        lines = [
            say("findings.lives", number=f"{len(self.end):,}", exits=int(self.left.sum()),
                first=first, last=last)
        ]  # fmt: skip
        if self.from_age > 0:
            lines.append(say("findings.from-age", years=f"{self.from_age:.1f}"))
        lines += [
            sentences.survival(self.whole, age, say("findings.years", number=age))
            for age in AGES
            if self.from_age < age <= self.whole.last and age < self.whole.small_from
        ]
        lines.append(sentences.median(_rounded(median(self.whole)), unit))
        if self.from_age == 0:
            lines += [
                sentences.restricted_mean(restricted_mean(self.whole, horizon), unit)
                for horizon in self._horizons(self.whole)
            ]
        if isinstance(self.test, LogRank):
            lines.append(sentences.log_rank(self.test))
        elif self.test is not None:
            lines.append(say_problem(self.test))
        elif self.by:
            lines.append(say("findings.one-group", least=LEAST_AT_RISK))
        for row in self._quarters()[-1:]:
            lines.append(say("findings.quarter", quarter=row["quarter"], entries=row["entries"],
                             exits=row["exits"]))  # fmt: skip
        if self.active is not None:
            lines.append(sentences.activity(self.active))
        for code, number in (("undated", self.observed.undated), ("unseen", self.observed.unseen)):
            if number:
                lines.append(say(f"findings.{code}", number=number))
        return [*lines, say("findings.exits-dated")]

    def charts(self) -> list[Chart]:
        """The curves, exits by year of life beside the published line, and cohorts by age."""
        unit = say("findings.years", number=2)
        curves = {
            group_name(self.by, code): self.curve(mask) for code, mask in self.groups.items()
        } or {say("findings.all"): self.whole}
        drawings: list[Chart] = []
        for made in (
            lambda: pictures.survival_steps(curves, unit),
            lambda: pictures.hazard_years(self.hazard),
            self._cohorts,
        ):
            try:
                drawings.append(made())
            except PlannerError as error:  # too few at risk for a picture
                if error.problems[0].code != "learning.chart":
                    raise
        return drawings

    def _cohorts(self) -> Chart:
        rows = np.flatnonzero(self.kept)
        years = np.array(
            [date.fromordinal(int(day)).year // 5 * 5 for day in self.observed.born[rows]]
        )
        grid = cohort_grid(years, self.end, self.left, entry=self.entry)
        known = np.isfinite(grid.survival).any(axis=1)
        if not known.any():
            raise refuse("learning.chart")
        return pictures.cohorts(
            CohortGrid(grid.cohorts[known], grid.survival[known], grid.at_risk[known])
        )


def _first_age(entry: Floats, end: Floats, left: Bools) -> float:
    """The age from which on ten are at risk at every exit; refused where there never are ten.

    Observation that begins late leaves few at risk at young ages, where one exit would take the
    whole curve down.
    """
    if not len(end):
        raise refuse("findings.no-lives")
    if not (left & (end > entry)).any():
        raise refuse("findings.no-exits", number=len(end))
    risk_sets = at_risk(end, left, entry)
    most = int(np.argmax(risk_sets.at_risk))
    if risk_sets.at_risk[most] < LEAST_AT_RISK:
        raise refuse("findings.few-lives", most=int(risk_sets.at_risk[most]), least=LEAST_AT_RISK)
    few = np.flatnonzero(risk_sets.at_risk[:most] < LEAST_AT_RISK)
    return float(risk_sets.times[few[-1]]) if len(few) else 0.0


def _points(curve: Survival) -> list[dict[str, float]]:
    """The curve at whole years."""
    names = ("survival", "se", "low", "high")
    return [
        {"age": float(age), **dict(zip(names, curve.at_time(age), strict=True))}
        for age in range(1, 31)
        if age <= curve.last
    ]


def _rounded(one: Any) -> Any:
    """A quantile in tenths of a year, for people."""
    return type(one)(*(round(value, 1) for value in (one.value, one.low, one.high)))


def group_name(by: str, code: str) -> str:
    """What a group is called, in the language in use."""
    if not code:
        return say("common.none")
    return (
        say("findings.cohort", first=code, last=int(code) + 4)
        if by == "cohort"
        else code_name(by, code)
    )
