"""What a draw tells of its whole pool: shares and numbers in violation, by group and by tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from yaohao.planner.learning import pictures, sentences
from yaohao.planner.learning.charts import Chart
from yaohao.planner.learning.checks import checks
from yaohao.planner.learning.combining import Combined, change, mean_of_pools
from yaohao.planner.learning.estimates import Estimate, share_of, three_way, total_wrong
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.intervals import LEVEL
from yaohao.planner.learning.sample import Bools
from yaohao.planner.learning.tiers import TierSeparation, tier_separation
from yaohao.planner.learning.years import Portion, Year, year_of
from yaohao.planner.storage.design_samples import (
    Apart,
    SurveyedDraw,
    draws_with_results,
    surveyed,
)
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.pools import pools_of
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import say, say_problem

GROUPS = ("tier", "region", "industry", "kind", "age", "fields")
"""By what the pool can be divided."""

AGES = (("0-1", 1), ("1-3", 3), ("3-5", 5), ("5-10", 10), ("10+", 1000))
"""Groups of age in full years on the plan's day, and where each ends."""

TOLD = ("learning.one-group", "learning.one-found-nothing", "learning.nothing-seen",
        "learning.no-freedom", "findings.several-years", "findings.other-items")  # fmt: skip
"""What may be missing of one part without the others being less sure."""


def estimate(
    workspace: WorkspaceFolder,
    draws: Sequence[str] = (),
    *,
    item: str = "",
    by: Sequence[str] = ("tier",),
    level: float = LEVEL,
) -> Finding:
    """Estimates from one draw or several, the last with results where none is named.

    `item` takes the results of one item alone; `by` are names of `GROUPS`; `level` is that of the
    intervals, between 0 and 1. Of several draws there is the mean over their pools, and the change
    from each to the next. Raises PlannerError where nothing can be estimated: no draw, no result,
    too few visits for an interval, an unknown item or group.
    """
    if unknown := [one for one in by if one not in GROUPS]:
        raise refuse("findings.unknown-group", found=unknown[0], known=list(GROUPS))
    if not 0.5 <= level < 1:
        raise refuse("findings.level", found=round(100 * level, 6))
    names = list(dict.fromkeys(draws)) or draws_with_results(workspace)[-1:]
    parts = [_DrawEstimate(surveyed(workspace, one, item), by, level) for one in names]
    mean: Combined | Problem | None = None
    year: _Year | Problem | None = None
    moves: list[Combined | Problem] = []
    if len(parts) > 1:
        mean = _known(
            lambda: mean_of_pools(
                [one.share for one in parts], [one.survey.sample.cells.pool for one in parts], level
            )
        )
        year = _known(lambda: _Year(workspace, [one.survey for one in parts], level))
        moves = [
            _known(lambda a=before, b=after: change(a.share, b.share, level))
            for before, after in pairwise(parts)
        ]
    figures = {
        "draws": [one.figures() for one in parts],
        "mean": mean,
        "year": year.figures() if isinstance(year, _Year) else year,
        "changes": [
            {"from": before.survey.id, "to": after.survey.id, "change": move}
            for (before, after), move in zip(pairwise(parts), moves, strict=True)
        ],
    }

    def sentences_of() -> list[str]:
        lines = [line for one in parts for line in one.sentences(is_named=len(parts) > 1)]
        if isinstance(mean, Combined):
            lines.append(
                say(
                    "findings.mean",
                    number=len(parts),
                    share=sentences.percent(mean.value),
                    low=sentences.percent(max(mean.interval.low, 0.0)),
                    high=sentences.percent(min(mean.interval.high, 1.0)),
                    level=f"{100 * level:g}%",
                )
            )
        elif mean is not None:
            lines.append(say_problem(mean))
        if isinstance(year, _Year):
            lines += year.sentences()
        elif year is not None:
            lines.append(say_problem(year))
        for (before, after), move in zip(pairwise(parts), moves, strict=True):
            words = sentences.change(move) if isinstance(move, Combined) else say_problem(move)
            lines.append(
                say("findings.from-to", first=before.survey.id, last=after.survey.id) + words
            )
        return lines

    def charts_of() -> list[Chart]:
        charts = [one for part in parts for one in part.charts()]
        if len(parts) > 1:
            trend = [one.share for one in parts], [one.survey.id for one in parts]
            charts.insert(0, pictures.shares_by_draw(*trend))
        return charts

    return Finding(figures, sentences_of, charts_of)


def _known(asked: Any) -> Any:
    """What a question is answered with; the problem where there is no ground for an answer."""
    try:
        return asked()
    except PlannerError as error:
        if error.problems[0].code not in TOLD:
            raise
        return error.problems[0]


class _Year:
    """The total over all whom the pools of several draws of one year held."""

    def __init__(
        self, workspace: WorkspaceFolder, draws: Sequence[SurveyedDraw], level: float
    ) -> None:
        years = sorted({one.plan.as_of.year for one in draws})
        if len(years) > 1:
            raise refuse("findings.several-years", years=[str(one) for one in years])
        self.year, self.draws = years[0], [one.id for one in draws]
        self.pools = pools = pools_of(workspace, draws)
        if pools.in_several and len({_inspected(one) for one in draws}) > 1:
            raise refuse("findings.other-items", number=pools.in_several)
        seen = {
            entity
            for one in draws
            for entity, wrong in zip(one.entities, one.sample.wrong, strict=True)
            if wrong
        }
        portions = [Portion(one.sample, part) for one, part in zip(draws, pools.parts, strict=True)]
        self.estimate: Year = year_of(portions, pools.union, len(seen), level)

    def figures(self) -> dict[str, Any]:
        """The figures as values."""
        return {
            "year": self.year,
            "pools": dict(zip(self.draws, self.pools.sizes, strict=True)),
            "union": self.pools.union,
            "in_several": self.pools.in_several,
            "how": self.pools.how,
            "total": self.estimate.total,
            "share": self.estimate.share,
            "parts": dict(zip(self.draws, self.estimate.totals, strict=True)),
            "variances": dict(zip(self.draws, self.estimate.variances, strict=True)),
        }

    def sentences(self) -> list[str]:
        """The figures in words, and how an entity of several pools counts."""
        pools = self.pools
        return [
            say("findings.year", year=self.year, number=len(self.draws), union=f"{pools.union:,}")
            + sentences.total(self.estimate.total),
            say(f"findings.year-{pools.how}", number=pools.in_several),
        ]


def _inspected(survey: SurveyedDraw) -> tuple[str, ...]:
    """What the visits of a draw were asked for."""
    return (survey.item,) if survey.item else tuple(sorted(survey.plan.all_items))


class _DrawEstimate:
    """All that is told of one draw."""

    def __init__(self, survey: SurveyedDraw, by: Sequence[str], level: float) -> None:
        sample = survey.sample
        self.survey, self.level = survey, level
        self.share: Estimate = share_of(sample, sample.wrong, sample.reached, level)
        self.total = total_wrong(sample, level=level)
        self.bounds = three_way(sample, level=level)
        self.checks = checks(sample)
        self.tiers: TierSeparation | Problem = _known(lambda: tier_separation(sample, level=level))
        self.groups = {
            name: {
                code: share_of(
                    sample, sample.wrong, sample.reached & mask, level, _cells(survey, name, code)
                )
                for code, mask in groups(survey, name)
                if (sample.reached & mask).any()
            }
            for name in by
            if name != "tier"
        }

    def figures(self) -> dict[str, Any]:
        """The figures as values."""
        survey, separation = self.survey, self.tiers
        return {
            "draw": survey.id,
            "plan": survey.plan.id,
            "title": survey.plan.title,
            "as_of": survey.plan.as_of.isoformat(),
            "item": survey.item,
            "level": self.level,
            "share": self.share,
            "total": self.total,
            "three_way": self.bounds,
            "checks": self.checks,
            "without_chance": survey.frame.without_chance,
            "stratum": survey.stratum,
            "tier_names": list(survey.tiers),
            "tiers": separation,
            "by": {
                name: [{"code": code, **vars(one)} for code, one in parts.items()]
                for name, parts in self.groups.items()
            },
            "for_cause": survey.for_cause,
            "reserves": survey.reserves,
        }

    def sentences(self, *, is_named: bool) -> list[str]:
        """What a director reads aloud, then the grounds of it."""
        survey = self.survey
        lines = [say("findings.draw", draw=survey.id, title=survey.plan.title)] if is_named else []
        lines += [
            sentences.share(self.share),
            sentences.total(self.total),
            sentences.three_way(self.bounds),
        ]
        if isinstance(self.tiers, TierSeparation):
            lines.append(sentences.tiers(self.tiers))
            if self.tiers.visited_share == self.tiers.visited_share:
                visited = sentences.percent(self.tiers.visited_share)
                lines.append(say("findings.visited-share", share=visited))
        else:
            lines.append(say("findings.no-tiers"))
        lines += sentences.grounds(self.checks)
        if self.checks.design_effect < float("inf"):
            lines.append(say("findings.design", effect=f"{self.checks.design_effect:.2f}",
                             smallest=self.checks.smallest))  # fmt: skip
        if survey.frame.without_chance:
            lines.append(say("findings.without-chance", number=survey.frame.without_chance))
        for code, apart in (("for-cause", survey.for_cause), ("reserves", survey.reserves)):
            if apart.visits:
                lines.append(_apart(code, apart))
        return lines

    def charts(self) -> list[Chart]:
        """Rates by tier, then a picture for each group asked for."""
        drawings: list[Chart] = []
        if isinstance(self.tiers, TierSeparation):
            names = [code_name(self.survey.stratum, code) or "-" for code in self.survey.tiers]
            drawings.append(pictures.rates_by_tier(self.tiers, names))
        for name, parts in self.groups.items():
            if parts:
                order = list(parts)
                chart = pictures.shares_by_domain(
                    {k: parts[code] for k, code in enumerate(order)},
                    {k: group_name(name, code) for k, code in enumerate(order)},
                )
                group = say(f"findings.by-{name}")
                drawings.append(replace(chart, title=f"{chart.title}{group}"))
        return drawings


def _cells(survey: SurveyedDraw, name: str, code: str) -> Bools | None:
    """The cells of a group by which the lot was divided; None where it was not."""
    if name not in ("region", "kind") or name not in survey.plan.strata:
        return None
    place = survey.plan.strata.index(name)
    rows = survey.frozen.lottery["cells"]
    codes = [rows[int(one)]["cell"].split("/")[place] for one in survey.frame.kept]
    return np.array([one == code for one in codes], np.bool_)


def _apart(code: str, apart: Apart) -> str:
    return say(f"findings.{code}", number=apart.visits, wrong=apart.outcomes["wrong"])


def group_name(name: str, code: str) -> str:
    """What a group is called, in the language in use."""
    if not code:
        return say("common.none")
    if name == "age":
        return say("findings.age", years=code)
    return code_name(name, code)


def groups(survey: SurveyedDraw, name: str) -> list[tuple[str, Bools]]:
    """The codes of a group that the drawn have, and who has each.

    Industries of China are taken by their section; who works in several fields counts in each.
    """
    if name == "fields":
        fields = [set(text.split(",")) for text in survey.rows["fields"]]
        codes = sorted(set().union(*fields) if fields else ())
        return [(code, np.array([code in one for one in fields], np.bool_)) for code in codes]
    if name == "age":
        values = [age_group(text, survey.plan.as_of) for text in survey.rows["established_on"]]
        order = {code: place for place, (code, _) in enumerate(AGES)}
    else:
        values = survey.rows[name]
        if name == "industry" and survey.is_china:
            values = [text[:1] for text in values]
        order = {}
    kept = np.array(values, dtype=object)
    codes = sorted(set(values), key=lambda code: (order.get(code, len(order)), code))
    return [(code, np.asarray(kept == code, np.bool_)) for code in codes]


def age_group(established: str, as_of: date) -> str:
    """The group of `AGES` of an entity on a day; "" where its day is not known."""
    try:
        days = (as_of - date.fromisoformat(established)).days
    except ValueError:
        return ""
    return next(code for code, end in AGES if days / 365.25 < end)
