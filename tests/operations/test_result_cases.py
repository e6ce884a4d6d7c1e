"""Results open the cases that the table names, once, and end those of who is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli import fill, told, walk, write_csv, yaohao
from yaohao.planner.follow_up.kinds import default_kinds
from yaohao.planner.follow_up.result_cases import TABLE
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.terms import RESULTS
from yaohao.planner.workspace import Workspace

EXPECTED = {
    "6": "abnormal", "B": "abnormal", "C": "abnormal", "A": "guidance", "D": "guidance",
    "F": "guidance", "7": "leaving", "8": "guidance",
}  # fmt: skip
"""What the table says of each code that opens a case without a further fact."""


@pytest.fixture
def dealt(tmp_path: Path) -> Path:
    workspace = fill(tmp_path)
    walk(workspace)
    return workspace


def record(folder: Path, codes: dict[str, str], **more: str) -> Any:
    rows = [
        {"entity_id": entity, "item_id": "I-1", "visited_on": "2027-03-10", "result": code,
         "method": "on-site", "follow_up": "rectify", **more}
        for entity, code in codes.items()
    ]  # fmt: skip
    with Workspace(folder) as workspace:
        file = write_csv(folder.parent / "results.csv", rows)
        return workspace.draws.import_results("spring", [file])


def visited(folder: Path) -> list[str]:
    with Workspace(folder) as workspace:
        return [
            one["entity_id"] for one in workspace.show("spring")["visits"] if not one["reserve"]
        ]


def test_every_code_opens_what_the_table_says_and_only_once(dealt: Path) -> None:
    names = visited(dealt)
    codes = dict(zip(names, EXPECTED, strict=False))
    report = record(dealt, codes)
    wanted: dict[str, int] = {}
    for code in codes.values():
        wanted[EXPECTED[code]] = wanted.get(EXPECTED[code], 0) + 1
    assert report["cases"]["opened"] == wanted
    with Workspace(dealt) as workspace:
        cases = workspace.cases.list(cause="spring", limit=100)["cases"]
        assert {one["subject"]: one["kind"] for one in cases} == {
            name: EXPECTED[code] for name, code in codes.items()
        }
        acts = [line["act"] for line in workspace.ledger()]
        kinds = [act["act"] for act in acts]
        assert kinds[kinds.index("results") + 1] == "case"
        lines = len(acts)
        again = workspace.cases.from_results("spring")
        assert again["opened"] == {} and len(workspace.ledger()) == lines
        assert workspace.verify_ledger()
    assert record(dealt, codes)["cases"]["opened"] == {}


def test_a_result_said_again_reopens_nothing(dealt: Path) -> None:
    name = visited(dealt)[0]
    record(dealt, {name: "6"})
    with Workspace(dealt) as workspace:
        [case] = workspace.cases.list(cause="spring")["cases"]
    digest = "b" * 64
    there = ("--workspace", dealt, "case")
    told(*there, "step", case["id"], "found-reachable", "--by", "Li", "--document",
         f"evidence={digest}", "--day", "2027-01-05", status=2)  # fmt: skip
    with pytest.MonkeyPatch.context() as later_on:
        later_on.setenv("YAOHAO_TODAY", "2027-04-01")
        told(*there, "step", case["id"], "found-reachable", "--by", "Li",
             "--document", f"evidence={digest}")  # fmt: skip
        assert record(dealt, {name: "6"}, follow_up="none")["cases"]["opened"] == {}
        assert told(*there, "list", "--open", "--entity", name)["number"] == 0
        later = record(dealt, {name: "6"}, visited_on="2027-03-20")
        assert later["cases"]["opened"] == {"abnormal": 1}  # another visit found it so again


def test_who_is_gone_ends_their_cases(dealt: Path) -> None:
    name = visited(dealt)[0]
    record(dealt, {name: "6"})
    report = record(dealt, {name: "9"}, visited_on="2027-03-12")
    assert report["cases"]["closed"] == {"abnormal": 1}
    with Workspace(dealt) as workspace:
        [case] = workspace.cases.list(cause="spring")["cases"]
        assert case["state"] == "gone" and case["closed"]


def test_leniency_is_told_as_possible_and_not_proposed(dealt: Path) -> None:
    report = record(dealt, {visited(dealt)[0]: "E"})
    assert report["cases"] == {
        "opened": {},
        "closed": {},
        "possible": {"leniency": 1},
        "words": {"leniency": {"zh": "信用惩戒容错", "en": "Leniency"}},
        "ids": [],
    }


def test_a_problem_dealt_with_opens_no_guidance(dealt: Path) -> None:
    names = visited(dealt)
    report = record(dealt, {names[0]: "D", names[1]: "A"}, follow_up_closed_on="2027-03-12")
    assert report["cases"]["opened"] == {}


def test_the_table_knows_codes_and_kinds_alone() -> None:
    assert set(TABLE) <= {term.code for term in RESULTS}
    known = {kind.id for kind in default_kinds()}
    for openings in TABLE.values():
        for kind, facts in openings:
            own = next(one for one in default_kinds() if one.id == kind)
            assert kind in known and set(facts) <= set(own.facts)
            assert all(value in own.facts[name].options for name, value in facts.items())


def published(lines: list[Any]) -> list[Any]:
    """What is due to be made public; visits that wait for a result stand beside it."""
    return [line for line in lines if line["kind"] == "publication" and line["due"] != "visit"]


def test_results_that_must_be_public_stand_in_the_law_s_clock(dealt: Path) -> None:
    names = visited(dealt)[:3]
    record(dealt, dict.fromkeys(names, "1"))
    there = ("--workspace", dealt, "today", "--as-of")
    early = told(*there, "2027-03-12")
    assert published(early["lines"]) == [] and early["next"]["law"] == "2027-04-07"
    [line] = published(told(*there, "2027-04-06")["lines"])
    assert (line["day"], line["count"], line["subject"], line["late"]) == (
        "2027-04-07", 3, "spring", False,
    )  # fmt: skip
    [line] = published(told(*there, "2027-04-12", "--entity", names[0])["lines"])
    assert line["late"] and line["count"] == 1
    assert "spring: 3 visits" in yaohao(*there, "2027-04-06").stdout
    with Workspace(dealt) as workspace:
        workspace.publish("spring", dealt.parent / "out")
    assert [one for one in told(*there, "2027-04-12")["lines"] if one["late"]] == []


def test_a_ledger_with_acts_of_cases_is_verified_by_both(dealt: Path) -> None:
    record(dealt, dict.fromkeys(visited(dealt)[:4], "6"))
    out = dealt.parent / "out"
    with Workspace(dealt) as workspace:
        workspace.publish("spring", out)
    lines = (out / "ledger.jsonl").read_text(encoding="utf-8")
    (act,) = (line for line in lines.splitlines() if '"act":"case"' in line)
    # Whole ids: four letters alone stand in a digest now and then.
    assert "-" in visited(dealt)[0] and not any(one in act for one in visited(dealt))
    assert verifier.verify(verifier.read_bundle(out)).passed
    assert all(finding.ok is not False for finding in verify_bundle(out))
    forged = lines.replace('"event":"opened"', '"event":"opened","more":"1"')
    (out / "ledger.jsonl").write_text(forged, encoding="utf-8")
    assert not verifier.verify(verifier.read_bundle(out)).passed
    assert any(finding.ok is False for finding in verify_bundle(out))
