"""The guided start: by questions from nothing to a plan, stopped and taken up again anywhere."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from helpers.campaign import every
from helpers.cli import china_rows, told, write_csv, yaohao
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.sample import PlanChoices, sample_plan
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace

INSPECTORS = [
    {"inspector_id": f"P-{n}", "name": f"Person {n}", "certificate_until": "2029-12-31"}
    for n in range(4)
]
ITEMS = [{"item_id": "I-1", "name": "Price tags"}, {"item_id": "I-2", "name": "Licences"}]
MADE = ["bureau", "1", "1", "Food office", "150500", "Desk 3, 0475-1", ""]
"""Folder, in earnest, of China, authority, division, contact, the usual time zone."""
TAKEN = ["entities.csv", "1", "inspectors.csv", "1", "items.csv", "1", "n"]
PLAN = ["spring", "Spring", "2027-03-08", "2027-05-31", "1", "2", "30", "", "3", "dice", "4"]
"""Id, title, days, the first item, tolerance, low risk, days between, crew, source, total."""


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file for each register, which is where one works."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YAOHAO_WORKSPACE", raising=False)
    write_csv(tmp_path / "entities.csv", china_rows()[:40])
    write_csv(tmp_path / "inspectors.csv", INSPECTORS)
    write_csv(tmp_path / "items.csv", ITEMS)
    return tmp_path


def start(*answers: str, lang: str = "en", where: str = "") -> Result:
    """Run it with answers, one a line."""
    arguments = ["start", *([where] if where else [])]
    return yaohao(*arguments, lang=lang, stdin="".join(f"{one}\n" for one in answers))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_from_nothing_to_a_plan(files: Path, lang: str) -> None:
    result = start(*MADE, *TAKEN, *PLAN, lang=lang)
    assert result.exit_code == 0, result.output
    assert "yaohao freeze plans/spring.toml" in result.stderr
    plan = read_plan((files / "bureau" / "plans" / "spring.toml").read_text(encoding="utf-8"))
    assert (plan.title, plan.authority, plan.items) == ("Spring", "Food office", ("I-1",))
    assert plan.window == (date(2027, 3, 8), date(2027, 5, 31))
    assert plan.scope.region == ("1505",)
    told_of = told("--workspace", files / "bureau", "config", "get", "contact")
    assert told_of["value"] == "Desk 3, 0475-1"
    assert (plan.tolerance.years, plan.limits.days_between, plan.limits.total) == (2, 60, 4)
    assert plan.low_risk.leave_out == 300_000
    assert plan.crew.size == 3
    assert [one.source for one in (*plan.seeds.select, *plan.seeds.crew)] == ["dice", "dice"]
    workspace = files / "bureau"
    held = told("--workspace", workspace, "register")["registers"]
    assert {name: held[name] for name in ("entities", "inspectors", "items")} == {
        "entities": 40, "inspectors": 4, "items": 2,
    }  # fmt: skip
    # 20 of A and 20 of B, 30 % of A left out: 20 · 70 % · 1 % + 20 · 3 %
    assert told("--workspace", workspace, "plan", "preview", "spring")["expected"] == 740_000


@pytest.mark.parametrize("nth", every(2))
def test_stopped_after_any_answer_it_goes_on_from_there(files: Path, nth: int) -> None:
    """Each answer once the last one: what was done by then stays, the next run does the rest."""
    answers = [*MADE, *TAKEN, *PLAN]
    for given in range(0, len(answers), nth):
        folder = f"b{given}"
        first = start(*[folder if one == "bureau" else one for one in answers[:given]])
        assert first.exit_code == 130, first.output
        workspace = files / folder
        done = workspace.is_dir()
        assert done == (given >= len(MADE))
        if not done:
            continue
        assert f"yaohao --workspace {folder} start" in first.stderr
        held = told("--workspace", workspace, "register")["registers"]
        rest = [
            answer
            for register in ("entities", "inspectors", "items")
            if not held[register]
            for answer in (f"{register}.csv", "1")
        ]
        second = start(*rest, "n", *PLAN, where=folder)
        assert second.exit_code == 0, second.output
        assert (workspace / "plans" / "spring.toml").is_file()


def test_a_template_is_written_where_there_is_no_file(files: Path) -> None:
    result = start(*MADE, "")
    assert result.exit_code == 0
    assert "yaohao --workspace bureau start" in result.stderr
    assert (files / "entities.xlsx").is_file()
    before = (files / "entities.xlsx").read_bytes()
    again = start("", where="bureau")
    assert again.exit_code == 0, again.output
    assert (files / "entities.xlsx").read_bytes() == before


def test_columns_are_mapped_by_eye(files: Path) -> None:
    rows = [
        dict(zip(("no", "what", "class \x1b[31m"), list(one.values())[:3], strict=True))
        for one in china_rows()[:5]
    ]
    write_csv(files / "other.csv", rows)
    result = start(*MADE, "other.csv", "1", "2", "2", "1", "2", "1")
    assert "\x1b" not in result.output
    tiers = told("--workspace", files / "bureau", "register")["entities"]["tier"]
    assert sum(tiers.values()) == 5 and set(tiers) <= {"A", "B"}, result.output


def test_a_likely_column_is_offered_and_a_wrong_one_taken_back(files: Path) -> None:
    write_csv(
        files / "other.csv", [{**one, "是否存续": "存续", "备注": "x"} for one in china_rows()[:5]]
    )

    def made(*answers: str) -> Result:
        shutil.rmtree(files / "bureau", ignore_errors=True)
        return start(*MADE, "other.csv", *answers)

    # What is likely is offered: Enter says so. Then no more columns, and the file is taken in.
    offered = made("2", "1", "", "", "1")
    held = told("--workspace", files / "bureau", "register")
    assert held["registers"]["entities"] == 5, offered.output
    assert "read as" in offered.stderr
    place = re.search(r"^ +(\d+) +.*status", offered.stderr, re.M | re.I)
    assert place is not None, offered.stderr
    # The remarks were said to be the status, and nothing is accepted: left out again, all is.
    mended = made("2", "2", place[1], "", "2", "2", "", "", "1")
    held = told("--workspace", files / "bureau", "register")
    assert held["registers"]["entities"] == 5, mended.output
    # The same, and the right column named in its stead.
    mended = made("2", "2", place[1], "", "2", "2", "", "1", "", "", "1")
    held = told("--workspace", files / "bureau", "register")
    assert held["entities"]["status"] == {"active": 5}, mended.output


def test_whatever_is_wrong_is_told_and_asked_again(files: Path) -> None:
    (files / "empty.csv").write_text("", encoding="utf-8")
    result = start(
        "bureau", "9", "1", "x", "1", "", "Food office", "Nowhere", "通辽市", "Mars/Base", "",
        "missing.csv", "empty.csv", "'entities.csv'", "x", "3", "entities.csv", "1",
        "inspectors.csv", "1", "items.csv", "1", "maybe", "n",
        "a b", "sample", "spring", "Spring", "soon", "2020-01-01", "2027-03-08", "2027-03-01",
        "2027-05-31", "7", "1，2", "-1", "0", "101", "0", "x", "0", "1", "2", "dice", "0", "",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    for words in (
        "from 1 to 2", "Enter the name of the authority", "Nowhere", "Mars/Base", "missing.csv",
        "yes or no", "“a b”",
        "A plan sample already exists", "“soon” is not a day", "2020-01-01 is too early",
        "2027-03-01 is too early", "“101” is not", "“x” is not", "“1” is not", "“0” is not",
    ):  # fmt: skip
        assert words in " ".join(result.stderr.split()), words
    plan = read_plan((files / "bureau" / "plans" / "spring.toml").read_text(encoding="utf-8"))
    assert (plan.tolerance.years, plan.limits.total, plan.limits.days_between) == (0, None, 0)
    assert (plan.items, plan.low_risk.tiers) == (("I-1", "I-2"), ())


def test_a_plan_that_cannot_be_carried_out_is_kept(files: Path) -> None:
    elsewhere = ["110000" if one == "150500" else one for one in MADE]
    result = start(*elsewhere, *TAKEN, *PLAN[:-1])
    assert result.exit_code == 0, result.output
    assert "is in the plan's scope" in " ".join(result.stderr.split())
    assert "yaohao plan check" in result.stderr
    assert "yaohao freeze" not in result.stderr
    kept = files / "bureau" / "plans" / "spring.toml"
    assert read_plan(kept.read_text(encoding="utf-8")).scope.region == ("11",)


def test_the_division_in_the_name_of_the_authority_is_offered(files: Path) -> None:
    result = start("bureau", "1", "1", "通辽市市场监督管理局", "", "", "")
    assert "[150500]" in result.stderr and "150500: 通辽市" in result.stderr
    with Workspace(files / "bureau") as workspace:
        assert workspace.settings.division == "150500"
    short = start("other", "1", "1", "Food office", "科尔沁区", "")
    assert "150502: 科尔沁区" in short.stderr


def test_what_is_said_of_the_plan_names_the_file_that_is_written(files: Path) -> None:
    """The plan is looked at in a folder of its own, which is gone when it is read."""
    practice = ["bureau", "2", "1", "", "150500", "", ""]
    result = start(*practice, *TAKEN, *PLAN)
    words = " ".join(result.stderr.split())
    assert "bureau/plans/spring.toml:" in words and "before.toml" not in words, words
    assert "after.toml" not in words
    elsewhere = ["110000" if one == "150500" else one for one in MADE]
    refused = start(*["b2" if one == "bureau" else one for one in elsewhere], *TAKEN, *PLAN[:-1])
    assert "before.toml" not in refused.stderr


def test_nothing_is_offered_that_cannot_be_done(files: Path) -> None:
    """Columns are to be named only where some are left, and fields that they could be."""
    write_csv(files / "more.csv", [{**one, "shelf": "x"} for one in INSPECTORS])
    words = say("start.import-map", "en")
    result = start(*MADE, "entities.csv", "1", "inspectors.csv", "2", "more.csv", "3")
    whole, more = result.stderr.split("inspectors.csv")[1].split("more.csv")
    assert words not in whole and words in more, result.stderr


def test_practice_stays_practice_and_another_register_asks_for_no_division(files: Path) -> None:
    result = start("bureau", "2", "2", "Cafe office", "", "Europe/London")
    assert result.exit_code == 130, result.output
    settings = told("--workspace", files / "bureau", "config")["settings"]
    values = {one["key"]: one["value"] for one in settings}
    assert (values["register"], values["timezone"]) == ("free", "Europe/London")
    with Workspace(files / "bureau") as workspace:
        assert workspace.rehearsal


def test_the_language_is_asked_where_nobody_said_it(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner
    from helpers.cli import language_kept
    from yaohao.scripts.cli import cli

    monkeypatch.delenv("YAOHAO_LANG", raising=False)
    for place, words in (("1", "工作区文件夹"), ("2", "Folder for the workspace")):
        with language_kept():
            result = CliRunner().invoke(cli, ["start"], input=f"{place}\n")
        assert words in result.output


def test_it_is_for_people(files: Path) -> None:
    result = yaohao("start", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["errors"][0]["code"] == "start.no-json"


def test_a_folder_that_is_taken_is_told_before_the_other_questions(files: Path) -> None:
    (files / "taken").mkdir()
    (files / "taken" / "letter.txt").write_text("mine", encoding="utf-8")
    asked = start("taken", *MADE)
    assert "taken is not empty" in asked.stderr
    assert (files / "bureau" / "workspace.toml").is_file()
    named = start("1", "1", where="taken")
    assert named.exit_code == 2
    assert "taken is not empty" in named.stderr and "What is this" not in named.stderr
    assert [one.name for one in (files / "taken").iterdir()] == ["letter.txt"]


def test_it_goes_on_in_the_language_of_the_workspace(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner
    from helpers.cli import language_kept
    from yaohao.scripts.cli import cli

    start(*MADE, lang="zh")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("YAOHAO_LANG", raising=False)
    with language_kept():
        result = CliRunner().invoke(cli, ["start", "bureau"], input="")
    assert "继续使用工作区" in result.output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_chosen_stands_in_the_plan_as_a_comment(lang: str) -> None:
    choices = PlanChoices(tolerance_years=0, low_risk_left_out="", days_between=0)
    text = sample_plan(lang, choices=choices)
    plan = read_plan(text)
    assert (plan.tolerance.years, plan.low_risk.tiers, plan.limits.total) == (0, (), None)
    for line in ("# [tolerance]", "# years = 3", "# [low_risk]", "# total = 600"):
        assert f"\n{line}\n" in text
