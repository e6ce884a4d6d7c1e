import dataclasses
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from helpers.campaign import tried
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.plan.document import plan_document, plan_from_document
from yaohao.planner.plan.keys import (
    ARRAYS,
    ENTRY,
    INNER,
    KEYS,
)
from yaohao.planner.plan.model import (
    STRATA,
    Count,
    Coverage,
    Crew,
    Department,
    KeyFields,
    Leads,
    Limits,
    ListEntry,
    LowRisk,
    Plan,
    Publication,
    Quota,
    RateBound,
    Scope,
    Seeds,
    SeedSource,
    Share,
    Tolerance,
    TriggerBased,
    needed_strata,
)
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.percentages import ShareError, millionths, percent
from yaohao.planner.plan.rules import (
    BoundGroup,
    RatedCode,
    base_code,
    base_rate,
    bound_groups,
    cell_matches,
    group_members,
)
from yaohao.planner.plan.sample import sample_plan
from yaohao.planner.plan.seats import seats_for
from yaohao.planner.plan.toml_positions import key_lines
from yaohao.planner.vocabulary.digest import canonical, document_digest
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.public_keys import public_pem
from yaohao.planner.vocabulary.text import is_code, tidy
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.messages import catalogue, say_problem

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    lang: (ROOT / "docs" / name).read_text(encoding="utf-8")
    for lang, name in (("en", "plan.md"), ("zh", "plan.zh-CN.md"))
}
DOCS = PAGES["en"]
EXAMPLE, RULES = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)[:2]
SEAT = {"department": "", "qualification": ""}
SIGNING = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"


def problems(text: str) -> list[Problem]:
    with pytest.raises(PlannerError) as caught:
        read_plan(text, "q1.toml")
    return note(caught.value)


def note(error: PlannerError) -> list[Problem]:
    for problem in error.problems:
        for lang in ("zh", "en"):
            words = say_problem(problem, lang)
            assert problem.code not in words
            for name in re.findall(r"\{(\w+)\}", catalogue("plan")[problem.code[5:]][lang]):
                assert name in problem.params, (problem, name)
        json.dumps(problem.as_json())
    return list(error.problems)


def found(text: str) -> list[tuple[str, int, str]]:
    return [
        (p.code.removeprefix("plan."), p.params["line"], p.params["key"]) for p in problems(text)
    ]


# --- the example -----------------------------------------------------------------------------


def test_the_example_is_the_document_of_the_protocol():
    document = plan_document(read_plan(EXAMPLE), [SEAT, SEAT])
    assert document == {
        "id": "2027q1",
        "title": "2027年第一季度市场主体双随机抽查",
        "authority": "通辽市市场监督管理局",
        "as_of": "2027-01-04",
        "window": ["2027-01-11", "2027-03-31"],
        "frequency": 1,
        "batch": 1,
        "items": ["REG-01", "PUB-01"],
        "strata": ["tier", "region", "key"],
        "scope": {
            "kind": ["enterprise", "individual", "cooperative"],
            "region": ["150502", "150581"],
            "status": ["active"],
        },
        "rates": {
            "tier": {"A": 10_000, "B": 30_000, "C": 100_000, "D": 300_000},
            "unknown_tier": "B",
        },
        "tolerance": {"years": 3, "leave_out": 1_000_000},
        "low_risk": {"tiers": ["A"], "leave_out": 500_000},
        "key_fields": {"codes": ["drug", "food", "industrial", "special"]},
        "limits": {"visits_per_year": 2, "days_between": 60, "total": None},
        "coverage": [],
        "quota": [],
        "leads": {"triggers": ["complaint", "monitoring", "transfer"]},
        "trigger_based": {
            "tiers": [],
            "observation_months": 0,
            "reminder_months": 0,
            "entries": [],
        },
        "department": [],
        "crew": {"size": 2, "department": "", "seats": [SEAT, SEAT]},
        "seeds": {
            "select": [
                {
                    "kind": "other",
                    "source": "20 ten-sided dice, city hall, 2027-01-06 09:00, two witnesses",
                }
            ],
            "crew": [
                {
                    "kind": "other",
                    "source": "20 ten-sided dice, city hall, 2027-01-08 09:00, two witnesses",
                }
            ],
        },
        "publication": {"tiers": "hidden", "reserves": 0},
    }


LEAST = """\
id = "spring"
title = "Spring inspections"
authority = "Food office"
as_of = 2027-03-01
window = ["2027-03-01", 2027-05-31]
rates.tier = { A = "1%", B = "5%" }
"""


def test_defaults():
    plan = read_plan(LEAST)
    assert plan == Plan(
        id="spring",
        title="Spring inspections",
        authority="Food office",
        as_of=date(2027, 3, 1),
        window=(date(2027, 3, 1), date(2027, 5, 31)),
        frequency=1,
        batch=1,
        items=(),
        strata=("tier", "region"),
        scope=Scope((), (), ("active",)),
        base_stratum="tier",
        rates={"A": 10_000, "B": 50_000},
        rate_bounds=(),
        unknown_tier="B",
        tolerance=Tolerance(0, 0),
        low_risk=LowRisk((), 0),
        key_fields=KeyFields(("drug", "food", "industrial", "special")),
        limits=Limits(0, 0, None),
        coverage=(),
        quotas=(),
        leads=Leads(("complaint", "monitoring", "transfer")),
        trigger_based=TriggerBased((), 0, 0),
        departments=(),
        crew=Crew(2, ""),
        seeds=Seeds((), ()),
        publication=Publication("hidden", 0),
    )
    tables = read_plan(LEAST + '[tolerance]\n[low_risk]\ntiers = ["A"]\n')
    assert tables.tolerance == Tolerance(3, PPM)
    assert tables.low_risk == LowRisk(("A",), PPM)
    assert read_plan("\ufeff" + LEAST.replace("\n", "\r\n")) == plan


@pytest.mark.parametrize(
    ("more", "strata"),
    [
        ('[tolerance]\nleave_out = "80%"', ("tier", "region", "age", "key")),
        ('[tolerance]\nleave_out = "80%"\nyears = 0', ("tier", "region")),
        ('[tolerance]\nleave_out = "0%"', ("tier", "region")),
        ('[low_risk]\ntiers = ["A"]\nleave_out = 0.5', ("tier", "region", "key")),
        ('[low_risk]\ntiers = []\nleave_out = "50%"', ("tier", "region")),
        ('[low_risk]\ntiers = ["A"]\nleave_out = 0', ("tier", "region")),
    ],
)
def test_strata_that_chances_need_are_added(more, strata):
    assert read_plan(LEAST + more).strata == strata


def test_strata_written_keep_their_order():
    text = LEAST.replace("rates.", 'strata = ["key", "industry", "age"]\nrates.')
    partial = text + '[tolerance]\nleave_out = "80%"\n'
    assert read_plan(partial).strata == ("tier", "key", "industry", "age")
    assert read_plan(LEAST.replace("rates.", "strata = []\nrates.")).strata == ("tier",)


RULES_DOCUMENT = {
    "strata": ["tier", "region", "age", "key", "fields:drug", "fields:special", "industry"],
    "rates": {
        "tier": {
            "A": 10_000,
            "B": 30_000,
            "C": {"min": 100_000, "max": None},
            "D": {"min": 300_000, "max": 600_000},
        },
        "region": {
            "150502": {"min": {"count": 40}, "max": None},
            "other": {"min": None, "max": 50_000},
        },
        "unknown_tier": "B",
    },
    "limits": {"visits_per_year": 2, "days_between": 60, "total": 600},
    "coverage": [{"where": {"fields": ["food"], "tier": ["C", "D"]}, "within_years": 2}],
    "quota": [
        {"where": {"region": ["150581"]}, "min": {"count": 20}, "max": None},
        {"where": {"age": ["new"]}, "min": None, "max": {"share": 50_000, "of": "draw"}},
        {
            "where": {"fields": ["drug", "special"], "industry": ["F"]},
            "min": {"share": 20_000, "of": "group"},
            "max": {"share": 80_000, "of": "group"},
        },
    ],
}


def test_the_example_of_rules():
    plan = read_plan(RULES)
    document = plan_document(plan, [SEAT, SEAT])
    assert {key: document[key] for key in RULES_DOCUMENT} == RULES_DOCUMENT
    assert plan.rates == {"A": 10_000, "B": 30_000, "C": 100_000, "D": 300_000}
    region, quotas = "rates.region", plan.quotas
    assert plan.rate_bounds == (
        RateBound("tier", "C", 100_000, None, "rates.tier.C"),
        RateBound("tier", "D", 300_000, 600_000, "rates.tier.D"),
        RateBound("region", "150502", Count(40), None, f"{region}.150502"),
        RateBound("region", "other", None, 50_000, f"{region}.other"),
    )
    assert [rule.place for rule in plan.coverage] == ["coverage[1]"]
    assert bound_groups(plan) == [
        BoundGroup("rates.tier.C.min", RatedCode("tier", "C"), 100_000, None),
        BoundGroup("rates.tier.D.min", RatedCode("tier", "D"), 300_000, None),
        BoundGroup("rates.tier.D.max", RatedCode("tier", "D"), None, 600_000),
        BoundGroup(f"{region}.150502.min", RatedCode("region", "150502"), Count(40), None),
        BoundGroup(f"{region}.other.max", RatedCode("region", "other"), None, 50_000),
        BoundGroup("limits.total", {}, None, Count(600)),
        BoundGroup("quota[1].min", quotas[0].where, Count(20), None),
        BoundGroup("quota[2].max", quotas[1].where, None, Share(50_000, "draw")),
        BoundGroup("quota[3].min", quotas[2].where, Share(20_000, "group"), None),
        BoundGroup("quota[3].max", quotas[2].where, None, Share(80_000, "group")),
    ]


def with_rates(text: str) -> Plan:
    return read_plan(LEAST.replace('rates.tier = { A = "1%", B = "5%" }', f"[rates]\n{text}\n"))


def test_the_first_table_of_rates_is_the_base():
    plan = with_rates(
        'region = { "1505" = "2%", "150581" = { min = "3%" }, other = { max = { count = 9 } } }\n'
        'unknown_tier = "Z"\nkind = { enterprise = "4%", shop = { count = 7 } }\n'
        'tier = { A = { max = "9%" } }'
    )
    assert plan.strata == ("tier", "region", "kind")
    assert plan.base_stratum == "region"
    assert plan.rates == {"1505": 20_000, "150581": 30_000, "other": Count(9)}
    assert plan_document(plan, [])["rates"] == {
        "base": "region",
        "region": {
            "1505": 20_000,
            "150581": {"min": 30_000, "max": None},
            "other": {"min": None, "max": {"count": 9}},
        },
        "kind": {"enterprise": 40_000, "shop": {"count": 7}},
        "tier": {"A": {"min": None, "max": 90_000}},
        "unknown_tier": "Z",
    }
    assert [bound.place for bound in bound_groups(plan)] == [
        "rates.region.150581.min",
        "rates.region.other.max",
        "rates.kind.enterprise",
        "rates.kind.shop",
        "rates.tier.A.max",
    ]
    regions = ("150502", "150581", "1505", "150", "", "220101", "15058")
    cells = [("A", region, "shop") for region in regions]
    assert [base_code(plan, codes) for codes in cells] == [
        "1505", "150581", "1505", "other", "other", "other", "1505",
    ]  # fmt: skip
    assert base_rate(plan, cells[1]) == 30_000
    everybody = tuple(range(7))
    assert group_members(plan, bound_groups(plan), cells) == [
        (1,), (3, 4, 5), (), everybody, everybody,
    ]  # fmt: skip


def test_codes_without_a_rate():
    plan = with_rates('industry = { H = "2%", H62 = "3%" }')
    assert plan.strata == ("tier", "region", "industry")
    found = [base_rate(plan, ("", "", code)) for code in ("H", "H61", "H6", "H6210", "", "F")]
    assert found == [20_000, 20_000, 20_000, 30_000, None, None]
    tiers = with_rates('tier = { A = "1%", B = "2%", other = "3%" }')
    assert [base_rate(tiers, (code, "")) for code in ("A", "other", "C")] == [10_000, 30_000, None]
    key = with_rates('key = { key = "5%", other = "1%" }')
    assert [base_rate(key, ("", "", code)) for code in ("key", "other")] == [50_000, 10_000]


def test_a_document_tells_the_base_only_where_it_is_not_the_tier():
    rates = {"region": {"15": 10_000}, "unknown_tier": "B"}
    document = edited("rates", rates)
    with pytest.raises(PlannerError) as caught:
        plan_from_document(document)
    assert [p.params["key"] for p in note(caught.value)] == ["rates.tier"]
    tiers = edited("rates.base", "tier")
    with pytest.raises(PlannerError) as caught:
        plan_from_document(tiers)
    assert [p.code for p in note(caught.value)] == ["plan.document-form"]


WHERE = {
    "region": ("15", "2201"),
    "industry": ("H",),
    "kind": ("enterprise", "individual"),
    "fields": ("food", "drug"),
}


def test_cells_match_conditions_by_their_codes():
    plan = dataclasses.replace(
        read_plan(LEAST),
        strata=("fields:drug", "region", "industry", "kind", "fields:food"),
    )
    good = ("other", "220102", "H62", "individual", "food")
    assert cell_matches(plan, good, WHERE)
    assert cell_matches(plan, good, {})
    assert cell_matches(plan, ("drug", "15", "H", "enterprise", "other"), WHERE)
    for place, code in enumerate(("x", "2202", "G", "shop", "other")):
        bad = (*good[:place], code, *good[place + 1 :])
        assert cell_matches(plan, bad, WHERE) == (place == 0)
    with pytest.raises(ValueError, match="do not decide on tier"):
        cell_matches(plan, good, {"tier": ("A",)})


# --- what is wrong ---------------------------------------------------------------------------


def with_top(line: str, *, instead_of: str) -> str:
    return re.sub(rf"^{instead_of} = .*$", lambda _: line, LEAST, count=1, flags=re.MULTILINE)


NEEDED = ("as_of", "window", "rates", "id", "title", "authority")
WRONG = [
    # (text, [(code, line, key)])
    ("", [("missing-example", 1, key) for key in NEEDED]),
    (LEAST + "x y", [("syntax-equals", 7, None)]),
    (LEAST + "x = 01%", [("syntax", 7, None)]),
    (LEAST + "x = a", [("syntax-value", 7, None)]),
    (LEAST + "x = 2027-02-30T00:00:00", [("syntax-day", 7, None)]),
    (LEAST + "x = 2027-02-30", [("unknown-key", 7, "x")]),
    (LEAST + 'x = [\n"a"\n', [("syntax-open", 9, None)]),
    (LEAST + 'id = "b"', [("syntax-twice", 7, None)]),
    (LEAST + "[scope]\n\n[scope]", [("syntax-twice", 9, None)]),
    (LEAST + 'items = ["甲"，"乙"] # “', [("syntax-wide", 7, None)]),
    (LEAST + "items ＝ []", [("syntax-wide", 7, None)]),
    ("x = " + "[" * 9999, [("syntax-deep", 1, None)]),
    ("x = " + "9" * 5000, [("syntax", 1, None)]),
    (LEAST + "colour = 3", [("unknown-key", 7, "colour")]),
    (LEAST + "Items = []", [("unknown-key-near", 7, "Items")]),
    (LEAST + '[scope]\nstatuses = ["active"]', [("unknown-key-near", 8, "scope.statuses")]),
    (LEAST + '[scope]\nkind = []\nstrata = ["tier"]', [("misplaced-top", 9, "scope.strata")]),
    (LEAST + "years = 3", [("misplaced", 7, "years")]),
    (LEAST + '"odd key" = 1', [("unknown-key", 7, '"odd key"')]),
    (
        LEAST
        + "[limits]\ntotal = 0\n[[coverage]]\nx = 1\n[[quota]]\n[[quota]]\n"
        + "[[department]]\nnme = 3",
        [
            ("range", 8, "limits.total"),
            ("missing-example", 9, "coverage[1].where"),
            ("missing-example", 9, "coverage[1].within_years"),
            ("unknown-key", 10, "coverage[1].x"),
            ("quota-empty", 11, "quota[1]"),
            ("quota-empty", 12, "quota[2]"),
            ("missing-example", 13, "department[1].name"),
            ("missing-example", 13, "department[1].items"),
            ("unknown-key-near", 14, "department[1].nme"),
        ],
    ),
    (LEAST + "frequency = 0\ntotal = 5", [("range", 7, "frequency"), ("misplaced", 8, "total")]),
    (LEAST + "frequency = 2\nbatch = 2", [("unknown-key", 8, "batch")]),
    (
        LEAST
        + "crew.department = 'a'\n"
        + "department = [{ name = 'a', items = ['x', 'y'] }, { name = 'a', items = [] },"
        + " { name = '', items = ['y'], size = 1 }]",
        [
            ("crew-and-departments", 7, "crew"),
            ("department-twice", 8, "department[2].name"),
            ("condition-empty", 8, "department[2].items"),
            ("empty", 8, "department[3].name"),
            ("item-twice", 8, "department[3].items"),
            ("range", 8, "department[3].size"),
        ],
    ),
    (
        LEAST + "".join(f"[[department]]\nname = 'd{n}'\nitems = ['i{n}']\n" for n in range(21)),
        [("departments-many", 7, "department")],
    ),
    (
        LEAST + "[trigger_based]\nobservation_months = 121\nentries = []",
        [
            ("missing-example", 7, "trigger_based.tiers"),
            ("range", 8, "trigger_based.observation_months"),
            ("unknown-key-near", 9, "trigger_based.entries"),
        ],
    ),
    (LEAST + "within_years = 2", [("misplaced", 7, "within_years")]),
    (LEAST + "[limits]\ntotal = true", [("not-whole", 8, "limits.total")]),
    (
        with_top(
            "\n".join(
                [
                    "[rates]",
                    'tier.A = { min = "3%", max = "2%" }',
                    'tier.B = { min = "2%", count = 3 }',
                    "tier.C = { max = { count = 0 } }",
                    'tier.D = { min = 0, max = "1,5%" }',
                    'tier.E = { min = "1%", frequency = 2 }',
                    "tier.F = { min = { count = 3 }, max = { count = 2 } }",
                    "tier.G = { min = { min = 3 } }",
                    'tier.H = { min = { count = 3 }, max = "2%" }',
                    "region = {}",
                    'age = { nwe = "2%" }',
                    'key.fod = "2%"',
                    "kind = 3",
                    "base = 'tier'",
                ]
            ),
            instead_of="rates.tier",
        ),
        [
            ("bounds-order", 7, "rates.tier.A"),
            ("rate-both", 8, "rates.tier.B"),
            ("rate-zero", 9, "rates.tier.C.max.count"),
            ("rate-zero", 10, "rates.tier.D.min"),
            ("rate-form", 10, "rates.tier.D.max"),
            ("misplaced-top", 11, "rates.tier.E.frequency"),
            ("bounds-order", 12, "rates.tier.F"),
            ("misplaced", 13, "rates.tier.G.min.min"),
            ("no-rates", 15, "rates.region"),
            ("choice-near", 16, "rates.age.nwe"),
            ("age-no-years", 16, "rates.age"),
            ("choice", 17, "rates.key.fod"),
            ("not-table", 18, "rates.kind"),
            ("unknown-key", 19, "rates.base"),
        ],
    ),
    (
        with_top('[rates]\nregion = { "15" = "1%", "15" = "2%" }', instead_of="rates.tier"),
        [("syntax-twice", 7, None)],
    ),
    (
        with_top('rates.kind = { "a|b" = "1%" }', instead_of="rates.tier"),
        [("not-code", 6, "rates.kind.a|b")],
    ),
    (LEAST + "[quota]\nmin = 3", [("not-tables", 7, "quota")]),
    (LEAST + "coverage = [3]", [("not-tables", 7, "coverage")]),
    (
        LEAST
        + "\n".join(
            [
                "[[coverage]]",
                "where = {}",
                "within_years = 0",
                "[[coverage]]",
                'where = "food"',
                "within_years = 2.5",
                "[[coverage]]",
                'where = { age = ["old",',
                '  "ol"], key = "drug", fields = "other" }',
                "within_years = 1",
            ]
        ),
        [
            ("coverage-everybody", 8, "coverage[1].where"),
            ("range", 9, "coverage[1].within_years"),
            ("where-form", 11, "coverage[2].where"),
            ("not-whole", 12, "coverage[2].within_years"),
            ("age-no-years", 14, "coverage[3].where.age"),
            ("choice-near", 15, "coverage[3].where.age"),
            ("choice", 15, "coverage[3].where.key"),
        ],
    ),
    (
        LEAST
        + "\n".join(
            [
                "[[quota]]",
                "where = { field = 'food', fields = [] }",
                "min = 3",
                "[[quota]]",
                "where = { kind = 3, status = ['active', 'active'], region = '1|5' }",
                "max = 3",
                "[[quota]]",
                "where = { fields = ['other'], age = 'new' }",
                "min = 3",
                "max = 2",
                "[[quota]]",
                'min = "3% of draw"',
                'max = "2% of draw"',
                "[[quota]]",
                'min = "3%"',
                'max = "2% of group"',
            ]
        ),
        [
            ("unknown-key-near", 8, "quota[1].where.field"),
            ("condition-empty", 8, "quota[1].where.fields"),
            ("condition-form", 11, "quota[2].where.kind"),
            ("duplicate", 11, "quota[2].where.status"),
            ("not-code", 11, "quota[2].where.region"),
            ("bounds-order", 13, "quota[3]"),
            ("field-other", 14, "quota[3].where.fields"),
            ("age-no-years", 14, "quota[3].where.age"),
            ("bounds-order", 17, "quota[4]"),
            ("bounds-order", 20, "quota[5]"),
        ],
    ),
    *(
        (LEAST + f"[[quota]]\nmin = {value}", [(code, 8, "quota[1].min")])
        for value, code in [
            ("0", "amount-zero"),
            ('"0%"', "amount-zero"),
            ('"0% of draw"', "amount-zero"),
            ("-1", "range"),
            ("true", "amount-form"),
            ('"5% of pool"', "amount-form"),
            ('" of draw"', "amount-form"),
            ("{ count = 3 }", "amount-form"),
            ('"20"', "amount-bare"),
            ('"20 of draw"', "amount-bare"),
            ("20.0", "amount-bare"),
            ('"101% of draw"', "amount-above"),
            ('"0.00001%"', "amount-fine"),
        ]
    ),
    (
        LEAST + 'scope = 3\n[[crew]]\n[tolerance]\nyears = "3"',
        [
            ("not-table", 7, "scope"),
            ("not-table", 8, "crew"),
            ("not-whole", 10, "tolerance.years"),
        ],
    ),
    (
        LEAST + 'items = [\n  "A",\n  3,\n  "A",\n  " B",\n  "",\n  "a|b",\n  "e\u0301"]',
        [("not-text", 9, "items"), ("duplicate", 10, "items")]
        + [("not-code", line, "items") for line in (11, 12, 13, 14)],
    ),
    (LEAST + '[scope]\nkind = "enterprise"', [("not-list", 8, "scope.kind")]),
    (LEAST + "[scope]\nregion = [1505]", [("not-text", 8, "scope.region")]),
    (with_top("id = 2027", instead_of="id"), [("not-text", 1, "id")]),
    (with_top('id = "a/b"', instead_of="id"), [("bad-id", 1, "id")]),
    (with_top('id = "期"', instead_of="id"), [("bad-id", 1, "id")]),
    (with_top('id = "NUL"', instead_of="id"), [("device-id", 1, "id")]),
    (with_top('title = """\n \\u202e"""', instead_of="title"), [("empty", 2, "title")]),
    (
        with_top(f'title = "{"长" * 201}"', instead_of="title"),
        [("too-long", 2, "title")],
    ),
    (with_top('as_of = "2027/3/1"', instead_of="as_of"), [("not-date", 4, "as_of")]),
    (with_top('as_of = "20270301"', instead_of="as_of"), [("not-date", 4, "as_of")]),
    (with_top("as_of = 2027-03-01T00:00:00", instead_of="as_of"), [("not-date", 4, "as_of")]),
    (with_top('as_of = "2027-02-30"', instead_of="as_of"), [("no-such-day", 4, "as_of")]),
    (with_top("as_of = 2027-03-02", instead_of="as_of"), [("as-of-late", 4, "as_of")]),
    (with_top("window = 2027-03-01", instead_of="window"), [("not-window", 5, "window")]),
    (with_top("window = []", instead_of="window"), [("not-window", 5, "window")]),
    (
        with_top("window = [2027-03-31, 2027-03-30]", instead_of="window"),
        [("window-order", 5, "window")],
    ),
    (
        with_top("window = [\n2027-02-31,\n]", instead_of="window"),
        [("not-window", 5, "window")],
    ),
    (
        with_top('window = [\n"2027-02-31",\n3 ]', instead_of="window"),
        [("no-such-day", 6, "window"), ("not-date", 7, "window")],
    ),
    (
        LEAST + 'strata = ["fields:food", "fields:",\n"fields: x",\n"fields:other"]',
        [
            ("stratum-fields", 7, "strata"),
            ("stratum-fields", 8, "strata"),
            ("field-other", 9, "strata"),
        ],
    ),
    (
        LEAST + 'strata = ["region",\n"fields", "teir",\n"colour", "region"]',
        [
            ("stratum-fields", 8, "strata"),
            ("choice-near", 8, "strata"),
            ("duplicate", 9, "strata"),
            ("choice", 9, "strata"),
        ],
    ),
    (with_top("rates = {}", instead_of="rates.tier"), [("missing-example", 6, "rates.tier")]),
    (with_top("rates.tier = {}", instead_of="rates.tier"), [("no-rates", 6, "rates.tier")]),
    (
        with_top(
            "\n".join(
                [
                    "[rates.tier]",
                    "A = 0",
                    "B = 1",
                    'C = "3"',
                    "D = 0.0000001",
                    'E = "100.1%"',
                    'F = "-1%"',
                    "G = 101",
                    "H = inf",
                    "I = { count = 0 }",
                    "J = { count = 4.0 }",
                    "K = {}",
                    "L = { coutn = 3 }",
                    'M = "0‰"',
                    "N = true",
                    "O = 1.0",
                    '"P|" = "1%"',
                    'refuse = "1%"',
                ]
            ),
            instead_of="rates.tier",
        ),
        [
            ("rate-zero", 7, "rates.tier.A"),
            ("rate-bare", 8, "rates.tier.B"),
            ("rate-bare", 9, "rates.tier.C"),
            ("rate-fine", 10, "rates.tier.D"),
            ("rate-above", 11, "rates.tier.E"),
            ("rate-form", 12, "rates.tier.F"),
            ("rate-above", 13, "rates.tier.G"),
            ("rate-form", 14, "rates.tier.H"),
            ("rate-zero", 15, "rates.tier.I.count"),
            ("not-whole", 16, "rates.tier.J.count"),
            ("missing", 17, "rates.tier.K.count"),
            ("unknown-key-near", 18, "rates.tier.L.coutn"),
            ("rate-zero", 19, "rates.tier.M"),
            ("rate-form", 20, "rates.tier.N"),
            ("rate-bare", 21, "rates.tier.O"),
            ("not-code", 22, "rates.tier.P|"),
            ("tier-reserved", 23, "rates.tier.refuse"),
        ],
    ),
    (LEAST + "[low_risk]", [("missing-example", 7, "low_risk.tiers")]),
    (
        LEAST + '[low_risk]\nleave_out = "9%"\ntiers = [3,\n"A", "E"]',
        [("not-text", 9, "low_risk.tiers")],
    ),
    *(
        (LEAST + f"[tolerance]\nleave_out = {value}", [(code, 8, "tolerance.leave_out")])
        for value, code in [
            ("1", "share-bare"),
            ('"half"', "share-form"),
            ('"101%"', "share-above"),
            ('"0.00001%"', "share-fine"),
        ]
    ),
    (
        LEAST + "[limits]\nvisits_per_year = -1\ndays_between = 0x" + "f" * 5000,
        [("range", 8, "limits.visits_per_year"), ("range", 9, "limits.days_between")],
    ),
    (LEAST + "[limits]\ndays_between = true", [("not-whole", 8, "limits.days_between")]),
    (
        LEAST + "[crew]\nsize = 1\ndepartment = 3",
        [("crew-too-small", 8, "crew.size"), ("not-text", 9, "crew.department")],
    ),
    (LEAST + "[crew]\nsize = 21", [("range", 8, "crew.size")]),
    (LEAST + '[publication]\ntiers = "Shown"', [("choice-near", 8, "publication.tiers")]),
    (LEAST + "[publication]\ntiers = true", [("choice", 8, "publication.tiers")]),
    (LEAST + "[publication]\ncosigners = 'K'", [("not-cosigners", 8, "publication.cosigners")]),
    (
        LEAST + f"[publication]\ncosigners = [{{ name = '', key = '{SIGNING[1:]}' }}]",
        [
            ("empty", 8, "publication.cosigners.name"),
            ("bad-key", 8, "publication.cosigners.key"),
        ],
    ),
    (
        LEAST + f"[publication]\ncosigners = [{{ key = '{SIGNING}', nmae = 'N' }}]",
        [
            ("unknown-key-near", 8, "publication.cosigners.nmae"),
            ("missing-example", 8, "publication.cosigners.name"),
        ],
    ),
    (
        LEAST
        + "[publication]\ncosigners = ["
        + f"{{ name = 'a', key = '{SIGNING}' }}, {{ name = 'b', key = '{SIGNING.upper()}' }}]",
        [("duplicate", 8, "publication.cosigners.key")],
    ),
    (LEAST + "[seeds]\nselect = 7", [("not-parts", 8, "seeds.select")]),
    (LEAST + "[seeds]\nselect = [7]", [("not-parts", 8, "seeds.select")]),
    (LEAST + "[seeds]\ncrew = 'drand, round 7'", [("seed-drand", 8, "seeds.crew")]),
    (
        LEAST + "[seeds]\nselect = [{ kind = 'coin' }]",
        [("choice", 8, "seeds.select.kind")],
    ),
    (
        LEAST + "[seeds]\nselect = [{ kind = 'dice', round = 7 }]",
        [("not-drand", 8, "seeds.select.round")],
    ),
    (
        LEAST + "[seeds]\nselect = [{ kind = 'drand', chain = 'x', round = 7 }]",
        [("bad-chain", 8, "seeds.select.chain")],
    ),
    (
        LEAST + "[seeds]\nselect = [" + "{ kind = 'dice' }, " * 11 + "]",
        [("too-many-parts", 8, "seeds.select")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WRONG, ids=range(len(WRONG)))
def test_every_problem_with_its_line_and_key(text, expected):
    told = problems(text)
    assert all(problem.params["file"] == "q1.toml" for problem in told)
    assert [
        (p.code.removeprefix("plan."), p.params["line"], p.params.get("key")) for p in told
    ] == expected


def test_nearest_key_and_meaning_are_named():
    [problem] = problems(LEAST + '[scope]\nstatuses = ["active"]')
    assert problem.params["near"] == "status"
    assert str(PlannerError(problem)).startswith("q1.toml:8: ")
    assert '"3%"' in say_problem(problems(LEAST.replace('"5%"', "3"))[0], "en")
    assert "low_risk" in say_problem(problems(LEAST.replace('"5%"', "0"))[0], "zh")


def test_words_are_harmless():
    [problem] = problems(LEAST + '"\\u001b[31m" = 1')
    assert "\x1b" not in say_problem(problem, "en") + say_problem(problem, "zh")


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("20", Count(20)),
        ('"5%"', Share(50_000, "group")),
        ('"5% of group"', Share(50_000, "group")),
        ('" ５‰  of draw "', Share(5_000, "draw")),
        ("0.05", Share(50_000, "group")),
        ('"0.05 of draw"', Share(50_000, "draw")),
    ],
)
def test_amounts(value, amount):
    plan = read_plan(LEAST + f"[[quota]]\nmax = {value}\n[[quota]]\nwhere = {{}}\nmin = {value}")
    assert plan.quotas == (Quota({}, None, amount, "quota[1]"), Quota({}, amount, None, "quota[2]"))
    assert plan.strata == ("tier", "region")


def test_numbers_of_a_bound_that_cannot_hold_are_told():
    [problem] = problems(LEAST + '[[quota]]\nmin = "12.5% of draw"\nmax = "0.0001% of draw"')
    assert "12.5% of draw" in say_problem(problem, "en")
    assert "0.0001% of draw" in say_problem(problem, "zh")


# --- shares ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1%", 10_000), ("2‰", 2_000), (Decimal("0.01"), 10_000), ("0.5%", 5_000),
        ("１．５％", 15_000),
        (" 33 % ", 330_000), ("100%", PPM), ("1000‰", PPM), ("0.0001%", 1), ("0.25", 250_000),
        ("1.50000000000000000000%", 15_000), (0, 0), (Decimal("0E-400"), 0),
    ],
)  # fmt: skip
def test_shares(value, expected):
    assert millionths(value) == expected
    assert millionths(percent(expected)) == expected


@pytest.mark.parametrize("text", ["0.01" + "0" * 250 + "1", "1e-900000", "0.0000001"])
def test_shares_are_never_rounded(text):
    with pytest.raises(ShareError, match="fine"):
        millionths(Decimal(text))


@given(st.decimals(0, 2000, allow_nan=False, allow_infinity=False), st.sampled_from(["", "%", "‰"]))
@tried(300)
def test_shares_are_exact(value, sign):
    exact = Fraction(f"{value:f}") / {"": 1, "%": 100, "‰": 1000}[sign] * PPM
    text = f"{value:f}{sign}"
    bare = not sign and 1 <= Fraction(value) <= 100
    if exact.denominator == 1 and exact <= PPM and not bare and len(text) < 40:
        assert millionths(text) == exact
    else:
        with pytest.raises(ShareError):
            millionths(text)


# --- round trips -----------------------------------------------------------------------------

codes = st.text(min_size=1, max_size=8).filter(lambda t: is_code(t) and t == t.strip() != "refuse")
code_lists = st.lists(codes, unique=True, max_size=4).map(tuple)
some_codes = st.lists(codes, unique=True, min_size=1, max_size=3).map(tuple)
texts = st.text(max_size=30).map(tidy)
shares = st.one_of(st.sampled_from([0, PPM]), st.integers(0, PPM))


RATE_CODES = {
    "age": st.sampled_from(["new", "old", "other"]),
    "key": st.sampled_from(["key", "other"]),
}
one_rate = st.integers(1, PPM) | st.integers(1, 9999).map(Count)
amounts = st.integers(1, 9999).map(Count) | st.builds(
    Share, st.integers(1, PPM), st.sampled_from(["group", "draw"])
)


def comparable(one: object, other: object) -> tuple[int, int] | None:
    """Two ends of a bound as numbers, where they can be compared."""
    if isinstance(one, Count) and isinstance(other, Count):
        return one.count, other.count
    if isinstance(one, Share) and isinstance(other, Share) and one.of == other.of:
        return one.millionths, other.millionths
    return (one, other) if isinstance(one, int) and isinstance(other, int) else None


@st.composite
def ends(draw, one) -> tuple[object, object]:
    least, most = draw(st.tuples(one, one) | st.tuples(one, st.none()) | st.tuples(st.none(), one))
    pair = comparable(least, most)
    return (most, least) if pair and pair[0] > pair[1] else (least, most)


@st.composite
def wheres(draw, years: int, *, quota: bool, least: int = 0) -> dict[str, tuple[str, ...]]:
    keys = [key for key in KEYS["where"] if years or key != "age"]
    known = {"age": ["new", "old"], "key": ["key", "other"]}
    where = {}
    for key in sorted(draw(st.lists(st.sampled_from(keys), unique=True, min_size=least))):
        choices = st.sampled_from(known[key]) if key in known else codes
        found = draw(st.lists(choices, unique=True, min_size=1, max_size=2))
        if not (quota and key == "fields" and "other" in found):
            where[key] = tuple(found)
    return where


@st.composite
def rate_tables(draw, years: int):
    """The base, its rates, the bounds, and all rated strata, as a plan has them."""
    names = [name for name in STRATA if years or name != "age"]
    drawn = draw(st.just(["tier"]) | st.lists(st.sampled_from(names), min_size=1, unique=True))
    base, rates, bounds = drawn[0], {}, []
    for stratum in drawn:
        choices = RATE_CODES.get(stratum, codes)
        for code in draw(st.lists(choices, unique=True, min_size=1, max_size=3)):
            quoted = code if re.fullmatch(r"[^\s.\"']+", code) else f'"{code}"'
            place = f"rates.{stratum}.{quoted}"
            exact = draw(one_rate)
            least, most = draw(st.just((None, None)) | ends(one_rate))
            if stratum == base:
                rates[code] = exact if least is most is None else least or most
            elif least is most is None:
                least = most = exact
            if least is not None or most is not None:
                bounds.append(RateBound(stratum, code, least, most, place))
    bounds.sort(key=lambda bound: (bound.stratum != base, bound.stratum, bound.code))
    return base, rates, tuple(bounds), drawn


@st.composite
def joint(draw) -> list[Department]:
    """Departments of different names, no item in two of them."""
    names = draw(st.lists(codes, unique=True, max_size=3))
    items = draw(st.lists(codes, unique=True, min_size=len(names), max_size=6))
    return [
        Department(name, tuple(items[place :: len(names)]), draw(st.integers(2, 20)), qualified)
        for place, name in enumerate(names)
        for qualified in [tuple(draw(st.lists(codes, unique=True, max_size=2)))]
    ]


@st.composite
def trigger_rules(draw, committed: bool) -> TriggerBased:
    if not draw(st.booleans()):
        return TriggerBased((), 0, 0)
    ids = sorted(draw(st.lists(codes, unique=True, max_size=3))) if committed else []
    entries = tuple(ListEntry(i, draw(codes), draw(texts), draw(texts), draw(codes)) for i in ids)
    months = st.integers(0, 120)
    return TriggerBased(draw(code_lists), draw(months), draw(months), entries)


strata_lists = st.lists(
    st.sampled_from(STRATA) | codes.filter(lambda code: code != "other").map("fields:{}".format),
    unique=True,
    max_size=9,
)
ids_of_plans = st.from_regex(r"[0-9A-Za-z_-]{1,64}", fullmatch=True)
titles = texts.filter(bool)


sources = st.lists(
    st.builds(
        SeedSource,
        st.sampled_from(["dice", "lottery", "other"]),
        texts.filter(lambda text: "drand" not in text.lower()),
    )
    | st.builds(SeedSource, st.just("drand"), texts, st.just("ab" * 32), st.integers(1, 1 << 36)),
    max_size=3,
).map(tuple)


@st.composite
def plans(draw, committed: bool = True) -> Plan:
    days = sorted(draw(st.lists(st.dates(), min_size=3, max_size=3)))
    tolerance = Tolerance(draw(st.integers(0, 100)), draw(shares))
    base, rates, bounds, rated = draw(rate_tables(tolerance.years))
    low_risk = LowRisk(
        tuple(draw(st.lists(st.sampled_from(sorted(rates)), unique=True))), draw(shares)
    )
    coverage = tuple(
        Coverage(where, draw(st.integers(1, 100)), f"coverage[{number}]")
        for number, where in enumerate(
            draw(st.lists(wheres(tolerance.years, quota=False, least=1), max_size=2)), 1
        )
    )
    quotas = tuple(
        Quota(where, *draw(ends(amounts)), f"quota[{number}]")
        for number, where in enumerate(
            draw(st.lists(wheres(tolerance.years, quota=True), max_size=3)), 1
        )
    )
    strata = tuple(draw(strata_lists))
    departments = tuple(draw(joint()))
    frequency = draw(st.integers(1, 52))
    return Plan(
        id=draw(ids_of_plans),
        title=draw(titles),
        authority=draw(titles),
        as_of=days[0],
        window=(days[1], days[2]),
        frequency=frequency,
        batch=draw(st.integers(1, frequency)) if committed else 1,
        items=draw(code_lists),
        strata=needed_strata(strata, tolerance, low_risk, rated, quotas),
        scope=Scope(draw(code_lists), draw(code_lists), draw(code_lists)),
        base_stratum=base,
        rates=rates,
        rate_bounds=bounds,
        unknown_tier=draw(st.sampled_from([*sorted(rates), "refuse"])),
        tolerance=tolerance,
        low_risk=low_risk,
        key_fields=KeyFields(draw(code_lists)),
        limits=Limits(
            draw(st.integers(0, 366)),
            draw(st.integers(0, 3660)),
            draw(st.none() | st.integers(1, 10_000_000)),
        ),
        coverage=coverage,
        quotas=quotas,
        leads=Leads(draw(code_lists)),
        trigger_based=draw(trigger_rules(committed)),
        departments=departments,
        crew=Crew(draw(st.integers(2, 20)), "" if departments else draw(codes | st.just(""))),
        seeds=Seeds(draw(sources), draw(sources)),
        publication=Publication(
            draw(st.sampled_from(["hidden", "shown"])), draw(st.integers(0, 1000))
        ),
    )


def plan_has(plan: Plan, name: str) -> bool:
    return name != "trigger_based" or plan.trigger_based != TriggerBased((), 0, 0)


def as_toml(plan: Plan) -> str:
    """A plan as somebody might write it: every key, shares in per cent."""

    def value(thing: object, share: bool = False) -> str:
        if isinstance(thing, Count):
            return f"{{ count = {thing.count} }}"
        if isinstance(thing, str):
            return (
                json.dumps(thing).replace("\x7f", "\\u007f") if thing.isascii() else quoted(thing)
            )
        if isinstance(thing, Share):
            of = " of draw" if thing.of == "draw" else ""
            return f'"{Decimal(thing.millionths) / 10_000:f}%{of}"'
        if isinstance(thing, SeedSource):
            own = {"kind": thing.kind, "source": thing.source}
            beacon = {"chain": thing.chain, "round": thing.round}
            return value(own | beacon if thing.kind == "drand" else own)
        if isinstance(thing, dict):
            return f"{{ {', '.join(f'{key} = {value(one)}' for key, one in thing.items())} }}"
        if isinstance(thing, tuple):
            return f"[{', '.join(value(one) for one in thing)}]"
        return f'"{Decimal(thing) / 10_000:f}%"' if share else str(thing)

    def quoted(text: str) -> str:
        return '"' + "".join(f"\\U{ord(sign):08X}" for sign in text) + '"'

    rows = [f"{key} = {value(getattr(plan, key))}" for key in ("id", "title", "authority")]
    rows += [f"{key} = {value(getattr(plan, key))}" for key in ("as_of", "window")]
    rows += [f"{key} = {value(getattr(plan, key))}" for key in ("frequency", "items", "strata")]

    def both(least: object, most: object, share: bool) -> list[str]:
        named = (("min", least), ("max", most))
        return [f"{key} = {value(end, share)}" for key, end in named if end is not None]

    rows.append(f"rates.unknown_tier = {value(plan.unknown_tier)}")
    tables = {(plan.base_stratum, code): value(rate, True) for code, rate in plan.rates.items()}
    for bound in plan.rate_bounds:
        object_ = f"{{ {', '.join(both(bound.least, bound.most, True))} }}"
        tables[bound.stratum, bound.code] = object_
    order = sorted(tables, key=lambda at: (at[0] != plan.base_stratum, at[0]))
    rows += [f"rates.{name}.{quoted(code)} = {tables[name, code]}" for name, code in order]
    for name, keys in KEYS.items():
        if name in ("", "rates", *ARRAYS, *INNER) or not plan_has(plan, name):
            continue
        table = getattr(plan, name)
        rows += [f"[{name}]"]
        for key in keys:
            if getattr(table, key) is not None:
                rows.append(f"{key} = {value(getattr(table, key), key == 'leave_out')}")
    for rule in plan.coverage:
        rows += ["[[coverage]]", f"where = {value(rule.where)}"]
        rows += [f"within_years = {rule.within_years}"]
    for quota in plan.quotas:
        rows += ["[[quota]]", f"where = {value(quota.where)}"]
        counts = (end.count if isinstance(end, Count) else end for end in (quota.least, quota.most))
        rows += both(*counts, False)
    for one in plan.departments:
        rows.append("[[department]]")
        rows += [f"{key} = {value(getattr(one, key))}" for key in KEYS["department"]]
    return "\n".join(rows)


def seats_of(plan: Plan) -> list[dict[str, str]]:
    sizes = {one.name: one.size for one in plan.departments} or {
        plan.crew.department: plan.crew.size
    }
    return [
        {"department": name, "qualification": ""}
        for name in sorted(sizes)
        for _ in range(sizes[name])
    ]


@pytest.mark.slow
@given(plans())
@tried(75)
def test_plan_to_document_and_back(plan):
    document = plan_document(plan, seats_of(plan))
    text = canonical(document)
    again = plan_from_document(json.loads(text))
    assert again == plan
    assert canonical(plan_document(again, seats_of(plan))) == text


@given(plans(committed=False))
@tried(60)
def test_plan_as_written_reads_as_meant(plan):
    assert read_plan(as_toml(plan)) == plan


def test_the_digest_of_the_example_stays():
    document = plan_document(read_plan(EXAMPLE), [SEAT, SEAT])
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = "94f8e6bf0f0c4c247c275eee19c5df2257f7060b54e51c14aa8bc29bc7a3b948"
    assert document_digest(document) == hashlib.sha256(plain.encode()).hexdigest() == digest


def test_the_digest_of_the_rules_stays():
    document = plan_document(read_plan(RULES), [SEAT, SEAT])
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = "07b9ee6c09afb772b6ba6306f8001357a0db266034a0659e0ee670b43e96b1be"
    assert document_digest(document) == hashlib.sha256(plain.encode()).hexdigest() == digest


# --- documents of others ---------------------------------------------------------------------


def edited(path: str, value: object, text: str = EXAMPLE) -> dict:
    document = plan_document(read_plan(text), [SEAT, SEAT])
    *tables, key = path.split(".")
    table = document
    for name in tables:
        table = table[int(name) if isinstance(table, list) else name]
    if value is KeyError:
        del table[key]
    else:
        table[key] = value
    return document


FOOD = {"department": "food", "qualification": ""}
CHEF = {"department": "", "qualification": "chef"}
MALFORMED = [
    ("rates.unknown_tier", "E", "unknown-tier"),
    ("low_risk", {"tiers": ["E"], "leave_out": 1}, "low-risk-tier"),
    ("title", KeyError, "missing"),
    ("title", None, "not-text"),
    ("title", "a  b", "document-form"),
    ("as_of", "2027-01-04 ", "document-form"),
    ("window", ["2027-01-11", None], "not-date"),
    ("strata", ["tier", "region"], "document-form"),
    ("items", KeyError, "missing"),
    ("scope", KeyError, "missing"),
    ("scope.kind", KeyError, "missing"),
    ("scope.status", [None], "not-text"),
    ("rates.tier.A", "1%", "not-whole"),
    ("rates.tier.A", 10_000.0, "not-whole"),
    ("rates.tier.A", True, "not-whole"),
    ("rates.tier.A", 0, "range"),
    ("rates.tier.A", {"count": 0}, "rate-zero"),
    ("low_risk.leave_out", 1_000_001, "range"),
    ("tolerance.leave_out", KeyError, "missing"),
    ("limits.total", 0, "range"),
    ("limits.total", "600", "not-whole"),
    ("limits.total", KeyError, "missing"),
    ("rates.region", {"15": {"min": None, "max": None}}, "rate-empty"),
    ("rates.region", {"15": {"min": 1, "max": 1}}, "document-form"),
    ("rates.region", {"15": {"min": 1}}, "missing"),
    ("rates.region", {"15": "1%"}, "not-whole"),
    ("rates.base", "region", "missing"),
    ("rates.base", "colour", "choice"),
    ("coverage", [{"within_years": 2}], "missing"),
    ("coverage", [{"where": {"kind": "shop"}, "within_years": 2}], "document-form"),
    ("coverage", [{"where": {}, "within_years": 2}], "coverage-everybody"),
    ("quota", KeyError, "missing"),
    ("quota", None, "not-tables"),
    ("quota", [{"where": {}, "min": None, "max": None}], "quota-empty"),
    ("quota", [{"where": {}, "min": 3, "max": None}], "amount-form"),
    ("quota", [{"where": {}, "min": {"count": 3}}], "missing"),
    ("quota", [{"where": {}, "min": {"count": 3, "share": 3}, "max": None}], "amount-form"),
    ("quota", [{"where": {}, "min": {"count": 3, "share_": 3}, "max": None}], "unknown-key-near"),
    ("quota", [{"where": {}, "min": {"count": 3, "of": "draw"}, "max": None}], "document-form"),
    ("quota", [{"where": {}, "min": {"share": 3}, "max": None}], "missing"),
    ("quota", [{"where": {}, "min": {"share": 0, "of": "draw"}, "max": None}], "range"),
    ("quota", [{"where": {"kind": ["x"]}, "min": {"count": 3}, "max": None}], "document-form"),
    ("department", None, "not-tables"),
    (
        "department",
        [{"name": "a", "items": ["x"], "size": 2, "qualifications": []}],
        "seats-department",
    ),
    ("batch", 0, "range"),
    ("batch", 2, "range"),
    ("frequency", None, "not-whole"),
    ("trigger_based.tiers", ["A", "A"], "duplicate"),
    ("trigger_based.entries", [{"entry_id": "a"}], "missing"),
    ("trigger_based.entries", "a", "not-tables"),
    ("comment", "x", "unknown-key"),
    ("crew.seats", KeyError, "seats-form"),
    ("crew.seats", [], "seats-form"),
    ("crew.seats", [{"department": ""}], "seats-form"),
    ("crew.seats", [{**SEAT, "qualification": "a|b"}] * 2, "seats-form"),
    ("crew.seats", [SEAT], "seats-number"),
    ("crew.seats", [SEAT] * 3, "seats-number"),
    ("crew.seats", [CHEF] * 2, "seats-number"),
    ("crew.seats", [CHEF, SEAT], "document-form"),
    ("crew.seats", [SEAT, SEAT, FOOD], "seats-number"),
    ("crew.department", "food", "seats-department"),
    ("publication.tiers", "secret", "choice"),
    ("publication.cosigners", [], "document-form"),
    ("publication.cosigners", [{"name": "N", "key": SIGNING.upper()}], "bad-key"),
    ("publication.cosigners", [{"name": "N", "key": SIGNING}] * 2, "duplicate"),
    (
        "publication.cosigners",
        [{"name": f"N{n}", "key": f"{n:064x}"} for n in range(21)],
        "too-many-cosigners",
    ),
]


@pytest.mark.parametrize(("path", "value", "code"), MALFORMED)
def test_malformed_documents_are_refused(path, value, code):
    with pytest.raises(PlannerError) as caught:
        plan_from_document(edited(path, value))
    first = note(caught.value)[0]
    assert first.code == f"plan.{code}"
    assert first.params["file"] == "plan.json"
    assert first.params["key"].startswith((path.split(".")[0], "strata", "crew.seats"))


@pytest.mark.parametrize("thing", [None, [], "plan", 3, {3: 4}])
def test_no_document_at_all(thing):
    with pytest.raises(PlannerError) as caught:
        plan_from_document(thing)
    assert [p.code for p in note(caught.value)] == ["plan.not-document"]


def test_a_document_may_have_more_qualifications_than_seats():
    seats = [{"department": "", "qualification": name} for name in ("a", "b", "c")]
    plan = read_plan(EXAMPLE)
    assert plan_from_document(plan_document(plan, reversed(seats))) == plan


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
DOCUMENT_ENTRIES = ("trigger_based.entries", "department", "batch")
KEY_PATHS = [
    f"{table}.{key}".strip(".")
    for table, keys in KEYS.items()
    for key in keys
    if table not in (*ARRAYS, *INNER)
]
GROUP_PATHS = [f"{name}.0.{key}" for name in ("coverage", "quota") for key in KEYS[name]]


@given(
    st.sampled_from(
        [
            *KEY_PATHS,
            *DOCUMENT_ENTRIES,
            "crew.seats",
            "rates.tier.A",
            "rates.tier.C.min",
            "rates.base",
        ]
    ),
    st.sampled_from([*GROUP_PATHS, "quota.0.min.count", "quota.1.max.of", "quota.2.where.fields"]),
    json_values,
    st.booleans(),
)
@tried(400)
def test_a_document_is_refused_or_canonical(path, in_group, value, of_group):
    document = edited(in_group if of_group else path, value, RULES)
    try:
        plan = plan_from_document(document)
    except PlannerError as error:
        note(error)
    else:
        assert plan_document(plan, document["crew"]["seats"]) == document


# --- anything at all -------------------------------------------------------------------------

toml_values = st.sampled_from(
    ["1", "-3", "0.5", '"1%"', "true", "[]", "{}", "2027-01-01", '["a", 3]', "[[], {}]", "nan",
     '{ count = 1 }', '"""\na\n"""', "1979-05-27 07:32:00", "07:32:00", '""', "1e400", "0xff"]
)  # fmt: skip


@given(
    st.sampled_from([EXAMPLE, RULES]),
    st.lists(st.tuples(st.sampled_from(range(50)), toml_values), min_size=1, max_size=6),
)
@tried(300)
def test_any_value_anywhere_is_taken_or_told(text, edits):
    rows = text.splitlines()
    edits = [(place % len(rows), value) for place, value in edits]
    for place, value in edits:
        if " = " in rows[place]:
            rows[place] = f"{rows[place].split(' = ')[0]} = {value}"
    try:
        plan = read_plan("\n".join(rows))
    except PlannerError as error:
        note(error)
    else:
        assert plan_from_document(plan_document(plan, seats_of(plan))) == plan


@given(st.text() | st.lists(st.sampled_from("[]{}\"'=.,#\n ab1\\-é“"), max_size=30).map("".join))
@tried(300)
def test_any_text_is_told_what_is_wrong(text):
    assert problems(text)


# --- lines -----------------------------------------------------------------------------------


def test_lines_of_every_way_to_write_toml():
    text = '''\
# [no] = "table"
a = 1
"b c".'d'.e = [ # [x]
  1, "]", # 2,
  { f = "}" , g = [
      3, ] },
]
h = """
[i] = 4
\\""" j = 5
""""" # two quotes inside
k = \'\'\'
l = 6\'\'\'
m = { n.o = 1, p = "x" }
[q]
r = 2027-01-01 10:00:00
[q.s.t]
[[u]]
v = 1
[u.w]
x = \'\\\'
[[u.y]]
[[u]]
[[u.y]]
[[u.y]]
z = "\\""
'''
    lines = key_lines(text)
    assert {
        ("a",): 2, ("b c",): 3, ("b c", "d"): 3, ("b c", "d", "e"): 3,
        ("b c", "d", "e", 0): 4, ("b c", "d", "e", 1): 4, ("b c", "d", "e", 2): 5,
        ("b c", "d", "e", 2, "f"): 5, ("b c", "d", "e", 2, "g"): 5, ("b c", "d", "e", 2, "g", 0): 6,
        ("h",): 8, ("k",): 12, ("m",): 14, ("m", "n"): 14, ("m", "n", "o"): 14, ("m", "p"): 14,
        ("q",): 15, ("q", "r"): 16, ("q", "s"): 17, ("q", "s", "t"): 17,
        ("u",): 18, ("u", 0): 18, ("u", 0, "v"): 19, ("u", 0, "w"): 20, ("u", 0, "w", "x"): 21,
        ("u", 0, "y"): 22, ("u", 0, "y", 0): 22, ("u", 1): 23, ("u", 1, "y"): 24,
        ("u", 1, "y", 0): 24,
        ("u", 1, "y", 1): 25, ("u", 1, "y", 1, "z"): 26,
    }.items() <= lines.items()  # fmt: skip
    assert set(paths(tomllib.loads(text))) <= set(lines)


def paths(value, path=()):
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in pairs:
        yield (*path, key)
        yield from paths(inner, (*path, key))


@given(st.data())
@tried(150)
def test_lines_are_where_the_key_first_stands(data):
    """Every key has a name of its own, so that its first place in the text is its line."""
    names = (f"k{number}k" for number in range(10_000))
    choose = lambda *things: data.draw(st.sampled_from(things))  # noqa: E731

    def value(depth: int) -> str:
        form = choose("number", "text", "long", "list", "inline") if depth else "number"
        if form == "list":
            gap = choose(" ", "\n", " # ]\n ")
            inner = "".join(f"{gap}{value(depth - 1)}{gap}," for _ in range(choose(0, 1, 3)))
            return f"[{inner}{gap}]"
        if form == "inline":
            return "{ " + ", ".join(pair(depth - 1) for _ in range(choose(0, 1, 2))) + " }"
        texts = {"number": "-1_0.5", "text": r'"\"#]}"', "long": '"""\n\n"\\\n #"""'}
        return texts[form]

    def pair(depth: int) -> str:
        key = choose(".", " . ").join(next(names) for _ in range(choose(1, 1, 2)))
        return f"{key} = {value(depth)}"

    def body(prefix: str, depth: int) -> str:
        text = "".join(f"{pair(2)}{choose('', ' # x = 1')}\n" for _ in range(choose(0, 1, 2)))
        for _ in range(choose(0, 1, 2) if depth else 0):
            name = prefix + choose("", "", f"{next(names)}.") + next(names)
            if choose(True, False):
                text += f"[{name}]\n" + body(f"{name}.", depth - 1)
            else:
                text += "".join(
                    f"[[{name}]]\n" + body(f"{name}.", depth - 1) for _ in range(choose(1, 2))
                )
        return text

    text = body("", 3)
    lines = key_lines(text)
    rows = text.split("\n")
    for path in paths(tomllib.loads(text)):
        if isinstance(path[-1], str):
            first = next(number for number, row in enumerate(rows, 1) if path[-1] in row)
            assert lines[path] == first
        else:
            assert path in lines


# --- seats -----------------------------------------------------------------------------------


def item(item_id: str, department: str = "", qualification: str = "") -> dict[str, str]:
    return {"item_id": item_id, "department": department, "qualification": qualification}


def plan_with(items: list[str], size: int = 2, department: str = "") -> Plan:
    plan = read_plan(LEAST)
    return dataclasses.replace(plan, items=tuple(items), crew=Crew(size, department))


def seats(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"department": d, "qualification": q} for d, q in pairs]


ITEMS = [
    item("REG-01", "market"),
    item("REG-02", "market", "books"),
    item("FOOD-01", "food", "kitchen"),
    item("FOOD-02", "food", "kitchen"),
    item("FOOD-03", "food", "lab"),
    item("FOOD-04", "food", "cold"),
    item("ANY-01"),
    item("ANY-02", "", "boiler"),
]


@pytest.mark.parametrize(
    ("plan", "roster", "expected"),
    [
        (plan_with([]), ["", ""], seats(("", ""), ("", ""))),
        (plan_with([]), ["food", "food"], seats(("food", ""), ("food", ""))),
        (plan_with([], 3, "market"), [], seats(*[("market", "")] * 3)),
        (plan_with(["ANY-01"]), [""], seats(("", ""), ("", ""))),
        (plan_with(["ANY-02"]), [""], seats(("", ""), ("", "boiler"))),
        (plan_with(["REG-01"]), ["food", "x"], seats(("market", ""), ("market", ""))),
        (plan_with(["FOOD-02", "FOOD-01"]), [], seats(("food", ""), ("food", "kitchen"))),
        (
            plan_with(["FOOD-01", "FOOD-04", "FOOD-03"]),
            [],
            seats(("food", "cold"), ("food", "kitchen"), ("food", "lab")),
        ),
        (
            plan_with(["REG-02", "FOOD-01", "ANY-01"]),
            [],
            seats(("food", ""), ("food", "kitchen"), ("market", ""), ("market", "books")),
        ),
        (plan_with(["FOOD-01", "ANY-02"]), [], seats(("food", "boiler"), ("food", "kitchen"))),
        (
            plan_with(["REG-02", "FOOD-01"], 2, "joint"),
            ["food", "market"],
            seats(("joint", "books"), ("joint", "kitchen")),
        ),
    ],
)
def test_seats(plan, roster, expected):
    result = seats_for(plan, ITEMS, roster)
    assert result == expected
    assert plan_from_document(plan_document(plan, result)) == plan


DEPARTMENTS = """
[[department]]
name = "food"
items = ["FOOD-01", "ANY-02"]
size = 3
qualifications = ["nurse", "kitchen"]
[[department]]
name = "market"
items = ["REG-02"]
"""


def joint_plan(items: list[str], tables: str = DEPARTMENTS) -> Plan:
    return read_plan(LEAST + f"items = {items}\n" + tables)


def test_seats_of_a_joint_inspection():
    plan = joint_plan(["REG-01", "FOOD-03"])
    expected = seats(
        ("food", "boiler"), ("food", "kitchen"), ("food", "lab"), ("food", "nurse"),
        ("market", ""), ("market", "books"),
    )  # fmt: skip
    assert seats_for(plan, ITEMS, ["elsewhere"]) == expected
    assert plan_from_document(plan_document(plan, expected)) == plan
    assert plan.all_items == ("REG-01", "FOOD-03", "FOOD-01", "ANY-02", "REG-02")
    short = [seat for seat in expected if seat["department"] == "food"]
    with pytest.raises(PlannerError):
        plan_from_document(plan_document(plan, short))


UNCLEAR = [
    (plan_with(["REG-01", "REG-O2", "9"]), [], ["unknown-item-near", "unknown-item"]),
    (plan_with([]), ["food", "market", "food"], ["which-department"]),
    (plan_with(["ANY-01"]), ["", "market"], ["which-department"]),
    (plan_with(["REG-01", "FOOD-01", "ANY-02"]), [], ["item-department"]),
    (joint_plan(["ANY-01"]), [], ["item-of-other"]),
    (joint_plan([], DEPARTMENTS.replace("REG-02", "FOOD-02")), [], ["item-of-other"]),
    (joint_plan([], DEPARTMENTS.replace("FOOD-01", "FOOD-O1")), [], ["unknown-item-near"]),
]


@pytest.mark.parametrize(("plan", "roster", "expected"), UNCLEAR)
def test_seats_that_cannot_be_told(plan, roster, expected):
    with pytest.raises(PlannerError) as caught:
        seats_for(plan, ITEMS, roster)
    assert [p.code.removeprefix("plan.") for p in note(caught.value)] == expected


# --- the sample, the page, the words ---------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sample_plan_parses(lang):
    plan = read_plan(sample_plan(lang))
    assert plan.tolerance == Tolerance(3, PPM)
    assert plan.window == (date(2027, 1, 11), date(2027, 3, 31))
    text = sample_plan(
        lang,
        id="2028q2",
        title='科尔沁"区"\\ 抽查\n\x7f',
        authority="局",
        as_of=date(2028, 2, 29),
        window=("2028-03-01", date(2028, 3, 31)),
        regions=["1505"],
        items=["REG-01", "PUB-01"],
    )
    plan = read_plan(text)
    assert (plan.id, plan.title, plan.authority) == ("2028q2", '科尔沁"区"\\ 抽查', "局")
    assert plan.window == (date(2028, 3, 1), date(2028, 3, 31))
    assert (plan.scope.region, plan.items) == (("1505",), ("REG-01", "PUB-01"))
    assert not re.search(r"plan\.sample|#:|\{\w+\}", text)
    for key in (key for table, keys in KEYS.items() if table not in INNER for key in keys):
        written = key in STRATA or re.search(rf"^(# )?(\[\[?)?{key}\b", text, re.MULTILINE)
        assert written, key


def test_a_cosigners_key_is_written_in_any_of_three_ways():
    """In hex, as the text of a .pub file, or as the line in its middle: the same is committed."""
    pem = public_pem(SIGNING).decode()
    documents = []
    for written in (SIGNING, SIGNING.upper(), pem, pem.split("\n")[1]):
        text = LEAST + f'[publication]\ncosigners = [{{ name = " N ", key = """{written}""" }}]'
        document = plan_document(read_plan(text), [SEAT, SEAT])
        assert plan_document(plan_from_document(document), [SEAT, SEAT]) == document
        documents.append(document["publication"])
    assert (
        documents
        == [{"tiers": "hidden", "reserves": 0, "cosigners": [{"name": "N", "key": SIGNING}]}] * 4
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_sample_shows_as_comments_runs(lang):
    text = re.sub(r"^# (\[|\w+ = )", r"\1", sample_plan(lang), flags=re.MULTILINE)
    plan = read_plan(text)
    assert plan.limits.total == 600
    assert plan.frequency == 4
    assert [one.name for one in plan.publication.cosigners] == ["Notary"]
    assert plan.trigger_based == TriggerBased(("A",), 12, 12)
    assert plan.departments == (Department("FIRE", ("FIRE-01",), 2, ("fire",)),)
    assert [rule.where for rule in plan.coverage] == [{"fields": ("food",)}]
    assert [quota.where for quota in plan.quotas] == [{"region": ("150502",)}, {"age": ("new",)}]


@given(st.text(max_size=40).filter(tidy), st.text(max_size=40).filter(tidy))
@settings(max_examples=60, deadline=None)
def test_a_sample_takes_any_title(title, authority):
    plan = read_plan(sample_plan("zh", title=title, authority=authority))
    assert (plan.title, plan.authority) == (tidy(title), tidy(authority))


def test_the_page_names_every_key_and_its_examples_run():
    for page in PAGES.values():
        for table, keys in KEYS.items():
            for key in keys if table != ENTRY else ():
                assert key in page, (table, key)
        for table, keys in KEYS.items():
            for key in keys if table not in INNER else ():
                name = f"{table}.{key}".strip(".")
                assert re.search(rf"^\| .*`{name}`", page, re.MULTILINE) or key in KEYS, name
        for text in re.findall(r"```toml\n(.*?)```", page, re.DOTALL):
            read_plan(text)
        for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
            exec(code, {})


@pytest.mark.parametrize("lang", sorted(PAGES))
def test_the_page_shows_what_is_said(lang):
    wrong = EXAMPLE.replace("[scope]", '[scope]\nstrata = ["tier"]').replace('"3%"', "1")
    wrong += "\n[[quota]]\nmin = 30\nmax = 20\n"
    shown = re.findall(r"plans/(q1.toml:\d+: .*)", PAGES[lang])
    said = [say_problem(problem, lang) for problem in problems(wrong)]
    assert said == shown


def test_every_problem_that_has_words_is_met_above_and_no_other():
    names = {name for name in catalogue("plan") if not name.startswith("sample-")}
    for entry in catalogue("plan").values():
        assert set(entry) == {"zh", "en"}
    met = {code for _, expected in WRONG for code, _, _ in expected}
    met |= {code for _, _, code in MALFORMED} | {"not-document"}
    met |= {code for _, _, expected in UNCLEAR for code in expected}
    assert met == names


def test_reading_plans_loads_nothing_heavy():
    code = (
        "import sys, yaohao.planner.plan.parse, yaohao.planner.plan.document\n"
        "import yaohao.planner.plan.seats\n"
        "heavy = {'numpy', 'pyarrow', 'duckdb', 'pydantic', 'ortools', 'click', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
