"""Rehearsals: everything can be tried, nothing leaves the bureau, whatever is made says so."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from helpers.cli import PLAN, SEEDS, SOURCE, fill, told, yaohao
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

DRAW = "rehearsal-spring"


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rehearsal whose draw is dealt; tests only look at it."""
    folder = tmp_path_factory.mktemp("rehearsal")
    real = fill(folder)
    workspace = folder / "practice"
    made = told("init", workspace, "--register", "free", "--rehearsal")
    assert made["rehearsal"] is True
    for name in ("entities", "inspectors", "items", "leads"):
        told("--workspace", workspace, "import", name, folder / f"{name}.csv")
    (workspace / "plans" / "spring.toml").write_text(PLAN.replace("TIERS", "hidden"))
    here = ("--workspace", workspace)
    assert told(*here, "freeze", workspace / "plans" / "spring.toml")["draw"] == DRAW
    told(*here, "draw", DRAW, "--seed", SEEDS[0], "--source", SOURCE)
    told(*here, "staff", DRAW)
    told(*here, "deal", DRAW, "--seed", SEEDS[1], "--source", SOURCE)
    assert "rehearsal" not in (real / "workspace.toml").read_text()
    return workspace


def test_nothing_leaves_the_bureau(rehearsed: Path, tmp_path: Path) -> None:
    here = ("--workspace", rehearsed)
    for words in (
        ("publish", DRAW),
        ("publish", DRAW, "--to", tmp_path / "public"),
        ("publish", DRAW, "--site", tmp_path / "site"),
        ("audit", DRAW, "--to", tmp_path / "audit"),
        ("notices", DRAW, "--to", tmp_path / "forms", "--kind", "bulletin"),
        ("notices", DRAW, "--to", tmp_path / "forms", "--kind", "national", "--kind", "notices"),
    ):
        error = told(*here, *words, status=2)["errors"][0]
        assert error["code"] == "rehearsal.stays-inside", words
    assert not list(tmp_path.iterdir())
    assert not list((rehearsed / "publications").iterdir())


def test_its_ledger_is_none_to_any_verifier(
    rehearsed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who takes the refusal out of the program publishes what nobody takes for a draw."""
    folder = tmp_path / "copy"
    shutil.copytree(rehearsed, folder)
    monkeypatch.setattr(WorkspaceFolder, "refuse_rehearsal", lambda *_: None)
    with Workspace(folder) as workspace:
        workspace.publish(DRAW, tmp_path / "public")
        findings = workspace.verify(tmp_path / "public")
    assert [one for one in findings if one.ok is False]
    script = tmp_path / "public" / "verify.py"
    alone = [sys.executable, "-I", str(script), str(tmp_path / "public")]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_forms_are_marked(rehearsed: Path, tmp_path: Path, lang: str) -> None:
    here = ("--workspace", rehearsed)
    written = told(*here, "notices", DRAW, "--to", tmp_path / "forms", "--lang", lang)
    assert written["kinds"] == ["notices", "records", "worklists"]
    visits = written["visits"]
    for name in written["files"]:
        path = tmp_path / "forms" / name
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            assert text.count("演练") >= (visits if name != "worklists.html" else 1), name
            assert DRAW in text
        else:
            with zipfile.ZipFile(path) as parts:
                sheets = [part for part in parts.namelist() if "worksheets/sheet" in part]
                assert all("演练" in parts.read(part).decode() for part in sheets), name
    told(*here, "worksheet", DRAW, "--to", tmp_path / "w.csv", "--lang", lang)
    rows = (tmp_path / "w.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 10 and all("演练" in row for row in rows[1:])
    entity = told(*here, "show", DRAW)["visits"][0]["entity_id"]
    slip = tmp_path / "slip.html"
    told(*here, "proof", DRAW, entity, "--slip", slip)
    assert "演练" in slip.read_text(encoding="utf-8")


def test_a_template_of_the_bureau_is_marked_too(rehearsed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(rehearsed, folder)
    (folder / "templates").mkdir()
    (folder / "templates" / "notices.html").write_text("<p>{{ plan.title }}: {{ draw }}</p>")
    told("--workspace", folder, "notices", DRAW, "--to", tmp_path / "forms", "--kind", "notices")
    text = (tmp_path / "forms" / "notices.html").read_text(encoding="utf-8")
    assert "演练" in text and DRAW in text


def test_commands_say_so(rehearsed: Path) -> None:
    result = yaohao("--workspace", rehearsed, "status")
    assert "REHEARSAL" in result.stderr and DRAW in result.stdout
    assert "REHEARSAL" not in yaohao("--workspace", rehearsed, "status", "--json").stderr
    assert "演练" in yaohao("--workspace", rehearsed, "show", lang="zh").stderr


@pytest.mark.parametrize("is_rehearsal", [True, False])
def test_the_mark_cannot_be_taken_off_or_put_on(tmp_path: Path, is_rehearsal: bool) -> None:
    folder = tmp_path / "b"
    with Workspace.create(folder, "free", rehearsal=is_rehearsal) as workspace:
        assert workspace.rehearsal is is_rehearsal
    settings = folder / "workspace.toml"
    text = settings.read_text(encoding="utf-8")
    other = text.replace("rehearsal = true\n", "") if is_rehearsal else text + "rehearsal = true\n"
    settings.write_text(other, encoding="utf-8")
    (tmp_path / "e.csv").write_text("entity_id,name\ncafe-1,Cafe\n")
    with Workspace(folder) as workspace:
        assert workspace.rehearsal is is_rehearsal  # the ledger decides
        with pytest.raises(PlannerError) as caught:
            workspace.import_files("entities", [tmp_path / "e.csv"])
        assert caught.value.problems[0].code.startswith("rehearsal.mark-")
        assert len(workspace.ledger()) == 1
    settings.write_text(text, encoding="utf-8")
    with Workspace(folder) as workspace:
        assert workspace.import_files("entities", [tmp_path / "e.csv"])["accepted"] == 1
    settings.write_text(text + 'rehearsal = "yes"\n', encoding="utf-8")
    with pytest.raises(PlannerError):
        Workspace(folder)


def test_a_backup_of_it_is_one_too(rehearsed: Path, tmp_path: Path) -> None:
    told("--workspace", rehearsed, "backup", tmp_path / "b.zip")
    told("restore", tmp_path / "b.zip", "--to", tmp_path / "copy")
    assert "REHEARSAL" in yaohao("--workspace", tmp_path / "copy", "status").stderr
