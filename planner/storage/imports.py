"""Imports as rows: what each read and did, the rows that it set aside, and how to take it back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yaohao.planner.schema.import_report import DismissedRow
from yaohao.planner.storage.registers import aside_row
from yaohao.planner.storage.rows import Rows
from yaohao.planner.vocabulary.clock import now
from yaohao.planner.vocabulary.digest import canonical, sha

_ASIDE_COLUMNS = (
    "number", "import", "register", "digest", "file", "line", "reason", "field", "found", "row",
    "source",
)  # fmt: skip
_DISMISSED = "number, register, file, line, reason, field, found, row, source, why"


class ImportNote(NamedTuple):
    """What an import read: its register, the digests of its files, its options, its counts."""

    register: str
    files: Sequence[str]
    options: Mapping[str, Any]
    rows: int
    accepted: int
    set_aside: int


class ImportOf(NamedTuple):
    """An import as it is noted. `before` and `after` are numbers of snapshots, 0 for none."""

    number: int
    register: str
    at: str
    files: list[str]
    options: dict[str, Any]
    rows: int
    accepted: int
    set_aside: int
    entry: str
    before: int
    after: int
    undone: str


class AsideRecord(NamedTuple):
    """A row set aside, and which files were read with it."""

    number: int
    register: str
    digest: str
    file: str
    line: int
    reason: str
    field: str
    found: str
    row: str
    source: str
    files: str
    """The digests of the files of its import, as JSON."""
    options: str
    """The options of its import, as JSON."""


class Change(NamedTuple):
    """What an import made of a row of a register; None where it was, or is, not there."""

    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class ImportRows(Rows):
    """The part of the database that tells what imports did."""

    def begin_import(self, note: ImportNote) -> int:
        """Note an import; its number."""
        number = self._number("SELECT coalesce(max(number), 0) + 1 FROM imports")
        self._insert(
            "imports",
            [
                {
                    "number": number,
                    "register": note.register,
                    "at": now(),
                    "files": canonical(list(note.files)),
                    "rows": note.rows,
                    "accepted": note.accepted,
                    "set_aside": note.set_aside,
                    "options": canonical(dict(note.options)),
                }
            ],
        )
        return number

    def end_import(self, number: int, entry: str, before: int = 0, after: int = 0) -> None:
        """Note with which entry of the ledger an import changed something, and the snapshots.

        From then on the import of the same register before it cannot be taken back any more.
        """
        self.connection.execute(
            "UPDATE imports SET entry = ?, before = ?, after = ? WHERE number = ?",
            (entry, before, after, number),
        )
        self._change(
            "undo",
            """DELETE FROM undo WHERE import <> ?1 AND import IN
               (SELECT number FROM imports WHERE register =
                (SELECT register FROM imports WHERE number = ?1))""",
            [(number,)],
        )

    def last_import(self, register: str = "") -> ImportOf | None:
        """The last import, of one register or any, that changed something; None for none."""
        imports = self._imports(
            "entry <> '' AND (register = ?1 OR ?1 = '') ORDER BY number DESC LIMIT 1", register
        )
        return imports[0] if imports else None

    def _imports(self, where: str, *values: Any) -> list[ImportOf]:
        rows = self._rows(
            f"SELECT {', '.join(ImportOf._fields)} FROM imports WHERE {where}", *values
        )
        return [
            ImportOf(
                **{**row, "files": json.loads(row["files"]), "options": json.loads(row["options"])}
            )
            for row in rows
        ]

    def note_undone(self, number: int, entry: str) -> None:
        """Note with which entry of the ledger an import was taken back."""
        self.connection.execute("UPDATE imports SET undone = ? WHERE number = ?", (entry, number))
        self._change("undo", "DELETE FROM undo WHERE import = ?", [(number,)])

    # what an import did

    def note_changes(self, number: int, changes: Iterable[Change]) -> None:
        """Keep what an import made of rows of a register, to take it back."""
        self._note_undo(
            number,
            "row",
            ((one.id, _text(one.before), _text(one.after)) for one in changes),
        )

    def changes_of(self, number: int) -> list[Change]:
        """What an import made of rows of a register, by ascending id."""
        self.seals.check("undo")
        rows = self._rows(
            "SELECT id, before, after FROM undo WHERE import = ? AND kind = 'row' ORDER BY id",
            number,
        )
        return [
            Change(row["id"], _document(row["before"]), _document(row["after"])) for row in rows
        ]

    def _note_undo(self, number: int, kind: str, rows: Iterable[tuple[str, str, str]]) -> None:
        self._change(
            "undo",
            "INSERT INTO undo (import, kind, id, before, after) VALUES (?, ?, ?, ?, ?)",
            ((number, kind, *row) for row in rows),
        )

    # rows set aside

    def aside_records(self, register: str) -> list[AsideRecord]:
        """The rows set aside of a register, in the order they came."""
        self.seals.check(f"set-aside:{register}")
        rows = self.connection.execute(
            """SELECT s.number, s.register, digest, file, line, reason, field, found, row, source,
                      i.files, i.options
               FROM set_aside s JOIN imports i ON i.number = s.import
               WHERE s.register = ? ORDER BY s.number""",
            (register,),
        ).fetchall()
        return [AsideRecord(*row) for row in rows]

    def keep_aside(self, number: int, register: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep rows that an import set aside, as its table has them."""
        self._insert(
            "set_aside",
            (
                {
                    "import": number,
                    "register": register,
                    "digest": sha(row["row"]),
                    "file": row["file"],
                    "line": row["line"],
                    "reason": row["reason"],
                    "field": row["column"],
                    "found": row["found"],
                    "row": row["row"],
                    "source": row["source"],
                }
                for row in rows
            ),
        )

    def take_aside(self, number: int, register: str, numbers: Iterable[int]) -> None:
        """Take rows set aside away because of an import, which can be taken back with them."""
        numbers = list(numbers)
        self._note_undo(
            number,
            "aside",
            ((f"{one:012d}", self._aside_text(one), "") for one in numbers),
        )
        self._drop_aside(register, numbers)

    def _aside_text(self, number: int) -> str:
        [row] = self._rows(
            f"SELECT {', '.join(_quoted(_ASIDE_COLUMNS))} FROM set_aside WHERE number = ?", number
        )
        return canonical(row)

    def _drop_aside(self, register: str, numbers: Iterable[int]) -> None:
        self._change(
            f"set-aside:{register}",
            "DELETE FROM set_aside WHERE number = ?",
            [(one,) for one in numbers],
        )

    def aside_of_import(self, number: int) -> tuple[int, int]:
        """How many rows an import set aside that still are, and how many it took away."""
        return (
            self._number("SELECT count(*) FROM set_aside WHERE import = ?", number),
            self._number("SELECT count(*) FROM undo WHERE import = ? AND kind = 'aside'", number),
        )

    def restore_aside(self, number: int, register: str) -> None:
        """Take away what an import set aside, and bring back what it took away."""
        self.seals.check("undo")
        part = f"set-aside:{register}"
        self._change(part, "DELETE FROM set_aside WHERE import = ?", [(number,)])
        texts = self._column(
            "SELECT before FROM undo WHERE import = ? AND kind = 'aside' ORDER BY id", number
        )
        names, marks = ", ".join(_quoted(_ASIDE_COLUMNS)), ", ".join("?" * len(_ASIDE_COLUMNS))
        rows = [json.loads(text) for text in texts]
        self._change(
            part,
            f"INSERT INTO set_aside ({names}) VALUES ({marks})",
            [[row[name] for name in _ASIDE_COLUMNS] for row in rows],
        )

    # dismissals

    def dismiss(self, rows: Iterable[AsideRecord], why: str, entry: str) -> None:
        """Take rows set aside off the list, with the reason and the entry that tells of it."""
        rows = list(rows)
        self._change(
            "dismissed",
            f"INSERT INTO dismissed ({_DISMISSED}, digest, entry) VALUES "
            "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(one.number, one.register, one.file, one.line, one.reason, one.field),
                    *(one.found, one.row, one.source, why, one.digest, entry),
                )
                for one in rows
            ],
        )
        for register in sorted({one.register for one in rows}):
            self._drop_aside(register, [one.number for one in rows if one.register == register])

    def dismissed(self, register: str = "") -> list[DismissedRow]:
        """The rows that were dismissed, of one register or all, in the order they came."""
        self.seals.check("dismissed")
        rows = self._rows(
            f"SELECT {_DISMISSED} FROM dismissed WHERE register = ?1 OR ?1 = '' ORDER BY number",
            register,
        )
        return [{**aside_row(row), "why": row["why"]} for row in rows]

    def dismissed_digests(self, register: str) -> set[tuple[str, str]]:
        """File name and digest of the text of the rows of a register that were dismissed."""
        self.seals.check("dismissed")
        return set(
            self.connection.execute(
                "SELECT file, digest FROM dismissed WHERE register = ?", (register,)
            ).fetchall()
        )


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _text(document: Mapping[str, Any] | None) -> str:
    return "" if document is None else canonical(dict(document))


def _document(text: str) -> dict[str, Any] | None:
    return dict(json.loads(text)) if text else None
