"""Conditions: what each node means, and what a tree says of itself."""

from __future__ import annotations

import doctest
from bisect import bisect_left
from dataclasses import is_dataclass
from typing import Any, get_args

import pytest
from helpers.condition_trees import DAY_COLUMNS, DAYS, rows, trees
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.plan import conditions
from yaohao.planner.plan.conditions import (
    And,
    Choice,
    Column,
    CountIs,
    DayIs,
    Equals,
    FirstKnown,
    Flag,
    HasAny,
    IsTold,
    Joined,
    Latest,
    Not,
    OneOf,
    Or,
    StartsWith,
    VisitsInYear,
    columns,
    days,
    where_condition,
)

ROW: dict[str, Any] = {
    "tier": "", "region": "150502", "fields": "drug,food", "established_on": "2020-02-29",
    "inspected_on": "", "drawn_until": "2027-01-31", "visits_this_year": 2, "drawn_this_year": 1,
    "lead": None, "urgent": None, "effective_tier": "B", "is_new": False, "in_key_field": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Equals(Column("tier"), ""), True),
        (OneOf(Column("region"), ("15", "150502")), True),
        (OneOf(Column("region"), ()), False),
        (StartsWith(Column("region"), ("22", "1505")), True),
        (StartsWith(Column("region"), ("1505020",)), False),
        (HasAny(Column("fields"), ("toys", "food")), True),
        (HasAny(Column("fields"), ("foo", "drug,food", "")), False),
        (HasAny(Column("tier"), ("",)), True),
        (DayIs(Column("inspected_on"), "<=", "0001-01-01"), True),
        (DayIs(Column("established_on"), ">", "2020-02-29"), False),
        (DayIs(Column("established_on"), ">=", "2020-02-29"), True),
        (CountIs(Column("visits_this_year"), ">", 1), True),
        (Flag(Column("urgent")), False),
        (Not(Flag(Column("urgent"))), True),
        (IsTold(Column("lead")), False),
        (And(()), True),
        (Or(()), False),
    ],
)
def test_each_node_means_what_it_says(condition: conditions.Condition, holds: bool) -> None:
    assert condition.holds(ROW) is holds


def test_terms() -> None:
    last = Latest((Column("inspected_on"), Column("drawn_until")))
    assert last.value(ROW) == "2027-01-31"
    assert FirstKnown((Column("inspected_on"), Column("established_on"))).value(ROW) == "2020-02-29"
    assert FirstKnown((Column("tier"),)).value(ROW) == ""
    choice = Choice(HasAny(Column("fields"), ("food",)), "food", "other")
    assert Joined((Column("effective_tier"), conditions.Constant("/"), choice)).value(ROW) == (
        "B/food"
    )


@pytest.mark.parametrize(
    ("inspected", "count", "drawn", "visits"),
    [
        ("", 2, 0, 2),  # a count without a day is of this year
        ("2026-12-31", 2, 0, 0),
        ("2027-01-02", 0, 0, 1),
        ("2027-01-02", 3, 0, 3),
        ("2028-01-02", 3, 0, 3),
        ("2026-12-31", 2, 1, 1),  # drawn, and not known to the register yet
        ("2027-01-02", 1, 1, 1),  # and never twice
    ],
)
def test_visits_of_a_year(inspected: str, count: int, drawn: int, visits: int) -> None:
    row = {"inspected_on": inspected, "visits_this_year": count, "drawn_this_year": drawn}
    assert VisitsInYear("2027").value(row) == visits


def test_a_rule_of_a_plan() -> None:
    where = {"tier": ("B",), "age": ("old",), "key": ("key", "other"), "region": ("1505",)}
    assert where_condition(where).holds(ROW)
    assert columns(where_condition(where)) == {
        "effective_tier", "is_new", "in_key_field", "region"
    }  # fmt: skip
    assert not where_condition({"age": ("new",)}).holds(ROW)
    assert where_condition({}).holds(ROW)


ROWS = rows(60, 3)


@settings(max_examples=200, deadline=None)
@given(tree=trees, row=st.sampled_from(ROWS), data=st.data())
def test_days_that_a_tree_does_not_part_are_alike_to_it(
    tree: conditions.Condition, row: dict[str, Any], data: st.DataObject
) -> None:
    """Each day moves to another between the same two that the tree compares with."""
    cuts = sorted(days(tree))

    def side(day: str) -> tuple[int, bool, bool]:
        return bisect_left(cuts, day), day in cuts, day == ""

    moved = dict(row)
    for name in DAY_COLUMNS:
        alike = [day for day in (*DAYS, "2025-05-05", "2027-06-06") if side(day) == side(row[name])]
        moved[name] = data.draw(st.sampled_from(alike))
    assert tree.holds(moved) == tree.holds(row)
    assert all(tree.holds({**row, "name": name}) == tree.holds(row) for name in ("", "x"))


@given(tree=trees)
def test_a_tree_reads_the_columns_that_it_names(tree: conditions.Condition) -> None:
    for row in ROWS[:5]:
        named = {name: row[name] for name in columns(tree)}
        assert tree.holds(named) == tree.holds(row)


def test_equal_trees_are_one_key() -> None:
    """What depends on a tree alone is remembered under it."""
    for node in get_args(conditions.Condition):
        assert is_dataclass(node)
    where = {"age": ("new",), "fields": ("food",), "region": ("15",), "kind": ("enterprise",)}
    assert {where_condition(where): 1} == {where_condition(dict(where)): 1}


def test_the_example_runs() -> None:
    assert doctest.testmod(conditions).attempted == 3
    assert doctest.testmod(conditions).failed == 0
