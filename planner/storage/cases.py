"""Cases as rows: what happened in them, only ever added, and where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from yaohao.planner.ledger import Line
from yaohao.planner.schema.reports.case_letters import LetterSeries
from yaohao.planner.storage.case_row import CaseRow, DueRow, KeptEvent
from yaohao.planner.storage.rows import Rows
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import plain

if TYPE_CHECKING:  # most acts touch no case
    from yaohao.planner.follow_up.events import Event

_CASE = ", ".join(CaseRow._fields)
_MARKS = ", ".join("?" * len(CaseRow._fields))
_PART = 500  # numbers asked for at a time


class FrozenKind(NamedTuple):
    """The text of a kind as it was when the first case was opened under it."""

    kind: str
    version: str
    digest: str
    text: str


class CaseRows(Rows):
    """The part of the database that holds the cases."""

    # kinds and keys

    def frozen_kinds(self) -> list[FrozenKind]:
        """The kinds under which cases were opened, with the text that they had then."""
        rows = self.connection.execute(
            "SELECT kind, version, digest, text FROM case_kinds ORDER BY kind, version"
        ).fetchall()
        for kind, version, digest, text in rows:
            self.seals.compare(f"case_kinds:{kind}:{version}", digest, sha(text))
        return [FrozenKind(*row) for row in rows]

    def freeze_kind(self, kind: str, version: str, text: str) -> None:
        """Keep the text of a kind, unless there is one of that version."""
        self.connection.execute(
            "INSERT OR IGNORE INTO case_kinds VALUES (?, ?, ?, ?)", (kind, version, sha(text), text)
        )

    def case_key(self) -> str:
        """The random text of this workspace from which ids and salts of cases are made.

        It never leaves the database: what the ledger has of a case can then not be guessed.
        """
        row = self.connection.execute("SELECT value FROM case_keys WHERE name = 'key'").fetchone()
        if row is None:
            row = (token_hex(32),)
            self.connection.execute("INSERT INTO case_keys VALUES ('key', ?)", row)
        return str(row[0])

    # reading

    def case_id_like(self, typed: str) -> str:
        """The id that is meant: the whole of it, or a beginning that only one case has.

        Raises PlannerError where there is none, or more than one.
        """
        if not typed.isascii():
            raise refuse("case.unknown", found=plain(typed, 80))
        ids = self._column(
            "SELECT id FROM cases WHERE id >= ? AND id < ? ORDER BY id LIMIT 6",
            typed,
            f"{typed}\U0010ffff",
        )
        if ids[:1] == [typed]:
            return typed
        if not ids or not typed:
            raise refuse("case.unknown", found=typed[:80])
        if len(ids) > 1:
            raise refuse("case.several", found=typed[:80], known=ids[:5])
        return str(ids[0])

    def case_row(self, case: str) -> CaseRow | None:
        """The row of a case by its id; None where there is none."""
        row = self.connection.execute(f"SELECT {_CASE} FROM cases WHERE id = ?", (case,)).fetchone()
        return None if row is None else CaseRow(*row)

    def case_rows(self, numbers: Iterable[int]) -> dict[int, CaseRow]:
        """The rows of cases by their numbers."""
        return {
            row[0]: CaseRow(*row)
            for part in _parts(numbers)
            for row in self.connection.execute(
                f"SELECT {_CASE} FROM cases WHERE number IN ({', '.join('?' * len(part))})", part
            ).fetchall()
        }

    def case_events(self, numbers: Iterable[int]) -> dict[int, list[Event]]:
        """What happened in cases, by their numbers, each event in its order.

        Raises PlannerError for an event that is not what was written.
        """
        events: dict[int, list[Event]] = {}
        for part in _parts(numbers):
            rows = self.connection.execute(
                f"""SELECT case_number, document, digest FROM case_events
                    WHERE case_number IN ({", ".join("?" * len(part))})
                    ORDER BY case_number, event""",
                part,
            ).fetchall()
            for number, document, digest in rows:
                self.seals.compare(f"case_events:{number}", digest, sha(document))
                events.setdefault(number, []).append(json.loads(document))
        return events

    def subjects_of(self, ids: Iterable[str]) -> dict[str, str]:
        """The subjects of cases by their ids."""
        return {
            case: subject
            for part in _parts(ids)
            for case, subject in self.connection.execute(
                f"SELECT id, subject FROM cases WHERE id IN ({', '.join('?' * len(part))})", part
            ).fetchall()
        }

    def numbers_of(self, kind: str, opened_since: str = "") -> list[int]:
        """The numbers of the cases of a kind that were opened on a day or later."""
        query = "SELECT number FROM cases WHERE kind = ? AND opened_on >= ? ORDER BY number"
        return self._column(query, kind, opened_since)

    def case_entries(self, number: int) -> dict[int, tuple[str, str]]:
        """For each event of a case the entry of the ledger with which it came, and its moment."""
        rows = self.connection.execute(
            """SELECT e.event, l.entry, json_extract(l.act, '$.at') FROM case_events e
               JOIN ledger l ON l.line = e.line WHERE e.case_number = ?""",
            (number,),
        ).fetchall()
        return {event: (entry, at) for event, entry, at in rows}

    def events_with(self, entry: str) -> list[tuple[str, int]]:
        """The events of cases that came with a line of the ledger: id of the case, and number."""
        rows = self.connection.execute(
            """SELECT c.id, e.event FROM case_events e JOIN cases c ON c.number = e.case_number
               WHERE e.line = (SELECT line FROM ledger WHERE entry = ?) ORDER BY e.number""",
            (entry,),
        ).fetchall()
        return [(str(case), int(number)) for case, number in rows]

    def once_taken(self, keys: Iterable[str]) -> set[str]:
        """Which of some once-keys stand: of all cases for ``ever``, else of open ones."""
        taken: set[str] = set()
        for part in _parts(keys):
            marks = ", ".join("?" * len(part))
            taken |= set(
                self._column(
                    f"""SELECT once FROM cases WHERE once IN ({marks}) AND once <> ''
                        AND (closed = 0 OR substr(once, length(kind) + 2, 5) = 'ever|')""",
                    *part,
                )
            )
        return taken

    def case_ids_there(self, ids: Iterable[str]) -> set[str]:
        """Which of some ids cases have."""
        return {
            case
            for part in _parts(ids)
            for case in self._column(
                f"SELECT id FROM cases WHERE id IN ({', '.join('?' * len(part))})", *part
            )
        }

    def own_cases(self, cohort: str, subjects: Iterable[str]) -> list[str]:
        """The cases that members of a cohort have of their own and that are not corrected."""
        return [
            case
            for part in _parts(subjects)
            for case in self._column(
                f"""SELECT id FROM cases WHERE cause = ? AND cause <> '' AND state <> 'as-if-not'
                    AND subject IN ({", ".join("?" * len(part))}) ORDER BY number""",
                cohort,
                *part,
            )
        ]

    def own_subjects(self, kind: str, year: int) -> set[str]:
        """The subjects that have a case of their own of a kind, standing once for a year."""
        return set(
            self._column(
                """SELECT subject FROM cases WHERE kind = ? AND cohort = 0
                   AND once LIKE '%|' || ? AND state <> 'as-if-not'""",
                kind,
                year,
            )
        )

    def has_own_cases(self, kind: str) -> bool:
        """Whether there is any case of a kind that is no cohort."""
        query = "SELECT EXISTS (SELECT 1 FROM cases WHERE kind = ? AND cohort = 0)"
        return bool(self._number(query, kind))

    # writing

    def next_case_number(self) -> int:
        """The number that the next new case gets."""
        return self._number("SELECT coalesce(max(number), 0) + 1 FROM cases")

    def add_events(self, events: Iterable[KeptEvent], line: Line) -> None:
        """Add events that came with a line of the ledger."""
        number = self._number("SELECT line FROM ledger WHERE entry = ?", line.entry)
        self.connection.executemany(
            "INSERT INTO case_events (case_number, event, document, digest, line)"
            " VALUES (?, ?, ?, ?, ?)",
            ((*event, number) for event in events),
        )

    def put_cases(self, rows: Iterable[CaseRow], dues: Iterable[DueRow]) -> None:
        """Put where cases stand now, and what is due in them, in place of what stood there."""
        rows = list(rows)
        self.connection.executemany(
            f"""INSERT INTO cases ({_CASE}) VALUES ({_MARKS}) ON CONFLICT (number) DO UPDATE SET
                {", ".join(f"{name} = excluded.{name}" for name in CaseRow._fields[2:])}""",
            rows,
        )
        self.connection.executemany(
            "DELETE FROM dues WHERE case_number = ?", ((row.number,) for row in rows)
        )
        self.connection.executemany(
            f"INSERT INTO dues VALUES ({', '.join('?' * len(DueRow._fields))})", dues
        )

    # members of cohorts

    def add_members(self, number: int, subjects: Iterable[str]) -> None:
        """Add the members of a new cohort, sorted."""
        self.connection.executemany(
            "INSERT INTO case_members VALUES (?, ?, 0)", ((number, one) for one in subjects)
        )

    def members(self, number: int) -> dict[str, int]:
        """The members of a cohort; for each the event with which it left, 0 while it stands."""
        return dict(
            self.connection.execute(
                "SELECT subject, event FROM case_members WHERE case_number = ? ORDER BY subject",
                (number,),
            ).fetchall()
        )

    def members_among(self, number: int, subjects: Iterable[str]) -> dict[str, int]:
        """Those of some subjects who are members of a cohort, as `members`."""
        return {
            subject: event
            for part in _parts(subjects)
            for subject, event in self.connection.execute(
                f"""SELECT subject, event FROM case_members
                    WHERE case_number = ? AND subject IN ({", ".join("?" * len(part))})""",
                (number, *part),
            ).fetchall()
        }

    def members_left(self, number: int, subjects: Iterable[str], event: int) -> None:
        """Note that members left a cohort with an event; with 0, that they stand in it again."""
        self.connection.executemany(
            "UPDATE case_members SET event = ? WHERE case_number = ? AND subject = ?",
            ((event, number, one) for one in subjects),
        )

    def cohort_counts(self, number: int, case: str) -> dict[str, int]:
        """Of a cohort: members at first, those still in it, gone, and corrected in a case of their
        own.
        """
        first, left = self.connection.execute(
            "SELECT count(*), coalesce(sum(event > 0), 0) FROM case_members WHERE case_number = ?",
            (number,),
        ).fetchone()
        corrected = self._number(
            """SELECT count(DISTINCT m.subject) FROM case_members m
               JOIN cases c ON c.cause = ? AND c.cause <> ''
               AND c.subject = m.subject AND c.state = 'as-if-not'
               WHERE m.case_number = ?""",
            case,
            number,
        )
        return {"first": first, "remaining": first - left, "gone": left, "corrected": corrected}

    # letters

    def last_letter(self, mark: str, year: int) -> int:
        """The last running number of a series in a year; 0 where there is none."""
        return self._number(
            "SELECT coalesce(max(number), 0) FROM case_letters WHERE mark = ? AND year = ?",
            mark,
            year,
        )

    def letters_there(self, letters: Sequence[tuple[str, int, int, int]]) -> bool:
        """Whether any of some letters was used."""
        return any(
            self.connection.execute(
                """SELECT 1 FROM case_letters WHERE mark = ? AND year = ? AND number = ?
                   AND (part = ? OR part = 0 OR ? = 0)""",
                (*letter, letter[3]),
            ).fetchone()
            for letter in letters
        )

    def add_letters(self, letters: Iterable[tuple[str, int, int, int, int]]) -> None:
        """Add letters with the numbers of their cases."""
        self.connection.executemany("INSERT INTO case_letters VALUES (?, ?, ?, ?, ?)", letters)

    def letters(self) -> list[LetterSeries]:
        """The series of letters, with the last number of each year and how many were used."""
        return cast(
            "list[LetterSeries]",
            self._rows(
                """SELECT mark, year, max(number) AS last, count(*) AS used FROM case_letters
               GROUP BY mark, year ORDER BY mark, year"""
            ),
        )


def _parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Values in lists that one question can hold."""
    values = list(values)
    return (values[start : start + _PART] for start in range(0, len(values), _PART))
