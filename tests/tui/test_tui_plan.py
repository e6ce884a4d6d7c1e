"""The Plan screen: the text beside its effect, problems at their lines, mends, saving, freezing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import PLAN, fill, language_kept, told, yaohao
from helpers.tui_pilot import SIZES, opened, press, screen, settled, snapshot, write
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import chance_span, percent, tenths
from yaohao.planner.wording.messages import LANGUAGES
from yaohao.tui.plan_effect import effect_lines
from yaohao.tui.widgets.editor import PlanEditor, stepped

pytestmark = pytest.mark.asyncio

CONFLICT = """
[limits]
total = 5 # few
[[quota]]
where = { region = "North" }
min = 9 # many
"""


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visits are dealt at once."""
    monkeypatch.setattr("yaohao.tui.screens.plan.REST", 0.0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two plans that wait."""
    with language_kept():
        workspace = fill(tmp_path_factory.mktemp("plan"))
    (workspace / "plans" / "sample.toml").unlink()
    (workspace / "plans" / "other.toml").write_text(
        "# \x1b[31mred\u202e 注释\n"
        + PLAN.replace("TIERS", "shown").replace('"spring"', '"other"'),
        encoding="utf-8",
    )
    return workspace


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """A copy of it, with one plan alone."""
    copied = Path(shutil.copytree(made, tmp_path / "own"))
    (copied / "plans" / "other.toml").unlink()
    return copied


async def at_plan(pilot: Any, file: str = "") -> Any:
    """The Plan screen, everything counted."""
    await press(pilot, "3")
    if file:
        pilot.app.go("plan", file=file)
    await counted(pilot)
    return pilot.app.screen


async def counted(pilot: Any) -> str:
    """Wait for the figures of the text; the screen then."""
    plan = pilot.app.screen
    for _ in range(400):
        await pilot.pause(0.01)
        if plan.looked == plan.text and not plan._is_looking:
            break
    await settled(pilot)
    return screen(pilot)


def change(plan: Any, old: str, new: str) -> None:
    """Change the text as if it were typed."""
    editor = plan.query_one(PlanEditor)
    assert old in editor.text
    editor.put(editor.text.replace(old, new))


@pytest.mark.parametrize(("size", "lang"), across(SIZES, LANGUAGES))
async def test_screens_as_kept(made: Path, lang: str, size: tuple[int, int]) -> None:
    async with opened(made, size, lang) as pilot:
        plan = await at_plan(pilot, "plans/spring.toml")
        plan.milliseconds = 5.0
        plan.tell_plan()
        snapshot(f"plan-{lang}-{size[0]}", await press(pilot, "f12"))
        change(plan, "reserves = 1\n", "reserves = 1\n" + CONFLICT)
        await counted(pilot)
        snapshot(f"plan-conflict-{lang}-{size[0]}", await press(pilot, "n"))
        plan.give_up()


async def test_the_figures_are_those_of_the_command(own: Path) -> None:
    preview = told("--workspace", own, "plan", "preview", own / "plans" / "spring.toml")
    async with opened(own, (120, 36)) as pilot:
        plan = await at_plan(pilot)
        assert plan.told == preview
        await press(pilot, "v")
        shown = screen(pilot)
        assert f"{preview['pool']:,}" in shown
        assert tenths(preview["expected"]) in shown


async def test_what_is_typed_shows_its_effect(own: Path) -> None:
    async with opened(own, (120, 36)) as pilot:
        plan = await at_plan(pilot)
        before = plan.told["expected"]
        change(plan, 'B = "40%"', 'B = "50%"')
        shown = await counted(pilot)
        assert plan.told["expected"] > before
        then, now = tenths(before), tenths(plan.told["expected"])
        change_told = f"+{tenths(plan.told['expected'] - before)}"
        assert [then, now, change_told] in [line.split()[-3:] for line in shown.split("\n")]
        assert "changed, not saved" in shown
        change(plan, "years = 3", "years = 0")
        shown = await counted(pilot)
        assert re.search(r"tolerance period +2 +0 +-2", shown)


async def test_typing_in_the_text(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_plan(pilot)
        await press(pilot, "T")
        await write(pilot, "# q8?")
        assert plan.text.startswith("# q8?id")
        await press(pilot, "enter")
        assert plan.text.startswith("# q8?\nid")
        await counted(pilot)
        assert plan.problems == []
        assert "[3 Plan]" in await press(pilot, "escape")
        await press(pilot, "q")
        assert "plans/spring.toml has changes that are not saved." in screen(pilot)
        await press(pilot, "n")
        await press(pilot, "ctrl+o")
        await press(pilot, "y")
        assert plan.text == plan.saved


async def test_numbers_go_up_and_down(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_plan(pilot)
        editor = plan.query_one(PlanEditor)
        row = plan.text.split("\n").index('tier = { A = "20%", B = "40%" }')
        editor.move_cursor((row, 20))
        await press(pilot, "T")
        editor.move_cursor((row, 20))
        await press(pilot, "ctrl+up", "ctrl+up", "ctrl+down")
        assert 'B = "41%"' in plan.text
        await press(pilot, "ctrl+up")
        assert 'B = "42%"' in plan.text
        editor.move_cursor((0, len("id = ")))
        await press(pilot, "ctrl+down")
        assert "There is no number" in screen(pilot)
    assert stepped("2027-02-28", 1) == "2027-03-01"
    assert stepped("2027-99-99", 1) == "2027-99-99"
    assert (stepped("0.1", -1), stepped("0", -1), stepped("1.25", 1)) == ("0.0", "0", "1.26")


async def test_problems_stand_at_their_lines(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_plan(pilot)
        change(plan, 'title = "Spring', 'titel = "Spring')
        change(plan, "years = 3", "years = -3")
        shown = await counted(pilot)
        assert "Problems: 3" in shown
        assert "The effect is shown once" in await press(pilot, "v")
        await press(pilot, "v")
        lines = plan.text.split("\n")
        editor = plan.query_one(PlanEditor)
        assert editor.marked == {1, 2, lines.index("years = -3") + 1}
        shown = await press(pilot, "n", "n")
        assert "must be from 0 to 100" in shown
        assert editor.cursor_location[0] == lines.index("years = -3")
        # The problem has a field: Enter changes that, and the text is a key away.
        await press(pilot, "enter")
        assert plan.editing is not None and plan.editing.key == "tolerance.years"
        await press(pilot, "escape", "T")
        assert editor.has_focus
        plan.query_one(PlanEditor).put("x = [")
        assert "Problems: 1" in await counted(pilot)
        plan.query_one(PlanEditor).put(plan.saved)
        assert "Problems" not in await counted(pilot)
        assert not editor.marked


async def test_a_mend_is_taken_by_one_key(own: Path) -> None:
    async with opened(own, (120, 36)) as pilot:
        plan = await at_plan(pilot)
        change(plan, "reserves = 1\n", "reserves = 1\n" + CONFLICT)
        shown = await counted(pilot)
        assert "cannot be satisfied" in shown and ". Resolve" in shown.split("\n")[-1]
        await press(pilot, "full_stop")
        await counted(pilot)
        assert plan.problems == [] and "# few" in plan.text and "# many" in plan.text
        assert "total = 5 #" not in plan.text
        await press(pilot, "T", "ctrl+z")
        await counted(pilot)
        assert "total = 5 # few" in plan.text
        await press(pilot, "escape")
        plan.query_one("#problems").focus()
        await press(pilot, "down", "down", "full_stop")
        await counted(pilot)
        assert "min = 9 #" not in plan.text and "total = 5 # few" in plan.text


async def test_saving_keeps_the_file_and_asks_before_it_overwrites(own: Path) -> None:
    file = own / "plans" / "spring.toml"
    async with opened(own) as pilot:
        plan = await at_plan(pilot)
        change(plan, "years = 3", "years = 3 # three")
        await press(pilot, "ctrl+s")
        assert file.read_text(encoding="utf-8") == plan.text == plan.saved
        assert "Saved: plans/spring.toml" in screen(pilot)
        change(plan, "# three", "# mine")
        await counted(pilot)
        file.write_text(plan.saved.replace("# three", "# theirs"), encoding="utf-8")
        assert "changed by someone else" in await press(pilot, "ctrl+s")
        await press(pilot, "n")
        assert "# theirs" in file.read_text(encoding="utf-8")
        await press(pilot, "ctrl+s", "y")
        assert "# mine" in file.read_text(encoding="utf-8")
        file.write_text(plan.saved.replace("# mine", "# fresh"), encoding="utf-8")
        assert "# fresh" in await press(pilot, "0", "3", "end") or "# fresh" in plan.text


async def test_another_plan_and_hostile_text(made: Path) -> None:
    async with opened(made) as pilot:
        plan = await at_plan(pilot, "plans/spring.toml")
        await press(pilot, "o")
        await write(pilot, "other")
        await press(pilot, "enter")
        shown = await counted(pilot)
        assert plan.file == "plans/other.toml"
        assert "\x1b" not in shown
        shown = await press(pilot, "T")
        assert "?[31mred?" in shown and "\x1b" not in shown
        await press(pilot, "escape")
        change(plan, "years = 3", "years = 2")
        await counted(pilot)
        await press(pilot, "o")
        await write(pilot, "spring")
        assert "changes that are not saved" in await press(pilot, "enter")
        await press(pilot, "down", "enter")
        assert plan.file == "plans/spring.toml"


async def test_freezing_is_confirmed_and_goes_home(own: Path) -> None:
    async with opened(own) as pilot:
        plan = await at_plan(pilot)
        assert "cannot be withdrawn" in await press(pilot, "F")
        await press(pilot, "enter")
        assert pilot.app.workspace.draws() == []  # type: ignore[attr-defined]
        assert plan.is_sound()
        await press(pilot, "F", "y")
        shown = await press(pilot, "f12")
        assert "[0 Home]" in shown and "Frozen: spring" in shown and "committed" in shown
        assert pilot.app.chosen_draw == "spring"  # type: ignore[attr-defined]


async def test_a_plan_that_is_frozen_already_is_asked_about(own: Path) -> None:
    from yaohao.planner.workspace import Workspace

    with Workspace(own) as workspace:
        workspace.freeze("spring")
    async with opened(own) as pilot:
        await at_plan(pilot)
        asked = " ".join((await press(pilot, "F")).replace("│", " ").split())
        assert "frozen before, as spring. That draw stays as it is" in asked
        await press(pilot, "enter")
        assert len(pilot.app.workspace.draws()) == 1  # type: ignore[attr-defined]
        shown = await press(pilot, "F", "y")
        assert "--again" not in shown  # it was asked once, and not in words of the shell
        assert "Frozen: spring-2" in await press(pilot, "f12")


async def test_what_cannot_be_staffed_is_asked_about(own: Path) -> None:
    from yaohao.planner.workspace import Workspace

    (own / "few.csv").write_text("inspector_id,name,certificate_until\nI-1,Ann,2030-01-01\n")
    with Workspace(own) as workspace:
        workspace.import_files("inspectors", [own / "few.csv"], replace=True, replace_most=True)
    async with opened(own, (120, 36)) as pilot:
        await at_plan(pilot)
        # The lines of a question are folded, by how long the path of the workspace is.
        shown = await press(pilot, "F", "y")
        asked = " ".join(re.findall(r"│ +(\S.*?) *│", shown))
        assert "to freeze it all the same" in asked and "--unstaffed" not in shown
        assert "Frozen: spring" in await press(pilot, "y", "f12")


async def test_no_plan_and_no_register(tmp_path: Path) -> None:
    from yaohao.planner.workspace import Workspace

    Workspace.create(tmp_path / "w", "free").close()
    async with opened(tmp_path / "w") as pilot:
        await press(pilot, "3")
        assert "the register of entities is empty" in " ".join((await counted(pilot)).split())
    (tmp_path / "w" / "plans" / "sample.toml").unlink()
    async with opened(tmp_path / "w") as pilot:
        assert "There are no plans yet" in await press(pilot, "3")
        keys = "e ctrl+s F full_stop n v u ctrl+y T C delete plus o escape"
        await press(pilot, *keys.split())


async def test_chances_are_written_as_the_command_writes_them(own: Path) -> None:
    """Exactly, in every place: neither rounds them to figures of its own."""
    file = own / "plans" / "spring.toml"
    report = told("--workspace", own, "plan", "preview", file)
    shown = "\n".join(effect_lines(report, None, 120, ascii_only=True))
    printed = yaohao("--workspace", own, "plan", "preview", file).output
    for by in report["expected_by"].values():
        for row in by.values():
            words = chance_span(row["chance_least"], row["chance_most"])
            assert words in shown and words in printed
    for row in report["chances"]:
        assert percent(row["mean"], PPM) in printed
    assert chance_span(33_333, 125_000) == "3.3333% - 12.5%"
    assert chance_span(10_000, 10_000) == "1%"
