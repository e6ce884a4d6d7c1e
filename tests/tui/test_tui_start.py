"""The guided start on the screens: from an empty folder to a frozen plan, a key at a time."""

from __future__ import annotations

import asyncio
import csv
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers.campaign import by_turns
from helpers.cli import language_kept
from helpers.tables import credit
from helpers.tui_pilot import opened, press, screen, settled
from helpers.tui_pilot import write as typed
from textual.events import Paste
from textual.pilot import Pilot
from yaohao.planner.doors.guide import (
    QUESTIONS,
    is_file,
    path_named,
    template_file,
)
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.wording.messages import LANGUAGES, choose_language, language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.intake import Intake
from yaohao.tui.screens.new_workspace import NewWorkspace
from yaohao.tui.screens.start_actions import REGISTERS
from yaohao.tui.start_app import StartApp, workspaces_below

SIZES = ((60, 20), (80, 24), (120, 36))
CONTACT = "信用科 0475-8236315"
TITLE = "通辽市市场监督管理局企业台账"
HEADINGS = ["序号", "主体代码", "主体", "风险情况", "所在地", "登记日"]


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        yield


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is where one works."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def messy(folder: Path) -> None:
    """The files of a bureau: a workbook with a title, headings that nobody knows, slips."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2026年"
    sheet.append([TITLE])
    sheet.append(HEADINGS)
    for n in range(1, 41):
        code = "" if n == 7 else credit(n)
        tier = ("A", "B", "C", "甲档")[n % 4]
        sheet.append([n, code, f"通辽第{n}商店", tier, "150502", f"2011-02-{10 + n % 10}"])
    book.create_sheet("说明").append(["填写说明"])
    book.save(folder / "企业台账 2026.xlsx")
    for name, headings, rows in (
        ("people.csv", ["执法证号", "姓名"], [[f"Z{n}", f"张{n}"] for n in range(6)]),
        ("items.csv", ["事项编码", "事项名称"], [["R-1", "登记"], ["R-2", "公示"]]),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([headings, *rows])


def top(pilot: Any) -> Any:
    """The screen on top, whichever it is."""
    return pilot.app.screen


@asynccontextmanager
async def beginning(
    below: Path, size: tuple[int, int] = (80, 24), lang: str = "en", folder: str = ""
) -> AsyncIterator[Any]:
    """The screens where there is no workspace."""
    choose_language(lang)
    app = StartApp(below, folder)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)  # type: ignore[arg-type]
        yield pilot


async def made(pilot: Pilot[Any], authority: str = "通辽市市场监督管理局") -> Any:
    """Fill the form in, and make the workspace; what the screens give back."""
    form = pilot.app.screen
    assert isinstance(form, NewWorkspace)
    form.query_one("#authority").focus()
    await typed(pilot, authority)
    assert ("150500" in screen(pilot)) == authority.startswith("通辽市")
    await press(pilot, "enter")
    await typed(pilot, "通辽市")
    assert "150500" in screen(pilot)
    await press(pilot, "enter")
    await typed(pilot, CONTACT)
    await press(pilot, "ctrl+s")
    return pilot.app.return_value


async def choose(pilot: Pilot[Any], words: str) -> str:
    """Type what is looked for in a list, and take it."""
    await typed(pilot, words)
    return await press(pilot, "enter")


def look(folder: Path, ask: Any) -> Any:
    with Workspace(folder) as workspace:
        return ask(workspace)


@pytest.mark.parametrize(("size", "lang"), by_turns(0, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_from_an_empty_folder_to_a_frozen_plan(here: Path, size: Any, lang: str) -> None:
    async with beginning(here, size, lang) as pilot:
        folder = await made(pilot)
    assert Path(folder) == here
    settings = look(here, lambda one: one.settings)
    assert (settings.authority, settings.division) == ("通辽市市场监督管理局", "150500")
    assert (settings.language, settings.timezone) == (lang, "Asia/Shanghai")
    assert settings.contact == CONTACT
    messy(here)
    async with opened(here, size, lang, guided=True) as pilot:
        assert say("tui_start.guide-title") in screen(pilot)
        # The register: no sheet has the headings, so that it is asked which one it is.
        await press(pilot, "enter")
        await choose(pilot, "台账")
        shown = await press(pilot, "enter")
        assert HEADINGS[1] in shown
        await press(pilot, "down", "enter")
        await press(pilot, "enter")
        await press(pilot, "down", "enter")
        await press(pilot, "enter")
        for words in (("信用风", "tier"), ("区划", "region"), ("成立", "established")):
            await press(pilot, "down", "enter")
            await choose(pilot, words[lang == "en"])
        assert say("tui_start.trial", rows=40, accepted=30, aside=10) in screen(pilot)
        await press(pilot, "up", "up", "v", "enter", "enter")
        assert say("tui_start.trial", rows=40, accepted=39, aside=1) in screen(pilot)
        await press(pilot, "i")
        assert look(here, lambda one: one.browse().size) == 39
        # Inspectors and items are understood as they are.
        for name in ("people", "items"):
            await press(pilot, "enter")
            await choose(pilot, name)
            shown = await press(pilot, "i")
        assert say("tui_start.guide-title") in shown
        # The plan.
        await press(pilot, "enter", *["down"] * 5)
        await typed(pilot, "1")
        await press(pilot, *["down"] * 5)
        await typed(pilot, "3")
        shown = await press(pilot, "enter")
        (file,) = [one for one in (here / "plans").iterdir() if one.name != "sample.toml"]
        plan = read_plan(file.read_text(encoding="utf-8"))
        assert (plan.tolerance.years, plan.limits.total) == (1, 3)
        assert plan.scope.region == ("1505",)
        # The rehearsal, and Home with the next step.
        shown = await press(pilot, "enter")
        assert say("tui_start.rehearsal-title", plan=file.stem) in shown
        await press(pilot, "escape")
        shown = await press(pilot, "enter")
        assert say("tui_start.next-home") in shown
        await press(pilot, "enter")
        await press(pilot, "F", "y")
    (draw,) = look(here, lambda one: one.draws())
    assert draw["stage"] == "committed"


@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_the_form_is_checked_as_one_types(here: Path, size: Any, lang: str) -> None:
    (here / "letter.txt").write_text("mine", encoding="utf-8")
    async with beginning(here, size, lang) as pilot:
        form = pilot.app.screen
        assert str(here / say("guide.folder-name")) in form.typed["folder"]
        form.query_one("#timezone").focus()
        shown = await typed(pilot, "Moon")
        assert "Moon" in shown and say("guide.bad-zone", found="Moon")[:12] in shown
        form.query_one("#division").focus()
        await typed(pilot, "nowhere")
        assert say("guide.no-division", found="nowhere")[:20] in screen(pilot)
        form.query_one("#folder").focus()
        await typed(pilot, str(here))
        await press(pilot, "ctrl+s")
        # It went to what is wrong first, and nothing that was typed is gone.
        assert form.focused.id == "folder"
        assert (form.typed["timezone"], form.typed["division"]) == ("Moon", "nowhere")
        assert [one.name for one in here.iterdir()] == ["letter.txt"]
        await press(pilot, "escape")
        assert say("tui_start.give-up-text")[:12] in screen(pilot)
        await press(pilot, "n")
        assert form.typed["timezone"] == "Moon"
        await press(pilot, "escape", "y")
    assert pilot.app.return_value is None
    assert [one.name for one in here.iterdir()] == ["letter.txt"]


@pytest.mark.asyncio
async def test_the_language_is_asked_first_and_the_form_follows(here: Path) -> None:
    (here / "x").write_text("x", encoding="utf-8")
    async with beginning(here, lang="zh") as pilot:
        assert "新建工作区" in screen(pilot)
        shown = await press(pilot, "right")
        assert "A new workspace" in shown and language() == "en"
        assert top(pilot).typed["folder"] == str(here / "bureau")
        shown = await press(pilot, "f2")
        assert "新建工作区" in shown
        # Enter goes on from what is chosen as from what is typed.
        await press(pilot, "enter")
        assert top(pilot).focused.id == "folder"


@pytest.mark.asyncio
async def test_by_mouse_alone(here: Path) -> None:
    async with beginning(here) as pilot:
        await pilot.click("#purpose")
        await pilot.click("#kind")
        await settled(pilot)
        assert not top(pilot).query_one("#row-division").display
        await pilot.click("#make")
        await settled(pilot)
    assert Path(pilot.app.return_value) == here
    with Workspace(here) as workspace:
        assert workspace.rehearsal and workspace.settings.register == "free"


@pytest.mark.asyncio
async def test_a_workspace_that_lies_here_is_offered(here: Path) -> None:
    Workspace.create(here / "first").close()
    (here / "other").mkdir()
    assert [one.name for one in workspaces_below(here)] == ["first"]
    async with beginning(here) as pilot:
        shown = screen(pilot)
        assert "first" in shown and say("tui_start.make-new") in shown
        await press(pilot, "enter")
    assert Path(pilot.app.return_value) == here / "first"


@pytest.fixture
def bureau(here: Path) -> Path:
    """A workspace without anything in it, and files beside it."""
    Workspace.create(here / "bureau", division="150500").close()
    messy(here)
    return here / "bureau"


@pytest.mark.parametrize("how", ["plain", "quoted", "escaped", "address", "relative"])
@pytest.mark.asyncio
async def test_a_path_is_pasted_or_dropped(bureau: Path, here: Path, how: str) -> None:
    file = here / "企业台账 2026.xlsx"
    path = {
        "plain": str(file),
        "quoted": f"'{file}' ",
        "escaped": str(file).replace(" ", "\\ "),
        "address": file.as_uri(),
        "relative": file.name,
    }[how]
    async with opened(bureau, guided=True) as pilot:
        await press(pilot, "enter")
        top(pilot).focused.post_message(Paste(path))
        await settled(pilot)
        shown = await press(pilot, "enter")
        assert say("tui_start.which-sheet") in shown


@pytest.mark.asyncio
async def test_a_file_that_cannot_be_read_leaves_what_was_typed(bureau: Path, here: Path) -> None:
    (here / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")
    async with opened(bureau, guided=True) as pilot:
        await press(pilot, "enter")
        await typed(pilot, "broken.xlsx")
        await press(pilot, "enter")
        assert pilot.app.fault is not None  # type: ignore[attr-defined]
        assert pilot.app.here.typed == "broken.xlsx"  # type: ignore[attr-defined]
        top(pilot).query_one("#path").value = "no/such file"
        await settled(pilot)
        shown = await press(pilot, "enter")
        assert "no/such file" in shown
    assert look(bureau, lambda one: one.browse().size) == 0


@pytest.mark.asyncio
async def test_a_template_is_written_and_never_over_another(bureau: Path, here: Path) -> None:
    async with opened(bureau, guided=True) as pilot:
        shown = await press(pilot, "f")
        file = here / "entities.xlsx"
        assert "entities.xlsx" in shown and file.is_file()
        file.write_bytes(b"filled in")
        await press(pilot, "f")
        assert file.read_bytes() == b"filled in"
        await press(pilot, "down", "enter", "pagedown", "pagedown", "enter")
        assert (here / "inspectors.xlsx").is_file()


def test_there_is_a_template_for_whatever_is_taken_in(tmp_path: Path) -> None:
    for lang in LANGUAGES:
        for register in REGISTERS:
            file = template_file(register, tmp_path, lang)
            assert file.suffix == ".xlsx" and file.is_file()


@pytest.mark.parametrize(
    "text", ["x" * 5000, "~nobody-of-that-name/x", "a\x00b", "'", "\\", "file://"]
)
@pytest.mark.asyncio
async def test_what_is_no_path_is_told_as_one(here: Path, bureau: Path, text: str) -> None:
    """Whatever is typed or pasted: no fault, and it stays."""
    assert path_named(text) is None or not is_file(path_named(text) or Path())
    async with opened(bureau, guided=True) as pilot:
        await press(pilot, "enter")
        top(pilot).query_one("#path").value = text
        await settled(pilot)
        await press(pilot, "enter")
        fault: Any = pilot.app.fault  # type: ignore[attr-defined]
        assert fault is None or fault.problems[0].code == "guide.no-file"
    (here / "new").mkdir()
    async with beginning(here / "new") as pilot:
        form: Any = pilot.app.screen
        form.query_one("#folder").value = text
        await settled(pilot)
        await press(pilot, "escape", "y")


@pytest.mark.asyncio
async def test_it_goes_on_where_it_was_left(bureau: Path, here: Path) -> None:
    async with opened(bureau, guided=True) as pilot:
        await press(pilot, "down", "enter")
        await choose(pilot, "people")
        await press(pilot, "i")
    async with opened(bureau, guided=True) as pilot:
        step = pilot.app.here._marked()  # type: ignore[attr-defined]
        assert step.name == "entities"
        shown = await press(pilot, "down", "down", "down", "down", "enter")
        names = [say(f"common.register-{one}") for one in ("entities", "items")]
        assert say("tui_start.first-registers", names=names) in shown
        shown = await press(pilot, "escape")
        assert say("tui_start.next-entities") in shown
        await press(pilot, "G")
        assert say("tui_start.guide-title") in screen(pilot)
    # Whoever has a plan of the own is past it.
    (bureau / "plans" / "own.toml").write_text("x = 1", encoding="utf-8")
    async with opened(bureau, guided=True) as pilot:
        assert pilot.app.here.SCREEN_NAME == "home"  # type: ignore[attr-defined]


@pytest.mark.asyncio
async def test_a_trial_that_is_outdated_takes_nothing_in(bureau: Path, here: Path) -> None:
    async with opened(bureau, guided=True) as pilot:
        await press(pilot, "down", "enter")
        await choose(pilot, "people")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert place.tried[0]["accepted"] == 6
        place.intake.changes += 1
        shown = await press(pilot, "i")
        assert say("tui_start.still-trying") in shown
    assert look(bureau, lambda one: one.register()["registers"]["inspectors"]) == 0


@pytest.mark.parametrize("how", ["escape", "quit", "change"])
@pytest.mark.asyncio
async def test_a_long_trial_is_never_waited_for(
    bureau: Path, here: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = Intake.tried
    begun: list[int] = []

    def endless(self: Intake, workspace: Any, progress: Any) -> Any:
        begun.append(self.changes)
        end = time.monotonic() + 60
        while self.changes == 0 and time.monotonic() < end:
            time.sleep(0.01)
            progress(len(begun), None)
        assert time.monotonic() < end
        return tried(self, workspace, progress)

    monkeypatch.setattr(Intake, "tried", endless)
    started = time.monotonic()
    async with opened(bureau, guided=True) as pilot:
        await press(pilot, "down", "enter")
        await typed(pilot, "people")
        await pilot.press("enter")
        while not begun:
            await pilot.pause(0.02)
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        if how == "escape":
            await press(pilot, "escape")
            assert place.picks()
        elif how == "change":
            place.intake.read_as(place.workspace, 1, "name")
            await settled(pilot)
            assert begun == [0, 1] and place.tried[0]["accepted"] == 6
    assert time.monotonic() - started < 30


@pytest.mark.asyncio
async def test_files_and_columns_by_mouse(bureau: Path, here: Path) -> None:
    async with opened(bureau, guided=True) as pilot:
        await pilot.click("#steps", offset=(10, 3))
        await pilot.click("#steps", offset=(10, 3))
        await settled(pilot)
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert (place.SCREEN_NAME, place.register) == ("intake", "inspectors")
        at = [one.name for one in place.entries].index("people.csv")
        await pilot.click("#rows", offset=(5, at + 1))
        await pilot.click("#rows", offset=(5, at + 1))
        await settled(pilot)
        assert place.tried[0]["accepted"] == 6
        await pilot.click("#rows", offset=(10, 1))
        await settled(pilot)
        assert say("tui_start.which-field", heading="执法证号") in screen(pilot)
        await press(pilot, "escape")
        left = screen(pilot).split("\n")[-1].index("Import")
        await pilot.click("#keys", offset=(left, 0))
        await settled(pilot)
        assert pilot.app.here.SCREEN_NAME == "guide"  # type: ignore[attr-defined]
    assert look(bureau, lambda one: one.register()["registers"]["inspectors"]) == 6


@pytest.mark.parametrize("size", by_turns(0, SIZES))
@pytest.mark.asyncio
async def test_in_ascii_no_line_is_drawn(bureau: Path, here: Path, size: Any) -> None:
    lines = re.compile("[\u2500-\u259f]")
    async with opened(bureau, size, ascii_only=True, guided=True) as pilot:
        assert not lines.search(screen(pilot))
        assert not lines.search(await press(pilot, "enter"))
        await choose(pilot, "people")
        assert not lines.search(await press(pilot, "enter"))
        await press(pilot, "escape", "escape", "escape")
        pilot.app.go("questions")  # type: ignore[attr-defined]
        await settled(pilot)
        assert not lines.search(screen(pilot))
        assert not lines.search(await press(pilot, *["down"] * 4, "enter"))
    (here / "new").mkdir()
    app = StartApp(here / "new", ascii_only=True)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)  # type: ignore[arg-type]
        assert not lines.search(screen(pilot))  # type: ignore[arg-type]


@pytest.mark.asyncio
async def test_names_in_files_are_text(bureau: Path, here: Path) -> None:
    with (here / "odd.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [["证号[b]", "姓名\x1b[31m"], ["Z1", "[red]张[/]"], ["Z2", "=1+1"]]
        csv.writer(file).writerows(rows)
    async with opened(bureau, guided=True) as pilot:
        await press(pilot, "down", "enter")
        shown = await choose(pilot, "odd")
        assert "证号[b]" in shown and "[red]张[/]" in shown and "\x1b" not in shown


@pytest.mark.parametrize("size", by_turns(1, SIZES))
@pytest.mark.asyncio
async def test_answers_are_checked_and_kept(bureau: Path, here: Path, size: Any) -> None:
    with Workspace(bureau) as workspace:
        workspace.import_files("items", [here / "items.csv"])
    async with opened(bureau, size) as pilot:
        await press(pilot, "3", "N")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert place.SCREEN_NAME == "questions"
        first = place.typed["last"]
        await press(pilot, "down", "down")
        await typed(pilot, "2027-06-01")
        assert place.typed["last"] != first  # what was offered follows
        await press(pilot, "down", "down", "enter", "space", "enter")
        assert place.chosen == ["R-2"]
        await press(pilot, "down")
        await typed(pilot, "many")
        shown = await press(pilot, "ctrl+s")
        assert "many" in shown
        assert place.focused.id == "tolerance"
        assert [one.name for one in (bureau / "plans").glob("*.toml")] == ["sample.toml"]
        await press(pilot, "escape")
        assert pilot.app.here.SCREEN_NAME == "plan"  # type: ignore[attr-defined]
        await press(pilot, "N")
        assert place.typed["tolerance"] == "many"
        await press(pilot, "ctrl+o")
        assert place.typed["tolerance"] == "3"
        assert not place.unsaved()


def test_what_is_offered_is_never_refused(bureau: Path) -> None:
    with Workspace(bureau) as workspace:
        for number in range(3):
            questions = workspace.plan_questions()
            for name in QUESTIONS:
                if name != "items":
                    questions.take(name, questions.offered(name))
            file = bureau / "plans" / f"{questions.offered('id')}.toml"
            assert not file.exists(), number
            file.write_text("", encoding="utf-8")


@pytest.mark.asyncio
async def test_answers_outlive_the_program(bureau: Path) -> None:
    async with opened(bureau, start="questions") as pilot:
        await press(pilot, "down")
        await typed(pilot, "Spring")
    assert [one.name for one in (bureau / "plans").glob("*.toml")] == ["sample.toml"]
    async with opened(bureau, start="questions") as pilot:
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert place.typed["title"] == "Spring"
        await press(pilot, "ctrl+q", "y")
    (bureau / "plans" / ".questions.json.unsaved").write_text("[1]", encoding="utf-8")
    async with opened(bureau, start="questions") as pilot:
        assert pilot.app.here.typed["title"] != "Spring"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("size", "lang"), by_turns(2, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_a_row_set_aside_is_mended(bureau: Path, here: Path, size: Any, lang: str) -> None:
    file = here / "two.csv"
    with file.open("w", encoding="utf-8", newline="") as opened_file:
        rows = [["统一社会信用代码", "企业名称"], [credit(1), "甲"], ["91", "乙"], ["", "丙"]]
        csv.writer(opened_file).writerows(rows)
    look(bureau, lambda one: one.import_files("entities", [file]))
    async with opened(bureau, size, lang) as pilot:
        await press(pilot, "2", "v", "full_stop")
        await typed(pilot, "92")
        await press(pilot, "enter")
        # Refused: it stays open with what was typed, and why.
        assert pilot.app.screen is not pilot.app.here  # type: ignore[attr-defined]
        assert look(bureau, lambda one: one.browse().size) == 1
        await press(pilot, "escape", "full_stop")
        assert top(pilot).query_one("#cell-0").value == "92"
        await typed(pilot, credit(2))
        shown = await press(pilot, "enter")
        assert say("tui_start.row-mended", line=3, left=1) in shown
    assert look(bureau, lambda one: one.browse().size) == 2
    assert [one["line"] for one in look(bureau, lambda one: one.set_aside())] == [4]


@pytest.mark.asyncio
async def test_a_file_is_taken_in_from_the_register(bureau: Path, here: Path) -> None:
    async with opened(bureau) as pilot:
        await press(pilot, "2", "i")
        await choose(pilot, say("common.register-items"))
        await choose(pilot, "items")
        shown = await press(pilot, "i")
        name = say("common.register-items")
        assert say("tui_start.taken", name=name, accepted=2, size=2, aside=0) in shown
        assert pilot.app.here.SCREEN_NAME == "register"  # type: ignore[attr-defined]


@pytest.mark.asyncio
async def test_another_workspace_is_made_and_gone_on_with(bureau: Path, here: Path) -> None:
    async with opened(bureau) as pilot:
        await pilot.app.perform_named("new-workspace")  # type: ignore[attr-defined]
        await settled(pilot)
        form: Any = pilot.app.screen
        form.query_one("#folder").value = str(here / "another")
        await settled(pilot)
        await press(pilot, "ctrl+s")
        assert say("guide.no-authority") in screen(pilot)
        form.query_one("#authority").value = "Food office"
        await settled(pilot)
        await press(pilot, "ctrl+s")
        await asyncio.sleep(0)
    assert Path(pilot.app.following) == here / "another"  # type: ignore[attr-defined]
    assert (here / "another" / "workspace.toml").is_file()
