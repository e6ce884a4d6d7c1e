"""Publish: nothing hidden is shown, what is written verifies, what was tampered with is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import by_turns
from helpers.cli import told, yaohao
from helpers.tui_pilot import SIZES, opened, press, screen, snapshots, write
from helpers.workspace_maker import Made, Maker, seal
from yaohao.planner.wording.messages import LANGUAGES

pytest_plugins = ["helpers.workspace_maker"]
pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def done(made: Maker) -> Made:
    return made(reserves=1)


@pytest.fixture(scope="module")
def folder(done: Made) -> Path:
    return Path(done.workspace.folder)


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "own"))


def fields(pilot: Any, **values: str) -> None:
    for name, value in values.items():
        pilot.app.screen.query_one(f"#{name}").value = value


@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(done: Made, folder: Path, size: tuple[int, int]) -> None:
    async with opened(folder, size, "zh") as pilot:
        await press(pilot, "7")
        await snapshots(pilot, "publish")
        fields(pilot, folder=str(done.public["dealt"]))
        assert "相符" in await press(pilot, "c")
        assert "passes" in await press(pilot, "f2")


async def test_the_public_view_is_what_is_written(done: Made, folder: Path, made: Maker) -> None:
    for one in (done, made(tiers="shown", reserves=2)):
        seen = one.workspace.public_view(one.draw)
        record = json.loads((one.public["dealt"] / "draw.json").read_text(encoding="utf-8"))
        assert seen["visits"] == record["visits"]
        ledger = seen["record"].pop("ledger")
        before = seen["record"].pop("previous")
        later = ("visits", "ledger", "previous")
        assert seen["record"] == {k: v for k, v in record.items() if k not in later}
        assert before is not None and before != record["previous"]
        assert len(ledger) == 64
        header = (one.public["dealt"] / "visits.csv").read_text("utf-8-sig").split("\n")[0]
        assert seen["columns"] == header.split(",")
        here = ("--workspace", one.workspace.folder, "publish", one.draw, "--dry-run")
        again = told(*here)
        for name in ("ledger", "previous"):
            again["record"].pop(name)
        assert again.pop("would_write")["replaces"] is False
        assert again == seen
        shown = yaohao(*here)
        assert shown.exit_code == 0 and ", ".join(seen["columns"])[:40] in shown.stdout
    assert seen["hidden"] == [] and done.workspace.public_view(done.draw)["hidden"]


async def test_hidden_tiers_are_nowhere_and_shown_ones_are(done: Made, made: Maker) -> None:
    async with opened(Path(done.workspace.folder), (120, 36)) as pilot:
        shown = await press(pilot, "7")
        assert "Tiers are hidden" in shown and " Cell " not in shown
        shown = await press(pilot, "enter")
        assert "As the public sees it" in shown and "expected" not in shown
    open_ = made(tiers="shown", reserves=2)
    async with opened(Path(open_.workspace.folder), (120, 36)) as pilot:
        shown = await press(pilot, "7")
        assert "Tiers are shown" in shown and " Cell " in shown


@pytest.mark.parametrize(("size", "lang"), by_turns(0, SIZES, LANGUAGES))
async def test_it_is_written_and_verified(own: Path, size: tuple[int, int], lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        await press(pilot, "7", "f", "w", "n")
        bundle = own / "publications" / "q1-2"
        assert not bundle.exists()
        await press(pilot, "w", "y")
        assert (bundle / "visits.xlsx").is_file() and (bundle / "verify.py").is_file()
        shown = screen(pilot)
        assert (" failed 0" if lang == "en" else "不通过 0") in " ".join(shown.split())
        here = told("--workspace", own, "verify", bundle)
        place: Any = pilot.app.screen
        assert [one.as_json() for one in place.findings] == here["findings"]
        await press(pilot, "enter", "escape", "y")
        assert (own / "copied.tsv").read_text(encoding="utf-8").startswith("mark\tcheck")
        await press(pilot, "v", "y")
        assert (own / "copied.tsv").read_text(encoding="utf-8").startswith("entity_id\t")
        await press(pilot, "U")
        fields(pilot, audit="audit/q1-2")
        await press(pilot, "enter", "U")
        await press(pilot, "y")
        assert (own / "audit" / "q1-2" / "secret").is_file()
        before = len(place.findings)
        await press(pilot, "c")
        assert len(place.findings) > before and place.view == "findings"
        assert "draw.json" in await press(pilot, "z")
        await press(pilot, "escape")
        await press(pilot, "escape")
        assert place.view == "public"
        await press(pilot, "escape")
        assert pilot.app.screen.SCREEN_NAME == "home"  # type: ignore[attr-defined]


async def test_any_bundle_is_opened_and_what_fails_is_told(
    done: Made, own: Path, tmp_path: Path
) -> None:
    broken = done.copied(tmp_path / "broken", "dealt")
    file = broken / "visits.csv"
    file.write_bytes(file.read_bytes().replace(b"pool", b"p\x1b[m", 1))
    seal(broken)
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / "draw.json").write_text('{"draw": "[red]\\u001b[31m"}', encoding="utf-8")
    async with opened(own) as pilot:
        await press(pilot, "7", "o")
        fields(pilot, folder=str(broken))
        shown = await press(pilot, "enter", "c")
        flat = " ".join(shown.split())
        assert "!" in shown and "Not everything holds" in flat and "FAILS" in shown
        place: Any = pilot.app.screen
        at = place.query_one("#rows").cursor
        assert place.findings[at].ok is False
        shown = await press(pilot, "enter")
        assert "FAILS: " in shown and "expected" in shown and "\x1b" not in shown
        await press(pilot, "escape")
        fields(pilot, folder=str(hostile))
        shown = await press(pilot, "c")
        assert "\x1b" not in shown and "Traceback" not in shown and "FAILS" in shown
        fields(pilot, folder=str(tmp_path / "nowhere"))
        assert "no folder" in " ".join((await press(pilot, "c")).split())
        await press(pilot, "escape")
        fields(pilot, folder="")
        assert "Enter the folder first" in await press(pilot, "c")
        await press(pilot, "escape")
        assert "Enter the folder first" in await press(pilot, "w")


async def test_a_folder_of_another_thing_is_refused(own: Path) -> None:
    other = own / "publications" / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine", encoding="utf-8")
    async with opened(own) as pilot:
        await press(pilot, "7")
        fields(pilot, folder="publications/other")
        await press(pilot, "w")
        # The path may be long, and is broken anywhere: only the letters are compared, of the box
        # that a long message has, or of all rows.
        rows = (await press(pilot, "y")).split("\n")
        boxed = [row.split("│")[1] for row in rows if row.count("│") == 2]
        shown = "".join("".join(boxed or rows).split())
        assert "isnotapublication" in shown and "Traceback" not in shown
        assert (other / "mine.txt").read_text(encoding="utf-8") == "mine"


async def test_the_commitment_alone_and_draws_chosen(own: Path) -> None:
    from yaohao.planner.workspace import Workspace

    space = Workspace(own)
    space.freeze(own / "plans" / "q1.toml", despite=["again"])
    space.close()
    async with opened(own) as pilot:
        shown = await press(pilot, "7")
        assert "only the commitment" in shown and "never published" in shown
        assert "q1-3: committed, published" in await _written(pilot)
        await press(pilot, "d")
        await write(pilot, "q1-2")
        shown = await press(pilot, "enter")
        assert "publications/q1-2" in shown
        assert "公示文件夹" in await press(pilot, "f2")


async def _written(pilot: Any) -> str:
    await press(pilot, "w")
    return await press(pilot, "y")


@pytest.mark.parametrize("size", by_turns(1, SIZES))
async def test_hostile_names_show_as_text(folder: Path, size: tuple[int, int]) -> None:
    async with opened(folder, size, ascii_only=True) as pilot:
        shown = await press(pilot, "7")
        for _ in range(3):
            assert "\x1b" not in shown and "\u202e" not in shown
            assert not set(shown) & set("█░│─")
            shown = await press(pilot, "pagedown")
        shown = await press(pilot, "z")
        assert "\x1b" not in shown
