"""Contacts of entities: a private register of persons and telephone numbers, with a last day.

It is no part of the ledger, of a bundle, a page or a form; a backup has it with the rest of the
database. Whoever's last day is past is forgotten with the next act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from yaohao.planner.schema.reports.case_letters import Contact, Sending, ToldMessage
from yaohao.planner.storage.case_lists import CaseListRows

_PART = 500


class ContactRows(CaseListRows):
    """The part of the database that holds contacts."""

    def put_contacts(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Put contacts, in place of those of the same entity and number; how many were new."""
        before = self._number("SELECT count(*) FROM contacts")
        self.connection.executemany(
            """INSERT INTO contacts (entity_id, person, phone, role, keep_until)
               VALUES (:entity_id, :person, :phone, :role, :keep_until)
               ON CONFLICT (entity_id, phone) DO UPDATE SET person = excluded.person,
               role = excluded.role, keep_until = excluded.keep_until""",
            [dict(row) for row in rows],
        )
        return self._number("SELECT count(*) FROM contacts") - before

    def contacts(self, entities: Sequence[str], today: str) -> dict[str, list[Contact]]:
        """The contacts of entities that may still be used on a day, owners last."""
        by_entity: dict[str, list[Contact]] = {}
        for start in range(0, len(entities), _PART):
            part = entities[start : start + _PART]
            for row in self._rows(
                f"""SELECT entity_id, person, phone, role, keep_until FROM contacts
                    WHERE keep_until >= ? AND entity_id IN ({", ".join("?" * len(part))})
                    ORDER BY entity_id, role, phone""",
                today,
                *part,
            ):
                by_entity.setdefault(row["entity_id"], []).append(
                    {
                        "entity_id": row["entity_id"],
                        "person": row["person"],
                        "phone": row["phone"],
                        "role": row["role"],
                        "keep_until": row["keep_until"],
                    }
                )
        return by_entity

    def number_of_contacts(self) -> int:
        """How many contacts there are."""
        return self._number("SELECT count(*) FROM contacts")

    def forget_contacts(self, today: str, entity: str = "") -> int:
        """Forget the contacts whose last day is before a day, or all of an entity; how many."""
        before = self.number_of_contacts()
        self.connection.execute("PRAGMA secure_delete = ON").fetchone()
        if entity:
            self.connection.execute("DELETE FROM contacts WHERE entity_id = ?", (entity,))
        else:
            self.connection.execute("DELETE FROM contacts WHERE keep_until < ?", (today,))
        return before - self.number_of_contacts()

    # what was sent

    def add_sending(self, values: Mapping[str, Any], rows: Iterable[Sequence[Any]]) -> int:
        """Add a list that went out, with its rows: case, event, subject; its number."""
        number = self._number("SELECT coalesce(max(number), 0) + 1 FROM sendings")
        names = ("channel", "kind", "message", "day", "file", "digest", "rows", "without", "person")
        self.connection.execute(
            f"INSERT INTO sendings (number, {', '.join(names)}) VALUES (?{', ?' * len(names)})",
            (number, *(values[name] for name in names)),
        )
        self.connection.executemany(
            "INSERT INTO sending_rows VALUES (?, ?, ?, ?, ?, '', '')",
            ((number, place, *row) for place, row in enumerate(rows, 1)),
        )
        return number

    def next_sending(self) -> int:
        """The number of the next list."""
        return self._number("SELECT coalesce(max(number), 0) + 1 FROM sendings")

    def sendings(self) -> list[Sending]:
        """The lists that went out, the last first, with what became of their rows."""
        return cast(
            "list[Sending]",
            self._rows(
                """SELECT s.*, sum(r.outcome = 'sent') AS sent, sum(r.outcome = 'failed') AS failed,
                      sum(r.outcome = '') AS waiting
               FROM sendings s JOIN sending_rows r ON r.sending = s.number
               GROUP BY s.number ORDER BY s.number DESC"""
            ),
        )

    def queued_kinds(self) -> list[str]:
        """The kinds of the cases that have messages to send."""
        return self._column("SELECT DISTINCT kind FROM cases WHERE queued > 0 ORDER BY kind")

    def queued_cases(self, kind: str) -> list[int]:
        """The numbers of the cases of a kind that have messages to send."""
        return self._column(
            "SELECT number FROM cases WHERE queued > 0 AND kind = ? ORDER BY number", kind
        )

    def reached(self, number: int, event: int) -> set[str]:
        """The subjects whose message of an event is on its way or was delivered."""
        return set(
            self._column(
                """SELECT subject FROM sending_rows WHERE case_number = ? AND event = ?
                   AND outcome <> 'failed'""",
                number,
                event,
            )
        )

    def sending_row(self, sending: int, row: int) -> dict[str, Any] | None:
        """A row of a list that went out; None where there is none."""
        rows = self._rows("SELECT * FROM sending_rows WHERE sending = ? AND row = ?", sending, row)
        return rows[0] if rows else None

    def note_outcomes(self, rows: Iterable[tuple[str, str, int, int]]) -> None:
        """Note what became of rows: outcome and day, by list and row."""
        self.connection.executemany(
            "UPDATE sending_rows SET outcome = ?, day = ? WHERE sending = ? AND row = ?", rows
        )

    def outcome_counts(self, number: int, event: int) -> dict[str, int]:
        """Of the message of an event: how many rows have which outcome, "" for none yet."""
        return dict(
            self.connection.execute(
                """SELECT outcome, count(*) FROM sending_rows WHERE case_number = ? AND event = ?
                   GROUP BY outcome""",
                (number, event),
            ).fetchall()
        )

    def told(self, subject: str) -> list[ToldMessage]:
        """What an entity was told: by which message, when, how, and what became of it."""
        return cast(
            "list[ToldMessage]",
            self._rows(
                """SELECT c.id AS "case", s.kind, s.message, s.channel, s.day, r.outcome,
                      r.day AS outcome_on
               FROM sending_rows r JOIN sendings s ON s.number = r.sending
               JOIN cases c ON c.number = r.case_number
               WHERE r.subject = ? ORDER BY s.number""",
                subject,
            ),
        )
