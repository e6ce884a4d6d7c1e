"""The sentence for each result that a director can read aloud, in the language in use."""

from __future__ import annotations

import math

from yaohao.planner.learning.activity import Activity, Movement
from yaohao.planner.learning.backtest import BackTest
from yaohao.planner.learning.checks import Checks
from yaohao.planner.learning.combining import Combined
from yaohao.planner.learning.comparisons import AtLimit, Difference, PreTrend
from yaohao.planner.learning.crew_severity import CrewSeverity
from yaohao.planner.learning.estimates import Estimate, ThreeWay
from yaohao.planner.learning.evaluation import Effect, VisitedEffect
from yaohao.planner.learning.intervals import Interval
from yaohao.planner.learning.proposals import Proposal
from yaohao.planner.learning.risk import Scores
from yaohao.planner.learning.survival import (
    LogRank,
    Quantile,
    RestrictedMean,
    Survival,
)
from yaohao.planner.learning.tiers import TierSeparation
from yaohao.planner.wording.messages import say, say_problem


def percent(share: float) -> str:
    """A share in per cent with one decimal."""
    return f"{100 * share:.1f}%"


def _points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * share:+.1f}"


def _limits(interval: Interval) -> dict[str, str]:
    return {"low": percent(interval.low), "high": percent(interval.high), "level": _level(interval)}


def _level(interval: Interval) -> str:
    return f"{100 * interval.level:g}%"


def share(estimate: Estimate) -> str:
    """An estimated share; where nothing was found, how many there may be at most."""
    if estimate.hits == 0:
        bound = estimate.interval
        return say(
            "learning.say-none", drawn=estimate.drawn, high=percent(bound.high), level=_level(bound)
        )
    return say(
        "learning.say-share", share=percent(estimate.value), hits=estimate.hits,
        drawn=estimate.drawn, **_limits(estimate.interval),
    )  # fmt: skip


def total(estimate: Estimate) -> str:
    """An estimated number of the pool."""
    return say(
        "learning.say-total",
        total=f"{estimate.value:,.0f}",
        low=f"{estimate.interval.low:,.0f}",
        high=f"{estimate.interval.high:,.0f}",
        level=_level(estimate.interval),
    )


def three_way(split: ThreeWay) -> str:
    """The bounds without an assumption, then the estimate with one, which is named.

    Where everybody was found there is nothing to assume.
    """
    if split.least.value == split.most.value:
        return say("learning.say-all-reached")
    return say(
        "learning.say-three-way",
        least=percent(split.least.value),
        most=percent(split.most.value),
        alike=percent(split.alike.value),
        **_limits(split.interval),
    )


def grounds(sizes: Checks) -> list[str]:
    """What the figures rest on, a sentence for each check that says something."""
    lines = [
        say(
            "learning.say-grounds", pool=f"{sizes.pool:,}", drawn=sizes.drawn, reached=sizes.reached
        ),
        say("learning.say-lottery", share=percent(sizes.lottery_share)),
    ]
    unfound = sizes.drawn - sizes.reached
    if unfound:
        lines.append(
            say("learning.say-unfound", number=unfound, share=percent(unfound / sizes.drawn))
        )
    if sizes.thin_cells:
        lines.append(say("learning.say-thin", number=sizes.thin_cells, cells=sizes.cells))
        lines.append(say("learning.say-conservative"))
    if not sizes.is_witnessed:
        lines.append(say("learning.say-unwitnessed"))
    return lines


def tiers(separation: TierSeparation) -> str:
    """Whether the tiers separate, or that this cannot be told."""
    known = [one for one in separation.tiers if one.found]
    code = "say-tiers" if separation.trend.p_rising < 0.05 else "say-tiers-alike"
    return say(
        f"learning.{code}",
        first=percent(known[0].rate),
        last=percent(known[-1].rate),
        p=probability(separation.trend.p_rising),
    )


def probability(p: float) -> str:
    """A p-value as people read it."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def crews(severity: CrewSeverity) -> str:
    """Whether inspectors differ in what they find."""
    if math.isnan(severity.p):
        return say("learning.say-crews-spread", spread=f"{100 * severity.spread:.1f}")
    code = "say-crews-differ" if severity.p < 0.05 else "say-crews-alike"
    return say(
        f"learning.{code}", spread=f"{100 * severity.spread:.1f}", p=probability(severity.p),
        deals=f"{severity.deals:,}",
    )  # fmt: skip


def change(combined: Combined) -> str:
    """The change of a share from one lot to another."""
    level = _level(combined.interval)
    return say(
        "learning.say-change",
        change=_points(combined.value),
        low=_points(combined.interval.low),
        high=_points(combined.interval.high),
        level=level,
    )


def drawn_effect(effect: Effect) -> str:
    """The effect of being drawn on a yes-or-no outcome, in percentage points."""
    p = effect.p_normal if math.isnan(effect.p) else effect.p
    inside = effect.interval.low <= 0 <= effect.interval.high
    return say(
        "learning.say-effect-unclear" if inside else "learning.say-effect",
        effect=_points(effect.value),
        low=_points(effect.interval.low),
        high=_points(effect.interval.high),
        drawn=f"{effect.drawn:,}",
        others=f"{effect.others:,}",
        p=probability(p),
        level=_level(effect.interval),
    )


def visited_effect(effect: VisitedEffect) -> str:
    """The effect on those visited because they were drawn, or that too few were."""
    if effect.kind != "interval":
        return say("learning.say-visited-unclear")
    low, high = _points(effect.low), _points(effect.high)
    level = f"{100 * effect.level:g}%"
    return say(
        "learning.say-visited", effect=_points(effect.value), low=low, high=high, level=level
    )


def pre_trend(trend: PreTrend) -> list[str]:
    """Whether both groups moved alike before, step by step."""
    if not trend.steps:
        return [say("learning.say-pre-trend-none")]
    code = "say-pre-trend-unlike" if trend.moved_alike is False else "say-pre-trend-alike"
    lines = [] if trend.moved_alike is None else [say(f"learning.{code}")]
    for number, step in enumerate(trend.steps, 1):
        lines.append(
            say("learning.say-pre-step-flat", step=number)
            if step is None
            else say(
                "learning.say-pre-step", step=number, effect=_points(step.value),
                low=_points(step.interval.low), high=_points(step.interval.high),
                level=_level(step.interval), p=probability(step.p),
            )
        )  # fmt: skip
    return lines


def compared(difference: Difference | AtLimit) -> str:
    """An effect for which no lot stands, with what has to be assumed."""
    return say(
        f"learning.say-{difference.assumes}",
        effect=_points(difference.value),
        low=_points(difference.interval.low),
        high=_points(difference.interval.high),
        level=_level(difference.interval),
    )


def smallest(effect: float) -> str:
    """The smallest effect a trial can be expected to show."""
    return say("learning.say-smallest", points=f"{100 * effect:.1f}")


def survival(curve: Survival, time: float, unit: str) -> str:
    """The share still there after a time."""
    value, _, low, high = curve.at_time(time)
    return say(
        "learning.say-survival",
        share=percent(value),
        low=percent(low),
        high=percent(high),
        time=f"{time:g}",
        unit=unit,
    )


def median(quantile: Quantile, unit: str) -> str:
    """The time by which half have left, or that fewer have."""
    if math.isinf(quantile.value):
        return say("learning.say-no-median")
    code = "say-median-open" if math.isinf(quantile.high) else "say-median"
    return say(
        f"learning.{code}", time=f"{quantile.value:g}", low=f"{quantile.low:g}",
        high=f"{quantile.high:g}", unit=unit,
    )  # fmt: skip


def restricted_mean(mean: RestrictedMean, unit: str) -> str:
    """The mean time lived up to a horizon."""
    return say(
        "learning.say-restricted", mean=f"{mean.value:.2f}", horizon=f"{mean.horizon:g}",
        se=f"{mean.se:.2f}", unit=unit,
    )  # fmt: skip


def log_rank(test: LogRank) -> str:
    """Whether groups leave alike."""
    code = "say-leave-apart" if test.p < 0.05 else "say-leave-alike"
    return say(f"learning.{code}", p=probability(test.p))


def movement(moves: Movement) -> str:
    """Entries and exits of a year."""
    if not moves.entries:
        return say("learning.say-exits", exits=f"{moves.exits:,}")
    return say(
        "learning.say-movement",
        entries=f"{moves.entries:,}",
        exits=f"{moves.exits:,}",
        net=f"{moves.net:+,}",
        ratio=percent(moves.exits_by_entries),
    )


def activity(reporting: Activity) -> str:
    """The share of active entities."""
    return say(
        "learning.say-active",
        share=percent(reporting.share),
        active=f"{reporting.active:,}",
        owed=f"{reporting.owed:,}",
    )


def proposal(proposed: Proposal, now: Proposal) -> list[str]:
    """What a proposal would find, what it costs the estimate, and what it assumes."""
    lines = [
        say(
            "learning.say-finds",
            finds=f"{proposed.finds:,.0f}",
            low=f"{proposed.finds_interval.low:,.0f}",
            high=f"{proposed.finds_interval.high:,.0f}",
            level=_level(proposed.finds_interval),
            kept=f"{now.finds:,.0f}",
        )
    ]
    if proposed.bias < 0:
        lines.append(say("learning.say-blind", share=percent(-proposed.bias)))
    else:
        lines.append(say("learning.say-error", error=percent(proposed.error)))
    return [*lines, say("learning.say-unmoved")]


def back_test(test: BackTest) -> list[str]:
    """What a back-test tells; where the score may not rank, why."""
    within = test.within
    lines = [
        say(
            "learning.say-first",
            n=f"{test.first.n:,}",
            score=test.first.by_score,
            tiers=test.first.by_tiers,
            random=f"{test.first.random:.0f}",
        ),
        say(
            "learning.say-earlier",
            days=f"{test.earlier.gain:.1f}",
            within=f"{test.earlier_within.gain:.1f}",
        ),
    ]
    if within is not None:
        lines.append(
            say(
                "learning.say-within",
                share=percent(within.value),
                low=percent(within.interval.low),
                high=percent(within.interval.high),
            )
        )
    return [*lines, *(say_problem(one) for one in test.problems)]


def score(scores: Scores, entity: int) -> list[str]:
    """The explanation of an entity's score, line by line; the lines sum to the score."""
    lines = [
        say(
            "learning.say-score",
            score=f"{scores.score[entity] / 100:g}",
            name=scores.class_name(entity),
        )
    ]
    lines += [
        say(
            "learning.say-line",
            points=f"{one.hundredths / 100:g}",
            indicator=one.indicator.code,
            events=one.events,
            basis=one.indicator.basis or say("learning.no-basis"),
        )
        for one in scores.explanation(entity)
    ]
    if scores.cut[entity]:
        lines.append(say("learning.say-cut", points=f"{scores.cut[entity] / 100:g}"))
    if scores.vetoed[entity]:
        lines.append(say("learning.say-veto", name=scores.class_name(entity)))
    return lines
