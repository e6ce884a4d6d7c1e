"""The registers: rosters as rows, snapshots of entities by name, imports, rows set aside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, overload

from yaohao.planner.schema.import_report import SetAsideRow
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.item import ItemRow, ListRow
from yaohao.planner.schema.lead import LeadRow
from yaohao.planner.schema.reports.registers import SetAsideCount
from yaohao.planner.storage.rows import Rows
from yaohao.planner.vocabulary.digest import canonical, document_digest

REGISTERS = ("entities", "inspectors", "items", "leads", "lists")
"""What can be imported into a workspace, results aside, which are of a draw."""

ROSTER_KEYS = {
    "inspectors": "inspector_id",
    "items": "item_id",
    "leads": "lead_id",
    "lists": "entry_id",
    "vouched": "code",
}
"""The registers that are rows, and the key of each; vouched codes are kept like one."""

FROZEN_REGISTERS = ("leads", "lists")
"""The registers of rows that a frame is made from, kept with the draw as they were then."""

ABOUT_VISITS = ("results", "inspections")
"""What else is read from files, whose rows are set aside alike."""

_ASIDE = "number, register, file, line, reason, field, found, row, source"
_SEARCHED = ("file", "found", "field", "reason", "row")
"""The columns of a row set aside in which a typed word is looked for."""


def roster_document(register: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A register of rows as a document, of which the ledger names the digest."""
    key = ROSTER_KEYS[register]
    return sorted((dict(row) for row in rows), key=lambda row: str(row[key]))


def roster_digest(register: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """The digest of a register of rows, as the ledger names it."""
    return document_digest(roster_document(register, rows))


class Snapshot(NamedTuple):
    """A snapshot of entities: its file's name, the digest of its content, how many entities."""

    file: str
    content: str
    entities: int


class AsideWord(NamedTuple):
    """A word looked for in rows set aside, and the codes of the reasons whose words have it."""

    word: str
    reasons: Sequence[str]


class RegisterRows(Rows):
    """The part of the database that holds the registers."""

    # rosters

    @overload
    def roster(self, register: Literal["inspectors"]) -> list[InspectorRow]: ...

    @overload
    def roster(self, register: Literal["items"]) -> list[ItemRow]: ...

    @overload
    def roster(self, register: Literal["leads"]) -> list[LeadRow]: ...

    @overload
    def roster(self, register: Literal["lists"]) -> list[ListRow]: ...

    @overload
    def roster(self, register: str) -> Sequence[Mapping[str, Any]]: ...

    def roster(self, register: str) -> Any:
        """The rows of `inspectors`, `items`, `leads` or `lists`, in ascending order of their id."""
        self.seals.check(f"roster:{register}")
        texts = self._column(
            "SELECT document FROM rosters WHERE register = ? ORDER BY id", register
        )
        return [json.loads(text) for text in texts]

    @overload
    def roster_naming(self, register: Literal["inspectors"], value: str) -> list[InspectorRow]: ...

    @overload
    def roster_naming(self, register: Literal["leads"], value: str) -> list[LeadRow]: ...

    @overload
    def roster_naming(self, register: str, value: str) -> Sequence[Mapping[str, Any]]: ...

    def roster_naming(self, register: str, value: str) -> Any:
        """The rows of a roster that hold a text somewhere, found without reading the others."""
        self.seals.check(f"roster:{register}")
        texts = self._column(
            "SELECT document FROM rosters WHERE register = ? AND instr(document, ?) ORDER BY id",
            register,
            json.dumps(value),
        )
        return [json.loads(text) for text in texts]

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

    def change_roster(
        self, register: str, gone: Iterable[str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Take rows away by their id, and put others there."""
        self._change(
            f"roster:{register}",
            "DELETE FROM rosters WHERE register = ? AND id = ?",
            [(register, one) for one in gone],
        )
        self.put_roster(register, rows)

    def roster_size(self, register: str) -> int:
        """How many rows a roster has."""
        return self._number("SELECT count(*) FROM rosters WHERE register = ?", register)

    def roster_sizes(self) -> dict[str, int]:
        """How many rows each roster has; those without any are left out."""
        rows = self._rows("SELECT register, count(*) AS n FROM rosters GROUP BY 1")
        return {row["register"]: row["n"] for row in rows}

    # snapshots of entities

    def snapshot(self) -> Snapshot | None:
        """The current snapshot of entities, or None."""
        self.seals.check("snapshots")
        row = self.connection.execute(
            "SELECT file, content, entities FROM snapshots ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return Snapshot(*row) if row else None

    def snapshot_of(self, content: str) -> Snapshot | None:
        """The snapshot with that digest of its content, the last of them, or None."""
        self.seals.check("snapshots")
        row = self.connection.execute(
            "SELECT file, content, entities FROM snapshots WHERE content = ? "
            "ORDER BY number DESC LIMIT 1",
            (content,),
        ).fetchone()
        return Snapshot(*row) if row else None

    def snapshot_files(self) -> list[str]:
        """The names of the files of all snapshots."""
        self.seals.check("snapshots")
        return self._column("SELECT file FROM snapshots ORDER BY number")

    def next_snapshot(self) -> int:
        """The number that the next snapshot gets."""
        return self._number("SELECT coalesce(max(number), 0) + 1 FROM snapshots")

    def snapshot_number(self) -> int:
        """The number of the current snapshot, 0 for none."""
        return self.next_snapshot() - 1

    def snapshot_at(self, number: int) -> Snapshot | None:
        """A snapshot by its number, or None."""
        self.seals.check("snapshots")
        row = self.connection.execute(
            "SELECT file, content, entities FROM snapshots WHERE number = ?", (number,)
        ).fetchone()
        return Snapshot(*row) if row else None

    def add_snapshot(self, number: int, snapshot: Snapshot) -> None:
        """Make a snapshot, whose file is there, the current one."""
        self._insert("snapshots", [{"number": number, **snapshot._asdict()}])

    # rows set aside

    def set_aside(self, register: str) -> list[SetAsideRow]:
        """The rows set aside of a register, in the order they came."""
        self.seals.check(f"set-aside:{register}")
        return list(map(aside_row, self._rows(f"{_OF_REGISTER} ORDER BY number", register)))

    def set_aside_rows(self, register: str, numbers: Sequence[int]) -> dict[int, Mapping[str, str]]:
        """Those of some rows set aside of a register that are there: number → its texts."""
        self.seals.check(f"set-aside:{register}")
        rows = self._rows(
            "SELECT number, row FROM set_aside WHERE register = ? "
            "AND number IN (SELECT value FROM json_each(?))",
            register,
            json.dumps(list(numbers)),
        )
        return {row["number"]: json.loads(row["row"]) for row in rows}

    def set_aside_page(
        self, register: str, words: Sequence[AsideWord], first: int, count: int
    ) -> list[SetAsideRow]:
        """Some of the rows set aside, of one register or all (""), that have all the words."""
        where, values = _having(register, words)
        rows = self._rows(
            f"SELECT {_ASIDE} FROM set_aside {where} ORDER BY number LIMIT ? OFFSET ?",
            *values,
            count,
            first,
        )
        return list(map(aside_row, rows))

    def set_aside_count(self, register: str, words: Sequence[AsideWord]) -> int:
        """How many rows set aside, of one register or all (""), have all the words."""
        where, values = _having(register, words)
        return self._number(f"SELECT count(*) FROM set_aside {where}", *values)

    def set_aside_sizes(self) -> dict[str, int]:
        """How many rows of each register are set aside; those without any are left out."""
        rows = self._rows("SELECT register, count(*) AS n FROM set_aside GROUP BY 1")
        return {row["register"]: row["n"] for row in rows}

    def set_aside_reasons(self) -> list[SetAsideCount]:
        """How many rows are set aside by register and reason, the most frequent first."""
        rows = self._rows(
            "SELECT register, reason, count(*) AS n FROM set_aside "
            "GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"
        )
        return [
            {"register": row["register"], "reason": row["reason"], "n": row["n"]} for row in rows
        ]


_OF_REGISTER = f"SELECT {_ASIDE} FROM set_aside WHERE register = ?"


def aside_row(row: Mapping[str, Any]) -> SetAsideRow:
    """A row set aside, as reports show it, from one of the database."""
    return {
        "number": row["number"],
        "register": row["register"],
        "file": row["file"],
        "line": row["line"],
        "reason": row["reason"],
        "field": row["field"],
        "found": row["found"],
        "row": json.loads(row["row"]),
        "source": row["source"],
    }


def _having(register: str, words: Sequence[AsideWord]) -> tuple[str, list[Any]]:
    """The condition of a filter of rows set aside: texts as they stand, reasons by their codes."""
    where, values = ["(register = ? OR ? = '')"], [register, register]
    for word, reasons in words:
        parts = [f"instr(lower({name}), lower(?)) > 0" for name in _SEARCHED]
        parts += [f"reason IN ({', '.join('?' * len(reasons))})"] if reasons else []
        where.append(f"({' OR '.join(parts)})")
        values += [word] * len(_SEARCHED) + list(reasons)
    return "WHERE " + " AND ".join(where), values
