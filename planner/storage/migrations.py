"""The schema of the database, as the steps by which it came to be: one numbered function each.

The steps are sqlite-utils `Migrations`. A new database takes all of them, one of an earlier version
those that it lacks. `user_version` counts them, so that a database that lacks none is opened
without loading the library; the library's own table says which were taken, and when.

A step that is released is never changed: what comes later is another step. Before a database is
changed it is copied aside; the copy is kept until the first act after it has succeeded, since from
then on it lacks an act.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.storage.case_tables import add_case_tables
from yaohao.planner.storage.connection import Connection, beside, copy_to
from yaohao.planner.storage.import_tables import add_import_tables
from yaohao.planner.storage.indicator_table import add_indicator_table
from yaohao.planner.storage.result_details import add_result_details
from yaohao.planner.storage.results_from_documents import move_results
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.files import own_file, sync
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

VERSION = 7
"""How many steps there are."""

BEFORE = "before-"
"""What the ending of a copy begins with; the version to which the database was brought follows."""

_FIRST = """
CREATE TABLE ledger (
    line INTEGER PRIMARY KEY, previous TEXT NOT NULL, act TEXT NOT NULL, entry TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE snapshots (
    number INTEGER PRIMARY KEY, file TEXT NOT NULL, content TEXT NOT NULL, entities INTEGER NOT NULL
) STRICT;
CREATE TABLE rosters (
    register TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (register, id)
) STRICT;
CREATE TABLE imports (
    number INTEGER PRIMARY KEY, register TEXT NOT NULL, at TEXT NOT NULL, files TEXT NOT NULL,
    rows INTEGER NOT NULL, accepted INTEGER NOT NULL, set_aside INTEGER NOT NULL
) STRICT;
CREATE TABLE set_aside (
    number INTEGER PRIMARY KEY AUTOINCREMENT, import INTEGER NOT NULL REFERENCES imports (number),
    register TEXT NOT NULL, digest TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
    reason TEXT NOT NULL, field TEXT NOT NULL, found TEXT NOT NULL, row TEXT NOT NULL
) STRICT;
CREATE TABLE draws (
    draw TEXT PRIMARY KEY, place INTEGER NOT NULL UNIQUE, plan_id TEXT NOT NULL,
    stage TEXT NOT NULL, plan TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE TABLE visits (
    draw TEXT NOT NULL REFERENCES draws (draw), place INTEGER NOT NULL, entity_id TEXT NOT NULL,
    name TEXT NOT NULL, region TEXT NOT NULL, standing TEXT NOT NULL, cell INTEGER,
    expected INTEGER, ticket TEXT NOT NULL, reserve INTEGER NOT NULL,
    inspectors TEXT NOT NULL, result TEXT NOT NULL,
    PRIMARY KEY (draw, place), UNIQUE (draw, entity_id)
) STRICT;
CREATE TABLE documents (
    draw TEXT NOT NULL REFERENCES draws (draw), name TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (draw, name)
) STRICT;
"""

_SEALS = """
CREATE TABLE IF NOT EXISTS seals (
    part TEXT PRIMARY KEY, digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


def version_of(connection: Connection) -> int:
    """How many steps a database has taken; PlannerError for more than this program has, or none."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    params = {"file": str(connection.path), "found": version, "expected": VERSION}
    if version > VERSION:
        raise refuse("workspace.later-version", **params)
    if version < 1:
        raise refuse("workspace.other-version", **params)
    return version


def apply(connection: Connection) -> None:
    """Take the steps that a database lacks, in the transaction that the caller began.

    PlannerError for what the system reports.
    """
    from sqlite_utils import Database

    # No plugin of somebody's Python may run in here, and nothing is set that outlasts the steps.
    database = Database(connection, execute_plugins=False, recursive_triggers=False, strict=True)
    _steps().apply(database)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _steps() -> Migrations:
    from sqlite_utils import Migrations

    steps = Migrations("yaohao")

    @steps()
    def m0001_tables(database: Database) -> None:
        """The tables; a database of version 1 has them, and no list of steps taken."""
        if database["ledger"].exists():
            return
        _execute(database, _FIRST)

    @steps()
    def m0002_seals(database: Database) -> None:
        """The seals, which acts of later programs of version 1 made where they were missing."""
        _execute(database, _SEALS)

    @steps()
    def m0003_results(database: Database) -> None:
        """Results as rows that are only ever added, in place of a document a draw."""
        move_results(database)

    @steps()
    def m0004_imports(database: Database) -> None:
        """What imports did, visits of files, and what was dismissed."""
        add_import_tables(database)

    @steps()
    def m0005_cases(database: Database) -> None:
        """Cases, what happened in them, what is due, contacts and what was sent."""
        add_case_tables(database)

    @steps()
    def m0006_result_details(database: Database) -> None:
        """What persons say of results beyond their rows."""
        add_result_details(database)

    @steps()
    def m0007_indicators(database: Database) -> None:
        """Further columns of files of visits."""
        add_indicator_table(database)

    return steps


def _execute(database: Database, script: str) -> None:
    for statement in script.split(";")[:-1]:
        database.execute(statement)


def copy_aside(connection: Connection) -> Path:
    """Copy a database that is about to be changed beside itself, for its owner alone; the copy.

    The caller holds the workspace. PlannerError where it cannot be written; nothing is left then.
    """
    path = connection.path
    copy = path.with_name(f"{path.name}.{BEFORE}{VERSION}")
    fresh = path.with_name(f"{copy.name}.new")
    with disk_problems(copy):
        for file in beside(fresh):
            file.unlink(missing_ok=True)
        own_file(fresh)
        try:
            copy_to(connection, fresh)
            sync(fresh)
            fresh.replace(copy)
            sync(path.parent)
        finally:
            fresh.unlink(missing_ok=True)
    return copy


def copies(path: Path) -> list[Path]:
    """The copies that were made of a database before it was changed."""
    ours = re.compile(re.escape(f"{path.name}.{BEFORE}") + r"[0-9]+(\.new)?")
    try:
        copied = [one for one in path.parent.iterdir() if ours.fullmatch(one.name)]
    except OSError:
        return []
    return sorted(copied)


def drop_copies(path: Path) -> None:
    """Remove them: an act succeeded since, of which they know nothing."""
    for copy in copies(path):
        with suppress(OSError):  # the next act does it
            copy.unlink()
