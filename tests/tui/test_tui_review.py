"""Review: groups, counts, filters and stories are those of the command and of the oracle."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import tried
from helpers.cli import told, yaohao
from helpers.tui_pilot import SIZES, opened, press, screen, settled, snapshot, snapshots, write
from helpers.workspace_maker import HOSTILE_NAMES, Made, Maker
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.engine import duckdb as engine
from yaohao.planner.schema.visit import Visit
from yaohao.planner.vocabulary.digest import salt, ticket
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace
from yaohao.tui.explanation import fraction, ticket_lines

pytest_plugins = ["helpers.workspace_maker"]
pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def done(made: Maker) -> Made:
    """A workspace with hostile names, whose draw `q1-2` is dealt, after one given up."""
    return made(reserves=1)


@pytest.fixture(scope="module")
def folder(done: Made) -> Path:
    return Path(done.workspace.folder)


def frame_rows(folder: Path, draw: str) -> list[dict[str, Any]]:
    """All of the frame, read at once: what pages and counts are held against."""
    space = Workspace(folder)
    root = space.show(draw)["select"]["frame"]
    space.close()
    path = folder / "frames" / root / "frame.parquet"
    found = engine.connect().sql(f"SELECT * FROM {engine.parquet(path)}")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


async def test_groups_and_counts_are_those_of_the_frame(done: Made, folder: Path) -> None:
    review = done.workspace.review(done.draw)
    shown = done.workspace.show(done.draw)
    rows = frame_rows(folder, done.draw)
    visits = {visit["entity_id"]: visit for visit in shown["visits"]}

    def became(row: dict[str, Any]) -> str:
        visit = visits.get(row["entity_id"])
        if visit is None:
            return "not-drawn" if row["standing"] == "pool" else row["standing"]
        return "reserve" if visit["reserve"] else {"pool": "drawn"}.get(row["standing"], "directed")

    counts = Counter((became(row), row["reason"]) for row in rows)
    assert {(g["standing"], g["reason"]): g["size"] for g in review.groups()} == counts
    assert {group["standing"] for group in review.groups()} >= {
        "drawn",
        "directed",
        "reserve",
        "out",
    }
    for by in ("tier", "region", "industry", "kind"):
        for one in review.tally(by):
            own = [row for row in rows if row[by] == one["code"]]
            assert one["frame"] == len(own)
            assert one["pool"] == sum(row["standing"] == "pool" for row in own)
            assert one["drawn"] == sum(became(row) == "drawn" for row in own)
            assert one["directed"] == sum(row["standing"] == "directed" for row in own)
            assert one["out"] == sum(row["standing"] == "out" for row in own)
        total = sum(one["expected"] for one in review.tally(by))
        cells = sum(cell["expected"] for cell in review.tally("cell"))
        assert abs(total - cells) <= len(rows)
    for cell, after in zip(review.tally("cell"), shown["cells"] or (), strict=True):
        assert (cell["number"], cell["code"]) == (after["cell"], after["name"])
        assert (cell["drawn"], cell["threshold"]) == (after["count"], after["threshold"])
    assert {one["code"]: one["visits"] for one in review.tally("crew")} == shown["loads"]
    for standing in ("drawn", "directed", "reserve"):
        places = review.find(standing)
        listed = [row["entity_id"] for row in review.rows(places)]
        wanted = [v for v in shown["visits"] if became_of(v) == standing]
        assert listed == [visit["entity_id"] for visit in wanted]
    out = review.find("out")
    assert [review.rows(out[at : at + 1])[0]["entity_id"] for at in range(len(out))] == [
        row["entity_id"] for row in rows if row["standing"] == "out"
    ]
    with pytest.raises(PlannerError):
        review.find("nowhere")
    with pytest.raises(PlannerError):
        review.tally("colour")


def became_of(visit: Visit) -> str:
    return "reserve" if visit["reserve"] else {"pool": "drawn"}.get(visit["standing"], "directed")


async def test_filters_cells_and_crews(done: Made, folder: Path) -> None:
    review = done.workspace.review(done.draw)
    rows = frame_rows(folder, done.draw)
    found = review.rows(review.find(typed="tier:A region:1505"))
    assert {row["entity_id"] for row in found} == {
        row["entity_id"] for row in rows if row["tier"] == "A" and row["region"].startswith("1505")
    }
    cell = review.tally("cell")[0]
    assert len(review.find(cell=cell["code"])) == cell["size"]
    crew = review.tally("crew")[0]
    assert len(review.find(crew=crew["code"])) == crew["visits"]
    assert len(review.find("drawn", typed="'\" nothing")) == 0


async def test_a_story_is_that_of_the_command_with_its_neighbours(done: Made, folder: Path) -> None:
    review = done.workspace.review(done.draw)
    key = str(done.workspace.show(done.draw)["select"]["key"])
    rows = frame_rows(folder, done.draw)
    root = done.workspace.show(done.draw)["select"]["frame"]
    secret = (folder / "frames" / root / "secret").read_text(encoding="utf-8").strip()
    for standing in ("drawn", "reserve", "not-drawn", "directed", "out"):
        entity = review.rows(review.find(standing)[-1:])[0]["entity_id"]
        story = review.story(entity, 2)
        why = done.workspace.why(done.draw, entity)
        assert story | why == story
        if story["cell"] is None:
            assert story["neighbours"] == []
            continue
        own = sorted(
            ticket(key, row["entity_id"], salt(secret, row["entity_id"]))
            for row in rows
            if row["cell"] == story["cell"]["cell"]
        )
        at = own.index(str(story["ticket"]))
        assert story["rank"] == at + 1
        tickets = [one["ticket"] for one in story["neighbours"]]
        assert tickets == own[max(at - 2, 0) : at + 3]
        assert [one["drawn"] for one in story["neighbours"]] == [
            one <= (story["threshold"] or "") for one in tickets
        ]
    with pytest.raises(PlannerError):
        review.story("nobody")


async def test_before_the_draw_everybody_waits(done: Made, tmp_path: Path) -> None:
    own = Path(shutil.copytree(done.workspace.folder, tmp_path / "own"))
    space = Workspace(own)
    draw = space.freeze(own / "plans" / "q1.toml", despite=["again"])["draw"]
    review = space.review(draw)
    assert {group["standing"] for group in review.groups()} == {"not-drawn", "directed", "out"}
    entity = review.rows(review.find("not-drawn")[:1])[0]["entity_id"]
    assert review.story(entity)["ticket"] is None
    assert all(cell["drawn"] is None for cell in review.tally("cell"))
    [frame] = own.glob(f"frames/{space.show(draw)['select']['frame']}/frame.parquet")
    space.close()
    async with opened(own) as pilot:
        assert "all in scope" in await press(pilot, "5")
        await press(pilot, "g")
        await write(pilot, "in the pool")
        await press(pilot, "enter")
        assert "NOT DRAWN YET" in await press(pilot, "enter")
    frame.write_bytes(frame.read_bytes() + b"x")
    async with opened(own) as pilot:
        shown = await press(pilot, "5")
        assert "has been changed" in " ".join(shown.split()) and "Traceback" not in shown


async def test_the_command_tells_the_same(done: Made, folder: Path) -> None:
    review = done.workspace.review(done.draw)
    here = ("--workspace", folder, "review", done.draw)
    assert told(*here)["groups"] == review.groups()
    for by in ("tier", "region", "industry", "kind", "cell", "crew"):
        assert told(*here, "--by", by)["tally"] == review.tally(by)
        assert yaohao(*here, "--by", by, lang="zh").exit_code == 0
    page = told(*here, "--of", "out", "--skip", "2", "--limit", "3")
    assert page["found"] == len(review.find("out"))
    assert page["rows"] == review.rows(review.find("out")[2:5])
    assert yaohao(*here, "--of", "out", "--limit", "3").exit_code == 0
    assert yaohao(*here, "--of", "x").exit_code == 2
    assert yaohao(*here).exit_code == 0
    entity = review.rows(review.find("drawn")[:1])[0]["entity_id"]
    story = told("--workspace", folder, "why", done.draw, entity, "--neighbours", "1")
    assert story == review.story(entity, 1)
    shown = yaohao("--workspace", folder, "why", done.draw, entity, "--neighbours", "1")
    assert "Neighbours by ticket: number" in shown.stdout


@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(folder: Path, size: tuple[int, int]) -> None:
    async with opened(folder, size, "zh") as pilot:
        await press(pilot, "5")
        await snapshots(pilot, "review")
        await press(pilot, "b")
        await snapshots(pilot, "review-by")
        await press(pilot, "escape")
        for lang in ("zh", "en"):
            pilot.app.go("review", entity="_E0002")  # type: ignore[attr-defined]
            await settled(pilot)
            snapshot(f"review-why-{lang}-{size[0]}", screen(pilot))
            await press(pilot, "escape")
            await press(pilot, "f2")


async def test_groups_counts_and_filters_by_keys(done: Made, folder: Path) -> None:
    review = done.workspace.review(done.draw)
    drawn = len(review.find("drawn"))
    async with opened(folder) as pilot:
        assert f"drawn: {drawn}" in await press(pilot, "5")
        await press(pilot, "g")
        await write(pilot, "tolerance")
        shown = await press(pilot, "enter")
        assert f"excluded: in the tolerance period: {len(review.find('out', 'tolerance'))}" in shown
        await press(pilot, "slash")
        count = len(review.find("out", "tolerance", "kind:enterprise"))
        assert count and f"period: {count}" in await write(pilot, "kind:enterprise")
        await press(pilot, "enter")
        assert "EXCLUDED" in await press(pilot, "enter")
        await press(pilot, "escape", "escape")
        assert "counted by tier" in await press(pilot, "b")
        await press(pilot, "y")
        assert "expected" in (folder / "copied.tsv").read_text(encoding="utf-8")
        await press(pilot, "enter")
        await press(pilot, "escape")
        assert "counted by cell" in await press(pilot, "b", "b", "b", "b", "b")
        cell = review.tally("cell")[0]
        await press(pilot, "y")
        shown = await press(pilot, "enter")
        assert cell["code"] in shown
        shown = await press(pilot, "escape", "g")
        await write(pilot, "all in")
        await press(pilot, "enter")
        assert "counted by inspector" in await press(pilot, *["b"] * 6)
        crew = review.tally("crew")[0]
        shown = await press(pilot, "enter")
        assert f"{crew['name']}: {crew['visits']}" in shown
        await press(pilot, "y")
        (folder / "copied.tsv").unlink()
        await press(pilot, "escape", "escape", "escape", "escape")
        assert "[0 Home]" in screen(pilot)


async def test_a_story_is_found_by_its_code(folder: Path) -> None:
    async with opened(folder) as pilot:
        await press(pilot, "5", "t")
        await write(pilot, "nobody")
        assert "no entity nobody" in " ".join((await press(pilot, "enter")).split())
        await press(pilot, "escape", "t", "escape", "t", "enter")
        pilot.app.go("review", entity="xE0003")  # type: ignore[attr-defined]
        await settled(pilot)
        assert "INSPECTED FOR CAUSE" in screen(pilot)
        await press(pilot, "escape")
        pilot.app.go("home")  # type: ignore[attr-defined]
        pilot.app.go("review", entity="xE0003")  # type: ignore[attr-defined]
        await settled(pilot)
        assert "INSPECTED FOR CAUSE" in screen(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_show_as_text(folder: Path, size: tuple[int, int]) -> None:
    assert any("\x1b" in name for name in HOSTILE_NAMES)
    async with opened(folder, size, ascii_only=True) as pilot:
        await press(pilot, "5")
        await press(pilot, "g")
        await write(pilot, "all in")
        await press(pilot, "enter")
        for _ in range(3):
            shown = await press(pilot, "down", "down", "down")
            assert "\x1b" not in shown and "\u202e" not in shown
            assert not set(shown) & set("█░│─")
        assert "[red]bold[/red]" in await press(pilot, "home", "pagedown") + screen(pilot)


async def test_the_newest_wish_wins(folder: Path) -> None:
    async with opened(folder, (120, 36)) as pilot:
        await press(pilot, "5")
        place: Any = pilot.app.screen
        for typed in ("t", "ti", "tier:", "tier:D"):
            place.query_one("#filter").value = typed
        await settled(pilot)
        assert len(place.rows) == len(place.review.find("drawn", typed="tier:D"))
        before = place.story
        await press(pilot, "down", "down", "up")
        assert place.story["entity"]["entity_id"] == place.marked()
        assert before is None or place.story is not None
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        screen(pilot)
        assert "复核" in await press(pilot, "f2")


@tried(80)
@given(st.integers(0, 16**16 - 1), st.integers(0, 16**16 - 1), st.integers(12, 120))
async def test_the_line_of_a_ticket(at: int, limit: int, width: int) -> None:
    first, second = f"{at:016x}" + "0" * 48, f"{limit:016x}" + "0" * 48
    lines = ticket_lines(first, second, width, ascii_only=True)
    assert all(len(line) <= max(width, len(lines[0])) for line in lines[1:])
    mark, bar = lines[1].index("V"), lines[2].index("|")
    assert (mark < bar) == (first <= second) and mark != bar
    assert lines[2].startswith("0 ") and lines[2].endswith(" 1")
    assert float(fraction(first)) <= at / 16**16 < float(fraction(first)) + 2e-6
