"""What needs attention: one list, the most urgent first, and nothing that is no longer so."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path
from time import process_time
from typing import Any
from unittest.mock import patch

import pytest
from helpers.cli import fill, language_kept, told, walk, write_csv, yaohao
from helpers.tui_pilot import SIZES, opened, press, screen, settled
from yaohao.planner.ledger import ORIGIN, next_line
from yaohao.planner.storage.unsaved_plans import drop_unsaved, keep_unsaved
from yaohao.planner.vocabulary.digest import canonical
from yaohao.planner.wording.format import THOROUGH, URGENCIES
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.told_keys import with_keys

DRAW = "spring"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one draw, drawn and never published."""
    with language_kept():
        workspace = fill(tmp_path_factory.mktemp("attention"))
        walk(workspace, "draw")
    return workspace


@pytest.fixture
def own(drawn: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(drawn, tmp_path / "own"))


def kinds(workspace: Path, **options: Any) -> list[str]:
    """The kinds of notices there are, in their order."""
    space = Workspace(workspace)
    try:
        return [one["kind"] for one in space.overview(**options)["warnings"]]
    finally:
        space.close()


def tamper(workspace: Path) -> None:
    """Change an old line of the ledger."""
    with sqlite3.connect(workspace / "planner.db") as connection:
        act = json.loads(connection.execute("SELECT act FROM ledger WHERE line = 2").fetchone()[0])
        act["rows"] = 1_000_000
        connection.execute("UPDATE ledger SET act = ? WHERE line = 2", (canonical(act),))
    connection.close()


def frame_of(workspace: Path) -> Path:
    """The folder of the draw's frame."""
    return next(iter((workspace / "frames").iterdir()))


def test_what_is_broken_is_told_first_and_taken_back(own: Path) -> None:
    calm = kinds(own)
    assert "unpublished" in calm and not {"broken-ledger", "missing-file"} & set(calm)
    database = (own / "planner.db").read_bytes()
    tamper(own)
    assert kinds(own)[0] == "broken-ledger"
    assert "broken-ledger" not in kinds(own, thorough=False)
    shutil.move(frame_of(own) / "lottery.json", own / "kept.json")
    assert set(kinds(own)[:2]) == {"broken-ledger", "missing-file"}
    (frame_of(own) / "lottery.json").write_bytes(b"")
    assert "unreadable-file" in kinds(own)
    shutil.move(own / "kept.json", frame_of(own) / "lottery.json")
    (own / "planner.db").write_bytes(database)
    assert kinds(own) == calm


def test_a_missing_snapshot_is_told(own: Path) -> None:
    for path in (own / "register" / "entities").iterdir():
        path.unlink()
    found = told("--workspace", own, "status")["warnings"][0]
    assert found["kind"] == "missing-file" and found["urgency"] == "broken"
    assert found["file"].startswith("register") and found["words"]


def test_the_order_is_that_of_urgency_and_day(own: Path, tmp_path: Path) -> None:
    people = [
        {"inspector_id": f"Z-{number}", "name": "Z", "certificate_until": day}
        for number, day in enumerate(("2027-02-10", "2027-02-23", "2027-03-10", ""))
    ]
    yaohao("--workspace", own, "import", "inspectors", write_csv(tmp_path / "p.csv", people))
    keep_unsaved(own / "plans" / "sample.toml", "id = 1\n")
    shutil.rmtree(frame_of(own))
    with patch.dict(os.environ, YAOHAO_TODAY="2027-02-20"):
        space = Workspace(own)
        found = space.overview()["warnings"]
        space.close()
    ranks = [(URGENCIES.index(one["urgency"]), one["day"] or "9") for one in found]
    assert ranks == sorted(ranks)
    by_kind = {one["kind"]: one for one in found}
    assert by_kind["certificates-expired"]["size"] == 1
    assert by_kind["certificates-ending"]["urgency"] == "soon"
    assert by_kind["certificates-ending"]["day"] == "2027-02-23"
    assert by_kind["unsaved-plan"]["place"] == "plan"
    drop_unsaved(own / "plans" / "sample.toml")
    assert "unsaved-plan" not in kinds(own)


def test_the_commitment_published_before_its_seed_is_not_complained_of(tmp_path: Path) -> None:
    with language_kept():
        workspace = fill(tmp_path)
        walk(workspace, "freeze")
        space = Workspace(workspace)
        space.publish(DRAW, tmp_path / "public")
        space.draw(DRAW, "12345678901234567890123456789012345", "dice", ["Li Lei"])
        space.close()
    assert "unpublished" not in kinds(workspace)


def test_a_hundred_thousand_lines_do_not_keep_the_first_screen_waiting(own: Path) -> None:
    previous, rows = ORIGIN, []
    for number in range(100_000):
        act = {"act": "note", "at": f"2027-01-01T00:00:00.{number:06}Z", "text": f"line {number}"}
        line = next_line(previous, act)
        rows.append((line.previous, canonical(act), line.entry))
        previous = line.entry
    with sqlite3.connect(own / "planner.db") as connection:
        connection.execute("DELETE FROM ledger")
        connection.executemany("INSERT INTO ledger (previous, act, entry) VALUES (?, ?, ?)", rows)
    connection.close()
    space = Workspace(own)
    try:
        spent = min(timed(lambda: space.overview(thorough=False)) for _ in range(3))
        whole = timed(space.overview)
        print(f"first {spent * 1000:.0f} ms, thorough {whole * 1000:.0f} ms")
        assert spent < 0.5
        assert space._workspace.store.chain_break() is None
    finally:
        space.close()
    tamper(own)
    assert kinds(own)[0] == "broken-ledger"


def timed(job: Any) -> float:
    """The seconds that something takes."""
    begun = process_time()
    job()
    return process_time() - begun


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_every_notice_can_be_reached_and_leads_somewhere(
    own: Path, size: tuple[int, int], lang: str
) -> None:
    for number in range(14):
        (own / "plans" / f"bad-{number:02}.toml").write_text("x =", encoding="utf-8")
    tamper(own)
    async with opened(own, size, lang) as pilot:
        home: Any = pilot.app.screen
        notices = home.told["warnings"]
        shown = screen(pilot)
        assert f"{len(notices)}" in shown and say("status.urgency-broken", lang) in shown
        assert with_keys(say("status.warn-broken-ledger", lang, line=2))[:20] in shown
        last = next(one for one in notices if one.get("file", "").endswith("bad-13.toml"))
        assert "bad-13" not in "\n".join(shown.split("\n")[-9:])
        # The mark stays on its row if others come above it meanwhile.
        shown = await press(pilot, "tab", "home", *["down"] * notices.index(last))
        assert say("status.warn-broken-plan", lang, file=last["file"], size=1) in shown
        assert f"[3 {'Plan' if lang == 'en' else '计划'}]" in await press(pilot, "enter")
        assert pilot.app.screen.file == last["file"]  # type: ignore[attr-defined]
        await press(pilot, "0", "tab" if not home.query_one("#warnings").has_focus else "f12")
        assert f"[,l {'Ledger' if lang == 'en' else '台账'}]" in await press(pilot, "home", "enter")


@pytest.mark.asyncio
async def test_what_was_told_goes_away_once_it_is_mended(own: Path) -> None:
    frame = frame_of(own)
    shutil.move(frame, own / "away")
    database = (own / "planner.db").read_bytes()
    async with opened(own) as pilot:
        assert "missing file: frames" in screen(pilot)
        shutil.move(own / "away", frame)
        assert "missing" not in await press(pilot, "ctrl+r")
        tamper(own)
        await press(pilot, "ctrl+r")
        assert "the ledger is inconsistent at line 2" in screen(pilot)
    (own / "planner.db").write_bytes(database)
    for name in ("planner.db-wal", "planner.db-shm"):
        (own / name).unlink(missing_ok=True)
    async with opened(own) as pilot:
        await settled(pilot)
        assert not {one["kind"] for one in pilot.app.screen.told["warnings"]} & set(THOROUGH)  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_tells_the_same(own: Path, lang: str) -> None:
    tamper(own)
    said = yaohao("--workspace", own, "status", lang=lang).stdout
    urgency = say("status.urgency-broken", lang)
    assert f"! {urgency}: {say('status.warn-broken-ledger', lang, line=2)}" in said
