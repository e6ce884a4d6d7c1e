"""What being drawn did: the experiment that a lottery has run, and comparisons without one."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from yaohao.planner.learning import pictures, sentences
from yaohao.planner.learning.charts import Bar, Bars, Chart
from yaohao.planner.learning.comparisons import (
    AtLimit,
    Difference,
    PreTrend,
    at_limit,
    difference_in_differences,
    pre_trend,
)
from yaohao.planner.learning.evaluation import Effect, VisitedEffect, drawn_effect, visited_effect
from yaohao.planner.learning.finding import Finding, plain_values
from yaohao.planner.learning.redraws import lottery_tested
from yaohao.planner.learning.sample import NO_RESULT, Bools, Floats, Ints
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.value_tables import ValueTable, read_value_table
from yaohao.planner.storage.design_samples import SurveyedDraw, draws_with_results, surveyed
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.lives import ENDED, snapshot_days
from yaohao.planner.storage.snapshot_files import table_of
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.wording.messages import say, say_problem

OWN = ("alive", "lead")
"""Outcomes that the workspace knows: still registered in its last import; a lead since the draw."""
MONTHS = 12
MOST_REDRAWS = 100_000
COLUMNS = ("region", "industry", "kind", "tier")
"""The columns by whose codes a group can be named."""


class _Pool(NamedTuple):
    """Entities of a frozen frame with what is known of them."""

    ids: list[str]
    outcome: Floats
    known: Bools


# Many parameters: the question, each part of it by its own name.
def evaluate(
    workspace: WorkspaceFolder,
    draw: str = "",
    *,
    outcome: str = "alive",
    file: Path | None = None,
    months: int = MONTHS,
    redraws: int = 2000,
    seed: int = 1,
    bandwidth: float = 0.0,
    before: Sequence[str] = (),
    group: str = "",
) -> Finding:
    """The effect of being drawn on a later outcome, of the last draw with results if none is named.

    `outcome` is one of `OWN`, or with `file` the name of a column of it (numbers, yes or no);
    `months` after the first day of the visits in which a lead counts. With `bandwidth` (years) the
    jump at the tolerance period's age limit is told instead; with `before` (columns of `file`, the
    oldest first) and `group` (``column=code``) the difference in differences of that group from the
    last of them to the outcome, and how both moved before. Raises PlannerError where
    there is nothing to compare, nothing known later than the draw, or an unknown column.
    """
    if not 1 <= redraws <= MOST_REDRAWS:
        raise refuse("findings.redraws", found=redraws, most=MOST_REDRAWS)
    survey = surveyed(workspace, draw or draws_with_results(workspace)[-1])
    table = None
    if file is not None:
        wanted = list(dict.fromkeys([outcome, *before]))
        table = read_value_table(file, wanted, code_system(workspace.settings.register))
    elif outcome not in OWN or before:
        raise refuse("findings.outcome", found=before[0] if before else outcome, known=list(OWN))
    if before or group:
        return _in_two_groups(survey, table, outcome, before, group)
    frame = survey.frozen.frame.table("entity_id", "standing", "reason", "cell", "established_on")
    ids = frame.column("entity_id").to_pylist()
    pool = _pool(workspace, survey, ids, outcome, table, months)
    standing = np.array(frame.column("standing").to_pylist(), object)
    if bandwidth:
        reasons = np.array(frame.column("reason").to_pylist(), object)
        kept = ((standing == "pool") | (reasons == "tolerance")) & pool.known
        return _at_age(survey, frame.column("established_on").to_pylist(), pool, kept, bandwidth)
    names = {one["cell"]: place for place, one in enumerate(survey.frozen.lottery["cells"])}
    kept_cells = {int(one): place for place, one in enumerate(survey.frame.kept)}
    cells = frame.column("cell").to_pylist()
    cell = np.array([kept_cells.get(names.get(one, -1), -1) for one in cells], np.int64)
    kept = (standing == "pool") & (cell >= 0) & pool.known
    return _drawn(workspace, survey, pool, cell, kept, outcome, redraws, seed)


# Many parameters: what is compared, and the settings of the test.
def _drawn(
    workspace: WorkspaceFolder,
    survey: SurveyedDraw,
    pool: _Pool,
    cell: Ints,
    kept: Bools,
    outcome: str,
    redraws: int,
    seed: int,
) -> Finding:
    """Drawn against not drawn, and what the visits did."""
    place = {entity: k for k, entity in enumerate(pool.ids)}
    drawn, visited = np.zeros(len(pool.ids), np.bool_), np.zeros(len(pool.ids), np.bool_)
    rows = np.array([place[one] for one in survey.entities], np.int64)
    drawn[rows] = True
    visited[rows] = survey.sample.outcome != NO_RESULT
    for one in survey.draw.withdrawals:  # a reserve that was called was visited without being drawn
        if one["reserve"] in place:
            visited[place[str(one["reserve"])]] = True
    y, where = pool.outcome[kept], cell[kept]
    if not len(y) or (y == y[0]).all():
        raise refuse("findings.same-outcome", number=len(y))
    effect = drawn_effect(y, drawn[kept], where)
    effect = lottery_tested(effect, y, drawn[kept], where, survey.frame, redraws, seed)
    through: VisitedEffect | Problem
    try:
        through = visited_effect(y, visited[kept], drawn[kept], where)
    except PlannerError as error:
        through = error.problems[0]
    missing = int((~pool.known).sum())
    means = _means(y, drawn[kept], where)
    figures = {
        "draw": survey.id,
        "kind": "drawn",
        "outcome": outcome,
        "effect": effect,
        "visited": through,
        "mean_drawn": means[0],
        "mean_others": means[1],
        "without_outcome": missing,
    }

    def lines() -> list[str]:
        words = [say("findings.outcome-is", outcome=_outcome_words(outcome)),
                sentences.drawn_effect(effect)]  # fmt: skip
        words.append(
            sentences.visited_effect(through)
            if isinstance(through, VisitedEffect)
            else say_problem(through)
        )
        if missing:
            words.append(say("findings.without-outcome", number=missing))
        return [*words, say("findings.drawn-means")]

    return Finding(figures, lines, lambda: _bars(effect, means))


def _means(y: Floats, drawn: Bools, cell: Ints) -> tuple[float, float]:
    """The means of drawn and of others over the cells with both, weighted by the cells' sizes."""
    size = np.bincount(cell)
    one = np.bincount(cell[drawn], minlength=len(size))
    used = (one > 0) & (one < size)
    sums = np.bincount(cell[drawn], y[drawn], minlength=len(size))
    rest = np.bincount(cell, y, minlength=len(size)) - sums
    weight = size[used] / size[used].sum()
    return (
        float(weight @ (sums[used] / one[used])),
        float(weight @ (rest[used] / (size - one)[used])),
    )


def _bars(effect: Effect, means: tuple[float, float]) -> list[Chart]:
    """Both means, where they are shares; the whisker is that of the effect on the drawn's."""
    if not all(0 <= one <= 1 for one in means):
        return []
    low, high = (means[1] + side for side in (effect.interval.low, effect.interval.high))
    return [
        Bars(
            say("findings.chart-effect"),
            (
                Bar(say("findings.drawn"), means[0], max(low, 0.0), min(high, 1.0),
                    f"{effect.drawn:,}"),
                Bar(say("findings.not-drawn-others"), means[1], note=f"{effect.others:,}"),
            ),
        )
    ]  # fmt: skip


def _outcome_words(outcome: str) -> str:
    return say(f"findings.outcome-{outcome}") if outcome in OWN else outcome


def _pool(
    workspace: WorkspaceFolder,
    survey: SurveyedDraw,
    ids: list[str],
    outcome: str,
    table: ValueTable | None,
    months: int,
) -> _Pool:
    """The outcome of every entity of the frame."""
    if table is not None:
        values: Mapping[str, float] = dict(zip(table.ids, table.numbers(outcome), strict=True))
        y = np.array([values.get(one, np.nan) for one in ids])
        known = np.isfinite(y)
        if not known.any():
            raise refuse("findings.other-entities", file=table.file, draw=survey.id)
        return _Pool(ids, np.where(known, y, 0.0), known)
    everybody = np.ones(len(ids), np.bool_)
    first = date.fromisoformat(survey.draw.window[0])
    if outcome == "lead":
        last = _after(first, months)
        hit = {
            row["entity_id"]
            for row in workspace.store.roster("leads")
            if first.isoformat() <= row["opened_on"] < last.isoformat()
        }
        return _Pool(ids, np.array([float(one in hit) for one in ids]), everybody)
    snapshots = snapshot_days(workspace)
    committed = date.fromisoformat(survey.draw.select["committed_at"][:10]).toordinal()
    if not snapshots or snapshots[-1][0] <= max(committed, first.toordinal()):
        raise refuse("findings.no-later-import", draw=survey.id, day=first.isoformat())
    now = table_of(workspace, snapshots[-1][1]).select(["entity_id", "status"])
    statuses = now.column("status").to_pylist()
    alive = {
        one
        for one, status in zip(now.column("entity_id").to_pylist(), statuses, strict=True)
        if status not in ENDED
    }
    return _Pool(ids, np.array([float(one in alive) for one in ids]), everybody)


def _after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _at_age(
    survey: SurveyedDraw, established: list[str], pool: _Pool, kept: Bools, bandwidth: float
) -> Finding:
    """The jump of the outcome where the tolerance period ends."""
    years = survey.plan.tolerance.years
    if not years:
        raise refuse("findings.no-tolerance", draw=survey.id)
    dated = np.array([bool(one) for one in established], np.bool_) & kept
    as_of = survey.plan.as_of
    ages = np.array(
        [(as_of - date.fromisoformat(established[k])).days / 365.25 for k in np.flatnonzero(dated)]
    )
    jump: AtLimit = at_limit(pool.outcome[dated], ages, float(years), bandwidth)
    figures = {"draw": survey.id, "kind": "age-limit", "years": years, "jump": jump}

    def lines() -> list[str]:
        words = [sentences.compared(jump)]
        words.append(
            say("findings.near-limit", below=jump.near_below, above=jump.near_above,
                p=sentences.probability(jump.density_p))
        )  # fmt: skip
        return [*words, say("findings.bandwidth-used", years=f"{bandwidth:g}", limit=years)]

    return Finding(figures, lines, list)


def _in_two_groups(
    survey: SurveyedDraw, table: ValueTable | None, outcome: str, before: Sequence[str],
    group: str,
) -> Finding:  # fmt: skip
    """Difference in differences of a group that no lottery made, offices (regions) as clusters."""
    column, _, code = group.partition("=")
    if table is None or not before or column not in COLUMNS or not code:
        raise refuse("findings.two-groups", known=list(COLUMNS))
    name = "tier" if column == "tier" else column
    rows = survey.frozen.frame.relation.lookup(table.ids, ("entity_id", name, "region"))
    of = {entity: (value or "", region or "") for entity, value, region in rows}
    there = [k for k, entity in enumerate(table.ids) if entity in of]
    if not there:
        raise refuse("findings.other-entities", file=table.file, draw=survey.id)
    times = [*dict.fromkeys(one for one in before if one != outcome), outcome]
    if len(times) < 2:
        raise refuse("findings.two-groups", known=list(COLUMNS))
    values = np.array([table.numbers(one) for one in times])[:, there]
    treated = np.array([of[table.ids[k]][0].startswith(code) for k in there], np.bool_)
    regions = sorted({of[table.ids[k]][1] for k in there})
    offices = np.array([regions.index(of[table.ids[k]][1]) for k in there], np.int64)
    size = len(there)
    difference: Difference = difference_in_differences(
        np.concatenate([values[-2], values[-1]]),
        np.tile(treated, 2),
        np.repeat([False, True], size),
        np.tile(offices, 2),
    )
    trend: PreTrend = pre_trend(values, treated, offices)
    figures = {"draw": survey.id, "kind": "two-groups", "group": group, "difference": difference,
               "entities": size, "treated": int(treated.sum()), "times": times,
               "pre_trend": {**plain_values(trend), "moved_alike": trend.moved_alike}}  # fmt: skip

    def lines() -> list[str]:
        return [sentences.compared(difference), *sentences.pre_trend(trend)]

    return Finding(figures, lines, lambda: [pictures.two_groups(trend, times)])
