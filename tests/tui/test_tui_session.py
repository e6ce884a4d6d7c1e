"""A session is taken up where it was left; a broken memory is none; the workspace knows none."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import drawn_spring
from helpers.tui_pilot import opened, press, screen, write
from yaohao.tui.session_state import MOST, Session, remember, remembered

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two draws."""
    return drawn_spring(tmp_path_factory.mktemp("session"), again=True)


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which sessions are kept."""
    file = tmp_path / "state" / "screens.json"
    monkeypatch.setenv("YAOHAO_STATE", str(file.parent))
    return file


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(one.relative_to(folder)): (one.stat().st_size, one.stat().st_mtime_ns)
        for one in folder.rglob("*")
        if one.is_file() and not one.name.endswith(("-shm", "-wal"))
    }


async def test_place_draw_and_filter_are_there_again(drawn: Path, memory: Path) -> None:
    before = files(drawn)
    async with opened(drawn, resume=True) as pilot:
        assert "[1 Today]" in screen(pilot)  # nothing is known yet: the day's work comes first
        await press(pilot, "d")
        await write(pilot, "spring")
        await press(pilot, "down", "enter")
        await press(pilot, "2", "slash")
        await write(pilot, "c-1")
        shown = screen(pilot)
        await press(pilot, "ctrl+q")
    assert files(drawn) == before
    async with opened(drawn, resume=True) as pilot:
        again = screen(pilot)
        app: Any = pilot.app
        assert "[2 Register]" in again and "d draw: spring" in again
        assert app.chosen_draw == "spring"
        assert app.here.filter_typed() == "c-1"
        assert again.split("\n")[3:10] == shown.split("\n")[3:10]
    if os.name == "posix":
        assert stat.S_IMODE(memory.stat().st_mode) == 0o600


async def test_without_being_asked_nothing_is_remembered(drawn: Path, memory: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "2", "ctrl+q")
    assert not memory.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"FOLDER": 5}',
        '{"FOLDER": {"place": 5, "draw": [], "filters": "x"}}',
        '{"FOLDER": {"place": "nowhere", "draw": "gone", "filters": {"register": 7}}}',
        '{"FOLDER": {"place": "../../etc", "filters": {"nowhere": "x", "register": "\\u0000[b]"}}}',
    ],
)
async def test_a_broken_memory_is_none(drawn: Path, memory: Path, text: str) -> None:
    memory.parent.mkdir()
    memory.write_text(text.replace("FOLDER", str(drawn.absolute())), encoding="utf-8")
    async with opened(drawn, resume=True) as pilot:
        assert "[1 Today]" in screen(pilot)
        assert "[2 Register]" in await press(pilot, "2")
    known = json.loads(memory.read_text(encoding="utf-8"))
    assert known[str(drawn.absolute())]["place"] == "register"


async def test_a_memory_that_cannot_be_written_is_let_be(
    drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("YAOHAO_STATE", str(tmp_path / "file" / "below"))
    async with opened(drawn, resume=True) as pilot:
        await press(pilot, "3", "ctrl+q")
        assert pilot.app.fault is None  # type: ignore[attr-defined]


async def test_only_so_many_workspaces_are_remembered(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        remember(tmp_path / str(number), Session("plan", "d", {"register": "x" * 9999}))
    remember(tmp_path / "10", Session("home"))
    assert remembered(tmp_path / "2") == Session()
    assert remembered(tmp_path / "3").place == "plan"
    assert len(remembered(tmp_path / "3").filters["register"]) == 200
    assert remembered(tmp_path / "10") == Session("home")
    remember(tmp_path / "new", Session("home"))
    assert remembered(tmp_path / "3") == Session() and remembered(tmp_path / "10").place == "home"
