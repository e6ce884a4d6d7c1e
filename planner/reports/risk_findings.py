"""A risk model from past visits, judged before it may rank: fitted, and tested over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from yaohao.planner.learning import pictures, sentences
from yaohao.planner.learning.backtest import BackTest, back_test, rolling_scores
from yaohao.planner.learning.charts import Chart
from yaohao.planner.learning.finding import Finding, plain_values
from yaohao.planner.learning.indicators import as_document
from yaohao.planner.learning.risk_features import Features, features_of, rolled
from yaohao.planner.learning.risk_model import LEAST_HITS, PENALTIES, RiskModel, fitted
from yaohao.planner.learning.risk_scoring import FORMAT
from yaohao.planner.learning.sample import Bools, Floats, Ints
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.design_samples import numbered
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.past_visits import PastVisits, past_visits
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say

MONTHS = 3
"""Months of a block: who is scored in one is scored by what was known before it."""
TESTED = 8
"""Blocks at the end on which a model is judged when it is fitted."""
FEW_PENALTIES = PENALTIES[2::2]
"""Penalties tried at each origin of a test."""
COLUMNS = ("kind", "industry")


@dataclass(frozen=True)
class _Rows:
    """Visits with a result, each with what was known before its block began."""

    past: PastVisits
    features: Features
    starts: list[int]
    rows: Ints
    x: Floats

    @property
    def wrong(self) -> Bools:
        """Whether each found something wrong."""
        return np.asarray(self.past.known.visits.wrong[self.rows] == 1)

    @property
    def days(self) -> Ints:
        """The day of each."""
        return self.past.known.visits.known[self.rows]

    @property
    def inspectors(self) -> Ints:
        """Who led each."""
        return self.past.known.visits.inspector[self.rows]

    @property
    def entities(self) -> Ints:
        """Whom each visited."""
        return self.past.known.visits.entity[self.rows]

    def can_learn(self, before: int) -> bool:
        """Whether enough of either kind was known before an ordinal day for a model to be fitted
        there.
        """
        past = self.wrong[self.days < before]
        return min(int(past.sum()), int((~past).sum())) >= LEAST_HITS

    def left_out(self, before: int) -> list[str]:
        """Further columns of past inspections that told something by then and are no feature."""
        observations = self.past.known.observed
        return sorted(
            name for name, one in observations.items()
            if name not in self.features.indicators and one.kind(before)
        )  # fmt: skip

    def fit(self, rows: Ints, penalties: Any = PENALTIES) -> RiskModel:
        """A model of some of the rows; PlannerError as `fitted`."""
        return fitted(
            self.x[rows], self.wrong[rows], self.inspectors[rows], self.features.names,
            signs=self.features.signs, entity=self.entities[rows], penalties=penalties,
        )  # fmt: skip


def risk_fit(
    workspace: WorkspaceFolder, *, as_of: str = "", outcome: str = "any", regions: bool = False
) -> tuple[Finding, dict[str, Any]]:
    """A model from visits known before `as_of` (ISO, else today), and its document.

    It is judged on the last blocks by models that were fitted before each; the finding has `failed`
    where it may not rank. `outcome` is ``any``, or the id of an item. Raises PlannerError with too
    few visits of either kind.
    """
    day = day_given(workspace, as_of).toordinal()
    data = _rows(workspace, outcome, day, regions=regions)
    inside = np.flatnonzero(data.days < day)
    model = data.fit(inside)
    starts = [one for one in data.starts if one < day and data.can_learn(one)][-TESTED:]
    test, score, rows = _tested(data, starts, day, None)
    centre = data.x[inside].mean(axis=0)
    document = {
        "format": FORMAT,
        "as_of": date.fromordinal(day).isoformat(),
        "outcome": outcome,
        "codes": {name: list(codes) for name, codes in data.features.codes.items()},
        "indicators": as_document(data.features.indicators),
        "names": list(model.names),
        "intercept": model.intercept,
        "coefficients": model.coefficients,
        "centre": centre,
        "calibration": list(model.calibration),
        "penalty": model.penalty,
        "inspector_spread": model.inspector_spread,
        "rows": model.rows,
        "hits": model.hits,
        "held": [name for name, held in zip(model.names, model.held, strict=True) if held],
        "area": test.area.value,
        "area_within": test.within.value if test.within else None,
        "area_of_tiers": test.area_of_tiers.value,
    }
    figures = {
        "as_of": document["as_of"],
        "outcome": outcome,
        "visits": model.rows,
        "hits": model.hits,
        "inspectors": len(np.unique(data.inspectors[inside])),
        "inspector_spread": model.inspector_spread,
        "points": model.points(),
        "held": document["held"],
        "indicators": list(data.features.indicators),
        "indicators_left_out": data.left_out(day),
        "penalty": model.penalty,
        "test": _figures(test),
        "other_entities": data.past.others,
        "no_result": data.past.unsaid,
    }

    def lines() -> list[str]:
        words = [say("findings.risk-fitted", visits=f"{model.rows:,}", hits=f"{model.hits:,}",
                    day=document["as_of"])]  # fmt: skip
        if data.features.indicators:
            names = [plain(one) for one in data.features.indicators]
            words.append(say("findings.risk-indicators", names=names))
        if figures["indicators_left_out"]:
            names = [plain(one) for one in figures["indicators_left_out"]]
            words.append(say("findings.risk-indicators-out", names=names))
        return [*words, *_words(data.past, test)]

    finding = Finding(
        figures, lines, lambda: _charts(test, score, data, rows), failed=bool(test.problems)
    )
    return finding, plain_values(document)


def risk_test(
    workspace: WorkspaceFolder,
    *,
    first: str,
    last: str = "",
    outcome: str = "any",
    capacity: int = 0,
    regions: bool = False,
) -> Finding:
    """What a model would have been worth from `first` to `last` (ISO, else today).

    Fitted anew every three months on what was known by then. `capacity` are the visits that can be
    made (a tenth of those tested if 0). The finding has `failed` where the score may not rank.
    """
    begin = day_given(workspace, first).toordinal()
    end = day_given(workspace, last).toordinal()
    if begin >= end:
        raise refuse("learning.origins")
    data = _rows(workspace, outcome, end, regions=regions, begin=begin)
    starts = [one for one in data.starts if begin <= one < end]
    test, score, rows = _tested(data, starts, end, capacity or None)
    figures = {"from": first, "to": date.fromordinal(end).isoformat(), "outcome": outcome,
               "origins": [date.fromordinal(one).isoformat() for one in starts],
               "test": _figures(test)}  # fmt: skip
    return Finding(
        figures,
        lambda: _words(data.past, test),
        lambda: _charts(test, score, data, rows),
        failed=bool(test.problems),
    )


def _rows(
    workspace: WorkspaceFolder, outcome: str, end: int, *, regions: bool, begin: int | None = None
) -> _Rows:
    """All visits before `end`, in blocks of three months that end there (or start at `begin`)."""
    item = "" if outcome == "any" else outcome
    past = past_visits(workspace, item, before=date.fromordinal(end).isoformat())
    days = past.known.visits.known
    if not (days < end).any():
        raise refuse("findings.no-past-visits")
    anchor = begin if begin is not None else end
    starts = _starts(int(days.min()), end, anchor)
    columns = (*COLUMNS, "region") if regions else COLUMNS
    earlier = np.flatnonzero(days < (begin or end))
    seen = past.known.visits.entity[earlier if len(earlier) else np.flatnonzero(days < end)]
    features = features_of(past.known, seen, columns, begin or end)
    rows, x = rolled(features, past.known, starts)
    kept = days[rows] < end
    return _Rows(past, features, starts, rows[kept], x[kept])


def _starts(first: int, end: int, anchor: int) -> list[int]:
    """The first days of blocks from `first` up to `end`; `anchor` is one of them, or the end."""
    step = round(MONTHS * 365.25 / 12)
    begin = anchor - -(-(anchor - first) // step) * step
    return list(range(begin, end, step))


def _tested(
    data: _Rows, starts: list[int], end: int, capacity: int | None
) -> tuple[BackTest, Floats, Ints]:
    """The back-test over some blocks; the scores and their rows besides."""
    inside = np.flatnonzero(data.days < end)
    if not len(starts) or not (data.days[inside] >= starts[0]).any():
        raise refuse("learning.origins")

    def fit(train: Ints, test: Ints) -> Floats:
        return data.fit(inside[train], FEW_PENALTIES).score(data.x[inside[test]])

    tested, score = rolling_scores(data.days[inside], starts, fit)
    rows = inside[tested]
    known, entities = data.past.known, data.entities[rows]
    tiers, _ = numbered([str(one) for one in known.codes["tier"][entities]])
    groups = {
        name: numbered([str(one) for one in known.codes[name][entities]])[0]
        for name in ("region", "kind")
    }
    most = capacity or max(len(rows) // 10, 1)
    test = back_test(
        score, data.wrong[rows], data.days[rows], tiers, data.inspectors[rows],
        min(most, len(rows)), groups,
    )  # fmt: skip
    return test, score, rows


def _figures(test: BackTest) -> Mapping[str, Any]:
    """The figures of a back-test, days earlier with their gain."""
    figures: dict[str, Any] = plain_values(test)
    for name, one in (("earlier", test.earlier), ("earlier_within", test.earlier_within)):
        figures[name]["gain"] = one.gain
    return figures


def _words(past: PastVisits, test: BackTest) -> list[str]:
    """What a director reads aloud: what a test rests on, what it tells, why it may not rank."""
    lines = [
        say("findings.risk-tested", visits=f"{test.visits:,}", hits=f"{test.hits:,}"),
        say("findings.risk-order", score=f"{100 * test.area.value:.1f}%",
            tiers=f"{100 * test.area_of_tiers.value:.1f}%"),
        *sentences.back_test(test),
    ]  # fmt: skip
    if not test.problems:
        lines.append(say("findings.risk-may-rank"))
    if past.others:
        lines.append(say("findings.risk-others", number=past.others))
    return [*lines, say("findings.risk-unknown-chances")]


def _charts(test: BackTest, score: Floats, data: _Rows, rows: Ints) -> list[Chart]:
    """Calibration by tenths, and finds after each visit."""
    as_it_was = -data.days[rows].astype(np.float64)
    wrong = data.wrong[rows].astype(np.float64)
    return [
        pictures.calibration_by_tenths(test.calibration),
        pictures.cumulative_finds(as_it_was, score, wrong),
    ]
