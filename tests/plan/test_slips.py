"""Slips of the pen in a plan, mended in its text: comments and order stay, and the slip is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli import yaohao as run
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.plan.code_words import CodeReader
from yaohao.planner.plan.fixes import can_mend, mended
from yaohao.planner.plan.parse import draft_plan
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.messages import say_problem
from yaohao.planner.workspace import Workspace

TEXT = """\
# a plan of ours
id = "q1"   # its id
title = "Trial"
authority = "Trial bureau"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]  # a quarter
items = ["REG-01"]
strata = ["tier", "region"]
[rates]
tier = { A = "50%", B = "50%" } # by tier
"""
SLIPS = [
    # (code of the slip, what stands there, what it is mended to)
    ("plan.unknown-key-near", "\n[scope]\nstatuss = ['x']", "\n[scope]\nstatus = ['x']"),
    ("plan.unknown-key-near", "\n[limts]\ntotal = 5", "\n[limits]\ntotal = 5"),
    ("plan.unknown-key-near", "\n[crew]\n'siz' = 3", "\n[crew]\nsize = 3"),
    (
        "plan.choice-near",
        "\n[publication]\ntiers = 'Shown' # x",
        '\n[publication]\ntiers = "shown" # x',
    ),
    ("plan.not-list", "\n[scope]\nkind = 'enterprise'", '\n[scope]\nkind = ["enterprise"]'),
    ("plan.not-whole", "\n[limits]\ntotal = '600'", "\n[limits]\ntotal = 600"),
    ("plan.share-bare", "\n[tolerance]\nleave_out = 50", '\n[tolerance]\nleave_out = "50%"'),
    ("plan.duplicate", "\n[scope]\nkind = ['a', 'b', 'a']", "\n[scope]\nkind = ['a', 'b']"),
    ("plan.crew-too-small", "\n[crew]\nsize = 1", "\n[crew]\nsize = 2"),
    ("plan.misplaced", "\n[scope]\nreserves = 2", "\n[scope]\n[publication]\nreserves = 2"),
    (
        "plan.crew-and-departments",
        "\n[crew]\ndepartment = 'F'\n[[department]]\nname = 'F'\nitems = ['X']",
        "\n[crew]\n[[department]]\nname = 'F'\nitems = ['X']",
    ),
    (
        "plan.age-no-years",
        "\n[[quota]]\nwhere = { age = 'new' }\nmin = 1",
        "\n[[quota]]\nwhere = { age = 'new' }\nmin = 1\n[tolerance]\nyears = 3\nleave_out = \"0%\"",
    ),
]  # fmt: skip


def slips(text: str) -> list:
    return [one for one in draft_plan(text).problems if can_mend(one)]


def bare(text: str) -> str:
    return "\n".join(row for row in text.split("\n") if row.strip())


@pytest.mark.parametrize(("code", "wrong", "right"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_mended_in_the_text(code: str, wrong: str, right: str) -> None:
    [slip] = slips(TEXT + wrong)
    assert slip.code == code
    assert bare(mended(TEXT + wrong, slip)) == bare(TEXT + right)


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    [
        ("plan.not-date", "as_of = 2027-01-04", "as_of = 2027/1/4"),
        ("plan.not-date", "as_of = 2027-01-04", "as_of = '2027年1月4日'"),
        ("plan.not-date", "[2027-01-11, 2027-03-31]", "[2027-01-11, '2027.3.31']"),
        ("plan.syntax-wide", "items = [", "items ＝ ［"),
        ("plan.window-order", "[2027-01-11, 2027-03-31]", "[2027-03-31, 2027-01-11]"),
        ("plan.choice-near", '["tier", "region"]', '["teir", "region"]'),
        ("plan.rate-bare", 'A = "50%"', "A = 50"),
    ],
)
def test_a_slip_within_the_text_is_mended(code: str, right: str, wrong: str) -> None:
    text = TEXT.replace(right, wrong)
    assert text != TEXT
    [slip] = [one for one in slips(text) if one.code == code]
    assert mended(text, slip).replace("［", "[").replace("］", "]") == TEXT


def test_a_key_goes_to_the_top_above_the_first_table() -> None:
    text = TEXT.replace('strata = ["tier", "region"]\n', "")
    text += '[scope]\n# which\nstrata = ["kind"]\n'
    [slip] = slips(text)
    assert slip.code == "plan.misplaced-top"
    found = mended(text, slip)
    assert found.index("strata") < found.index("[rates]")
    drafted = draft_plan(found)
    assert drafted.problems == []
    assert drafted.plan is not None and drafted.plan.strata == ("tier", "kind")


def test_one_of_several_is_mended_and_the_others_stay() -> None:
    text = TEXT.replace("2027-01-04", "2027-02-30") + "[scope]\nstatuss = ['x']\nknid = ['y']\n"
    first, second = slips(text)
    once = mended(text, first)
    [left] = slips(once)
    assert left.params["found"] == second.params["found"]
    assert "plan.no-such-day" in [one.code for one in draft_plan(mended(once, left)).problems]


def test_what_has_no_known_mend_is_refused() -> None:
    [problem] = draft_plan(TEXT + "[scope]\ncolour = 3\n").problems
    assert not can_mend(problem)
    with pytest.raises(PlannerError) as caught:
        mended(TEXT, problem)
    assert caught.value.problems[0].code == "mend.none"


def test_a_mend_that_would_break_the_text_is_refused() -> None:
    """The nearest code has a rate already: the file cannot have the key twice."""
    text = TEXT.replace('B = "50%"', 'B = "50%", AA = "1%"')
    params = {"key": "rates.tier.AA", "line": 10, "found": ["AA"], "near": "A"}
    slip = Problem("plan_check.no-entity-near", params)
    assert can_mend(slip)
    with pytest.raises(PlannerError) as caught:
        mended(text, slip)
    assert caught.value.problems[0].code == "mend.none"
    slip = Problem("plan_check.no-entity-near", {**params, "near": "C"})
    assert 'C = "1%"' in mended(text, slip)
    slip = Problem("plan_check.no-entity-near", {**params, "near": "high risk"})
    assert '"high risk" = "1%"' in mended(text, slip)


def test_a_slip_that_is_not_there_is_refused() -> None:
    [slip] = slips(TEXT + "[scope]\nstatuss = ['x']\n")
    with pytest.raises(PlannerError) as caught:
        mended(TEXT, slip)
    assert caught.value.problems[0].code == "mend.none"


WORDS = [
    "scope", "kind", "rates", "tier", "A", "低风险", "[", "]", "[[quota]]", "where", "=", "{", "}",
    "'企业'", '"foods"', "2027-02-30", "2027/1/4", "“", "”", "＝", "，", ",", "\n", "#", "'", '"',
    "min", "5", "50%", "[scope]", "status", "items", "strata", "unknown_tier", "null", ".", "true",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.integers(0, 9), st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_reading_and_the_mending(
    words: list[str], at: int, is_china: bool
) -> None:
    codes = CodeReader(code_system("china" if is_china else "free"))
    rows = TEXT.split("\n")
    text = "\n".join([*rows[:at], " ".join(words), *rows[at:]])
    draft = draft_plan(text, codes=codes)
    for problem in draft.problems:
        assert say_problem(problem, "en")
        assert say_problem(problem, "zh")
        if can_mend(problem):
            try:
                found = mended(text, problem, codes)
            except PlannerError:
                continue
            assert found != text


def test_typing_slips_are_mended_until_none_is_left(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "free")
    rows = "entity_id,name,tier,kind,fields\n" + "".join(f"e{n},n,A,shop,food\n" for n in range(9))
    for name, text in (
        ("entities", rows),
        ("items", "item_id,name\nREG-01,r\n"),
        ("inspectors", "inspector_id,name\ni1,a\ni2,b\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(text)
        workspace.import_files(name, [tmp_path / f"{name}.csv"])
    path = tmp_path / "w" / "plans" / "my plan.toml"
    path.write_text(
        TEXT.replace("REG-01", "REG-0l").replace("2027-01-04", "2027/1/4")
        + "[scope]\nkind = ['shopp'] # shops\n"
        + "[[coverage]]\nwhere.fields = 'fod'\nwithin_years = 9\n"
    )
    workspace.close()
    listed = run("--workspace", tmp_path / "w", "plan", "mend", path)
    assert "REG-01" in listed.stdout
    assert f"yaohao plan mend '{path}' --take NUMBER" in listed.stderr
    for _ in range(5):
        with Workspace(tmp_path / "w") as opened:
            if not opened.mends(path):
                break
            opened.mend_plan(path, 1)
    text = path.read_text()
    assert 'kind = ["shop"] # shops' in text
    assert 'where.fields = "food"' in text
    assert 'items = ["REG-01"]' in text
    assert "as_of = 2027-01-04" in text
    assert run("--workspace", tmp_path / "w", "plan", "check", path).exit_code == 0
