"""What only the command line could do: backups, checks, imports undone, rows dismissed, codes."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import by_turns
from helpers.cli import language_kept
from helpers.tables import credit, write
from helpers.tui_pilot import SIZES, opened, press, screen
from helpers.tui_pilot import write as typed
from yaohao.planner.doors.backups import check_backup
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import LANGUAGES, choose_language, say
from yaohao.planner.workspace import Workspace

HEADINGS = ["统一社会信用代码", "企业名称"]
XIAMEN = "91350200M000AAAC10"  # made up in the form of codes that exist and fail the check


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        yield


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A workspace with three firms, two of the second file, and four rejected rows of two files."""
    workspace = Workspace.create(tmp_path / "bureau")
    rows = [[credit(1), "甲"], ["", "无码"], [credit(1), "甲 again"]]
    workspace.import_files("entities", [write(tmp_path / "north.csv", HEADINGS, *rows)])
    rows = [[credit(2), "乙"], [credit(3), "丙"], [XIAMEN, "丁"], [XIAMEN[:-1] + "1", "戊"]]
    workspace.import_files("entities", [write(tmp_path / "south.csv", HEADINGS, *rows)])
    workspace.close()
    return tmp_path / "bureau"


def offered(pilot: Any) -> set[str]:
    """The names of what can be done here now."""
    return {one.name for one in pilot.app.all_actions()}


def look(folder: Path, ask: Any) -> Any:
    with Workspace(folder) as workspace:
        return ask(workspace)


@pytest.mark.parametrize(("size", "lang"), by_turns(0, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_the_last_import_is_taken_back(own: Path, size: Any, lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        shown = await press(pilot, "2", "u")
        assert say("tui_upkeep.undo-removed", size="2") in shown
        assert say("tui_upkeep.undo-aside-removed", size="2") in shown
        assert look(own, lambda one: one.browse().size) == 3
        shown = await press(pilot, "y")
        register = say("common.register-entities")
        assert say("tui_upkeep.undone", register=register, size="1") in shown
        assert look(own, lambda one: one.browse().size) == 1
        assert look(own, lambda one: len(one.set_aside())) == 2
        # There is nothing further to take back of it, and no was said to the question before.
        shown = await press(pilot, "u", "n")
        assert look(own, lambda one: one.browse().size) == 1


@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_rejected_rows_are_dismissed_with_a_reason(own: Path, size: Any, lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        await press(pilot, "2")
        assert "dismiss" not in offered(pilot)
        shown = await press(pilot, "v", "D")
        for name in ("row", "file", "all"):
            assert say(f"tui_upkeep.dismiss-{name}") in shown
        await press(pilot, "enter", "enter")
        assert say("tui_upkeep.dismiss-no-reason") in screen(pilot)
        assert look(own, lambda one: len(one.set_aside())) == 4
        await press(pilot, "D", "enter")
        await typed(pilot, "not ours")
        shown = await press(pilot, "enter")
        assert say("tui_upkeep.dismiss-yes", size="1") in shown
        shown = await press(pilot, "y")
        assert say("tui_upkeep.dismissed", size="1") in shown
        # All of a file: the rows of the other stay.
        await press(pilot, "D", "down", "enter")
        await typed(pilot, "sent on")
        await press(pilot, "enter", "y")
    assert {one["file"] for one in look(own, lambda one: one.set_aside())} == {"south.csv"}
    assert [one["why"] for one in look(own, lambda one: one.dismissed())] == ["not ours", "sent on"]


@pytest.mark.parametrize(("size", "lang"), by_turns(2, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_a_code_is_vouched_for(own: Path, size: Any, lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        await press(pilot, "2", "v")
        at = [one["found"] for one in look(own, lambda one: one.set_aside())].index(XIAMEN)
        shown = await press(pilot, *["down"] * at, "V")
        assert XIAMEN in shown
        await press(pilot, "enter", "enter")
        assert pilot.app.fault.problems[0].code == "vouch.evidence"  # type: ignore[attr-defined]
        if pilot.app.screen is not pilot.app.here:  # type: ignore[attr-defined]
            await press(pilot, "escape")  # what has no room in a line is read in a dialog
        await press(pilot, "V", "enter")
        await typed(pilot, "extract, 3 March")
        shown = await press(pilot, "enter")
        assert say("tui_upkeep.vouched", code=XIAMEN, size="1") in shown
    file = own.parent / "south.csv"
    assert look(own, lambda one: one.import_files("entities", [file]))["accepted"] == 3


@pytest.mark.parametrize(("size", "lang"), by_turns(3, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_the_workspace_is_backed_up(own: Path, size: Any, lang: str) -> None:
    file = own.parent / "b.zip"
    async with opened(own, size, lang) as pilot:
        await press(pilot, "B")
        await typed(pilot, "b.zip")
        await press(pilot, "enter")
        shown = await typed(pilot, "secret words")
        assert "secret words" not in shown, "a passphrase is not shown"
        await press(pilot, "enter")
        await typed(pilot, "secret word")
        shown = await press(pilot, "enter")
        assert say("tui_upkeep.not-the-same") in shown
        assert not file.exists()
        assert "secret" not in str(pilot.app.drafts), "and not kept"  # type: ignore[attr-defined]
        await press(pilot, "B", "enter")
        await typed(pilot, "secret words")
        await press(pilot, "enter")
        await typed(pilot, "secret words")
        await press(pilot, "enter")
        with pytest.raises(PlannerError):
            check_backup(file)
        assert check_backup(file, "secret words")["files"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        # The file is there: replaced once that is confirmed, by one that is not encrypted.
        await press(pilot, "B")
        await typed(pilot, "b.zip")
        await press(pilot, "enter", "enter", "enter", "n")
        assert check_backup(file, "secret words")["files"]
        await press(pilot, "B", "enter", "enter", "enter", "y")
        assert check_backup(file)["files"]


@pytest.mark.parametrize(("size", "lang"), by_turns(4, SIZES, LANGUAGES))
@pytest.mark.asyncio
async def test_the_machine_is_examined(own: Path, size: Any, lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        shown = await press(pilot, "c")
        assert say("tui_upkeep.doctor-title") in shown
        states = {say(f"doctor.state-{one}") for one in ("ok", "note", "warn", "fail")}
        assert any(state in shown for state in states)
        assert say("tui_upkeep.doctor-title") not in await press(pilot, "escape")


@pytest.mark.asyncio
async def test_all_of_it_stands_in_the_palette(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "ctrl+p")
        await typed(pilot, say("tui_upkeep.do-doctor"))
        assert say("tui_upkeep.doctor-title") in await press(pilot, "enter")
        await press(pilot, "escape", "2", "v", "ctrl+p")
        for name in ("undo", "dismiss", "vouch"):
            assert name in offered(pilot)
        choose_language("en")
