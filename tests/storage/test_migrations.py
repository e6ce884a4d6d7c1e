"""A workspace of an earlier version is brought up to date on opening; one of a later is refused."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import every
from helpers.cannot_write import cannot_write
from helpers.cli import told, yaohao
from helpers.kill_at import Killer
from yaohao.planner.storage import database, migrations
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
COPY = f"planner.db.before-{migrations.VERSION}"


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """As the first version left it: dealt, published, no seals."""
    with tarfile.open(ROOT / "tests" / "workspaces" / "version-1.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "bureau"


def content(file: Path) -> tuple[int, list[str]]:
    """The version of a database, and all that it holds as SQL."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return version, list(connection.iterdump())
    finally:
        connection.close()


def test_a_new_database_has_taken_every_step(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "new", "free").close()
    connection = sqlite3.connect(tmp_path / "new" / "planner.db")
    steps = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
    assert [int(name[1:5]) for (name,) in steps] == list(range(1, migrations.VERSION + 1))
    loose = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict"
    assert [name for (name,) in connection.execute(loose) if not name.startswith("sqlite_")] == []
    connection.close()


def test_an_old_and_a_new_database_have_the_same_schema(
    first_version: Path, tmp_path: Path
) -> None:
    Workspace(first_version).close()
    Workspace.create(tmp_path / "new", "free").close()
    query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    schemas = []
    for folder in (first_version, tmp_path / "new"):
        connection = sqlite3.connect(folder / "planner.db")
        schemas.append(
            [(name, " ".join((sql or "").split())) for name, sql in connection.execute(query)]
        )
        connection.close()
    assert schemas[0] == schemas[1]


def test_it_is_brought_up_to_date_once_and_says_so(first_version: Path) -> None:
    before = content(first_version / "planner.db")
    assert before[0] == 1
    result = yaohao("--workspace", first_version, "show", "spring")
    assert result.exit_code == 0
    assert "made by an earlier version of yaohao" in result.stderr and COPY in result.stderr
    assert "earlier version" not in result.stdout
    assert content(first_version / "planner.db")[0] == migrations.VERSION
    assert content(first_version / COPY) == before
    if os.name == "posix":
        assert (first_version / COPY).stat().st_mode & 0o777 == 0o600
    again = yaohao("--workspace", first_version, "show", "spring")
    assert "earlier version" not in again.stderr and again.stdout == result.stdout
    [notice] = [
        one
        for one in told("--workspace", first_version, "status")["warnings"]
        if one["kind"] == "upgraded"
    ]
    assert notice["file"] == COPY and notice["urgency"] == "information"
    told("--workspace", first_version, "recuse", "P-1", "cafe-05")
    assert not (first_version / COPY).exists()  # it lacks an act from now on


def test_with_json_nothing_is_said_beside(first_version: Path) -> None:
    result = yaohao("--json", "--workspace", first_version, "show", "spring")
    assert "earlier version" not in result.stderr
    assert json.loads(result.stdout)["draw"] == "spring"
    assert (first_version / COPY).exists()


def test_a_file_of_somebody_s_is_no_copy_of_ours(first_version: Path) -> None:
    own = first_version / "planner.db.before-the-move"
    own.write_bytes(b"mine")
    Workspace(first_version).close()
    told("--workspace", first_version, "recuse", "P-1", "cafe-05")
    assert own.read_bytes() == b"mine"


def test_a_later_version_is_refused_by_name(first_version: Path) -> None:
    connection = sqlite3.connect(first_version / "planner.db")
    connection.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    connection.close()
    before = (first_version / "planner.db").read_bytes()
    [error] = told("--workspace", first_version, "status", status=2)["errors"]
    assert error["code"] == "workspace.later-version"
    assert "made by a later version of yaohao" in error["message"]
    assert (first_version / "planner.db").read_bytes() == before


def test_a_damaged_one_stays_as_it_is(first_version: Path) -> None:
    connection = sqlite3.connect(first_version / "planner.db")
    connection.execute("UPDATE ledger SET act = replace(act, 'spring', 'spr1ng') WHERE line = 6")
    connection.commit()
    connection.close()
    before = content(first_version / "planner.db")
    [error] = told("--workspace", first_version, "status", status=2)["errors"]
    assert error["code"] == "workspace.broken-ledger"
    assert content(first_version / "planner.db") == before
    assert not (first_version / COPY).exists()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_one_that_cannot_be_written_is_read_through(
    first_version: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = (first_version / "planner.db").read_bytes()
    cannot_write(monkeypatch, number)
    workspace = ("--workspace", first_version)
    assert told(*workspace, "show", "spring")["stage"] == "dealt"
    assert told(*workspace, "log", "--verify")
    warnings = told(*workspace, "status")["warnings"]
    assert warnings[0]["kind"] == "looking"
    [error] = told(*workspace, "recuse", "P-1", "cafe-05", status=2)["errors"]
    assert error["code"].startswith("disk.")
    assert (first_version / "planner.db").read_bytes() == before


@pytest.mark.parametrize("where", ["the copy", "the steps"])
def test_a_full_disk(first_version: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """It can be looked at all the same, and is brought up to date when there is room."""
    before = content(first_version / "planner.db")
    with monkeypatch.context() as patched:
        if where == "the copy":

            def no_room(_: Path) -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            patched.setattr(migrations, "sync", no_room)
        else:
            whole = migrations.apply

            def apply(connection: Any) -> None:
                if connection.copy is None:  # SQLite itself finds no room then
                    pages = connection.execute("PRAGMA page_count").fetchone()[0]
                    connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()
                whole(connection)

            patched.setattr(database, "apply", apply)
        space = Workspace(first_version)
        assert space.upgraded is None and space.draws.show("spring")
        with pytest.raises(PlannerError) as error:
            space.registers.recuse("P-1", "cafe-05")
        assert error.value.problems[0].code == "disk.full"
        assert space.overview()["warnings"][0]["kind"] == "looking"
        space.close()
    assert content(first_version / "planner.db") == before
    assert {path.name for path in first_version.glob("planner.db*")} <= {
        "planner.db", "planner.db-wal", "planner.db-shm",
    }  # fmt: skip
    told("--workspace", first_version, "recuse", "P-1", "cafe-05")
    assert content(first_version / "planner.db")[0] == migrations.VERSION


@pytest.mark.parametrize("step", every(3))
def test_killed_at_any_point_it_is_as_before_or_after(
    first_version: Path, tmp_path: Path, killer: Killer, step: int
) -> None:
    old = content(first_version / "planner.db")
    whole = shutil.copytree(first_version, tmp_path / "whole")
    result = killer.run(whole, 0, "open")
    assert result.returncode == 0, result.stderr
    with Workspace(whole) as opened:
        lines = len(opened.ledger())
    points, seen = int(result.stdout), set[int]()
    assert points > 40
    folder = shutil.copytree(first_version, tmp_path / "w")
    for point in killer.each_left(
        folder, {*range(1, points + 1, step), points - 1, points}, "open"
    ):
        now = content(folder / "planner.db")
        seen.add(now[0])
        assert now[0] in (1, migrations.VERSION)
        if now[0] == 1:
            assert now == old, point
        space = Workspace(folder)
        assert len(space.ledger()) == lines
        space.registers.recuse("P-1", "cafe-05")
        space.close()
        assert content(folder / "planner.db")[0] == migrations.VERSION
        left = {path.name for path in folder.iterdir()}
        assert not {name for name in left if "before" in name or name.startswith(".yaohao")}, point
    assert seen == {1, migrations.VERSION}


def test_no_plugin_of_a_stranger_runs(first_version: Path, tmp_path: Path) -> None:
    """sqlite-utils would load whatever says that it is a plugin of it."""
    site = tmp_path / "site"
    (site / "stranger-1.dist-info").mkdir(parents=True)
    (site / "stranger.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    (site / "stranger-1.dist-info" / "METADATA").write_text("Name: stranger\nVersion: 1\n")
    (site / "stranger-1.dist-info" / "entry_points.txt").write_text(
        "[sqlite_utils]\nstranger = stranger\n"
    )
    program = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from yaohao.planner.workspace import Workspace\n"
        "assert Workspace(sys.argv[3]).upgraded\n"
    )
    words = [sys.executable, "-c", program, str(site), str(ROOT), str(first_version)]
    subprocess.run(words, check=True)
    assert not (tmp_path / "ran").exists()
    plain = "import sys; sys.path.insert(0, sys.argv[1])\nimport sqlite_utils\n"
    loaded = plain + "sqlite_utils.Database(memory=True)\n"
    subprocess.run([sys.executable, "-c", loaded, str(site)], check=True)
    assert (tmp_path / "ran").exists()  # the stranger is one that would have run


def test_a_database_that_is_up_to_date_is_opened_without_the_library(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "new", "free").close()
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from yaohao.planner.workspace import Workspace\n"
        "Workspace(sys.argv[2]).overview()\n"
        "print([name for name in ('sqlite_utils', 'pandas', 'click') if name in sys.modules])\n"
    )
    words = [sys.executable, "-c", program, str(ROOT), str(tmp_path / "new")]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == "[]\n"
