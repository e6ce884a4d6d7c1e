"""What bears on who is drawn, counted for everybody to see: rules for a few, certainties, doubles.

A rule or a cell written for one firm is no fault that arithmetic finds. So it is counted and told.
Source: the draw protocol, "Who might cheat, and what stops it" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yaohao.planner.frame.frame import Frame
from yaohao.planner.plan.conditions import where_condition
from yaohao.planner.schema.ledger_acts import SelectBearing
from yaohao.planner.schema.lottery import LotteryCell
from yaohao.planner.vocabulary.units import PPM

FEW = 5
"""Entities below which a rule is told of: one that picks out nobody is void, and not counted."""


def select_bearing(frame: Frame, cells: Iterable[LotteryCell]) -> SelectBearing:
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
    conditions = dict.fromkeys(where_condition(where) for where in wheres if where)
    return sum(0 < size < FEW for size in frame.relation.sizes(list(conditions)))


def _doubles(frame: Frame) -> int:
    return frame.relation.doubles(("name", "address"))
