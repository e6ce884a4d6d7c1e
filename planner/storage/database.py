"""The store: small and changing things as rows in SQLite, one transaction an act.

Its schema is in `migrations`. Big things (snapshots, frames) are files beside it; they
are written first, under names that nothing refers to, and count only once a transaction names them.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from yaohao.planner.schema.ledger_acts import WorkspaceAct
from yaohao.planner.schema.reports.workspace import UpgradeReport
from yaohao.planner.storage.connection import (
    Connection,
    beside,
    copy_for_looking,
    open_database,
    open_writing,
    set_journal,
)
from yaohao.planner.storage.contacts import ContactRows
from yaohao.planner.storage.imports import ImportRows
from yaohao.planner.storage.ledger_rows import LedgerRows, write_line
from yaohao.planner.storage.lock import WAIT, hold
from yaohao.planner.storage.migrations import (
    VERSION,
    apply,
    copies,
    copy_aside,
    drop_copies,
    version_of,
)
from yaohao.planner.storage.network_drives import network_kind
from yaohao.planner.storage.registers import RegisterRows
from yaohao.planner.storage.results import ResultRows
from yaohao.planner.storage.seals import Seals
from yaohao.planner.storage.visit_history import InspectionRows
from yaohao.planner.vocabulary.files import own_file
from yaohao.planner.vocabulary.problems import PlannerError, refuse

FILE = "planner.db"


class Database(LedgerRows, RegisterRows, ImportRows, ResultRows, InspectionRows, ContactRows):
    """The rows of a workspace. Reading needs no lock; writing goes through `act`."""

    upgrade: UpgradeReport | None = None
    """What opening it did where it was of an earlier version: `before`, `now`, `file` (a name)."""

    def __init__(self, folder: Path, *, accept_clock: bool = False, as_it_is: bool = False) -> None:
        """Open it, and bring one of an earlier version up to date unless it is to stay `as_it_is`.

        Raises PlannerError where it cannot be read, is damaged or of a later version.
        """
        self.folder = folder
        self._path = folder / FILE
        self._accept_clock = accept_clock
        if not self._path.is_file():
            raise refuse("workspace.no-database", file=str(self._path))
        self.connection: Connection = open_database(self._path)
        this = weakref.proxy(self)  # no circle: whoever drops the database closes it
        self.seals = Seals(lambda: this.connection, self._path)
        try:
            if version_of(self.connection) < VERSION and not as_it_is:
                self._bring_up_to_date()
        except BaseException:
            self.connection.close()
            raise

    @classmethod
    def create(cls, folder: Path, first: WorkspaceAct) -> None:
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
            apply(connection)
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

    def __del__(self) -> None:
        """Close what nobody has closed: the library's own connection is a circle, which stays open
        until somebody looks for garbage.
        """
        with suppress(sqlite3.Error, AttributeError):  # another thread's; not opened at all
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
        try:
            self._upgrade()
        except PlannerError:
            self._look_at_a_copy()
            raise

    # its version

    def version(self) -> int:
        """How many steps of `VERSION` it has taken; PlannerError for more, or for none."""
        return version_of(self.connection)

    def copies(self) -> list[str]:
        """The names of the copies made before it was brought up to date, until an act succeeded."""
        return [path.name for path in copies(self._path)]

    def _bring_up_to_date(self) -> None:
        """Take the steps that are missing; where it cannot be written, in a copy for looking."""
        if not self.connection.looking:
            try:
                with hold(self.folder, "upgrade"):
                    self._upgrade()
                return
            except PlannerError as error:
                if not error.problems[0].code.startswith("disk."):
                    raise
        self._look_at_a_copy()

    def _upgrade(self) -> None:
        """Copy it aside and take the steps that are missing; the caller holds the workspace."""
        before = version_of(self.connection)
        if before == VERSION:  # somebody else was quicker
            return
        copy = copy_aside(self.connection)
        try:
            self._take_steps()
        except BaseException:
            drop_copies(self._path)
            raise
        self.upgrade = {"before": before, "now": VERSION, "file": copy.name}

    def _look_at_a_copy(self) -> None:
        """Read a copy that is up to date in the place of the database, which is not."""
        if version_of(self.connection) == VERSION:
            self.connection.looking = True
            return
        self.connection = copy_for_looking(self.connection)
        self.seals.forget()
        self._take_steps()

    def _take_steps(self) -> None:
        """Take the steps that are missing, all or none; only where nothing is damaged."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self.seals.check_all()
            self.seals.begin()
            apply(self.connection)
            self.seals.renew()
            self.seals.write()
            self.connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def change_mark(self) -> tuple[int, int]:
        """What is another whenever a row was changed, here or through another connection."""
        data = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return data, self.connection.total_changes
