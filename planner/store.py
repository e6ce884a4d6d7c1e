"""The store: small and changing things as rows in SQLite, one transaction an act.

The only place that knows the SQL schema. Big things (snapshots, frames) are files beside it; they
are written first, under names that nothing refers to, and count only once a transaction names them.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planner.ledger import ORIGIN, Line, next_line
from planner.vocabulary.clock import now
from planner.vocabulary.digest import canonical
from planner.vocabulary.problems import refuse

FILE = "planner.db"
LOCK = "planner.lock"
HOLDER = "planner.holder"
VERSION = 1
WAIT = 10.0
"""Seconds that an act waits for another to end before it says who holds the workspace."""

ROSTER_KEYS = {
    "inspectors": "inspector_id",
    "items": "item_id",
    "leads": "lead_id",
    "lists": "entry_id",
}
"""The registers that are rows, and the key of each."""

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


class Store:
    """The rows of a workspace. Reading needs no lock; writing goes through `act`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE
        if not self._path.is_file():
            raise refuse("workspace.no-database", file=str(self._path))
        self.connection = _connect(self._path)
        try:
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise refuse(
                "workspace.bad-database", file=str(self._path), found=str(error)
            ) from error
        if version != VERSION:
            raise refuse(
                "workspace.other-version", file=str(self._path), found=version, expected=VERSION
            )

    @classmethod
    def create(cls, folder: Path) -> None:
        """Make the database of a new workspace, whole or not at all."""
        fresh = folder / f"{FILE}.new"
        fresh.unlink(missing_ok=True)
        connection = sqlite3.connect(fresh, isolation_level=None)
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        connection.close()
        fresh.replace(folder / FILE)

    def close(self) -> None:
        """Close the connection; further use raises."""
        self.connection.close()

    @contextmanager
    def act(self, name: str, wait: float = WAIT) -> Iterator[None]:
        """Hold the workspace, then change it: all of the block's rows or none.

        Raises PlannerError naming the holder where another act does not end within `wait` seconds.
        """
        with hold(self.folder, name, wait):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    # the ledger

    def append(self, act: Mapping[str, Any]) -> Line:
        """Add an act to the ledger, with the present moment, and give its line back."""
        last = self.connection.execute(
            "SELECT entry, act FROM ledger ORDER BY line DESC LIMIT 1"
        ).fetchone()
        previous, moment = (last[0], json.loads(last[1])["at"]) if last else (ORIGIN, "")
        # A clock set back may not make the chain's times decrease.
        line = next_line(previous, {**act, "at": max(now(), moment)})
        self.connection.execute(
            "INSERT INTO ledger (previous, act, entry) VALUES (?, ?, ?)",
            (line.previous, canonical(dict(line.act)), line.entry),
        )
        return line

    def ledger(self) -> list[Line]:
        """The whole ledger, as it stands."""
        rows = self.connection.execute("SELECT previous, act, entry FROM ledger ORDER BY line")
        return [Line(previous, json.loads(act), entry) for previous, act, entry in rows]

    def published(self) -> set[str]:
        """The digests of the lists of files of all publications, by the ledger."""
        return {
            str(line.act["sums"]) for line in self.ledger() if line.act.get("act") == "publication"
        }

    # the registers

    def roster(self, register: str) -> list[dict[str, Any]]:
        """The rows of `inspectors`, `items`, `leads` or `lists`, in ascending order of their id."""
        rows = self.connection.execute(
            "SELECT document FROM rosters WHERE register = ? ORDER BY id", (register,)
        )
        return [json.loads(row[0]) for row in rows]

    def put_roster(
        self, register: str, rows: Iterable[Mapping[str, Any]], *, replace: bool = False
    ) -> None:
        """Add or change rows by their id; with `replace` they are the whole register."""
        if replace:
            self.connection.execute("DELETE FROM rosters WHERE register = ?", (register,))
        key = ROSTER_KEYS[register]
        self.connection.executemany(
            "INSERT OR REPLACE INTO rosters VALUES (?, ?, ?)",
            ((register, row[key], canonical(dict(row))) for row in rows),
        )

    def snapshot(self) -> tuple[str, str, int] | None:
        """The current snapshot of entities: file, digest of its content, entities; or None."""
        row: tuple[str, str, int] | None = self.connection.execute(
            "SELECT file, content, entities FROM snapshots ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return row

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows into a table of the schema; all must have the first one's columns."""
        rows = list(rows)
        if rows:
            columns = list(rows[0])
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            self.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                (tuple(row[column] for column in columns) for row in rows),
            )

    def rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query, by column name."""
        cursor = self.connection.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    # the draws

    def draw(self, draw: str) -> dict[str, Any]:
        """A draw: `draw`, `plan_id`, `stage`, and `plan` and `record` as documents.

        Raises PlannerError where there is none of that id, with the ids there are.
        """
        found = self.rows("SELECT * FROM draws WHERE draw = ?", draw)
        if not found:
            known = [row["draw"] for row in self.rows("SELECT draw FROM draws ORDER BY place")]
            raise refuse("draw.unknown" if known else "draw.none", draw=draw, known=known)
        row = found[0]
        return {**row, "plan": json.loads(row["plan"]), "record": json.loads(row["record"])}

    def update_draw(self, draw: str, stage: str, record: Mapping[str, Any]) -> None:
        """Set a draw's stage and record."""
        self.connection.execute(
            "UPDATE draws SET stage = ?, record = ? WHERE draw = ?",
            (stage, canonical(dict(record)), draw),
        )

    def put_document(self, draw: str, name: str, document: Any) -> None:
        """Keep a document of a draw as canonical JSON."""
        self.connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?)", (draw, name, canonical(document))
        )

    def replace_document(self, draw: str, name: str, document: Any) -> None:
        """Keep a document of a draw in the place of the one of that name, if there is one."""
        self.connection.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (draw, name, canonical(document))
        )

    def document(self, draw: str, name: str) -> Any:
        """A document of a draw, or None where there is none yet."""
        row = self.connection.execute(
            "SELECT text FROM documents WHERE draw = ? AND name = ?", (draw, name)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def visits(self, draw: str) -> list[dict[str, Any]]:
        """The visits of a draw in order; `inspectors` is a list and `reserve` a truth value."""
        found = self.rows("SELECT * FROM visits WHERE draw = ? ORDER BY place", draw)
        return [
            {**row, "reserve": bool(row["reserve"]), "inspectors": json.loads(row["inspectors"])}
            for row in found
        ]


@contextmanager
def hold(folder: Path, name: str, wait: float = WAIT) -> Iterator[None]:
    """Hold a workspace's lock; it falls with the process, however that ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    holder = folder / HOLDER
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise refuse("workspace.held", **_holder(holder), wait=wait) from error
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "act": name, "since": now()}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
        return {"pid": found["pid"], "act": found["act"], "since": found["since"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {"pid": "?", "act": "?", "since": "?"}


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=WAIT)
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise refuse("workspace.bad-database", file=str(path), found=str(error)) from error
    return connection
