"""Results entered by one person, reviewed by another, then published; corrections are kept."""

from __future__ import annotations

import sqlite3
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from helpers.cli import told, write_csv, yaohao
from yaohao.planner.follow_up.next_visits import next_visits
from yaohao.planner.follow_up.typed_results import Visit, typed_rows
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.dealt_spring"]

DAY = "2027-03-10"
HOSTILE = "=cmd() \x1b[31m<script>"


def visits(folder: Path) -> list[dict[str, Any]]:
    with Workspace(folder) as workspace:
        return list(workspace.results("spring")["visits"])


def refused(function: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(PlannerError) as error:
        function(*args, **more)
    return error.value.problems[0].code


def test_entered_reviewed_published_corrected(own: Path, tmp_path: Path) -> None:
    first = visits(own)[0]
    entity, crew = first["entity_id"], first["inspectors"]
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"what was seen")
    there = ("--workspace", own, "results")
    enter = (*there, "enter", "spring", entity, "--item", "I-1=A", "--on", DAY)
    tried = told(*enter, "--by", "Zhou Qi", "--dry-run")
    assert tried["results"][0]["result"] == "A" and not tried["changed"]
    assert told(*there, "items", "spring")["results"] == []
    entered = told(
        *enter, "--by", "Zhou Qi", "--finding", HOSTILE, "--evidence", photo,
        "--statement", "we will mend it", "--follow-up", "责令改正", "--method", "on-site",
    )  # fmt: skip
    [row] = entered["results"]
    assert entered["changed"] and entered["waiting"] == 1 and entered["next"] != entity
    assert row["evidence"] == [{"name": "photo.jpg", "sha256": file_digest(photo)}]
    assert row["officers"] == crew and row["follow_up"] == "rectify"
    assert entered["cases"]["opened"] == {"guidance": 1}
    again = told(
        *enter, "--by", "Zhou Qi", "--finding", HOSTILE, "--evidence", photo,
        "--statement", "we will mend it", "--follow-up", "rectify", "--method", "on-site",
    )  # fmt: skip
    assert not again["changed"] and again["unchanged"] == 1

    site = tmp_path / "public"
    for extra in (("--dry-run",), ()):
        held = told("--workspace", own, "publish", "spring", "--to", site, *extra, status=2)
        assert held["errors"][0]["code"] == "entry.unreviewed"
    assert not site.exists()
    held = told(
        "--workspace", own, "notices", "spring", "--to", site, "--kind", "national", status=2
    )
    assert held["errors"][0]["code"] == "entry.unreviewed"
    forms = told("--workspace", own, "notices", "spring", "--to", tmp_path / "forms")
    assert {"bulletin", "national"} <= set(forms["left_out"])
    mine = told(*there, "review", "spring", entity, "--by", " zhou qi", status=2)
    assert mine["errors"][0]["code"] == "entry.need-second"
    reviewed = told(*there, "review", "spring", "--all", "--by", "Wang")
    assert reviewed["waiting"] == 0 and reviewed["results"][0]["entered_by"] == "Zhou Qi"
    none = told(*there, "review", "spring", "--all", "--by", "Wang", status=2)
    assert none["errors"][0]["code"] == "entry.none-waits"
    assert told(*there, "items", "spring", "--state", "reviewed")["counts"]["reviewed"] == 1

    assert yaohao("--workspace", own, "publish", "spring", "--to", site).exit_code == 0
    assert all(finding.ok is not False for finding in verify_bundle(site))
    assert verifier.verify(verifier.read_bundle(site)).passed
    public = b"".join(file.read_bytes() for file in sorted(site.iterdir()))
    for private in (
        b"we will mend it",
        b"photo.jpg",
        file_digest(photo).encode(),
        b"Zhou Qi",
        b"cmd()",
    ):
        assert private not in public
    [row] = told(*there, "items", "spring", "--entity", entity)["results"]
    assert (row["state"], row["person"], row["finding"][:6]) == ("published", "Wang", "=cmd()")

    correction = (*there, "enter", "spring", entity, "--item", "I-1=1", "--on", DAY, "--by", "Wang")
    assert told(*correction, status=2)["errors"][0]["code"] == "entry.need-reason"
    corrected = told(*correction, "--reason", "mixed up with the neighbour")
    assert corrected["waiting"] == 1 and corrected["results"][0]["state"] == "entered"
    with Workspace(own) as workspace:
        kept = workspace._workspace.store.connection.execute(
            "SELECT state, person, result FROM results ORDER BY number"
        ).fetchall()
        assert [tuple(row) for row in kept] == [
            ("entered", "Zhou Qi", "A"), ("reviewed", "Wang", "A"), ("entered", "Wang", "1"),
        ]  # fmt: skip
        assert [line["act"]["act"] for line in workspace.ledger()].count("results") == 3
        assert workspace.verify_ledger()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_a_person_reads(own: Path, lang: str) -> None:
    entity = visits(own)[0]["entity_id"]
    there = ("--workspace", own, "results")
    enter = (*there, "enter", "spring", entity, "--item", "I-1=1", "--on", DAY, "--by", "Wu")
    shown = yaohao(*enter, "--finding", HOSTILE, lang=lang)
    assert shown.exit_code == 0 and "\x1b" not in shown.output
    assert {"en": "entered", "zh": "已录入"}[lang] in shown.stdout
    shown = yaohao(*there, "--workspace", own, "items", "spring", "--format", "csv", lang=lang)
    assert shown.exit_code == 0 and ",=cmd" not in shown.stdout
    assert yaohao(*there, "review", "spring", "--all", "--by", "Li", lang=lang).exit_code == 0
    listed = yaohao(*there, "spring", "--limit", "1", lang=lang)
    assert listed.stdout == yaohao(*there, "list", "spring", "--limit", "1", lang=lang).stdout
    assert yaohao(*there, lang=lang).exit_code == yaohao(*there, "nosuch", lang=lang).exit_code == 2


@pytest.mark.parametrize("step", ["enter", "review"])
def test_an_act_that_ends_half_way_leaves_all_as_it_was(own: Path, step: str) -> None:
    entity = visits(own)[0]["entity_id"]
    with Workspace(own) as workspace:
        enter = partial(
            workspace.enter_results, "spring", entity, [{"result": "A"}], by="Li", on=DAY
        )
        review = partial(workspace.review_results, "spring", by="Wu", every=True)
        if step == "review":
            enter()
        before = workspace.ledger(), workspace.result_items("spring"), workspace.results("spring")
        stop = patch(
            "yaohao.planner.storage.kept_results.cases_of_results", side_effect=KeyboardInterrupt
        )
        with stop, pytest.raises(KeyboardInterrupt):
            enter() if step == "enter" else review()
        after = workspace.ledger(), workspace.result_items("spring"), workspace.results("spring")
        assert after == before
        enter() if step == "enter" else review()
        assert len(workspace.ledger()) > len(before[0])


def test_files_need_no_review_and_may_be_corrected_by_hand(own: Path, tmp_path: Path) -> None:
    one, two = (visit["entity_id"] for visit in visits(own)[:2])
    rows = [{"entity_id": one, "item_id": "I-1", "visited_on": DAY, "result": "1"}]
    with Workspace(own) as workspace:
        workspace.import_results("spring", [write_csv(tmp_path / "r.csv", rows)])
        workspace.publish("spring", tmp_path / "first")
        given = [{"result": "B"}]
        workspace.enter_results("spring", one, given, by="Li", on=DAY, reason="seen again")
        workspace.enter_results("spring", two, given, by="Wu", on=DAY)
        told = workspace.review_results("spring", by="Li", every=True)
        assert [row["entity_id"] for row in told["results"]] == [two] and told["unchanged"] == 1
        assert (
            refused(workspace.review_results, "spring", by="Li", every=True) == "entry.need-second"
        )
        assert refused(workspace.review_results, "spring", [two], by="X") == "entry.none-waits-of"
        assert refused(workspace.publish, "spring", tmp_path / "second") == "entry.unreviewed"


def test_what_is_refused_changes_nothing(own: Path, tmp_path: Path) -> None:
    entity = visits(own)[0]["entity_id"]
    good = {"item_id": "I-1", "result": "1"}
    with Workspace(own) as workspace:
        lines = len(workspace.ledger())
        for code, given, more in (
            ("entry.nobody-enter", good, {"by": "  "}),
            ("entry.day-early", good, {"on": "2027-03-01"}),
            ("entry.day-late", good, {"on": "2101-01-01"}),
            ("entry.bad-day", good, {"on": "tomorrow"}),
            ("entry.unknown-item", {**good, "item_id": "I-9"}, {}),
            ("entry.no-result", {**good, "result": "0"}, {}),
            ("entry.unknown-result", {**good, "result": "fine"}, {}),
            ("entry.unknown-method", {**good, "method": "by ear"}, {}),
            ("entry.unknown-follow-up", {**good, "follow_up": "shout"}, {}),
            ("entry.closed-outside", {**good, "follow_up_closed_on": "2027-03-09"}, {}),
            ("entry.no-evidence", good, {"evidence": [tmp_path / "none"]}),
            ("workspace.unknown-inspector", good, {"officers": ["Q"]}),
        ):
            how = {"by": "Li", "on": DAY, **more}
            assert refused(workspace.enter_results, "spring", entity, [given], **how) == code
        twice = refused(workspace.enter_results, "spring", entity, [good, good], by="Li", on=DAY)
        assert twice == "entry.item-twice"
        none = refused(workspace.enter_results, "spring", entity, [], by="Li", on=DAY)
        assert none == "entry.no-items"
        assert refused(workspace.review_results, "spring", by="Li") == "entry.review-whom"
        assert refused(workspace.review_results, "spring", [entity], by="") == "entry.nobody-review"
        assert (
            len(workspace.ledger()) == lines and workspace.result_items("spring")["results"] == []
        )
        rows = workspace._workspace.store.connection
        workspace.enter_results("spring", entity, [good], by="Li", on=DAY)
        for table in ("results", "result_details"):
            with pytest.raises(sqlite3.IntegrityError):
                rows.execute(f"DELETE FROM {table}")


def test_a_visit_is_passed_only_when_every_item_was_inspected() -> None:
    day = date(2027, 3, 10)
    visit = Visit("E", day, day, day, ("A", "B"))
    with pytest.raises(PlannerError):
        typed_rows(visit, [{"result": "1"}])  # of which items?
    [row] = typed_rows(visit, [{"item_id": "B", "result": "未发现问题"}])
    from yaohao.planner.follow_up.results import visit_result

    assert visit_result([row], visit.items) == "0"
    other = typed_rows(visit, [{"item_id": "A", "result": "1"}])
    assert visit_result([row, *other], visit.items) == "1"


def test_next_visit_and_next_crew() -> None:
    crews = {"a": "PQ", "b": "PQ", "c": "RS", "d": "PQ", "e": "TU"}
    made = [
        {"entity_id": one, "inspectors": list(crew), "result": "1" if one == "b" else "0"}
        for one, crew in crews.items()
    ]
    assert next_visits(made, "a") == ("c", "c")
    assert next_visits(made, "c") == ("d", "e")
    assert next_visits(made, "e") == ("a", "a")
    assert next_visits(made, "") == ("a", "a")
    assert next_visits(made[1:2], "b") == ("", "")
