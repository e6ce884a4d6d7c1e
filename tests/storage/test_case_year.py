"""Months of a bureau whose clerk clears the list every working day: no hard due is missed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import bureau, papers
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.workspace import Workspace

ANSWERS: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("penalty", "decided"): (
        "serve", {"documents": papers("decision", "repair_notice", "receipt")},
    ),
    ("penalty", "served"): ("show", {"documents": papers("summary")}),
    ("abnormal", "verified"): ("propose", {"documents": papers("approval")}),
    ("abnormal", "proposed"): (
        "list",
        {"role": "reviewer", "actor": "Wang", "letter": "auto", "documents": papers("decision")},
    ),
}  # fmt: skip
"""What the clerk does in a state; the second person decides."""

FACTS: dict[str, Any] = {
    "penalty": lambda day, n: {"decided_on": day, "bare": False, "decision_number": str(n)},
    "abnormal": lambda day, n: {"ground": "late-report", "year": 2026, "verified_on": day},
}


def clear(workspace: Workspace) -> int:
    """Do what the list asks for; how many cases were stepped."""
    done = 0
    for line in workspace.cases.today()["lines"]:
        if line["band"] not in ("law", "decision"):
            continue
        # A line names the first of its cases; the others are asked for by what is due in them.
        rows = workspace.cases.list(
            kind=line["kind"], due=line["due"], due_on=(line["day"] or "") if line["due"] else "",
            waits="" if line["due"] else line["who"], standing="open", limit=1000,
        )["cases"]  # fmt: skip
        for one in rows:
            answer = ANSWERS.get((one["kind"], one["state"]))
            if answer is not None:
                step, how = answer
                workspace.cases.step(one["id"], step, **{"actor": "Li", **how})
                done += 1
    return done


@pytest.mark.slow
def test_no_hard_due_is_missed_where_the_list_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    monkeypatch.setenv("YAOHAO_TODAY", "2027-01-05")
    workspace = bureau(tmp_path, 40)
    calendar = CaseDesk(workspace._workspace).counting
    day, opened, stepped = date(2027, 1, 5), 0, 0
    while day < date(2027, 4, 30):
        monkeypatch.setenv("YAOHAO_TODAY", day.isoformat())
        if chance.random() < 0.45:
            kind = chance.choice(sorted(FACTS))
            facts = FACTS[kind](day.isoformat(), opened)
            report = workspace.cases.open(
                kind, f"firm-{chance.randrange(38):02d}", facts=facts, actor="Li",
                source="case" if kind == "abnormal" else "person",
            )  # fmt: skip
            opened += report["number"]
        if calendar.day(day).working:
            stepped += clear(workspace)
        if day.day % 7 == 0:
            workspace.cases.clock()
        day += timedelta(1)
    workspace.cases.clock()
    assert opened > 30 and stepped > 60
    desk = CaseDesk(workspace._workspace)
    for one in desk.load_all(desk.store.case_numbers()).values():
        if one.case.kind not in FACTS:
            continue
        late = [event["step"] for event in one.case.events if event["event"] == "late"]
        assert [name for name in late if one.kind.dues[name].hard] == [], one.case.id
    assert rebuilt(desk) == [] and workspace.verify_ledger()
