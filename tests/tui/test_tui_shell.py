"""The frame of the screens: places, keys, help, palette, language, themes, work, failures."""

from __future__ import annotations

import asyncio
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import fill, language_kept, walk, yaohao
from helpers.tui_pilot import SIZES, opened, press, screen, settled, write
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one draw, drawn."""
    with language_kept():
        workspace = fill(tmp_path_factory.mktemp("shell"))
        walk(workspace, "draw")
    return workspace


@pytest.fixture
def own(drawn: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(drawn, tmp_path / "own"))


async def test_places_by_number_and_back(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        assert "[0 Home]" in screen(pilot)
        assert "[,l Ledger]" in await press(pilot, "comma", "l")
        assert "[0 Home]" in await press(pilot, "escape")
        assert "[0 Home]" in await press(pilot, "escape")


@pytest.mark.parametrize(("size", "lang"), across(SIZES, LANGUAGES))
async def test_help_lists_and_runs(drawn: Path, lang: str, size: tuple[int, int]) -> None:
    async with opened(drawn, size, lang) as pilot:
        shown = await press(pilot, "comma", "l", "question_mark")
        for _ in range(3):  # at 80x24 the list is longer than the screen
            shown += await press(pilot, "pagedown")
        for action in pilot.app.all_actions():  # type: ignore[attr-defined]
            assert not action.keys or action.label() in shown
        found = await write(pilot, "home" if lang == "en" else "首页")
        assert say("tui.about-place-home")[:8] in found
        assert say("tui.about-place-ledger")[:8] not in found
        assert f"[0 {'Home' if lang == 'en' else '首页'}]" in await press(pilot, "enter")


async def test_palette_moves_and_leaves(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        first = await press(pilot, "ctrl+p")
        assert ">Open" in first
        assert ">Copy" in await press(pilot, "down")
        assert ">Open" in await press(pilot, "up")
        assert "Commands" not in (await press(pilot, "escape")).split("\n")[3]
        await press(pilot, "ctrl+p")
        await write(pilot, "ledger")
        assert "[,l Ledger]" in await press(pilot, "enter")


async def test_language_switches_live(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "comma", "l", "slash")
        await write(pilot, "spring")
        zh = await press(pilot, "f2")
        assert "[,l 台账]" in zh and "输入完毕" in zh and "spring" in zh
        assert "[0 首页]" in await press(pilot, "escape", "escape", "0")
        assert "Draws and plans" in await press(pilot, "f2")


async def test_keys_that_type_nothing_work_while_typing(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "comma", "l", "slash")
        assert "q?8" in await write(pilot, "q?8")
        assert "Keys here" in await press(pilot, "f1")
        assert "q?8" in await press(pilot, "escape")
        await press(pilot, "ctrl+q")
        assert not pilot.app.is_running or pilot.app._exit


async def test_themes_and_no_color(drawn: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(drawn) as pilot:
        assert "Theme: light" in await press(pilot, "f3")
        assert "Theme: high contrast" in await press(pilot, "f3")
        assert "Theme: dark" in await press(pilot, "f3")
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(drawn) as pilot:
        colors = {
            segment.style.color.triplet
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip.apply_filter(
                pilot.app._filters[-1], pilot.app.screen.background_colors[1]
            )
            if segment.style and segment.style.color and segment.style.color.triplet
        }
        assert all(red == green == blue for red, green, blue in colors)
        assert "\n>spring" in screen(pilot)


async def test_ascii_has_no_box_characters(drawn: Path) -> None:
    async with opened(drawn, ascii_only=True) as pilot:
        for keys in ("0", "1", "question_mark"):
            assert not set(await press(pilot, keys)) & set("─│┌┐└┘█▁▂▃▄▅▆▇░▏▎▍▌▋▊▉")


async def test_the_mouse_does_what_the_keys_do(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        bar = screen(pilot).split("\n")[0]
        await pilot.click("#top", offset=(bar.index(",lLed"), 0))
        await settled(pilot)
        shown = screen(pilot)
        assert "[,l Ledger]" in shown
        keys = shown.split("\n")[-1]
        await pilot.click("#keys", offset=(keys.index("Keys"), 0))
        await settled(pilot)
        assert "Keys here" in screen(pilot)


async def test_what_another_process_does_shows_up(own: Path) -> None:
    async with opened(own) as pilot:
        assert "staff" in screen(pilot)
        assert yaohao("--workspace", own, "staff", "spring").exit_code == 0
        assert re.search(r"roster\.\.\. .*publish", await press(pilot, "down"))
        assert yaohao("--workspace", own, "publish", "spring").exit_code == 0
        assert re.search(r"roster\.\.\. .*assign", await press(pilot, "up"))
        (own / "plans" / "broken.toml").write_text("x =", encoding="utf-8")
        assert "check plan" in await press(pilot, "down")


async def test_nothing_is_repainted_where_nothing_changed(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        home = pilot.app.screen
        read: list[int] = []
        home.read = lambda: read.append(1)  # type: ignore[attr-defined]
        pilot.app.look_around()  # type: ignore[attr-defined]
        await press(pilot, "f12")
        assert read == []


async def test_work_is_told_and_stopped(drawn: Path) -> None:
    begun = threading.Event()
    ended: list[str] = []

    def long(workspace: Workspace, progress: Any) -> str:
        try:
            for number in range(20_000):
                begun.set()
                progress(number, 20_000)
                time.sleep(0.005)
        finally:
            ended.append("ended")
        return "done"

    async with opened(drawn) as pilot:
        home = pilot.app.screen
        results: list[str] = []
        home.work("Long work", long, results.append)  # type: ignore[attr-defined]
        await asyncio.to_thread(begun.wait, 5)
        for _ in range(100):
            if "/ 20,000 (Esc stops it)" in screen(pilot):
                break
            await pilot.pause(0.02)
        assert "/ 20,000 (Esc stops it)" in screen(pilot)
        await pilot.press("q")
        await pilot.pause()
        assert "still running" in screen(pilot)
        home.work("Another", long, results.append)  # type: ignore[attr-defined]
        assert "Long work: stopped" in await press(pilot, "escape")
        assert (results, ended) == ([], ["ended"])
        home.work("Short", lambda workspace, _: workspace.settings.register, results.append)  # type: ignore[attr-defined]
        await settled(pilot)
        assert results == ["free"]


async def test_an_act_that_is_stopped_leaves_nothing(own: Path) -> None:
    begun = threading.Event()

    def act(workspace: Workspace, progress: Any) -> None:
        with workspace._workspace.act("test") as store:
            store.append({"act": "test"})
            begun.set()
            while True:
                time.sleep(0.002)

    async with opened(own) as pilot:
        before = len(pilot.app.workspace.ledger())  # type: ignore[attr-defined]
        pilot.app.work("Act", act, print)  # type: ignore[attr-defined]
        await asyncio.to_thread(begun.wait, 5)
        await press(pilot, "escape")
        assert len(pilot.app.workspace.ledger()) == before  # type: ignore[attr-defined]
        with Workspace(own)._workspace.act("another"):
            pass


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refuse("draw.unknown", draw="[red]x\x1b[0m", known=["a"]), "[red]x\\u001b[0m"),
        (OSError(13, "Permission denied", "/x/y"), "/x/y: Permission denied"),
        (ValueError("[b]boom[/b]"), "Internal error: ValueError: [b]boom[/b]"),
        (
            PlannerError(Problem("draw.none", {}), Problem("frame.no-register", {})),
            "Problems: 2",
        ),
    ],
)
async def test_failures_are_plain_words(drawn: Path, error: Exception, words: str) -> None:
    def fail(workspace: Workspace, progress: Any) -> None:
        raise error

    async with opened(drawn, (120, 36)) as pilot:
        pilot.app.work("Failing", fail, print)  # type: ignore[attr-defined]
        await settled(pilot)
        shown = screen(pilot)
        assert words in " ".join(shown.split())
        assert "Traceback" not in shown


async def test_a_fault_of_the_program_ends_it_with_a_sentence(drawn: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with opened(drawn) as pilot:
            pilot.app.call_later(lambda: 1 // 0)
            await pilot.pause(0.2)
    assert pilot.app.return_code == 70
    told = [str(one) for one in pilot.app._exit_renderables]
    assert len(told) <= 1


async def test_copying_says_where(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(own, (120, 36)) as pilot:
        home = pilot.app.screen
        home.copy(["name", "n"], ["=cmd|' /C'!A0\t\x1b[31m", 3])  # type: ignore[attr-defined]
        # The path may be long: its end is cut off then.
        told = (await press(pilot, "f12")).replace("\n", "").replace(" ", "")
        assert f"alsosavedin{own / 'copied.tsv'}"[:60] in told
        saved = (own / "copied.tsv").read_text(encoding="utf-8")
        assert saved == "name\tn\n'=cmd|' /C'!A0\\u0009\\u001b[31m\t3\n"
        assert pilot.app.clipboard == saved.split("\n")[1]


async def test_copying_from_a_workspace_that_cannot_be_written_follows_no_link(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody may put a link of that name into the folder of temporary files."""
    from yaohao.planner.vocabulary import whole_folders

    temporary, theirs = tmp_path / "tmp", tmp_path / "theirs"
    temporary.mkdir()
    theirs.write_text("dear", encoding="utf-8")
    (temporary / "copied.tsv").symlink_to(theirs)
    write = whole_folders.write_file

    def read_only(path: Path, content: bytes, *, private: bool = False) -> None:
        if own in path.parents:
            raise PermissionError(13, "Permission denied")
        write(path, content, private=private)

    async with opened(own, (120, 36)) as pilot:
        monkeypatch.setattr("tempfile.tempdir", str(temporary))
        monkeypatch.setattr(whole_folders, "write_file", read_only)
        pilot.app.screen.copy(["name"], ["x"])  # type: ignore[attr-defined]
    assert theirs.read_text(encoding="utf-8") == "dear"
    (saved,) = temporary.glob("*/copied.tsv")
    assert saved.read_text(encoding="utf-8") == "name\nx\n"


async def test_confirm_takes_only_y(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        said: list[int] = []
        home: Any = pilot.app.screen
        for key, times in (("enter", 0), ("n", 0), ("escape", 0), ("x", 0), ("y", 1)):
            home.confirm("Really?", "It cannot be undone.", "Do it", lambda: said.append(1))
            assert "It cannot be undone." in await press(pilot, "f12")
            await press(pilot, key)
            assert len(said) == times
            await press(pilot, "escape")


async def test_the_command_refuses_what_it_cannot_do(drawn: Path) -> None:
    piped = yaohao("--workspace", drawn, "tui")
    assert piped.exit_code == 2 and "need a terminal" in piped.stderr
    assert yaohao("--workspace", drawn, "tui", "--json").exit_code == 2
    assert yaohao("--workspace", drawn, "tui", "--theme", "pink").exit_code == 2


async def test_garbage_is_collected_while_nobody_is_doing_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import gc

    from yaohao.tui import gc_pause

    seen: list[str] = []
    moment = [0.0]
    before = gc.get_threshold()
    monkeypatch.setattr(gc_pause.time, "monotonic", lambda: moment[0])
    monkeypatch.setattr(gc_pause.gc, "collect", lambda: seen.append("collected"))
    monkeypatch.setattr(gc_pause.gc, "freeze", lambda: seen.append("set aside"))
    monkeypatch.setattr(gc_pause.gc, "unfreeze", lambda: seen.append("taken back"))
    monkeypatch.setattr(gc_pause.gc, "get_count", lambda: (0, 0, due[0]))
    due = [0]
    one = gc_pause.IdleCollector()
    one.begin()
    try:
        assert gc.get_threshold()[2] == gc_pause.NEVER
        moment[0] = gc_pause.REST / 2
        one.tick()
        assert not seen, "somebody has just done something"
        moment[0] = gc_pause.REST * 2
        one.tick()
        assert seen == ["collected", "set aside"]
        one.tick()
        assert len(seen) == 2, "there is nothing to publish"
        due[0] = gc_pause.DUE
        one.touch()
        one.tick()
        assert len(seen) == 2, "due, but somebody has just done something"
        moment[0] += gc_pause.REST
        one.tick()
        assert seen[2:] == ["collected"]
    finally:
        one.end()
    assert gc.get_threshold() == before and seen[3:] == ["taken back"]
