"""Plans that say what is wrong with them: words, days, staff, and what may not be frozen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import yaohao as run
from helpers.kept_bureaus import filled
from yaohao.planner.vocabulary.codes import credit_check_character
from yaohao.planner.vocabulary.problems import PlannerError, Problem, ProblemReport
from yaohao.planner.wording.format import inspector_notes
from yaohao.planner.wording.messages import say_problem
from yaohao.planner.workspace import Workspace

from yaohao import verify_publication

HEAD = """\
id = "q1"
title = "Trial"
authority = "Trial bureau"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
items = ["REG-01"]
"""
RATES = '[rates]\ntier = { A = "50%", B = "50%", C = "50%", D = "50%" }\n'
PEOPLE = "inspector_id,name,department,regions,certificate_until\n" + "".join(
    f"ZF-{n},Inspector {n},MSB,1505,2030-01-01\n" for n in range(1, 5)
)
ITEMS = "item_id,name,department\nREG-01,r,MSB\n"


def credit_code(number: int) -> str:
    first = f"91150502MA{number:07d}"
    return first + credit_check_character(first)


def entities(number: int = 20, **fixed: str) -> str:
    """A register of China: kinds, tiers and food by turns, all new, in one county."""
    rows = ["entity_id,name,tier,region,kind,status,established_on,fields"]
    for n in range(number):
        row = {
            "tier": "ABCD"[n % 4],
            "region": "150502",
            "kind": ("enterprise", "individual")[n % 2],
            "status": "active",
            "established_on": "2026-06-01",
            "fields": "food" if n % 5 == 0 else "",
            **fixed,
        }
        rows.append(f"{credit_code(n)},Shop {n}," + ",".join(row.values()))
    return "\n".join(rows) + "\n"


def bureau(
    folder: Path,
    register: str = "china",
    *,
    rows: str = "",
    people: str = PEOPLE,
    leads: str = "",
) -> Workspace:
    """A workspace with all registers."""
    files = {"entities": rows or entities(), "inspectors": people, "items": ITEMS, "leads": leads}
    make = partial(_bureau, register=register, files=files)
    return Workspace(filled(folder, make, (register, *files.values())))


def _bureau(folder: Path, register: str, files: dict[str, str]) -> Path:
    with Workspace.create(folder / "bureau", register) as workspace:
        for name, text in files.items():
            if text:
                (folder / f"{name}.csv").write_text(text, encoding="utf-8")
                workspace.import_files(name, [folder / f"{name}.csv"])
    return folder / "bureau"


def plan(workspace: Workspace, text: str, name: str = "q1") -> Path:
    path = workspace.folder / "plans" / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def codes(found: Sequence[ProblemReport]) -> list[str]:
    return [one["code"] for one in found]


def problems(call: Any) -> list[Problem]:
    with pytest.raises(PlannerError) as caught:
        call()
    return list(caught.value.problems)


# --- codes -----------------------------------------------------------------------------------

RIGHT = HEAD + RATES + "[tolerance]\nyears = 3\n"
FIGURES = ("scope", "pool", "directed", "out", "expected")


@pytest.mark.parametrize(
    "words",
    [
        '[scope]\nkind = ["enterprise", "个体工商户"]\n[key_fields]\ncodes = ["食品"]\n'
        '[leads]\ntriggers = ["投诉举报"]\n',
        '[scope]\nkind = ["企业", "个体户"]\nstatus = ["存续"]\nregion = ["科尔沁区"]\n',
        '[scope]\nregion = ["通辽市"]\n[key_fields]\ncodes = ["食品安全", "drug"]\n',
        '[scope]\nregion = ["内蒙古自治区"]\nstatus = ["在业"]\n',
    ],
)
def test_words_of_imports_give_the_figures_of_codes(words: str, tmp_path: Path) -> None:
    leads = f"entity_id,trigger\n{credit_code(2)},投诉举报\n"
    workspace = bureau(tmp_path, leads=leads)
    right = workspace.preview(plan(workspace, RIGHT, "right"))
    told = workspace.preview(plan(workspace, RIGHT + words, "words"))
    figures = [{name: dict(one)[name] for name in FIGURES} for one in (told, right)]
    assert figures[0] == figures[1]
    assert right["scope"] == 20
    assert right["directed"] == 1
    assert workspace.check_plan("words")["warnings"] == []


def test_words_stand_for_codes_in_every_table(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    word = (
        HEAD.replace("items =", 'strata = ["tier", "fields:食品"]\nitems =')
        + '[rates]\ntier = { "低风险" = "50%", "B类" = "50%", C = "50%", "高风险" = "50%" }\n'
        + 'unknown_tier = "一般风险"\n[low_risk]\ntiers = ["低风险"]\nleave_out = "50%"\n'
        + "[[coverage]]\nwhere = { fields = ['食品'], kind = '企业' }\nwithin_years = 1\n"
        + "[[quota]]\nwhere = { region = '科尔沁区', tier = '高风险' }\nmin = 1\n"
    )
    code = word
    for one, other in (("低风险", "A"), ("B类", "B"), ("高风险", "D"), ("一般风险", "B")):
        code = code.replace(one, other)
    code = code.replace("食品", "food").replace("企业", "enterprise").replace("科尔沁区", "150502")
    told = [workspace.preview(plan(workspace, text, "one")) for text in (word, code)]
    assert told[0] == told[1]
    assert told[0]["rules"][0]["rule"] == "quota[1].min"


@pytest.mark.parametrize(
    ("table", "found", "near"),
    [
        ('[scope]\nkind = ["合作杜"]', "合作杜", "cooperative"),
        ('[scope]\nstatus = ["actve"]', "actve", "active"),
        ('[key_fields]\ncodes = ["foods"]', "foods", "food"),
        ("[low_risk]\ntiers = ['低风验']", "低风验", "A"),
        ("[[quota]]\nwhere = { fields = 'drgu' }\nmin = 1", "drgu", "drug"),
        ("[scope]\nkind = ['§']", "§", ""),
    ],
)
def test_what_is_no_word_of_the_register_is_refused_with_the_nearest(
    table: str, found: str, near: str, tmp_path: Path
) -> None:
    workspace = bureau(tmp_path)
    path = plan(workspace, HEAD + RATES + table)
    for call in (workspace.check_plan, workspace.preview, workspace.freeze):
        [problem] = problems(lambda call=call: call(path))
        assert problem.code == "plan_code.unknown" + ("-near" if near else "")
        assert (problem.params["found"], problem.params["near"]) == (found, near)
        assert problem.params["line"]


def test_a_rate_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    rates = '[rates]\ntier = { A = "1%", "低风险" = "2%" }\n'
    [problem] = problems(lambda: workspace.check_plan(plan(workspace, HEAD + rates)))
    assert (problem.code, problem.params["code"]) == ("plan_code.rate-twice", "A")


FREE = "entity_id,name,tier,region,kind,fields\n" + "".join(
    f"e{n},Shop {n},{'AB'[n % 2]},42{n % 3},{('enterprise', 'individual')[n % 2]},food\n"
    for n in range(20)
)


@pytest.mark.parametrize(
    ("table", "key", "near"),
    [
        ('[scope]\nkind = ["个体工商户", "enterprise"]', "scope.kind", ""),
        ('[scope]\nkind = ["enterprize", "individual"]', "scope.kind", "enterprise"),
        ('[scope]\nregion = ["42", "42l"]', "scope.region", "422"),
        ('[key_fields]\ncodes = ["foods"]', "key_fields.codes", "food"),
        ('[leads]\ntriggers = ["complain", "complaint"]', "leads.triggers", "complaint"),
        (
            "[[coverage]]\nwhere.fields = 'fooood'\nwithin_years = 1",
            "coverage[1].where.fields",
            "food",
        ),
        ("[low_risk]\ntiers = ['Z']\nleave_out = '10%'", "low_risk.tiers", ""),
        ("[trigger_based]\ntiers = []\n[low_risk]\ntiers = ['a']", "low_risk.tiers", ""),
    ],
)
def test_codes_that_nobody_has_are_told_with_what_is_met(
    table: str, key: str, near: str, tmp_path: Path
) -> None:
    people = PEOPLE.replace("1505,", ",")
    leads = "entity_id,trigger\ne1,complaint\n"
    workspace = bureau(tmp_path, "free", rows=FREE, people=people, leads=leads)
    path = plan(workspace, HEAD + RATES + table + "\n")
    for told in (workspace.check_plan(path), workspace.preview(path), workspace.freeze(path)):
        [one] = [w for w in told["warnings"] if w["params"].get("key") == key]
        assert one["code"].startswith("plan_check.no-")
        assert one["params"]["near"] == near
        assert one["params"]["met"]
        assert one["params"]["line"]


def test_the_sentence_names_what_is_met(tmp_path: Path) -> None:
    workspace = bureau(tmp_path, "free", rows=FREE)
    path = plan(workspace, HEAD + RATES + '[scope]\nkind = ["enterprise", "个体工商户"]\n')
    [one] = [
        w for w in workspace.check_plan(path)["warnings"] if w["params"].get("key") == "scope.kind"
    ]
    words = say_problem(Problem(one["code"], one["params"]), "en")
    assert (
        "scope.kind: no entity has 个体工商户; the register has enterprise 10, individual 10"
        in words
    )


def test_a_scope_that_nobody_is_in_says_why(tmp_path: Path) -> None:
    workspace = bureau(tmp_path, "free", rows=FREE)
    path = plan(workspace, HEAD + RATES + '[scope]\nkind = ["individal"]\n')
    for call in (workspace.check_plan, workspace.preview, workspace.freeze):
        found = problems(lambda call=call: call(path))
        assert [one.code for one in found] == ["frame.empty-scope", "plan_check.no-entity-near"]


def test_a_city_by_its_code_with_zeros_is_told(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    path = plan(workspace, HEAD + RATES + '[scope]\nregion = ["150500", "150502"]\n')
    [one] = workspace.check_plan(path)["warnings"]
    assert one["code"] == "plan_check.whole-division"
    assert (one["params"]["near"], one["params"]["below"]) == ("1505", 20)
    workspace.mend_plan(path, 1)
    assert 'region = ["1505", "150502"]' in path.read_text()
    assert workspace.check_plan(path)["warnings"] == []


@pytest.mark.parametrize(
    ("division", "prefix"), [("150500", "1505"), ("150000", "15"), ("150502", "150502")]
)
def test_a_plan_that_the_program_writes_covers_its_own_workspace(
    division: str, prefix: str, tmp_path: Path
) -> None:
    workspace = Workspace.create(tmp_path / "w", division=division)
    assert f'region = ["{prefix}"]' in (tmp_path / "w" / "plans" / "sample.toml").read_text()
    (tmp_path / "e.csv").write_text(entities())
    workspace.import_files("entities", [tmp_path / "e.csv"])
    workspace.close()
    done = run("--workspace", tmp_path / "w", "plan", "new", tmp_path / "w" / "plans" / "n.toml")
    assert done.exit_code == 0, done.output
    assert Workspace(tmp_path / "w").preview("n")["scope"] == 20


def test_a_plan_written_for_a_free_register_has_its_codes(tmp_path: Path) -> None:
    rows = "entity_id,name,tier,region,fields\n" + "".join(
        f"e{n},n,{('high risk', 'L')[n % 2]},42{n % 3},{('', 'toys')[n % 2]}\n" for n in range(40)
    )
    workspace = bureau(tmp_path, "free", rows=rows, people=PEOPLE.replace("1505,", ","))
    path = workspace.folder / "plans" / "n.toml"
    workspace.close()
    words = ("plan", "new", path, "--as-of", "2027-01-04", "--authority", "a", "--item", "REG-01")
    assert run("--workspace", workspace.folder, *words).exit_code == 0
    with Workspace(workspace.folder) as opened:
        assert opened.check_plan("n")["warnings"] == []
        assert opened.freeze("n")["scope"] == 40


# --- tiers that nobody has -------------------------------------------------------------------


def test_a_rate_is_asked_for_only_where_somebody_needs_it(tmp_path: Path) -> None:
    rows = "entity_id,name,tier\n" + "".join(f"e{n},n,{'HL'[n % 2]}\n" for n in range(20))
    workspace = bureau(tmp_path, "free", rows=rows, people=PEOPLE.replace("1505,", ","))
    text = HEAD + '[rates]\ntier = { H = "50%", L = "10%" }\n'
    text += '[low_risk]\ntiers = ["L", "VL"]\nleave_out = "50%"\n'
    assert workspace.preview(plan(workspace, text))["pool"] == 20
    assert workspace.freeze("q1", secret="5a" * 32)["pool"] == 20
    (tmp_path / "f.csv").write_text("entity_id,name,tier\nx,n,\n")
    workspace.import_files("entities", [tmp_path / "f.csv"])
    [problem, *_] = problems(lambda: workspace.check_plan(plan(workspace, text)))
    assert problem.code == "frame.unknown-tier"


# --- days ------------------------------------------------------------------------------------

PAST = HEAD.replace("2027-", "2017-")
LONG = HEAD.replace("2027-03-31", "2072-03-31")


def test_a_window_that_is_over_is_told_and_not_frozen(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    path = plan(workspace, PAST + RATES)
    told = ["plan_check.as-of-far", "plan_check.window-over", "plan_check.register-newer"]
    assert sorted(codes(workspace.check_plan(path)["warnings"])) == sorted(told)
    assert sorted(codes(workspace.preview(path)["warnings"])) == sorted(told)
    [problem] = problems(lambda: workspace.freeze(path))
    assert problem.code == "plan_check.frozen-over"
    assert workspace.draws() == []
    assert workspace.freeze(path, despite=["past"])["draw"] == "q1"


def test_a_window_of_many_years_is_told(tmp_path: Path) -> None:
    workspace = bureau(tmp_path, people=PEOPLE.replace("2030-01-01", "2099-01-01"))
    path = plan(workspace, LONG + RATES)
    for told in (workspace.check_plan(path), workspace.preview(path), workspace.freeze(path)):
        assert codes(told["warnings"]) == ["plan_check.window-long"]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2027-03-31", []),
        ("2027-04-01", ["plan_check.window-over"]),
        ("2026-01-02", ["plan_check.as-of-far"]),
        ("2026-01-03", []),
    ],
)
def test_today_may_be_another_day_for_trials(
    today: str, expected: list[str], tmp_path: Path
) -> None:
    workspace = bureau(tmp_path)
    path = plan(workspace, HEAD + RATES)
    assert codes(workspace.check_plan(path, today)["warnings"]) == expected
    assert codes(workspace.preview(path, today=today)["warnings"]) == expected
    done = run("--workspace", workspace.folder, "plan", "check", path, "--today", today)
    assert done.exit_code == 0
    assert ("the inspection period ended" in done.stderr) == ("plan_check.window-over" in expected)


def test_the_command_line_has_the_options(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    plan(workspace, PAST + RATES)
    workspace.close()
    done = run("--workspace", workspace.folder, "freeze", "q1")
    assert done.exit_code == 2
    assert "--past" in done.stderr
    assert run("--workspace", workspace.folder, "freeze", "q1", "--past").exit_code == 0
    done = run("--workspace", workspace.folder, "freeze", "q1", "--past")
    assert done.exit_code == 2
    assert "--again" in done.stderr
    done = run("--workspace", workspace.folder, "freeze", "q1", "--past", "--again", "--json")
    assert done.exit_code == 0
    done = run("--workspace", workspace.folder, "freeze", "q1", "--today", "tomorrow")
    assert done.exit_code == 2
    assert "tomorrow" in done.stderr


# --- staff -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "people",
    [
        PEOPLE.replace("1505,", "1506,"),
        PEOPLE.replace("2030-01-01", "2027-02-01"),
        PEOPLE.replace("MSB", "FIRE"),
        PEOPLE.split("ZF-2")[0],
        "",
    ],
)
def test_what_cannot_be_staffed_is_told_and_not_frozen(people: str, tmp_path: Path) -> None:
    workspace = bureau(tmp_path, people=people)
    path = plan(workspace, HEAD + RATES)
    told = [
        *codes(workspace.check_plan(path)["warnings"]),
        *codes(workspace.preview(path)["warnings"]),
    ]
    wanted = "crews.want_of_people" if people else "plan_check.no-inspectors"
    assert told == [wanted] * 2
    found = problems(lambda: workspace.freeze(path))
    assert [one.code for one in found] == ["plan_check.frozen-unstaffed", wanted]
    assert workspace.draws() == []
    workspace.freeze(path, despite=["unstaffed"])


def test_capacities_hold_a_plan_back_only_where_they_must(tmp_path: Path) -> None:
    """Ten visits in twenty regions are less than one in each, rounded up."""
    rows = entities(20).split("\n")
    rows = [row.replace("150502,", f"1505{n:02d},") for n, row in enumerate(rows)]
    head, *some = PEOPLE.strip().split("\n")
    people = "\n".join([f"{head},capacity", *(f"{row},5" for row in some)]) + "\n"
    workspace = bureau(tmp_path, rows="\n".join(rows), people=people)
    path = plan(workspace, HEAD + RATES)
    assert workspace.preview(path)["warnings"] != []
    assert workspace.freeze(path)["draw"] == "q1"
    few = people.replace(",5\n", ",0\n")
    (tmp_path / "inspectors.csv").write_text(few)
    workspace.import_files("inspectors", [tmp_path / "inspectors.csv"], replace=True)
    found = problems(lambda: workspace.freeze(path, despite=["again"]))
    assert found[0].code == "plan_check.frozen-unstaffed"


def test_entities_without_a_region_that_nobody_may_visit(tmp_path: Path) -> None:
    workspace = bureau(tmp_path, rows=entities(20, region=""))
    path = plan(workspace, HEAD + RATES)
    told = workspace.check_plan(path)["warnings"]
    assert "plan_check.no-region" in codes(told)
    assert problems(lambda: workspace.freeze(path))[0].code == "plan_check.frozen-unstaffed"


def test_an_inspector_who_is_hardly_there_is_told(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    workspace.note_absence("ZF-2", "2027-01-11", "2027-03-30")
    workspace.note_absence("ZF-3", "2027-01-11", "2027-01-20")
    [one] = workspace.check_plan(plan(workspace, HEAD + RATES))["warnings"]
    assert one["code"] == "plan_check.hardly-there"
    assert one["params"]["found"] == ["ZF-2 1"]
    assert one["params"]["total"] == 80
    draw = workspace.freeze("q1")["draw"]
    workspace.draw(draw, "31415926535897932384", "dice")
    rows = {row["inspector_id"]: row for row in workspace.staffing(draw)["inspectors"]}
    assert [rows[f"ZF-{n}"]["days"] for n in (1, 2, 3)] == [80, 1, 70]
    assert [rows[f"ZF-{n}"]["days_of"] for n in (1, 2, 3)] == [None, 80, None]
    assert "present on 1 of the 80 days" in inspector_notes(rows["ZF-2"])


def test_one_inspector_a_visit_in_a_free_register(tmp_path: Path) -> None:
    text = HEAD + RATES + "[crew]\nsize = 1\n"
    china = bureau(tmp_path)
    [problem] = problems(lambda: china.check_plan(plan(china, text)))
    assert problem.code == "plan.crew-too-small"
    (tmp_path / "f").mkdir()
    free = bureau(tmp_path / "f", "free", rows=FREE, people=PEOPLE.replace("1505,", ","))
    draw = free.freeze(plan(free, text), secret="5a" * 32)["draw"]
    free.draw(draw, "31415926535897932384", "dice")
    free.staff(draw)
    free.deal(draw, "27182818284590452353", "dice")
    assert {len(visit["inspectors"]) for visit in free.show(draw)["visits"]} == {1}
    free.publish(draw, tmp_path / "p")
    assert all(one.ok is not False for one in verify_publication(tmp_path / "p"))
    done = subprocess.run(
        [sys.executable, tmp_path / "p" / "verify.py", tmp_path / "p"],
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stdout.decode()


# --- more that is told -----------------------------------------------------------------------


def test_a_bad_day_hides_nothing(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    text = HEAD.replace("as_of = 2027-01-04", "as_of = 2027-02-30") + RATES
    text = text.replace('"REG-01"', '"REG-02"') + '[scope]\nkind = ["企液"]\ncolour = 3\n'
    found = [one.code for one in problems(lambda: workspace.check_plan(plan(workspace, text)))]
    assert found == [
        "plan.no-such-day",
        "plan_code.unknown-near",
        "plan.unknown-key",
        "plan.unknown-item-near",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as_of = 2027/1/4\n", ["plan.not-date"]),
        ("as_of = 2027年1月4日\n", ["plan.not-date"]),
        ("as_of = 2027-1-4\n", ["plan.not-date"]),
        ("as_of ＝ 2027-02-30\n", ["plan.no-such-day", "plan.syntax-wide"]),
        ("as_of = “2027-01-04”\n", ["plan.syntax-wide"]),
    ],
)
def test_days_and_signs_are_read_around(text: str, expected: list[str], tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    whole = HEAD.replace("as_of = 2027-01-04\n", text) + RATES + "[crew]\nsize = 0\n"
    found = [one.code for one in problems(lambda: workspace.check_plan(plan(workspace, whole)))]
    assert sorted(found) == sorted([*expected, "plan.crew-too-small"])


def test_what_only_the_register_can_tell(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", authority="")
    told = codes(workspace.check_plan("sample")["warnings"])
    assert told == [
        "plan_check.no-entities",
        "plan_check.authority",
        "plan_check.no-items",
        "plan_check.no-inspectors",
    ]


def test_quotas_that_cannot_hold_are_told_at_check(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    path = plan(workspace, HEAD + RATES + "[[quota]]\nwhere = { tier = 'A' }\nmin = 50\n")
    [problem] = problems(lambda: workspace.check_plan(path))
    assert problem.code == "quota.too-few"
    assert problem.params["line"]


def test_a_register_newer_than_the_plan_is_told(tmp_path: Path) -> None:
    workspace = bureau(tmp_path, rows=entities(20, established_on="2027-01-05"))
    [one] = workspace.check_plan(plan(workspace, HEAD + RATES))["warnings"]
    assert (one["code"], one["params"]["size"]) == ("plan_check.register-newer", 20)


@pytest.mark.parametrize(
    ("rule", "size"),
    [
        ("[[coverage]]\nwhere = { fields = 'drug' }\nwithin_years = 9\n", 1),
        ("[[quota]]\nwhere = { fields = ['drug', 'special'] }\nmax = 1\n", 3),
        ("[rates.kind]\nenterprise = { min = '1%' }\noffice = { min = '1%' }\n", 1),
    ],
)
def test_rules_that_aim_at_nearly_nobody_are_told(rule: str, size: int, tmp_path: Path) -> None:
    rows = entities(20).split("\n")
    rows[1] = rows[1].replace("enterprise", "office").replace("food", "drug")
    rows[2] += "special"
    rows[3] += "special"
    workspace = bureau(tmp_path, rows="\n".join(rows))
    rates = RATES.replace("[rates]", "[rates]") + rule
    told = workspace.check_plan(plan(workspace, HEAD + rates))["warnings"]
    [one] = [one for one in told if one["code"].startswith("plan_check.rule-")]
    assert one["params"]["size"] == size


def test_the_same_firm_under_several_ids_is_told(tmp_path: Path) -> None:
    rows = "entity_id,name,address,tier\n" + "".join(
        f"{credit_code(n)},Shop {n // 2 if n < 6 else n},Street {n // 2},A\n" for n in range(12)
    )
    workspace = bureau(tmp_path, rows=rows, people=PEOPLE.replace("1505,", ","))
    [one] = workspace.check_plan(plan(workspace, HEAD + RATES))["warnings"]
    assert (one["code"], one["params"]["size"]) == ("plan_check.twins", 3)
    assert one["params"]["examples"][0] == f"{credit_code(0)}/{credit_code(1)}"


def test_what_falls_outside_the_total_is_told(tmp_path: Path) -> None:
    leads = f"entity_id,trigger\n{credit_code(2)},complaint\n"
    workspace = bureau(tmp_path, leads=leads)
    rule = "[limits]\ntotal = 5\n[[coverage]]\nwhere.fields = 'food'\nwithin_years = 1\n"
    text = HEAD.replace("2027-03-31", "2027-07-01") + RATES + rule
    told = workspace.preview(plan(workspace, text))
    [few, total, coverage] = told["warnings"]
    assert few["code"] == "plan_check.rule-few"
    assert total["code"] == "plan_check.total-outside"
    assert {name: total["params"][name] for name in ("total", "directed", "all")} == {
        "total": 5, "directed": 5, "all": 10,
    }  # fmt: skip
    assert (coverage["code"], coverage["params"]["size"]) == ("plan_check.coverage-outside", 4)
    assert "plan_check.total-outside" in codes(workspace.freeze("q1")["warnings"])


# --- again, by id, nearest -------------------------------------------------------------------


def test_a_plan_is_frozen_again_only_where_it_is_said(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    path = plan(workspace, HEAD + RATES)
    workspace.freeze(path)
    [problem] = problems(lambda: workspace.freeze("q1"))
    assert (problem.code, problem.params["draw"]) == ("plan_check.frozen-again", "q1")
    assert workspace.freeze("plans/q1.toml", despite=["again"])["draw"] == "q1-2"
    for draw in ("q1", "q1-2"):
        workspace.abandon(draw, "a trial")
    assert workspace.freeze(path)["draw"] == "q1-3"


def test_plans_are_found_by_path_name_and_id(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    path = plan(workspace, HEAD + RATES, "other")
    for name in (path, str(path), "other", "other.toml", "q1"):
        assert workspace.preview(name)["plan"] == "q1"
    [problem] = problems(lambda: workspace.preview("othr"))
    assert (problem.code, problem.params["near"]) == ("plan_check.no-plan-near", "other")
    plan(workspace, HEAD + RATES, "third")
    [problem] = problems(lambda: workspace.freeze("q1"))
    assert problem.code == "plan_check.several-plans"


def test_home_calls_for_a_freeze_only_where_it_would_be_done(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    plan(workspace, HEAD + RATES)

    def following() -> tuple[str, str]:
        rows = {row["plan"]: row for row in workspace.overview()["plans"]}
        return rows["q1"]["next"], rows["q1"]["register"]

    for name, text in (("entities", entities()), ("inspectors", PEOPLE), ("items", ITEMS)):
        assert following() == ("import", name)
        (tmp_path / f"{name}.csv").write_text(text)
        workspace.import_files(name, [tmp_path / f"{name}.csv"])
    assert following() == ("freeze", "")
    quotas = '[[quota]]\nwhere = { kind = "enterprise" }\nmax = "10%"\n'
    quotas += '[[quota]]\nwhere = { fields = ["food"] }\nmin = "90%"\n'
    too_many = '[[quota]]\nwhere = { tier = "D" }\nmin = 4000\n'
    nobody = HEAD + '[scope]\nkind = ["cooperative"]\n'
    for wrong in (
        PAST + RATES,
        HEAD.replace("REG-01", "REG-9") + RATES,
        nobody + RATES,
        HEAD + RATES + quotas,
        HEAD + RATES + too_many,
    ):
        path = plan(workspace, wrong)
        assert following() == ("check", ""), wrong
        with pytest.raises(PlannerError):
            workspace.freeze(path)
    path = plan(workspace, HEAD + RATES)
    assert following() == ("freeze", "")
    assert workspace.freeze(path)


def test_what_is_not_known_yet_is_said_to_be_looked_at(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    plan(workspace, HEAD + RATES)

    def following(**options: bool) -> str:
        rows = {row["plan"]: row["next"] for row in workspace.overview(**options)["plans"]}
        return str(rows["q1"])

    assert following(thorough=False) == "look"
    assert following() == "freeze"
    assert following(thorough=False) == "freeze", "it is remembered"
    for inspector in ("ZF-1", "ZF-2", "ZF-3"):
        workspace.note_absence(inspector, "2027-01-01", "2027-12-31")
        assert following(thorough=False) == "look", "another roster may make another step"
    assert following() == "check"


@pytest.mark.parametrize(
    ("statuses", "asked"),
    [(["Open", "Closed"], ("Closed", "Open")), (["active", "shut"], ("active",))],
)
def test_a_plan_that_is_written_covers_a_register_with_statuses_of_its_own(
    tmp_path: Path, statuses: list[str], asked: tuple[str, ...]
) -> None:
    rows = "entity_id,name,tier,status\n" + "".join(
        f"e{n},Shop {n},low,{statuses[n % 2]}\n" for n in range(20)
    )
    with Workspace.create(tmp_path / "w", "free", language="en") as workspace:
        sample = tmp_path / "w" / "plans" / "sample.toml"
        (tmp_path / "e.csv").write_text(rows)
        workspace.import_files("entities", [tmp_path / "e.csv"])
        # The sample was written before anything was known, and asks for no status.
        assert "status = []" in sample.read_text()
        path = tmp_path / "w" / "plans" / "own.toml"
        workspace.new_plan(path)
        assert f"status = {json.dumps(list(asked))}" in path.read_text()
        assert workspace.preview(path)["scope"] == (20 if len(asked) == 2 else 10)
