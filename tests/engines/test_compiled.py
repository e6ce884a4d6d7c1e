"""Conditions and random plans: what an engine makes of a tree is what the tree says of each row."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from helpers.campaign import tried
from helpers.condition_trees import CODES, DAYS, texts, trees
from helpers.condition_trees import rows as tree_rows
from helpers.engines import needs_spark
from helpers.small_frames import frame_of
from helpers.small_plans import (
    SECRET,
    TAILS,
    joined,
    lead_rows,
    plan_of,
    prior_rows,
    register_rows,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yaohao.planner.engine import statements
from yaohao.planner.engine.base import Engine, FrameRelation
from yaohao.planner.engine.dialect import spark_sql
from yaohao.planner.engine.registry import start
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.leads import leads_table
from yaohao.planner.frame.prior_draws import table_of
from yaohao.planner.plan.conditions import (
    Always,
    And,
    Column,
    Comparison,
    Condition,
    CountIs,
    DayIs,
    Equals,
    FirstKnown,
    Flag,
    HasAny,
    IsTold,
    Latest,
    Never,
    Not,
    OneOf,
    Or,
    StartsWith,
    Text,
    VisitsInYear,
)
from yaohao.planner.plan.model import (
    Coverage,
    KeyFields,
    Limits,
    LowRisk,
    Plan,
    Scope,
    Tolerance,
    TriggerBased,
)
from yaohao.planner.schema.entity import schema

# conditions


SLOW_TO_START = [HealthCheck.too_slow]


@tried(150, of=3, suppress_health_check=SLOW_TO_START)
@given(trees, texts)
def test_duckdb_and_the_tree_say_the_same_of_every_row(tree: Condition, term: Text) -> None:
    says_the_same("duckdb", tree, term)


@needs_spark
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW_TO_START)
@given(trees, texts)
def test_spark_and_the_tree_say_the_same_of_every_row(tree: Condition, term: Text) -> None:
    says_the_same("spark", tree, term)


def says_the_same(name: str, tree: Condition, term: Text) -> None:
    frame, rows = known_rows(name)
    entity = Column("entity_id")
    told = {
        entity_id: (holds, value)
        for entity_id, holds, value, _ in frame.counts((entity, tree, term))
    }
    assert told == {row["entity_id"]: (tree.holds(row), term.value(row)) for row in rows}
    chosen = [row["entity_id"] for row in rows if tree.holds(row)]
    assert [row[0] for row in frame.select(("entity_id",), tree)] == chosen
    assert frame.counts((), tree) == [(len(chosen),)]


def each_leaf() -> list[Condition]:
    """Every kind of plain condition with every value that parts the rows."""
    fields, tier, lead = Column("fields"), Column("tier"), Column("lead")
    last = FirstKnown((Latest((Column("inspected_on"), Column("drawn_until"))), Column("kind")))
    compared: tuple[Comparison, ...] = ("<=", ">", ">=")
    return [
        *(HasAny(fields, (code,)) for code in CODES),
        *(StartsWith(tier, (code,)) for code in CODES),
        *(Equals(tier, code) for code in CODES),
        *(DayIs(last, side, day) for side in compared for day in DAYS),
        *(
            CountIs(VisitsInYear(year), side, number)
            for year in ("2026", "2027")
            for side in compared
            for number in range(4)
        ),
        HasAny(fields, ()), OneOf(tier, ()), OneOf(tier, CODES[:4]), StartsWith(tier, ()),
        Flag(Column("urgent")), Not(Flag(Column("urgent"))), IsTold(lead), Not(IsTold(lead)),
        Always(), Never(), And(()), Or(()), Not(DayIs(last, ">", DAYS[3])),
    ]  # fmt: skip


def test_each_kind_of_condition_says_the_same_of_every_row(engine: Engine) -> None:
    frame, rows = known_rows(engine.name)
    for node in each_leaf():
        chosen = [row["entity_id"] for row in rows if node.holds(row)]
        assert [row[0] for row in frame.select(("entity_id",), node)] == chosen, node


_KNOWN: dict[str, tuple[FrameRelation, list[dict[str, Any]]]] = {}


def known_rows(name: str) -> tuple[FrameRelation, list[dict[str, Any]]]:
    if name not in _KNOWN:
        rows = tree_rows(150, 5)
        columns = {column: [row[column] for row in rows] for column in rows[0]}
        _KNOWN[name] = frame_of(columns, name), rows
    return _KNOWN[name]


def test_statements_say_only_what_translates() -> None:
    """Each function of the statements is one that sqlglot says in other dialects."""
    known = {
        "starts_with", "contains", "greatest", "coalesce", "substr", "sha256", "unhex", "encode",
        "count", "row_number", "cast", "in", "not", "and", "or", "when", "select", "from", "as",
        "over", "using", "where", "then", "on", "join", "sum", "regexp_matches",
    }  # fmt: skip
    for text in every_statement():
        plain = re.sub(r"'(?:[^']|'')*'", "''", text)
        assert {word.lower() for word in re.findall(r"([A-Za-z_0-9]+)\s*\(", plain)} <= known
        assert "::" not in plain and "[" not in plain


def test_every_statement_is_said_in_the_words_of_spark() -> None:
    for text in every_statement():
        spark_sql(text)
    said = "SELECT sha256('a\\b' || x) FROM t WHERE starts_with(y, 'it''s') ORDER BY 1"
    assert spark_sql(said) == (
        r"SELECT SHA2('a\\b' || x, 256) FROM t WHERE STARTSWITH(y, 'it\'s') ORDER BY 1 NULLS LAST"
    )


def every_statement() -> list[str]:
    plan = plan_of("lists")
    rules = classification(plan)
    by = (rules.cell, rules.tier, rules.is_new, rules.in_key_field)
    texts = [statements.classify(classification(plan_of(tail)), "r", "l", "p") for tail in TAILS]
    texts += [
        statements.counts(statements.with_derived(rules), by, Equals(Column("tier"), "A"), "n"),
        statements.leaf_hashes(SECRET), statements.node_hashes(), statements.leads_outside(),
        statements.lowest_tickets("k", SECRET), statements.looked_up(()), statements.before("e"),
        statements.tickets("k", None, rules.scope), statements.leaf(SECRET, 3),
        statements.names_like("1[3-9]"), statements.renamed(), statements.doubles(("name",)),
        statements.sizes(statements.with_derived(rules), [rules.is_new]),
    ]  # fmt: skip
    return texts


WRITTEN = {
    "tier": ("A", "B", "C"), "region": ("15", "1505", "22"), "industry": ("F", "H6210"),
    "kind": ("enterprise", "individual"), "status": ("active", "revoked"), "age": ("new", "old"),
    "key": ("key", "other"), "fields": ("food", "toys", "it's"),
}  # fmt: skip
wheres = st.fixed_dictionaries(
    {},
    optional={
        key: st.lists(st.sampled_from(codes), min_size=1, unique=True).map(tuple)
        for key, codes in WRITTEN.items()
    },
)
tiers = st.lists(st.sampled_from("ABCD"), unique=True).map(tuple)
ppm = st.sampled_from((0, 400_000, 1_000_000))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans with every rule there is, on and off."""
    day = draw(st.sampled_from((date(2027, 1, 4), date(2027, 2, 28), date(2028, 2, 29))))
    rules = [
        Coverage(where, years, f"coverage[{number}]")
        for number, (where, years) in enumerate(
            draw(st.lists(st.tuples(wheres, st.integers(1, 4)), max_size=3)), 1
        )
    ]
    entries = plan_of("lists").trigger_based.entries
    return replace(
        plan_of("least"),
        as_of=day,
        window=(day, day + timedelta(days=60)),
        items=draw(st.sampled_from((("i1",), ("i1", "i2")))),
        strata=tuple(draw(st.permutations(("tier", "region", "age", "key", "fields:it's")))),
        scope=Scope(
            draw(st.sampled_from(((), ("enterprise", "individual")))),
            draw(st.sampled_from(((), ("15", "2201"), ("150502",)))),
            draw(st.sampled_from(((), ("active",)))),
        ),
        unknown_tier=draw(st.sampled_from(("B", "D", "refuse"))),
        frequency=draw(st.sampled_from((1, 2))),
        tolerance=Tolerance(draw(st.integers(0, 4)), draw(ppm)),
        low_risk=LowRisk(draw(tiers), draw(ppm)),
        key_fields=KeyFields(draw(st.sampled_from(((), ("food",), ("drug", "it's"))))),
        limits=Limits(draw(st.integers(0, 3)), draw(st.sampled_from((0, 60, 400)))),
        coverage=tuple(rules),
        trigger_based=TriggerBased(
            draw(tiers), draw(st.integers(0, 24)), 6, draw(st.sampled_from(((), entries)))
        ),
    )


@tried(60, of=3)
@given(plan=plans(), seed=st.integers(0, 9))
def test_random_plans_are_carried_out_as_their_rules_say(plan: Plan, seed: int) -> None:
    carried_out("duckdb", plan, seed)


@pytest.mark.slow
@needs_spark
@settings(max_examples=15, deadline=None)
@given(plan=plans(), seed=st.integers(0, 9))
def test_random_plans_on_spark(plan: Plan, seed: int) -> None:
    """Frames and roots are those of DuckDB, and standings those of the rules."""
    ours, theirs = carried_out("duckdb", plan, seed), carried_out("spark", plan, seed)
    assert ours == theirs


def carried_out(name: str, plan: Plan, seed: int) -> tuple[pa.Table, str]:
    """The frame of a plan on a register, held against its rules, and its root."""
    rows, rules = register_rows(150, seed), classification(plan)
    leads, prior = leads_table(plan, lead_rows(rows)), table_of(prior_rows(rows))
    register = pa.Table.from_pylist(rows, schema=schema())
    with start(name) as engine:
        relation = engine.classify(rules, register, leads, prior)
        table, root = relation.table(), Frame(plan, relation).root(SECRET)
    columns = ("entity_id", "standing", "reason", "cell")
    made = [tuple(row.values()) for row in table.select(columns).to_pylist()]
    assert made == [
        (row["entity_id"], told.standing, told.reason, told.cell)
        for row in joined(plan, rows)
        if (told := rules.classify(row)) is not None
    ]
    return table, root
