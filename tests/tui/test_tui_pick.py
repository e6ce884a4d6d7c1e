"""The one dialog that picks several of a list, and all that use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli import fill, language_kept
from helpers.tui_pilot import opened, press, screen, settled, write
from textual import events
from textual.pilot import Pilot
from yaohao.tui.jobs.registry import job_named
from yaohao.tui.screens.job_actions import JobRun
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.job_form import JobForm
from yaohao.tui.widgets.pick import Known, Pick

ITEMS = (Known("R-1", "registration"), Known("R-2", "publicity"), Known("F-1", "[bold]food"))


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with registers."""
    with language_kept():
        return fill(tmp_path_factory.mktemp("picks"))


async def asked(pilot: Pilot[None], *args: Any, **options: Any) -> list[Any]:
    """Open the dialog; what it answers comes into the list."""
    answers: list[Any] = []
    pilot.app.push_screen(Pick(*args, **options), answers.append)
    await settled(pilot)
    return answers


@pytest.mark.asyncio
async def test_marks_all_filters_and_keeps_what_nobody_knows(bureau: Path) -> None:
    async with opened(bureau, (80, 24), "en") as pilot:
        # All are marked, then none, then those that a filter shows; a wide sign will do.
        answers = await asked(pilot, "Items", ITEMS)
        shown = await press(pilot, "asterisk")
        assert shown.count("[x]") == 4 and "[bold]food" in shown  # the mark to leave by is one
        assert (await press(pilot, "asterisk")).count("[ ]") == 3
        await write(pilot, "R-")
        pilot.app.post_message(events.Key("\uff0a", "\uff0a"))
        await settled(pilot)
        await press(pilot, "enter")
        assert answers == [["R-1", "R-2"]]
        # What was marked and nobody knows stays first, and what is typed and nobody knows is taken.
        answers = await asked(pilot, "Items", ITEMS, ["gone", "F-1"])
        assert "gone" in screen(pilot)
        await write(pilot, "new")
        await press(pilot, "enter")
        assert answers == [["gone", "F-1", "new"]]
        # A list that is all there is keeps the first and takes none of the second.
        answers = await asked(pilot, "Items", ITEMS, ["gone"], only_known=True)
        await write(pilot, "new")
        assert "Nothing in the list" in await press(pilot, "enter", "space")
        assert not answers
        await press(pilot, *["backspace"] * 3, "down", "space", "enter")
        assert answers == [["gone", "R-1"]]
        # Escape leaves it as it was; so does the mark in the corner.
        answers = await asked(pilot, "Items", ITEMS, ["R-1"])
        await press(pilot, "asterisk", "escape")
        assert answers == [None]


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_its_keys_are_told_in_sixty_columns(bureau: Path, lang: str) -> None:
    async with opened(bureau, (60, 20), lang) as pilot:
        many = [Known(f"C-{n:03}", "名" * 60) for n in range(300)]
        await asked(pilot, "x" * 300, many, ["C-299"])
        shown = screen(pilot)
        assert "C-299" in shown and "Esc" in shown and "* " in shown, shown


@pytest.mark.asyncio
async def test_forms_of_jobs_pick_several(bureau: Path) -> None:
    job = job_named("notices")
    assert job is not None
    async with opened(bureau, (80, 24), "en") as pilot:
        JobRun(pilot.app.here, job).begin()  # type: ignore[attr-defined]
        await settled(pilot)
        assert isinstance(pilot.app.screen, JobForm)
        kinds, entities = (
            pilot.app.screen.query_one(f"#job-{name}", Field) for name in ("kinds", "entities")
        )
        # All kinds of forms by one key; again, with one of them taken out.
        kinds.focus()
        await press(pilot, "f4", "asterisk", "enter")
        every = kinds.value.split(",")
        assert len(every) > 3
        await press(pilot, "f4", "space", "enter")
        assert kinds.value.split(",") == every[1:]
        # What was only typed to find them is no value; a whole code before it stays.
        entities.focus()
        entities.value = "gone,cafe-0"
        await press(pilot, "f4", "down", "space", "down", "space", "enter")
        assert entities.value == "gone,cafe-00,cafe-01"
