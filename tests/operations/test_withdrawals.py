"""Withdrawals: their day, their evidence, undoing one; the numbers of forms; giving a draw up."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers.cli import SEEDS, fill, told, yaohao
from helpers.workspace_maker import NEXT_CREW_SEED, Maker
from yaohao.planner.draw.evidence import says_something
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.workspace_maker"]


@pytest.fixture
def bureau(made: Maker, tmp_path: Path) -> Workspace:
    """A workspace with the dealt draw `q1`."""
    whole = made(tiers="shown", reserves=2, abandoned=False, leads=2).workspace
    return Workspace(shutil.copytree(whole.folder, tmp_path / "bureau"))


def code(call: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(PlannerError) as caught:
        call(*given, **named)
    return caught.value.problems[0].code


def open_visits(workspace: Workspace, draw: str = "q1") -> list[str]:
    visits = workspace.show(draw)["visits"]
    cells = {v["cell"] for v in visits if v["reserve"]}
    gone = {one["entity_id"] for one in workspace.show(draw)["withdrawals"]}
    return [
        v["entity_id"]
        for v in visits
        if v["cell"] in cells and not v["reserve"] and v["entity_id"] not in gone
    ]


def holds(workspace: Workspace, folder: Path) -> None:
    """Both makes pass, with the audit folder too."""
    workspace.publish("q1", folder / "public")
    workspace.audit("q1", folder / "audit")
    findings = verify_bundle(folder / "public", folder / "audit")
    assert [found.words("en") for found in findings if found.ok is False] == []
    assert verifier.verify(verifier.read_bundle(folder / "public")).passed


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "-",
        "...",
        "none",
        "N/A",
        "aaaaaaa",
        "same as above",
        "无",
        "没有。",
        "见上",
        "1234",
        "（略）",
    ],
)
def test_evidence_that_says_nothing_is_refused(bureau: Workspace, text: str) -> None:
    assert not says_something(text)
    entity = open_visits(bureau)[0]
    lines = len(bureau.ledger())
    assert code(bureau.withdraw, "q1", entity, "9", text) == "withdrawal.empty-evidence"
    assert len(bureau.ledger()) == lines


def test_evidence_that_says_something_is_taken() -> None:
    for text in ("extract", "注销", "现场无人", "licence revoked, =x", "A-17/2027", "gone as well"):
        assert says_something(text), text


def test_the_day_is_the_one_entered(bureau: Workspace, tmp_path: Path) -> None:
    seeded_at, today = bureau.show("q1")["select"]["seeded_at"], bureau.due()["as_of"]
    assert seeded_at is not None
    drawn = seeded_at[:10]
    first, second = open_visits(bureau)[:2]
    for day, problem in (
        ("soon", "withdrawal.bad-day"),
        ("2000-01-01", "withdrawal.day-outside"),
        ("2999-01-01", "withdrawal.day-outside"),
    ):
        assert code(bureau.withdraw, "q1", first, "9", "extract", on=day) == problem
    assert bureau.withdraw("q1", first, "9", "extract", on=drawn)["on"] == drawn
    assert bureau.withdraw("q1", second, "9", "extract")["on"] == today
    holds(bureau, tmp_path)
    shown = (tmp_path / "public" / "draw.json").read_text("utf-8")
    assert '"on"' not in shown  # what is published has the form that it had


def test_a_withdrawal_is_undone_while_it_is_not_public(bureau: Workspace, tmp_path: Path) -> None:
    before = bureau.show("q1")
    first, second = open_visits(bureau)[:2]
    bureau.publish("q1", tmp_path / "public")
    assert bureau.show("q1")["next"] is None
    one = bureau.withdraw("q1", first, "9", "extract")
    bureau.withdraw("q1", second, "9", "extract")
    assert code(bureau.undo_withdrawal, "q1", first, "a mistake") == "withdrawal.not-last"
    assert code(bureau.undo_withdrawal, "q1", second, "-") == "withdrawal.empty-evidence"
    bureau.undo_withdrawal("q1", second.lower(), "a mistake")
    assert bureau.undo_withdrawal("q1", first, "a mistake")["reserve"] == one["reserve"]
    assert {**bureau.show("q1"), "next": None} == before | {"next": None}
    assert bureau.show("q1")["next"] is None
    assert code(bureau.undo_withdrawal, "q1", first, "a mistake") == "withdrawal.none"
    assert bureau.withdraw("q1", first, "9", "extract")["reserve"] == one["reserve"]
    holds(bureau, tmp_path)
    assert code(bureau.undo_withdrawal, "q1", first, "a mistake") == "withdrawal.after-publication"


def test_undone_before_the_crews_the_visits_are_as_they_were(tmp_path: Path) -> None:
    b = fill(tmp_path)
    bureau = ("--workspace", b)
    told(*bureau, "freeze", b / "plans" / "spring.toml")
    told(*bureau, "draw", "spring", "--seed", SEEDS[0])
    entity = told(*bureau, "show", "spring")["visits"][0]["entity_id"]
    gone = ("withdraw", "spring", entity, "--evidence", "found closed")
    assert yaohao(*bureau, *gone).exit_code == 2  # why it is gone is asked for
    told(*bureau, *gone, "--result", "7")
    answer = told(*bureau, "withdraw", "spring", entity, "--undo", "--evidence", "another shop")
    assert answer["entity_id"] == entity
    assert "withdrawal undone" in yaohao(*bureau, "log").stdout
    told(*bureau, *gone, "--result", "7")
    told(*bureau, "staff", "spring")
    again = ("withdraw", "spring", entity, "--undo", "--evidence", "another shop")
    assert "committed to" in yaohao(*bureau, *again).stderr
    told(*bureau, "deal", "spring", "--seed", NEXT_CREW_SEED)
    told(*bureau, "publish", "spring", "--to", tmp_path / "out")
    assert told("verify", tmp_path / "out")["ok"]


def numbers(folder: Path) -> dict[str, str]:
    """By entity its number on the bulletin."""
    sheet = openpyxl.load_workbook(folder / "bulletin.xlsx").worksheets[0]
    return {
        str(row[1]): str(row[0])
        for row in sheet.iter_rows(values_only=True)
        if re.fullmatch(r"\d{4}", str(row[0]))
    }


def test_numbers_stay_with_their_firm_after_a_withdrawal(bureau: Workspace, tmp_path: Path) -> None:
    def written(name: str) -> dict[str, str]:
        bureau.notices("q1", tmp_path / name, ["notices", "bulletin"], each=True)
        each = {
            path.stem.partition("-")[2]: path.stem.partition("-")[0]
            for path in (tmp_path / name / "notices").iterdir()
        }
        table = numbers(tmp_path / name)
        assert {entity: table[entity] for entity in each} == each
        return {**table, **each}

    before = written("before")
    gone = open_visits(bureau)[0]
    used = bureau.withdraw("q1", gone, "9", "extract")["reserve"]
    after = written("after")
    assert {entity: after[entity] for entity in before} == before
    assert used in after and after[used] not in before.values()


def test_giving_a_draw_up_says_what_is_so(tmp_path: Path) -> None:
    b = fill(tmp_path)
    bureau = ("--workspace", b)
    told(*bureau, "freeze", b / "plans" / "spring.toml")
    told(*bureau, "publish", "spring")
    told(*bureau, "draw", "spring", "--seed", SEEDS[0])
    size = sum(not v["reserve"] for v in told(*bureau, "show", "spring")["visits"])
    answer = yaohao(*bureau, "abandon", "spring", "--reason", "a wrong register")
    words = " ".join(answer.stderr.split())
    assert f"with {size} to visit" in words and "yaohao publish spring" in words
    told(*bureau, "freeze", b / "plans" / "spring.toml")
    made = told(*bureau, "abandon", "spring-2", "--reason", "a wrong register")
    assert (made["was"], made["published"], made["drawn"]) == ("committed", None, 0)
