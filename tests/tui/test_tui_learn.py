"""Learn: sentences and charts of the draws on the screen, by key, in both sizes and languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.learned import Learned
from helpers.tui_pilot import SIZES, opened, press, screen, snapshots
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(learned: Learned, size: tuple[int, int]) -> None:
    async with opened(learned.folder, size, "zh") as pilot:
        await press(pilot, "0")
        await snapshots(pilot, "learn")
        for key, name in (("g", "groups"), ("i", "inspectors"), ("n", "rates")):
            await press(pilot, key)
            await press(pilot, "end")
            await snapshots(pilot, f"learn-{name}")


@pytest.mark.asyncio
async def test_every_view_has_its_numbers_and_ascii_has_no_blocks(learned: Learned) -> None:
    async with opened(learned.folder, (120, 36), "en", ascii_only=True) as pilot:
        shown = await press(pilot, "0")
        assert "[0 Learn]" in shown and "confidence" in shown
        for key in "gins":
            await press(pilot, key)
            for _ in range(6):
                shown = screen(pilot)
                assert not any(0x2580 <= ord(mark) <= 0x259F for mark in shown)
                assert not any(0x2800 <= ord(mark) <= 0x28FF for mark in shown)
                await press(pilot, "pagedown")
        # Nobody was seen to leave: that is said, and is no fault of the program.
        assert "exit" in await press(pilot, "s")


@pytest.mark.asyncio
async def test_without_results_it_says_what_to_do(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "bureau", "free", language="en").close()
    async with opened(tmp_path / "bureau", (80, 24), "en") as pilot:
        for key in ("0", "i", "n"):
            assert "yaohao import results" in await press(pilot, key)
        assert "register" in await press(pilot, "s")


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_all_screens_stand_in_the_top_line_at_eighty_columns(
    learned: Learned, lang: str
) -> None:
    async with opened(learned.folder, (80, 24), lang) as pilot:
        for key in "1590TC":
            top = (await press(pilot, key)).partition("\n")[0]
            assert all(other in top for other in "1234567890TC"), top
            assert f"[{key} " in top


@pytest.mark.asyncio
async def test_the_palette_goes_there(learned: Learned) -> None:
    async with opened(learned.folder, (80, 24), "en") as pilot:
        await press(pilot, "ctrl+p")
        await press(pilot, *"learn")
        assert "[0 Learn]" in await press(pilot, "enter")
