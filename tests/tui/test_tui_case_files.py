"""Cases: opened by hand, letters, lists of messages, outcomes and files, each by key."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import by_turns
from helpers.case_workspace import bureau
from helpers.cli import write_csv
from helpers.tui_pilot import opened, press, screen, settled, write
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.case_papers import MENU

SIZES = ((80, 24), (120, 36))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = bureau(tmp_path_factory.mktemp("files"))
    workspace.change_setting("letter_mark", "通市监")
    workspace.cases.clock()
    facts = {"ground": "late-report", "year": "2026", "verified_on": "2027-01-04"}
    workspace.cases.open("abnormal", "firm-04", facts=facts, actor="Li", source="case")
    workspace.close()
    return workspace.folder


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(made, tmp_path / "own"))


def flat(shown: str) -> str:
    return " ".join(shown.split())


async def choose(pilot: Any, name: str) -> str:
    """Go to an entry of the menu of lists and files, and open it."""
    await press(pilot, "f")
    await write(pilot, say(f"tui_cases.menu-{name}"))
    return await press(pilot, "enter")


async def fill(pilot: Any, *texts: str) -> str:
    """Fill in the needed fields of a form one after the other."""
    shown = screen(pilot)
    for text in texts:
        await write(pilot, text)
        shown = await press(pilot, "enter")
    return shown


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(0, SIZES, LANGUAGES))
async def test_a_case_is_opened_by_hand(own: Path, size: tuple[int, int], lang: str) -> None:
    async with opened(own, size, lang) as pilot:
        await press(pilot, "9", "plus")
        await write(pilot, "培训" if lang == "zh" else "Training")
        await press(pilot, "escape", "plus")
        await write(pilot, "处罚" if lang == "zh" else "penalty")
        shown = await press(pilot, "enter")
        assert say("tui_cases.entity") in shown
        place: Any = pilot.app.screen
        place.query_one("#ask-0").value = "firm-03"  # it begins with the marked business
        names = [one.name for one in place._items if one.is_needed and one.name != "entity"]
        typed = {"entity": "firm-03", "fact decided_on": "2027-01-04", "fact bare": "no",
                 "fact decision_number": "7", "actor": "Zhao"}  # fmt: skip
        await fill(pilot, *(typed.get(name, "no") for name in names))
        assert place is not pilot.app.screen
        here: Any = pilot.app.screen
        assert here.case is not None, (names, place._title)
        assert here.case["subject"] == "firm-03"
    with Workspace(own) as space:
        [case] = space.cases.list(kind="penalty")["cases"]
        assert space.cases.show(case["id"])["events"][0]["actor"] == "Zhao"


@pytest.mark.asyncio
async def test_an_opening_that_lacks_something_says_so_and_keeps_what_was_typed(own: Path) -> None:
    async with opened(own, (80, 24), "en") as pilot:
        await press(pilot, "9", "plus")
        await write(pilot, "penalty")
        await press(pilot, "enter")
        place: Any = pilot.app.screen
        place.query_one("#ask-0").value = "firm-99"
        typed = {"fact decided_on": "2027-01-04", "fact bare": "no"}
        names = [one.name for one in place._items if one.is_needed and one.name != "entity"]
        await fill(pilot, *(typed.get(name, "x") for name in names))
        assert "firm-99" in screen(pilot)
    with Workspace(own) as space:
        assert space.cases.list(kind="penalty")["number"] == 0


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(1, SIZES, LANGUAGES))
async def test_letters_are_written(
    own: Path, tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    async with opened(own, size, lang) as pilot:
        await press(pilot, "9", "slash")
        await write(pilot, "kind:abnormal")
        await press(pilot, "enter", "enter", "l")
        await write(pilot, {"zh": "审核列入", "en": "Decision to list"}[lang])
        await press(pilot, "enter")
        place: Any = pilot.app.screen
        place.query_one("#ask-0").value = str(tmp_path / "letters")
        place.query_one("#ask-1").value = "html xlsx"
        shown = await press(pilot, "enter")
        assert not pilot.app.fault, pilot.app.fault  # type: ignore[attr-defined]
        assert str(tmp_path / "letters")[:20] in shown.replace("\n", "")
        # the same again asks before it replaces, and does nothing unless it may
        kept = (tmp_path / "letters" / "abnormal-list.html").stat().st_mtime_ns
        for answer in ("n", "y"):
            await press(pilot, "l")
            await write(pilot, {"zh": "审核列入", "en": "Decision to list"}[lang])
            await press(pilot, "enter")
            pilot.app.screen.query_one("#ask-0").value = str(tmp_path / "letters")  # type: ignore[attr-defined]
            shown = flat(await press(pilot, "enter"))
            assert say("tui_cases.letter-replace") in shown
            await press(pilot, answer)
            now = (tmp_path / "letters" / "abnormal-list.html").stat().st_mtime_ns
            assert (now != kept) is (answer == "y")
    files = sorted(file.name for file in (tmp_path / "letters").iterdir())
    assert files == ["abnormal-list.html", "abnormal-list.xlsx"]
    assert "firm-04" in (tmp_path / "letters" / files[0]).read_text(encoding="utf-8")


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_letter_that_was_written_is_read(own: Path, lang: str) -> None:
    async with opened(own, (80, 24), lang) as pilot:
        await press(pilot, "9", "slash")
        await write(pilot, "kind:abnormal")
        await press(pilot, "enter", "enter")
        place: Any = pilot.app.screen
        await place.yaohao.perform_named("read-letter")
        await settled(pilot)
        assert say("tui_cases.no-letters")[:12] in screen(pilot)  # none was written yet
        await press(pilot, "l")
        await write(pilot, {"zh": "审核列入", "en": "Decision to list"}[lang])
        await press(pilot, "enter", "enter")
        [file] = (own / "letters").rglob("abnormal-list.html")
        shown = flat(await press(pilot, "l"))
        assert "abnormal-list.html" in shown and say("tui_cases.letter-read") in shown
        shown = flat(await press(pilot, "enter"))
        assert "firm-04" in shown and "<p" not in shown and file.name in shown
        assert say("tui_cases.letter-copy").split()[-1] in shown
        copied: list[str] = []
        place.app.copy_text = copied.append
        assert say("tui_cases.letter-copied", file="")[:3] in await press(pilot, "y")
        assert copied == [str(file)]
        await press(pilot, "escape")
        await place.yaohao.perform_named("read-letter")
        await settled(pilot)
        assert "firm-04" in flat(await press(pilot, "down"))
        await press(pilot, "escape")
        # Files that hold letters to several firms are listed where one of them is to this one.
        text = file.read_text(encoding="utf-8")
        (own / "letters" / "abnormal-many.html").write_text(text, encoding="utf-8")
        others = text.replace("firm-04", "firm-040")
        (own / "letters" / "abnormal-others.html").write_text(others, encoding="utf-8")
        await place.yaohao.perform_named("read-letter")
        await settled(pilot)
        shown = screen(pilot)
        assert "abnormal-many.html" in shown and "abnormal-others.html" not in shown
        await write(pilot, "many")
        assert "firm-04" in flat(await press(pilot, "enter"))


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "lang"), by_turns(2, SIZES, LANGUAGES))
async def test_a_list_goes_out_and_its_outcomes_come_back(
    own: Path, tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    people = [
        {"entity_id": f"firm-{n:02d}", "person": f"[b]P{n}", "phone": f"1380013{n:04d}",
         "role": "contact"} for n in range(8)
    ]  # fmt: skip
    contacts = write_csv(tmp_path / "contacts.csv", [*people, {**people[0], "entity_id": "no"}])
    async with opened(own, size, lang) as pilot:
        await press(pilot, "9")
        await choose(pilot, "contacts")
        shown = flat(await fill(pilot, str(contacts), "2027-12-31"))
        assert say("tui_cases.file-refused", size=1) in shown
        await press(pilot, "y")
        with Workspace(own) as space:
            [case] = space.cases.list(kind="annual-report")["cases"]
            space.cases.step(case["id"], "remind", actor="Li")
        await press(pilot, "ctrl+r")
        await choose(pilot, "send")
        await press(pilot, "enter")  # the first: annual report, by text message
        place: Any = pilot.app.screen
        place.query_one("#ask-0").value = str(tmp_path / "lists")
        shown = flat(await fill(pilot, "Li"))
        assert say("tui_cases.send-rows", rows=8, send_from="2027-01-05T09:00") in shown
        assert not (tmp_path / "lists").exists()
        await press(pilot, "y")
        [file] = (tmp_path / "lists").iterdir()
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        assert len(rows) == 8
        back = write_csv(
            tmp_path / "back.csv",
            [{"ref": f"S1-{n}", "outcome": "sent" if n > 2 else "failed"} for n in range(1, 9)],
        )
        await choose(pilot, "outcomes")
        shown = flat(await fill(pilot, str(back)))
        assert say("tui_cases.file-count", what=say("case.count-failed"), size=2) in shown
        await press(pilot, "y")
        shown = flat(await choose(pilot, "sendings"))
        assert "6" in shown and "S1" not in shown
        await press(pilot, "escape", "slash")
        await write(pilot, "kind:abnormal")
        await press(pilot, "enter")
        shown = flat(await choose(pilot, "reach"))
        assert "13800130004" in shown and "[b]P4" in shown
        await press(pilot, "escape")
        shown = flat(await choose(pilot, "told"))
        assert say("tui_cases.outcome-sent") in shown
    with Workspace(own) as space:
        [sending] = space.cases.sendings()
        assert (sending["sent"], sending["failed"], sending["waiting"]) == (6, 2, 0)
        assert b"1380013" not in b"".join(str(line).encode() for line in space.ledger())


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", by_turns(0, LANGUAGES))
async def test_files_open_cases_and_tell_who_has_filed(
    own: Path, tmp_path: Path, lang: str
) -> None:
    filed = write_csv(
        tmp_path / "filed.csv",
        [{"entity_id": "firm-01", "filed_on": "2027-01-03"}, {"entity_id": "?", "filed_on": ""}],
    )
    cases = write_csv(
        tmp_path / "open.csv",
        [{"entity_id": f"firm-0{n}", "filed_on": "2027-01-02", "ends_on": day}
         for n, day in ((2, "2027-12-31"), (3, "someday"))],
    )  # fmt: skip
    async with opened(own, (80, 24), lang) as pilot:
        await press(pilot, "9")
        await choose(pilot, "filed")
        shown = flat(await fill(pilot, str(filed)))
        assert say("tui_cases.file-count", what=say("case.count-filed"), size=1) in shown
        await press(pilot, "y")
        await choose(pilot, "openings")
        await write(pilot, {"zh": "歇业", "en": "suspension"}[lang])
        await press(pilot, "enter")
        shown = flat(await fill(pilot, str(cases), "Li"))
        assert say("tui_cases.file-count", what=say("case.count-opened"), size=1) in shown
        await press(pilot, "y")
    with Workspace(own) as space:
        assert [one["subject"] for one in space.cases.list(kind="suspension")["cases"]] == [
            "firm-02"
        ]
        [cohort] = space.cases.list(kind="annual-report")["cases"]
        assert cohort["members"] == 9


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", by_turns(1, LANGUAGES))
async def test_every_entry_of_the_menu_opens(own: Path, tmp_path: Path, lang: str) -> None:
    async with opened(own, (80, 24), lang) as pilot:
        await press(pilot, "9", "slash")
        await write(pilot, "kind:abnormal")
        await press(pilot, "enter")
        for name in MENU:
            before = pilot.app.here  # type: ignore[attr-defined]
            shown = await choose(pilot, name)
            assert not pilot.app.fault, name  # type: ignore[attr-defined]
            if name != "send":
                assert say(f"tui_cases.menu-{name}") in flat(shown), name
            while pilot.app.screen is not before:
                await press(pilot, "escape")
        await choose(pilot, "write-effects")
        place: Any = pilot.app.screen
        place.query_one("#ask-0").value = str(tmp_path / "effects")
        await press(pilot, "enter")
        assert (tmp_path / "effects" / "scope.csv").is_file()
        await choose(pilot, "forget")
        await press(pilot, "enter")
        assert say("tui_cases.do-it") in screen(pilot)
