"""Opening `planner.db`: for acts, or for looking alone, which needs no right to write anything.

What SQLite reports is told by what it is: a full disk or a read-only medium is no damage.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary import whole_folders
from yaohao.planner.vocabulary.faults import disk_problems, free_at, numbered_problem
from yaohao.planner.vocabulary.files import own_file
from yaohao.planner.vocabulary.problems import PlannerError, Problem

WAIT = 10.0
"""Seconds that SQLite waits for another connection."""

_AT_ONCE = 1 << 20
_BESIDE = ("-wal", "-journal")
_ERRORS = (sqlite3.Error, UnicodeDecodeError)  # the second where SQLite's own words are damaged
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SYSTEM = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
)  # fmt: skip


class Cursor(sqlite3.Cursor):
    """A cursor whose errors come as problems in words."""

    def execute(self, *arguments: Any) -> Cursor:
        """As the cursor of the library does; PlannerError for what the system reports."""
        try:
            super().execute(*arguments)
        except _ERRORS as error:
            raise self._told(error) from error
        return self

    def executemany(self, *arguments: Any) -> Cursor:
        """As the cursor of the library does; PlannerError for what the system reports."""
        try:
            super().executemany(*arguments)
        except _ERRORS as error:
            raise self._told(error) from error
        return self

    def fetchone(self) -> Any:
        """As the cursor of the library does; PlannerError for what the system reports."""
        try:
            return super().fetchone()
        except _ERRORS as error:
            raise self._told(error) from error

    def fetchmany(self, *arguments: Any) -> list[Any]:
        """As the cursor of the library does; PlannerError for what the system reports."""
        try:
            return super().fetchmany(*arguments)
        except _ERRORS as error:
            raise self._told(error) from error

    def fetchall(self) -> list[Any]:
        """As the cursor of the library does; PlannerError for what the system reports."""
        try:
            return super().fetchall()
        except _ERRORS as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> Exception:
        path = getattr(self.connection, "path", Path("planner.db"))
        problem = database_problem(error, path)
        return PlannerError(problem) if problem else error


class Connection(sqlite3.Connection):
    """A connection that knows its file, and whether it is for looking alone."""

    path = Path("planner.db")
    looking = False
    copy: ExitStack | None = None

    def cursor(self, factory: Any = Cursor) -> Any:
        """A cursor whose errors come as problems in words."""
        return super().cursor(factory)

    def execute(self, *arguments: Any) -> Any:
        """Carry out a statement; PlannerError for what the system reports."""
        return self.cursor().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        """Carry out a statement once for each of many rows; PlannerError as `execute`."""
        return self.cursor().executemany(*arguments)

    def text_pieces(self, table: str, column: str, rowid: int) -> Iterator[bytes]:
        """The bytes of a text, of which one piece is in memory at a time; PlannerError likewise."""
        try:
            with self.blobopen(table, column, rowid, readonly=True) as blob:
                while piece := blob.read(_AT_ONCE):
                    yield piece
        except _ERRORS as error:
            problem = database_problem(error, self.path)
            raise (PlannerError(problem) if problem else error) from error

    def close(self) -> None:
        """Close it; a copy made for looking goes."""
        super().close()
        if self.copy is not None:
            self.copy.close()


def open_database(path: Path) -> Connection:
    """The database at `path`, to be written if that can be, else to be looked at.

    Raises PlannerError where it cannot even be read.
    """
    try:
        return open_writing(path)
    except PlannerError as error:
        if not error.problems[0].code.startswith("disk."):
            raise
        connection = _look(path)
        if connection is None:
            raise
        return connection


def open_writing(path: Path) -> Connection:
    """The database at `path`, to be written; PlannerError where that cannot be."""
    connection = _connect(path, path.absolute().as_uri() + "?mode=rw")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _look(path: Path) -> Connection | None:
    """The database at `path`, for looking alone; None where that cannot be either.

    Without the right to write, SQLite can read a log that lies beside a database only where its
    index is there too. A copy of both is read then; without a log the file alone is all there is.
    """
    uri = path.absolute().as_uri()
    waiting = [path.with_name(path.name + end) for end in _BESIDE]
    waiting = [one for one in waiting if one.is_file() and one.stat().st_size]
    for question in ("?mode=ro", *(() if waiting else ("?mode=ro&immutable=1",))):
        try:
            connection = _connect(path, uri + question)
        except PlannerError:
            continue
        connection.looking = True
        return connection
    if not waiting:
        return None
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(_copies())
            for one in (path, *waiting):
                shutil.copyfile(one, folder / one.name)
            return _in_folder(path, folder, stack)
        except (OSError, PlannerError):
            return None


@contextmanager
def _copies() -> Iterator[Path]:
    """A folder for copies, which hold secrets: its owner's alone, and swept if nobody removes it.

    What a killed process left goes first, and with the next act of any workspace.
    """
    parent = Path(tempfile.gettempdir())
    whole_folders.sweep_beside(parent)
    folder = parent / whole_folders.unfinished_name()
    with whole_folders.open_folder(folder, private=True):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _in_folder(path: Path, folder: Path, stack: ExitStack) -> Connection:
    """A copy of the database at `path`, for looking alone; its folder goes when it is closed."""
    connection = _connect(path, (folder / path.name).as_uri() + "?mode=rw")
    connection.looking, connection.copy = True, stack.pop_all()
    return connection


def copy_for_looking(connection: Connection) -> Connection:
    """A copy of a database in a folder of its own; the given connection is closed.

    Raises PlannerError where there is no room for it, or the database cannot be read.
    """
    with ExitStack() as stack:
        with disk_problems(Path(tempfile.gettempdir())):
            folder = stack.enter_context(_copies())
            copy = folder / connection.path.name
            own_file(copy)
        copy_to(connection, copy)
        connection.close()
        return _in_folder(connection.path, folder, stack)


def copy_to(connection: Connection, to: Path) -> None:
    """Fill an empty file with a whole database, as it stands; PlannerError where that fails."""
    target = open_writing(to)
    try:
        target.execute("PRAGMA journal_mode = MEMORY").fetchone()
        connection.backup(target)
    except sqlite3.Error as error:
        raise PlannerError(database_problem(error, to) or _fault(error, to)) from error
    finally:
        target.close()


def beside(path: Path) -> list[Path]:
    """A database's file and those that SQLite keeps beside it."""
    return [path, *(path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))]


def _connect(path: Path, uri: str) -> Connection:
    """A connection that has read something; PlannerError where nothing can be read."""
    try:
        connection = sqlite3.connect(
            uri, isolation_level=None, timeout=WAIT, uri=True, factory=Connection
        )
    except sqlite3.Error as error:
        raise PlannerError(database_problem(error, path) or _fault(error, path)) from error
    connection.path = path
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def database_problem(error: Exception, path: Path) -> Problem | None:
    """What SQLite reports as a problem; None for what is a fault of the program."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        decoding = "decode" in str(error)  # a text of the database is no UTF-8 any more
        return _damaged(error, path) if decoding else None
    code &= 0xFF
    if code in _DAMAGED:
        return _damaged(error, path)
    if code in _HELD:
        return Problem("workspace.database-busy", {"file": str(path)})
    if code in _SYSTEM:
        return numbered_problem(_number(code, path), str(path), words=str(error))
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(("no such", "malformed JSON")):
        return _damaged(error, path)
    return None


def _damaged(error: Exception, path: Path) -> Problem:
    return Problem("workspace.bad-database", {"file": str(path), "found": str(error)})


def _fault(error: sqlite3.Error, path: Path) -> Problem:
    return Problem("disk.other", {"file": str(path), "found": str(error)})


def _number(code: int, path: Path) -> int:
    """The error number behind what SQLite reports, which keeps it to itself."""
    if code == sqlite3.SQLITE_FULL:
        return errno.ENOSPC
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return error.errno or errno.EIO
    folder = path.parent
    if hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY:
        return errno.EROFS
    if not (os.access(path, os.W_OK) and os.access(folder, os.W_OK)):
        return errno.EACCES
    free = free_at(folder)
    if free is not None and free < 1 << 16:
        return errno.ENOSPC
    return errno.EROFS if code == sqlite3.SQLITE_READONLY else errno.EIO


def set_journal(connection: Connection, *, is_on_network: bool) -> None:
    """Let a database keep a log beside it, or on a network drive, where that is not safe, none."""
    wanted = "delete" if is_on_network else "wal"
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == wanted:
        return
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
    except PlannerError as error:
        if error.problems[0].code != "workspace.database-busy":
            raise  # while somebody looks at it, it stays as it is; the next act tries again
    connection.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")


def sqlite_version() -> str:
    """The version of the SQLite library that this Python has."""
    return sqlite3.sqlite_version
