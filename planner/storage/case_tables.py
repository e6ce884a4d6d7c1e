"""Step 5 of the schema: cases, what happened in them, and what is due.

What happened (`case_events`) is only ever added, each event as its canonical JSON with its digest
and the line of the ledger with which it came. `cases`, `dues` and `case_members` are made from the
events (`case_rebuild`): where a case stands now, so that a million can be listed and one stepped
without reading the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    """CREATE TABLE case_kinds (
    kind TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (kind, version)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE case_keys (
    name TEXT PRIMARY KEY, value TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE cases (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, version TEXT NOT NULL,
    subject TEXT NOT NULL, office TEXT NOT NULL, cause TEXT NOT NULL, once TEXT NOT NULL,
    state TEXT NOT NULL, closed INTEGER NOT NULL, waits TEXT NOT NULL, proposer TEXT NOT NULL,
    opened_on TEXT NOT NULL, entered_on TEXT NOT NULL, last_day TEXT NOT NULL,
    members INTEGER NOT NULL, cohort INTEGER NOT NULL, next_due TEXT NOT NULL,
    moves_on TEXT NOT NULL, clock_on TEXT NOT NULL, published TEXT NOT NULL,
    queued INTEGER NOT NULL, events INTEGER NOT NULL
) STRICT""",
    "CREATE INDEX cases_of ON cases (subject)",
    "CREATE INDEX cases_due ON cases (kind, closed, next_due)",
    "CREATE INDEX cases_by_due ON cases (closed, next_due)",
    "CREATE INDEX cases_caused ON cases (cause) WHERE cause <> ''",
    "CREATE INDEX cases_once ON cases (once, closed) WHERE once <> ''",
    """CREATE INDEX cases_waiting ON cases (kind, version, state, entered_on, proposer, members)
WHERE closed = 0 AND waits IN ('reviewer', 'head')""",
    "CREATE INDEX cases_moving ON cases (moves_on) WHERE moves_on <> ''",
    "CREATE INDEX cases_clock ON cases (clock_on) WHERE clock_on <> ''",
    "CREATE INDEX cases_queued ON cases (queued) WHERE queued > 0",
    """CREATE TABLE case_events (
    number INTEGER PRIMARY KEY, case_number INTEGER NOT NULL REFERENCES cases (number),
    event INTEGER NOT NULL, document TEXT NOT NULL, digest TEXT NOT NULL, line INTEGER NOT NULL
) STRICT""",
    "CREATE UNIQUE INDEX case_events_of ON case_events (case_number, event)",
    "CREATE INDEX case_events_with ON case_events (line)",
    """CREATE TRIGGER case_events_stay BEFORE UPDATE ON case_events
BEGIN SELECT RAISE(ABORT, 'what happened in a case is only ever added'); END""",
    """CREATE TRIGGER case_events_are_kept BEFORE DELETE ON case_events
BEGIN SELECT RAISE(ABORT, 'what happened in a case is only ever added'); END""",
    """CREATE TABLE dues (
    case_number INTEGER NOT NULL REFERENCES cases (number), name TEXT NOT NULL, kind TEXT NOT NULL,
    version TEXT NOT NULL, state TEXT NOT NULL, band TEXT NOT NULL, day TEXT NOT NULL,
    hard INTEGER NOT NULL, members INTEGER NOT NULL, moves_on TEXT NOT NULL, office TEXT NOT NULL,
    PRIMARY KEY (case_number, name)
) STRICT, WITHOUT ROWID""",
    """CREATE INDEX dues_by_day
ON dues (band, day, kind, version, name, state, moves_on, members, office)""",
    """CREATE TABLE case_members (
    case_number INTEGER NOT NULL REFERENCES cases (number), subject TEXT NOT NULL,
    event INTEGER NOT NULL, PRIMARY KEY (case_number, subject)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX case_members_of ON case_members (subject)",
    """CREATE TABLE case_letters (
    mark TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL,
    case_number INTEGER NOT NULL REFERENCES cases (number), PRIMARY KEY (mark, year, number, part)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE contacts (
    entity_id TEXT NOT NULL, person TEXT NOT NULL, phone TEXT NOT NULL, role TEXT NOT NULL,
    keep_until TEXT NOT NULL, PRIMARY KEY (entity_id, phone)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX contacts_kept ON contacts (keep_until)",
    """CREATE TABLE sendings (
    number INTEGER PRIMARY KEY, channel TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL,
    day TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, rows INTEGER NOT NULL,
    without INTEGER NOT NULL, person TEXT NOT NULL
) STRICT""",
    """CREATE TABLE sending_rows (
    sending INTEGER NOT NULL REFERENCES sendings (number), row INTEGER NOT NULL,
    case_number INTEGER NOT NULL REFERENCES cases (number), event INTEGER NOT NULL,
    subject TEXT NOT NULL, outcome TEXT NOT NULL, day TEXT NOT NULL,
    PRIMARY KEY (sending, row)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX sending_rows_of ON sending_rows (subject)",
    "CREATE INDEX sending_rows_by_event ON sending_rows (case_number, event, subject)",
)
"""In `cases`: `proposer` is a name by its core (`vocabulary.text.name_core`); `office` is the
division of the subject when it was opened; `members` how many stand in it; `moves_on` the day from
which the clock ends it or takes it on, `clock_on` the day from which the clock has anything to
note; "" for none. In `dues`: `moves_on` and `office` are those of the case. In `case_members`:
`event` is the one with which a member left the cohort, 0 before that. In `case_events`: `line` is
that of the ledger."""

TABLES = (
    "case_kinds", "case_keys", "cases", "case_events", "dues", "case_members", "case_letters",
    "contacts", "sendings", "sending_rows",
)  # fmt: skip


def add_case_tables(database: Database) -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        database.execute(statement)
