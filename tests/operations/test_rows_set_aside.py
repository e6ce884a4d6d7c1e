"""Rows set aside: which go with an import and which stay, and those that are dismissed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from test_import_effects import take
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEADS = "entity_id,name,established_on"
BAD = "E1,Northern,2020-99-99"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "w", "free")
    came = take(workspace, HEADS, ["E0,fine,", BAD], file="north/list.csv")
    assert came["set_aside"] == 1 and came["aside_gone"] == []
    return workspace


def names(workspace: Workspace, register: str = "entities") -> list[str]:
    return [row["row"]["name"] for row in workspace.set_aside(register)]


def test_another_file_of_the_same_name_leaves_them(workspace: Workspace) -> None:
    for number, file in enumerate(("south/list.csv", "2026-11/list.csv", "2026-12/list.csv")):
        came = take(workspace, HEADS, [f"F{number},fine,"], file=file)
        assert came["aside_gone"] == []
    take(workspace, HEADS, ["E7,Southern,never"], file="south/list.csv")
    assert names(workspace) == ["Northern", "Southern"]
    assert len({row["source"] for row in workspace.set_aside()}) == 2
    shown = yaohao("--workspace", workspace.folder, "register", "set-aside").output
    assert "north/list.csv" in shown and "south/list.csv" in shown


def test_the_same_file_takes_its_own_away(workspace: Workspace) -> None:
    trial = take(workspace, HEADS, ["E0,fine,"], file="north/list.csv", dry_run=True)
    assert names(workspace) == ["Northern"]
    came = take(workspace, HEADS, ["E0,fine,"], file="north/list.csv")
    assert came["aside_gone"] == [{"file": "list.csv", "how": "again", "rows": 1}]
    assert trial["aside_gone"] == came["aside_gone"]
    assert names(workspace) == [] and came["changed"]


def test_the_same_content_elsewhere_is_the_same_file(workspace: Workspace) -> None:
    before = workspace.set_aside()
    came = take(workspace, HEADS, ["E0,fine,", BAD], file="backup/list.csv")
    assert not came["changed"] and came["aside_gone"] == []
    assert workspace.set_aside() == before  # with the numbers that a mend file names


@pytest.mark.parametrize("named", ["list.csv", "north/list.csv"])
def test_a_file_supersedes_another(
    workspace: Workspace, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder.parent)
    came = take(workspace, HEADS, ["E5,x,"], file="new/names.csv", supersedes=[named])
    assert came["aside_gone"] == [{"file": "list.csv", "how": "superseded", "rows": 1}]
    assert names(workspace) == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_file_of_which_no_row_was_rejected_supersedes_nothing_and_says_so(
    workspace: Workspace, dry_run: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder.parent)
    given: dict[str, Any] = {"dry_run": dry_run, "supersedes": ["north/lits.csv", "list.csv"]}
    came = take(workspace, HEADS, ["E5,x,"], file="new.csv", **given)
    assert came["idle_supersedes"] == ["north/lits.csv"]
    assert came["files_aside"] == ["list.csv"]
    path = workspace.folder.parent / "new.csv"
    words = ["import", "entities", path, "--supersedes", "lits.csv", "--dry-run"]
    for lang, said in (("en", "no rejected row is from this file"), ("zh", "没有该文件的待更正行")):
        assert said in yaohao("--workspace", workspace.folder, *words, lang=lang).output


def test_a_superseded_path_is_no_other_file_of_its_name(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder.parent)
    take(workspace, HEADS, ["E7,Southern,never"], file="south/list.csv")
    take(workspace, HEADS, ["E5,x,"], file="new.csv", supersedes=["north/list.csv"])
    assert names(workspace) == ["Southern"]


def test_a_row_of_the_same_id_mends(workspace: Workspace) -> None:
    came = take(workspace, HEADS, [" E1 ,Northern,2020-09-09"], file="else.csv")
    assert came["aside_gone"] == [{"file": "list.csv", "how": "mended", "rows": 1}]
    assert names(workspace) == []


def test_its_own_mapping_says_which_column_is_the_id(workspace: Workspace) -> None:
    take(workspace, "LICENCE,name,established_on", ["E8,Eighth,never"], file="c.csv",
         mapping={"entity_id": "LICENCE"})  # fmt: skip
    assert names(workspace) == ["Northern", "Eighth"]
    take(workspace, HEADS, ["E8,Eighth,2020-01-01"], file="d.csv")
    assert names(workspace) == ["Northern"]


def test_the_same_text_mends(workspace: Workspace) -> None:
    """A lead without an id, whose word is explained when its file comes from elsewhere."""
    heads, row = "entity_id,trigger,opened_on", "E1,complaint,03/04/2027"
    take(workspace, heads, [row, "E1,complaint,2027-01-01"], "leads", file="leads.csv")
    assert len(workspace.set_aside("leads")) == 1
    came = take(workspace, heads, [row], "leads", file="moved.csv", date_order="dmy")
    assert came["aside_gone"] == [{"file": "leads.csv", "how": "mended", "rows": 1}]
    assert workspace.set_aside("leads") == []


def test_a_mend_file_brings_them_back(workspace: Workspace) -> None:
    mend = workspace.folder.parent / "mend.csv"
    workspace.export_set_aside("entities", mend)
    text = mend.read_text(encoding="utf-8-sig").replace("2020-99-99", "2020-09-09")
    mend.write_text(text.replace("E1,", "E77,"), encoding="utf-8")
    came = workspace.import_files("entities", [mend])
    assert came["aside_gone"] == [{"file": "list.csv", "how": "returned", "rows": 1}]
    assert names(workspace) == [] and came["effects"]["new"] == 1


def test_what_goes_is_told(workspace: Workspace) -> None:
    path = workspace.folder.parent / "else.csv"
    path.write_text(f"{HEADS}\nE1,Northern,2020-09-09\n", encoding="utf-8")
    here = ("--workspace", workspace.folder, "import", "entities", path)
    assert "Rows of list.csv rejected before and now corrected" in yaohao(*here).output


# dismissals


def test_rows_are_dismissed_with_a_reason(workspace: Workspace) -> None:
    take(workspace, HEADS, [BAD, "E2,Other,never"], file="x/total.csv")
    [first, *_] = workspace.set_aside()
    trial = workspace.dismiss("entities", "a total", numbers=[first["number"]], dry_run=True)
    assert trial["rows"] == 1 and len(workspace.set_aside()) == 3
    gone = workspace.dismiss("entities", " a  total ", numbers=[first["number"]])
    assert (gone["rows"], gone["reason"]) == (1, "a total")
    line = workspace.ledger()[-1]
    assert line["entry"] == gone["entry"]
    assert line["act"]["act"] == "dismissal" and line["act"]["rows"] == 1
    assert "total" not in str(line["act"])  # digests alone
    [kept] = workspace.dismissed("entities")
    assert (kept["why"], kept["row"]) == ("a total", first["row"])
    assert workspace.dismiss("entities", "no", file="total.csv")["rows"] == 2
    assert workspace.set_aside() == []
    workspace.verify_ledger()


def test_a_dismissed_row_does_not_come_back_with_its_file(workspace: Workspace) -> None:
    workspace.dismiss("entities", "gone", everything=True)
    for rows in (["E0,fine,", BAD], [BAD, "E0,fine,", "E3,y,never"]):
        came = take(workspace, HEADS, rows, file="north/list.csv")
        assert came["dismissed"] == 1 and came["rows"] == came["accepted"] + came["set_aside"]
    assert names(workspace) == ["y"]


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("no-reason", {"reason": " ", "everything": True}),
        ("no-rows", {"reason": "x"}),
        ("unknown-rows", {"reason": "x", "numbers": [1, 99]}),
        ("unknown-file", {"reason": "x", "file": "north"}),
    ],
)
def test_what_cannot_be_dismissed(
    workspace: Workspace, code: str, options: dict[str, object]
) -> None:
    with pytest.raises(PlannerError) as error:
        workspace.dismiss("entities", **options)  # type: ignore[arg-type]
    assert [one.code for one in error.value.problems] == [f"effects.{code}"]
    assert names(workspace) == ["Northern"]


def test_the_command_dismisses(workspace: Workspace) -> None:
    here = ("--workspace", workspace.folder, "register")
    [row] = told(*here, "set-aside")["set_aside"]
    shown = yaohao(*here, "set-aside", "--register", "entities").output
    assert shown.splitlines()[2].split()[:2] == [str(row["number"]), "list.csv"]
    gone = told(*here, "dismiss", "--number", row["number"], "--reason", "a total")
    assert (gone["register"], gone["rows"]) == ("entities", 1)
    assert told(*here, "set-aside")["set_aside"] == []
    [kept] = told(*here, "set-aside", "--dismissed")["dismissed"]
    assert kept["why"] == "a total"
    assert "a total" in yaohao(*here, "set-aside", "--dismissed").output
    told(*here, "dismiss", "--all", "--reason", "x", status=2)
    assert "不予处理留待更正的行 1 行" in yaohao(*here[:2], "log", lang="zh").output
