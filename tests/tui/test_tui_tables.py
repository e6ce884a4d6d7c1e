"""Tables of the screens: columns, groups, several rows, filters, export, copies, mouse."""

from __future__ import annotations

import csv
import json
import re
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.campaign import across, ends
from helpers.cli import fill, walk, write_csv, yaohao
from helpers.tui_pilot import opened, press, screen, settled, write
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot
from yaohao.planner.doors.kept_tables import KeptColumns, KeptTables
from yaohao.tui.screen_registry import SCREENS
from yaohao.tui.widgets.columns import in_order
from yaohao.tui.widgets.plan_form import PlanForm
from yaohao.tui.widgets.rows import bare, grouped
from yaohao.tui.widgets.table import RowTable

pytestmark = pytest.mark.asyncio

SIZES = ((60, 20), (80, 24), (120, 36), (200, 50))


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose draw `spring` is dealt; tests only look at it."""
    workspace = fill(tmp_path_factory.mktemp("tables"))
    walk(workspace)
    return workspace


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptTables:
    """What somebody without any state has; exports go to a folder of the test."""
    monkeypatch.setenv("YAOHAO_STATE", str(tmp_path / "state"))
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    return KeptTables()


async def at(pilot: Pilot[Any], place: str) -> RowTable:
    """The table that a place begins with, once it is filled."""
    pilot.app.go(place)  # type: ignore[attr-defined]
    for _ in range(200):
        await settled(pilot)
        table = pilot.app.here.table  # type: ignore[attr-defined]
        if table is not None and len(table.rows):
            break
    return table  # type: ignore[no-any-return]


def rows_of(table: RowTable) -> list[list[Any]]:
    """All rows that are seen, without tones."""
    return [[bare(cell) for cell in row] for row in table.view.seen.page(0, len(table.view.seen))]


async def choose(pilot: Pilot[Any], words: str) -> str:
    """Choose from a list by words."""
    await write(pilot, words)
    return await press(pilot, "enter")


@pytest.mark.parametrize(("size", "lang"), ends(SIZES, ["zh", "en"]))
async def test_groups_open_to_what_they_count(
    size: tuple[int, int], lang: str, bureau: Path
) -> None:
    async with opened(bureau, size, lang) as pilot:
        for place in ("register", "results", "ledger"):
            table = await at(pilot, place)
            every = rows_of(table)
            for number, column in table.chosen_columns():
                if column.drawn or column.amount:
                    continue
                groups = grouped(table.view.seen, number, column, [])
                assert sum(group.size for group in groups) == len(every)
                await press(pilot, "b")
                await choose(pilot, column.heading())
                shown = screen(pilot)
                assert f"{groups[0].size:,}" in shown
                await press(pilot, "enter")
                assert len(table.view.seen) == groups[0].size, (place, column.key)
                foot = f"{groups[0].size:,} {'行，按 Esc' if lang == 'zh' else 'row'}"
                assert foot in screen(pilot), (place, column.key)
                await press(pilot, "escape")
                assert rows_of(table) == every


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet"])
async def test_export_writes_what_is_marked_or_shown(form: str, bureau: Path) -> None:
    async with opened(bureau) as pilot:
        for place in ("register", "results", "crews", "ledger", "home"):
            table = await at(pilot, place)
            await press(pilot, "x")
            field = pilot.app.screen.query_one("#export-file")
            field.value = f"{place}.{form}"  # type: ignore[attr-defined]
            shown = await press(pilot, "enter")
            assert f"{place}.{form}" in shown
            columns = [column for _, column in table.chosen_columns() if not column.drawn]
            places = [number for number, column in table.chosen_columns() if not column.drawn]
            wanted = [[row[number] for number in places] for row in rows_of(table)]
            file = Path(f"{place}.{form}")
            assert file.stat().st_mode & 0o077 == 0
            if form == "csv":
                found = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
                assert found[0] == [column.heading() for column in columns]
                assert len(found) - 1 == len(wanted)
            elif form == "json":
                told = json.loads(file.read_text())
                assert [list(row.values()) for row in told] == wanted
                assert list(told[0]) == [column.key for column in columns]
            elif form == "parquet":
                assert pq.read_table(file).num_rows == len(wanted)
        await at(pilot, "register")
        await press(pilot, "space", "down", "space", "x")
        pilot.app.screen.query_one("#export-file").value = f"two.{form}"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "2" in screen(pilot)
        if form == "json":
            told = json.loads(Path("two.json").read_text())
            assert [row["entity_id"] for row in told] == [
                rows_of(pilot.app.here.table)[number][0]  # type: ignore[attr-defined]
                for number in (0, 2)
            ]


async def test_export_asks_before_it_replaces(bureau: Path) -> None:
    async with opened(bureau) as pilot:
        await at(pilot, "register")
        Path("firms.csv").write_text("mine")
        await press(pilot, "x")
        pilot.app.screen.query_one("#export-file").value = "firms.csv"  # type: ignore[attr-defined]
        assert "Replace the file?" in await press(pilot, "enter")
        await press(pilot, "n")
        assert Path("firms.csv").read_text() == "mine"
        await press(pilot, "x")
        pilot.app.screen.query_one("#export-file").value = "firms.csv"  # type: ignore[attr-defined]
        await press(pilot, "enter", "y")
        assert Path("firms.csv").read_bytes().startswith(b"\xef\xbb\xbf")


async def test_marks_survive_scrolling_filtering_and_order(bureau: Path) -> None:
    async with opened(bureau) as pilot:
        table = await at(pilot, "register")
        first = rows_of(table)[0][0]
        await press(pilot, "space", "end", "space")
        assert "2 rows marked" in screen(pilot)
        assert len(table.view.picks) == 2
        field = pilot.app.here.query_one("#filter")  # type: ignore[attr-defined]
        field.value = "zzzz"
        await settled(pilot)
        field.value = ""
        await settled(pilot)
        assert {key[0] for key in table.view.picks} == {first, rows_of(table)[-1][0]}
        await press(pilot, "f2")
        assert len(pilot.app.here.table.view.picks) == 2  # type: ignore[attr-defined]
        await press(pilot, "asterisk")
        assert not pilot.app.here.table.view.picks  # type: ignore[attr-defined]


async def test_the_mark_stays_on_its_row_when_rows_move(bureau: Path) -> None:
    async with opened(bureau) as pilot:
        table = await at(pilot, "results")
        await press(pilot, "down")
        marked = table.marked()
        for name in ("name", "name", "result", "entity"):
            table.turn(name)
            assert table.marked() == marked
            assert pilot.app.here.marked()["entity_id"] == bare(marked[1])  # type: ignore[attr-defined,index]
        rows = [list(row) for row in table.rows.page(0, len(table.rows))]
        new = [*rows[0][:1], "0new", *rows[0][2:]]
        table.show([new, *rows], keep=True)
        assert bare(table.marked()[1]) == bare(marked[1])  # type: ignore[index]


async def test_columns_by_panel_and_mouse_are_remembered(bureau: Path, kept: KeptTables) -> None:
    async with opened(bureau, (120, 36)) as pilot:
        table = await at(pilot, "results")
        width = table._columns()[1][2]
        await press(pilot, "vertical_line")
        await press(pilot, "space")  # the first column away
        await press(pilot, "down", "right", "right", "right_square_bracket", "enter")
        assert kept.columns("results").hidden == {"place"}
        assert kept.columns("results").widths == {"entity": 20}
        order = [column.key for _, column in in_order(table.columns, kept.columns("results"))]
        assert order.index("entity") == 2
        assert [column.key for _, column, _ in table._columns()][:2] == ["name", "entity"]
        assert table._columns()[1][2] == width + 2
        # by mouse: the end of a heading widens, a heading let go elsewhere moves, a click orders
        begins = 1 + table._columns()[0][2] + 1
        before = table._columns()[0][2]
        await pilot.mouse_down(table, offset=(begins - 1, 0))
        await pilot.hover(table, offset=(begins - 4, 0))
        await pilot.mouse_up(table, offset=(begins - 4, 0))
        await settled(pilot)
        assert table._columns()[0][2] == before - 3
        await pilot.mouse_down(table, offset=(2, 0))
        await pilot.hover(table, offset=(40, 0))
        await pilot.mouse_up(table, offset=(before + 2, 0))
        await settled(pilot)
        assert [column.key for _, column, _ in table._columns()][:2] == ["entity", "name"]
        await pilot.mouse_down(table, offset=(3, 0))
        await pilot.mouse_up(table, offset=(3, 0))
        await settled(pilot)
        codes = [row[1] for row in rows_of(table)]
        assert codes == sorted(codes)
    async with opened(bureau, (120, 36)) as pilot:
        table = await at(pilot, "results")
        assert [column.key for _, column, _ in table._columns()][:2] == ["entity", "name"]
        await press(pilot, "vertical_line", "delete", "escape")
        assert kept.columns("results") == KeptColumns()


async def test_the_mouse_marks_and_picks(bureau: Path) -> None:
    async with opened(bureau) as pilot:
        table = await at(pilot, "register")
        await pilot.click(table, offset=(0, 2))
        await settled(pilot)
        assert len(table.view.picks) == 1
        await pilot.click(table, offset=(5, 1), control=True)
        await settled(pilot)
        assert len(table.view.picks) == 2
        await pilot.click(table, offset=(5, table.size.height - 1))
        await settled(pilot)
        assert not table.view.picks


async def test_filters_are_kept_listed_taken_and_deleted(bureau: Path, kept: KeptTables) -> None:
    async with opened(bureau) as pilot:
        table = await at(pilot, "register")
        every = len(table.view.seen)
        await press(pilot, "slash")
        await write(pilot, "tier:A")
        few = len(table.view.seen)
        await press(pilot, "enter", "K")
        await write(pilot, "low risk")
        assert "low risk" in await press(pilot, "enter")
        assert kept.filters("register") == {"low risk": "tier:A"}
        await press(pilot, "escape", "escape")
        assert len(table.view.seen) == every
        await press(pilot, "K", "enter")
        assert len(table.view.seen) == few < every
        await press(pilot, "K", "delete")
        assert kept.filters("register") == {}


@pytest.mark.parametrize(
    ("place", "lang"),
    across(["register", "results", "crews", "ledger", "today", "cases"], ["zh", "en"]),
)
async def test_what_a_filter_does_not_know_is_said(place: str, lang: str, bureau: Path) -> None:
    async with opened(bureau, (120, 36), lang) as pilot:
        pilot.app.go(place)  # type: ignore[attr-defined]
        await settled(pilot)
        pilot.app.here.query_one("#filter").value = "tierr:A"  # type: ignore[attr-defined]
        await settled(pilot)
        shown = screen(pilot)
        assert ("does not know tierr:A" if lang == "en" else "tierr:A 无法识别") in shown
        pilot.app.here.query_one("#filter").value = ""  # type: ignore[attr-defined]
        await settled(pilot)
        assert "tierr" not in screen(pilot)


async def test_wide_screens_tell_of_the_row_beside_the_list(bureau: Path) -> None:
    for size in SIZES:
        async with opened(bureau, size) as pilot:
            for place in ("results", "crews", "ledger", "cases"):
                pilot.app.go(place)  # type: ignore[attr-defined]
                await settled(pilot)
                details = list(pilot.app.here.query("Details"))  # type: ignore[attr-defined]
                assert [one.display for one in details] == [size[0] >= 120] * len(details)
                if place == "results" and size[0] >= 120:
                    table = pilot.app.here.table  # type: ignore[attr-defined]
                    entity = bare(table.marked()[1])
                    assert screen(pilot).count(entity) >= 2


async def test_names_are_kept_before_codes(bureau: Path) -> None:
    async with opened(bureau, (30, 20)) as pilot:
        table = await at(pilot, "register")
        assert [column.key for _, column, _ in table._columns()] == ["name", "tier"]


async def test_copies_hold_no_control_character(bureau: Path, monkeypatch: Any) -> None:
    copied: list[str] = []
    async with opened(bureau) as pilot:
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        monkeypatch.delenv("TMUX", raising=False)
        table = await at(pilot, "results")
        rows = [list(row) for row in table.rows.page(0, len(table.rows))]
        rows[0][2] = ("=1\x1b]52;c;eA==\x07\t\u202eb", "strong")
        table.show(rows)
        assert "\x1b" not in screen(pilot)
        await press(pilot, "space", "space", "y")
        await press(pilot, "asterisk", "Y")
        await choose(pilot, "Name")
        await press(pilot, "Y")
        await press(pilot, "enter")
    assert len(copied) == 3
    assert copied[0].count("\n") == 1
    assert copied[0].split("\n")[0].count("\t") == len(table.chosen_columns()) - 1
    assert not any(re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text) for text in copied)


async def test_a_broken_state_stops_nothing(kept: KeptTables) -> None:
    for content in (b"\xff\xfe", b"[1]", b'{"results": {"hidden": 3, "widths": {"a": "x"}}}',
                    b'{"results": []}', b"[" * 100_000):  # fmt: skip
        assert kept.file is not None
        kept.file.parent.mkdir(exist_ok=True)
        kept.file.write_bytes(content)
        assert kept.columns("results") == KeptColumns()
        assert kept.filters("results") == {}
        kept.keep_filter("results", "a", "tier:A")
        assert kept.filters("results") == {"a": "tier:A"}


async def test_every_place_has_its_tables_services(bureau: Path) -> None:
    async with opened(bureau, (120, 36)) as pilot:
        for place in SCREENS:
            pilot.app.go(place.name)  # type: ignore[attr-defined]
            await settled(pilot)
            for table in pilot.app.here.query(RowTable):  # type: ignore[attr-defined]
                # The form of a plan has an order of its own, and is written as a plan.
                assert table.called or isinstance(table, PlanForm), (place.name, table.id)
                for line in screen(pilot).splitlines():
                    assert cell_len(line) <= 120


async def test_pasted_codes_are_all_taken_and_soon(bureau: Path) -> None:
    async with opened(bureau) as pilot:
        table = await at(pilot, "register")
        ids = [row[0] for row in rows_of(table)][:7]
        for between in ("\n", "\t", ", ", " "):
            pilot.app.here.query_one("#filter").value = ""  # type: ignore[attr-defined]
            table.focus()
            table.post_message(events.Paste(between.join(ids)))  # into the table: it filters
            await settled(pilot)
            assert len(table.view.seen) == len(ids), between
        field = pilot.app.here.query_one("#filter")  # type: ignore[attr-defined]
        field.value = ""
        await press(pilot, "slash")
        many = "\r\n".join([*ids, *(f"9115050000MA0X{number:05d}" for number in range(5_000))])
        assert len(many) > 100_000
        begun = time.perf_counter()
        field.post_message(events.Paste(f"\x1b[2J{many}\x07"))
        while len(table.view.seen) != len(ids) - 1:
            await pilot.pause(0.01)
            assert time.perf_counter() - begun < 10, "nothing is found at all"
        processor = time.process_time()
        await press(pilot, "a")
        assert time.process_time() - processor < 1
        assert "\x1b" not in screen(pilot)


async def test_a_count_of_the_review_opens_to_all_it_counted(bureau: Path) -> None:
    async with opened(bureau) as pilot:
        pilot.app.go("review")  # type: ignore[attr-defined]
        await settled(pilot)
        review: Any = pilot.app.here  # type: ignore[attr-defined]
        for by in ("tier", "region", "industry", "kind", "cell", "crew"):
            review.by = by
            review.fill()
            await settled(pilot)
            first = {"cell": "size", "crew": "visits"}.get(by, "frame")
            for at_row in range(len(review.tallies)):
                wanted = review.tallies[at_row]
                review.query_one("#rows").mark(at_row)
                await press(pilot, "enter")
                assert len(review.rows) == wanted[first], (by, wanted)
                review.by = by
                review.fill()
                await settled(pilot)


async def test_marked_rows_are_dismissed_together(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    bad = [{"entity_id": f"bad {number}!", "name": f"Cafe {number}"} for number in range(4)]
    told = yaohao("--workspace", folder, "import", "entities", write_csv(tmp_path / "bad.csv", bad))
    assert "4" in told.stdout, told.output
    async with opened(folder, (120, 36)) as pilot:
        await at(pilot, "register")
        await press(pilot, "v")
        table = pilot.app.here.table  # type: ignore[attr-defined]
        size = len(table.rows)
        assert size > 2
        await press(pilot, "space", "space", "D")
        shown = screen(pilot)
        assert "the rows marked" in shown
        await press(pilot, "enter")
        await write(pilot, "seen")
        await press(pilot, "enter", "y")
        assert len(pilot.app.here.table.rows) == size - 2  # type: ignore[attr-defined]
        assert not pilot.app.here.table.view.picks  # type: ignore[attr-defined]
