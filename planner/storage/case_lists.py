"""What lists of cases ask of the rows: the cases of a list, groups of the morning's list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from yaohao.planner.storage.case_groups import DueGroup, WaitingGroup
from yaohao.planner.storage.case_row import CaseRow, DueRow
from yaohao.planner.storage.case_words import CaseWord, CaseWordRows
from yaohao.planner.vocabulary.text import name_core

_CASE = ", ".join(f"c.{name}" for name in CaseRow._fields)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list is of; what is empty does not count.

    `office` is the beginning of a division's code; `entity` an id, whose cohorts count too,
    or several, parted by commas; `me`
    whoever asks, whose own proposals are not theirs to decide. `state` and `due` are those of the
    kind; `due_by` and `due_on` are ISO days; `waits` a party, `cause` the id of a case; `standing`
    is ``open``, ``closed`` or empty.
    """

    kind: str = ""
    state: str = ""
    office: str = ""
    entity: str = ""
    me: str = ""
    waits: str = ""
    due: str = ""
    due_on: str = ""
    due_by: str = ""
    cause: str = ""
    standing: str = ""
    words: tuple[CaseWord, ...] = ()
    """What each case must have in its number, or in the code or name of its firm."""


class CaseListRows(CaseWordRows):
    """The part of the database that answers lists of cases."""

    def cases_like(self, wanted: CaseFilter, limit: int, offset: int = 0) -> list[CaseRow]:
        """The cases of a list, those due first and open ones before closed ones."""
        where, values = _where(wanted)
        cases: list[CaseRow] = []
        # One after the other, so that an index has each part in its order already.
        # Where few cases are meant these are found first, whatever their order.
        are_few = bool(wanted.cause or wanted.entity or wanted.words)
        for one in _ORDER:
            part = one.replace("c.", "+c.") if are_few else one
            only = f"FROM cases c WHERE {part} AND {where}"
            if offset and (size := self._number(f"SELECT count(*) {only}", *values)) <= offset:
                offset -= size
                continue
            rows = self.connection.execute(
                f"SELECT {_CASE} {only} ORDER BY c.next_due, c.number LIMIT ? OFFSET ?",
                (*values, limit - len(cases), offset),
            ).fetchall()
            offset = 0
            cases += [CaseRow(*row) for row in rows]
            if len(cases) >= limit:
                break
        return cases

    def number_like(self, wanted: CaseFilter) -> int:
        """How many cases a list has."""
        where, values = _where(wanted)
        return self._number(f"SELECT count(*) FROM cases c WHERE {where}", *values)

    def case_counts(self) -> list[tuple[str, str, int, int]]:
        """Kind, state, how many cases stand there, and how many members they have."""
        return [
            (kind, state, cases, members)
            for kind, state, cases, members in self.connection.execute(
                """SELECT kind, state, count(*), sum(members) FROM cases
                   GROUP BY kind, state ORDER BY kind, state"""
            ).fetchall()
        ]

    def case_movements(self, year: int) -> list[tuple[str, int, int, int, int]]:
        """By kind: cases opened and closed in a year, and those open now with their members.

        Those that were corrected as a whole are left out.
        """
        span = (f"{year}-01-01", f"{year}-12-31")
        return [
            (kind, opened, closed, still, members)
            for kind, opened, closed, still, members in self.connection.execute(
                """SELECT kind, sum(opened_on BETWEEN ? AND ?),
                   sum(closed AND entered_on BETWEEN ? AND ?), sum(NOT closed),
                   sum(CASE WHEN closed THEN 0 ELSE members END)
                   FROM cases WHERE state <> 'as-if-not' GROUP BY kind ORDER BY kind""",
                (*span, *span),
            ).fetchall()
        ]

    def standing_of_causes(self, cause: str) -> dict[str, bool]:
        """By subject, whether all the cases that something caused are closed."""
        return {
            subject: bool(closed)
            for subject, closed in self.connection.execute(
                """SELECT subject, min(closed) FROM cases
                   WHERE cause = ? AND state <> 'as-if-not' GROUP BY subject""",
                (cause,),
            ).fetchall()
        }

    # the list of the morning

    def due_groups(self, band: str, until: str, as_of: str, wanted: CaseFilter) -> list[DueGroup]:
        """What is due in a band up to a day, without the cases that the clock takes on by then."""
        where, values = _morning(wanted, "d")
        rows = self.connection.execute(
            f"""SELECT d.kind, d.version, d.name, d.state, d.day, count(*), sum(d.members),
                       min(d.case_number)
                FROM dues d WHERE d.band = ? AND d.day <= ?
                AND (d.moves_on = '' OR d.moves_on > ?) {where}
                GROUP BY d.day, d.kind, d.version, d.name, d.state""",
            (band, until, as_of, *values),
        ).fetchall()
        return [DueGroup(*row) for row in rows]

    def dues_by_day(self, first: str, last: str, as_of: str) -> list[tuple[str, int]]:
        """How many things are due in open cases on each of some days (ISO, both included)."""
        rows = self.connection.execute(
            """SELECT day, count(*) FROM dues WHERE day BETWEEN ? AND ?
               AND (moves_on = '' OR moves_on > ?) GROUP BY day ORDER BY day""",
            (first, last, as_of),
        ).fetchall()
        return [(str(day), int(number)) for day, number in rows]

    def next_due_after(self, band: str, until: str, as_of: str, wanted: CaseFilter) -> str | None:
        """The next day after `until` on which something is due in a band."""
        where, values = _morning(wanted, "d")
        row = self.connection.execute(
            f"""SELECT d.day FROM dues d WHERE d.band = ? AND d.day > ?
                AND (d.moves_on = '' OR d.moves_on > ?) {where} ORDER BY d.day LIMIT 1""",
            (band, until, as_of, *values),
        ).fetchone()
        return None if row is None else str(row[0])

    def waiting_groups(self, as_of: str, wanted: CaseFilter) -> list[WaitingGroup]:
        """The cases that wait for a second person, without those that `me` proposed."""
        where, values = _morning(wanted, "c")
        if wanted.me:
            where, values = f"{where} AND c.proposer <> ?", [*values, name_core(wanted.me)]
        rows = self.connection.execute(
            f"""SELECT c.kind, c.version, c.state, c.entered_on, count(*), sum(c.members),
                       min(c.number)
                FROM cases c INDEXED BY cases_waiting
                WHERE c.closed = 0 AND c.waits IN ('reviewer', 'head')
                AND (c.moves_on = '' OR c.moves_on > ?) {where}
                GROUP BY c.kind, c.version, c.state, c.entered_on""",
            (as_of, *values),
        ).fetchall()
        return [WaitingGroup(*row) for row in rows]

    def due_ids(self, band: str, group: DueGroup, wanted: CaseFilter) -> list[str]:
        """The ids of the first cases of a group of a band."""
        from yaohao.planner.follow_up.today import NAMED

        where, values = _morning(wanted, "d")
        return [
            str(one)
            for one in self._column(
                f"""SELECT c.id FROM dues d JOIN cases c ON c.number = d.case_number
                    WHERE d.band = ? AND d.day = ? AND d.kind = ? AND d.version = ?
                    AND d.name = ? AND d.state = ? {where} LIMIT {NAMED}""",
                band, group.day, group.kind, group.version, group.name, group.state, *values,
            )
        ]  # fmt: skip

    def waiting_ids(self, group: WaitingGroup, wanted: CaseFilter) -> list[str]:
        """The ids of the first cases of a group."""
        from yaohao.planner.follow_up.today import NAMED

        where, values = _morning(wanted, "c")
        if wanted.me:
            where, values = f"{where} AND c.proposer <> ?", [*values, name_core(wanted.me)]
        return [
            str(one)
            for one in self._column(
                f"""SELECT c.id FROM cases c INDEXED BY cases_waiting WHERE c.closed = 0
                    AND c.waits IN ('reviewer', 'head') AND c.kind = ? AND c.version = ?
                    AND c.state = ? AND c.entered_on = ? {where}
                    ORDER BY c.number LIMIT {NAMED}""",
                group.kind, group.version, group.state, group.entered_on, *values,
            )
        ]  # fmt: skip

    def open_cases_of(self, wanted: CaseFilter) -> list[int]:
        """The numbers of the open cases of an entity, and of the cohorts in which it stands."""
        where, values = _where(replace(wanted, me="", standing=""))
        query = f"SELECT c.number FROM cases c WHERE +c.closed = 0 AND {where} ORDER BY c.number"
        return self._column(query, *values)

    def moving_cases(self, as_of: str, wanted: CaseFilter | None = None) -> list[int]:
        """The numbers of the cases that the clock takes on up to a day."""
        where, values = _morning(wanted or CaseFilter(), "c")
        return self._column(
            f"""SELECT c.number FROM cases c INDEXED BY cases_moving
                WHERE c.moves_on <> '' AND c.moves_on <= ? {where}
                ORDER BY c.number""",
            as_of,
            *values,
        )

    def number_ticking(self, as_of: str) -> int:
        """In how many cases the clock has anything to note up to a day."""
        query = "SELECT count(*) FROM cases WHERE clock_on <> '' AND clock_on <= ?"
        return self._number(query, as_of)

    def ticking_cases(self, as_of: str) -> list[int]:
        """The numbers of the cases in which the clock has anything to note up to a day."""
        return self._column(
            "SELECT number FROM cases WHERE clock_on <> '' AND clock_on <= ? ORDER BY number",
            as_of,
        )

    def cases_of_year(self, kind: str, year: int) -> list[tuple[int, str, int]]:
        """Number, subject, and whether it is a cohort, of the cases of a kind that stand once for a
        year, and of those that members of their cohorts have of their own.
        """
        year_of = f"{kind}|%|{year}"
        return [
            (number, subject, cohort)
            for number, subject, cohort in self.connection.execute(
                """SELECT number, subject, cohort FROM cases WHERE kind = ? AND (once LIKE ?
                   OR cause IN (SELECT id FROM cases WHERE cohort = 1 AND once LIKE ?))""",
                (kind, year_of, year_of),
            ).fetchall()
        ]

    # what cases do to a draw

    def standing_in(self, kind: str, version: str, states: Sequence[str]) -> tuple[int, int]:
        """How many cases of a kind stand in some states, and how many members they have."""
        cases, members = self.connection.execute(
            f"""SELECT count(*), coalesce(sum(members), 0) FROM cases WHERE kind = ?
                AND version = ? AND state IN ({", ".join("?" * len(states))})""",
            (kind, version, *states),
        ).fetchone()
        return cases, members

    def subjects_in(
        self, kind: str, version: str, states: Sequence[str]
    ) -> list[tuple[str, str, str]]:
        """Case, entity and since when, of the cases of a kind in some states, with members."""
        marks = ", ".join("?" * len(states))
        return [
            (case, subject, since)
            for case, subject, since in self.connection.execute(
                f"""SELECT c.id, coalesce(m.subject, c.subject), c.entered_on FROM cases c
                    LEFT JOIN case_members m ON m.case_number = c.number AND m.event = 0
                    WHERE c.kind = ? AND c.version = ? AND c.state IN ({marks})
                    AND (c.cohort = 0 OR m.subject IS NOT NULL)
                    ORDER BY c.number, m.subject""",
                (kind, version, *states),
            ).fetchall()
        ]

    # checks

    def has_cases(self) -> bool:
        """Whether there is any case."""
        return bool(self._number("SELECT EXISTS (SELECT 1 FROM cases)"))

    def case_numbers(self) -> list[int]:
        """The numbers of all cases."""
        return self._column("SELECT number FROM cases ORDER BY number")

    def dues_of(self, numbers: Sequence[int]) -> dict[int, list[DueRow]]:
        """What is due in cases, by their numbers, sorted."""
        dues: dict[int, list[DueRow]] = {}
        rows = self.connection.execute(
            f"""SELECT * FROM dues WHERE case_number BETWEEN ? AND ?
                ORDER BY {", ".join(DueRow._fields)}""",
            (min(numbers, default=0), max(numbers, default=0)),
        ).fetchall()
        for row in rows:
            dues.setdefault(row[0], []).append(DueRow(*row))
        return dues

    def case_lines(self) -> list[tuple[int, str]]:
        """The lines of the ledger that are of cases: number and act."""
        query = """SELECT line, act FROM ledger WHERE instr(act, '"act":"case"')"""
        return [
            (line, act)
            for line, act in self.connection.execute(query).fetchall()
            if json.loads(act)["act"] == "case"
        ]

    def digests_by_line(self) -> Iterator[tuple[int, list[str]]]:
        """The digests of the events by the line of the ledger with which they came."""
        rows = self.connection.execute(
            "SELECT line, digest FROM case_events ORDER BY line, number"
        ).fetchall()
        for line, group in groupby(rows, key=lambda row: row[0]):
            yield line, [digest for _, digest in group]

    # the clock

    def last_clock(self) -> str:
        """The day up to which the clock was recorded last; "" for never."""
        row = self.connection.execute("SELECT value FROM case_keys WHERE name = 'clock'").fetchone()
        return str(row[0]) if row else ""

    def note_clock(self, day: str) -> None:
        """Note up to which day the clock was recorded."""
        self.connection.execute("INSERT OR REPLACE INTO case_keys VALUES ('clock', ?)", (day,))


_ORDER = (
    "c.closed = 0 AND c.next_due > ''",
    "c.closed = 0 AND c.next_due = ''",
    "c.closed = 1",
)
"""The parts of a list: what is due, what is not, what has ended."""

_OF_ENTITY = """(c.subject = ? OR c.number IN
(SELECT m.case_number FROM case_members m WHERE m.subject = ? AND m.event = 0))"""

_OF_ENTITIES = """(c.subject IN (SELECT value FROM json_each(?)) OR c.number IN
(SELECT m.case_number FROM case_members m
 WHERE m.subject IN (SELECT value FROM json_each(?)) AND m.event = 0))"""


def _where(wanted: CaseFilter) -> tuple[str, list[str | int]]:
    """The condition of a list on `cases c`, and its values."""
    parts: list[str] = []
    values: list[str | int] = []
    for column in ("kind", "state", "waits", "cause"):
        if value := getattr(wanted, column):
            parts.append(f"c.{column} = ?")
            values.append(value)
    if wanted.cause:
        parts.append("c.cause <> ''")  # so that the partial index can be used
    if wanted.office:
        parts.append("substr(c.office, 1, ?) = ?")
        values += [len(wanted.office), wanted.office]
    if "," in wanted.entity:
        parts.append(_OF_ENTITIES)
        values += [json.dumps(wanted.entity.split(","))] * 2
    elif wanted.entity:
        parts.append(_OF_ENTITY)
        values += [wanted.entity, wanted.entity]
    for word in wanted.words:
        told, texts = word.condition()
        parts.append(told)
        values += texts
    if wanted.standing:
        parts.append("c.closed = ?")
        values.append(int(wanted.standing == "closed"))
    if wanted.due_by:
        parts.append("c.next_due <> '' AND c.next_due <= ?")
        values.append(wanted.due_by)
    if wanted.due or wanted.due_on:
        inner = ["d.case_number = c.number"]
        for column, value in (("name", wanted.due), ("day", wanted.due_on)):
            if value:
                inner.append(f"d.{column} = ?")
                values.append(value)
        parts.append(f"EXISTS (SELECT 1 FROM dues d WHERE {' AND '.join(inner)})")
    return " AND ".join(parts) or "1", values


def _morning(wanted: CaseFilter, table: str) -> tuple[str, list[str | int]]:
    """The further condition of the list of the morning on cases or dues, and its values."""
    where, values = "", list[str | int]()
    if wanted.office:
        where = f"AND substr({table}.office, 1, ?) = ?"
        values = [len(wanted.office), wanted.office]
    if wanted.kind:
        where, values = f"{where} AND {table}.kind = ?", [*values, wanted.kind]
    return where, values
