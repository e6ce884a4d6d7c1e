"""The workspace's folder: nothing of anybody's goes, killed acts are swept, what is odd is told."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import PLAN, SOURCE, fill, told, walk, write_csv, yaohao
from helpers.kill_at import Killer
from yaohao.planner.storage import leftovers
from yaohao.planner.storage.database import FILE, Database
from yaohao.planner.storage.leftovers import INTENTION
from yaohao.planner.storage.lock import hold
from yaohao.planner.vocabulary.files import FRESH
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder but those that SQLite and the lock keep."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("planner.")
    }


def warned(workspace: Path, kind: str) -> list[dict[str, Any]]:
    return [
        one for one in told("--workspace", workspace, "status")["warnings"] if one["kind"] == kind
    ]


def code(error: pytest.ExceptionInfo[PlannerError]) -> str:
    return error.value.problems[0].code


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("folder"))


@pytest.fixture
def workspace(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "bureau"))


# what is not ours


def test_a_database_from_a_backup_costs_no_frame(workspace: Path) -> None:
    backup = (workspace / FILE).read_bytes()
    walk(workspace, "freeze")
    frames = everything(workspace / "frames")
    assert len(frames) == 4
    (workspace / FILE).write_bytes(backup)
    found = warned(workspace, "strangers")
    assert [(one["folder"], one["size"]) for one in found] == [("frames", 1)]
    told("--workspace", workspace, "recuse", "P-1", "cafe-01")
    told("--workspace", workspace, "freeze", workspace / "plans" / "spring.toml")
    assert frames.items() <= everything(workspace / "frames").items()
    text = yaohao("--workspace", workspace, "status").output
    assert "not known to the database" in " ".join(text.split())
    text = yaohao("--workspace", workspace, "status", lang="zh").output
    assert "1 项不在数据库中" in text


def test_a_snapshot_of_another_database_is_not_written_over(
    workspace: Path, tmp_path: Path
) -> None:
    backup = (workspace / FILE).read_bytes()
    more = write_csv(tmp_path / "more.csv", [{"entity_id": "new-1", "name": "New", "tier": "A"}])
    told("--workspace", workspace, "import", "entities", more)
    before = everything(workspace / "register")
    (workspace / FILE).write_bytes(backup)
    told("--workspace", workspace, "import", "entities", more)
    after = everything(workspace / "register")
    assert before.items() <= after.items() and len(after) == len(before) + 1
    assert told("--workspace", workspace, "register")["registers"]["entities"] == 61


def test_own_files_among_ours_stay_and_are_told(workspace: Path) -> None:
    (workspace / "register" / "entities" / "notes.txt").write_text("mine")
    (workspace / "frames" / "drafts").mkdir()
    (workspace / "frames" / "drafts" / "a.txt").write_text("mine")
    (workspace / "frames" / f"{FRESH}mine").write_text("hand-made, not one of our names")
    told("--workspace", workspace, "recuse", "P-1", "cafe-02")
    assert (workspace / "register" / "entities" / "notes.txt").read_text() == "mine"
    assert (workspace / "frames" / "drafts" / "a.txt").read_text() == "mine"
    assert [one["size"] for one in warned(workspace, "strangers")] == [1, 2]


@pytest.mark.parametrize("part", ["frames", "register", "register/entities"])
def test_nothing_is_swept_through_a_link(workspace: Path, tmp_path: Path, part: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(workspace / part, elsewhere)
    (workspace / part).symlink_to(elsewhere, target_is_directory=True)
    inner = elsewhere / "entities" if part == "register" else elsewhere
    (inner / f"{FRESH}{'0' * 32}").mkdir()
    (inner / f"{FRESH}{'0' * 32}" / "a").write_text("a")
    before = everything(elsewhere)
    mode = elsewhere.stat().st_mode
    told("--workspace", workspace, "recuse", "P-1", "cafe-03")
    assert everything(elsewhere) == before
    assert elsewhere.stat().st_mode == mode
    walk(workspace, "freeze")  # and the work goes on behind the link


def test_through_a_link_to_the_workspace(workspace: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(workspace, target_is_directory=True)
    (workspace / "frames" / f"{FRESH}{'1' * 32}").mkdir()
    walk(link)
    assert [path.name for path in workspace.rglob(f"{FRESH}*")] == []
    assert told("--workspace", workspace, "show", "spring")["stage"] == "dealt"


# what a killed act leaves


def test_a_noted_file_is_swept_only_as_the_act_s_own(workspace: Path) -> None:
    """A complete frame goes with its note where the database stands as then, and else stays."""
    space = Workspace(workspace)
    store, name = space._workspace.store, f"frames/{'a' * 64}"
    for head, goes in ((store.head(), True), ("0" * 64, False)):
        (workspace / name).mkdir()
        (workspace / name / "secret").write_text("s")
        (workspace / INTENTION).write_text(json.dumps({"head": head, "files": [name]}))
        assert bool(leftovers.strangers(workspace, store)) == (not goes)
        with store.act("test"):
            leftovers.sweep(workspace, store)
        assert (workspace / name).exists() != goes
        assert not (workspace / INTENTION).exists()
    shutil.rmtree(workspace / name)
    for names in (["../victim"], ["plans/spring.toml"], [7], "frames", [f"frames/{'b' * 64}/.."]):
        (workspace / INTENTION).write_text(json.dumps({"head": store.head(), "files": names}))
        before = everything(workspace)
        with store.act("test"):
            leftovers.sweep(workspace, store)
        assert everything(workspace) == before
    space.close()


def test_a_full_disk_at_the_commit_leaves_what_the_next_act_sweeps(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(workspace)

    def full(self: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("yaohao.planner.storage.seals.Seals.write", full)
        found = told(
            "--workspace", workspace, "freeze", workspace / "plans" / "spring.toml", status=2
        )
    assert found["errors"][0]["code"] == "disk.full"
    assert len(everything(workspace)) == len(before) + 4
    assert warned(workspace, "strangers") == []
    told("--workspace", workspace, "recuse", "P-1", "cafe-03")
    assert everything(workspace) == before


@pytest.mark.slow
def test_a_killed_init_can_be_done_again(tmp_path: Path, killer: Killer) -> None:
    whole = killer.run(tmp_path / "whole", 0, "create", ["free"])
    assert whole.returncode == 0, whole.stderr
    points = int(whole.stdout)
    assert points > 20
    folder = tmp_path / "w"
    for point in killer.each_left(folder, range(1, points + 1, 3), "create", ["free"]):
        if not (folder / "workspace.toml").exists():
            result = yaohao("init", folder, "--register", "free")
            assert result.exit_code == 0, (point, result.output)
        told("--workspace", folder, "log", "--verify")
        assert len(Workspace(folder).ledger()) == 1
        assert {path.name for path in folder.iterdir()} <= {
            "frames", "plans", "planner.db", "planner.lock", "publications", "register",
            "workspace.toml",
            "planner.holder",  # of one killed while it held the lock; the next act writes its own
        }  # fmt: skip


def test_journals_of_a_killed_init_are_no_strangers(tmp_path: Path) -> None:
    for number, name in enumerate(
        ("planner.db-journal", "planner.db.new-journal", "planner.db.new", f"{FRESH}{'2' * 32}")
    ):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / name).write_bytes(b"half")
        assert yaohao("init", tmp_path / str(number)).exit_code == 0


def test_init_takes_no_folder_that_holds_something(workspace: Path, tmp_path: Path) -> None:
    """A workspace that lost its settings is no empty folder, nor is one with plans of its own."""
    walk(workspace, "freeze")
    (workspace / "workspace.toml").unlink()
    before, database = everything(workspace), (workspace / FILE).read_bytes()
    found = told("init", workspace, status=2)
    assert found["errors"][0]["code"] == "workspace.lost-settings"
    assert (everything(workspace), (workspace / FILE).read_bytes()) == (before, database)
    for name in ("plans/mine.toml", "frames/x", "register/entities/x.parquet", "register/x"):
        path = tmp_path / "other" / name
        path.parent.mkdir(parents=True)
        path.write_text("mine")
        assert told("init", tmp_path / "other", status=2)["errors"][0]["code"] == (
            "workspace.not-empty"
        )
        assert path.read_text() == "mine"
        shutil.rmtree(tmp_path / "other")


# who may read it


def test_what_is_secret_is_the_owner_s_from_its_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file with secrets is ever readable for others, whatever the umask."""
    loose: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching or event not in ("open", "os.rename", "os.chmod", "sqlite3.connect"):
            return
        for path in (tmp_path / "bureau").rglob("*"):
            inner = path.relative_to(tmp_path / "bureau").as_posix()
            try:
                mode = stat.S_IMODE(path.stat().st_mode)
            except OSError:
                continue
            private = inner.startswith(("register", "frames", "planner.db", "planner.unfinished"))
            if private and mode & 0o077:
                loose.append(f"{inner} {mode:o}")

    watching = True
    before = os.umask(0)
    sys.addaudithook(watch)
    try:
        workspace = fill(tmp_path)
        walk(workspace)
    finally:
        watching = False
        os.umask(before)
    assert loose == []


def test_rights_that_an_earlier_program_left_are_taken_away(workspace: Path) -> None:
    for name in (FILE, "frames", "register"):
        (workspace / name).chmod(0o755)
    assert {FILE, "register", "frames"} <= {one["file"] for one in warned(workspace, "loose")}
    told("--workspace", workspace, "recuse", "P-1", "cafe-05")
    assert warned(workspace, "loose") == []


# a workspace of the first version


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    with tarfile.open(
        Path(__file__).resolve().parents[1] / "workspaces" / "version-1.tar.gz"
    ) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "bureau"


def test_a_workspace_of_the_first_version_goes_on(first_version: Path, tmp_path: Path) -> None:
    workspace = ("--workspace", first_version)
    assert told(*workspace, "show", "spring")["stage"] == "dealt"
    assert told(*workspace, "register")["registers"]["entities"] == 60
    assert told(*workspace, "show", "spring")["next"] is None
    assert [one["next"] for one in told(*workspace, "status")["draws"]] == [None]
    assert told(*workspace, "commitment", "spring")["source"] == "20 dice, 4 March"
    told(*workspace, "worksheet", "spring", "--to", tmp_path / "sheet.csv")
    lines = told(*workspace, "log")
    for command in (
        ("proof", "spring", "cafe-07"),
        ("proof", "spring", "cafe-99", "--absent"),
        ("why", "spring", "cafe-07"),
        ("audit", "spring", "--to", tmp_path / "audit"),
        ("publish", "spring", "--to", tmp_path / "public"),
        ("publish", "spring", "--site", tmp_path / "site"),
        ("notices", "spring", "--to", tmp_path / "notices"),
        ("withdraw", "spring", "cafe-07", "--result", "9", "--evidence", "shop closed"),
    ):
        [error] = told(*workspace, *command, status=2)["errors"]
        assert error["code"] == "draw.older-protocol", command
        assert {path.name for path in tmp_path.iterdir()} == {"bureau", "sheet.csv"}, command
    assert told(*workspace, "log") == lines
    plan = first_version / "plans" / "autumn.toml"
    plan.write_text(PLAN.replace("spring", "autumn").replace("TIERS", "shown"), encoding="utf-8")
    told(*workspace, "freeze", plan)
    told(*workspace, "draw", "autumn", "--seed", "31415926535897932384", "--source", SOURCE)
    told(*workspace, "publish", "autumn", "--to", tmp_path / "public")
    told(*workspace, "audit", "autumn", "--to", tmp_path / "audit")
    told("verify", tmp_path / "public", "--audit", tmp_path / "audit")
    told(*workspace, "log", "--verify")


def test_acts_of_a_program_without_seals_are_taken_up(workspace: Path) -> None:
    """What the first version did after this one is no damage; it is sealed at the next act."""
    space = Workspace(workspace)
    store = space._workspace.store
    row = {**store.roster("inspectors")[0], "recused": ["cafe-01"]}
    store.connection.execute("BEGIN")
    store.connection.execute(
        "UPDATE rosters SET document = ? WHERE id = ?", (json.dumps(row), row["inspector_id"])
    )
    store.append({"act": "register", "register": "inspectors", "what": "recusal", "content": "x"})
    store.connection.execute("COMMIT")
    space.close()
    assert "P-0" in json.dumps(told("--workspace", workspace, "register", "entity", "cafe-01"))
    told("--workspace", workspace, "recuse", "P-1", "cafe-05")
    told("--workspace", workspace, "recuse", "P-1", "cafe-06")


# many at once

AT_ONCE = """
import sys
sys.path.insert(0, sys.argv[1])
from yaohao.no_pandas import leave_out_pandas
leave_out_pandas()
from yaohao.planner.workspace import Workspace
own = int(sys.argv[3])
bureau = Workspace(sys.argv[2])
for n in range(3):
    bureau.recuse(f"P-{own % 6}", f"cafe-{3 * own + n:02d}")
bureau.import_files("entities", [sys.argv[4]])
bureau.note_absence(f"P-{own % 6}", "2027-05-01", f"2027-05-{10 + own}")
"""


@pytest.mark.slow
def test_eight_processes_at_once_lose_nothing(workspace: Path, tmp_path: Path) -> None:
    running = []
    for own in range(8):
        file = write_csv(tmp_path / f"{own}.csv", [{"entity_id": f"own-{own}", "name": f"N {own}"}])
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", AT_ONCE, str(ROOT), str(workspace), str(own), str(file)],
                stderr=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    for one in running:
        errors = one.communicate()[1]
        assert one.returncode == 0, errors
    space = Workspace(workspace)
    people = space._workspace.store.roster("inspectors")
    assert sum(len(row["recused"]) for row in people) == 24
    assert sum(len(row["absent"]) for row in people) == 8
    assert space.register()["registers"]["entities"] == 68
    assert len(space.ledger()) == 5 + 40
    space.verify_ledger()
    assert leftovers.strangers(workspace, space._workspace.store) == []
    space.close()


def test_the_holder_names_its_machine(workspace: Path) -> None:
    import platform

    with hold(workspace, "freeze"), pytest.raises(PlannerError) as error:
        store = Database(workspace)
        with store.act("draw", wait=0.1):
            pytest.fail("held twice")
    assert code(error) == "workspace.held"
    assert error.value.problems[0].params["host"] == platform.node()
    assert platform.node() in str(error.value)
