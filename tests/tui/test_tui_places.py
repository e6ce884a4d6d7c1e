"""Home, Register and Ledger: what stands on them, every key, hostile names, nothing too wide."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import across
from helpers.cli import HOSTILE, SEEDS, SOURCE, fill, language_kept, told, write_csv, yaohao
from helpers.tui_pilot import SIZES, opened, press, screen, settled, snapshot, write
from yaohao.planner.wording.messages import LANGUAGES
from yaohao.planner.workspace import Workspace
from yaohao.tui.text_layout import (
    bar,
    cut,
    fit,
    folded,
)
from yaohao.tui.widgets.table import RowTable

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with hostile names, one draw, one plan more, one row set aside."""
    with language_kept():
        folder = tmp_path_factory.mktemp("places")
        workspace = fill(folder)
        space = Workspace(workspace)
        space.freeze(workspace / "plans" / "spring.toml", secret="5e" * 32)
        space.draw("spring", SEEDS[0], SOURCE)
        space.close()
        bad = [
            {"entity_id": "cafe-60", "name": "", "region": "", "established_on": ""},
            {"entity_id": "c-61", "name": "x", "region": "", "established_on": HOSTILE[1]},
            {"entity_id": "d-62", "name": HOSTILE[1], "region": "", "established_on": ""},
        ]
        yaohao("--workspace", workspace, "import", "entities", write_csv(folder / "bad.csv", bad))
        (workspace / "plans" / "broken.toml").write_text(
            'id = "b"\ntitel = "x"\n', encoding="utf-8"
        )
    return workspace


@pytest.mark.parametrize(("size", "lang"), across(SIZES, LANGUAGES))
async def test_screens_as_kept(drawn: Path, lang: str, size: tuple[int, int]) -> None:
    async with opened(drawn, size, lang) as pilot:
        snapshot(f"home-{lang}-{size[0]}", screen(pilot))
        snapshot(f"register-{lang}-{size[0]}", await press(pilot, "2"))
        snapshot(f"set-aside-{lang}-{size[0]}", await press(pilot, "v"))
        snapshot(f"ledger-{lang}-{size[0]}", await press(pilot, "comma", "l"))


async def test_home_says_what_the_command_says(drawn: Path) -> None:
    overview = told("--workspace", drawn, "status")
    async with opened(drawn, (120, 36)) as pilot:
        home: Any = pilot.app.screen
        shown = screen(pilot)
        assert home.told == overview
        assert f"entities {overview['registers']['entities']['size']} (2 rejected)" in shown
        assert "drawn 1" in shown and "planned 1" in shown
        assert "spring: publication is due" in shown and "broken.toml" in shown
        assert yaohao("--workspace", drawn, "status").exit_code == 0


async def test_home_opens_copies_and_says_where_to_go_on(drawn: Path) -> None:
    async with opened(drawn, (120, 36)) as pilot:
        await press(pilot, "y")
        assert (drawn / "copied.tsv").read_text(encoding="utf-8").split("\t")[0] == "draw"
        await press(pilot, "enter")
        assert pilot.app.chosen_draw == "spring"  # type: ignore[attr-defined]
        (drawn / "copied.tsv").unlink()


async def test_warnings_of_the_overview(drawn: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(drawn, tmp_path / "own"))
    people = [{"inspector_id": "P-0", "name": "Person", "certificate_until": "2027-04-01"}]
    yaohao("--workspace", own, "import", "inspectors", write_csv(tmp_path / "p.csv", people))
    workspace = Workspace(own)
    kinds = {one["kind"]: one for one in workspace.overview()["warnings"]}
    assert kinds["certificates"] | {"size": 1} == kinds["certificates"]
    workspace.publish("spring", tmp_path / "public")
    assert "publication-due" not in {one["kind"] for one in workspace.overview()["warnings"]}
    workspace.abandon("spring", "test")
    told_now = workspace.overview()
    assert {one["kind"] for one in told_now["warnings"]} == {"broken-plan", "set-aside"}
    assert told_now["draws"][0]["steps"] == 4
    assert "spring" in {one["plan"] for one in told_now["plans"]}
    workspace.close()
    empty = Workspace.create(tmp_path / "empty", "free")
    assert {one["kind"] for one in empty.overview()["warnings"]} == {"empty-register"}
    empty.close()
    async with opened(tmp_path / "empty") as pilot:
        assert "no entities yet: key 2, then i for Import" in screen(pilot)
        assert "0 of 0 entities" in await press(pilot, "2")
        assert "There are no entities yet" in screen(pilot)
        await press(pilot, "enter", "y", "a", "escape", "A")


async def test_register_filters_while_typing_and_goes_back(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "2", "slash")
        assert "1 of 61 entities" in await write(pilot, "cafe-07")
        assert "61 of 61 entities" in await press(pilot, *["backspace"] * 7)
        assert "20 of 61" in await write(pilot, "region:south")
        found = told("--workspace", drawn, "register", "entities", "--filter", "region:South")
        assert found["found"] == 20
        shown = await press(pilot, "enter", "down", "down")
        assert shown.count("\n>") == 1
        assert "20 of 61" in await press(pilot, "slash", "escape")
        assert "61 of 61" in await press(pilot, "escape")
        assert "[0 Home]" in await press(pilot, "escape")


async def test_register_sorts_by_key_and_by_heading(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "2", "a")
        await write(pilot, "name")
        shown = await press(pilot, "enter")
        assert "by name, ascending" in shown and "Name ^" in shown
        assert "by name, descending" in await press(pilot, "A")
        heading = screen(pilot).split("\n")[3]
        await pilot.click("#rows", offset=(heading.index("Tier"), 0))
        await settled(pilot)
        assert "by tier, ascending" in screen(pilot)
        await pilot.click("#rows", offset=(heading.index("Tier"), 0))
        await settled(pilot)
        assert "by tier, descending" in screen(pilot)


async def test_register_tells_one_entity_and_copies_it(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "2", "slash")
        await write(pilot, "cafe-07")
        shown = await press(pilot, "enter", "enter", "end")
        assert "complaint" in shown and "spring" in shown
        await press(pilot, "escape", "y")
        saved = (drawn / "copied.tsv").read_text(encoding="utf-8")
        assert saved.split("\n")[1].startswith("cafe-07\tCafe 7\t")
        (drawn / "copied.tsv").unlink()
    async with opened(drawn, (120, 36)) as pilot:
        await press(pilot, "2", "slash")
        assert "complaint" in await write(pilot, "cafe-07")
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "complaint" not in screen(pilot)


async def test_rows_set_aside(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        shown = await press(pilot, "2", "v")
        assert "rejected rows" in shown and "the name is missing" in shown
        await press(pilot, "slash")
        assert "0 of 2" in await write(pilot, "zz")
        assert "2 of 2" in await press(pilot, "backspace", "backspace")
        assert "bad.csv, line 2" in await press(pilot, "enter", "enter")
        assert "of 61 entities" in await press(pilot, "escape", "escape")


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_show_as_text(drawn: Path, size: tuple[int, int]) -> None:
    async with opened(drawn, size) as pilot:
        shown = await press(pilot, "2", "end")
        assert "[red]markup[/red]" in shown and "<script>" in shown
        assert "\x1b" not in shown and "\u202e" not in shown
        for _ in range(2):
            await press(pilot, "enter")
            await press(pilot, "escape", "up")
        for typed in ("[red]", "\x1b[31m", "'"):
            pilot.app.screen.query_one("#filter").value = typed  # type: ignore[attr-defined]
            await settled(pilot)
            screen(pilot)


async def test_a_register_that_is_replaced_shows_up(drawn: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(drawn, tmp_path / "own"))
    async with opened(own) as pilot:
        assert "61 of 61" in await press(pilot, "2")
        one = [{"entity_id": "new-1", "name": "Newcomer", "region": "North"}]
        file = write_csv(tmp_path / "one.csv", one)
        assert yaohao("--workspace", own, "import", "entities", file).exit_code == 0
        assert "62 of 62" in await press(pilot, "down")


async def test_the_newest_filter_wins(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        await press(pilot, "2")
        register: Any = pilot.app.screen
        asked: list[str] = []
        find = register.entities.find

        def slow(typed: str, *rest: Any, **more: Any) -> Any:
            asked.append(typed)
            import time

            time.sleep(0.05)
            return find(typed, *rest, **more)

        register.entities.find = slow
        field = register.query_one("#filter")
        for typed in ("c", "ca", "caf", "cafe-0"):
            field.value = typed
            await asyncio.sleep(0)
        await settled(pilot)
        assert "10 of 61" in screen(pilot)
        assert asked[-1] == "cafe-0" and len(asked) <= 3


async def test_ledger_filters_reads_and_copies(drawn: Path) -> None:
    async with opened(drawn) as pilot:
        assert "Complete and unchanged: " in await press(pilot, "comma", "l")
        await press(pilot, "slash")
        assert "shown" in await write(pilot, "seed")
        assert '"act": "seed"' in await press(pilot, "enter", "enter")
        await press(pilot, "escape", "y")
        assert "\tspring\tseed" in (drawn / "copied.tsv").read_text(encoding="utf-8")
        (drawn / "copied.tsv").unlink()
        assert "[0 Home]" in await press(pilot, "escape", "escape")


async def test_a_broken_ledger_is_told(drawn: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(drawn, tmp_path / "own"))
    workspace = Workspace(own)
    workspace._workspace.store.connection.execute(
        "UPDATE ledger SET act = replace(act, 'spring', 'spr1ng') WHERE line = 6"
    )
    workspace.close()
    for lang, words in (("en", "! the ledger is inconsistent at line 6"), ("zh", "第 6 行不一致")):
        async with opened(own, lang=lang) as pilot:
            await press(pilot)
            assert ("inconsistent at line 6" if lang == "en" else "第 6 行不一致") in screen(pilot)
            assert words in await press(pilot, "comma", "l")


async def test_tables_scroll_and_ask_for_little_more_than_the_screen() -> None:
    from textual.app import App, ComposeResult
    from yaohao.tui.widgets.table import BLOCK, Column

    class Many:
        asked: list[tuple[int, int]] = []  # noqa: RUF012

        def __len__(self) -> int:
            return 1_000_000

        def page(self, first: int, last: int) -> list[list[Any]]:
            self.asked.append((first, last))
            return [[n, f"行{n}"] for n in range(first, last)]

    class Bench(App[None]):
        def compose(self) -> ComposeResult:
            yield RowTable([Column("n", "", 9, right=True), Column("name", "", 9, grow=1)])

    app = Bench()
    async with app.run_test(size=(40, 10)) as pilot:
        table = app.query_one(RowTable)
        table.focus()
        table.show(Many())  # type: ignore[arg-type]
        for key, cursor in (
            ("down", 1), ("pagedown", 9), ("end", 999_999), ("up", 999_998), ("pageup", 999_990),
            ("home", 0), ("up", 0),
        ):  # fmt: skip
            await pilot.press(key)
            assert table.cursor == cursor
        table.scroll_to(y=500_000, animate=False)
        await pilot.pause()
        await pilot.click(RowTable, offset=(3, 4))
        assert table.cursor == 500_003
        assert table.marked() == [500_003, "行500003"]
        assert max(last - first for first, last in Many.asked) <= 10 + 2 * BLOCK
        # Line by line asks once a block, and what was just seen is not asked for again.
        Many.asked.clear()
        await pilot.press(*["down"] * 3 * BLOCK, *["up"] * 3 * BLOCK)
        assert table.cursor == 500_003 and len(Many.asked) <= 4


async def test_text_in_columns() -> None:
    assert (fit("粉店铺", 5), fit("a", 3, right=True), cut("abcdef", 4)) == ("粉...", "  a", "a...")
    assert fit("粉店铺", 4) == "... " or fit("粉店铺", 4).startswith("...")
    assert bar(0, 5, 4, ascii_only=True) == "...." and bar(1, 1000, 4, ascii_only=True) == "#..."
    assert bar(5, 5, 4, ascii_only=False) == "████" and bar(1, 0, 2, ascii_only=True) == ".."
    assert folded("one two three", 8) == ["one two", "three"]
    assert (
        folded("一二三四，五", 8) == ["一二三", "四，五"]
        or "，" not in folded("一二三四，五", 8)[1][0]
    )
    assert folded("x" * 9, 4) == ["xxxx", "xxxx", "x"]
