"""Standings, cells and leaves of a frame, against a plain reading of the rules."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.campaign import tried
from helpers.small_frames import PLAN
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yaohao.planner.frame.allocation.expected_counts import expected_counts
from yaohao.planner.frame.cells import PoolCell, retained_share
from yaohao.planner.frame.frame import IN_POOL, Frame, classify
from yaohao.planner.plan.conditions import Column, where_condition
from yaohao.planner.plan.model import Plan, Where
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.rules import cell_matches
from yaohao.planner.schema.entity import schema
from yaohao.planner.vocabulary.problems import PlannerError

DAYS = [
    "",
    "2023-12-31",
    "2024-01-04",
    "2024-01-05",
    "2025-03-31",
    "2025-04-01",
    "2026-11-11",
    "2026-11-12",
    "2026-11-13",
    "2027-01-02",
]

entity = st.fixed_dictionaries(
    {
        "tier": st.sampled_from(["", "A", "B", "C", "D"]),
        "region": st.sampled_from(["", "150502", "150581", "220101", "220201"]),
        "industry": st.sampled_from(["", "F", "F51", "H6210"]),
        "kind": st.sampled_from(["enterprise", "individual", "cooperative"]),
        "status": st.sampled_from(["active", "revoked"]),
        "established_on": st.sampled_from(DAYS),
        "inspected_on": st.sampled_from(DAYS),
        "fields": st.sampled_from(["", "food", "drug,food", "toys", "foodstuff"]),
        "visits_this_year": st.integers(0, 3),
    }
)


def table(rows: list[dict[str, Any]]) -> pa.Table:
    blank = dict.fromkeys(schema().names, "") | {"visits_this_year": 0}
    return pa.Table.from_pylist(
        [blank | {"entity_id": f"e{n:05d}", "name": f"n{n}"} | row for n, row in enumerate(rows)],
        schema=schema(),
    )


def framed(tmp_path: Path, plan: Plan, rows: list[dict[str, Any]], leads: Any = ()) -> Frame:
    path = tmp_path / "snapshot.parquet"
    pq.write_table(table(rows), path)
    return classify(plan, path, leads)


def plain_new(plan: Plan, row: dict[str, Any]) -> bool:
    if not row["established_on"]:
        return False
    established = date.fromisoformat(row["established_on"])
    return plan.as_of < established.replace(year=established.year + plan.tolerance.years)


def plain_matches(plan: Plan, row: dict[str, Any], where: Where) -> bool:
    """The conditions of a rule, read aloud."""
    fields = [field for field in row["fields"].split(",") if field]
    has = {
        "tier": [row["tier"] or plan.unknown_tier],
        "region": [row["region"][:length] for length in range(1, 7)],
        "industry": [row["industry"][:length] for length in range(1, 6)],
        "kind": [row["kind"]],
        "status": [row["status"]],
        "age": ["new" if plain_new(plan, row) else "old"],
        "key": ["key" if set(fields) & set(plan.key_fields.codes) else "other"],
        "fields": fields,
    }
    return all(any(code in has[key] for code in codes) for key, codes in where.items())


def plain_standing(plan: Plan, row: dict[str, Any], lead: str | None) -> tuple[str, str]:
    """The rules of the plan file, read aloud."""
    key = bool(set(row["fields"].split(",")) & set(plan.key_fields.codes))
    tier = row["tier"] or plan.unknown_tier
    visits = row["visits_this_year"]
    if row["inspected_on"]:
        year = date.fromisoformat(row["inspected_on"]).year
        visits = 0 if year < plan.as_of.year else max(visits, 1)
    new = plain_new(plan, row)
    if lead in plan.leads.triggers:
        return "directed", f"lead:{lead}"
    if plan.limits.visits_per_year and visits >= plan.limits.visits_per_year:
        return "out", "visit-cap"
    if plan.limits.days_between and row["inspected_on"]:
        gap = plan.window[0] - date.fromisoformat(row["inspected_on"])
        if gap < timedelta(days=plan.limits.days_between):
            return "out", "recent-visit"
    for rule in plan.coverage:
        last = row["inspected_on"] or row["established_on"]
        if plain_matches(plan, row, rule.where):
            if not last:
                return "directed", "coverage"
            due = date.fromisoformat(last)
            if due.replace(year=due.year + rule.within_years) <= plan.window[1]:
                return "directed", "coverage"
    if plan.tolerance.leave_out == 1_000_000 and new and not key:
        return "out", "tolerance"
    if plan.low_risk.leave_out == 1_000_000 and tier in plan.low_risk.tiers and not key:
        return "out", "low-risk"
    return "pool", ""


@pytest.mark.slow
@tried(60, of=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(entity, min_size=1, max_size=40),
    tail=st.sampled_from(
        [
            "",
            "[tolerance]\nyears = 3\n[low_risk]\ntiers = ['A']\n[limits]\nvisits_per_year = 2\n"
            "days_between = 60\n",
            "[tolerance]\nyears = 2\nleave_out = '40%'\n[low_risk]\ntiers = ['A', 'B']\n"
            "leave_out = '50%'\n[leads]\ntriggers = ['transfer']\n",
            "[low_risk]\ntiers = ['A']\n[key_fields]\ncodes = []\n",
            "[tolerance]\nyears = 3\n[limits]\nvisits_per_year = 2\ndays_between = 60\n"
            "[[coverage]]\nwhere = { fields = ['food', 'toys'], region = '1505' }\n"
            "within_years = 2\n[[coverage]]\nwhere = { tier = 'B', age = 'old' }\n"
            "within_years = 3\n",
        ]
    ),
    data=st.data(),
)
def test_first_rule_that_applies_decides(
    tmp_path: Path, rows: list[dict[str, Any]], tail: str, data: st.DataObject
) -> None:
    plan = read_plan(PLAN + tail)
    triggers = st.sampled_from([None, None, "complaint", "transfer", "rumour"])
    leads = [data.draw(triggers) for _ in rows]
    register = [
        {"entity_id": f"e{n:05d}", "trigger": lead, "opened_on": "2026-12-01", "closed_on": ""}
        for n, lead in enumerate(leads)
        if lead
    ]
    within = [
        (n, row)
        for n, row in enumerate(rows)
        if row["region"].startswith(("15", "2201"))
        and row["kind"] in ("enterprise", "individual")
        and row["status"] == "active"
    ]
    if not within:
        with pytest.raises(PlannerError) as caught:
            framed(tmp_path, plan, rows, register)
        assert caught.value.problems[0].code == "frame.empty-scope"
        return
    frame = framed(tmp_path, plan, rows, register)
    found = frame.table("entity_id", "standing", "reason").to_pylist()
    assert found == [
        dict(
            zip(
                ("entity_id", "standing", "reason"),
                (f"e{n:05d}", *plain_standing(plan, row, leads[n])),
                strict=True,
            )
        )
        for n, row in within
    ]
    counts = frame.counts()
    assert counts.scope == len(within) == counts.pool + counts.directed + sum(counts.out.values())
    cells = frame.cells()
    assert [cell.name for cell in cells] == sorted(cell.name for cell in cells)
    assert sum(cell.size for cell in cells) == counts.pool
    assert all(0 < cell.expected <= cell.size * 1_000_000 for cell in cells)


CODES = {
    "tier": ["A", "B", "C"],
    "region": ["15", "1505", "150581", "22"],
    "industry": ["F", "F5", "H6210"],
    "kind": ["enterprise", "individual"],
    "status": ["active", "revoked"],
    "age": ["new", "old"],
    "key": ["key", "other"],
    "fields": ["food", "drug", "toys", "it's"],
}

wheres = st.fixed_dictionaries(
    {},
    optional={
        key: st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)
        for key, codes in CODES.items()
    },
)


@pytest.mark.slow
@tried(60, of=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(entity, max_size=30),
    strata=st.lists(st.sampled_from(["kind", "fields:toys", "age", "tier"]), unique=True),
    wanted=st.lists(wheres, min_size=1, max_size=3),
)
def test_quotas_are_decided_by_the_cells(
    tmp_path: Path, rows: list[dict[str, Any]], strata: list[str], wanted: list[Any]
) -> None:
    tables = [
        "[[quota]]\nmin = 1\nwhere = { "
        + ", ".join(f"{key} = {json.dumps(codes)}" for key, codes in where.items())
        + " }\n"
        for where in wanted
    ]
    text = PLAN.replace('["tier", "region"]', json.dumps(strata))
    tail = "[tolerance]\nyears = 3\nleave_out = '0%'\n"
    plan = read_plan(text + tail + "".join(tables))
    known = {"region": "150502", "kind": "enterprise", "status": "active", "tier": "B"}
    known |= dict.fromkeys(["established_on", "fields", "industry"], "")
    rows = [known, *rows]
    frame = framed(tmp_path, plan, rows)
    conditions = [where_condition(quota.where) for quota in plan.quotas]
    found = frame.relation.counts((Column("entity_id"), Column("cell"), *conditions), IN_POOL)
    assert found
    for entity_id, cell, *matches, _ in found:
        row, codes = rows[int(entity_id[1:])], cell.split("/")
        assert matches == [plain_matches(plan, row, quota.where) for quota in plan.quotas]
        assert matches == [cell_matches(plan, codes, quota.where) for quota in plan.quotas]


def test_years_before_all_calendars(tmp_path: Path) -> None:
    text = PLAN.replace("2027-", "0003-") + (
        "[tolerance]\nyears = 9\n[[coverage]]\nwhere = { tier = 'B' }\nwithin_years = 9\n"
    )
    row = {"region": "150502", "kind": "enterprise", "status": "active", "tier": "B"}
    dated = row | {"established_on": "0001-01-01"}
    frame = framed(tmp_path, read_plan(text), [row, dated])
    assert [tuple(row.values()) for row in frame.table("standing", "reason").to_pylist()] == [
        ("directed", "coverage"),
        ("out", "tolerance"),
    ]


def test_open_leads_only(tmp_path: Path) -> None:
    plan = read_plan(PLAN)
    rows = [{"region": "150502", "kind": "enterprise", "status": "active", "tier": "B"}] * 6
    lead = {"opened_on": "2026-12-01", "closed_on": ""}
    leads = [
        {**lead, "entity_id": "e00000", "trigger": "complaint", "closed_on": "2027-01-04"},
        {**lead, "entity_id": "e00001", "trigger": "complaint", "closed_on": "2027-01-05"},
        {**lead, "entity_id": "e00002", "trigger": "complaint", "opened_on": "2027-01-05"},
        {**lead, "entity_id": "e00003", "trigger": "transfer"},
        {**lead, "entity_id": "e00003", "trigger": "monitoring"},
        {**lead, "entity_id": "e00004", "trigger": "complaint", "opened_on": ""},
        {**lead, "entity_id": "e99999", "trigger": "complaint"},
    ]
    frame = framed(tmp_path, plan, rows, leads)
    assert [row["reason"] for row in frame.table("reason").to_pylist()] == [
        "", "lead:complaint", "", "lead:monitoring", "lead:complaint", "",
    ]  # fmt: skip


def test_root_is_that_of_the_leaf_texts(tmp_path: Path) -> None:
    plan = read_plan(PLAN)
    rows = [
        {
            "region": "150502",
            "kind": "enterprise",
            "status": "active",
            "tier": "BDA"[n % 3],
            "fields": "drug,food",
            "established_on": "2020-02-29",
        }
        for n in range(13)
    ]
    frame = framed(tmp_path, plan, rows)
    names = frame.table("name")["name"].to_pylist()
    secret = "ab" * 32

    def subtree(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return sha256(b"\0" + leaves[0]).digest()
        half = 1
        while half * 2 < len(leaves):
            half *= 2
        return sha256(b"\1" + subtree(leaves[:half]) + subtree(leaves[half:])).digest()

    leaves = []
    for n in range(13):
        tier = "BDA"[n % 3]
        entity_id = f"e{n:05d}"
        salt = sha256(f"{secret}|{entity_id}".encode()).hexdigest()[:32]
        cell = f"{tier}/150502"
        blind = sha256(f"{secret}|cell|{cell}".encode()).hexdigest()[:32]
        inner = (
            f"pool|{cell}||{tier}|150502||enterprise|active|2020-02-29||drug,food|0|0|0||"
            f"{blind}|{salt}|{names[n]}"
        )
        leaves.append(f"{entity_id}|{sha256(inner.encode()).hexdigest()}".encode())
    assert frame.root(secret) == subtree(leaves).hex()


def test_unknown_tier_counts_as_or_is_refused(tmp_path: Path) -> None:
    row = {"region": "150502", "kind": "enterprise", "status": "active"}
    frame = framed(tmp_path, read_plan(PLAN), [row] * 3)
    assert [(cell.name, cell.expected) for cell in frame.cells()] == [("B/150502", 90_000)]
    refusing = read_plan(PLAN + 'unknown_tier = "refuse"\n')
    with pytest.raises(PlannerError) as caught:
        framed(tmp_path, refusing, [row] * 3).cells()
    assert caught.value.problems[0].code == "frame.unknown-tier"


def cells_for(rates: str, cells: list[PoolCell], more: str = "") -> list[int]:
    text = PLAN.replace('tier = { A = "1%", B = "3%", C = "10%", D = "30%" }', f"tier = {rates}")
    return [cell.expected for cell in expected_counts(read_plan(text + more), cells)]


def test_rates_shares_and_counts() -> None:
    half = 500_000
    cells = [PoolCell(("A", "1"), 100, half), PoolCell(("A", "2"), 300, 1_000_000),
             PoolCell(("B", "1"), 7, 1_000_000)]  # fmt: skip
    assert cells_for('{ A = "1%", B = "100%" }', cells) == [500_000, 3_000_000, 7_000_000]
    # A count is shared out by size and share kept, and holds exactly.
    counted = cells_for('{ A = { count = 20 }, B = "0.0001%" }', cells)
    assert counted == [2_857_143, 17_142_857, 7]
    # Where it passes a cell's size, that cell is full and the rest goes to the others.
    assert cells_for('{ A = { count = 390 }, B = "1%" }', cells)[:2] == [90_000_000, 300_000_000]
    with pytest.raises(PlannerError) as caught:
        cells_for('{ A = { count = 401 }, B = "1%" }', cells)
    assert caught.value.problems[0].code == "frame.count-above-size"
    tiny = [PoolCell(("A", "1"), 1, 1)]
    assert cells_for('{ A = "0.0001%", B = "1%" }', tiny) == [1]


def test_larger_share_applies_outside_key_fields() -> None:
    plan = read_plan(
        PLAN + "[tolerance]\nleave_out = '40%'\n[low_risk]\ntiers = ['A']\nleave_out = '70%'\n"
    )
    assert plan.strata == ("tier", "region", "age", "key")
    assert retained_share(plan, "A", is_new=True, in_key_field=False) == 300_000
    assert retained_share(plan, "B", is_new=True, in_key_field=False) == 600_000
    assert retained_share(plan, "B", is_new=False, in_key_field=False) == 1_000_000
    assert retained_share(plan, "A", is_new=True, in_key_field=True) == 1_000_000


@settings(max_examples=100, deadline=None)
@given(
    sizes=st.lists(
        st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=1, max_size=12
    ),
    data=st.data(),
)
def test_count_rates_hold_exactly(sizes: list[tuple[int, int]], data: st.DataObject) -> None:
    total = data.draw(st.integers(1, sum(size for size, _ in sizes)))
    cells = [PoolCell(("A", f"{n:02d}"), size, kept) for n, (size, kept) in enumerate(sizes)]
    found = cells_for(f'{{ A = {{ count = {total} }}, B = "1%" }}', cells)
    assert all(0 < x <= cell.size * 1_000_000 for x, cell in zip(found, cells, strict=True))
    # A cell raised to the least chance there is may add a millionth.
    assert total * 1_000_000 <= sum(found) <= total * 1_000_000 + len(cells)
    assert json.dumps(found)
