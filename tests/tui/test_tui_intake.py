"""Past visits, and results, on the screen of imports: the same as on the command line, by eye."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import yaohao
from helpers.tables import credit
from helpers.tui_pilot import opened, press, screen, write
from yaohao.planner.doors.register_files import field_name
from yaohao.planner.register.columns import guess_columns
from yaohao.planner.wording.import_words import effect_words
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace

SIZES = ((60, 20), (80, 24), (120, 36))
HOSTILE = ("=HYPERLINK(1)", "[bold]x[/]", "\x1b[31mred", "\u202egnp", "<script>1</script>", "'; --")
"""Texts that mean something elsewhere."""


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    folder = tmp_path / "bureau"
    with Workspace.create(folder, authority="局", language="zh") as workspace:
        file = tmp_path / "e.csv"
        rows = [f"{credit(n)},第{n}店" for n in range(6)]
        file.write_text("\n".join(["entity_id,name", *rows]), encoding="utf-8")
        workspace.import_files("entities", [file])
    return folder


def visits(folder: Path) -> Path:
    """A file of past visits: headings nobody knows, further columns, hostile texts, slips."""
    file = folder / "检查记录.csv"
    rows = [f"{credit(n)},2026-03-0{n + 1},{text},{n}" for n, text in enumerate(HOSTILE)]
    rows += [f"{credit(77)},2026-03-01,x,1", f"{credit(1)},,x,1"]
    file.write_text("\n".join(["主体,何时,\x1b[32m备注[b],问题数", *rows]), encoding="utf-8")
    return file


async def wait_for_trial(pilot: Any) -> Any:
    """The screen of the import once the file that is wanted was tried."""
    place = pilot.app.here
    for _ in range(500):
        if place.intake is not None and (
            place.intake.look["lacking"] or place._tried_for == place._wish()
        ):
            return place
        await pilot.pause(0.02)
    raise AssertionError(screen(pilot))


async def read_as(pilot: Any, at: int, name: str) -> None:
    place = pilot.app.here
    place.query_one("#rows").mark(at)
    await press(pilot, "enter")
    await write(pilot, name)
    await press(pilot, "enter")
    await wait_for_trial(pilot)


async def come(pilot: Any, file: Path) -> Any:
    """Go to the import of past visits, and pick a file."""
    await press(pilot, "2", "i")
    await write(pilot, say("common.register-inspections"))
    await press(pilot, "enter")
    assert pilot.app.here.register == "inspections"
    await write(pilot, str(file))
    await press(pilot, "enter")
    return await wait_for_trial(pilot)


def asked(workspace: Path, *words: str) -> dict[str, Any]:
    report = yaohao("--workspace", workspace, "--json", "import", "inspections", *words)
    assert report.exit_code == 0, report.output
    found: dict[str, Any] = json.loads(report.stdout)
    return found


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), across(SIZES, LANGUAGES))
async def test_past_visits_are_mapped_by_eye_as_on_the_command_line(
    bureau: Path, tmp_path: Path, size: Any, lang: str
) -> None:
    file = visits(tmp_path)
    maps = ("--map", "entity_id=主体", "--map", "visited_on=何时")
    wanted = asked(bureau, str(file), *maps, "--dry-run")
    async with opened(bureau, size, lang) as pilot:
        place = await come(pilot, file)
        assert place.intake.lacking()
        for at, name in enumerate(("entity_id", "visited_on")):
            await read_as(pilot, at, field_name("inspections", name, lang))
        shown = screen(pilot)
        assert "\x1b" not in shown and "\u202e" not in shown
        report, aside = place.tried
        assert report == wanted
        assert [one["reason"] for one in aside] == ["not-in-register", "no-day"]
        assert say("tui_start.trial", rows=8, accepted=6, aside=2)[:20] in " ".join(shown.split())
        # What the command line tells of the visits stands in the details too.
        told = await press(pilot, "z")
        flat = "".join(told.replace("│", "").split())
        for line in effect_words(wanted)[-2:]:
            assert "".join(line.split())[:24] in flat
        await press(pilot, "escape")
        await press(pilot, "i")
        assert pilot.app.here.SCREEN_NAME == "register"  # type: ignore[attr-defined]
    again = asked(bureau, str(file), *maps)
    assert not again["changed"] and (again["same"], again["size"]) == (6, 6)
    with Workspace(bureau) as workspace:
        kept = {text for one in workspace.indicators() for text in one.values.values()}
    assert "=HYPERLINK(1)" in kept and "<script>1</script>" in kept


@pytest.mark.asyncio
async def test_a_further_column_is_kept_or_not_as_is_said(bureau: Path, tmp_path: Path) -> None:
    file = tmp_path / "v.csv"
    file.write_text(
        f"entity_id,检查日期,天气,结果\n{credit(1)},2026-03-01,晴,1\n", encoding="utf-8"
    )
    async with opened(bureau, lang="zh") as pilot:
        place = await come(pilot, file)
        assert place.intake.look["columns"][2]["field"] == "indicator.天气"
        assert "指标：天气" in screen(pilot)
        assert place.tried[0]["indicators"] == ["天气"]
        await read_as(pilot, 2, say("tui_start.not-read"))
        assert place.tried[0]["indicators"] == [] and place.intake.mapping
        # A column that means something is left out whole, not kept under its heading instead.
        await read_as(pilot, 3, say("tui_start.not-read"))
        assert place.tried[0]["indicators"] == []
        await read_as(pilot, 3, "指标")
        assert place.tried[0]["indicators"] == ["结果"]
        await press(pilot, "i")
    with Workspace(bureau) as workspace:
        assert [one.values for one in workspace.indicators()] == [{"结果": "1"}]


def test_indicators_are_mapped_as_they_are_wished() -> None:
    headings = ("entity_id", "检查日期", "天气", "结果")
    with_all = {0: "entity_id", 1: "visited_on", 2: "indicator.天气", 3: "result"}
    assert Workspace.map_columns("inspections", headings, with_all)["mapping"] == {}
    for at in (2, 3):
        wanted = {place: name for place, name in with_all.items() if place != at}
        told = Workspace.map_columns("inspections", headings, wanted)
        assert told["fields"] == [wanted.get(place, "") for place in range(4)]
        guess_columns("inspections", headings, told["mapping"], "")


@pytest.mark.asyncio
async def test_no_results_before_there_are_crews(bureau: Path) -> None:
    async with opened(bureau) as pilot:
        await press(pilot, "2", "i")
        await write(pilot, say("common.register-results"))
        assert say("tui_start.no-dealt-draw") in await press(pilot, "enter")
        assert pilot.app.here.SCREEN_NAME == "register"  # type: ignore[attr-defined]


@pytest.mark.asyncio
async def test_a_template_of_past_visits_is_written(
    bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(bureau) as pilot:
        await press(pilot, "2", "i")
        await write(pilot, say("common.register-inspections"))
        await press(pilot, "enter")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        place.query_one("#rows").mark(len(place.entries))
        await press(pilot, "enter")
    assert (tmp_path / "inspections.xlsx").is_file()
