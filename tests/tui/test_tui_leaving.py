"""Leaving the screens: nothing typed is lost at a key, and the terminal is as it was."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import termios
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across, by_turns
from helpers.cli import fill, language_kept, walk
from helpers.in_terminal import begin, read, rest
from helpers.tui_pilot import SIZES, opened, press, screen, write
from yaohao.planner.storage.unsaved_plans import plans_unsaved, unsaved, unsaved_path
from yaohao.planner.wording.messages import LANGUAGES
from yaohao.tui.app import YaohaoApp
from yaohao.tui.widgets.editor import PlanEditor

DRAW = "spring"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one draw whose seed is awaited, and a plan that waits."""
    with language_kept():
        workspace = fill(tmp_path_factory.mktemp("leaving"))
        walk(workspace, "freeze")
    return workspace


@pytest.fixture
def own(frozen: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(frozen, tmp_path / "own"))


def plan_of(pilot: Any) -> Any:
    """The place of the plan, dialogs above it or not."""
    return next(one for one in pilot.app.screen_stack if getattr(one, "SCREEN_NAME", "") == "plan")


async def add(pilot: Any, text: str) -> None:
    """Write at the end of the plan, as if it were typed."""
    editor = plan_of(pilot).query_one(PlanEditor)
    editor.put(editor.text + text)
    await pilot.pause()


async def at_plan(pilot: Any, file: str = "plans/sample.toml") -> Any:
    """The Plan screen with a file."""
    await press(pilot, "3")
    pilot.app.go("plan", file=file)
    await press(pilot, "f12")
    return pilot.app.screen


def test_no_key_of_textual_leaves_by_itself() -> None:
    assert not YaohaoApp._merged_bindings.key_to_bindings  # type: ignore[union-attr]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("key", "size", "lang"), across(["q", "ctrl+q", "ctrl+c"], SIZES, LANGUAGES)
)
async def test_every_way_out_asks_first(own: Path, key: str, size: Any, lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        await at_plan(pilot)
        await add(pilot, "# mine\n")
        shown = await press(pilot, "0", key)
        assert pilot.app.is_running and not pilot.app._exit
        assert ("not saved" if lang == "en" else "未保存") in shown
        assert "plans/sample.toml" in shown
        await press(pilot, "n")
        await pilot.app.run_action("app.quit")
        await press(pilot, "f12")
        assert not pilot.app._exit
        await press(pilot, "y")
        assert pilot.app._exit
    assert plans_unsaved(own / "plans") == []  # given up by somebody who was asked


@pytest.mark.asyncio
async def test_what_is_typed_into_a_dialog_is_asked_about_and_kept(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "4", "X")
        await write(pilot, "because")
        assert "typed there has not been submitted" in await press(pilot, "ctrl+q")
        await press(pilot, "n", "escape")
        assert "because" in await press(pilot, "X")


@pytest.mark.asyncio
async def test_the_seed_survives_every_way_of_looking_elsewhere(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "4", "enter")
        await write(pilot, "dice")
        await press(pilot, "enter")
        await write(pilot, "Li Lei")
        await press(pilot, "enter", "1", "2", "3", "4")
        draw: Any = pilot.app.screen
        assert (draw.phase, draw.seed) == ("dice", "1234")
        # the text in the place of digits, and back
        await press(pilot, "e")
        await write(pilot, "abc")
        await press(pilot, "escape", "enter", "f1", "escape")
        draw.do_text()
        assert draw.seed == "1234"
        await press(pilot, "f2", "f2")
        # another place, another draw
        pilot.app.go("home")
        await press(pilot, "f12", "4")
        assert (draw.phase, draw.seed) == ("dice", "1234")
        assert "awaited" not in screen(pilot)
        draw.put_by()
        draw._state = ()
        draw.begin_seed("x")
        draw.refill()
        assert (draw.phase, draw.seed, draw.form["witnesses"]) == ("dice", "1234", "Li Lei")
        assert "spring" in await press(pilot, "q")
        assert not pilot.app._exit


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, LANGUAGES))
async def test_a_text_that_was_not_saved_is_offered_again(own: Path, size: Any, lang: str) -> None:
    plan = own / "plans" / "sample.toml"
    saved = plan.read_text(encoding="utf-8")
    async with opened(own, size, lang) as pilot:
        await at_plan(pilot)
        await add(pilot, "# mine 我的\n")
        plan_of(pilot)._keep_now_and_then()
        assert stat.S_IMODE(unsaved_path(plan).stat().st_mode) == 0o600
        await add(pilot, "# more\n")
        await press(pilot, "f12")
    assert unsaved(plan) == f"{saved}# mine 我的\n# more\n"  # the window was closed
    assert plan.read_text(encoding="utf-8") == saved
    async with opened(own, size, lang) as pilot:
        await at_plan(pilot)
        shown = screen(pilot)
        assert ("Recover" if lang == "en" else "恢复") in shown
        shown = await press(pilot, "down", "enter")
        assert "+# mine 我的" in shown
        await press(pilot, "escape", "enter")
        place = plan_of(pilot)
        assert place.text == f"{saved}# mine 我的\n# more\n"
        await press(pilot, "ctrl+s")
        assert plan.read_text(encoding="utf-8") == place.text
        assert plans_unsaved(own / "plans") == []


@pytest.mark.asyncio
async def test_a_text_found_can_be_discarded_and_is_never_written_over(own: Path) -> None:
    plan = own / "plans" / "sample.toml"
    unsaved_path(plan).write_text("# found\n", encoding="utf-8")
    async with opened(own) as pilot:
        await at_plan(pilot)
        # not decided: nothing is written over it
        assert "unsaved" in await press(pilot, "escape") and pilot.app.screen is plan_of(pilot)
        place = plan_of(pilot)
        assert place.query_one(PlanEditor).read_only
        assert "Recover" in await press(pilot, "e")
        await press(pilot, "escape")
    assert unsaved(plan) == "# found\n"
    async with opened(own) as pilot:
        await at_plan(pilot)
        await press(pilot, "down", "down", "enter")
        assert plans_unsaved(own / "plans") == []
        assert plan_of(pilot).text == plan.read_text(encoding="utf-8")


@pytest.mark.asyncio
async def test_the_other_language_keeps_the_cursor_and_what_can_be_undone(own: Path) -> None:
    async with opened(own) as pilot:
        place = await at_plan(pilot)
        saved = place.text
        await press(pilot, "T", "ctrl+end", "x", "y")
        at = place.query_one(PlanEditor).cursor_location
        await press(pilot, "f2")
        assert place.text == f"{saved}xy"
        assert place.query_one(PlanEditor).cursor_location == at
        await press(pilot, "ctrl+z")
        assert place.text == saved


@pytest.mark.asyncio
async def test_another_plan_is_opened_once_this_one_is_decided(own: Path) -> None:
    plan = own / "plans" / "sample.toml"
    saved = plan.read_text(encoding="utf-8")
    async with opened(own) as pilot:
        place = await at_plan(pilot)
        await add(pilot, "# mine\n")
        pilot.app.go("plan", file="plans/spring.toml")
        assert "not saved" in await press(pilot, "f12")
        await press(pilot, "down", "down", "enter")
        assert place.file == "plans/sample.toml" and place.is_changed()
        pilot.app.go("plan", file="plans/spring.toml")
        await press(pilot, "f12", "enter")
        assert place.file == "plans/spring.toml"
        assert plan.read_text(encoding="utf-8") == f"{saved}# mine\n"


# in a terminal


SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")
SLOW = """
import time, yaohao.tui.app
def slow(self):
    self.work("Slow", lambda bureau, _: time.sleep(30), print)
yaohao.tui.app.YaohaoApp.do_theme = slow
"""


@pytest.mark.parametrize(("name", "is_at_work"), across(SIGNALS, [False, True]))
def test_a_signal_leaves_the_terminal_as_it_was(own: Path, name: str, is_at_work: bool) -> None:
    number = getattr(signal, name)
    process, master, (slave, before) = begin(own, jobs=SLOW if is_at_work else "")
    try:
        assert "Keys" in read(master, "Keys")
        os.write(master, b"3")
        read(master, "sample.toml")
        os.write(master, b"T")
        time.sleep(0.5)
        os.write(master, b"# typed ")
        assert "changed" in read(master, "changed")
        if is_at_work:
            os.write(master, b"\x1bOR")  # F3
            assert "Slow" in read(master, "Slow")
        begun = time.monotonic()
        process.send_signal(number)
        shown = rest(master, process)
        assert process.poll() == 128 + number
        assert time.monotonic() - begun < 20  # the job alone would take 30
        for mode in ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l", "\x1b[?2004l"):
            assert mode in shown
        assert shown.rindex("\x1b[?25h") > shown.rfind("\x1b[?25l")
        assert termios.tcgetattr(slave)[:4] == before[:4]
        assert "Traceback" not in shown
        assert plans_unsaved(own / "plans")
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


def test_a_lost_connection_ends_the_screens_and_keeps_the_text(own: Path) -> None:
    process, master, (slave, _) = begin(own)
    os.close(slave)
    try:
        read(master, "Keys")
        os.write(master, b"3")
        read(master, "sample.toml")
        os.write(master, b"T")
        time.sleep(0.5)
        os.write(master, b"# typed ")
        assert "changed" in read(master, "changed")
        os.close(master)
        assert process.wait(8) == 128 + signal.SIGHUP
        kept = plans_unsaved(own / "plans")
        assert kept and "# typed" in str(unsaved(own / "plans" / kept[0]))
    finally:
        process.kill()
        process.wait()


@pytest.mark.asyncio
async def test_leaving_while_the_register_is_counted(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a plan can be frozen is counted in a thread, for which nobody waits to leave."""
    from yaohao.planner.workspace import Workspace

    begun, ended, released = threading.Event(), threading.Event(), threading.Event()
    quick = Workspace.overview

    def counting(self: Workspace, *, thorough: bool = True) -> Any:
        if not thorough:
            return quick(self, thorough=False)
        begun.set()
        try:
            for _ in range(2_000):  # 20 s at most, so that a fault fails and does not wait for ever
                if released.wait(0.01):
                    break
        finally:
            ended.set()
        return quick(self)

    monkeypatch.setattr(Workspace, "overview", counting)
    workspace = Workspace(own)
    started = time.monotonic()
    try:
        # Not `opened`, which waits until all that is looked up is there.
        async with YaohaoApp(workspace, motion=False).run_test(size=(80, 24)) as pilot:
            assert await asyncio.to_thread(begun.wait, 10)
            await pilot.press("q")
        assert await asyncio.to_thread(ended.wait, 5)
        assert time.monotonic() - started < 15
    finally:
        released.set()
        workspace.close()
