"""The store: small and changing things as rows in SQLite, one transaction an act.

The only place that knows the SQL schema. Big things (snapshots, frames) are files beside it; they
are written first, under names that nothing refers to, and count only once a transaction names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yaohao.planner.storage.connection import (
    Connection,
    check_version,
    open_database,
    open_writing,
    set_journal,
)
from yaohao.planner.storage.draws import DrawRows
from yaohao.planner.storage.ledger_rows import LedgerRows, write_line
from yaohao.planner.storage.lock import WAIT, hold
from yaohao.planner.storage.network_drives import network_kind
from yaohao.planner.storage.registers import RegisterRows
from yaohao.planner.storage.seals import Seals
from yaohao.planner.vocabulary.files import own_file
from yaohao.planner.vocabulary.problems import PlannerError, refuse

FILE = "planner.db"
VERSION = 1

_SCHEMA = """
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


class Database(LedgerRows, RegisterRows, DrawRows):
    """The rows of a workspace. Reading needs no lock; writing goes through `act`."""

    def __init__(self, folder: Path, *, accept_clock: bool = False) -> None:
        self.folder = folder
        self._path = folder / FILE
        self._accept_clock = accept_clock
        if not self._path.is_file():
            raise refuse("workspace.no-database", file=str(self._path))
        self.connection: Connection = open_database(self._path)
        try:
            check_version(self.connection, VERSION)
        except PlannerError:
            self.connection.close()
            raise
        self.seals = Seals(lambda: self.connection, self._path)

    @classmethod
    def create(cls, folder: Path, first: Mapping[str, Any]) -> None:
        """Make the database of a new workspace with its first act, whole or not at all.

        The caller holds the workspace. Nobody else can read the file, from its first byte.
        """
        fresh = folder / f"{FILE}.new"
        for path in beside(fresh):
            path.unlink(missing_ok=True)
        own_file(fresh)
        connection = open_writing(fresh)
        try:
            # A transaction's log would be a second file, which a killed act leaves; the file
            # counts only once it has its name.
            connection.execute("PRAGMA journal_mode = MEMORY").fetchone()
            connection.execute("BEGIN")
            for statement in _SCHEMA.split(";")[:-1]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            write_line(connection, first)
            connection.execute("COMMIT")
        finally:
            connection.close()
        for path in beside(folder / FILE)[1:]:
            path.unlink(
                missing_ok=True
            )  # a log of a file that is gone would be played into this one
        fresh.replace(folder / FILE)

    def close(self) -> None:
        """Close the connection; further use raises."""
        self.connection.close()

    @property
    def is_for_looking(self) -> bool:
        """Whether the database was opened without the means to write it."""
        return self.connection.looking

    @contextmanager
    def act(self, name: str, wait: float = WAIT) -> Iterator[None]:
        """Hold the workspace, then change it: all of the block's rows or none.

        Raises PlannerError as `hold` and `changing` do.
        """
        with hold(self.folder, name, wait), self.changing():
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change rows in a workspace that is held: all of the block's or none.

        Raises PlannerError where the database cannot be written or is damaged, and where the clock
        cannot be right.
        """
        if self.connection.looking:
            self._reopen()
        set_journal(self.connection, is_on_network=bool(network_kind(self.folder)))
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self.seals.begin()
            if not self._accept_clock:
                self.check_clock()
            yield
            self.seals.write()
            self.connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        self.seals.forget()
        if self.connection.in_transaction:  # SQLite itself has ended it where the disk was full
            self.connection.execute("ROLLBACK")

    def _reopen(self) -> None:
        """Open for writing what was opened for looking alone; PlannerError where that cannot be."""
        fresh = open_writing(self._path)
        self.connection.close()
        self.connection = fresh
        self.seals.forget()

    def change_mark(self) -> tuple[int, int]:
        """What is another whenever a row was changed, here or through another connection."""
        data = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return data, self.connection.total_changes


def beside(path: Path) -> list[Path]:
    """A database's file and those that SQLite keeps beside it."""
    return [path, *(path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))]
