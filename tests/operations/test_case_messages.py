"""Messages go out as lists, nobody twice; what became of them is accounted for to the row."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers.case_workspace import bureau
from helpers.cli import fill, told, walk, write_csv
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

PHONES = {f"firm-{n:02d}": f"1380013{n:04d}" for n in range(8)}


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    workspace = bureau(tmp_path)
    workspace.cases.clock()
    people(workspace, tmp_path, PHONES)
    return workspace


def people(workspace: Workspace, folder: Path, phones: dict[str, str], **more: Any) -> Any:
    rows = [
        {"entity_id": one, "person": f"Person of {one}", "phone": phone, "role": "contact"}
        for one, phone in phones.items()
    ]
    file = write_csv(folder / "contacts.csv", rows)
    return workspace.cases.import_contacts([file], "2027-12-31", **more)


def reminded(workspace: Workspace) -> str:
    [case] = workspace.cases.list(kind="annual-report")["cases"]
    workspace.cases.step(case["id"], "remind", actor="Li")
    return str(case["id"])


def outcomes(workspace: Workspace, folder: Path, rows: list[tuple[str, str]]) -> Any:
    file = write_csv(folder / "out.csv", [{"ref": ref, "outcome": word} for ref, word in rows])
    return workspace.cases.take_outcomes([file])


def test_a_list_is_for_its_owner_alone_and_nobody_stands_twice(
    here: Workspace, tmp_path: Path
) -> None:
    reminded(here)
    report = here.cases.send("annual-report", "sms", tmp_path / "lists", actor="Li")
    assert (report["rows"], sorted(report["without"])) == (8, ["firm-08", "firm-09"])
    file = Path(report["file"])
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert {row["entity_id"]: row["phone"] for row in rows} == PHONES
    assert "30 June 2027" in rows[0]["text"] and rows[0]["text"].startswith("Firm")
    assert rows[0]["send_from"] == "2027-01-05 09:00"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700
    # these are on their way: by letter there are only those who could not be called
    rest = here.cases.send("annual-report", "letter", tmp_path / "lists")
    assert (rest["rows"], sorted(rest["without"])) == (0, ["firm-08", "firm-09"])
    [sending] = here.cases.sendings()
    assert (sending["rows"], sending["waiting"], sending["digest"]) == (8, 8, report["digest"])


def test_outcomes_are_accounted_for_and_failures_go_another_way(
    here: Workspace, tmp_path: Path
) -> None:
    case = reminded(here)
    here.cases.send("annual-report", "phone", tmp_path / "lists")
    rows = [(f"S1-{n}", "成功" if n > 2 else "failed") for n in range(1, 9)]
    half = outcomes(here, tmp_path, [*rows[:4], ("S9-1", "sent"), ("S1-5", "perhaps")])
    assert half["counts"] == {"sent": 2, "failed": 2, "unchanged": 0, "unknown": 1}
    assert half["rows"] == sum(half["counts"].values()) + len(half["refused"]) == 6
    assert here.cases.show(case)["queued"] == 1
    rest = outcomes(here, tmp_path, rows)
    assert rest["counts"] == {"sent": 4, "failed": 0, "unchanged": 4, "unknown": 0}
    shown = here.cases.show(case)
    assert shown["queued"] == 0 and shown["events"][-1]["event"] == "sent"
    assert here.cases.told("firm-05")[0]["outcome"] == "sent"
    assert here.cases.told("firm-00")[0]["outcome"] == "failed"
    assert rebuilt(CaseDesk(here._workspace)) == []


def test_a_failed_message_goes_by_the_next_channel(here: Workspace, tmp_path: Path) -> None:
    case = reminded(here)
    here.cases.send("annual-report", "sms", tmp_path / "lists")
    outcomes(here, tmp_path, [("S1-1", "failed")])
    again = here.cases.send("annual-report", "phone", tmp_path / "lists")
    assert again["rows"] == 1
    book = openpyxl.load_workbook(again["file"])
    values = [cell.value for row in book.active.iter_rows() for cell in row if cell.value]
    assert "S2-1" in values and "firm-00" in values
    assert here.cases.show(case)["queued"] == 1


def test_nothing_is_sent_of_a_case_that_has_ended(here: Workspace, tmp_path: Path) -> None:
    case = reminded(here)
    here.cases.correct(case, 2, "too early", role="head", actor="Zhao")
    with pytest.raises(PlannerError):
        here.cases.send("annual-report", "sms", tmp_path / "lists")


def test_wrong_channels_and_folders_are_refused(here: Workspace, tmp_path: Path) -> None:
    reminded(here)
    for channel, code in (("pigeon", "case.unknown-channel"), ("notice", "case.other-channel")):
        with pytest.raises(PlannerError) as error:
            here.cases.send("annual-report", channel, tmp_path / "lists")
        assert error.value.problems[0].code == code
    (tmp_path / "open").mkdir(mode=0o755)
    if os.name == "posix":
        with pytest.raises(PlannerError) as error:
            here.cases.send("annual-report", "sms", tmp_path / "open")
        assert error.value.problems[0].code == "case.open-folder"
    assert here.cases.sendings() == []


def test_contacts_are_kept_until_their_day_and_then_forgotten(
    here: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for until in ("", "2026-12-31"):
        with pytest.raises(PlannerError):
            here.cases.import_contacts([tmp_path / "contacts.csv"], until)
    assert here.cases.contacts("firm-01")[0]["phone"] == PHONES["firm-01"]
    report = people(here, tmp_path, {"firm-01": PHONES["firm-01"], "firm-02": "nonsense"})
    assert report["counts"] == {"new": 0, "known": 1}
    assert [row["reason"] for row in report["refused"]] == ["bad-phone"]
    assert here.cases.forget_contacts("firm-03")["forgotten"] == 1
    monkeypatch.setenv("YAOHAO_TODAY", "2028-01-01")
    assert here.cases.contacts("firm-01") == []
    reminded_later = here.cases.forget_contacts()
    assert reminded_later == {"forgotten": 7, "left": 0}


def test_no_byte_that_is_published_has_a_contact(tmp_path: Path) -> None:
    """Ledger, bundle, page, site, audit folder, forms: not one byte of a person or a number."""
    folder = fill(tmp_path)
    walk(folder)
    secret = {"person": "Zaphod Beeblebrox", "phone": "13912345678"}
    workspace = Workspace(folder)
    row = {"entity_id": "cafe-07", **secret, "role": "owner"}
    workspace.cases.import_contacts([write_csv(tmp_path / "c.csv", [row])], "2027-12-31")
    workspace.cases.clock()
    [case] = workspace.cases.list(kind="annual-report")["cases"]
    with pytest.raises(PlannerError):  # nor can it be written into a fact
        workspace.cases.note(case["id"], {"exempt_reason": f"call {secret['phone']}"})
    workspace.cases.step(case["id"], "remind", actor="Li")
    workspace.cases.send("annual-report", "sms", tmp_path / "lists")
    out = tmp_path / "out"
    workspace.publish("spring", out / "bundle")
    workspace.publish("spring", out / "site", site=True)
    workspace.audit("spring", out / "audit")
    workspace.notices("spring", out / "forms")
    workspace.proofs("spring", out / "proofs")
    (out / "ledger.json").write_text(str(workspace.ledger()), encoding="utf-8")
    (out / "cases.json").write_text(
        str([workspace.cases.show(case["id"]), workspace.cases.today(), workspace.cases.list(),
             workspace.cases.sendings(), workspace.cases.kinds()]), encoding="utf-8",
    )  # fmt: skip
    workspace.close()
    (out / "log.json").write_text(str(told("--workspace", folder, "log")), encoding="utf-8")
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        contents = [path.read_bytes()]
        if zipfile.is_zipfile(path):  # workbooks are compressed
            with zipfile.ZipFile(path) as archive:
                contents += [archive.read(name) for name in archive.namelist()]
        for word in secret.values():
            assert all(word.encode() not in content for content in contents), path
            assert all(word.encode("utf-16-le") not in content for content in contents), path
