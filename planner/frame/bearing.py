"""What bears on who is drawn, counted for everybody to see: rules for a few, certainties, doubles.

A rule or a cell written for one firm is no fault that arithmetic finds. So it is counted and told.
Source: the draw protocol, "Who might cheat, and what stops it" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yaohao.planner.engine.duckdb import text
from yaohao.planner.frame.eligibility import judged_columns, matches_sql
from yaohao.planner.frame.frame import Frame
from yaohao.planner.vocabulary.units import PPM

FEW = 5
"""Entities below which a rule is told of: one that picks out nobody is void, and not counted."""


def select_bearing(frame: Frame, cells: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The counts that go with a selection.

    `narrow_rules`: conditions of coverage and quotas, and codes that the plan names in its scope,
    rates, low-risk tiers and key fields, that 1 to 4 entities of the frame meet. `certain`:
    entities of the pool whose chance is 1. `doubles`: entities that have the same name and the same
    address as another with a smaller id. `cells` are those of the lottery.
    """
    certain = sum(cell["size"] for cell in cells if cell["expected"] == PPM * cell["size"])
    return {
        "narrow_rules": _narrow_rules(frame),
        "certain": certain,
        "doubles": _doubles(frame),
    }


def _narrow_rules(frame: Frame) -> int:
    plan = frame.plan
    wheres: list[Mapping[str, tuple[str, ...]]] = [rule.where for rule in plan.coverage]
    wheres += [quota.where for quota in plan.quotas]
    named = {
        "kind": plan.scope.kind,
        "region": plan.scope.region,
        "status": plan.scope.status,
        "fields": plan.key_fields.codes,
    }
    tables = {plan.base_stratum: tuple(plan.rates)}
    for bound in plan.rate_bounds:
        tables[bound.stratum] = (*tables.get(bound.stratum, ()), bound.code)
    for key, codes in [*named.items(), ("tier", plan.low_risk.tiers), *tables.items()]:
        wheres += [{key: (code,)} for code in dict.fromkeys(codes)]
    conditions = list(dict.fromkeys(matches_sql(plan, where) for where in wheres if where))
    if not conditions:
        return 0
    sums = ", ".join(f"count(*) FILTER (WHERE {one})" for one in conditions)
    [row] = frame.query(
        f"WITH judged AS (SELECT *, {judged_columns(plan)} FROM frame) SELECT {sums} FROM judged"
    )
    return sum(0 < number < FEW for number in row)


def _doubles(frame: Frame) -> int:
    [(number,)] = frame.query(
        f"""SELECT coalesce(sum(n - 1), 0)::BIGINT FROM (
                SELECT count(*) AS n FROM frame
                WHERE name <> {text("")} AND address <> {text("")}
                GROUP BY name, address HAVING count(*) > 1)"""
    )
    return int(number)
