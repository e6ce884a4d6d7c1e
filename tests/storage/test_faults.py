"""Faults of the system: told by their number, with the file; looking needs no write; the clock."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from helpers.cannot_write import cannot_write
from helpers.cli import fill, told, write_csv, yaohao
from yaohao.planner.schema.reports.ledger import LedgerLine
from yaohao.planner.storage import connection as database
from yaohao.planner.storage import ledger_rows, network_drives
from yaohao.planner.vocabulary.faults import system_problem
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import catalogue, say_problem
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.dealt_spring"]

LOOKING = [
    ["status"], ["show", "spring"], ["why", "spring", "cafe-07"], ["log"], ["log", "--verify"],
    ["register"], ["register", "entities"], ["register", "entity", "cafe-07"],
    ["review", "spring"], ["proof", "spring", "cafe-07"], ["due"],
    ["commitment", "spring"], ["plan", "check", "plans/spring.toml"],
    ["plan", "preview", "plans/spring.toml"],
]  # fmt: skip


@pytest.fixture
def workspace(own: Path) -> Path:
    return own


def times(workspace: Path) -> dict[str, int]:
    """When each file was last written, but those that SQLite keeps while somebody looks."""
    found = (path for path in workspace.rglob("*") if path.is_file())
    kept = (path for path in found if not path.name.endswith(("-wal", "-shm")))
    return {path.relative_to(workspace).as_posix(): path.stat().st_mtime_ns for path in kept}


def looks(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that only looks works, and changes nothing."""
    monkeypatch.chdir(workspace)
    before = times(workspace)
    for words in LOOKING:
        told("--workspace", workspace, *words)
    assert times(workspace) == before


def ledger(workspace: Path) -> list[LedgerLine]:
    space = Workspace(workspace)
    lines = space.ledger()
    space.close()
    return lines


def refused(workspace: Path) -> dict[str, Any]:
    [error] = told("--workspace", workspace, "recuse", "P-1", "cafe-01", status=2)["errors"]
    return dict(error)


# what is told


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "full"), (errno.EROFS, "read-only"), (errno.EACCES, "no-permission"),
        (errno.EPERM, "no-permission"), (errno.EIO, "broken"), (errno.EMFILE, "too-many-files"),
        (errno.ENAMETOOLONG, "name-too-long"), (errno.EDQUOT, "quota"), (errno.ENODEV, "other"),
    ],
)  # fmt: skip
def test_an_error_of_the_system_is_told_by_its_number(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, tmp_path: Path
) -> None:
    """Wherever an act meets it: at its snapshot, its note, its frame; nothing is changed then."""
    lines = told("--workspace", workspace, "log")
    row = {"entity_id": "new-1", "name": "New", "tier": "A"}
    again = ("freeze", workspace / "plans" / "spring.toml", "--again")
    acts = {
        "yaohao.planner.storage.snapshot_files.sync": (
            "import",
            "entities",
            write_csv(tmp_path / "n.csv", [row]),
        ),
        "yaohao.planner.storage.leftovers.sync": again,
        "yaohao.planner.register.snapshot.TableWriter.add": again,
        "yaohao.planner.vocabulary.files.sync": again,
    }

    def fail(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    for place, words in acts.items():
        with monkeypatch.context() as patched:
            patched.setattr(place, fail)
            [error] = told("--workspace", workspace, *words, status=2)["errors"]
        assert error["code"].removesuffix("-needed") == f"disk.{code}", place
        assert str(workspace) in error["params"]["file"]
        assert "from a backup" not in error["message"]
    assert told("--workspace", workspace, "log") == lines


def test_words_of_every_fault_have_both_languages() -> None:
    for name, entry in catalogue("disk").items():
        zh, en = (sorted(re.findall(r"{(\w+)", entry[lang])) for lang in ("zh", "en"))
        assert set(entry) == {"zh", "en"} and (set(zh) <= set(en)), name
    error = OSError(errno.ENOSPC, "x", "/nowhere/at/all")
    problem = system_problem(error, needed=5_000_000)
    assert "5,000.0 kB needed" in say_problem(problem, "en") and "需要" in say_problem(
        problem, "zh"
    )
    assert "free" in say_problem(system_problem(error), "en")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (sqlite3.SQLITE_FULL, "disk.full"),
        (sqlite3.SQLITE_READONLY, "disk.read-only"),
        (sqlite3.SQLITE_IOERR | 3 << 8, "disk.broken"),
        (sqlite3.SQLITE_CANTOPEN, "disk.broken"),
        (sqlite3.SQLITE_BUSY, "workspace.database-busy"),
        (sqlite3.SQLITE_CORRUPT, "workspace.bad-database"),
        (sqlite3.SQLITE_NOTADB, "workspace.bad-database"),
    ],
)
def test_only_damage_is_told_as_damage(workspace: Path, number: int, code: str) -> None:
    error = sqlite3.OperationalError("as sqlite says")
    error.sqlite_errorcode = number
    problem = database.database_problem(error, workspace / "planner.db")
    assert problem is not None and problem.code == code
    assert ("from a backup" in say_problem(problem, "en")) == (code == "workspace.bad-database")


def test_a_fault_of_the_program_stays_one(workspace: Path) -> None:
    space = Workspace(workspace)
    with pytest.raises(sqlite3.OperationalError):
        space._workspace.store.connection.execute("SELEC 1")
    with pytest.raises(sqlite3.IntegrityError):
        space._workspace.store.connection.execute("INSERT INTO ledger VALUES (1, '', '', '')")
    space.close()


def test_a_full_disk_under_sqlite(workspace: Path) -> None:
    """The database may grow no further: a real SQLITE_FULL, inside an act."""
    space = Workspace(workspace)
    connection = space._workspace.store.connection
    connection.execute(f"PRAGMA max_page_count = {10}").fetchone()
    with pytest.raises(PlannerError) as error:
        for n in range(400):
            space.recuse(f"P-{n % 6}", f"cafe-{n % 60:02d}")
            space.note_absence("P-1", "2027-05-01", f"{2028 + n}-05-01")
    assert error.value.problems[0].code == "disk.full"
    space.close()
    told("--workspace", workspace, "log", "--verify")


def test_a_database_in_the_hands_of_another_program(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT", 0.1)
    other = sqlite3.connect(workspace / "planner.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert refused(workspace)["code"] == "workspace.database-busy"
    other.execute("ROLLBACK")
    other.close()
    told("--workspace", workspace, "recuse", "P-1", "cafe-01")


def test_what_is_no_database_is_damage(workspace: Path) -> None:
    (workspace / "planner.db").write_bytes(b"x" * 5000)
    [error] = told("--workspace", workspace, "status", status=2)["errors"]
    assert error["code"] == "workspace.bad-database"


# looking


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_looking_needs_no_write(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    cannot_write(monkeypatch, number)
    looks(workspace, monkeypatch)
    error = refused(workspace)
    assert error["code"] == system_problem(OSError(number, "")).code
    warnings = told("--workspace", workspace, "status")["warnings"]
    assert warnings[0]["kind"] == "looking"


def test_a_log_left_beside_the_database_is_looked_at_too(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last act may stand in the log alone: the file without it would be an older state."""
    space = Workspace(workspace)
    space.recuse("P-1", "cafe-01")
    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy, ignore=shutil.ignore_patterns("*-shm"))
    space.close()
    assert (copy / "planner.db-wal").stat().st_size
    cannot_write(monkeypatch, errno.EROFS)
    before = (copy / "planner.db").read_bytes()
    assert len(ledger(copy)) == len(ledger(workspace))
    told("--workspace", copy, "log", "--verify")
    assert (copy / "planner.db").read_bytes() == before
    assert not (copy / "planner.db-shm").exists()


def mounted(*words: Any) -> bool:
    return (
        subprocess.run(["mount", *map(str, words)], capture_output=True, check=False).returncode
        == 0
    )


def test_a_freeze_on_a_full_disk_tells_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "own")
    before = sorted(path.name for path in folder.rglob("*"))

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Workspace(folder) as workspace, monkeypatch.context() as patched:
        acts = [line["act"] for line in workspace.ledger()]
        patched.setattr("yaohao.planner.register.snapshot.TableWriter.add", fail)
        with pytest.raises(PlannerError) as caught:
            workspace.freeze(folder / "plans" / "spring.toml")
        assert caught.value.problems[0].code == "disk.full-needed"
        assert caught.value.problems[0].params["needed"] != "?"
        assert [line["act"] for line in workspace.ledger()] == acts
        assert workspace.draws() == []
    assert sorted(path.name for path in folder.rglob("*")) == before


@pytest.mark.slow
def test_on_a_real_read_only_medium_and_a_real_full_disk(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "medium"
    place.mkdir()
    if not mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", place):
        pytest.skip("file systems cannot be mounted here")
    try:
        own = Path(shutil.copytree(workspace, place / "bureau"))
        with (place / "filler").open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(b"x" * 1024)
                except OSError:
                    break
        looks(own, monkeypatch)
        monkeypatch.chdir("/")
        assert refused(own)["code"].removesuffix("-needed") == "disk.full"
        (place / "filler").unlink()
        told("--workspace", own, "recuse", "P-1", "cafe-02")
        assert mounted("-o", "remount,ro", place)
        looks(own, monkeypatch)
        monkeypatch.chdir("/")
        assert refused(own)["code"] == "disk.read-only"
        public = tmp_path / "public"
        assert told("--workspace", own, "publish", "spring", "--to", public, status=2)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


# network drives

MOUNTS = """\
22 1 0:20 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:30 / /srv/of\\040fice rw shared:2 - nfs4 host:/x rw,vers=4.2
31 30 0:31 / /srv/of\\040fice/local rw - ext4 /dev/sdb1 rw
32 22 0:32 / /srv/share rw shared:9 master:1 - cifs //host/share rw
33 22 0:33 / /home/me/far rw - fuse.sshfs host: rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/of fice/bureau", "nfs4"), ("/srv/of fice", "nfs4"), ("/srv/of fice/local/b", ""),
        ("/srv/share/b", "cifs"), ("/home/me/far/b", "fuse.sshfs"), ("/home/me", ""),
        ("/srv/shared", ""),
    ],
)  # fmt: skip
def test_network_drives_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, kind: str
) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    monkeypatch.setattr(network_drives, "MOUNTS", tmp_path / "mountinfo")
    assert network_drives.network_kind(Path(folder)) == kind


def test_on_a_network_drive_there_is_no_log_beside(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def mode() -> str:
        connection = sqlite3.connect(workspace / "planner.db")
        found = connection.execute("PRAGMA journal_mode").fetchone()[0]
        connection.close()
        return str(found)

    assert mode() == "wal"
    (tmp_path / "mountinfo").write_text(f"30 22 0:30 / {tmp_path} rw - nfs4 host:/x rw\n")
    with monkeypatch.context() as patched:
        patched.setattr(network_drives, "MOUNTS", tmp_path / "mountinfo")
        told("--workspace", workspace, "recuse", "P-1", "cafe-01")
        assert mode() == "delete"
        warnings = told("--workspace", workspace, "status")["warnings"]
        [network] = [one for one in warnings if one["kind"] == "network"]
        assert (network["folder"], network["found"]) == (str(workspace), "nfs4")
        result = yaohao("init", tmp_path / "new")
        assert result.exit_code == 0 and "network drive (nfs4)" in " ".join(result.stderr.split())
    told("--workspace", workspace, "recuse", "P-1", "cafe-02")
    assert mode() == "wal"


# the clock


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setattr(ledger_rows, "now", lambda: moment)


def test_a_clock_that_cannot_be_right_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2027-03-01T08:00:00Z")
    workspace = fill(tmp_path)
    for moment, code in (
        ("2099-01-01T00:00:00Z", "workspace.clock-ahead"),
        ("2028-03-03T00:00:00Z", "workspace.clock-ahead"),
        ("2027-03-01T07:50:00Z", "workspace.clock-behind"),
        ("1970-01-01T00:00:00Z", "workspace.clock-behind"),
    ):
        at(monkeypatch, moment)
        error = refused(workspace)
        assert error["code"] == code
        shown = moment.replace("T", " ")[:16]
        assert shown in error["message"] and "2027-03-01 08:00 (UTC)" in error["message"]
    at(monkeypatch, "2027-03-01T07:58:00Z")  # put right by a server of time
    told("--workspace", workspace, "recuse", "P-1", "cafe-01")
    at(monkeypatch, "2028-02-20T00:00:00Z")
    told("--workspace", workspace, "recuse", "P-1", "cafe-02")
    moments = [line["act"]["at"] for line in ledger(workspace)]
    assert moments[-2:] == ["2027-03-01T08:00:00Z", "2028-02-20T00:00:00Z"]


def test_a_workspace_of_2099_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2027-03-01T08:00:00Z")
    workspace = fill(tmp_path)
    at(monkeypatch, "2099-01-01T00:00:00Z")
    told("--workspace", workspace, "--accept-clock", "freeze", workspace / "plans" / "spring.toml")
    at(monkeypatch, "2027-03-02T08:00:00Z")
    seed = ("draw", "spring", "--seed", "47119028365510482937", "--source", "dice")
    assert told("--workspace", workspace, *seed, status=2)["errors"][0]["code"] == (
        "workspace.clock-behind"
    )
    told("--workspace", workspace, *seed, "--accept-clock")
    told(
        "--workspace", workspace, "--accept-clock", "publish", "spring", "--to", tmp_path / "public"
    )
    told("--workspace", workspace, "log", "--verify")
    told("verify", tmp_path / "public")
    space = Workspace(workspace, accept_clock=True)
    space.staff("spring")
    space.close()
