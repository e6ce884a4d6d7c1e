"""Crews: who may go, who goes; recusals and absences by key; shortfalls and late changes told."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from helpers.tui_pilot import SIZES, opened, press, screen, settled, snapshot, snapshots, write
from helpers.workspace_maker import NEXT_CREW_SEED, NEXT_SELECT_SEED, Made, Maker
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.workspace_maker"]
pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def done(made: Maker) -> Made:
    return made(reserves=1)


@pytest.fixture(scope="module")
def drawn(done: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A further draw, `q1-3`, whose staffing is open."""
    own = Path(shutil.copytree(done.workspace.folder, tmp_path_factory.mktemp("crews") / "bureau"))
    space = Workspace(own)
    space.freeze(own / "plans" / "q1.toml", secret="b1" * 32, despite=["again"])
    space.draw("q1-3", NEXT_SELECT_SEED, "dice")
    space.close()
    return own


@pytest.fixture
def own(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "own"))


@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(drawn: Path, size: tuple[int, int]) -> None:
    async with opened(drawn, size, "zh") as pilot:
        await press(pilot, "6")
        await snapshots(pilot, "crews-open")
        await press(pilot, "v")
        await snapshots(pilot, "crews-visits")
        pilot.app.choose_draw("q1-2")  # type: ignore[attr-defined]
        await press(pilot, "v", "0", "6")
        await snapshots(pilot, "crews-dealt")
        await press(pilot, "down")
        for lang in ("zh", "en"):
            snapshot(f"crews-one-{lang}-{size[0]}", await press(pilot, "enter"))
            await press(pilot, "escape")
            await press(pilot, "f2")


async def test_staffing_is_what_the_documents_say(drawn: Path) -> None:
    from yaohao.planner.draw.crews.assignment import eligible

    space = Workspace(drawn)
    for draw in ("q1-2", "q1-3"):
        found = space.staffing(draw)
        visits = space._workspace.store.document(draw, "visits")
        assert visits is not None
        from yaohao.planner.draw.visits import roster_document

        roster = roster_document(space._workspace.store.roster("inspectors"))
        who = eligible(visits, roster, tuple(found["window"]))
        may: Counter[str] = Counter()
        for pool in who.pools:
            for at in pool.inspectors:
                may[roster[at]["inspector_id"]] += len(pool.visits)
        assert {one["inspector_id"]: one["may"] for one in found["inspectors"]} == {
            row["inspector_id"]: may[row["inspector_id"]] for row in roster
        }
        assert found["seats"] == sum(len(visit["seats"]) for visit in visits)
        loads = space.show(draw)["loads"]
        for one in found["inspectors"]:
            assert one["load"] == (loads.get(one["inspector_id"], 0) if loads else None)
        assert found["shortfalls"] == [] and found["conflicts"] == []
    by_id = {one["inspector_id"]: one for one in found["inspectors"]}
    assert not by_id["@i11"]["certified"] and by_id["=i10"]["away"]
    space.close()
    seen = told("--workspace", drawn, "staff", "q1-3", "--dry-run")
    assert seen == found
    for lang in LANGUAGES:
        assert yaohao("--workspace", drawn, "staff", "q1-3", "--dry-run", lang=lang).exit_code == 0


async def test_recusals_by_both_ways(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "6")
        place: Any = pilot.app.screen
        await press(pilot, "slash")
        await write(pilot, "i03")
        await press(pilot, "enter", "r")
        first = place.visits[0]["entity_id"]
        await write(pilot, first)
        shown = await press(pilot, "enter")
        assert first in shown and "@i03" in shown
        await press(pilot, "escape", "r")
        await write(pilot, first)
        await press(pilot, "enter")
        await press(pilot, "enter")  # no reason yet: it is asked for
        assert first not in {one["entity_id"] for one in place.workspace.recusals("@i03")}
        await write(pilot, "kin")
        shown = await press(pilot, "enter")
        assert "is not a reason" in shown, "the form is there again, and says why"
        assert first not in {one["entity_id"] for one in place.workspace.recusals("@i03")}
        await write(pilot, " of the owner")
        shown = await press(pilot, "enter")
        row = {r["inspector_id"]: r for r in place.workspace.staffing("q1-3")["inspectors"]}["@i03"]
        assert first in row["recused"] and row["recused_here"] == [first]
        assert say("tui_jobs.recused", inspector="@i03", entity=first)[:30] in shown
        await press(pilot, "escape", "escape", "v")
        second = place.visits[1]["entity_id"]
        await press(pilot, "down", "r")
        await write(pilot, "i04")
        await press(pilot, "enter")
        await write(pilot, "a friend of the owner")
        await press(pilot, "enter")
        await press(pilot, "escape")  # while it is noted, this would stop it
        row = {r["inspector_id"]: r for r in place.workspace.staffing("q1-3")["inspectors"]}["=i04"]
        assert second in row["recused_here"]
        assert "a friend of the owner" in {
            one["reason"] for one in place.workspace.recusals("=i04")
        }
        await press(pilot, "r")
        await press(pilot, "escape")
        assert "=i04" in await press(pilot, "escape")
    said = told("--workspace", own, "log")
    assert sum(line["act"].get("what") == "recusal" for line in said["ledger"]) >= 2


async def test_absences(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "6", "slash")
        await write(pilot, "i05")
        shown = await press(pilot, "enter", "m")
        assert "2027-01-11" in shown and "2027-03-31" in shown
        await press(pilot, "enter", "enter", "y")
        assert "absent throughout" in screen(pilot)
        await press(pilot, "m", *["backspace"] * 10)
        await write(pilot, "2027-02-30")
        shown = await press(pilot, "enter", "enter", "y")
        assert "Traceback" not in shown and "2027-02-30" in shown
        await press(pilot, "escape", "m", "escape")
        assert pilot.app.workspace.staffing("q1-3")["inspectors"]  # type: ignore[attr-defined]


async def test_staffing_closes_and_the_crews_are_dealt_in_draw(own: Path) -> None:
    async with opened(own, (120, 36)) as pilot:
        await press(pilot, "6")
        await press(pilot, "s", "n")
        assert "staffing is open" in screen(pilot)
        shown = await press(pilot, "s", "y")
        assert "[4 Draw]" in shown and "every position can be filled" in shown
        assert "staffing is closed" in await press(pilot, "6")
        await press(pilot, "r", "m", "s")
        assert "staffing is closed" in screen(pilot)
        yaohao("--workspace", own, "recuse", "@i01", "xE0007")
        assert "after staffing was closed (@i01)" in await press(pilot, "down")
        assert "does not apply" in await press(pilot, "p")
        await press(pilot, "escape")
        pilot.app.workspace.deal("q1-3", NEXT_CREW_SEED, "dice")  # type: ignore[attr-defined]
        await press(pilot, "down")
        await settled(pilot)
        assert "assigned to" in screen(pilot)


async def test_shortfalls_are_told(own: Path) -> None:
    space = Workspace(own)
    for n in range(6):
        space.note_absence(f"{'=@'[n % 2]}i{n:02d}", "2027-01-01", "2027-12-31")
    found = space.staffing("q1-3")
    assert found["shortfalls"]
    space.close()
    assert told("--workspace", own, "staff", "q1-3", "--dry-run", status=1) == found
    assert (
        "Inspector positions that cannot"
        in yaohao("--workspace", own, "staff", "q1-3", "--dry-run").stdout
    )
    async with opened(own) as pilot:
        shown = await press(pilot, "6")
        assert "! " in shown and "positions cannot be filled" in shown
        assert "eligible inspectors" in " ".join(
            (await press(pilot, "p")).replace("│", " ").split()
        )
        await press(pilot, "escape")
        shown = await press(pilot, "s", "y")
        assert "cannot be filled" in " ".join(shown.split()) and "Traceback" not in shown
        assert pilot.app.workspace.show("q1-3")["stage"] == "drawn"  # type: ignore[attr-defined]


async def test_what_comes_too_late_is_told_of_a_dealt_draw(own: Path) -> None:
    space = Workspace(own)
    visits = [visit for visit in space.show("q1-2")["visits"] if visit["inspectors"]]
    one, entity = visits[0]["inspectors"][0], visits[0]["entity_id"]
    away = visits[0]["inspectors"][1]
    space.recuse(one, entity)
    space.note_absence(away, "2027-01-01", "2027-12-31")
    found = space.staffing("q1-2")["conflicts"]
    space.close()
    kinds = {(row["kind"], row["inspector_id"], row["entity_id"]) for row in found}
    assert ("recused", one, entity) in kinds
    assert {row["kind"] for row in found} == {"recused", "absent"}
    assert all(row["inspector_id"] in (one, away) for row in found)
    shown = yaohao("--workspace", own, "staff", "q1-2", "--dry-run")
    assert shown.exit_code == 0 and "has been recused since" in shown.stdout
    async with opened(own) as pilot:
        pilot.app.choose_draw("q1-2")  # type: ignore[attr-defined]
        assert "after staffing was closed" in await press(pilot, "6")
        assert "written order" in await press(pilot, "p")


async def test_visits_open_their_story_and_rows_are_copied(own: Path) -> None:
    async with opened(own) as pilot:
        await press(pilot, "6")
        await press(pilot, "y")
        saved = (own / "copied.tsv").read_text(encoding="utf-8")
        assert saved.startswith("inspector_id\t") and "\t'=i00" in "\t" + saved.split("\n")[1]
        await press(pilot, "v", "y")
        assert (own / "copied.tsv").read_text(encoding="utf-8").startswith("entity_id\t")
        shown = await press(pilot, "enter")
        assert "[5 Review]" in shown and "Why?" in shown
        await press(pilot, "escape", "escape")
        assert "[6 Teams]" in screen(pilot)
        await press(pilot, "slash")
        await write(pilot, "zzzz")
        assert "Nothing here yet" in screen(pilot)
        await press(pilot, "enter", "enter", "y", "r", "m")
        await press(pilot, "escape", "escape")
        assert "[0 Home]" in await press(pilot, "escape")


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_show_as_text(own: Path, size: tuple[int, int]) -> None:
    async with opened(own, size, ascii_only=True) as pilot:
        await press(pilot, "6", "v")
        for _ in range(3):
            shown = await press(pilot, "pagedown")
            assert "\x1b" not in shown and "\u202e" not in shown
            assert not set(shown) & set("█░│─")
        await press(pilot, "r", "escape")
        shown = await press(pilot, "home", "enter")
        assert "\x1b" not in shown


async def test_abandoned_and_committed_draws(own: Path) -> None:
    space = Workspace(own)
    space.freeze(own / "plans" / "q1.toml", despite=["again"])
    space.close()
    async with opened(own, (120, 36)) as pilot:
        assert "not drawn yet" in await press(pilot, "6")
        assert "q1: " in await _chosen(pilot, "abandoned") or "was abandoned" in screen(pilot)
        await press(pilot, "s", "r")
        assert "派员" in await press(pilot, "f2")


async def _chosen(pilot: Any, words: str) -> str:
    await press(pilot, "d")
    await write(pilot, words)
    return await press(pilot, "enter")
