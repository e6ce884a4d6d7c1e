"""Seals: what each part of the database, and each file that it names, was when it was last written.

A disk that turns a bit over does not say so. A seal is a digest; every act leaves those of what it
wrote in the database, in its own transaction, and what is read is held against them. They guard
against faults, not against a person: that is what the chain of the ledger is for.

A workspace of a program that kept no seals is sealed when it is brought up to date; acts that such
a program does after that are seen by the ledger being longer, and what they may have changed is
sealed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from yaohao.planner.ledger import ORIGIN
from yaohao.planner.storage.case_tables import TABLES as CASE_TABLES
from yaohao.planner.storage.connection import Connection
from yaohao.planner.vocabulary.digest import canonical, sha
from yaohao.planner.vocabulary.problems import refuse

_PARTS = {
    "draws": "draws ORDER BY place",
    "snapshots": "snapshots ORDER BY number",
    "visits": "visits WHERE draw = ? ORDER BY place",
    "results": "results WHERE draw = ? ORDER BY number",
    "result-details": "result_details WHERE draw = ? ORDER BY entry, entity_id, item_id",
    "roster": "rosters WHERE register = ? ORDER BY id",
    "set-aside": "set_aside WHERE register = ? ORDER BY number",
    "undo": "undo ORDER BY import, kind, id",
    "dismissed": "dismissed ORDER BY number",
    "inspections": "inspections ORDER BY number",
    "indicators": "indicators ORDER BY number",
}
"""The parts by the head of their name; what is behind its colon is a draw or a register.

A document of a draw is a part too, ``document:NAME:DRAW``; its seal is the digest of its text.
"""

FILE = "file:"
"""What begins the name of a file's seal; the path below the workspace's folder follows."""

_LARGE = 16 << 20  # bytes up to which a database is looked through as a whole
_LEDGER, _ALL = "ledger", "all"
_AT_ONCE = 1 << 12  # rows that are read and hashed at once
_NONE = "-"  # the digest of a document that is not there


class Seals:
    """The seals of a database. `connection` gives the one in use."""

    def __init__(self, connection: Callable[[], Connection], path: Path) -> None:
        self._connect = connection
        self._path = path
        self._state: tuple[int, int] = (-1, -1)
        self._known: dict[str, str] = {}
        self._checked: set[str] = set()
        self._touched: set[str] = set()
        self._files: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._chain = (0, ORIGIN, "")
        self._are_void = False
        self._is_in_act = False
        self._is_new = True
        self._is_looking = False
        self._is_renewed = False

    # reading

    @contextmanager
    def as_it_stands(self) -> Iterator[None]:
        """Let what is read in the block be read unchecked: to tell what is broken, never to act."""
        before, self._is_looking = self._is_looking, True
        try:
            yield
        finally:
            self._is_looking = before

    @contextmanager
    def overviewing(self) -> Iterator[None]:
        """As `as_it_stands`; what cannot even be read there is told as the damage that it is."""
        try:
            with self.as_it_stands():
                yield
        except (ValueError, KeyError, TypeError, AttributeError):
            self.check_all()
            raise

    def check(self, *parts: str) -> None:
        """Raise PlannerError where a part, or the ledger, is not what was last written."""
        if self._is_looking:
            return
        self._load()
        for part in parts:
            if part in self._touched or part in self._checked or self._are_void:
                continue
            expected = self._known.get(part)
            if expected is not None:
                self.compare(part, expected, self._digest(part))
            self._checked.add(part)

    def check_all(self) -> None:
        """Raise PlannerError where any part, or the ledger, is not what was last written."""
        self._load()
        self.check(*(part for part in self._known if not part.startswith((FILE, _LEDGER, _ALL))))

    def compare(self, part: str, expected: str, found: str) -> None:
        """Raise PlannerError where the digest of a part is another than the one expected."""
        if found != expected:
            raise self.changed(part, expected, found)

    def of_part(self, part: str) -> str | None:
        """The digest of a part when it was last written; None where it is being changed, or was not
        kept.
        """
        self._load()
        return None if part in self._touched or self._are_void else self._known.get(part)

    def of_file(self, name: str) -> str | None:
        """The SHA-256 that a file had when it was written; None where that was not kept."""
        self._load()
        return self._files.get(name) or self._known.get(FILE + name)

    def files(self) -> dict[str, str]:
        """The SHA-256 of every file that was written, by its path below the workspace's folder."""
        self._load()
        return {
            part.removeprefix(FILE): digest
            for part, digest in self._known.items()
            if part.startswith(FILE)
        }

    def _load(self) -> None:
        """Take the seals up, and check the ledger, wherever the database has changed."""
        if self._is_in_act:  # nobody else can change anything until it ends
            return
        connection = self._connect()
        if self._is_new:
            self._check_whole()
        state = (
            connection.execute("PRAGMA data_version").fetchone()[0],
            connection.total_changes,
        )
        if state == self._state:
            return
        self._checked = set()
        self._known = self._read()
        lines, head = self._check_chain()
        sealed = self._known.get(_LEDGER)
        self._are_void = False
        if sealed is not None:
            number, _, entry = sealed.partition(":")
            if (lines, head) != (int(number), entry):
                row = connection.execute(
                    "SELECT entry FROM ledger WHERE line = ?", (int(number),)
                ).fetchone()
                if row is None or row[0] != entry:
                    raise self.changed(_LEDGER, sealed, f"{lines}:{head}")
                self._are_void = True
        self._state = state

    def _check_whole(self) -> None:
        """Let SQLite look through its file, indexes too: by these, rows are found or are not.

        Some 2 ms for each MB; at the beginning, and before anything is written. Where the file is
        large because of its cases, theirs are left out: a case is held against its own events
        whenever it is read, and `doctor` looks through all.
        """
        for answer in self._look_through(whole=self._size() <= _LARGE):
            if answer != "ok":
                raise refuse("workspace.bad-database", file=str(self._path), found=answer[:160])
        self._is_new = False

    def look_through(self) -> None:
        """Let SQLite look through the whole file; PlannerError where anything is damaged."""
        for answer in self._look_through(whole=True):
            if answer != "ok":
                raise refuse("workspace.bad-database", file=str(self._path), found=answer[:160])

    def _size(self) -> int:
        """How large the file is, in bytes."""
        pages, size = (
            self._connect().execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "page_size")
        )
        return int(pages * size)

    def _look_through(self, *, whole: bool) -> Iterator[str]:
        """What SQLite finds wrong, or ``ok``; of all tables but those of cases, or of the whole."""
        connection = self._connect()
        tables: list[str] = [""]
        if not whole:
            names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            tables = [name for (name,) in names.fetchall() if name not in CASE_TABLES]
        for table in tables:
            check = f"integrity_check({_quoted(table) if table else 1})"
            for (answer,) in connection.execute(f"PRAGMA {check}").fetchall():
                yield str(answer)

    def _read(self) -> dict[str, str]:
        connection = self._connect()
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'seals'").fetchone()
        if there is None:
            return {}
        known = dict(connection.execute("SELECT part, digest FROM seals").fetchall())
        expected = known.pop(_ALL, "")
        if known and (digest := sha(canonical(known))) != expected:
            raise self.changed("seals", expected, digest)
        return known

    def _check_chain(self) -> tuple[int, str]:
        """Check the chain from where it was checked before; its length and its last entry."""
        number, previous, last = self._chain
        connection = self._connect()
        if number:
            row = connection.execute(
                "SELECT entry FROM ledger WHERE line = ?", (number,)
            ).fetchone()
            if row is None or row[0] != last:
                number, previous = 0, ORIGIN
        rows = connection.execute(
            "SELECT line, previous, act, entry FROM ledger WHERE line > ? ORDER BY line", (number,)
        ).fetchall()
        for line, before, act, entry in rows:
            number += 1
            expected = sha(f"{previous}|{act}")
            for what, wanted, found in (
                ("line", number, line),
                ("previous", previous, before),
                ("entry", expected, entry),
            ):
                if wanted != found:
                    raise refuse(
                        "workspace.broken-ledger", file=str(self._path), row=number, what=what,
                        expected=wanted, found=found,
                    )  # fmt: skip
            previous = entry
        self._chain = (number, previous, previous)
        return number, previous

    def _digest(self, part: str) -> str:
        kind, _, name = part.partition(":")
        connection = self._connect()
        if kind == "document":
            name, _, draw = name.partition(":")
            row = connection.execute(
                "SELECT rowid FROM documents WHERE draw = ? AND name = ?", (draw, name)
            ).fetchone()
            if row is None:
                return _NONE
            digest = sha256()
            for piece in connection.text_pieces("documents", "text", int(row[0])):
                digest.update(piece)
            return digest.hexdigest()
        table = _PARTS[kind].split(" ", 1)[0]
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()]
        digest = sha256()
        query = f"SELECT json_array({', '.join(map(_quoted, columns))}) FROM {_PARTS[kind]}"
        cursor = connection.execute(query, (name,) if name else ())
        while rows := cursor.fetchmany(_AT_ONCE):
            text = "".join([f"{text}\n" for (text,) in rows])
            digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def changed(self, part: str, expected: str, found: str) -> Exception:
        """The refusal of a part whose digest, or what stands there, is another than expected."""
        return refuse(
            "workspace.rows-changed",
            file=str(self._path),
            part=part,
            expected=expected,
            found=found,
        )

    # writing

    def begin(self) -> None:
        """Note that an act begins, in a transaction of its own; what it hangs on must be sound."""
        self.forget()
        self._is_new = True
        self.check("draws", "snapshots")
        self._is_in_act = True

    def touch(self, part: str) -> None:
        """Note that an act is about to change a part, which must be sound until then."""
        if part not in self._touched:
            self.check(part)
            self._touched.add(part)

    def put(self, part: str, digest: str) -> None:
        """Note that an act has written a part, and its digest, which is known already."""
        self.touch(part)
        self._given[part] = digest

    def put_file(self, name: str, digest: str) -> None:
        """Note the SHA-256 of a file that an act has written."""
        self._files[name] = digest

    def renew(self) -> None:
        """Seal all anew at the end of the act, which has changed the schema; all was sound."""
        self._is_renewed = True

    def write(self) -> None:
        """Seal what an act has changed; the last thing of its transaction."""
        connection = self._connect()
        rows = {part: self._given.get(part) or self._digest(part) for part in self._due()}
        rows |= {FILE + name: digest for name, digest in self._files.items()}
        lines, head = self._check_chain()
        known = {**self._known, **rows, _LEDGER: f"{lines}:{head}"}
        if self._is_renewed:
            known = {key: value for key, value in known.items() if value != _NONE}
        if known != self._known:
            changed = {key: value for key, value in known.items() if self._known.get(key) != value}
            changed[_ALL] = sha(canonical(known))
            gone = [(part,) for part in self._known.keys() - known.keys()]
            connection.executemany("DELETE FROM seals WHERE part = ?", gone)
            connection.executemany("INSERT OR REPLACE INTO seals VALUES (?, ?)", changed.items())
        self.forget()

    def forget(self) -> None:
        """Forget what an act was about to change; it ended."""
        self._touched = set()
        self._files = {}
        self._given = {}
        self._is_renewed = False
        self._state = (-1, -1)
        self._is_in_act = False

    def _due(self) -> set[str]:
        """The parts to be sealed: those that were changed; all where seals are missing or void."""
        due = set(self._touched)
        if self._known and not self._are_void and not self._is_renewed:
            return due
        due |= {part for part in self._known if part != _LEDGER and not part.startswith(FILE)}
        connection = self._connect()
        due |= {"draws", "snapshots"}
        for (draw,) in connection.execute("SELECT draw FROM draws").fetchall():
            due |= {f"visits:{draw}", f"results:{draw}", f"result-details:{draw}"}
        for draw, name in connection.execute("SELECT draw, name FROM documents").fetchall():
            due.add(f"document:{name}:{draw}")
        for head, table in (("roster", "rosters"), ("set-aside", "set_aside")):
            for (register,) in connection.execute(
                f"SELECT DISTINCT register FROM {table}"
            ).fetchall():
                due.add(f"{head}:{register}")
        return due


def _quoted(name: str) -> str:
    return f'"{name}"'
