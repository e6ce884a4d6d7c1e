"""Quotas, total, coverage: from the plan file to a table that keeps them in every outcome."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import tried
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from yaohao.planner.draw.lottery.plan_lottery import lottery_of
from yaohao.planner.draw.lottery.property_check import lottery_problems
from yaohao.planner.draw.lottery.quota_margins import quota_margins
from yaohao.planner.frame.allocation.constraints import broken
from yaohao.planner.frame.allocation.expected_counts import bounds_of, expected_counts, own_counts
from yaohao.planner.frame.cells import PoolCell
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEAD = """
id = "q"
title = "t"
authority = "a"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
strata = ["tier", "region", "kind"]
[rates]
tier = { A = "2%", B = "10%", C = "40%" }
"""
REGIONS = ("1501", "1502", "22")
KINDS = ("enterprise", "individual")

sizes = st.lists(st.integers(0, 60), min_size=18, max_size=18).filter(any)
quota = st.fixed_dictionaries(
    {
        "tier": st.sampled_from([None, "A", "C"]),
        "region": st.sampled_from([None, "15", "22"]),
        "kind": st.sampled_from([None, "individual"]),
        "end": st.sampled_from(["min", "max"]),
        "amount": st.one_of(
            st.integers(1, 30).map(str),
            st.integers(1, 60).map(lambda n: f'"{n}%"'),
            st.integers(1, 60).map(lambda n: f'"{n}% of draw"'),
        ),
    }
)


def plan_with(quotas: list[dict[str, Any]], total: int | None = None, more: str = "") -> Plan:
    text = HEAD + more + (f"[limits]\ntotal = {total}\n" if total else "")
    for one in quotas:
        where = ", ".join(f'{k} = "{one[k]}"' for k in ("tier", "region", "kind") if one[k])
        text += f"[[quota]]\nwhere = {{ {where} }}\n{one['end']} = {one['amount']}\n"
    return read_plan(text)


def pool(numbers: list[int]) -> list[PoolCell]:
    codes = sorted((t, r, k) for t in "ABC" for r in REGIONS for k in KINDS)
    return [
        PoolCell(code, size, 1_000_000) for code, size in zip(codes, numbers, strict=True) if size
    ]


def second_opinion(plan: Plan, cells: list[PoolCell]) -> bool:
    """Whether HiGHS finds real counts within all bounds, each chance from a millionth to one."""
    own = own_counts(plan, cells)
    rows, limits = [], []
    for bound in bounds_of(plan, own):
        row = [float(place in bound.members) for place in range(len(own))]
        for sign, value in ((-1, bound.least), (1, bound.most)):
            if value is None:
                continue
            share = value / 1e6 if bound.is_share else 0.0
            rows.append([sign * (one - share) for one in row])
            limits.append(0.0 if bound.is_share else sign * value / 1e6)
    box = [(1e-6, cell.size) for cell in own]
    return bool(linprog([0.0] * len(own), rows or None, limits or None, bounds=box).success)


@tried(60)
@given(
    numbers=sizes,
    quotas=st.lists(quota, max_size=3),
    total=st.one_of(st.none(), st.integers(1, 80)),
)
def test_either_all_properties_hold_or_the_conflict_is_real(
    numbers: list[int], quotas: list[dict[str, Any]], total: int | None
) -> None:
    plan, cells = plan_with(quotas, total), pool(numbers)
    try:
        found = expected_counts(plan, cells)
    except PlannerError as error:
        assert all(problem.code.startswith("quota.") for problem in error.problems)
        if not any(problem.code == "quota.no-whole" for problem in error.problems):
            assert not second_opinion(plan, cells)
        return
    bounds = bounds_of(plan, found)
    assert not broken(bounds, [cell.expected for cell in found])
    assert all(0 < cell.expected <= cell.size * 1_000_000 for cell in found)
    own = own_counts(plan, cells)
    if not broken(bounds_of(plan, own), [cell.expected for cell in own]):
        assert found == own
    try:
        lottery = lottery_of(plan, found)
    except PlannerError as error:
        assert error.problems[0].code.startswith("lottery.")
        return
    assert lottery_problems(lottery, plan.strata, quota_margins(plan, found)) == []
    for margin in quota_margins(plan, found):
        for outcome in lottery["outcomes"]:
            count = sum(outcome["counts"][place] for place in margin.members)
            assert margin.least is None or count >= margin.least
            assert margin.most is None or count <= margin.most
    for place, cell in enumerate(found):
        mean = sum(Fraction(o["weight"] * o["counts"][place], 10**6) for o in lottery["outcomes"])
        assert mean == Fraction(cell.expected, 10**6)


def test_total_scales_every_rate_down_alike() -> None:
    plan, cells = plan_with([], total=10), pool([50] * 18)
    found, own = expected_counts(plan, cells), own_counts(plan, cells)
    assert sum(cell.expected for cell in found) == 10_000_000
    factor = Fraction(10_000_000, sum(cell.expected for cell in own))
    for one, other in zip(found, own, strict=True):
        assert abs(one.expected - other.expected * factor) <= 1


def test_a_conflict_names_the_rules_and_a_mend_works() -> None:
    few = {"tier": None, "region": "22", "kind": None, "end": "min", "amount": "12"}
    cells = pool([20] * 18)
    with pytest.raises(PlannerError) as caught:
        expected_counts(plan_with([few], total=10), cells)
    problems = {p.params.get("key"): p for p in caught.value.problems}
    assert {"limits.total", "quota[1].min"} <= set(problems)
    mend = int(problems["limits.total"].params["mend"])
    assert expected_counts(plan_with([few], total=mend), cells)
    with pytest.raises(PlannerError):
        expected_counts(plan_with([few], total=mend - 1), cells)
    assert "quota[1].min" in str(caught.value)


def test_a_group_too_small_for_its_quota_is_told_so() -> None:
    many = {"tier": "C", "region": "22", "kind": "individual", "end": "min", "amount": "20"}
    with pytest.raises(PlannerError) as caught:
        expected_counts(plan_with([many]), pool([7] * 18))
    assert caught.value.problems[0].code == "quota.too-few"
    assert caught.value.problems[0].params["pool"] == 7


PLAN = """
id = "q"
title = "t"
authority = "a"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
[rates]
region = { "15" = "10%", other = { min = "5%", max = "20%" } }
tier = { D = { min = "30%" } }
[tolerance]
years = 3
leave_out = "50%"
[limits]
total = 60
[[coverage]]
where = { fields = "drug" }
within_years = 2
[[quota]]
where = { fields = ["food", "drug"], tier = ["C", "D"] }
min = 4
[[quota]]
where = { age = "new" }
max = "20% of draw"
"""


def test_the_whole_road_with_rules_is_verified_by_the_auditor(tmp_path: Path) -> None:
    rows = "".join(
        f"e{n:04d},n,{'ABCD'[n % 4]},{('150502', '150581', '220101')[n % 3]},"
        f"20{10 + n % 17}-03-01,{('', '2026-01-01', '2024-01-01')[n % 3]},"
        f"{('', 'food', 'drug', 'food;drug')[n * 7 % 4]}\n"
        for n in range(600)
    )
    heading = "entity_id,name,tier,region,established_on,inspected_on,fields\n"
    (tmp_path / "e.csv").write_text(heading + rows)
    people = "".join(f"i{n},p\n" for n in range(30))
    (tmp_path / "i.csv").write_text("inspector_id,name\n" + people)
    (tmp_path / "q.toml").write_text(PLAN)
    workspace = Workspace.create(tmp_path / "w", "free")
    workspace.import_files("entities", [tmp_path / "e.csv"])
    workspace.import_files("inspectors", [tmp_path / "i.csv"])
    told = workspace.preview(tmp_path / "q.toml")
    assert told["expected"] <= 60_000_000
    assert told["directed_by"]["coverage"] == told["directed"] > 0
    for rule in told["rules"]:
        least, most = rule["asked_least"], rule["asked_most"]
        if rule["kind"] != "share_of_draw":
            assert least is None or rule["expected"] >= least
            assert most is None or rule["expected"] <= most
    assert workspace.freeze(tmp_path / "q.toml")["directed"] == told["directed"]
    workspace.draw("q", "12345678901234567890", "dice")
    workspace.staff("q")
    workspace.deal("q", "12345678901234567891", "dice")
    workspace.publish("q", tmp_path / "public")
    workspace.audit("q", tmp_path / "audit")
    findings = verify_bundle(tmp_path / "public", tmp_path / "audit")
    assert [found.words("en") for found in findings if found.ok is False] == []
    assert {"lottery-properties", "standings", "cells-expected"} <= {f.name for f in findings}


def test_preview_against_another_plan_tells_what_changes(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(
        "entity_id,name,tier\n" + "".join(f"e{n},n,{'AB'[n % 2]}\n" for n in range(100))
    )
    base = HEAD.replace('["tier", "region", "kind"]', '["tier"]')
    (tmp_path / "one.toml").write_text(base)
    (tmp_path / "two.toml").write_text(base.replace('B = "10%"', 'B = "20%"'))
    workspace = Workspace.create(tmp_path / "w", "free")
    workspace.import_files("entities", [tmp_path / "e.csv"])
    told = workspace.preview(tmp_path / "two.toml", tmp_path / "one.toml")
    changes = {row["what"]: (row["before"], row["after"]) for row in told["against"]["changes"]}
    assert changes["expected.tier.B"] == (5_000_000, 10_000_000)
    assert "expected.tier.A" not in changes
    same = workspace.preview(tmp_path / "one.toml", tmp_path / "one.toml")
    assert same["against"]["changes"] == []
