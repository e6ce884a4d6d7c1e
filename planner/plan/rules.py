"""What a plan's rules ask of cells: their rates, and the groups of cells that are bounded.

A cell is told by its codes, one a stratum, in the order of `Plan.strata`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yaohao.planner.plan.conditions import (
    IN_KEY_FIELD,
    IS_NEW,
    TIER,
    Condition,
    Row,
    where_condition,
)
from yaohao.planner.plan.model import (
    FIELD,
    OTHER,
    Count,
    Plan,
    Rate,
    Share,
    Where,
)
from yaohao.planner.schema.entity import PREFIXED


@dataclass(frozen=True, slots=True)
class RatedCode:
    """Those to whom the rate written for `code` in the table of `stratum` applies."""

    stratum: str
    code: str


@dataclass(frozen=True, slots=True)
class BoundGroup:
    """A bound of the plan on a group of the pool, by its place in the plan file.

    A whole number is millionths of the group's size, kept in expectation; a `Count` is inspections;
    a `Share` of the group is to be turned into a count of its size, up for the least and down for
    the most, and one of the draw is a share of all inspections of the lot.
    """

    place: str
    group: Where | RatedCode
    least: Rate | Share | None
    most: Rate | Share | None


def bound_groups(plan: Plan) -> list[BoundGroup]:
    """All bounds of a plan: those of its rates, its total, its quotas, each end by itself.

    Only a rate that is both least and most, in a table that is not the base, is one entry.
    """
    groups = []
    for bound in plan.rate_bounds:
        rated = RatedCode(bound.stratum, bound.code)
        if bound.least == bound.most and bound.stratum != plan.base_stratum:
            groups.append(BoundGroup(bound.place, rated, bound.least, bound.most))
        else:
            groups += _ends(bound.place, rated, bound.least, bound.most)
    if plan.limits.total is not None:
        groups.append(BoundGroup("limits.total", {}, None, Count(plan.limits.total)))
    for quota in plan.quotas:
        groups += _ends(quota.place, quota.where, quota.least, quota.most)
    return groups


def group_members(
    plan: Plan, groups: Iterable[BoundGroup], cells: Sequence[Sequence[str]]
) -> list[tuple[int, ...]]:
    """For each group the positions of its cells, ascending; `cells` are the codes of each cell."""
    rated: dict[str, list[str | None]] = {}
    rows = [_as_row(plan, codes) for codes in cells]
    members_of = []
    for bound in groups:
        group = bound.group
        if not isinstance(group, RatedCode):
            condition = _decided(plan, group)
            members = (n for n, row in enumerate(rows) if condition.holds(row))
        else:
            if group.stratum not in rated:
                rated[group.stratum] = _rated(plan, group.stratum, cells)
            written = rated[group.stratum]
            members = (n for n, code in enumerate(written) if code == group.code)
        members_of.append(tuple(members))
    return members_of


def base_code(plan: Plan, codes: Sequence[str]) -> str | None:
    """The code under which the base table of rates has a cell; None where it has it under none.

    Cells of one such code share what is written there as a `Count`.
    """
    code = codes[plan.strata.index(plan.base_stratum)]
    return _written_code(plan.base_stratum, code, plan.rates)


def base_rate(plan: Plan, codes: Sequence[str]) -> Rate | None:
    """The rate that a cell has of its own; None where the base table has none for it."""
    code = base_code(plan, codes)
    return None if code is None else plan.rates[code]


def cell_matches(plan: Plan, codes: Sequence[str], where: Where) -> bool:
    """Whether the members of a cell fulfil a quota's conditions; all do or none does.

    Raises ValueError for conditions that the plan's strata do not decide; a quota's always are.
    """
    return _decided(plan, where).holds(_as_row(plan, codes))


def _decided(plan: Plan, where: Where) -> Condition:
    for key, wanted in where.items():
        needed = {FIELD + field for field in wanted} if key == "fields" else {key}
        if not needed <= set(plan.strata):
            raise ValueError(f"the strata {list(plan.strata)} do not decide on {key}")
    return where_condition(where)


def _as_row(plan: Plan, codes: Sequence[str]) -> Row:
    """What the codes of a cell say of each of its members; of fields, those that strata tell of."""
    row: dict[str, Any] = dict(zip(plan.strata, codes, strict=True))
    row["fields"] = ",".join(
        code for key, code in row.items() if key.startswith(FIELD) and code != OTHER
    )
    row[TIER.name] = row.get("tier")
    row[IS_NEW.term.name] = row.get("age") == "new"
    row[IN_KEY_FIELD.term.name] = row.get("key") == "key"
    return row


def _ends(
    place: str,
    group: Where | RatedCode,
    least: Rate | Share | None,
    most: Rate | Share | None,
) -> list[BoundGroup]:
    ends = []
    if least is not None:
        ends.append(BoundGroup(f"{place}.min", group, least, None))
    if most is not None:
        ends.append(BoundGroup(f"{place}.max", group, None, most))
    return ends


def _rated(plan: Plan, stratum: str, cells: Sequence[Sequence[str]]) -> list[str | None]:
    """For each cell the code that stands for it in the table of rates of a stratum."""
    place = plan.strata.index(stratum)
    if stratum == plan.base_stratum:
        table: Collection[str] = plan.rates
    else:
        table = {bound.code for bound in plan.rate_bounds if bound.stratum == stratum}
    return [_written_code(stratum, codes[place], table) for codes in cells]


def _written_code(stratum: str, code: str, table: Collection[str]) -> str | None:
    """The code in a table of rates that stands for `code`: itself, its longest prefix, or other."""
    if code in table:
        return code
    if stratum in PREFIXED:
        for length in range(len(code) - 1, 0, -1):
            if code[:length] in table:
                return code[:length]
    return OTHER if stratum != "tier" and OTHER in table else None
