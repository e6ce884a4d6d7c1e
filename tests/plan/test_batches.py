"""Plans drawn in batches over the year, and what earlier draws count for later ones."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.campaign import sizes, tried
from helpers.workspace_maker import seal
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.frame.allocation.expected_counts import batch_share, bounds_of, own_counts
from yaohao.planner.frame.cells import PoolCell
from yaohao.planner.frame.prior_draws import EarlierDraw, Row, prior_table, visited
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.workspace import Workspace

TEXT = """
id = "year"
title = "t"
authority = "a"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
frequency = 3
strata = ["region"]
rates.tier = { A = "33%", B = { count = 10 } }
"""
SIZES = {("A", "x"): 31, ("A", "y"): 7, ("B", "x"): 20, ("B", "y"): 1}


def batch(number: int, text: str = TEXT) -> Plan:
    return replace(read_plan(text), batch=number)


def cells(sizes: dict[tuple[str, str], int]) -> list[PoolCell]:
    return [PoolCell(codes, size, PPM) for codes, size in sizes.items() if size]


def rounded(expected: list[int], at: float) -> list[int]:
    """Whole counts whose expectation over `at` in [0, 1) is exact: systematic rounding."""
    found, so_far = [], 0
    for one in expected:
        low, so_far = so_far, so_far + one
        shift = int(at * PPM)
        found.append((so_far + shift) // PPM - (low + shift) // PPM)
    return found


def year(at: random.Random) -> dict[tuple[str, str], int]:
    """How many of each cell the three batches of a year draw."""
    left, drawn = dict(SIZES), dict.fromkeys(SIZES, 0)
    for number in (1, 2, 3):
        pool = cells(left)
        own = own_counts(batch(number), pool, cells(drawn))
        counts = rounded([cell.expected for cell in own], at.random())
        for cell, count in zip(pool, counts, strict=True):
            key = (cell.codes[0], cell.codes[1])
            left[key] -= count
            drawn[key] += count
    return drawn


@pytest.mark.parametrize("runs", sizes(3000))
def test_over_the_year_every_chance_is_the_rate(runs: int) -> None:
    source = random.Random(20270104)
    totals = dict.fromkeys(SIZES, 0)
    for _ in range(runs):
        drawn = year(source)
        # A third of 38, and ten of tier B, but for what whole visits cannot say.
        assert sum(n for (tier, _), n in drawn.items() if tier == "A") in (12, 13)
        assert sum(n for (tier, _), n in drawn.items() if tier == "B") == 10
        for key, count in drawn.items():
            totals[key] += count
    for (tier, region), total in totals.items():
        chance = 0.33 if tier == "A" else 10 / 21
        size = SIZES[tier, region]
        spread = (chance * (1 - chance) / (runs * size)) ** 0.5
        assert abs(total / runs / size - chance) < 4.5 * spread, (tier, region)


@tried(80, of=3)
@given(
    rate=st.integers(1, PPM),
    frequency=st.integers(2, 12),
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=4),
    data=st.data(),
)
def test_batches_reach_the_year_and_nobody_has_no_chance(
    rate: int, frequency: int, sizes: list[int], data: st.DataObject
) -> None:
    text = TEXT.replace("frequency = 3", f"frequency = {frequency}")
    plan = replace(read_plan(text), rates={"A": rate})
    left, drawn = list(sizes), [0] * len(sizes)
    for number in range(1, frequency + 1):
        now = replace(plan, batch=number)
        pool = [PoolCell(("A", str(n)), size, PPM) for n, size in enumerate(left) if size]
        before = [PoolCell(("A", str(n)), size, PPM) for n, size in enumerate(drawn) if size]
        if not pool:
            break
        own = own_counts(now, pool, before)
        assert all(0 < cell.expected <= cell.size * PPM for cell in own)
        share = batch_share(now, "A", pool, before)
        assert share.now <= sum(left) * PPM
        counts = rounded([cell.expected for cell in own], data.draw(st.floats(0, 0.999)))
        for cell, count in zip(pool, counts, strict=True):
            left[int(cell.codes[1])] -= count
            drawn[int(cell.codes[1])] += count
    # Each cell keeps its least chance, so that rounding may draw one more than the year asks for.
    assert rate * sum(sizes) - PPM <= sum(drawn) * PPM <= (rate * sum(sizes)) + 2 * PPM


def test_bounds_on_rates_are_for_the_year() -> None:
    text = TEXT + 'rates.region = { x = { min = "40%", max = "50%" } }\n'
    drawn = cells({("A", "x"): 9, ("B", "x"): 3})
    plan = batch(2, text)
    own = own_counts(plan, cells(SIZES), drawn)
    least, most = bounds_of(plan, own, drawn)
    # 63 of region x, 12 of them drawn: 25.2 and 31.5 for the year, in two batches that are left.
    assert (least.least, most.most) == (6_600_000, 9_750_000)
    over = bounds_of(plan, own, cells({("A", "x"): 60}))
    assert over[0].least == 0
    assert over[1].most == len(over[1].members)  # overrun, yet nobody has no chance


def register(folder: Path, size: int = 400) -> Workspace:
    rows = "".join(
        f"e{n:04d},n{n},{'ABBA'[n % 4]},{('x', 'y')[n % 2]},2010-01-01\n" for n in range(size)
    )
    (folder / "e.csv").write_text("entity_id,name,tier,region,established_on\n" + rows)
    (folder / "i.csv").write_text("inspector_id,name\n" + "".join(f"i{n},p\n" for n in range(20)))
    workspace = Workspace.create(folder / "w", "free")
    workspace.import_files("entities", [folder / "e.csv"])
    workspace.import_files("inspectors", [folder / "i.csv"])
    return workspace


def plan_file(folder: Path, month: int = 1, **changes: str) -> Path:
    text = TEXT.replace("B = { count = 10 }", 'B = "10%"')
    text = text.replace("2027-01-04", f"2027-{month:02d}-04").replace(
        "2027-01-11", f"2027-{month:02d}-11"
    )
    text = text.replace("2027-03-31", f"2027-{month + 2:02d}-28")
    for old, new in changes.items():
        text = text.replace(f'{old} = "year"', f'{old} = "{new}"')
    path = folder / "year.toml"
    path.write_text(text)
    return path


def drawn_by(workspace: Workspace, draw: str) -> set[str]:
    return {visit["entity_id"] for visit in workspace.show(draw)["visits"]}


def seed(number: int) -> str:
    return f"{number:020d}"


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, list[str], Path]:
    """A workspace in which a year's three batches were drawn; the second has an audit folder."""
    folder = tmp_path_factory.mktemp("batches")
    workspace = register(folder)
    draws = []
    for number in (1, 2, 3):
        path = plan_file(folder, 3 * number - 2)
        told = workspace.preview(path)
        draws.append(workspace.freeze(path)["draw"])
        assert told["batch"] == {**told["batch"], "number": number, "of": 3}
        with pytest.raises(PlannerError) as caught:
            workspace.freeze(path)
        assert caught.value.problems[0].code == "frame.batch-pending"
        warned = [one["code"] for one in workspace.check_plan(path)["warnings"]]
        assert "frame.batch-pending" in warned  # the plan is sound, though it has to wait
        workspace.draw(draws[-1], seed(number), "dice")
        if number == 2:
            workspace.publish(draws[-1], folder / "public")
            workspace.audit(draws[-1], folder / "audit")
    with pytest.raises(PlannerError) as caught:
        workspace.freeze(plan_file(folder, 10))
    assert caught.value.problems[0].code == "frame.batches-drawn"
    return workspace, draws, folder


def test_batches_draw_everybody_once_and_reach_the_rate(batches: Any) -> None:
    workspace, draws, _ = batches
    drawn = [drawn_by(workspace, draw) for draw in draws]
    assert sum(map(len, drawn)) == len(set.union(*drawn))
    tiers = {f"e{n:04d}": "ABBA"[n % 4] for n in range(400)}
    found = [sum(tiers[e] == tier for e in set.union(*drawn)) for tier in "AB"]
    assert found == [66, 20]  # 33% and 10% of 200
    told = workspace.why(draws[2], sorted(drawn[0])[0])
    assert (told["standing"], told["reason"]) == ("out", "batch")


def test_the_remainder_is_told(tmp_path: Path) -> None:
    workspace = register(tmp_path)
    told = workspace.preview(plan_file(tmp_path))
    assert told["batch"]["number"] == 1
    rows = {row["code"]: row for row in told["batch"]["rates"]}
    assert rows["A"] == {
        "stratum": "tier", "code": "A", "of_year": 66_000_000, "drawn": 0,
        "now": 22_000_000, "left": 44_000_000,
    }  # fmt: skip
    workspace.draw(workspace.freeze(plan_file(tmp_path))["draw"], seed(1), "dice")
    told = workspace.preview(plan_file(tmp_path, 4))
    rows = {row["code"]: row for row in told["batch"]["rates"]}
    assert (rows["A"]["drawn"], rows["A"]["now"]) == (22_000_000, 22_000_000)


def test_a_given_up_batch_does_not_count(tmp_path: Path) -> None:
    workspace = register(tmp_path)
    first = workspace.freeze(plan_file(tmp_path))["draw"]
    workspace.draw(first, seed(1), "dice")
    workspace.abandon(first, "wrong dice")
    again = workspace.freeze(plan_file(tmp_path))
    assert again["pool"] == 400
    assert workspace.preview(plan_file(tmp_path, 1, id="other"))["batch"]["number"] == 1


def failing(folder: Path) -> list[str]:
    findings = verify_bundle(folder / "public", folder / "audit")
    return sorted({found.name for found in findings if found.ok is False})


def test_the_auditor_recomputes_a_batch(batches: Any) -> None:
    _, draws, folder = batches
    findings = verify_bundle(folder / "public", folder / "audit")
    assert [found.words("en") for found in findings if found.ok is False] == []
    assert "earlier" in {found.name for found in findings}
    document = json.loads((folder / "audit" / "earlier.json").read_text())
    assert [one["draw"] for one in document] == draws[:1]


def forget_flags(folder: Path) -> None:
    table = pq.read_table(folder / "frame.parquet")
    place = table.schema.get_field_index("drawn_this_year")
    nothing = pa.array([0] * table.num_rows, pa.int32())
    pq.write_table(table.set_column(place, "drawn_this_year", nothing), folder / "frame.parquet")


def change_earlier(change: Any) -> Any:
    def apply(folder: Path) -> None:
        path = folder / "earlier.json"
        document = json.loads(path.read_text())
        change(document)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        path.write_text(text + "\n")

    return apply


TAMPERED = {
    "flags": forget_flags,
    "no draw": change_earlier(lambda told: told.clear()),
    "a visit less": change_earlier(lambda told: told[0]["visits"].pop()),
    "no visits": change_earlier(lambda told: told[0].update(visits=None)),
    "another plan": change_earlier(lambda told: told[0]["plan"].update(title="x")),
    "another draw": change_earlier(lambda told: told[0].update(draw="x")),
    "form": change_earlier(lambda told: told[0].pop("plan")),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_earlier_draws_did_cannot_be_changed(name: str, batches: Any, tmp_path: Path) -> None:
    _, _, folder = batches
    shutil.copytree(folder / "public", tmp_path / "public")
    shutil.copytree(folder / "audit", tmp_path / "audit")
    TAMPERED[name](tmp_path / "audit")
    seal(tmp_path / "audit")
    assert ("frame-earlier" if name == "flags" else "earlier") in failing(tmp_path)


def test_draws_of_other_plans_count_against_the_cap(tmp_path: Path) -> None:
    workspace = register(tmp_path)
    first = workspace.freeze(plan_file(tmp_path, id="one"))["draw"]
    workspace.draw(first, seed(1), "dice")
    other = plan_file(tmp_path, 4, id="two")
    assert workspace.preview(other)["pool"] == 400
    text = other.read_text()
    other.write_text(text + "[limits]\nvisits_per_year = 1\n")
    told = workspace.preview(other)
    assert told["out"] == {"visit-cap": len(drawn_by(workspace, first))}
    # The window of the first closes on 28 March, fourteen days before the other opens.
    other.write_text(text + "[limits]\ndays_between = 14\n")
    assert workspace.preview(other)["out"] == {}
    other.write_text(text + "[limits]\ndays_between = 15\n")
    assert workspace.preview(other)["out"] == {"recent-visit": len(drawn_by(workspace, first))}
    (entity,) = sorted(drawn_by(workspace, first))[:1]
    n = int(entity[1:])
    (tmp_path / "seen.csv").write_text(
        "entity_id,name,tier,region,established_on,inspected_on,visits_this_year\n"
        f"{entity},n{n},{'ABBA'[n % 4]},{('x', 'y')[n % 2]},2010-01-01,2027-01-20,1\n"
    )
    workspace.import_files("entities", [tmp_path / "seen.csv"])
    # The register knows of that visit now, and it was long enough ago.
    assert workspace.preview(other)["out"] == {"recent-visit": len(drawn_by(workspace, first)) - 1}
    other.write_text(text + "[limits]\nvisits_per_year = 1\n")
    assert workspace.preview(other)["out"] == {"visit-cap": len(drawn_by(workspace, first))}


def test_only_visits_of_the_lot_count_and_the_last_window_is_told() -> None:
    plan = batch(1)

    def draw(number: int, opens: str, closes: str, **visits: str) -> EarlierDraw:
        visits_made = [{"entity_id": one, "standing": standing} for one, standing in visits.items()]
        document: Any = {"id": "year", "window": [opens, closes]}
        return EarlierDraw(str(number), document, visited(visits_made))

    draws = [
        draw(1, "2026-12-01", "2026-12-30", a="pool"),  # last year, and long ago
        draw(2, "2027-01-02", "2027-01-20", a="pool", b="directed"),
        draw(3, "2027-01-01", "2027-01-10", a="pool", c="pool"),
    ]
    assert rows_of(prior_table(plan, draws)) == [
        ("a", 2, 2, "2027-01-02", "2027-01-20"),
        ("b", 0, 0, "2027-01-02", "2027-01-20"),
        ("c", 1, 1, "2027-01-01", "2027-01-10"),
    ]
    later = replace(plan, limits=replace(plan.limits, days_between=60))
    assert rows_of(prior_table(later, draws[:1])) == [("a", 0, 0, "2026-12-01", "2026-12-30")]


def rows_of(table: Any) -> list[Row]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def one_by_one(plan: Plan, draws: list[EarlierDraw]) -> list[Row]:
    """What `prior_table` tells, worked out visit after visit."""
    rows: dict[str, Row] = {}
    for draw in draws:
        opens, closes = draw.plan["window"]
        recent = (plan.window[0] - timedelta(days=plan.limits.days_between)).isoformat()
        in_year = closes[:4] == str(plan.as_of.year)
        if draw.visits is None or not (in_year or closes > recent):
            continue
        in_plan = in_year and plan.frequency > 1 and draw.plan["id"] == plan.id
        for visit in draw.visits.to_pylist():
            entity, by_lot = visit["entity_id"], visit["by_lot"]
            _, year, of_plan, since, until = rows.get(entity, (entity, 0, 0, "", ""))
            if closes > until:
                since, until = opens, closes
            rows[entity] = (
                entity,
                year + by_lot * in_year,
                of_plan + by_lot * in_plan,
                since,
                until,
            )
    return [rows[entity] for entity in sorted(rows)]


WINDOWS = [
    ("2026-11-01", "2026-12-01"),
    ("2026-12-01", "2026-12-30"),
    ("2026-12-20", "2027-01-20"),
    ("2027-01-02", "2027-01-20"),
    ("2027-01-01", "2027-03-31"),
]


@given(seed=st.integers(0, 1 << 30), days=st.sampled_from([0, 20, 60]))
def test_what_earlier_draws_did_is_what_one_counts_visit_after_visit(seed: int, days: int) -> None:
    chance, plan = random.Random(seed), batch(1)
    plan = replace(plan, limits=replace(plan.limits, days_between=days))
    made = []
    for number in range(chance.randrange(6)):
        ids = chance.sample("abcß市", chance.randrange(6))
        rows = [{"entity_id": one, "standing": chance.choice(["pool", "directed"])} for one in ids]
        name, window = chance.choice(["year", "other"]), list(chance.choice(WINDOWS))
        document: Any = {"id": name, "window": window}
        made.append(EarlierDraw(str(number), document, chance.choice([visited(rows)] * 5 + [None])))
    assert rows_of(prior_table(plan, made)) == one_by_one(plan, made)


def test_simulated_years_play_their_batches(tmp_path: Path) -> None:
    workspace = register(tmp_path)
    path = plan_file(tmp_path)
    told = workspace.simulate(path, 3, seed=1)
    assert [(row["number"], row["batch"]) for row in told["by_year"]] == [
        (year, number) for year in (1, 2, 3) for number in (1, 2, 3)
    ]
    for year in (1, 2, 3):
        rows = [row for row in told["by_year"] if row["number"] == year]
        assert sum(row["drawn"] for row in rows) == 86  # 33% and 10% of 200
        assert [row["out"].get("batch", 0) for row in rows] == [
            0, rows[0]["drawn"], rows[0]["drawn"] + rows[1]["drawn"],
        ]  # fmt: skip
    assert [row["as_of"] for row in told["by_year"]][:4] == [
        "2027-01-04", "2027-05-04", "2027-09-04", "2028-01-04",
    ]  # fmt: skip
    [everybody] = told["groups"]["all"]
    assert everybody["visits_a_year"] == 86 * PPM // 400
    workspace.draw(workspace.freeze(path)["draw"], seed(1), "dice")
    rest = workspace.simulate(plan_file(tmp_path, 4), 1, seed=1)["by_year"]
    assert [row["batch"] for row in rest] == [2, 3, 1]
    assert rest[0]["out"]["batch"] == len(drawn_by(workspace, "year"))
    assert "batch" not in rest[2]["out"]
