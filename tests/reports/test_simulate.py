"""Simulation: the same years as a plain replay tells, the same everywhere, and nothing changed."""

from __future__ import annotations

import calendar
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from helpers.cli import language_kept, on_terminal, yaohao
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from yaohao.planner.draw.lottery.plan_lottery import lottery_of
from yaohao.planner.draw.simulation_figures import (
    Visits,
    coverage_figures,
    members_of,
    played,
    years_after,
)
from yaohao.planner.frame.cells import Cell
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]

# The first begins on a leap day, and its late visits are recent when the next window opens; the
# second crosses the end of a year, so that its visits of January count against the next cap.
LEAP = ("2028-02-29", "2028-02-29", "2028-12-20", "visits_per_year = 1\ndays_between = 100")
WINTER = ("2027-12-15", "2027-12-20", "2028-02-20", "visits_per_year = 1\ndays_between = 0")
FULL = ("2027-01-04", "2027-01-11", "2027-03-31", "visits_per_year = 0\ndays_between = 0")


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        yield


def plan_text(
    days: tuple[str, str, str, str] = LEAP,
    rates: str = 'A = "10%", B = "35%", C = { count = 7 }',
    tolerance: int = 3,
) -> str:
    as_of, first, last, limits = days
    return f"""
id = "sim"
title = "Years of \\u001b[31minspections <b>"
authority = "Food office"
as_of = {as_of}
window = [{first}, {last}]
strata = ["tier", "region"]
[scope]
kind = ["enterprise"]
[rates]
tier = {{ {rates} }}
unknown_tier = "B"
[tolerance]
years = {tolerance}
leave_out = "100%"
[low_risk]
tiers = []
[key_fields]
codes = ["food", "drug"]
[limits]
{limits}
"""


def rows_of(size: int = 120, year: int = 2027) -> list[Row]:
    """Entities of every sort: unknown tier, age or inspection, and counts without a day."""
    return [
        {
            "entity_id": f"{'xE.'[n % 3]}{n:03d}",
            "name": f"Cafe {n}",
            "tier": ("A", "B", "C", "", "A")[n % 5],
            "region": ("North", "South")[n % 3 == 0],
            "kind": "individual" if n % 17 == 4 else "enterprise",
            "established_on": "" if n % 13 == 6 else f"{year - 1 - n % 9}-0{1 + n % 9}-1{n % 10}",
            "inspected_on": f"{year - n % 2}-{10 + n % 3}-0{1 + n % 9}" if n % 4 == 1 else "",
            "fields": ("", "food", "drug,food", "special")[n % 4],
            "visits_this_year": str(n % 3) if n % 4 == 1 or n % 11 == 0 else "0",
        }
        for n in range(size)
    ]


def leads_of() -> list[Row]:
    names = ("lead_id", "entity_id", "trigger", "opened_on", "closed_on")
    return [
        dict(zip(names, ("1", "x000", "complaint", "2027-01-02", ""), strict=True)),
        dict(zip(names, ("2", "E001", "transfer", "2026-01-02", "2026-01-03"), strict=True)),
        dict(zip(names, ("3", ".005", "complaint", "2026-11-02", ""), strict=True)),
    ]


def inspectors_of(capacity: str = "") -> list[Row]:
    return [
        {
            "inspector_id": f"i{n}",
            "name": f"Inspector {n}",
            "department": "d",
            "certificate_until": "2099-01-01",
            "capacity": capacity,
        }
        for n in range(5)
    ]


def put(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def bureau_of(folder: Path, rows: Sequence[Row], capacity: str = "") -> Workspace:
    workspace = Workspace.create(folder / "bureau", "free")
    told = workspace.import_files("entities", [put(folder / "e.csv", rows)])
    assert told["accepted"] == len(rows)
    workspace.import_files("inspectors", [put(folder / "i.csv", inspectors_of(capacity))])
    workspace.import_files("leads", [put(folder / "l.csv", leads_of())])
    return workspace


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return bureau_of(tmp_path_factory.mktemp("sim"), rows_of())


# A replay in plain Python: dictionaries and dates, day by day where that is the plainest.


def later(day: date, years: int) -> date:
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Replay:
    """All years of a plan, entity by entity; tolerance, limits and leads as the plan file says."""

    def __init__(self, plan: Plan, rows: Sequence[Row], years: int, seed: int) -> None:
        self.plan, self.years = plan, years
        self.rows = {row["entity_id"]: row for row in rows if row["kind"] == "enterprise"}
        self.last = {e: row["inspected_on"] for e, row in self.rows.items()}
        self.count = {e: int(row["visits_this_year"]) for e, row in self.rows.items()}
        self.visits: dict[str, list[date]] = {e: [] for e in self.rows}
        self.closes: list[date] = []
        self.by_year: list[Row] = []
        for number in range(1, years + 1):
            moved = [later(day, number - 1) for day in (plan.as_of, *plan.window)]
            self.closes.append(moved[2])
            self.year(number, seed, *moved)

    def tier(self, entity: str) -> str:
        return self.rows[entity]["tier"] or "B"

    def new(self, entity: str, as_of: date) -> bool:
        return str(self.rows[entity]["established_on"]) > later(as_of, -3).isoformat()

    def key(self, entity: str) -> bool:
        return bool({"food", "drug"} & set(self.rows[entity]["fields"].split(",")))

    def standing(self, entity: str, as_of: date, opens: date, number: int) -> str:
        last, count, limits = self.last[entity], self.count[entity], self.plan.limits
        if number == 1 and entity in ("x000", ".005"):
            return "directed"
        this_year = count if not last and number == 1 else 0
        if last[:4] == str(as_of.year):
            this_year = max(count, 1)
        elif last[:4] > str(as_of.year):
            this_year = count
        if limits.visits_per_year and this_year >= limits.visits_per_year:
            return "visit-cap"
        recent = (opens - timedelta(days=limits.days_between)).isoformat()
        if limits.days_between and last > recent:
            return "recent-visit"
        return "tolerance" if self.new(entity, as_of) and not self.key(entity) else "pool"

    def year(self, number: int, seed: int, as_of: date, opens: date, closes: date) -> None:
        stood = {e: self.standing(e, as_of, opens, number) for e in self.rows}
        key = sha(f"yaohao/1|simulation|{seed}|{number}")[:32]
        cells: dict[str, list[str]] = {}
        for entity in self.rows:
            if stood[entity] == "pool":
                name = f"{self.tier(entity)}/{self.rows[entity]['region']}"
                cells.setdefault(name, []).append(sha(f"{key}|{entity}") + entity)
        of_c = sum(len(cells[name]) for name in cells if name[0] == "C")
        rate = {"A": 100_000, "B": 350_000}
        expected = {
            name: rate[name[0]] * len(who) if name[0] in rate else 7_000_000 * len(who) // of_c
            for name, who in cells.items()
        }
        if of_c:  # two cells at most: the remainder goes to the larger fraction, then the earlier
            ours = sorted(name for name in cells if name[0] == "C")
            ours.sort(key=lambda name: -(7_000_000 * len(cells[name]) % of_c))
            expected[ours[0]] += 7_000_000 - sum(expected[name] for name in ours)
        told = [Cell(n, len(cells[n]), expected[n]) for n in sorted(cells)]
        plan = replace(self.plan, as_of=as_of, window=(opens, closes))
        outcomes = lottery_of(plan, told)["outcomes"]
        u, reached, counts = int(sha(f"{key}|allocation"), 16), 0, []
        for outcome in outcomes:
            reached += outcome["weight"]
            if reached * 2**256 > u * 10**6:
                counts = outcome["counts"]
                break
        drawn = [
            t[64:] for c, n in zip(told, counts, strict=True) for t in sorted(cells[c.name])[:n]
        ]
        directed = [e for e in self.rows if stood[e] == "directed"]
        for entity in drawn + directed:
            ticket = sha(f"{key}|{entity}")
            days = (closes - opens).days + 1
            day = opens + timedelta(days=int(ticket[56:], 16) * days // 2**32)
            self.enter(entity, day, as_of, number, counted=entity in drawn)
        out: dict[str, int] = {}
        for reason in stood.values():
            if reason not in ("pool", "directed"):
                out[reason] = out.get(reason, 0) + 1
        self.by_year.append(
            {
                "as_of": as_of.isoformat(),
                "pool": sum(map(len, cells.values())),
                "directed": len(directed),
                "out": out,
                "drawn": len(drawn),
                "visits": len(drawn) + len(directed),
            }
        )

    def enter(self, entity: str, day: date, as_of: date, number: int, *, counted: bool) -> None:
        last = self.last[entity]
        self.visits[entity].append(day)
        if last[:4] == str(day.year):
            self.count[entity] = max(self.count[entity], 1) + counted
        elif last > day.isoformat():
            pass
        elif not last and number == 1 and day.year == as_of.year:
            self.count[entity] += counted
        else:
            self.count[entity] = int(counted)
        self.last[entity] = max(last, day.isoformat())

    def since(self, entity: str) -> date:
        row = self.rows[entity]
        known = row["inspected_on"] or row["established_on"]
        return date.fromisoformat(known) if known else self.plan.as_of

    def gap(self, entity: str) -> int:
        days = [self.since(entity), *self.visits[entity], self.closes[-1]]
        gaps, last = [0], days[0]
        for day in days[1:]:
            gaps.append((day - last).days)
            last = max(last, day)
        return max(gaps)

    def figures(self, who: Sequence[str]) -> Row:
        times = [len(self.visits[e]) for e in who]
        gaps = sorted(self.gap(e) for e in who)
        counts = [times.count(0), times.count(1), times.count(2), sum(n > 2 for n in times)]
        names = ("never", "once", "twice", "more")
        return {
            "entities": len(who),
            "visits": sum(times),
            "visits_a_year": sum(times) * 10**6 // (len(who) * self.years),
            "visited": dict(zip(names, counts, strict=True)),
            "shares": {n: c * 10**6 // len(who) for n, c in zip(names, counts, strict=True)},
            "longest_gap": gaps[-1],
            "median_gap": gaps[(len(gaps) - 1) // 2],
        }

    def groups(self) -> dict[str, dict[str, Row]]:
        ids, start = list(self.rows), self.plan.as_of
        sorts = {
            "all": dict.fromkeys(ids, ""),
            "tier": {e: self.tier(e) for e in ids},
            "age": {e: "new" if self.new(e, start) else "old" for e in ids},
            "key": {e: "key" if self.key(e) else "other" for e in ids},
        }
        return {
            stratum: {
                code: self.figures([e for e in ids if codes[e] == code])
                for code in sorted(set(codes.values()))
            }
            for stratum, codes in sorts.items()
        }

    def coverage(self) -> Row:
        """Food, two years: every day of the span is asked of every entity."""
        food = [e for e in self.rows if "food" in self.rows[e]["fields"].split(",")]
        start, end = self.plan.as_of, self.closes[-1]
        at_start: set[str] = set()
        fell: set[str] = set()
        for entity in food:
            since = self.since(entity)
            for n in range((end - start).days + 1):
                day = start + timedelta(days=n)
                due = later(max([since, *(v for v in self.visits[entity] if v < day)]), 2)
                if day > due:
                    (fell if due >= start else at_start).add(entity)
        at_close = [
            sum(
                close > later(max([self.since(e), *(v for v in self.visits[e] if v <= close)]), 2)
                for e in food
            )
            for close in self.closes
        ]
        return {
            "where": {"fields": "food"},
            "within_years": 2,
            "source": "law",
            "entities": len(food),
            "late_at_start": len(at_start),
            "fell_late": len(fell),
            "late": len(at_start | fell),
            "late_at_close": at_close,
        }


@pytest.mark.parametrize(("days", "seed"), [(LEAP, 1), (WINTER, 20), (FULL, -3)])
def test_a_plain_replay_tells_the_same(
    tmp_path: Path, workspace: Workspace, days: tuple[str, str, str, str], seed: int
) -> None:
    text = plan_text(days)
    told = workspace.simulate(written(tmp_path, text), 4, seed)
    replay = Replay(read_plan(text, "plan.toml"), rows_of(), 4, seed)
    for found, expected in zip(told["by_year"], replay.by_year, strict=True):
        assert found | expected == found
        assert found["seats"] == 2 * found["visits"]
        assert found["load"] == found["seats"] * 10**6 // 5
    groups = {
        stratum: {
            row["code"]: {name: value for name, value in row.items() if name != "code"}
            for row in rows
        }
        for stratum, rows in told["groups"].items()
    }
    assert groups == replay.groups()
    assert told["coverage"] == [replay.coverage()]
    assert told["undated"] == sum(
        not row["inspected_on"] and not row["established_on"] for row in replay.rows.values()
    )
    assert told["span"] == [days[0], replay.closes[-1].isoformat()]
    if days is not FULL:  # the rules that the years bring about have come about
        rule = "recent-visit" if days is LEAP else "visit-cap"
        assert any(row["out"].get(rule, 0) > 0 for row in told["by_year"][1:])


def test_leap_days_are_mended(tmp_path: Path, workspace: Workspace) -> None:
    told = workspace.simulate(written(tmp_path, plan_text(LEAP)), 5, 3)
    days = [row["as_of"] for row in told["by_year"]]
    assert days == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
    assert [row["window"][0] for row in told["by_year"]] == days


def test_with_all_rates_whole_everybody_is_visited_each_year(
    tmp_path: Path, workspace: Workspace
) -> None:
    rates = 'A = "100%", B = "100%", C = "100%"'
    told = workspace.simulate(written(tmp_path, plan_text(FULL, rates, tolerance=0)), 4, 1)
    [everybody] = told["groups"]["all"]
    assert everybody["visits"] == 4 * told["entities"] > 400
    assert everybody["visits_a_year"] == 1_000_000
    assert everybody["visited"] == {"never": 0, "once": 0, "twice": 0, "more": told["entities"]}
    assert [row["visits"] for row in told["by_year"]] == [told["entities"]] * 4
    [food] = told["coverage"]
    assert food["late_at_close"] == [0] * 4
    assert 0 < food["late_at_start"] <= food["late"] < food["entities"]


def test_limits_hold_over_the_years(tmp_path: Path) -> None:
    """At most every other year where visits must lie further apart than two windows can."""
    days = (*FULL[:3], "visits_per_year = 0\ndays_between = 500")
    rows = [{**row, "inspected_on": "", "kind": "enterprise"} for row in rows_of()]
    workspace = bureau_of(tmp_path, rows)
    rates = 'A = "50%", B = "50%", C = "50%"'
    told = workspace.simulate(written(tmp_path, plan_text(days, rates, tolerance=0)), 5, 2)
    years = told["by_year"]
    assert [row["out"].get("recent-visit", 0) for row in years[1:]] == [
        row["visits"] for row in years[:-1]
    ]
    assert told["groups"]["all"][0]["visited"]["more"] > 0
    again = workspace.simulate(written(tmp_path, plan_text(FULL, rates, tolerance=0)), 5, 2)
    assert again["groups"]["all"][0]["visits"] > told["groups"]["all"][0]["visits"]


def test_visits_are_spread_over_the_window(tmp_path: Path, workspace: Workspace) -> None:
    """Drawn tickets are low ones; the day must not follow from what makes them low."""
    from yaohao.planner.reports.simulation import visit_days

    tickets = sorted(sha(f"k|{n}") for n in range(40_000))[:800]
    days = visit_days(tickets, (date(2027, 1, 11), date(2027, 1, 20)))
    counts = np.unique(days, return_counts=True)[1]
    assert len(counts) == 10
    assert counts.min() > 50
    assert str(days.min()) == "2027-01-11"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_years_everywhere(
    tmp_path: Path, workspace: Workspace
) -> None:
    plan = written(tmp_path, plan_text())
    words = ["--workspace", str(workspace.folder), "simulate", str(plan), "--years", "2", "--json"]
    printed = []
    for hashed in ("0", "4242"):
        run = subprocess.run(
            [sys.executable, "-m", "yaohao", *words, "--seed", "5"],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hashed, "YAOHAO_LANG": "en"},
        )
        printed.append(run.stdout)
    assert printed[0] == printed[1]
    told = workspace.simulate(plan, 3, 5)
    assert json.loads(printed[0])["by_year"] == told["by_year"][:2]
    assert workspace.simulate(plan, 1, 6)["groups"] != workspace.simulate(plan, 1, 5)["groups"]


def test_nothing_in_the_workspace_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = bureau_of(tmp_path, rows_of())
    plan = written(tmp_path, plan_text())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def state() -> dict[str, bytes]:
        files = (path for path in sorted(workspace.folder.rglob("*")) if path.is_file())
        return {str(path): path.read_bytes() for path in files}

    before, ledger = state(), workspace.ledger()
    steps: list[tuple[int, int | None]] = []
    workspace.simulate(plan, 3, 1, lambda done, total: steps.append((done, total)))
    assert state() == before
    assert workspace.ledger() == ledger
    assert workspace.draws() == []
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert list(scratch.iterdir()) == []


def test_a_year_that_cannot_be_carried_out_is_told(tmp_path: Path, workspace: Workspace) -> None:
    rates = 'A = "100%", B = "100%", C = "100%"'
    days = (*FULL[:3], "visits_per_year = 0\ndays_between = 500")
    plan = written(tmp_path, plan_text(days, rates, tolerance=0))
    with pytest.raises(PlannerError) as stopped:
        workspace.simulate(plan, 5, 1)
    first, second = stopped.value.problems
    assert (first.code, second.code) == ("simulate.stopped", "frame.empty-pool")
    assert first.params == {"number": 2, "as_of": "2028-01-04"}
    for lang in ("en", "zh"):
        words = ("--workspace", workspace.folder, "simulate", plan, "--years", 5)
        result = yaohao(*words, lang=lang)
        assert result.exit_code == 2
        assert "2028-01-04" in result.stderr
        assert "Traceback" not in result.output


def test_a_tier_without_a_rate_stops_the_year_in_which_it_grows_old(tmp_path: Path) -> None:
    rows = [
        {
            **row,
            "kind": "enterprise",
            "tier": row["tier"] or "A",
            "established_on": "2025-06-01" if row["tier"] == "C" else "2010-01-01",
            "fields": "",
        }
        for row in rows_of()
    ]
    workspace = bureau_of(tmp_path, rows)
    plan = written(tmp_path, plan_text(FULL, 'A = "10%", B = "35%"'))
    assert len(workspace.simulate(plan, 2, 1)["by_year"]) == 2
    with pytest.raises(PlannerError) as stopped:
        workspace.simulate(plan, 9, 1)
    assert [problem.code for problem in stopped.value.problems] == [
        "simulate.stopped",
        "frame.no-rate",
    ]
    assert stopped.value.problems[0].params["number"] == 3


@pytest.mark.parametrize("years", [0, -1, 101])
def test_years_out_of_range_are_refused(tmp_path: Path, workspace: Workspace, years: int) -> None:
    with pytest.raises(PlannerError) as refused:
        workspace.simulate(written(tmp_path, plan_text()), years, 1)
    assert refused.value.problems[0].code == "simulate.years"


def test_years_beyond_the_calendar_are_refused(tmp_path: Path, workspace: Workspace) -> None:
    days = ("9998-01-04", "9998-01-11", "9998-03-31", FULL[3])
    with pytest.raises(PlannerError) as refused:
        workspace.simulate(written(tmp_path, plan_text(days)), 3, 1)
    assert refused.value.problems[0].code == "simulate.years"


def test_tables_fit_the_screen_in_both_languages(tmp_path: Path) -> None:
    workspace = bureau_of(tmp_path, rows_of(), capacity="3")
    plan = written(tmp_path, plan_text(rates='A = "10%", B = "50%", C = "100%"'))
    words = ("--workspace", workspace.folder, "simulate", plan, "--years", 2)
    told = json.loads(yaohao(*words, "--json").stdout)
    assert told["crews"]["capacity"] == 15
    assert told["seed"] == 1
    for lang, notice, full in (
        ("en", "not a draw", "More positions than"),
        ("zh", "是模拟", "派员人次超出"),
    ):
        with on_terminal():
            result = yaohao(*words, lang=lang)
        assert result.exit_code == 0, result.output
        lines = result.stdout.splitlines()
        # Bars are of characters that take two columns in some Chinese terminals.
        assert max(cell_len(line) + line.count("█") for line in lines) <= 80
        assert any("█" in line for line in lines)
        assert "\x1b[31m" not in result.stdout
        assert "simulate." not in result.stdout
        assert notice in result.stdout
        assert full in result.stdout
        for row in told["by_year"]:
            assert any(line.startswith(row["as_of"][:4]) for line in lines)


def test_coverage_rules_of_a_plan_name_any_group() -> None:
    """Whom a rule takes in, by hand: four entities, one visited in the first of two years."""
    columns = {
        "tier": ["A", "B", "A", ""],
        "region": ["150502", "150581", "220101", "1505"],
        "kind": ["enterprise", "individual", "enterprise", "office"],
        "established_on": ["2020-01-01", "2026-06-01", "2020-01-01", "2026-01-05"],
        "fields": ["food", "drug,food", "", "special"],
        "effective_tier": ["A", "B", "A", "B"],
        "is_new": [False, True, False, True],
        "in_key_field": [True, True, False, False],
    }
    plan: Any = SimpleNamespace(
        as_of=date(2027, 1, 4),
        unknown_tier="B",
        tolerance=SimpleNamespace(years=3),
        key_fields=SimpleNamespace(codes=("food",)),
    )
    places = np.array([3, 0, 1, 2])
    nothing = np.array(["NaT"] * 4, dtype="datetime64[D]")
    members = members_of(plan, pa.table(columns), places, nothing)
    first = Visits(np.array([0]), np.array(["2027-02-01"], "datetime64[D]"), np.array([False]))
    none = Visits(np.array([], np.int64), np.array([], "datetime64[D]"), np.array([], np.bool_))
    years = [(first, date(2027, 3, 31)), (none, date(2028, 3, 31))]
    found = played(plan, members, years, 4, 1)
    assert found.times.tolist() == [0, 1, 0, 0]
    assert found.gaps.tolist() == [3012, 424, 3012, 816]

    def late(where: dict[str, list[str]], within: int) -> tuple[int, ...]:
        plan.coverage = (SimpleNamespace(where=where, within_years=within),)
        [told] = coverage_figures(plan, members, found)
        assert (told["where"], told["source"]) == (where, "plan")
        numbers = (told["entities"], told["late_at_start"], told["fell_late"], told["late"])
        return (*numbers, *told["late_at_close"])

    assert late({}, 2) == (4, 2, 1, 3, 2, 3)
    assert late({"fields": ["food"]}, 1) == (2, 1, 1, 2, 1, 2)
    assert late({"fields": ["special", "drug"]}, 2) == (2, 0, 1, 1, 0, 1)
    assert late({"region": ["1505"]}, 2) == (3, 1, 1, 2, 1, 2)
    assert late({"tier": ["B"]}, 2) == (2, 0, 1, 1, 0, 1)
    assert late({"tier": ["A", "B"], "age": ["old"]}, 2) == (2, 2, 0, 2, 2, 2)
    assert late({"key": ["other"], "kind": ["office"]}, 2) == (1, 0, 1, 1, 0, 1)
    plan.coverage = ()
    assert [rule["source"] for rule in coverage_figures(plan, members, found)] == ["law"]
    plan.key_fields.codes = ("drug",)
    assert coverage_figures(plan, members, found) == []


@given(
    st.dates(date(1600, 1, 1), date(2400, 12, 31)) | st.just(date(2024, 2, 29)), st.integers(1, 9)
)
@settings(max_examples=200, deadline=None)
def test_years_after_is_the_calendars(day: date, years: int) -> None:
    found = years_after(np.array([day], dtype="datetime64[D]"), years)
    assert found.tolist() == [later(day, years)]
