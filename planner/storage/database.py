"""The store: small and changing things as rows in SQLite, one transaction an act.

The only place that knows the SQL schema. Big things (snapshots, frames) are files beside it; they
are written first, under names that nothing refers to, and count only once a transaction names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yaohao.planner.ledger import ORIGIN, Line, next_line
from yaohao.planner.storage.connection import (
    Connection,
    check_version,
    open_database,
    open_writing,
    set_journal,
)
from yaohao.planner.storage.lock import WAIT, hold
from yaohao.planner.storage.network_drives import network_kind
from yaohao.planner.storage.seals import Seals
from yaohao.planner.vocabulary.clock import check_moment, now
from yaohao.planner.vocabulary.digest import canonical, sha
from yaohao.planner.vocabulary.files import own_file
from yaohao.planner.vocabulary.problems import PlannerError, refuse

FILE = "planner.db"
VERSION = 1

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


class Database:
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
            line = next_line(ORIGIN, {**first, "at": now()})
            connection.execute(
                "INSERT INTO ledger (previous, act, entry) VALUES (?, ?, ?)",
                (line.previous, canonical(dict(line.act)), line.entry),
            )
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
            last = self._last()[1]
            if last and not self._accept_clock:
                check_moment(now(), last)
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

    # the ledger

    def append(self, act: Mapping[str, Any]) -> Line:
        """Add an act to the ledger, with the present moment, and give its line back."""
        previous, moment = self._last()
        # A clock set back a little, or accepted, may not make the chain's times decrease.
        line = next_line(previous, {**act, "at": max(now(), moment)})
        self.connection.execute(
            "INSERT INTO ledger (previous, act, entry) VALUES (?, ?, ?)",
            (line.previous, canonical(dict(line.act)), line.entry),
        )
        return line

    def _last(self) -> tuple[str, str]:
        """The last entry of the ledger and its moment."""
        last = self.connection.execute(
            "SELECT entry, act FROM ledger ORDER BY line DESC LIMIT 1"
        ).fetchone()
        return (last[0], json.loads(last[1])["at"]) if last else (ORIGIN, "")

    def head(self) -> str:
        """The last entry of the ledger."""
        return self._last()[0]

    def ledger(self, *, as_it_stands: bool = False) -> list[Line]:
        """The whole ledger; PlannerError where it is broken, unless asked for as it stands."""
        if not as_it_stands:
            self.seals.check()
        rows = self.connection.execute(
            "SELECT previous, act, entry FROM ledger ORDER BY line"
        ).fetchall()
        return [Line(previous, json.loads(act), entry) for previous, act, entry in rows]

    def published(self) -> set[str]:
        """The digests of the lists of files of all publications, by the ledger."""
        return {
            str(line.act["sums"]) for line in self.ledger() if line.act.get("act") == "publication"
        }

    # the registers

    def roster(self, register: str) -> list[dict[str, Any]]:
        """The rows of `inspectors`, `items`, `leads` or `lists`, in ascending order of their id."""
        self.seals.check(f"roster:{register}")
        rows = self.connection.execute(
            "SELECT document FROM rosters WHERE register = ? ORDER BY id", (register,)
        ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def put_roster(
        self, register: str, rows: Iterable[Mapping[str, Any]], *, replace: bool = False
    ) -> None:
        """Add or change rows by their id; with `replace` they are the whole register."""
        self.seals.touch(f"roster:{register}")
        if replace:
            self.connection.execute("DELETE FROM rosters WHERE register = ?", (register,))
        key = ROSTER_KEYS[register]
        self.connection.executemany(
            "INSERT OR REPLACE INTO rosters VALUES (?, ?, ?)",
            ((register, row[key], canonical(dict(row))) for row in rows),
        )

    def snapshot(self) -> tuple[str, str, int] | None:
        """The current snapshot of entities: file, digest of its content, entities; or None."""
        self.seals.check("snapshots")
        row: tuple[str, str, int] | None = self.connection.execute(
            "SELECT file, content, entities FROM snapshots ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return row

    def snapshot_files(self) -> list[str]:
        """The names of the files of all snapshots."""
        self.seals.check("snapshots")
        return [row["file"] for row in self.rows("SELECT file FROM snapshots ORDER BY number")]

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows into a table of the schema; all must have the first one's columns."""
        rows = list(rows)
        if rows:
            for part in sorted({_part_of(table, row) for row in rows} - {""}):
                self.seals.touch(part)
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
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def change(self, parts: Iterable[str], query: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change rows of parts (see `seals`) by a query, once for each of `rows`."""
        for part in parts:
            self.seals.touch(part)
        self.connection.executemany(query, rows)

    def all_draws(self) -> list[dict[str, Any]]:
        """The draws in the order in which they were frozen; `plan` and `record` are texts."""
        self.seals.check("draws")
        return self.rows("SELECT draw, plan_id, stage, plan, record FROM draws ORDER BY place")

    # the draws

    def draw(self, draw: str) -> dict[str, Any]:
        """A draw: `draw`, `plan_id`, `stage`, and `plan` and `record` as documents.

        Raises PlannerError where there is none of that id, with the ids there are.
        """
        self.seals.check("draws")
        found = self.rows("SELECT * FROM draws WHERE draw = ?", draw)
        if not found:
            known = [row["draw"] for row in self.rows("SELECT draw FROM draws ORDER BY place")]
            raise refuse("draw.unknown" if known else "draw.none", draw=draw, known=known)
        row = found[0]
        return {**row, "plan": json.loads(row["plan"]), "record": json.loads(row["record"])}

    def update_draw(self, draw: str, stage: str, record: Mapping[str, Any]) -> None:
        """Set a draw's stage and record."""
        self.seals.touch("draws")
        self.connection.execute(
            "UPDATE draws SET stage = ?, record = ? WHERE draw = ?",
            (stage, canonical(dict(record)), draw),
        )

    def put_document(self, draw: str, name: str, document: Any) -> str:
        """Keep a document of a draw as canonical JSON; its digest."""
        return self._put_document("INSERT", draw, name, document)

    def replace_document(self, draw: str, name: str, document: Any) -> str:
        """Keep a document of a draw in the place of the one of that name; its digest."""
        return self._put_document("INSERT OR REPLACE", draw, name, document)

    def _put_document(self, how: str, draw: str, name: str, document: Any) -> str:
        text = canonical(document)
        digest = sha(text)
        self.seals.put(f"document:{name}:{draw}", digest)
        self.connection.execute(f"{how} INTO documents VALUES (?, ?, ?)", (draw, name, text))
        return digest

    def document(self, draw: str, name: str) -> Any:
        """A document of a draw, or None where there is none yet."""
        self.seals.check(f"document:{name}:{draw}")
        row = self.connection.execute(
            "SELECT text FROM documents WHERE draw = ? AND name = ?", (draw, name)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def visits(self, draw: str) -> list[dict[str, Any]]:
        """The visits of a draw in order; `inspectors` is a list and `reserve` a truth value."""
        self.seals.check(f"visits:{draw}")
        found = self.rows("SELECT * FROM visits WHERE draw = ? ORDER BY place", draw)
        return [
            {**row, "reserve": bool(row["reserve"]), "inspectors": json.loads(row["inspectors"])}
            for row in found
        ]


def beside(path: Path) -> list[Path]:
    """A database's file and those that SQLite keeps beside it."""
    return [path, *(path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))]


def _part_of(table: str, row: Mapping[str, Any]) -> str:
    """The part of the database in which a row stands; "" for those that are not sealed."""
    heads = {"visits": "draw", "documents": "draw", "rosters": "register", "set_aside": "register"}
    head = {"rosters": "roster", "set_aside": "set-aside"}.get(table, table)
    if table in heads:
        return f"{head}:{row[heads[table]]}"
    return table if table in ("draws", "snapshots") else ""
