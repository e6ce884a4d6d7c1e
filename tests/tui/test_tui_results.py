"""Results: what came of each visit, results taken in, visits closed, forms written, by key."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from helpers.campaign import by_turns
from helpers.cli import told, yaohao
from helpers.tui_pilot import SIZES, TODAY, opened, press, screen, snapshots, write
from helpers.workspace_maker import NEXT_CREW_SEED, NEXT_SELECT_SEED, Made, Maker
from openpyxl import Workbook
from yaohao.planner.draw.withdrawals import made_visits, next_reserve
from yaohao.planner.reports.visit_outcomes import GROUPS, group_of
from yaohao.planner.schema.reports.workspace import DrawProgress
from yaohao.planner.vocabulary.terms import GONE, RESULTS
from yaohao.planner.wording.messages import (
    LANGUAGES,
    choose_language,
    language,
    say,
)
from yaohao.planner.workspace import Workspace
from yaohao.tui.told_keys import with_keys

pytest_plugins = ["helpers.workspace_maker"]

DRAW = "q1-3"
CODES = ("1", "A", "6", "1", "F")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    kept = language()
    with patch.dict(os.environ, YAOHAO_TODAY=TODAY[:10]):
        yield
    choose_language(kept)


@pytest.fixture(scope="module")
def done(made: Maker) -> Made:
    return made(reserves=1)


@pytest.fixture(scope="module")
def drawn(done: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A further draw that is drawn, its crews not yet dealt."""
    own = Path(shutil.copytree(done.workspace.folder, tmp_path_factory.mktemp("drawn") / "bureau"))
    with_draw(own)
    return own


@pytest.fixture(scope="module")
def dealt(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, dealt, with some results and a visit that a reserve has taken."""
    own = Path(shutil.copytree(drawn, tmp_path_factory.mktemp("dealt") / "bureau"))
    space = Workspace(own)
    space.staff(DRAW)
    space.deal(DRAW, NEXT_CREW_SEED, "dice")
    visits = space.results(DRAW)["visits"]
    days = ("2027-01-12", "2027-02-18", "")
    rows = [
        f"{visit['entity_id']},{'REG-01' if n == 3 else ''},{days[n % 3]},{CODES[n]}"
        for n, visit in enumerate(visits[: len(CODES)])
    ]
    file = own.parent / "results.csv"
    file.write_text("entity_id,item_id,visited_on,result\n" + "\n".join(rows), encoding="utf-8")
    space.import_results(DRAW, [file])
    entity = next(v["entity_id"] for v in visits[len(CODES) :] if v["next_reserve"])
    space.withdraw(DRAW, entity, "9", "extract =x() \x1b[31m")
    space.close()
    return own


@pytest.fixture
def own(dealt: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dealt, tmp_path / "own"))


def with_draw(folder: Path) -> None:
    space = Workspace(folder)
    space.freeze(folder / "plans" / "q1.toml", secret="6f" * 32, despite=["again"])
    space.draw(DRAW, NEXT_SELECT_SEED, "dice")
    space.close()


def results(folder: Path, **given: Any) -> dict[str, Any]:
    space = Workspace(folder)
    try:
        return space.results(DRAW, **given)
    finally:
        space.close()


def test_every_result_has_its_group() -> None:
    groups = {term.code: group_of(term.code) for term in RESULTS}
    assert set(groups.values()) == set(GROUPS)
    assert [code for code, group in groups.items() if group == "not-yet"] == ["0"]
    assert {group_of(code) for code in GONE} == {"not-found"}


def test_the_numbers_are_those_of_due_and_of_the_draw(dealt: Path) -> None:
    found = results(dealt)
    space = Workspace(dealt)
    shown, due = space.show(DRAW), space.due(DRAW)
    made = {v["entity_id"]: v for v in made_visits(shown["visits"], shown["withdrawals"])}
    by_id = {visit["entity_id"]: visit for visit in found["visits"]}
    gone = {one["entity_id"]: one for one in shown["withdrawals"]}
    assert set(by_id) == set(made) | set(gone) and found["due"] == due["counts"]
    counts = found["counts"]
    assert counts["visits"] == len(by_id) == counts["checked"] + counts["not-yet"]
    assert counts["checked"] == sum(counts[group] for group in GROUPS if group != "not-yet")
    assert found["due"]["overdue"] and found["due"]["open"] and found["due"]["no-day"]
    for entity, visit in by_id.items():
        assert visit["withdrawal"] == gone.get(entity)
        spare = next_reserve(shown["visits"], shown["withdrawals"], entity)
        is_open = visit["result"] == "0" and entity in made
        assert visit["next_reserve"] == (spare if is_open else None)
        assert visit["inspectors"] or entity in gone
    for row in due["visits"]:
        assert by_id[row["entity_id"]]["state"] == row["state"]
        assert by_id[row["entity_id"]]["due_on"] == row["due_on"]
    used = [visit for visit in found["visits"] if visit["instead_of"]]
    assert [one["reserve"] for one in gone.values()] == [one["entity_id"] for one in used]
    assert used[0]["inspectors"] == by_id[used[0]["instead_of"]]["inspectors"]
    assert found["reserves"] == sum(v["reserve"] for v in shown["visits"]) - 1
    later = space.results(DRAW, "2027-04-01")
    waiting = [v for v in found["visits"] if v["group"] == "not-yet" and v["state"] != "overdue"]
    assert 0 < later["counts"]["missed"] == len(waiting) and counts["missed"] == 0
    space.close()


def test_the_command_tells_the_same(dealt: Path, drawn: Path) -> None:
    found = results(dealt)
    assert told("--workspace", dealt, "results", DRAW) == found
    late = told("--workspace", dealt, "results", DRAW, "--group", "overdue")
    assert [one["state"] for one in late["visits"]] == ["overdue"] * found["due"]["overdue"]
    assert late["counts"] == found["counts"]
    for lang in LANGUAGES:
        shown = yaohao("--workspace", dealt, "results", DRAW, "--limit", "3", lang=lang)
        assert shown.exit_code == 0 and "\x1b" not in shown.stdout
        shown = yaohao("--workspace", dealt, "results", DRAW, "--group", "missed", lang=lang)
        assert shown.exit_code == 0
    assert yaohao("--workspace", drawn, "results", "nosuch").exit_code == 2
    assert yaohao("--workspace", drawn, "results", DRAW, "--as-of", "soon").exit_code == 2
    assert told("--workspace", drawn, "results", DRAW)["counts"]["checked"] == 0


@pytest.mark.asyncio
async def test_what_came_in_is_to_be_published(own: Path, tmp_path: Path) -> None:
    space = Workspace(own)

    def row() -> DrawProgress:
        return next(one for one in space.overview()["draws"] if one["draw"] == DRAW)

    def warned() -> dict[str, Any]:
        return {one["kind"]: one for one in space.overview()["warnings"] if one.get("draw") == DRAW}

    assert not row()["news"] and "publication-due" in warned()  # never published
    space.publish(DRAW, tmp_path / "first")
    assert not row()["news"] and row()["next"] is None
    assert not {"news", "overdue", "publication-due"} & set(warned())
    visit = space.results(DRAW)["visits"][-1]["entity_id"]
    file = tmp_path / "late.csv"
    file.write_text(f"entity_id,visited_on,result\n{visit},2027-01-13,1\n", encoding="utf-8")
    space.import_results(DRAW, [file])
    assert row()["news"] and row()["next"] == "publish"
    assert warned()["overdue"]["size"] == space.due(DRAW)["counts"]["overdue"] == 1
    for lang in LANGUAGES:
        said = yaohao("--workspace", own, "status", lang=lang).stdout
        assert say("status.warn-overdue", lang, draw=DRAW, size=1) in " ".join(said.split())
    async with opened(own) as pilot:
        assert "q1-3: there are new results or withdrawals" in screen(pilot)
        assert "new results or withdrawals" in " ".join((await press(pilot, "7")).split())
        space.publish(DRAW, tmp_path / "second")
        assert "assigned, published" in await press(pilot, "ctrl+r")
        place: Any = pilot.app
        await press(pilot, "0")
        rows = place.screen.told["draws"]
        place.screen.query_one("#draws").mark([one["draw"] for one in rows].index(DRAW))
        assert "[8 Results]" in await press(pilot, "enter")
    assert not {"news", "overdue"} & set(warned())
    space.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(own: Path, size: tuple[int, int]) -> None:
    async with opened(own, size, "zh") as pilot:
        await press(pilot, "8")
        await snapshots(pilot, "results")
        await press(pilot, "enter")
        await press(pilot, "pagedown")
        shown = screen(pilot)
        assert say("common.label-due-overdue") in shown and "\x1b" not in shown
        await press(pilot, "escape", "8", "i")
        await write(pilot, str(own.parent / "again.csv"))
        again = "entity_id,result\n" + results(own)["visits"][0]["entity_id"] + ",1\nnosuch,1\n"
        (own.parent / "again.csv").write_text(again, encoding="utf-8")
        shown = await press(pilot, "enter")
        assert "again.csv" in shown and "i 导入" in shown


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", by_turns(0, LANGUAGES))
async def test_groups_filter_and_back(own: Path, lang: str) -> None:
    async with opened(own, lang=lang) as pilot:
        await press(pilot, "8")
        place: Any = pilot.app.screen
        whole = len(place.shown)
        await press(pilot, "g")
        await write(pilot, say("tui_results.listed-overdue"))
        shown = await press(pilot, "enter")
        assert [one["state"] for one in place.shown] == ["overdue"] * place.told["due"]["overdue"]
        assert f"! {say('common.label-due-overdue')}" in shown
        assert say("tui_results.listed-overdue") in " ".join(shown.split())
        await press(pilot, "g", "escape")
        await press(pilot, "slash")
        await write(pilot, "zzzz")
        assert say("tui.nothing-found") in screen(pilot)
        await press(pilot, "enter", "enter", "W", "y")
        await press(pilot, "escape", "escape")
        assert place.listed == "all" and len(place.shown) == whole
        first = place.told["visits"][0]["entity_id"]
        await press(pilot, "slash")
        await write(pilot, first)
        assert [one["entity_id"] for one in place.shown] == [first]
        await press(pilot, "enter", "y")
        saved = (own / "copied.tsv").read_text(encoding="utf-8")
        assert saved.startswith("entity_id\t") and first in saved
        await press(pilot, "escape")
        other = await press(pilot, "f2")
        assert f"[8 {say('tui.place-results')}]" in other
        assert f"[0 {say('tui.place-home')}]" in await press(pilot, "escape")


async def taken_up(pilot: Any, file: object) -> str:
    """Go to the import of the draw's results, and pick a file; the screen then."""
    shown = await press(pilot, "i")
    assert say("tui_start.about-results")[:20] in flat(shown)
    place: Any = pilot.app.here
    assert (place.SCREEN_NAME, place.register, place.draw) == ("intake", "results", DRAW)
    place.query_one("#path").value = ""
    await write(pilot, str(file))
    return await tried(pilot, "enter")


async def tried(pilot: Any, *keys: str) -> str:
    """Press keys, and wait until the file that is wanted by then was tried; the screen then."""
    place = pilot.app.here
    pilot.app.fault = None
    shown = await press(pilot, *keys)
    for _ in range(500):
        is_asked = pilot.app.screen is not place or pilot.app.fault is not None
        if is_asked or (place.intake is not None and place._tried_for == place._wish()):
            break
        if place.intake is not None and place.intake.look["lacking"]:
            break
        await pilot.pause(0.02)
    return screen(pilot) or shown


@pytest.mark.slow
@pytest.mark.asyncio
async def test_open_leads_are_asked_about_and_headings_told(own: Path, tmp_path: Path) -> None:
    visit = next(visit for visit in results(own)["visits"] if visit["group"] == "not-yet")
    entity = visit["entity_id"]
    leads = tmp_path / "leads.csv"
    leads.write_text(
        f"lead_id,entity_id,trigger,opened_on\nL-9,{entity},complaint,2026-12-01\n",
        encoding="utf-8",
    )
    with Workspace(own) as space:
        space.import_files("leads", [leads])
        day = space.show(DRAW)["window"][0]
    file = tmp_path / "r.csv"
    file.write_text(
        f"entity_id,result,visited_on,Weather\n{entity},1,{day},fine\n", encoding="utf-8"
    )

    def open_leads() -> list[str]:
        with Workspace(own) as space:
            rows = space._workspace.store.roster("leads")
        return [row["lead_id"] for row in rows if not row["closed_on"]]

    async with opened(own) as pilot:
        await press(pilot, "8")
        shown = await taken_up(pilot, file)
        assert "Columns not used: Weather" in flat(shown)
        assert "L-9" in shown and "1 row: 1 can be imported" in flat(shown)
        shown = await press(pilot, "i")
        assert say("tui_leads.title") in shown and "L-9" in open_leads()
        shown = await press(pilot, "n")
        assert pilot.app.here.SCREEN_NAME == "results"  # type: ignore[attr-defined]
        assert "L-9" in open_leads() and "1 result imported" in flat(shown)
        await taken_up(pilot, file)
        await press(pilot, "i")
        shown = await press(pilot, "y")
        assert "1 lead closed" in flat(shown)
        assert "L-9" not in open_leads()


@pytest.mark.slow
@pytest.mark.asyncio
async def test_results_are_tried_before_they_are_taken_in(own: Path, tmp_path: Path) -> None:
    visits = [visit for visit in results(own)["visits"] if visit["group"] == "not-yet"]
    rows = [f"{visit['entity_id']},正常" for visit in visits[:2]]
    file = tmp_path / "more results.csv"
    file.write_text("entity_id,result\n" + "\n".join([*rows, "xnone,1"]), encoding="utf-8")
    before = results(own)["counts"]
    async with opened(own) as pilot:
        await press(pilot, "8")
        shown = flat(await taken_up(pilot, f"'{file}'"))
        assert "3 rows: 2 can be imported, 1 to correct first" in shown
        assert "xnone" in await press(pilot, "z")
        await press(pilot, "escape", "escape", "escape")
        assert pilot.app.here.SCREEN_NAME == "results"  # type: ignore[attr-defined]
        assert results(own)["counts"] == before
        await taken_up(pilot, file)
        shown = flat(await press(pilot, "i"))
        assert "2 results imported" in shown and "1 to correct (key 2, then v)" in shown
        after = results(own)["counts"]
        assert after["passed"] == before["passed"] + 2
        assert f"{after['checked']} of {after['visits']} visits made" in shown
        await taken_up(pilot, file)
        assert say("common.text-unchanged") in await press(pilot, "i")
        shown = await taken_up(pilot, "nosuch.csv")
        # Told in lines where there is room, else in a text to read: the path may be long.
        assert "nosuch.csv" in shown.replace("\n ", "") and "Traceback" not in shown
        if pilot.app.screen is not pilot.app.here:  # type: ignore[attr-defined]
            await press(pilot, "escape")
        none = own / "none.csv"
        none.write_text("entity_id,result\nxnone,1\n", encoding="utf-8")
        await press(pilot, "escape", "8")
        await taken_up(pilot, none)
        assert say("tui_start.nothing-accepted") in await press(pilot, "i")
    assert results(own)["counts"] == after


@pytest.mark.asyncio
async def test_results_are_mapped_by_eye(own: Path, tmp_path: Path) -> None:
    """Columns that nobody knows, and a text that means nothing until it is said what."""
    visits = [visit for visit in results(own)["visits"] if visit["group"] == "not-yet"]
    file = tmp_path / "r.csv"
    rows = [f"{visit['entity_id']},过关,=1+1\x1b[31m" for visit in visits[:2]]
    file.write_text("甲,乙,丙\n" + "\n".join(rows), encoding="utf-8")
    before = results(own)["counts"]["passed"]
    async with opened(own) as pilot:
        await press(pilot, "8")
        await taken_up(pilot, file)
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert place.intake.lacking() == ["entity_id", "result"]
        for name in ("entity_id", "result"):
            place.query_one("#rows").mark(0 if name == "entity_id" else 1)
            await press(pilot, "enter")
            shown = await write(pilot, name)
            await tried(pilot, "enter")
        assert "\x1b" not in shown
        report, aside = place.tried
        assert (report["accepted"], aside[0]["reason"]) == (0, "unknown-result")
        await press(pilot, "v")
        await press(pilot, "enter")
        await write(pilot, "1")
        await tried(pilot, "enter")
        assert place.tried[0]["accepted"] == 2
        await press(pilot, "i")
    assert results(own)["counts"]["passed"] == before + 2


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(0, ((60, 20), *SIZES), LANGUAGES))
async def test_sheets_and_encoding_are_asked_for(
    own: Path, tmp_path: Path, size: Any, lang: str
) -> None:
    visits = [visit for visit in results(own)["visits"] if visit["group"] == "not-yet"]
    book = Workbook()
    for name, visit in zip(("Nord", "Süd"), visits, strict=False):
        sheet = book.create_sheet(name)
        sheet.append(["entity_id", "result"])
        sheet.append([visit["entity_id"], "1"])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "r.xlsx")
    (tmp_path / "r.csv").write_bytes(
        f"entity_id,检查结果\n{visits[0]['entity_id']},正常\n".encode("gb18030")
    )
    before = results(own)["counts"]["passed"]
    async with opened(own, size, lang) as pilot:
        await press(pilot, "8")
        shown = await taken_up(pilot, tmp_path / "r.xlsx")
        assert say("tui_start.which-sheet") in shown and "Süd" in shown
        await tried(pilot, "enter")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert place.intake.look["sheet"] == "Nord" and place.tried[0]["accepted"] == 1
        shown = await press(pilot, "e")
        assert say("tui_jobs.field-all_sheets") in shown and say("tui_jobs.job-reading") in shown
        await press(pilot, "down", "y")
        await tried(pilot, "enter")
        assert place.tried[0]["accepted"] == 2 and place.intake.how == {"all_sheets": True}
        await press(pilot, "i")
        assert results(own)["counts"]["passed"] == before + 2
        shown = await taken_up(pilot, tmp_path / "r.csv")
        assert say("tui_start.which-encoding") in shown and "--encoding" not in shown
        await write(pilot, "gb18030")
        await tried(pilot, "enter")
        assert place.tried[0]["accepted"] == 1
        await press(pilot, "e")
        await write(pilot, "no-such-code")
        shown = await tried(pilot, "enter")
        assert say("tui_start.which-encoding") in shown and "--encoding" not in shown


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, LANGUAGES))
async def test_a_withdrawal_has_a_day_and_can_be_taken_back(
    own: Path, size: Any, lang: str
) -> None:
    found = results(own)["visits"]
    at, visit = next((n, one) for n, one in enumerate(found) if one["next_reserve"])
    async with opened(own, size, lang) as pilot:
        await press(pilot, "8")
        place: Any = pilot.app.screen
        place.query_one("#rows").mark(at)
        await press(pilot, "W", "enter")
        await write(pilot, "shut")
        await press(pilot, "tab")
        await write(pilot, "2027-02-15")
        shown = flat(await press(pilot, "enter", "enter"))
        assert say("tui_results.found-gone", day="2027-02-15") in shown
        await press(pilot, "y")
        last = place.workspace.show(DRAW)["withdrawals"][-1]
        assert (last["entity_id"], last["on"]) == (visit["entity_id"], "2027-02-15")
        ids = [one["entity_id"] for one in place.shown]
        place.query_one("#rows").mark(ids.index(visit["entity_id"]))
        await press(pilot, "u", "enter")
        assert say("tui_results.not-back-in") in screen(pilot)
        await press(pilot, "u")
        await write(pilot, "the wrong entity")
        await press(pilot, "enter")
        withdrawn = {one["entity_id"] for one in place.workspace.show(DRAW)["withdrawals"]}
        assert visit["entity_id"] not in withdrawn
        assert results(own)["visits"] == found


def flat(shown: str) -> str:
    """What a dialog says, its lines joined."""
    return " ".join(shown.replace("│", " ").split())


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_visit_is_closed_by_steps(own: Path) -> None:
    found = results(own)["visits"]
    at, visit = next((n, one) for n, one in enumerate(found) if one["next_reserve"])
    async with opened(own) as pilot:
        await press(pilot, "8")
        place: Any = pilot.app.screen
        assert "W Withdraw" not in screen(pilot)  # the first visit has its results
        await press(pilot, "W")
        place.query_one("#rows").mark(at)
        assert "W Withdraw" in await press(pilot, "W", "escape")
        await press(pilot, "W", "enter", "enter")
        assert "Nothing was withdrawn" in screen(pilot)
        await press(pilot, "W", "down", "enter")
        await write(pilot, "moved =x(), 13812345678")
        shown = await press(pilot, "enter")
        assert visit["next_reserve"] in shown
        shown = await press(pilot, "enter")
        flat = " ".join(shown.replace("│", " ").split())
        assert f"Reserve {visit['next_reserve']} replaces it." in flat
        assert "recorded in the ledger" in flat and "9 deregistered" in flat
        await press(pilot, "n")
        assert results(own)["visits"] == found
        # what was typed is there again: nothing was done with it
        assert "moved =x(), 13812345678" in await press(pilot, "W", "down", "enter")
        shown = await press(pilot, "enter", "enter", "y")
        assert f"{visit['next_reserve']} is inspected instead" in shown
        now = {one["entity_id"]: one for one in results(own)["visits"]}
        assert now[visit["entity_id"]]["withdrawal"]["evidence"] == "moved =x(), ***"
        assert now[visit["next_reserve"]]["instead_of"] == visit["entity_id"]
        assert "withdrawn" in shown and "deregistered" in shown
        shown = await press(pilot, "W", "enter")  # closed already: Enter tells its story
        assert "[5 Review]" in shown
        assert "moved =x(), ***" in shown or "***" in await press(pilot, "pagedown")
        await press(pilot, "escape", "escape")
        spare = next(
            (n, one)
            for n, one in enumerate(place.shown)
            if one["next_reserve"] and one["group"] == "not-yet"
        )
        place.query_one("#rows").mark(spare[0])
        await press(pilot, "W", "enter")
        await write(pilot, "shut")
        shown = await press(pilot, "enter", "down", "enter")
        assert "It is not replaced." in shown
        assert "is withdrawn and not replaced" in await press(pilot, "y")
        assert place.workspace.show(DRAW)["withdrawals"][-1]["reserve"] is None


@pytest.mark.asyncio
async def test_forms_are_written(own: Path, tmp_path: Path) -> None:
    async with opened(own, (120, 36)) as pilot:
        await press(pilot, "8", "f")
        await write(pilot, "work lists")
        shown = await press(pilot, "enter")
        assert f"notices/{DRAW}" in shown and "work lists: to which folder?" in shown
        shown = await press(pilot, "enter")
        assert {path.name for path in (own / "notices" / DRAW).iterdir()} == {
            "worklists.html", "worklists.xlsx",
        }  # fmt: skip
        assert "2 files written to" in shown
        place: Any = pilot.app.screen
        entity = place.marked()["entity_id"]
        await press(pilot, "f", "end")
        await write(pilot, "marked")
        await press(pilot, "enter", "enter")
        records = (own / "notices" / DRAW / entity / "records.html").read_text(encoding="utf-8")
        others = [one["entity_id"] for one in place.shown if one["entity_id"] != entity]
        assert entity in records and not any(other in records for other in others)
        await press(pilot, "f", "escape", "f", "enter", "escape", "f", "enter")
        shown = await press(pilot, *["backspace"] * 20, "enter")
        assert not (own / "notices" / DRAW / "notices.html").exists()
        await press(pilot, "f", "enter")
        shown = await press(pilot, "enter")
        assert (own / "notices" / DRAW / "notices.html").exists()
        assert (
            "Not possible yet, or without a division: national record" in shown
        )  # the workspace names no division


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", by_turns(1, LANGUAGES))
async def test_before_the_crews_are_dealt(drawn: Path, lang: str) -> None:
    async with opened(drawn, lang=lang) as pilot:
        shown = await press(pilot, "8")
        place: Any = pilot.app.screen
        assert place.told["visits"] and not place.can_import() and place.can_withdraw()
        assert say("tui_results.do-import") not in shown.split("\n")[-1]
        shown = await press(pilot, "f")
        assert say("tui_results.forms-bulletin") in shown
        assert say("tui_results.forms-records") not in shown
        await press(pilot, "escape")
        pilot.app.choose_draw("q1")  # type: ignore[attr-defined]
        shown = await press(pilot, "0", "8")
        assert say("tui_crews.status-abandoned", draw="q1") in shown
        await press(pilot, "i", "W")
        assert not place.can_withdraw() and not place.has_forms()


@pytest.mark.asyncio
async def test_what_is_not_drawn_and_what_is_over(own: Path) -> None:
    space = Workspace(own)
    draw = space.freeze(own / "plans" / "q1.toml", despite=["again"])["draw"]
    space.close()
    async with opened(own) as pilot:
        pilot.app.choose_draw(draw)  # type: ignore[attr-defined]
        shown = await press(pilot, "8")
        assert "is not drawn yet" in shown and "i Import" not in shown
        await press(pilot, "enter", "y", "W", "g", "f")
        pilot.app.choose_draw(DRAW)  # type: ignore[attr-defined]
        with patch.dict(os.environ, YAOHAO_TODAY="2027-06-01"):
            shown = await press(pilot, "0", "8")
        assert "not inspected in time" in " ".join(shown.split()) and "! missed" in shown


def test_a_workspace_without_a_draw(tmp_path: Path) -> None:
    import asyncio

    Workspace.create(tmp_path / "new", "free").close()

    async def look() -> str:
        async with opened(tmp_path / "new") as pilot:
            await press(pilot, "8")
            return await press(pilot, "i", "W", "f", "g", "enter", "y")

    # The command that the words name is told as a key.
    told = with_keys(say("tui_draw.no-draw", "en"))
    assert "yaohao" not in told and told[:60] in " ".join(asyncio.run(look()).split())


def test_words_of_every_group() -> None:
    from yaohao.tui.screens.results import LISTED

    visit: Mapping[str, Any] = dict.fromkeys(
        ("group", "state", "withdrawal", "instead_of", "waiting", "returned")
    )
    for name, test in LISTED.items():
        assert say(f"tui_results.listed-{name}") and test(visit) in (True, False)
