"""The preview while a plan is written: the figures of the full preview, whatever is in the plan."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import tried
from helpers.cli import write_csv
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEAD = """id = "q"
title = "t"
authority = "a"
as_of = 2027-02-28
window = [2027-03-08, 2027-05-31]
"""
DAYS = (
    "", "1999-01-01", "2022-02-28", "2024-02-28", "2024-02-29", "2024-03-01", "2025-05-31",
    "2026-12-31", "2027-01-01", "2027-01-07", "2027-01-08", "2027-02-27", "2027-02-28",
)  # fmt: skip


def rows(count: int = 300) -> list[dict[str, Any]]:
    """Entities whose days lie on, before and behind those that plans compare with."""
    chance = random.Random(11)
    return [
        {
            "entity_id": f"e{number:03d}",
            "name": f"Entity {number}",
            "tier": chance.choice(("A", "B", "C", "C", "")),
            "region": chance.choice(("1501", "1502", "22")),
            "industry": chance.choice(("F52", "F51", "C13", "")),
            "kind": chance.choice(("enterprise", "individual")),
            "status": chance.choice(("active", "active", "active", "revoked")),
            "established_on": established,
            "inspected_on": chance.choice([d for d in DAYS if d >= established or not d]),
            "fields": chance.choice(("", "", "food", "drug,food", "special")),
            "visits_this_year": str(chance.choice((0, 0, 1, 2))),
        }
        for number in range(count)
        for established in [chance.choice(DAYS)]
    ]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with leads, inspectors, and a draw of the past that counts."""
    folder = tmp_path_factory.mktemp("live")
    made = Workspace.create(folder / "w", "free")
    made.import_files("entities", [write_csv(folder / "e.csv", rows())])
    people = [
        {"inspector_id": f"p{n}", "name": f"P{n}", "certificate_until": f"2027-0{4 + n % 4}-01"}
        for n in range(9)
    ]
    made.import_files("inspectors", [write_csv(folder / "i.csv", people)])
    leads = [
        {"lead_id": f"l{n}", "entity_id": f"e{n * 7:03d}", "trigger": trigger, "opened_on": opened}
        for n, (trigger, opened) in enumerate(
            [("complaint", "2027-02-01"), ("transfer", ""), ("complaint", "2027-03-01")] * 3
        )
    ]
    made.import_files("leads", [write_csv(folder / "l.csv", leads)])
    early = folder / "early.toml"
    text = (
        HEAD.replace('"q"', '"early"')
        .replace("2027-02-28", "2027-01-04")
        .replace("2027-03-08", "2027-01-08")
    )
    early.write_text(
        text.replace("2027-05-31", "2027-02-20") + '[rates]\ntier={A="20%",B="20%",C="20%"}'
    )
    draw = made.freeze(early, secret="5e" * 32)["draw"]
    made.draw(draw, "12345678901234567890", "dice")
    return made


TABLES = st.fixed_dictionaries(
    {
        "strata": st.sampled_from(['["tier", "region"]', '["kind"]', '["industry", "tier"]', "[]"]),
        "scope": st.sampled_from(["", 'region = ["15"]', 'kind = ["individual"]', "status = []"]),
        "rates": st.sampled_from(
            [
                'tier = { A = "1%", B = "10%", C = "40%" }',
                'tier = { A = "1%", B = "10%", C = { count = 7 } }\nunknown_tier = "A"',
                'tier = { A = "3%", B = "3%", C = "3%" }\nregion = { "1501" = { min = "6%" } }',
                'region = { "15" = "8%", other = "2%" }',
            ]
        ),
        "years": st.integers(0, 5),
        "tolerance": st.sampled_from(["0%", "40%", "100%"]),
        "low": st.sampled_from(["0%", "50%", "100%"]),
        "cap": st.integers(0, 2),
        "days": st.integers(0, 90),
        "rule": st.sampled_from(
            [
                "",
                '[[coverage]]\nwhere = { fields = "food" }\nwithin_years = 3\n',
                '[[coverage]]\nwhere = { industry = "F" }\nwithin_years = 2\n',
                '[[coverage]]\nwhere = { age = "old", tier = ["A", "C"] }\nwithin_years = 5\n',
                '[[quota]]\nwhere = { region = "22" }\nmin = 5\n',
                '[[quota]]\nwhere = { industry = "F5", key = "key" }\nmax = "30% of draw"\n',
                '[[quota]]\nwhere = { fields = ["food", "drug"] }\nmin = "9%"\n',
            ]
        ),
    }
)


def plan_of(found: dict[str, Any]) -> str:
    return f"""{HEAD}strata = {found["strata"]}
[scope]
{found["scope"]}
[rates]
{found["rates"]}
[tolerance]
years = {found["years"]}
leave_out = "{found["tolerance"]}"
[low_risk]
tiers = ["A"]
leave_out = "{found["low"]}"
[limits]
visits_per_year = {found["cap"]}
days_between = {found["days"]}
{found["rule"]}"""


@tried(20, of=3)
@given(found=TABLES)
def test_the_figures_are_those_of_the_preview(workspace: Workspace, found: dict[str, Any]) -> None:
    memory = workspace.live_memory()
    file = workspace.folder / "plans" / "try.toml"
    file.write_text(plan_of(found), encoding="utf-8")

    def told(look: Any) -> Any:
        try:
            return look()
        except PlannerError as error:
            return [
                (
                    problem.code,
                    {k: v for k, v in problem.params.items() if k not in ("line", "file")},
                )
                for problem in error.problems
            ]

    full = told(lambda: workspace.preview(file))
    text = plan_of(found)
    for _ in range(2):  # the second time from memory
        assert (
            told(lambda: workspace.live_preview(text, "plans/try.toml", memory, outlook=True))
            == full
        )
    quick = told(lambda: workspace.live_preview(text, "plans/try.toml", memory))
    if isinstance(full, dict):
        assert quick["crews"]["loads"] == {}
        assert {**quick, "crews": 0, "warnings": 0} == {**full, "crews": 0, "warnings": 0}


def test_one_memory_for_many_plans_and_a_new_register(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w", "free")
    made.import_files("entities", [write_csv(tmp_path / "e.csv", rows(60))])
    memory = made.live_memory()
    plans = [
        f'{HEAD}[rates]\ntier={{A="{n}%",B="5%",C="9%"}}\n[tolerance]\nyears={n % 4}\n'
        for n in range(1, 7)
    ]
    file = tmp_path / "p.toml"
    for text in [*plans, *reversed(plans)]:
        file.write_text(text)
        assert made.live_preview(text, str(file), memory, outlook=True) == made.preview(file)
    made.import_files("entities", [write_csv(tmp_path / "f.csv", rows(90))])
    assert made.live_preview(plans[0], "x", memory)["scope"] > 60
    made.close()


def test_a_problem_has_the_line_of_its_key(workspace: Workspace) -> None:
    text = HEAD + '[rates]\ntier = { A = "1%", B = "10%", C = "40%" }\n\n# at least\n[[quota]]\n'
    text += 'where = { region = "22" }\n# too many\nmin = 5000\n'
    with pytest.raises(PlannerError) as caught:
        workspace.live_preview(text, "x", workspace.live_memory())
    problem = caught.value.problems[0]
    assert problem.code == "quota.too-few"
    assert text.split("\n")[problem.params["line"] - 1] == "min = 5000"


MENDS = {
    "too many": (
        '[[quota]] # one\nwhere = { region = "22" }\n# why\nmin = 5000 # many\n',
        "# many",
    ),
    "empty group": ('[[quota]] # two\nwhere = { region = "9" }\nmin = 3\n', None),
    "share of draw": (
        '[[quota]]\nwhere = { region = "22" }\nmin = "90% of draw" # most\n'
        '[[quota]]\nwhere = { region = "1501" }\nmin = "40% of draw"\n',
        "# most",
    ),
    "total against least": (
        '[limits]\ntotal = 5 # few\n[[quota]]\nwhere = { region = "22" }\nmin = 20 # many\n',
        "# few",
    ),
    "no chance": ("[limits]\ntotal = 1 # none\n[[quota]]\nmin = 30\n", "# none"),
}


@pytest.mark.parametrize("name", MENDS)
def test_every_mend_mends_and_keeps_comments(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    more, comment = MENDS[name]
    text = HEAD + '[rates] # rates\ntier = { A = "1%", B = "10%", C = "40%" } # by tier\n' + more
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    problems = workspace.mends(file)
    assert problems
    for number, problem in enumerate(problems, 1):
        file.write_text(text, encoding="utf-8")
        told = workspace.mend_plan(file, number)
        assert told["mended"]["code"] == problem.code
        found = file.read_text(encoding="utf-8")
        assert found == workspace.mended(text, problem) != text
        assert "# by tier" in found
        assert comment is None or comment in found
        later = [p.params.get("key") for p in workspace.mends(file)]
        assert problem.params["key"] not in later
    with pytest.raises(PlannerError):
        workspace.mend_plan(file, 99)


@pytest.mark.parametrize(
    ("rates", "left"),
    [
        ('tier = { A = "1%", B = "10%", C = { min = { count = 900 } } }', "min = { count = "),
        ('tier = { A = "1%", B = "10%", C = { count = 900 } }', "count = "),
        ('tier = { A = "1%", B = "5%", C = "9%" }\nregion = { "22" = "70%", other = "60%" }\n'
         '[limits]\ntotal = 40', "%"),
        ('tier = { A = "1%", B = "5%", C = { min = "90%" } }\n[limits]\ntotal = 20', ""),
    ],
)  # fmt: skip
def test_mends_of_rates(workspace: Workspace, tmp_path: Path, rates: str, left: str) -> None:
    file = tmp_path / "plan.toml"
    text = f"{HEAD}[rates]\n{rates}\n"
    file.write_text(text, encoding="utf-8")
    problems = workspace.mends(file)
    assert problems
    for number in range(1, len(problems) + 1):
        file.write_text(text, encoding="utf-8")
        workspace.mend_plan(file, number)
        assert left in file.read_text(encoding="utf-8")
        assert problems[number - 1] not in workspace.mends(file)


def test_what_cannot_be_mended_is_refused(workspace: Workspace) -> None:
    from yaohao.planner.vocabulary.problems import Problem

    sound = HEAD + '[rates]\ntier = { A = "1%", B = "10%", C = "40%" }\n'
    assert workspace.mended(sound, Problem("plan.missing", {"key": "id"})) is None
    for key in ("quota[3].min", "rates.nobody.x", "limits.total", "id"):
        with pytest.raises(PlannerError):
            workspace.mended(sound, Problem("quota.least-count", {"key": key, "mend": 3}))
