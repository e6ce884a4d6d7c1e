"""Acts of cases killed at points spread over them: the workspace opens as before or after."""

from __future__ import annotations

import json
import shutil
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from helpers.case_workspace import DIGEST, bureau
from helpers.cli import write_csv
from helpers.kill_at import Killer
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.workspace import Workspace

FACTS = {"ground": "late-report", "year": 2025, "verified_on": "2027-01-04"}
PAPERS = {"approval": DIGEST, "decision": DIGEST}


@pytest.fixture
def prepared(tmp_path: Path) -> tuple[Path, dict[str, list[Any]]]:
    """A workspace with open cases, and for each act its arguments."""
    workspace = bureau(tmp_path)
    cases = workspace.cases
    cases.clock()
    openings: list[Any] = [[f"firm-{n:02d}", FACTS] for n in range(6)]
    made = cases.open_many("abnormal", openings[:3], source="case", role="clerk", actor="Li")
    ids = [one["id"] for one in made["cases"]]
    cases.step(ids, "propose", actor="Li", documents={"approval": DIGEST})
    people = [{"entity_id": f"firm-{n:02d}", "phone": f"1380013800{n}"} for n in range(4)]
    cases.import_contacts([write_csv(tmp_path / "c.csv", people)], "2027-12-31")
    [cohort] = cases.list(kind="annual-report")["cases"]
    cases.step(cohort["id"], "remind", actor="Li")
    cases.send("annual-report", "sms", tmp_path / "sent")
    filed = write_csv(tmp_path / "filed.csv", [{"entity_id": "firm-07"}, {"entity_id": "firm-08"}])
    out = write_csv(
        tmp_path / "out.csv", [{"ref": f"S1-{n}", "outcome": "sent"} for n in range(1, 5)]
    )
    listing = {
        "role": "reviewer",
        "actor": "Wang",
        "letter": "auto",
        "documents": {"decision": DIGEST},
    }
    acts: dict[str, list[Any]] = {
        "cases.open_many": [
            "abnormal", openings, {"source": "case", "role": "clerk", "actor": "Li"},
        ],
        "cases.step": [ids, "list", listing],
        "cases.correct": [ids[0], 1, "not ours", {"role": "head", "actor": "Zhao"}],
        "cases.clock": [],
        "cases.import_filings": [[str(filed)]],
        "cases.take_outcomes": [[str(out)]],
        "cases.forget_contacts": ["firm-01"],
    }  # fmt: skip
    workspace.close()
    return tmp_path / "bureau", acts


def state(folder: Path) -> Any:
    """What a workspace says of its cases, without ids of the ledger and moments."""
    with Workspace(folder) as workspace:
        cases = workspace.cases
        shown = [cases.show(one["id"]) for one in cases.list(limit=1000)["cases"]]
        for one in shown:
            for event in one["events"]:
                event["at"] = event["entry"] = ""
        assert rebuilt(CaseDesk(workspace._workspace)) == []
        assert workspace.verify_ledger()
        contacts = [cases.contacts(f"firm-{n:02d}") for n in range(4)]
        sent = [(row["sent"], row["waiting"]) for row in cases.sendings()]
        acts = [line["act"]["act"] for line in workspace.ledger()]
        return json.loads(json.dumps([shown, cases.letters(), contacts, sent, acts], default=str))


@pytest.mark.slow
@pytest.mark.parametrize(
    "act",
    [
        "cases.open_many", "cases.step", "cases.correct", "cases.clock", "cases.import_filings",
        "cases.take_outcomes", "cases.forget_contacts",
    ],
)  # fmt: skip
def test_killed_at_any_point_it_is_before_or_after(
    prepared: tuple[Path, dict[str, list[Any]]],
    tmp_path: Path,
    act: str,
    killer: Killer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if act == "cases.clock":
        monkeypatch.setenv("YAOHAO_TODAY", "2027-07-02")
    folder, acts = prepared
    trial = tmp_path / "trial"

    before = state(folder)
    shutil.copytree(folder, trial)
    whole = killer.run(trial, 0, act, acts[act])
    assert whole.returncode == 0, whole.stderr
    after, points = state(trial), int(whole.stdout)
    assert after != before
    some = {1, points, *(1 + n * (points - 1) // 6 for n in range(7))}
    shutil.rmtree(trial)
    shutil.copytree(folder, trial)
    for point in killer.each_left(trial, some, act, acts[act]):
        found = state(trial)
        assert found in (before, after), (point, points)
        if found == before:  # it can be done again
            arguments = json.loads(json.dumps(acts[act]))
            named = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
            with Workspace(trial) as workspace:
                attrgetter(act)(workspace)(*arguments, **named)
            assert state(trial) == after
