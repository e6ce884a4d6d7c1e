"""Reserves: whoever replaces a withdrawn entity is the next of its own cell, or nobody."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, with_page, written
from helpers.workspace_maker import Made, Maker, seal
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser", "helpers.kept_tables", "helpers.workspace_maker"]
pytestmark = pytest.mark.usefixtures("tables_kept")


def told(folder: Path) -> tuple[list[str], list[str]]:
    """The names of the checks that fail and of those that warn, of reserves alone, with ours."""
    names = ("withdrawals", "reserves", "reserve-passed")
    found = [finding for finding in verify_bundle(folder) if finding.name in names]
    failing = sorted({finding.name for finding in found if finding.ok is False})
    return failing, [finding.name for finding in found if finding.ok is None]


def told_by_the_other(folder: Path) -> tuple[list[str], list[str]]:
    """The same of verify.py."""
    report = independent.verify(independent.read_bundle(folder))
    failing = [result.name for result in report.results if result.status == "fail"]
    warned = [independent.warning_name(warning) for warning in report.warnings]
    return failing, [name for name in warned if name == "reserve-passed"]


# ------------------------------------------------------------------------------ where tiers show


def record_with(reserve: Callable[[maker.Json, maker.Json], str | None]) -> maker.Files:
    record = maker.record_of("dealt", maker.plan_of("shown", 2))
    one = record["withdrawals"][0]
    one["reserve"] = reserve(record, one)
    return maker.bundle_of(record)


def reserves(record: maker.Json, one: maker.Json, own: bool) -> list[str]:
    cells = {visit["entity_id"]: visit["cell"] for visit in record["visits"]}
    return [
        visit["entity_id"]
        for visit in record["visits"]
        if visit["reserve"] and (visit["cell"] == cells[one["entity_id"]]) == own
    ]


SHOWN: dict[str, tuple[Any, tuple[list[str], list[str]]]] = {
    "the next": (lambda r, one: reserves(r, one, True)[0], ([], [])),
    "the one after": (lambda r, one: reserves(r, one, True)[1], (["withdrawals"], [])),
    "of another cell": (lambda r, one: reserves(r, one, False)[0], (["withdrawals"], [])),
    "nobody": (lambda r, one: None, ([], ["reserve-passed"])),
}


@pytest.mark.parametrize("name", SHOWN)
def test_where_tiers_show_all_makes_tell(name: str, tmp_path: Path) -> None:
    reserve, expected = SHOWN[name]
    written(tmp_path, record_with(reserve))
    assert told(tmp_path) == told_by_the_other(tmp_path) == expected


@pytest.mark.parametrize("tiers", ["hidden", "shown"])
def test_a_directed_visit_has_no_reserve(tiers: str, tmp_path: Path) -> None:
    record = maker.record_of("dealt", maker.plan_of(tiers, 2))
    one = record["withdrawals"][0]
    gone = next(v for v in record["visits"] if v["entity_id"] == one["entity_id"])
    gone["result"] = "0"
    directed = next(v for v in record["visits"] if v["standing"] == "directed")
    one.update(entity_id=directed["entity_id"])
    directed["result"] = "9"
    record["results"] = [r for r in record["results"] if r["entity_id"] != gone["entity_id"]]
    assert one["reserve"] is not None
    for reserve, failing in ((one["reserve"], ["withdrawals"]), (None, [])):
        one["reserve"] = reserve
        written(tmp_path, maker.bundle_of(record))
        assert told(tmp_path) == told_by_the_other(tmp_path) == (failing, [])


@pytest.mark.browser
def test_the_page_agrees(browser: Browser, tmp_path: Path) -> None:
    sound = with_page(record_with(SHOWN["the next"][0]))
    base = maker.sealed({name: data for name, data in sound.items() if name != "index.html"})
    visit = browser.open(written(tmp_path, sound))
    for reserve, (failing, warned) in SHOWN.values():
        visit.check_folder({**base, **record_with(reserve)})
        states = visit.states("#folder-result")
        assert (("withdrawals", "fail") in states) == bool(failing)
        assert (("reserve-passed", "open") in states) == bool(warned)


# ----------------------------------------------------------------------------- where they do not


@pytest.fixture(scope="module")
def withdrawn(made: Maker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `public` and `audit` of a dealt draw of which an entity was withdrawn."""
    folder = tmp_path_factory.mktemp("withdrawn")
    one: Made = made(reserves=2)
    space = Workspace(shutil.copytree(one.workspace.folder, folder / "bureau"))
    assert withdraw_one(space, one.draw)
    (folder / "cells.json").write_text(
        json.dumps({v["entity_id"]: v["cell"] for v in space.show(one.draw)["visits"]})
    )
    space.publish(one.draw, folder / "public")
    space.audit(one.draw, folder / "audit")
    space.close()
    return folder


def withdraw_one(space: Workspace, draw: str) -> str | None:
    """Withdraw the first entity whose crew may visit the reserve that is next; that reserve."""
    visits = space.show(draw)["visits"]
    cells = {visit["cell"] for visit in visits if visit["reserve"]}
    for visit in visits:
        if visit["cell"] not in cells or visit["reserve"]:
            continue
        try:
            withdrawn = space.withdraw(draw, visit["entity_id"], "9", "extract")
        except PlannerError as error:
            assert [one.code for one in error.problems] == ["draw.reserve-crew"]
            continue
        return str(withdrawn["reserve"])
    return None


def forged(folder: Path, reserve: Callable[[maker.Json, dict[str, Any]], str | None]) -> None:
    """Another reserve in record and ledger of a folder, and all that hangs on it."""
    cells = json.loads((folder.parent / "cells.json").read_text())
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    lines = (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    acts = [json.loads(line)["act"] for line in lines]
    one = record["withdrawals"][0]
    one["reserve"] = reserve(record, cells)
    next(act for act in acts if act["act"] == "withdrawal")["reserve"] = one["reserve"]
    chained = maker.chain(acts)
    record["ledger"] = chained[-1]["entry"]
    (folder / "draw.json").write_bytes(maker.record_bytes(record))
    (folder / "ledger.jsonl").write_bytes(maker.ledger_bytes(chained))
    (folder / "index.html").unlink(missing_ok=True)
    seal(folder)


def other_cell(record: maker.Json, cells: dict[str, Any]) -> str:
    own = cells[record["withdrawals"][0]["entity_id"]]
    return next(
        str(visit["entity_id"])
        for visit in record["visits"]
        if visit["reserve"] and cells[visit["entity_id"]] != own
    )


HIDDEN: dict[str, tuple[Any, tuple[list[str], list[str]]]] = {
    "as it was": (lambda record, cells: record["withdrawals"][0]["reserve"], ([], [])),
    "of another cell": (other_cell, (["reserves"], [])),
    "nobody": (lambda record, cells: None, ([], ["reserve-passed"])),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_where_tiers_are_hidden_the_audit_tells(name: str, withdrawn: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(withdrawn, tmp_path / "own"))
    reserve, expected = HIDDEN[name]
    for part in ("public", "audit"):
        forged(own / part, reserve)
    assert told(own / "audit") == expected
    assert told(own / "public") == ([], [])
    # verify.py makes the frame anew, and sees the cell of whoever was called
    assert told_by_the_other(own / "audit")[0] == (["selection"] if expected[0] else [])
    both = verify_bundle(own / "public", own / "audit")
    assert sorted({f.name for f in both if f.ok is False}) == expected[0]


def test_a_withdrawal_of_a_stranger_breaks_nothing(withdrawn: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(withdrawn, tmp_path / "own"))
    record = json.loads((own / "audit" / "draw.json").read_text(encoding="utf-8"))
    before = copy.deepcopy(record["withdrawals"])
    record["withdrawals"][0]["entity_id"] = "nobody"
    assert before != record["withdrawals"]
    (own / "audit" / "draw.json").write_bytes(maker.record_bytes(record))
    seal(own / "audit")
    names = {finding.name for finding in verify_bundle(own / "audit") if finding.ok is False}
    assert "withdrawals" in names
    assert "audit-broken" not in names
