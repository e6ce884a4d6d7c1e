"""Today and Cases: from a line to done, lists and filters, two persons, facts, corrections."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import DIGEST, bureau, papers, penalty
from helpers.tui_pilot import SIZES, opened, press, screen, snapshot, snapshots, write
from yaohao.planner.workspace import Workspace
from yaohao.tui.case_filter import as_list, parsed

HOSTILE = "[red]=x() \x1b[31m"
KINDS = [
    {"kind": "penalty", "words": {"zh": "处罚公示", "en": "Publication of a penalty"}},
    {"kind": "repair", "words": {"zh": "修复", "en": "Credit repair"}},
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau with penalties to be served, a listing that waits for a second person, a batch."""
    workspace = bureau(tmp_path_factory.mktemp("cases"))
    workspace.change_setting("letter_mark", "通市监")
    workspace.cases.clock()
    for number in (1, 2, 3):
        penalty(workspace, f"firm-0{number}", str(number))
    facts = {"ground": "late-report", "year": "2026", "verified_on": "2027-01-04"}
    [case] = workspace.cases.open("abnormal", "firm-04", facts=facts, actor="Li", source="case")[
        "cases"
    ]
    workspace.cases.step(case["id"], "propose", documents=papers("approval"), actor="Li")
    workspace.close()
    return workspace.folder


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "own"))


def listed(folder: Path, **wanted: Any) -> list[dict[str, Any]]:
    workspace = Workspace(folder)
    try:
        return [
            dict(workspace.cases.show(one["id"])) for one in workspace.cases.list(**wanted)["cases"]
        ]
    finally:
        workspace.close()


def test_a_filter_is_terms_kinds_and_firms() -> None:
    assert parsed("kind\uff1apenalty due: x firm") == ({"kind": "penalty"}, ["x", "firm"])
    assert as_list("处罚", KINDS) == {"kind": "penalty", "standing": "open"}
    assert as_list("firm-01 standing:closed", KINDS) == {"find": "firm-01", "standing": "closed"}
    assert as_list("repair standing:all", KINDS) == {"kind": "repair", "standing": ""}


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_screens_as_kept(made: Path, size: tuple[int, int]) -> None:
    async with opened(made, size, "zh") as pilot:
        await press(pilot, "1")
        await snapshots(pilot, "today")
        await press(pilot, "9")
        await snapshots(pilot, "cases")
        await press(pilot, "enter")
        await snapshots(pilot, "case")
        await press(pilot, "enter")
        snapshot(f"case-step-zh-{size[0]}", screen(pilot))
        await press(pilot, "escape", "f2", "enter")
        snapshot(f"case-step-en-{size[0]}", screen(pilot))


@pytest.mark.asyncio
async def test_from_a_line_to_done_in_three_keys(own: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("YAOHAO_TODAY", "2027-05-03")
    async with opened(own, (120, 36), "en") as pilot:
        await press(pilot, "1", "m")
        await write(pilot, "Wang")
        shown = await press(pilot, "enter")
        assert "You: Wang" in shown and "! Service" in shown
        while "First reminder" not in marked(screen(pilot)):
            await press(pilot, "down")
        shown = await press(pilot, "enter", "enter", "enter")
        assert "Done in 1 case" in shown
        [case] = listed(own, kind="annual-report")
        assert [one["event"] for one in case["events"]] == ["opened", "step"]
        assert case["events"][-1]["actor"] == "Wang" and case["queued"] == 1
        assert "First reminder" not in await press(pilot, "escape")
        assert "[1 Today]" in screen(pilot)


@pytest.mark.asyncio
async def test_a_folded_line_opens_its_cases_and_steps_them_all(
    own: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("YAOHAO_TODAY", "2027-01-11")
    async with opened(own, (120, 36), "en") as pilot:
        shown = await press(pilot, "1")
        assert "3 businesses or cases" in marked(shown) and "2 working days" in marked(shown)
        shown = await press(pilot, "enter")
        assert "[9 Cases]" in shown and "3 open cases" in shown
        assert "due:serve due_on:2027-01-13" in shown
        assert "Deadlines" in await press(pilot, "enter")
        assert "3 open cases" in await press(pilot, "escape")  # back to those of the line
        shown = await press(pilot, "S")
        assert "Serve both letters" in shown and "announcement" in shown
        assert "3 cases" in await press(pilot, "enter")
        for text in (*papers("a", "b", "c").values(), "Li"):
            await write(pilot, text)
            shown = await press(pilot, "enter")
        assert "Done in 3 cases" in shown and "No open case" in shown
        assert {one["state"] for one in listed(own, kind="penalty")} == {"served"}
        assert "[1 Today]" in await press(pilot, "escape")
        assert "Service (" not in screen(pilot)


@pytest.mark.asyncio
async def test_a_second_person_decides(own: Path) -> None:
    async with opened(own, (120, 36), "en") as pilot:
        await press(pilot, "1")
        shown = await press(pilot, "enter")
        assert "Proposed by" in shown and "Li proposed it, another person" in shown
        shown = await press(pilot, "enter")
        assert "Two persons: Li proposed it" in shown and "auto" in shown
        await write(pilot, DIGEST)
        await press(pilot, "enter")
        await write(pilot, "Li")
        assert "must be taken by a second person" in await press(pilot, "enter")
        assert listed(own, kind="abnormal")[0]["state"] == "proposed"
        # The form is there again, at the name, with what was typed; another name does it.
        await press(pilot, "end", "backspace", "backspace")
        await write(pilot, HOSTILE[:8] + "Wang")
        shown = await press(pilot, "enter")
        assert "Done in 1 case" in shown and "letters: " in shown and "[red]=x(Wang" in shown
        [case] = listed(own, kind="abnormal")
        assert case["state"] == "listed" and len(case["letters"]) == 1


@pytest.mark.asyncio
async def test_whoever_proposed_is_not_asked_to_decide(made: Path) -> None:
    async with opened(made, (120, 36), "en") as pilot:
        assert "Decisions for you (1)" in await press(pilot, "1")
        await press(pilot, "m")
        await write(pilot, "Li")
        assert "Decisions for you (0)" in await press(pilot, "enter")


@pytest.mark.asyncio
async def test_facts_are_noted_and_events_corrected(own: Path) -> None:
    async with opened(own, (120, 36), "en") as pilot:
        await press(pilot, "9", "slash")
        await write(pilot, "firm-02")
        await press(pilot, "enter")
        assert "2 open cases" in screen(pilot)  # the batch too
        await press(pilot, "enter", "e")
        await write(pilot, "number of the decision")
        assert "Known now: 2" in await press(pilot, "enter")
        await write(pilot, "77")
        await press(pilot, "enter")
        await write(pilot, "Zhao")
        assert "Done in 1 case" in await press(pilot, "enter")
        [case] = listed(own, entity="firm-02", standing="open", kind="penalty")
        assert {one["name"]: one["value"] for one in case["facts"]}["decision_number"] == "77"
        await press(pilot, "E")
        assert "as if they had not occurred" in await press(pilot, "down", "enter")
        await write(pilot, "typed wrongly")
        await press(pilot, "enter")
        assert "cannot be undone" in screen(pilot)
        shown = await press(pilot, "y")
        [case] = listed(own, entity="firm-02", standing="open", kind="penalty")
        assert [one["holds"] for one in case["events"]] == [True, False, False]
        assert shown.count("no longer valid") == 1
        assert "no longer valid" in await press(pilot, "z")


@pytest.mark.asyncio
async def test_days_bands_filters_and_what_is_wrong(made: Path) -> None:
    async with opened(made, (80, 24), "en") as pilot:
        assert "Legal deadlines (0)" in await press(pilot, "1")
        await press(pilot, "o")
        await write(pilot, "soon")
        assert "is not a date" in await press(pilot, "enter")
        await press(pilot, "end", *["backspace"] * 4)  # the question is there again
        await write(pilot, "2027-01-11")
        shown = await press(pilot, "enter")
        assert "2027-01-11: 5 things to do" in shown and "no date" not in shown
        assert "3 busi" in shown
        assert "2027-01-04 + 7 working days" in " ".join(
            (await press(pilot, "home", "down", "z")).split()
        )
        await press(pilot, "escape", "home")
        assert "+ Legal deadlines (2)" in await press(pilot, "enter")
        assert "- Legal deadlines (2)" in await press(pilot, "enter")
        await press(pilot, "slash")
        assert "3 things to do" not in await write(pilot, "kind:nosuch")
        assert "no kind of case nosuch" in screen(pilot)
        await press(pilot, "escape", "escape", "escape")
        assert "2027-01-05" in screen(pilot)
        await press(pilot, "9", "slash")
        await write(pilot, "standing:closed")
        assert "No closed case" in await press(pilot, "enter")
        await press(pilot, "escape", "g")
        await write(pilot, "penalty")
        assert "3 open cases" in await press(pilot, "enter")
        assert "kind:penalty" in screen(pilot)


@pytest.mark.asyncio
async def test_a_step_that_is_not_possible_says_why(own: Path) -> None:
    async with opened(own, (120, 36), "en") as pilot:
        await press(pilot, "9", "enter")
        while "not for publication" not in marked(screen(pilot)):
            await press(pilot, "down")
        assert "not allowed here" in await press(pilot, "enter")
        assert all(len(one["events"]) == 1 for one in listed(own, kind="penalty"))


@pytest.mark.asyncio
@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_without_cases_it_says_what_to_do_and_the_clock_opens_some(
    tmp_path: Path, lang: str
) -> None:
    workspace = bureau(tmp_path)
    workspace.close()
    async with opened(workspace.folder, (80, 24), lang) as pilot:
        for key in ("9", "1"):
            shown = await press(pilot, key)
            assert {"en": "First:", "zh": "第一步："}[lang] in shown and "yaohao " not in shown
        await press(pilot, "r")
        await press(pilot, "y")
        kinds = {one["kind"] for one in listed(workspace.folder)}
        assert {"annual-report", "training"} <= kinds
        assert "yaohao case" not in screen(pilot)
        await press(pilot, "r")
        await press(pilot, "ctrl+p")
        await write(pilot, {"en": "cases with", "zh": "后续事项"}[lang])
        assert "[9 " in await press(pilot, "enter")


def marked(shown: str) -> str:
    """The marked row of a screen."""
    return next((line for line in shown.split("\n") if line.startswith(">")), "")
