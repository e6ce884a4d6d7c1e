"""The public door: workspaces that close themselves, and what may be asked without one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cli import fill
from helpers.workspace_maker import Maker
from yaohao.planner.doors.checks import read_public_key, verify_entity_proof
from yaohao.planner.doors.keys import change_passphrase, check_passphrase, make_key, weak_key_rounds
from yaohao.planner.doors.plan_files import check_plan_file, write_new_plan
from yaohao.planner.doors.proof_files import write_proof

import yaohao
from yaohao import PlannerError, Workspace, verify_publication

pytest_plugins = ["helpers.workspace_maker"]


def test_a_workspace_closes_its_database_after_the_block(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "bureau", "free") as workspace:
        assert workspace.draws() == []
    with pytest.raises(sqlite3.ProgrammingError):
        workspace.draws()


def test_a_block_that_raises_closes_the_database_too(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Workspace.create(tmp_path / "bureau", "free") as workspace:
        raise KeyError
    with pytest.raises(sqlite3.ProgrammingError):
        workspace.draws()


def test_every_public_name_is_there() -> None:
    assert all(getattr(yaohao, name) is not None for name in yaohao.__all__)


def test_publications_and_proofs_are_verified_without_a_workspace(
    made: Maker, tmp_path: Path
) -> None:
    done = made()
    findings = verify_publication(done.public["drawn"], done.audit["drawn"])
    assert findings
    assert all(finding.ok is not False for finding in findings)
    copied = done.copied(tmp_path / "copy", "drawn")
    with (copied / "visits.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    assert any(finding.ok is False for finding in verify_publication(copied))

    with Workspace(done.workspace.folder) as workspace:
        proof = workspace.proof(
            done.draw, next(iter(workspace.results(done.draw)["visits"]))["entity_id"]
        )
    write_proof(tmp_path / "proof.json", proof)
    file = tmp_path / "proof.json"
    assert all(one.ok is not False for one in verify_entity_proof(file, done.public["drawn"]))
    document = json.loads(file.read_text(encoding="utf-8"))
    document["leaf"]["name"] = "another"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert any(one.ok is False for one in verify_entity_proof(file, done.public["drawn"]))
    file.write_text("[", encoding="utf-8")
    with pytest.raises(PlannerError):
        verify_entity_proof(file)


def test_a_key_is_made_read_and_encrypted_anew(tmp_path: Path) -> None:
    file = tmp_path / "bureau.key"
    key = make_key(file, "a long passphrase")
    assert read_public_key(f"{file}.pub") == key
    assert weak_key_rounds(file) is None
    with pytest.raises(PlannerError):
        make_key(file, "a long passphrase")
    with pytest.raises(PlannerError):
        check_passphrase(file, "another passphrase")
    assert change_passphrase(file, "a long passphrase", "another passphrase") is not None
    check_passphrase(file, "another passphrase")
    with pytest.raises(PlannerError):
        read_public_key(file)


def test_a_plan_file_is_written_and_checked_without_a_workspace(tmp_path: Path) -> None:
    file = tmp_path / "spring.toml"
    written = write_new_plan(file, "en", id="spring", as_of="2027-03-01")
    assert written["plan"] == "spring"
    assert check_plan_file(file)["plan"] == "spring"
    with pytest.raises(FileExistsError):
        write_new_plan(file, "en", id="spring")
    with pytest.raises(ValueError, match=r"\w"):
        write_new_plan(tmp_path / "other.toml", "en", id="other", as_of="soon")
    assert not (tmp_path / "other.toml").exists()


def test_a_draw_of_the_tiny_workspace_is_listed(tmp_path: Path) -> None:
    with Workspace(fill(tmp_path)) as workspace:
        assert workspace.freeze(workspace.folder / "plans" / "spring.toml")["draw"] == "spring"
        assert [row["draw"] for row in workspace.draws()] == ["spring"]


def test_the_groups_do_what_the_workspace_does(tmp_path: Path) -> None:
    with Workspace(fill(tmp_path)) as workspace:
        assert workspace.registers.register() == workspace.register()
        plan = workspace.folder / "plans" / "spring.toml"
        assert workspace.plans.check_plan(plan) == workspace.check_plan(plan)
        workspace.draws.freeze(plan)
        assert len(workspace.draws()) == 1
        assert workspace.draws()[0]["draw"] == "spring"
        assert workspace.draws.show("spring") == workspace.show("spring")
        assert workspace.publications.public_view("spring") == workspace.public_view("spring")
        groups = (workspace.registers, workspace.plans, workspace.draws, workspace.publications)
        for group in groups:
            names = [name for name in dir(type(group)) if not name.startswith("_")]
            assert names
            assert all(callable(getattr(workspace, name)) for name in names)


def test_errors_at_the_door_have_words_without_a_workspace(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from yaohao.planner.doors.keys import check_new_key\n"
        "from yaohao import PlannerError\n"
        "try: check_new_key(Path(sys.argv[1]))\n"
        "except PlannerError as error: print(error)"
    )
    file = tmp_path / "bureau.key"
    file.touch()
    file.with_name("bureau.key.pub").touch()
    result = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )
    assert str(file) in result.stdout
    assert "key.exists" not in result.stdout


def test_the_faces_print_a_chance_alike() -> None:
    from yaohao.planner.wording.format import chance_words
    from yaohao.scripts.commands import why
    from yaohao.tui import explanation

    assert chance_words(1, 5) == "1/5  20%"
    assert chance_words(1_000, 3_000_000) == "1,000/3,000,000  ~0.0333%"
    assert why.chance_words is explanation.chance_words is chance_words
