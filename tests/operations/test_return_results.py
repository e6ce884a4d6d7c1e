"""Results sent back by a reviewer: they wait for who entered them, and stand in today's list."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, write_csv, yaohao
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.dealt_spring"]

DAY = "2027-03-10"


def refused(function: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(PlannerError) as error:
        function(*args, **more)
    return error.value.problems[0].code


def waiting(workspace: Workspace, me: str = "") -> list[tuple[str, str, int]]:
    lines = workspace.cases.today("2100-01-01", me=me, kind="publication")["lines"]
    return [
        (one["who"], one["subject"], one["number"]) for one in lines if one["band"] == "decision"
    ]


def test_sent_back_entered_again_reviewed(own: Path, tmp_path: Path) -> None:
    with Workspace(own) as workspace:
        one, two = [visit["entity_id"] for visit in workspace.results("spring")["visits"][:2]]
        items = workspace.results_to_enter("spring")["item_ids"]
        for entity in (one, two):
            workspace.enter_results("spring", entity, [{"result": "A"}], by="Li", on=DAY,
                                    all_items=True)  # fmt: skip
        assert waiting(workspace) == [("reviewer", "spring", 2)]
        assert waiting(workspace, "li ") == []
        send = workspace.return_results
        lines, cases = len(workspace.ledger()), workspace.cases.counts()
        assert refused(send, "spring", [one], by="Li", reason="x") == "entry.need-second"
        assert refused(send, "spring", [one], by="Wu", reason=" ") == "entry.need-why"
        assert refused(send, "spring", [], by="Wu", reason="x") == "entry.return-whom"
        assert refused(send, "spring", [one], by="", reason="x") == "entry.nobody-review"
        assert (
            refused(send, "spring", [one], by="Wu", reason="x", items=["I-77"])
            == "entry.item-waits-not"
        )
        tried = send("spring", [one], by="Wu", reason="another shop", dry_run=True)
        assert tried["results"][0]["state"] == "returned" and not tried["changed"]
        assert len(workspace.ledger()) == lines
        back = send("spring", [one], by="Wu", reason="another shop")
        assert back["returned"] == len(items) and back["waiting"] == len(items)
        assert workspace.ledger()[-1]["act"]["act"] == "results"
        assert len(workspace.ledger()) == lines + 1 and workspace.cases.counts() == cases
        assert waiting(workspace) == [("reviewer", "spring", 1), ("clerk", "spring", 1)]
        assert waiting(workspace, "Li") == [("clerk", "spring", 1)]
        assert waiting(workspace, "Wu") == [("reviewer", "spring", 1)]
        assert refused(send, "spring", [one], by="Wu", reason="x") == "entry.was-returned"
        review = workspace.review_results
        assert refused(review, "spring", [one], by="Wu") == "entry.was-returned"
        assert review("spring", by="Wu", every=True)["returned"] == len(items)
        assert refused(workspace.publish, "spring", tmp_path / "site") == "entry.unreviewed"
        # Entered again as it was: no reason is asked for, and it waits for a review again.
        again = workspace.enter_results("spring", one, [{"result": "A"}], by="Li", on=DAY,
                                        all_items=True)  # fmt: skip
        assert again["returned"] == 0 and again["waiting"] == len(items) and again["changed"]
        assert workspace.verify_ledger()
        review("spring", [one], by="Wu")
        assert waiting(workspace) == []
        workspace.publish("spring", tmp_path / "site")
    assert all(finding.ok is not False for finding in verify_bundle(tmp_path / "site"))
    public = b"".join(file.read_bytes() for file in sorted((tmp_path / "site").iterdir()))
    assert b"another shop" not in public
    with Workspace(own) as workspace:
        rows = workspace._workspace.store.connection.execute(
            "SELECT state, role FROM results WHERE entity_id = ? ORDER BY number", (one,)
        ).fetchall()
        assert [row[1] for row in rows[:: len(items)]] == ["clerk", "reviewer", "clerk", "reviewer"]


def test_on_the_command_line(own: Path) -> None:
    there = ("--workspace", own, "results")
    entity = told(*there, "list", "spring")["visits"][0]["entity_id"]
    told(*there, "enter", "spring", entity, "--all-items", "--result", "A", "--on", DAY,
         "--by", "Li")  # fmt: skip
    back = told(*there, "return", "spring", entity, "--by", "Wu", "--reason", "=x [red]")
    assert back["results"][0]["reason"] == "=x [red]"
    assert told(*there, "items", "spring", "--state", "returned")["counts"]["returned"]
    shown = yaohao(*there, "items", "spring")
    assert "sent back" in shown.output and "=x [red]" in shown.output


def test_certificates_that_end_stand_in_the_list(own: Path) -> None:
    with Workspace(own) as workspace:
        roster = workspace._workspace.store.roster("inspectors")
        store = workspace._workspace.store
        ends = ["2027-06-30", "2027-06-30", *(["2029-01-31"] * (len(roster) - 2))]
        with workspace._workspace.act("register"):
            store.put_roster("inspectors", [
                {**row, "certificate_until": day} for row, day in zip(roster, ends, strict=True)
            ])  # fmt: skip
        last = date.fromisoformat(ends[0])
        for edge in ("0001-01-01", "9999-12-31"):
            assert workspace.cases.today(edge)["as_of"] == edge
        assert workspace.cases.clock("0001-01-01", dry_run=True)["as_of"] == "0001-01-01"
        before = (last - timedelta(7)).isoformat()
        lines = workspace.cases.today(before, kind="certificate")["lines"]
        assert ("law", "end", True) in [(one["band"], one["due"], one["hard"]) for one in lines]
        assert sum(one["count"] for one in lines if one["due"] == "end") == ends.count(ends[0])
        after = (last + timedelta(3)).isoformat()
        lines = workspace.cases.today(after, kind="certificate")["lines"]
        assert "renew" in [one["due"] for one in lines]
        assert workspace.cases.counts() == []


def test_a_visit_soon_after_the_last_one_stands_in_the_list(own: Path, tmp_path: Path) -> None:
    with Workspace(own) as workspace:
        told_ = workspace.results("spring")
        entity, last = told_["visits"][0]["entity_id"], date.fromisoformat(told_["window"][1])
        assert workspace.cases.today(last.isoformat(), kind="cap")["lines"] == []
        day = (last - timedelta(20)).isoformat()
        file = write_csv(tmp_path / "v.csv", [{"entity_id": entity, "visited_on": day}])
        workspace.import_inspections([file])
        [line] = workspace.cases.today(last.isoformat(), kind="cap")["lines"]
        free = last + timedelta(40)
        assert (line["band"], line["day"], line["subject"]) == (
            "quarter", free.isoformat(), "spring",
        )  # fmt: skip
        assert workspace.cases.today(last.isoformat(), kind="cap", entity=entity)["lines"]
        assert "60d" in str(line["why"]) or "60" in str(line["why"])
        late = (last + timedelta(1)).isoformat()
        assert workspace.cases.today(late, kind="cap")["lines"] == []  # no visit any more
