"""What commands print with ``--json`` is what their types say; the ledger's acts too."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest
from helpers.cli import SEEDS, SOURCE, fill, told, yaohao
from helpers.typed import mismatches
from yaohao.planner.schema import ledger_acts
from yaohao.planner.schema.ledger_acts import ACTS
from yaohao.planner.schema.reports import (
    ceremony,
    draws,
    ledger,
    plans,
    publications,
    registers,
    review,
    workspace,
)
from yaohao.planner.storage.ledger_rows import LedgerRows
from yaohao.planner.verification import schemas
from yaohao.planner.workspace import Workspace
from yaohao.scripts import make_json_docs


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a small workspace's commands print, from the registers to an abandoned draw, and what
    the public door gives that no command prints.
    """
    folder = tmp_path_factory.mktemp("reports")
    space = fill(folder)
    door = Workspace(space)
    documents: dict[str, Any] = {}

    def run(name: str, *words: Any) -> Any:
        documents[name] = told("--workspace", space, *words)
        return documents[name]

    plan = space / "plans" / "spring.toml"
    broken = folder / "broken.csv"
    broken.write_text("entity_id,name\n,\n", encoding="utf-8")
    yaohao("--workspace", space, "import", "entities", broken)
    run("register", "register")
    run("plan-check", "plan", "check", plan)
    run("preview", "plan", "preview", plan)
    run("preview-against", "plan", "preview", plan, "--against", plan)
    run("simulation", "simulate", plan, "--years", 2)
    run("entity", "register", "entity", "cafe-07")
    run("status-plan", "status")
    run("recusal", "recuse", "P-1", "cafe-07", "--reason", "a family of theirs")
    documents["recusals"] = door.recusals()
    run("absence", "absent", "P-1", "2027-03-01", "2027-03-02")
    documents["absences"] = door.absences()
    run("freeze", "freeze", plan)
    documents["ceremony-committed"] = door.ceremony("spring")
    run("commitment", "commitment", "spring")
    run("publish-unsigned", "publish", "spring")
    run("draw", "draw", "spring", "--seed", SEEDS[0], "--source", SOURCE)
    documents["staffing"] = door.staffing("spring")
    documents["worksheet"] = run("worksheet", "worksheet", "spring")
    run("publish-trial", "publish", "spring", "--dry-run")
    run("staff", "staff", "spring")
    run("deal", "deal", "spring", "--seed", SEEDS[1], "--source", SOURCE, "--witness", "Li Na")
    show = run("show", "show", "spring")
    documents["outcome"] = run("review", "review", "spring")["outcome"]
    for by in ("tier", "cell", "crew"):
        documents[f"tally-{by}"] = run("tally", "review", "spring", "--by", by)["tally"]
    run("publish", "publish", "spring")
    run("audit", "audit", "spring", "--to", folder / "audit")
    run("proof", "proof", "spring", show["visits"][0]["entity_id"])
    run("proof-directed", "proof", "spring", "cafe-07")
    run("proofs", "proof", "spring", "--all", "--to", folder / "proofs")
    run("notices", "notices", "spring", "--to", folder / "forms")
    run("verify", "verify", documents["publish"]["folder"])
    run("why", "why", "spring", show["visits"][0]["entity_id"])
    run("why-neighbours", "why", "spring", show["visits"][0]["entity_id"], "--neighbours", 1)
    documents["ceremony"] = door.ceremony("spring")
    documents["staffing-closed"] = door.staffing("spring")
    documents["draws"] = list(door.draws())
    run("worksheet-file", "worksheet", "spring", "--to", folder / "visits.csv")
    run("withdrawal", "withdraw", "spring", show["visits"][0]["entity_id"], "--result", "9",
        "--evidence", "the door was locked on three days")  # fmt: skip
    run("due", "due")
    run("status", "status")
    run("stamp", "stamp", "request", documents["publish"]["folder"])
    documents["settings"] = list(door.list_settings())
    run("backup", "backup", folder / "backup.zip")
    run("log", "log")
    run("log-verify", "log", "--verify")
    second = space / "plans" / "autumn.toml"
    second.write_text(plan.read_text(encoding="utf-8").replace('"spring"', '"autumn"'), "utf-8")
    run("freeze-second", "freeze", second)
    run("abandon", "abandon", "autumn", "--reason", "a wrong plan")
    documents["acts"] = [line["act"] for line in run("log-second", "log")["ledger"]]
    return documents


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("register", registers.RegisterReport),
        ("freeze", draws.FreezeReport),
        ("freeze-second", draws.FreezeReport),
        ("commitment", draws.CommitmentReport),
        ("draw", draws.SelectionReport),
        ("staff", draws.StaffReport),
        ("deal", draws.CrewReport),
        ("outcome", draws.OutcomeReport),
        ("abandon", draws.AbandonReport),
        ("publish", publications.PublishReport),
        ("publish-unsigned", publications.PublishReport),
        ("audit", publications.AuditReport),
        ("proof", publications.ProofReport),
        ("proof-directed", publications.ProofReport),
        ("proofs", publications.ProofsReport),
        ("notices", publications.NoticesReport),
        ("verify", publications.VerifyReport),
        ("log", ledger.LedgerReport),
        ("log-verify", ledger.ChainReport),
        ("plan-check", plans.PrintedPlanCheck),
        ("preview", plans.PreviewReport),
        ("preview-against", plans.ComparedPreview),
        ("simulation", plans.SimulationReport),
        ("entity", registers.EntityReport),
        ("recusal", registers.InspectorNote),
        ("recusals", list[registers.RecusalRow]),
        ("absence", registers.InspectorNote),
        ("absences", list[registers.AbsenceRow]),
        ("status-plan", workspace.OverviewReport),
        ("status", workspace.OverviewReport),
        ("settings", list[workspace.SettingReport]),
        ("backup", workspace.BackupReport),
        ("show", draws.DrawReport),
        ("review", review.ReviewReport),
        ("tally-tier", list[review.CodeTally]),
        ("tally-cell", list[review.CellTally]),
        ("tally-crew", list[review.CrewTally]),
        ("draws", list[draws.DrawLine]),
        ("why", draws.ExplanationReport),
        ("why-neighbours", draws.RankedExplanation),
        ("withdrawal", draws.WithdrawalReport),
        ("ceremony-committed", ceremony.CeremonyReport),
        ("ceremony", ceremony.CeremonyReport),
        ("staffing", ceremony.StaffingReport),
        ("staffing-closed", ceremony.StaffingReport),
        ("publish-trial", publications.PublishTrial),
        ("worksheet", publications.WorksheetReport),
        ("worksheet-file", publications.WorksheetFile),
        ("due", publications.DueReport),
    ],
)
def test_what_is_printed_is_of_its_type(printed: dict[str, Any], name: str, kind: Any) -> None:
    assert list(mismatches(printed[name], kind)) == []


def _type_of(act: dict[str, Any]) -> Any:
    name = act["act"].capitalize()
    if name == "Commitment":
        name = act["round"].capitalize() + name
    return getattr(ledger_acts, f"{name}Act")


def test_every_act_of_a_ledger_is_of_its_type(printed: dict[str, Any]) -> None:
    acts = printed["acts"]
    assert len({act["act"] for act in acts}) >= 9
    for act in acts:
        assert list(mismatches(act, _type_of(act))) == []


def test_the_verifier_asks_for_the_keys_of_the_types() -> None:
    shapes = [*schemas._ACTS.values(), *schemas._COMMITMENTS.values()]
    assert sorted(sorted(shape) for shape in shapes) == sorted(
        sorted(get_type_hints(kind)) for kind in ACTS
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [({"size": "1"}, "size"), ({"extra": 1}, "extra"), ({"set_aside": True}, "set_aside")],
)
def test_the_check_of_types_sees_what_does_not_fit(change: dict[str, Any], said: str) -> None:
    good = {"size": 1, "set_aside": 0}
    assert list(mismatches(good, registers.RegisterSize)) == []
    assert any(said in one for one in mismatches({**good, **change}, registers.RegisterSize))
    assert any("missing" in one for one in mismatches({"size": 1}, registers.RegisterSize))


def test_only_acts_of_a_kind_can_be_entered() -> None:
    assert set(get_args(ledger_acts.LedgerAct)) == set(ACTS)
    assert get_type_hints(LedgerRows.append)["act"] == ledger_acts.LedgerAct


def test_no_two_types_of_the_page_have_one_name() -> None:
    names = [
        line for line in make_json_docs.page().splitlines() if line.startswith(("## ", "### "))
    ]
    assert len(names) > 100
    assert sorted(names) == sorted(set(names))


def test_the_page_of_json_documents_is_up_to_date() -> None:
    assert make_json_docs.PAGE.read_text(encoding="utf-8") == make_json_docs.page()
