"""What verify.py makes anew for auditors, held against the planner: counts, tables, crews.

The two share no code. Random plans, cells and rosters go through both; what one finds wrong the
other must find wrong too.
"""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.campaign import every
from yaohao.planner.draw.crews.assignment import deal
from yaohao.planner.draw.crews.bearing import crew_bearing
from yaohao.planner.draw.crews.certificate import certificate_problems
from yaohao.planner.draw.lottery.plan_lottery import lottery_of
from yaohao.planner.draw.lottery.property_check import lottery_problems
from yaohao.planner.draw.lottery.quota_margins import quota_margins
from yaohao.planner.frame.allocation.constraints import broken
from yaohao.planner.frame.allocation.expected_counts import bounds_of, expected_counts, own_counts
from yaohao.planner.frame.cells import PoolCell, retained_share
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.plan.model import Plan
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.vocabulary.problems import PlannerError

TIERS, REGIONS = ("A", "B", "C"), ("150502", "150581", "220101")
WINDOW = ("2027-01-11", "2027-03-31")
KEY = "00112233445566778899aabbccddeeff"
Json = dict[str, Any]


def a_rate(chance: Random, bounded: bool = False) -> Any:
    share = chance.choice((1, 7_000, 33_333, 250_000, 1_000_000))
    if bounded and chance.random() < 0.5:
        least = chance.choice((None, share // 2 or 1, {"count": chance.randint(1, 5)}))
        most = chance.choice((min(2 * share, 1_000_000), {"count": chance.randint(5, 9)}))
        return {"min": least, "max": most}
    return chance.choice((share, share, {"count": chance.randint(1, 12)}))


def a_plan(chance: Random) -> Json | None:
    """A committed plan with rates and bounds of every kind; None for one that is none."""
    rates: Json = {"unknown_tier": "B", "tier": {t: a_rate(chance, True) for t in TIERS}}
    if chance.random() < 0.4:
        one = a_rate(chance, True)
        rates["region"] = {"1505": one, "other": a_rate(chance, True)}
    quota = []
    for _ in range(chance.randint(0, 2)):
        where = chance.choice(
            ({"region": ["1505"]}, {"tier": ["A", "C"]}, {"fields": ["food"]}, {})
        )
        amount = {"share": chance.choice((1_000, 400_000)), "of": chance.choice(("group", "draw"))}
        least = chance.choice((None, {"count": chance.randint(1, 4)}))
        quota.append({"where": where, "min": least, "max": None if least else amount})
    frequency = chance.choice((1, 1, 4))
    changes: Json = {
        "rates": rates,
        "quota": quota,
        "frequency": frequency,
        "batch": chance.randint(1, frequency),
        "tolerance": {"years": 3, "leave_out": chance.choice((0, 400_000, 1_000_000))},
        "low_risk": {"tiers": ["A"], "leave_out": chance.choice((0, 300_000, 1_000_000))},
        "limits": {"visits_per_year": 0, "days_between": 0,
                   "total": chance.choice((None, None, chance.randint(3, 60)))},
        "strata": ["tier", "region", "age", "key", "fields:food"],
    }  # fmt: skip
    plan = maker.plan_of("hidden", **changes)
    try:
        plan_from_document(copy.deepcopy(plan))
    except PlannerError:
        return None
    return plan


def some_cells(plan: Plan, chance: Random, most: int, sizes: tuple[int, ...]) -> list[PoolCell]:
    found = {}
    for _ in range(chance.randint(1, most)):
        codes = (
            chance.choice(TIERS), chance.choice(REGIONS), chance.choice(("new", "old")),
            chance.choice(("key", "other")), chance.choice(("food", "other")),
        )  # fmt: skip
        kept = retained_share(
            plan, codes[0], is_new=codes[2] == "new", in_key_field=codes[3] == "key"
        )
        found["/".join(codes)] = PoolCell(codes, chance.choice(sizes), kept)
    return [found[name] for name in sorted(found)]


def documents(cells: Any) -> list[Json]:
    return [{"cell": "/".join(c.codes), "size": c.size, "expected": 0} for c in cells]


def test_expected_counts_and_bounds_are_those_of_the_plan() -> None:
    compared = bounded = 0
    for number in range(600):
        chance = Random(number)
        plan = a_plan(chance)
        if plan is None:
            continue
        model = plan_from_document(copy.deepcopy(plan))
        pool = some_cells(model, chance, 9, (1, 2, 3, 50, 7_001))
        drawn = some_cells(model, chance, 4, (1, 2, 9)) if plan["batch"] > 1 else []
        told = [(list(cell.codes), cell.size) for cell in drawn]
        cells = documents(pool)
        theirs = independent.own_counts(plan, cells, told)
        try:
            own = own_counts(model, pool, drawn)
        except PlannerError:
            assert None in theirs
            continue
        assert theirs == [cell.expected for cell in own]
        ours = bounds_of(model, own, drawn)
        found = independent.bounds_of(plan, cells, told)
        kinds = {"share_of_draw": "draw"}
        assert sorted(
            (b.place, list(b.members), b.least, b.most, kinds.get(b.kind, b.kind)) for b in ours
        ) == sorted((b.place, b.members, b.least, b.most, b.kind) for b in found)
        counts = [cell.expected for cell in own]
        failing = sorted(bound.place for bound in broken(ours, counts))
        assert failing == sorted(one.place for one in independent.broken_bounds(found, counts))
        compared, bounded = compared + 1, bounded + bool(failing)
    assert compared > 300 and 50 < bounded < compared - 50


def bundle_case(plan: Json, table: Json) -> independent.Case:
    data = (independent.canonical(table) + "\n").encode()
    bundle = independent.Bundle({"lottery.json": data}, {})
    return independent.Case(bundle, record={"plan": plan})


def lottery_faults(plan: Json, table: Any) -> list[Any]:
    """What verify.py finds of a table, as far as it looks at its properties."""
    return independent.make_check(
        "lottery-properties", independent.check_lottery_properties, bundle_case(plan, table)
    ).faults


@pytest.mark.parametrize("step", every(4))
def test_tables_have_their_properties_with_both(step: int) -> None:
    """Sound tables pass; a count, weight or widening changed is found by both or by neither."""
    sound = found = 0
    for number in range(0, 300, step):
        chance = Random(number)
        plan = a_plan(chance)
        if plan is None or plan["frequency"] > 1:
            continue
        model = plan_from_document(copy.deepcopy(plan))
        pool = some_cells(model, chance, 6, (1, 3, 8, 20))
        try:
            cells = expected_counts(model, pool)
            table = lottery_of(model, cells)
        except PlannerError:
            continue
        assert lottery_faults(plan, table) == []
        sound += 1
        quotas = quota_margins(model, cells)
        for _ in range(8):
            other: Any = copy.deepcopy(table)
            rows, column = other["outcomes"], chance.randrange(len(cells))
            kind = chance.randrange(4)
            if kind == 0 and len(rows) > 1:  # the cell's mean stays what it was
                one, two = chance.sample(rows, 2)
                counts = one["counts"], two["counts"]
                if one["weight"] == two["weight"]:
                    counts[0][column], counts[1][column] = counts[1][column], counts[0][column]
                else:
                    counts[0][column] += 1
            elif kind == 1:
                chance.choice(rows)["counts"][column] += chance.choice((1, 2))
            elif kind == 2:
                other["cells"][column]["expected"] += 1
            else:
                name = chance.choice((("", ""), ("tier", "A"), ("rule", "limits.total"), ("x", "")))
                margin = {"stratum": name[0], "code": name[1]}
                by = [chance.randrange(2), chance.randrange(2)]
                other["widened"].append({"margin": margin, "by": by})
            problems = lottery_problems(other, plan["strata"], quotas)
            # Quotas of the planner are those of the right expected counts: with others, both fail.
            assert bool(problems) == bool(lottery_faults(plan, other)), (number, kind, problems)
            found += bool(problems)
    assert sound > 40 // step and found > 150 // step


def test_a_cell_without_strata_has_no_codes() -> None:
    plan = maker.plan_of("hidden", strata=["tier"], rates={"tier": {"A": 5}, "unknown_tier": "A"})
    table = {"cells": [{"cell": "A/B", "size": 4, "expected": 1_000_000}], "widened": [],
             "outcomes": [{"weight": 1_000_000, "counts": [1]}]}  # fmt: skip
    assert [one.what.word for one in lottery_faults(plan, table)] == ["cell-codes"]


# ------------------------------------------------------------------------------------------ crews


def a_round(chance: Random) -> tuple[Any, Any, Any]:
    """Visits, roster and the roster before of a small round of every kind."""
    seats = [{"department": "market", "qualification": ""}] * chance.randint(1, 3)
    if chance.random() < 0.5:
        seats.append({"department": "market", "qualification": "food"})
    if chance.random() < 0.5:
        seats += [{"department": "fire", "qualification": q} for q in ("", "alarm")]
    visits = [
        {
            "entity_id": f"v{n}",
            "standing": "pool",
            "region": chance.choice(("150502", "150581")),
            "seats": seats,
        }
        for n in range(chance.randint(1, 7))
    ]
    roster = [
        {
            "inspector_id": f"p{n:02d}",
            "department": chance.choice(("market", "market", "fire")),
            "regions": chance.choice((["1505"], ["1505"], ["150502"], [""])),
            "qualifications": chance.choice(([], ["food"], ["alarm"], ["alarm", "food"])),
            "certificate_until": chance.choice(("2027-12-31", "2027-12-31", "2027-02-01", "")),
            "capacity": chance.choice((None, None, None, 3, 0)),
            "absent": chance.choice(
                ([], [], [["2027-01-01", "2027-02-01"]], [["2027-01-01", "2027-02-01"],
                 ["2027-02-02", "2027-04-01"]], [["2027-02-01", "2027-02-03"]])
            ),
            "recused": chance.choice(([], [], ["v1"], ["v0", "v2"])),
        }
        for n in range(chance.randint(8, 16))
    ]  # fmt: skip
    before = copy.deepcopy(roster)
    for one in before:
        if chance.random() < 0.3:
            one.update(recused=[], absent=[])
    return visits, roster, before


def crew_case(
    visits: Any, roster: Any, before: Any, crews: Json, bearing: Json
) -> independent.Case:
    files = {"visits.json": visits, "roster.json": roster, "roster-before.json": before,
             "crews.json": crews}  # fmt: skip
    contents = {name: (independent.canonical(one) + "\n").encode() for name, one in files.items()}
    record: Json = {
        "draw": "d",
        "plan": {"window": list(WINDOW)},
        "crew": {"key": KEY, "bearing": bearing},
    }
    steps: Json = {"crews": {}, "commitment/crew": {}}
    return independent.Case(independent.Bundle(contents, {}), record=record, draws={"d": steps})


def crew_faults(case: independent.Case, check: Any) -> list[str]:
    return [one.what.word for one in independent.make_check("crews", check, case).faults]


@pytest.mark.parametrize("step", every(4))
def test_crews_are_judged_alike(step: int) -> None:
    dealt_rounds = spoiled = 0
    for number in range(0, 420, step):
        chance = Random(number)
        visits, roster, before = a_round(chance)
        bearing: Json = {**crew_bearing(visits, roster, before, WINDOW)}
        try:
            dealt = deal(visits, roster, WINDOW, KEY)
        except PlannerError:
            continue
        record: Json = {
            "crews": [[entity, list(crew)] for entity, crew in dealt.crews],
            "potentials": {name: list(price) for name, price in dealt.potentials.items()},
            "squares": dealt.squares,
            "cost": str(dealt.cost),
        }
        dealt_rounds += 1
        case = crew_case(visits, roster, before, record, bearing)
        assert crew_faults(case, independent.check_crew_bearing) == []
        assert crew_faults(case, independent.check_crews_optimum) == []
        for name in bearing:
            wrong = crew_case(visits, roster, before, record, {**bearing, name: bearing[name] + 1})
            assert crew_faults(wrong, independent.check_crew_bearing) == ["differs"]
        for _ in range(6):
            other = copy.deepcopy(record)
            entry = chance.choice(other["crews"])
            people = [one["inspector_id"] for one in roster]
            kind = chance.randrange(5)
            if kind < 2:
                entry[1] = sorted({*entry[1][1:], chance.choice(people)})
            elif kind == 2 and len(other["crews"]) > 1:
                second = chance.choice(other["crews"])
                entry[1], second[1] = second[1], entry[1]
            elif kind == 3:
                other["potentials"][chance.choice(people)][chance.randrange(2)] += chance.choice(
                    (-(1 << 40), -1, 1, 2, 1 << 40)
                )
            else:
                other["squares"] += chance.choice((0, 2))
            problems = certificate_problems(
                visits, roster, WINDOW, KEY, other["crews"], other["potentials"],
                squares=other["squares"], cost=int(other["cost"]),
            )  # fmt: skip
            theirs = crew_faults(
                crew_case(visits, roster, before, other, bearing), independent.check_crews_optimum
            )
            assert "broken" not in theirs
            assert bool(problems) == bool(theirs), (number, kind, problems, theirs)
            spoiled += bool(problems)
    assert dealt_rounds > 60 // step and spoiled > 150 // step


def test_too_many_pairs_are_said_not_to_have_been_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(independent, "MOST_PAIRS", 3)
    person = {"department": "market", "regions": [""], "qualifications": [], "capacity": None,
              "certificate_until": "2027-12-31", "absent": [], "recused": []}  # fmt: skip
    roster: Any = [{"inspector_id": f"p{n}", **person} for n in range(4)]
    seats = [{"department": "market", "qualification": ""}] * 2
    visits: Any = [{"entity_id": "v", "standing": "pool", "region": "1", "seats": seats}]
    dealt = deal(visits, roster, WINDOW, KEY)
    record = {"crews": [[e, list(c)] for e, c in dealt.crews], "squares": dealt.squares,
              "potentials": {n: list(p) for n, p in dealt.potentials.items()},
              "cost": str(dealt.cost)}  # fmt: skip
    case = crew_case(visits, roster, roster, record, {})
    assert crew_faults(case, independent.check_crews_optimum) == []
    assert [one.word for one in case.unmade] == ["audit-crews"]
    assert "yaohao verify" in case.unmade[0].put("en")
