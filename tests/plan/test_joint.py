"""Joint inspections: one visit, each department with its own people; and what a preview tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.workspace import Workspace

PLAN = """
id = "joint"
title = "t"
authority = "a"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
items = ["REG-01"]
[rates]
tier = { A = "2%", B = "20%" }
[[department]]
name = "market"
items = ["REG-02"]
[[department]]
name = "fire"
items = ["FIRE-01"]
size = 3
qualifications = ["ladder"]
"""
ITEMS = (
    "item_id,name,department,qualification\n"
    "REG-01,r,market,\nREG-02,r,market,books\nFIRE-01,f,fire,alarm\n"
)


def bureau_with(folder: Path, ladders: int = 3, entities: int = 400) -> Workspace:
    people = ["inspector_id,name,department,regions,qualifications"]
    people += [f"m{n},M,market,x;y,{'books' if n % 2 else ''}" for n in range(8)]
    people += [
        f"f{n},F,fire,{'xy'[n % 2]},{'ladder' if n < ladders else 'alarm'}" for n in range(12)
    ]
    (folder / "i.csv").write_text("\n".join(people) + "\n")
    (folder / "t.csv").write_text(ITEMS)
    rows = "".join(f"e{n:05d},n,{'AB'[n % 2]},{'xy'[n // 2 % 2]}\n" for n in range(entities))
    (folder / "e.csv").write_text("entity_id,name,tier,region\n" + rows)
    workspace = Workspace.create(folder / "w", "free")
    for register, file in (("entities", "e"), ("inspectors", "i"), ("items", "t")):
        workspace.import_files(register, [folder / f"{file}.csv"])
    (folder / "joint.toml").write_text(PLAN)
    return workspace


def test_each_department_sends_its_own_to_one_visit(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path)
    told = workspace.preview(tmp_path / "joint.toml")
    assert told["crews"]["seats_per_visit"] == 5
    visits = told["expected"]
    assert told["merging"] == {
        "departments": 2, "items": 3, "visits": visits, "apart": 2 * visits,
        "items_apart": 3 * visits, "saved": visits, "items_saved": 2 * visits,
    }  # fmt: skip
    draw = workspace.freeze(tmp_path / "joint.toml")["draw"]
    workspace.draw(draw, "31415926535897932384", "dice")
    workspace.staff(draw)
    workspace.deal(draw, "27182818284590452353", "dice")
    shown = workspace.show(draw)
    assert len(shown["visits"]) == 44
    for visit in shown["visits"]:
        crew = visit["inspectors"]
        assert [one[0] for one in crew] == ["f"] * 3 + ["m"] * 2
        assert any(one in ("f0", "f1", "f2") for one in crew)
        assert any(one in ("m1", "m3", "m5", "m7") for one in crew)
    workspace.publish(draw, tmp_path / "public")
    workspace.audit(draw, tmp_path / "audit")
    findings = verify_bundle(tmp_path / "public", tmp_path / "audit")
    assert [found.words("en") for found in findings if found.ok is False] == []


def test_the_outlook_is_even_where_it_can_be(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path)
    crews = workspace.preview(tmp_path / "joint.toml")["crews"]
    loads = crews["loads"]
    assert sum(loads.values()) == 5 * 44
    assert {loads[f"m{n}"] for n in range(8)} == {11}
    assert (crews["least_load"], crews["most_load"]) == (min(loads.values()), max(loads.values()))


def test_more_visits_than_the_outlook_deals_are_told_in_scale(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path, entities=30_000)
    crews = workspace.preview(tmp_path / "joint.toml")["crews"]
    total = sum(crews["loads"].values())
    assert 5 * 3300 <= total <= 5 * 3304
    assert {crews["loads"][f"m{n}"] for n in range(8)} <= {824, 825, 826}


@pytest.mark.parametrize("ladders", [0, 1])
def test_too_few_with_a_qualification_are_told_before_anything_is_frozen(
    ladders: int, tmp_path: Path
) -> None:
    workspace = bureau_with(tmp_path, ladders)
    checked = workspace.check_plan(tmp_path / "joint.toml")["warnings"]
    # One may climb, but only in region x.
    assert [one["code"] for one in checked] == ["crews.want_of_people"] * (2 - ladders)
    warnings = workspace.preview(tmp_path / "joint.toml")["warnings"]
    assert [one["code"] for one in warnings] == ["crews.want_of_people"] * (2 - ladders)
    for warning in warnings:
        assert warning["params"]["qualifications"] == ["ladder"]
        assert warning["params"]["department"] == "fire"
        assert warning["params"]["short"] == 22


def test_a_cap_that_stands_against_coverage_is_told(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path)
    rows = "".join(
        f"e{n:05d},n,{'AB'[n % 2]},{'xy'[n // 2 % 2]},2024-12-01,food,{2 * (n % 10 == 0)}\n"
        for n in range(100)
    )
    head = "entity_id,name,tier,region,established_on,fields,visits_this_year\n"
    (tmp_path / "f.csv").write_text(head + rows)
    workspace.import_files("entities", [tmp_path / "f.csv"])
    rule = "[limits]\nvisits_per_year = 2\n[[coverage]]\nwhere.fields = 'food'\nwithin_years = 2\n"
    (tmp_path / "joint.toml").write_text(PLAN + rule)
    told = workspace.preview(tmp_path / "joint.toml")
    assert told["directed_by"] == {"coverage": 90}
    warning = next(one for one in told["warnings"] if one["code"] == "frame.coverage-capped")
    assert warning["params"] == {
        "key": "coverage[1]", "years": 2, "size": 10, "cap": "limits.visits_per_year",
    }  # fmt: skip


def test_chances_by_tier_and_age_add_up(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path)
    text = PLAN + "[tolerance]\nyears = 3\nleave_out = '50%'\n"
    (tmp_path / "joint.toml").write_text(text)
    rows = "".join(f"n{n:05d},n,A,x,2026-06-01\n" for n in range(100))
    (tmp_path / "f.csv").write_text("entity_id,name,tier,region,established_on\n" + rows)
    workspace.import_files("entities", [tmp_path / "f.csv"])
    told = workspace.preview(tmp_path / "joint.toml")
    chances = {(row["tier"], row["age"]): row for row in told["chances"]}
    assert chances["A", "new"] == {
        "tier": "A", "age": "new", "pool": 100, "out": 0, "directed": 0, "expected": 1_000_000,
        "least": 10_000, "most": 10_000, "mean": 10_000,
    }  # fmt: skip
    assert sum(row["expected"] for row in told["chances"]) == told["expected"]
    assert chances["B", "old"]["mean"] == 200_000
