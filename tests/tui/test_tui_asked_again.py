"""A form that is refused comes back with what was typed, and the reason at its field."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import bureau, penalty
from helpers.tui_pilot import opened, press, screen
from yaohao.tui.widgets.field import Field


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau with one penalty."""
    workspace = bureau(tmp_path_factory.mktemp("asked"))
    penalty(workspace, "firm-01")
    workspace.close()
    return workspace.folder


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "own"))


def flat(text: str) -> str:
    """A screen as one line."""
    return " ".join(text.replace("│", " ").split())


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("lang", "reason"), [("en", "is not a date"), ("zh", "不是日期")], ids=["en", "zh"]
)
async def test_a_note_with_a_wrong_day_comes_back(own: Path, lang: str, reason: str) -> None:
    async with opened(own, (80, 24), lang) as pilot:
        await press(pilot, "9", "enter", "e", "enter")
        form: Any = pilot.app.screen
        form.query_one("#ask-0", Field).value = "77"
        form.query_one("#ask-1", Field).value = "Wang"
        form.query_one("#ask-2", Field).value = "soon"
        form.query_one("#ask-0", Field).focus()
        shown = flat(await press(pilot, "enter"))
        again: Any = pilot.app.screen
        assert again is not form and type(again) is type(form)
        assert reason in shown
        assert [one.value for one in again.query(Field)] == ["77", "Wang", "soon"]
        assert again.focused is again.query_one("#ask-2", Field)
        again.query_one("#ask-2", Field).value = ""
        shown = await press(pilot, "enter")
        assert pilot.app.screen is not again and reason not in shown


@pytest.mark.asyncio
async def test_a_refused_step_comes_back_until_it_is_left(own: Path) -> None:
    async with opened(own, (80, 24), "en") as pilot:
        await press(pilot, "9", "enter", "enter")
        form: Any = pilot.app.screen
        for field in list(form.query(Field))[:4]:
            field.value = "nowhere.pdf"
        form.query_one("#ask-0", Field).focus()
        await press(pilot, "enter")
        shown = flat(screen(pilot))
        assert "neither a file nor a SHA-256" in shown and "nowhere.pdf" in shown
        await press(pilot, "escape")
        assert not pilot.app.has_dialog()  # type: ignore[attr-defined]
