"""Pictures of screens: well formed, every character in its column, names only text, codes whole."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import zxingcpp
from helpers.tui_pilot import opened, press
from helpers.workspace_maker import Maker
from rich.cells import cell_len
from yaohao.tui.picture import (
    HIGH,
    MARGIN,
    WIDE,
    screen_svg,
)

pytest_plugins = ["helpers.workspace_maker"]
pytestmark = pytest.mark.asyncio
SVG = "{http://www.w3.org/2000/svg}"


async def test_every_character_stands_in_its_column(made: Maker) -> None:
    done = made(reserves=1)
    async with opened(Path(done.workspace.folder), (120, 36), "zh") as pilot:
        for keys in (("0",), ("5",), ("5", "g"), ("question_mark",)):
            await press(pilot, *keys)
            strips = pilot.app.screen._compositor.render_strips()
            rows = ["".join(s.text for s in strip if not s.control) for strip in strips]
            tree = ElementTree.fromstring(screen_svg(pilot.app))
            texts = list(tree.iter(f"{SVG}text"))
            assert len(texts) > 20 and not list(tree.iter(f"{SVG}script"))
            for text in texts:
                row = int(text.attrib["y"]) // HIGH
                for place, x in enumerate(text.attrib["x"].split()):
                    column, line = int(x) // WIDE, rows[row]
                    found = _from(line, column)
                    wanted = text.text or ""
                    assert found.startswith(wanted[place:] if place else wanted[:1]), (
                        found,
                        wanted,
                    )
            await press(pilot, "escape")


def _from(line: str, column: int) -> str:
    """A line from a column on."""
    taken = 0
    for place, mark in enumerate(line):
        if taken >= column and cell_len(mark):
            return line[place:]
        taken += cell_len(mark)
    return ""


async def test_the_code_in_a_picture_decodes(made: Maker) -> None:
    done = made(reserves=1)
    async with opened(Path(done.workspace.folder), (120, 36), "en") as pilot:
        await press(pilot, "4", "v")
        tree = ElementTree.fromstring(screen_svg(pilot.app))
    pixels = np.full((36 * HIGH + 2 * MARGIN, 120 * WIDE + 2 * MARGIN), 128, np.uint8)
    for rect in tree.iter(f"{SVG}rect"):
        if rect.attrib["fill"] in ("#000000", "#ffffff"):
            x, y, width, height = (
                int(rect.attrib.get(name, 0)) for name in ("x", "y", "width", "height")
            )
            pixels[y : y + height, x : x + width] = 255 * (rect.attrib["fill"] == "#ffffff")
    [found] = zxingcpp.read_barcodes(pixels)
    crew = done.workspace.show(done.draw)["crew"]
    assert crew is not None
    assert found.text == crew["commitment"]


@pytest.mark.slow
async def test_pictures_are_the_same_whenever_they_are_made(tmp_path: Path) -> None:
    from helpers.cli import language_kept
    from helpers.workspace_maker import (
        ITEMS,
        SECRET,
        SELECT_SEED,
        Shape,
        entity_rows,
        plan_text,
        write_csv,
    )
    from yaohao.planner.workspace import Workspace
    from yaohao.scripts import make_pictures

    shape = Shape(entities=40, leads=0)
    found = []
    for name in ("first", "second"):
        with language_kept(), make_pictures.stopped_clock():
            workspace = Workspace.create(tmp_path / name, "free", authority="Office")
            rows = write_csv(tmp_path / f"{name}.csv", entity_rows(shape))
            workspace.import_files("entities", [rows])
            workspace.import_files("items", [write_csv(tmp_path / "items.csv", ITEMS)])
            (workspace.folder / make_pictures.PLAN).write_text(plan_text(shape), encoding="utf-8")
            for _ in range(2):
                path = workspace.folder / make_pictures.PLAN
                draw = workspace.freeze(path, SECRET, despite=["unstaffed", "again"])["draw"]
            workspace.draw("q1", SELECT_SEED, "dice")
            assert draw == "q1-2" and workspace.ledger()[-1]["act"]["at"] == "2027-01-06T01:30:00Z"
            found.append(await make_pictures.picture(workspace, "draw", "en"))
            plan = await make_pictures.picture(workspace, "plan", "en") if name == "second" else ""
            workspace.close()
    assert found[0] == found[1] and "2027-01-06" in found[0] and "01:30" in found[0]
    assert ">10<" in plan  # not the milliseconds that it took here
