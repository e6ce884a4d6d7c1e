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


def share(found: Estimate) -> str:
    """An estimated share; where nothing was found, how many there may be at most."""
    if found.hits == 0:
        bound = found.interval
        return say(
            "learning.say-none", drawn=found.drawn, high=percent(bound.high), level=_level(bound)
        )
    return say(
        "learning.say-share", share=percent(found.value), hits=found.hits, drawn=found.drawn,
        **_limits(found.interval),
    )  # fmt: skip


def total(found: Estimate) -> str:
    """An estimated number of the pool."""
    return say(
        "learning.say-total",
        total=f"{found.value:,.0f}",
        low=f"{found.interval.low:,.0f}",
        high=f"{found.interval.high:,.0f}",
        level=_level(found.interval),
    )


def three_way(found: ThreeWay) -> str:
    """The bounds without an assumption, then the estimate with one, which is named.

    Where everybody was found there is nothing to assume.
    """
    if found.least.value == found.most.value:
        return say("learning.say-all-reached")
    return say(
        "learning.say-three-way",
        least=percent(found.least.value),
        most=percent(found.most.value),
        alike=percent(found.alike.value),
        **_limits(found.interval),
    )


def grounds(found: Checks) -> list[str]:
    """What the figures rest on, a sentence for each check that says something."""
    lines = [
        say(
            "learning.say-grounds", pool=f"{found.pool:,}", drawn=found.drawn, reached=found.reached
        ),
        say("learning.say-lottery", share=percent(found.lottery_share)),
    ]
    unfound = found.drawn - found.reached
    if unfound:
        lines.append(
            say("learning.say-unfound", number=unfound, share=percent(unfound / found.drawn))
        )
    if found.thin_cells:
        lines.append(say("learning.say-thin", number=found.thin_cells, cells=found.cells))
        lines.append(say("learning.say-conservative"))
    if not found.is_witnessed:
        lines.append(say("learning.say-unwitnessed"))
    return lines


def tiers(found: TierSeparation) -> str:
    """Whether the tiers separate, or that this cannot be told."""
    known = [one for one in found.tiers if one.found]
    code = "say-tiers" if found.trend.p_rising < 0.05 else "say-tiers-alike"
    return say(
        f"learning.{code}",
        first=percent(known[0].rate),
        last=percent(known[-1].rate),
        p=probability(found.trend.p_rising),
    )


def probability(p: float) -> str:
    """A p-value as people read it."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def crews(found: CrewSeverity) -> str:
    """Whether inspectors differ in what they find."""
    if math.isnan(found.p):
        return say("learning.say-crews-spread", spread=f"{100 * found.spread:.1f}")
    code = "say-crews-differ" if found.p < 0.05 else "say-crews-alike"
    return say(
        f"learning.{code}", spread=f"{100 * found.spread:.1f}", p=probability(found.p),
        deals=f"{found.deals:,}",
    )  # fmt: skip


def change(found: Combined) -> str:
    """The change of a share from one lot to another."""
    level = _level(found.interval)
    return say(
        "learning.say-change",
        change=_points(found.value),
        low=_points(found.interval.low),
        high=_points(found.interval.high),
        level=level,
    )


def drawn_effect(found: Effect) -> str:
    """The effect of being drawn on a yes-or-no outcome, in percentage points."""
    p = found.p_normal if math.isnan(found.p) else found.p
    inside = found.interval.low <= 0 <= found.interval.high
    return say(
        "learning.say-effect-unclear" if inside else "learning.say-effect",
        effect=_points(found.value),
        low=_points(found.interval.low),
        high=_points(found.interval.high),
        drawn=f"{found.drawn:,}",
        others=f"{found.others:,}",
        p=probability(p),
        level=_level(found.interval),
    )


def visited_effect(found: VisitedEffect) -> str:
    """The effect on those visited because they were drawn, or that too few were."""
    if found.kind != "interval":
        return say("learning.say-visited-unclear")
    low, high = _points(found.low), _points(found.high)
    level = f"{100 * found.level:g}%"
    return say("learning.say-visited", effect=_points(found.value), low=low, high=high, level=level)


def pre_trend(found: PreTrend) -> list[str]:
    """Whether both groups moved alike before, step by step."""
    if not found.steps:
        return [say("learning.say-pre-trend-none")]
    code = "say-pre-trend-unlike" if found.moved_alike is False else "say-pre-trend-alike"
    lines = [] if found.moved_alike is None else [say(f"learning.{code}")]
    for number, step in enumerate(found.steps, 1):
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


def compared(found: Difference | AtLimit) -> str:
    """An effect for which no lot stands, with what has to be assumed."""
    return say(
        f"learning.say-{found.assumes}",
        effect=_points(found.value),
        low=_points(found.interval.low),
        high=_points(found.interval.high),
        level=_level(found.interval),
    )


def smallest(effect: float) -> str:
    """The smallest effect a trial can be expected to show."""
    return say("learning.say-smallest", points=f"{100 * effect:.1f}")


def survival(found: Survival, time: float, unit: str) -> str:
    """The share still there after a time."""
    value, _, low, high = found.at_time(time)
    return say(
        "learning.say-survival",
        share=percent(value),
        low=percent(low),
        high=percent(high),
        time=f"{time:g}",
        unit=unit,
    )


def median(found: Quantile, unit: str) -> str:
    """The time by which half have left, or that fewer have."""
    if math.isinf(found.value):
        return say("learning.say-no-median")
    code = "say-median-open" if math.isinf(found.high) else "say-median"
    return say(
        f"learning.{code}", time=f"{found.value:g}", low=f"{found.low:g}", high=f"{found.high:g}",
        unit=unit,
    )  # fmt: skip


def restricted_mean(found: RestrictedMean, unit: str) -> str:
    """The mean time lived up to a horizon."""
    return say(
        "learning.say-restricted", mean=f"{found.value:.2f}", horizon=f"{found.horizon:g}",
        se=f"{found.se:.2f}", unit=unit,
    )  # fmt: skip


def log_rank(found: LogRank) -> str:
    """Whether groups leave alike."""
    code = "say-leave-apart" if found.p < 0.05 else "say-leave-alike"
    return say(f"learning.{code}", p=probability(found.p))


def movement(found: Movement) -> str:
    """Entries and exits of a year."""
    if not found.entries:
        return say("learning.say-exits", exits=f"{found.exits:,}")
    return say(
        "learning.say-movement",
        entries=f"{found.entries:,}",
        exits=f"{found.exits:,}",
        net=f"{found.net:+,}",
        ratio=percent(found.exits_by_entries),
    )


def activity(found: Activity) -> str:
    """The share of active entities."""
    return say(
        "learning.say-active",
        share=percent(found.share),
        active=f"{found.active:,}",
        owed=f"{found.owed:,}",
    )


def proposal(found: Proposal, now: Proposal) -> list[str]:
    """What a proposal would find, what it costs the estimate, and what it assumes."""
    lines = [
        say(
            "learning.say-finds",
            finds=f"{found.finds:,.0f}",
            low=f"{found.finds_interval.low:,.0f}",
            high=f"{found.finds_interval.high:,.0f}",
            level=_level(found.finds_interval),
            kept=f"{now.finds:,.0f}",
        )
    ]
    if found.bias < 0:
        lines.append(say("learning.say-blind", share=percent(-found.bias)))
    else:
        lines.append(say("learning.say-error", error=percent(found.error)))
    return [*lines, say("learning.say-unmoved")]


def back_test(found: BackTest) -> list[str]:
    """What a back-test tells; where the score may not rank, why."""
    within = found.within
    lines = [
        say(
            "learning.say-first",
            n=f"{found.first.n:,}",
            score=found.first.by_score,
            tiers=found.first.by_tiers,
            random=f"{found.first.random:.0f}",
        ),
        say(
            "learning.say-earlier",
            days=f"{found.earlier.gain:.1f}",
            within=f"{found.earlier_within.gain:.1f}",
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
    return [*lines, *(say_problem(one) for one in found.problems)]


def score(found: Scores, entity: int) -> list[str]:
    """The explanation of an entity's score, line by line; the lines sum to the score."""
    lines = [
        say(
            "learning.say-score",
            score=f"{found.score[entity] / 100:g}",
            name=found.class_name(entity),
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
        for one in found.explanation(entity)
    ]
    if found.cut[entity]:
        lines.append(say("learning.say-cut", points=f"{found.cut[entity] / 100:g}"))
    if found.vetoed[entity]:
        lines.append(say("learning.say-veto", name=found.class_name(entity)))
    return lines
