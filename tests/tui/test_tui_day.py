"""A planner's day on the screens, and what had made them pause."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import language_kept
from helpers.tables import credit
from helpers.tui_pilot import opened, press, screen, settled, write
from helpers.workspace_maker import NEXT_SELECT_SEED, Made, Maker
from yaohao.planner.wording.format import inspector_notes, level_cell, levels_told
from yaohao.planner.wording.messages import LANGUAGES, catalogue, choose_language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.intake import Intake, trial_lines
from yaohao.tui.screen_registry import SCREENS
from yaohao.tui.text_layout import shown as shown_name
from yaohao.tui.widgets.dialog_text import DialogText
from yaohao.tui.widgets.entry_form import EntryForm
from yaohao.tui.widgets.field import Field

pytest_plugins = ["helpers.workspace_maker"]


@pytest.fixture(scope="module")
def dealt(made: Maker) -> Made:
    return made()


@pytest.fixture
def own(dealt: Made, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dealt.workspace.folder, tmp_path / "own"))


# who can be assigned


def with_others(folder: Path, tmp_path: Path, number: int) -> None:
    """Add inspectors of a department that no item of the plan asks for."""
    rows = [f"O-{one},王{one},特设科,2031-12-31" for one in range(number)]
    file = tmp_path / "others.csv"
    file.write_text("\n".join(["证件编号,姓名,部门,证件有效期", *rows]) + "\n", encoding="utf-8")
    with Workspace(folder) as space:
        report = space.import_files("inspectors", [file])
        assert report["accepted"] == number


def test_only_who_can_take_a_position_is_counted_as_able(own: Path, tmp_path: Path) -> None:
    with Workspace(own) as space:
        draw = space.freeze(own / "plans" / "q1.toml", despite=["again"])["draw"]
        seen = {"committed": _able(space, draw)}
    with_others(own, tmp_path, 3)
    with Workspace(own) as space:
        assert {"committed": _able(space, draw)} == seen
        space.draw(draw, NEXT_SELECT_SEED, "dice")
        staffing = space.staffing(draw)["inspectors"]
        drawn = {one["inspector_id"] for one in staffing if one["may"]}
        assert _able(space, draw) == drawn
        space.staff(draw)
        assert _able(space, draw) == drawn <= seen["committed"]
        others = [one for one in staffing if one["inspector_id"].startswith("O-")]
        assert len(others) == 3 and all(one["certified"] for one in others)


def _able(space: Workspace, draw: str) -> set[str]:
    return {one["inspector_id"] for one in space.staffing(draw)["inspectors"] if one["able"]}


def test_why_an_inspector_takes_no_position_is_said() -> None:
    row = {
        "certified": True, "certificate_until": "2031-12-31", "away": False, "able": False,
        "absent": [["2027-01-30", "2027-02-09"]], "days_of": None, "recused_here": [],
        "capacity": None,
    }  # fmt: skip
    with language_kept():
        choose_language("zh")
        assert inspector_notes(row) == (
            f"请假 2027-01-30 至 2027-02-09；{say('common.inspector-no-position')}"
        )
        assert inspector_notes({**row, "certified": False, "certificate_until": ""}).startswith(
            "无有效证件；"
        )


def test_a_simulation_counts_those_who_can_take_a_position(own: Path, tmp_path: Path) -> None:
    plan = own / "plans" / "q1.toml"
    with Workspace(own) as space:
        before = space.simulate(plan, 1, 1)
    with_others(own, tmp_path, 5)
    with Workspace(own) as space:
        after = space.simulate(plan, 1, 1)
    assert before["crews"] == after["crews"] and before["by_year"] == after["by_year"]


# what stands on Home and on Publish


def test_each_level_says_of_which_round_it_is() -> None:
    levels = [{"round": "select", "level": 1}, {"round": "crew", "level": 2}]
    with language_kept():
        choose_language("zh")
        assert levels_told(levels) == "证据等级：抽取对象 1 级、抽取人员 2 级"
        assert level_cell(levels) == "对象1 人员2" and level_cell([]) == "-"
        choose_language("en")
        assert levels_told(levels) == "evidence: selection 1, assignment 2"


def test_the_supplied_plan_stands_only_where_no_other_is(own: Path, tmp_path: Path) -> None:
    def plans(folder: Path) -> list[str]:
        with Workspace(folder) as space:
            return [one["file"] for one in space.overview(thorough=False)["plans"]]

    Workspace.create(tmp_path / "new").close()
    assert plans(tmp_path / "new") == ["plans/sample.toml"]
    sample = (tmp_path / "new" / "plans" / "sample.toml").read_text(encoding="utf-8")
    text = sample.replace('id = "sample"', 'id = "q1"')
    (tmp_path / "new" / "plans" / "q1.toml").write_text(text, encoding="utf-8")
    assert plans(tmp_path / "new") == ["plans/q1.toml"]
    # Once it is made a plan of one's own it stands beside the others.
    (tmp_path / "new" / "plans" / "sample.toml").write_text(
        sample.replace('id = "sample"', 'id = "q2"'), encoding="utf-8"
    )
    assert plans(tmp_path / "new") == ["plans/q1.toml", "plans/sample.toml"]
    assert "plans/sample.toml" not in plans(own)


# a file asked for before its trial is done


@pytest.mark.parametrize("is_clean", [True, False])
@pytest.mark.asyncio
async def test_a_file_asked_for_while_it_is_tried_is_taken_in_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_clean: bool
) -> None:
    rows = [f"{credit(one)},商店{one},150502" for one in range(1, 6)]
    rows += [] if is_clean else ["broken,商店,150502"]
    file = tmp_path / "w" / "firms.csv"
    Workspace.create(tmp_path / "w").close()
    file.write_text("\n".join(["统一社会信用代码,名称,区划代码", *rows]) + "\n", encoding="utf-8")
    go_on = threading.Event()
    tried = Intake.tried

    def slow(self: Intake, workspace: Any, progress: Any) -> Any:
        assert go_on.wait(60)
        return tried(self, workspace, progress)

    monkeypatch.setattr(Intake, "tried", slow)
    async with opened(tmp_path / "w", lang="zh", start="intake") as pilot:
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        place.open_file(file)
        while place.intake is None or not place._is_trying:
            await pilot.pause(0.02)
        await pilot.press("i")
        await pilot.pause()
        assert say("tui_start.takes-when-tried") in screen(pilot)
        go_on.set()
        await settled(pilot)
        if not is_clean:
            # What would be left aside had not been seen yet.
            assert say("tui_start.look-first")[:12] in screen(pilot)
            await press(pilot, "i")
        with Workspace(tmp_path / "w") as space:
            assert space.overview(thorough=False)["registers"]["entities"]["size"] == 5


# results, one visit after the other


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), across([(60, 20), (80, 24), (120, 36)], LANGUAGES))
async def test_visits_are_entered_without_a_pause_and_a_case_is_opened(
    own: Path, size: tuple[int, int], lang: str
) -> None:
    with Workspace(own) as space:
        draw = space.draws()[-1]["draw"]
        visits = space.results(draw)["visits"]
    async with opened(own, size, lang) as pilot:
        await press(pilot, "8")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        shown = await press(pilot, "e")
        told = "".join(one.strip(" │\n") for one in shown.split("\n"))
        if size[1] > (24 if lang == "en" else 20):  # else it is scrolled to
            assert say("result.12").split()[0] in told, "the last code is in sight"
        # What is refused brings the form back with all that was typed, and says why.
        await write(pilot, "1")
        await press(pilot, "enter")
        await write(pilot, "Li")
        await press(pilot, "tab")
        await write(pilot, "1999-01-01")
        shown = await press(pilot, "enter")
        assert isinstance(pilot.app.screen, EntryForm) and "! " in shown
        fields = [one.value for one in pilot.app.screen.query(Field)]
        assert fields[:3] == ["1", "Li", "1999-01-01"]
        await press(pilot, "tab", "tab", *["backspace"] * 10, "enter")
        # The form of the next visit says what was entered, and who enters stands in it.
        assert place.marked()["entity_id"] == visits[1]["entity_id"]
        assert isinstance(pilot.app.screen, EntryForm)
        name = shown_name(visits[0]["name"])
        told = say("tui_results.entered", name=name, number=2, open=len(visits) - 1)
        assert told_on(pilot).replace("\n", "").replace(" ", "").startswith(told.replace(" ", ""))
        await write(pilot, "x")
        assert say("tui_results.no-result", found="x") in screen(pilot)
        await press(pilot, "backspace")
        await write(pilot, "6")
        assert say("result.6")[:14] in screen(pilot)
        shown = await press(pilot, "enter")
        # A case was opened: that is said, and one key away; then the next visit is marked.
        assert pilot.app.screen == place
        assert say("tui_results.do-case") in shown
        assert place.marked()["entity_id"] == visits[2]["entity_id"]
        await press(pilot, "O")
        cases: Any = pilot.app.here  # type: ignore[attr-defined]
        assert cases.SCREEN_NAME == "cases" and cases.case["kind"] == "abnormal"
        assert cases.case["subject"] == visits[1]["entity_id"]
        await press(pilot, "escape")
        assert pilot.app.here is place  # type: ignore[attr-defined]
        assert place.marked()["entity_id"] == visits[2]["entity_id"]


def told_on(pilot: Any) -> str:
    """What the text of the dialog says, however it is folded."""
    return str(pilot.app.screen.query_one(DialogText)._text)


# the day from its list to the letter and back, and the same session taken up


async def marked_on(pilot: Any, holds: Any) -> Any:
    """The place Today, with the mark on the first line that `holds`."""
    await press(pilot, "1")
    place = pilot.app.here
    while not (place.marked()[1] and holds(place.marked()[1])):
        await press(pilot, "down")
    return place


@pytest.mark.asyncio
async def test_a_day_from_today_to_a_letter_and_taken_up_again(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YAOHAO_STATE", str(tmp_path / "state"))
    for name in ("YAOHAO_TODAY", "YAOHAO_TODAY_OF_IMPORTS"):
        monkeypatch.setenv(name, "2027-02-20")
    with Workspace(own) as space:
        draw = space.draws()[-1]["draw"]
        visits = space.results(draw)["visits"]
    async with opened(own, lang="zh", resume=True) as pilot:
        # Today tells of the visits to be made, and Enter lists just these.
        today = await marked_on(pilot, lambda line: line["due"] == "visit")
        line = today.marked()[1]
        assert line["subject"] == draw and line["number"] == len(visits)
        assert say("case.what-visit") in screen(pilot)
        await press(pilot, "enter")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert (place.SCREEN_NAME, place.listed) == ("results", "not-yet")
        # A firm that cannot be reached: a case is opened, its letter made, its step taken.
        await press(pilot, "e")
        await write(pilot, "6")
        await press(pilot, "enter")
        await write(pilot, "李娜")
        await press(pilot, "enter")
        await press(pilot, "O")
        cases: Any = pilot.app.here  # type: ignore[attr-defined]
        case = cases.case["id"]
        await press(pilot, "l")
        await write(pilot, "邮寄第一封")
        await press(pilot, "enter", "enter")
        [written] = (own / "letters" / case).iterdir()
        await press(pilot, "s")
        fields = {
            item.name: field.value
            for item, field in zip(
                pilot.app.screen._items,  # type: ignore[attr-defined]
                pilot.app.screen.query(Field),
                strict=True,
            )
        }
        assert fields["document mailing"] == str(written.relative_to(own))
        await write(pilot, "李娜")
        await press(pilot, "enter")
        assert len(cases.case["events"]) > 1
        # Back at the next visit, and out of the program.
        await press(pilot, "escape")
        assert pilot.app.here is place  # type: ignore[attr-defined]
        assert place.marked()["entity_id"] == visits[1]["entity_id"]
        await press(pilot, "down")
        await press(pilot, "ctrl+q")
    async with opened(own, lang="zh", resume=True) as pilot:
        place = pilot.app.here  # type: ignore[attr-defined]
        assert (place.SCREEN_NAME, place.listed) == ("results", "not-yet")
        assert place.marked()["entity_id"] == visits[2]["entity_id"]
        await press(pilot, "e")
        assert [one.value for one in pilot.app.screen.query(Field)][:2] == ["", "李娜"]
        await press(pilot, "escape")
        today = await marked_on(pilot, lambda line: line["due"] == "visit")
        assert today.marked()[1]["number"] == len(visits) - 1


# what the English walk of a first draw met


def test_every_place_has_a_name() -> None:
    import yaohao.tui.app  # noqa: F401

    for one in SCREENS:
        assert f"place-{one.name}" in catalogue("tui"), one.name


def test_a_register_without_tiers_is_told_before_it_is_taken_in(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w", "free").close()
    lines = {}
    for heading in ("risk grade", "tier"):
        file = tmp_path / f"{heading}.csv"
        file.write_text(f"entity_id,name,{heading}\nE1,Shop,B\n", encoding="utf-8")
        with Workspace(tmp_path / "w") as space:
            intake = Intake.of(space, "entities", file, "")
            lines[heading] = trial_lines(intake, intake.tried(space, lambda *_: None), 0)
    assert say("tui_start.no-tier") in lines["risk grade"]
    assert say("tui_start.no-tier") not in lines["tier"]
