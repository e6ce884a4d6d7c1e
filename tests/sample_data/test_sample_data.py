"""Synthetic populations: reproducible, valid, shaped as their profile says, dirt accounted for."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.small_registers import read_inspectors, read_items, read_leads
from yaohao.planner.vocabulary import terms
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.divisions import is_listed
from yaohao.planner.vocabulary.industries import is_industry
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import catalogue
from yaohao.sample_data import Population, places, words
from yaohao.sample_data.__main__ import main
from yaohao.sample_data.corruption_kinds import KINDS as DIRT
from yaohao.sample_data.entities import REGISTER
from yaohao.sample_data.folder import SAMPLE, write_folder
from yaohao.sample_data.profile import (
    AGES,
    FIELDS,
    KINDS,
    TIERS,
)
from yaohao.sample_data.random_streams import Choice, RandomStreams, mix
from yaohao.sample_data.write import open_writer

from yaohao import sample_data

TONGLIAO = Path(sample_data.__file__).parent / "tongliao"
AS_OF = date(2027, 1, 4)
DIVISIONS = ("150502", "150521", "150522", "150523", "150524", "150525", "150526", "150581")
COPIES: dict[str, set[str]] = {
    "duplicate": set(), "duplicate-drift": {"name", "address"}, "several-tags": {"fields"},
}  # fmt: skip
SURE = 1e-4  # a chi-square below this would mean that the generator leaves its parameters


@pytest.fixture(scope="module")
def large() -> Population:
    return Population(100_000, seed=3)


@pytest.fixture(scope="module")
def drawn(large: Population) -> Any:
    return large.entities.attributes(np.arange(large.size, dtype=np.uint64))


@pytest.fixture(scope="module")
def clean(large: Population) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = next(large.pages(30_000)).to_pylist()
    return rows


@pytest.fixture(scope="module")
def ledger() -> list[dict[str, str]]:
    return records(TONGLIAO / "dirt.csv")


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The streams.


def test_mix_is_splitmix64() -> None:
    # The first outputs of Vigna's splitmix64.c from state 0.
    gamma = 0x9E3779B97F4A7C15
    states = np.array([gamma * i % 2**64 for i in (1, 2, 3)], dtype=np.uint64)
    expected = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert mix(states).tolist() == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**70), st.integers(1, 60), st.integers(1, 60))
def test_a_permutation_repeats_nothing(seed: int, left: int, right: int) -> None:
    rows = np.arange(left * right, dtype=np.uint64)
    permuted = RandomStreams(seed).permuted("x", rows, left, right).tolist()
    assert sorted(permuted) == rows.tolist()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=4))
def test_a_choice_never_takes_what_has_no_weight(tables: list[list[int]]) -> None:
    tables = [[*row, 1] for row in tables]
    rows = np.arange(2_000, dtype=np.uint64)
    group = np.arange(len(rows)) % len(tables)
    picked = Choice(*tables).pick(RandomStreams(1), "x", rows, group)
    assert all(tables[g][p] > 0 for g, p in zip(group.tolist(), picked.tolist(), strict=True))


# Reproducible.


def test_the_committed_sample_is_reproduced_to_the_byte(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in TONGLIAO.iterdir())
    for name in names:
        assert (tmp_path / name).read_bytes() == (TONGLIAO / name).read_bytes(), name


def test_the_manifest_says_what_the_sample_is() -> None:
    text = (TONGLIAO / "MANIFEST.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["notice"].startswith("SYNTHETIC")
    assert manifest["parameters"]["version"] == sample_data.VERSION
    assert manifest["parameters"]["parts"] == list(SAMPLE)
    assert manifest["sha256"] == {
        path.name: file_digest(path) for path in TONGLIAO.iterdir() if path.suffix != ".json"
    }
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}", text)) == {"2027-01-04"}
    assert sum(path.stat().st_size for path in TONGLIAO.iterdir()) < 4_000_000


@pytest.mark.parametrize("page_size", [1, 7, 500, 1_999, 2_000, 4_096])
def test_pages_of_any_size_give_the_same(page_size: int, tmp_path: Path) -> None:
    size = {1: 60, 7: 400}.get(page_size, 2_000)
    population = Population(size, seed=11, dirt="heavy")
    lines: dict[str, list[int]] = {"a": [], "b": []}
    for name, page in (("a", size), ("b", page_size)):
        with open_writer(tmp_path / f"{name}.csv", "csv") as writer:
            for table, changes in population.corrupted(page):
                lines[name] += writer.write(table, changes)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert lines["a"] == lines["b"] == sorted(lines["a"]) != []
    pages = list(population.sheets(page_size))
    for whole, parts in (
        (population.truth(), [page.truth for page in pages]),
        (population.results(), [page.results for page in pages]),
    ):
        assert [row for part in parts for row in part.to_pylist()] == whole.to_pylist()


def test_no_hash_seed_or_day_matters(tmp_path: Path) -> None:
    digests = set()
    for seed in ("0", "4711"):
        folder = tmp_path / seed
        arguments = ["--entities", "300", "--dirt", "heavy", "--seed", "5", "--format", "jsonl"]
        subprocess.run(
            [sys.executable, "-m", "yaohao", "synth", str(folder), *arguments],
            check=True, capture_output=True, cwd=TONGLIAO.parent.parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        digests.add(tuple(file_digest(path) for path in sorted(folder.iterdir())))
    assert len(digests) == 1


def test_no_number_of_threads_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = []
    for count in (1, 2, 7):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        pages = list(Population(700, seed=4, dirt="heavy").sheets(50))
        tables.append([(p.entities, p.changes, p.truth, p.results) for p in pages])
    assert tables[0] == tables[1] == tables[2] and len(tables[0]) == 14


def test_a_larger_population_begins_with_the_smaller_one() -> None:
    small, larger = Population(400, seed=2).table(), Population(900, seed=2).table()
    assert larger.slice(0, 400).to_pylist() == small.to_pylist()
    assert Population(400, seed=3).table().to_pylist() != small.to_pylist()
    a, b = Population(400, seed=2, dirt="heavy"), Population(900, seed=2, dirt="heavy")
    assert b.table().slice(0, 400).to_pylist() == a.table().to_pylist()
    assert b.truth().slice(0, 400).to_pylist() == a.truth().to_pylist()
    results = a.results().to_pylist()
    assert b.results().slice(0, len(results)).to_pylist() == results


def test_parquet_and_csv_hold_the_table(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    population = Population(3_000, seed=8, dirt="heavy")
    population.write_parquet(tmp_path / "e.parquet")
    population.write_csv(tmp_path / "e.csv")
    expected = population.table().to_pylist()
    assert pq.read_table(tmp_path / "e.parquet").to_pylist() == expected
    for row in expected:
        for name in ("visits_this_year", "registered_capital"):
            row[name] = str(row[name])
        row["fields"] = row["fields"].replace(",", ";")
    assert records(tmp_path / "e.csv") == expected


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, sample_data; print({'numpy', 'pyarrow', 'planner'} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True,
        cwd=TONGLIAO.parent.parent,
    )  # fmt: skip
    assert run.stdout.strip() == "set()"


# Valid.


def organisation_check(body: str) -> str:
    """GB 11714-1997, written out on its own."""
    weights = [3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(w * (ord(c) - 48 if c.isdigit() else ord(c) - 55) for w, c in zip(weights, body))  # noqa: B905
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def test_every_code_is_valid(clean: list[dict[str, Any]]) -> None:
    prefix = {"enterprise": "91", "individual": "92", "cooperative": "93", "office": "91"}
    lengths: Counter[int] = Counter()
    for row in clean:
        code = row["entity_id"]
        lengths[len(code)] += 1
        if len(code) == 15:
            assert mod_11_10.is_valid(code) and row["kind"] == "individual"
            assert row["established_on"] < "2016-10-01"
        else:
            assert uscc.is_valid(code) and code[:2] == prefix[row["kind"]]
            assert code[16] == organisation_check(code[8:16])
    assert set(lengths) == {15, 18}
    assert 0.015 < lengths[15] / len(clean) < 0.045


def test_no_code_repeats() -> None:
    seen: set[str] = set()
    for page in Population(300_000, seed=4).pages():
        seen.update(page.column("entity_id").to_pylist())
    assert len(seen) == 300_000


def test_division_of_code_region_and_address_agree(clean: list[dict[str, Any]]) -> None:
    moved = 0
    for row in clean:
        region, code = row["region"], row["entity_id"]
        assert region in DIVISIONS
        assert row["address"].startswith("内蒙古自治区通辽市" + places.place(region).name)
        assert re.fullmatch(r"0475-0\d{6}", row["phone"])
        registered_in = code[:6] if len(code) == 15 else code[2:8]
        assert registered_in in DIVISIONS
        moved += registered_in != region
    # Ten in a thousand moved within the city since they were registered.
    assert 0.007 < moved / len(clean) < 0.013


def test_a_single_county_has_only_its_own() -> None:
    for row in Population(500, seed=1, division="150523").table().to_pylist():
        code = row["entity_id"]
        assert row["region"] == "150523" == (code[:6] if len(code) == 15 else code[2:8])


@pytest.mark.parametrize("as_of", [AS_OF, date(2027, 9, 30), date(2020, 2, 29)])
def test_visits_lie_between_establishment_and_the_day(as_of: date) -> None:
    rows = Population(8_000, seed=6, as_of=as_of).table().to_pylist()
    newest = str(as_of - timedelta(days=65))
    year = str(as_of.year)
    assert max(row["established_on"] for row in rows) <= newest
    visited = [row for row in rows if row["inspected_on"]]
    assert 0.15 < len(visited) / len(rows) < 0.45
    for row in rows:
        assert bool(row["closed_on"]) == (row["status"] not in ("active", "suspended"))
        if row["closed_on"]:
            assert row["established_on"] <= row["closed_on"] < str(as_of)
            last = date.fromisoformat(row["closed_on"]) + timedelta(days=60)
            assert row["inspected_on"] <= str(last)
    for row in visited:
        first = date.fromisoformat(row["established_on"]) + timedelta(days=30)
        assert str(first) <= row["inspected_on"] <= str(as_of - timedelta(days=5))
    for row in rows:
        assert (row["visits_this_year"] > 0) == row["inspected_on"].startswith(year)
        assert 0 <= row["visits_this_year"] <= 4
        if row["kind"] == "cooperative":
            assert row["established_on"] >= "2007-07-01"
    assert any(row["visits_this_year"] for row in rows) == (as_of.month > 1)


def test_every_value_is_a_code_of_the_field(clean: list[dict[str, Any]]) -> None:
    known = {column: {"", *terms.codes(column)} for column in ("tier", "kind", "status")}
    for row in clean:
        assert all(row[column] in codes for column, codes in known.items())
        assert is_industry(row["industry"]) and row["kind"] and row["status"]
        fields = row["fields"].split(",") if row["fields"] else []
        assert fields == sorted(set(fields)) and set(fields) <= set(terms.codes("fields"))
    assert all(map(is_listed, DIVISIONS))


def test_no_name_is_a_well_known_firms(clean: list[dict[str, Any]]) -> None:
    assert words.is_denied("通辽市华为贸易有限公司") and not words.is_denied(
        "通辽市甲乙贸易有限公司"
    )
    assert not [row["name"] for row in clean if words.is_denied(row["name"])]
    texts = {row[name] for row in clean for name in ("name", "address", "representative")}
    assert not [text for text in texts if re.search(r'[\s",|;=<>\[\]]', text)]
    province = Population(30_000, seed=8, profile="province").table(("name",))
    assert not [name for name in province.column("name").to_pylist() if words.is_denied(name)]
    assert min(len(row["name"]) for row in clean) >= 6


def test_every_line_has_words_for_its_kinds() -> None:
    trades = words.document("trades")
    profile = Population(1).profile
    assert {line.id for line in profile.lines} == set(trades)
    for line in profile.lines:
        for kind, weight in zip(KINDS, line.kinds, strict=True):
            assert (weight > 0) == bool(trades[line.id].get(kind)), (line.id, kind)


# Shaped as the profile says.


def fits(found: Any, weights: Any) -> float:
    """The chance of counts as far from the weights as these, by chi-square."""
    counts = np.bincount(found, minlength=len(weights))
    share = np.array(weights) / sum(weights)
    assert not counts[share == 0].any()
    kept = share > 0
    if kept.sum() < 2:
        return 1.0
    return float(chisquare(counts[kept], share[kept] * counts.sum()).pvalue)


def test_a_wrong_weight_would_be_found(large: Population, drawn: Any) -> None:
    weights = list(large.profile.division_weights)
    weights[0], weights[1] = weights[0] + 10, weights[1] - 10
    assert fits(drawn.division, weights) < SURE


def test_divisions_lines_and_kinds(large: Population, drawn: Any) -> None:
    profile = large.profile
    assert fits(drawn.division, profile.division_weights) > SURE
    assert fits(drawn.line, [line.weight for line in profile.lines]) > SURE
    for index, line in enumerate(profile.lines):
        assert fits(drawn.kind[drawn.line == index], line.kinds) > SURE, line.id
        for bit, share in enumerate(line.fields):
            held = drawn.fields[drawn.line == index] >> bit & 1
            assert fits(held, [100 - share, share]) > SURE, (line.id, FIELDS[bit])


def ages(large: Population, drawn: Any) -> Any:
    newest = (large.as_of - timedelta(days=large.profile.newest_days) - date(1970, 1, 1)).days
    return newest - drawn.established


def test_ages_by_kind(large: Population, drawn: Any) -> None:
    profile = large.profile
    age = ages(large, drawn)
    edges = [years * 1461 // 4 for years in profile.age_years]
    for index, kind in enumerate(KINDS):
        mine = age[drawn.kind == index]
        bands = np.searchsorted(edges, mine, side="right") - 1
        assert fits(bands, profile.age_weights[index]) > SURE, kind
    # Within a band days are even.
    first = age[age < edges[1]]
    assert fits(first, [1] * edges[1]) > SURE


def test_tier_and_status_by_age_and_risk(large: Population, drawn: Any) -> None:
    profile = large.profile
    closures = profile.closures
    dead = drawn.closed >= 0
    age = np.searchsorted([y * 1461 // 4 for y in profile.age_classes], ages(large, drawn), "right")
    risk = np.array([line.risk for line in profile.lines])[drawn.line]
    for index, name in enumerate(AGES):
        assert fits(drawn.status[dead & (age == index)] - 2, closures.ended[index]) > SURE, name
        alive = drawn.status[~dead & (age == index)]
        share = closures.suspended[index]
        assert fits(alive, [1000 - share, share]) > SURE, name
        for level in range(3):
            mine = drawn.tier[(age == index) & (risk == level)]
            assert fits(mine, profile.tier_weights[level * 3 + index]) > SURE, (name, level)


def test_visits_by_tier(large: Population, drawn: Any) -> None:
    """Among the old ones, where no visit falls before the establishment."""
    profile = large.profile
    visits = profile.visits
    old = ages(large, drawn) > visits.days[-1] + visits.gap_days[-1] + visits.grace_days + 800
    newest = large.entities.visiting.newest(large.entities.as_of, drawn.closed)
    visited, twice = drawn.visited[0] >= 0, drawn.visited[1] >= 0
    for index, name in enumerate(TIERS):
        mine = old & (drawn.tier == index)
        share = visits.visited[index]
        assert fits(visited[mine].astype(int), [1000 - share, share]) > SURE, name
        lags = (newest - drawn.visited[0])[mine & visited]
        bands = np.searchsorted(visits.days, lags, side="right") - 1
        assert fits(bands, visits.lags[index]) > SURE, name
        share = visits.again[index]
        assert fits(twice[mine & visited].astype(int), [1000 - share, share]) > SURE, name
        gaps = (drawn.visited[0] - drawn.visited[1])[mine & twice]
        bands = np.searchsorted(visits.gap_days, gaps, side="right") - 1
        assert fits(bands, visits.gaps[index]) > SURE, name


# Dirt.


def test_the_ledger_matches_the_file(ledger: list[dict[str, str]]) -> None:
    """Every entry is in the file where it says, and nothing else differs from the clean rows."""
    rows: list[dict[str, str]] = []
    starts: list[int] = []
    with (TONGLIAO / "entities.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        assert next(reader) == list(REGISTER)
        line = reader.line_num
        for cells in reader:
            starts.append(line + 1)
            rows.append(dict(zip(REGISTER, cells, strict=True)))
            line = reader.line_num
    parameters = json.loads((TONGLIAO / "MANIFEST.json").read_text())["parameters"]
    clean = Population(parameters["entities"], parameters["seed"]).table(REGISTER).to_pylist()
    noted = {int(entry["row"]): entry for entry in ledger}
    assert len(noted) == len(ledger)
    differing = set()
    for number, (row, was) in enumerate(zip(rows, clean, strict=True), 1):
        was["visits_this_year"] = str(was["visits_this_year"])
        was["fields"] = was["fields"].replace(",", ";")
        changed = {name for name in REGISTER if row[name] != was[name]}
        if not changed:
            continue
        differing.add(number)
        entry = noted[number]
        assert entry["before"] == was[entry["column"]] and entry["after"] == row[entry["column"]]
        assert int(entry["line"]) == starts[number - 1]
        assert entry["entity_id"] == was["entity_id"]
        if entry["kind"] in COPIES:
            above = next(i for i, r in enumerate(rows) if r["entity_id"] == row["entity_id"])
            assert above < number - 1
            drifted = {name for name in REGISTER if row[name] != rows[above][name]}
            assert drifted == COPIES[entry["kind"]]
        else:
            assert changed == {entry["column"]}
    assert differing == set(noted)
    assert len({entry["kind"] for entry in ledger}) > 30
    assert 0.006 < len(ledger) / len(rows) < 0.014


def test_an_import_sets_aside_what_the_ledger_says(
    ledger: list[dict[str, str]], tmp_path: Path
) -> None:
    reasons = {kind.name: kind.reason for kind in DIRT}
    heavy = tmp_path / "heavy"
    write_folder(Population(6_000, seed=21, dirt="heavy"), heavy)
    for folder, entries in ((TONGLIAO, ledger), (heavy, records(heavy / "dirt.csv"))):
        read = read_entities([folder / "entities.csv"])
        found = {(row["line"], row["reason"]) for row in read.set_aside.to_pylist()}
        assert found == {
            (int(entry["line"]), reasons[entry["kind"]])
            for entry in entries
            if entry["effect"] == "set-aside"
        }
        mended = sum(entry["effect"] in ("mended", "tidied") for entry in entries)
        assert sum(read.repaired.values()) == mended > 0
        assert len(read.accepted) + len(found) == read.rows


def test_dirt_is_as_heavy_as_asked() -> None:
    population = Population(40_000, seed=9, dirt="heavy")
    counts = Counter(change.kind for change in population.changes())
    assert {kind.name for kind in DIRT} - set(counts) <= {"rounded-unseen"}
    for kind in DIRT:
        if kind.befalls == "any" and kind.only is None:
            expected = kind.rate * 16 * population.size / 1_000_000
            assert abs(counts[kind.name] - expected) < 5 * expected**0.5 + 1, kind.name
    assert max(len(c.after) for c in population.changes() if c.kind == "hostile-long") == 10_000
    assert not list(Population(2_000, seed=9).changes())


def test_a_row_is_a_duplicate_only_of_an_undamaged_one_above() -> None:
    """Also at the very beginning, where there may be none."""
    duplicates = 0
    for seed in range(40):
        population = Population(12, seed, dirt="heavy")
        ids = population.table().column("entity_id").to_pylist()
        changes = list(population.changes())
        damaged = {change.row - 1 for change in changes}
        for change in changes:
            assert change.before != change.after
            assert change.after == ids[change.row - 1] or change.column != "entity_id"
            if change.kind in COPIES:
                duplicates += 1
                assert set(range(change.row - 1)) - damaged
                assert ids.index(change.after) not in damaged
    assert duplicates > 3


# The small registers.


def test_every_division_can_be_staffed() -> None:
    inspectors = read_inspectors([TONGLIAO / "inspectors.csv"])
    assert len(inspectors.accepted) == 120 and not len(inspectors.set_aside)
    roster = inspectors.accepted
    last, window = "2027-03-31", ("2027-01-11", "2027-03-31")
    asked = {i["qualification"] for i in read_items([TONGLIAO / "items.csv"]).accepted} - {""}
    assert asked == {"food", "drug", "special"}
    for division in DIVISIONS:
        able = [
            one
            for one in roster
            if one["regions"] == [division]
            and one["certificate_until"] >= last
            and not any(a <= window[0] and window[1] <= b for a, b in one["absent"])
        ]
        assert len(able) >= 5
        for qualification in asked:
            assert sum(qualification in one["qualifications"] for one in able) >= 2
    ends = [one["certificate_until"] for one in roster]
    assert ends.count("") >= 5
    assert sum(window[0] <= end < window[1] for end in ends) >= 3
    assert any("" < end < "2027-01-04" for end in ends)
    assert sum(bool(one["absent"]) for one in roster) >= 10
    assert sum(bool(one["recused"]) for one in roster) >= 8
    assert len({one["inspector_id"] for one in roster}) == 120


def test_leads_and_recusals_name_entities_that_are_there() -> None:
    accepted = read_entities([TONGLIAO / "entities.csv"]).accepted.to_pylist()
    entities = {entity["entity_id"]: entity for entity in accepted}
    leads = read_leads([TONGLIAO / "leads.csv"]).accepted
    assert len(leads) == 60 == len({lead["entity_id"] for lead in leads})
    assert {lead["trigger"] for lead in leads} == set(terms.codes("trigger"))
    for lead in leads:
        entity = entities[lead["entity_id"]]
        assert entity["status"] == "active"
        assert entity["established_on"] < lead["opened_on"] < "2027-01-04"
        assert not lead["closed_on"] or lead["opened_on"] <= lead["closed_on"] < "2027-01-04"
        assert not lead["reminded_on"] or lead["opened_on"] <= lead["reminded_on"] < "2027-01-04"
        assert not (lead["reminded_on"] and lead["closed_on"])
    assert 40 <= sum(not lead["closed_on"] for lead in leads) < 60
    assert 4 <= sum(bool(lead["reminded_on"]) for lead in leads) < 20
    for one in read_inspectors([TONGLIAO / "inspectors.csv"]).accepted:
        assert all(entities[i]["region"] == one["regions"][0] for i in one["recused"])


@pytest.mark.parametrize(("size", "division"), [(1, "1505"), (50, "150581"), (50_000, "1505")])
def test_populations_of_any_size_have_their_registers(
    size: int, division: str, tmp_path: Path
) -> None:
    population = Population(size, seed=1, division=division)
    inspectors = population.inspectors()
    counties = Counter(one["regions"] for one in inspectors)
    assert all(counties[code] >= 6 for code in population.divisions[0])
    assert len(inspectors) == max(6 * len(population.divisions[0]), size * 6 // 1000)
    assert len(population.leads()) <= max(size * 3 // 1000, 1)


def test_the_plan_is_one() -> None:
    plan = read_plan((TONGLIAO / "plan.toml").read_text(encoding="utf-8"))
    assert plan.id == "2027q1" and plan.as_of == AS_OF
    assert plan.window == (date(2027, 1, 11), date(2027, 3, 31))
    assert plan.strata == ("tier", "region", "key")
    known = {item["item_id"] for item in records(TONGLIAO / "items.csv")}
    assert set(plan.items) == {"REG-01", "PUB-01"} <= known and len(known) == 12


# Refused.


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"entities": 0}, "bad-size"),
        ({"entities": 10**9}, "bad-size"),
        ({"division": "1101"}, "no-division"),
        ({"division": "15"}, "no-division"),
        ({"division": "150582"}, "no-division"),
        ({"profile": "../tongliao"}, "no-profile"),
        ({"as_of": date(1999, 1, 1)}, "bad-day"),
        ({"dirt": "filthy"}, "no-dirt"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(PlannerError) as caught:
        Population(**{"entities": 10, **arguments})
    assert [problem.code for problem in caught.value.problems] == ["synth." + code]
    assert "{" not in str(caught.value)
    assert set(catalogue("synth")[code]) == {"zh", "en"}


def test_a_real_register_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "entities.csv").write_text("real")
    assert main([str(tmp_path)]) == 2
    assert (tmp_path / "entities.csv").read_text() == "real"
    shown = capsys.readouterr()
    assert not shown.out and str(tmp_path) in shown.err
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "file")]) == 2
    small = Population(10)
    write_folder(small, tmp_path / "new", "parquet")
    write_folder(small, tmp_path / "new", "parquet")  # an earlier population may go
    with pytest.raises(PlannerError):
        write_folder(small, tmp_path, "parquet")
