"""Step 4 of the schema: what imports did, so that the last one can be taken back; visits of files;
rows set aside by the path of their file, and those that were dismissed."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "ALTER TABLE imports ADD COLUMN options TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE imports ADD COLUMN entry TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE imports ADD COLUMN before INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE imports ADD COLUMN after INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE imports ADD COLUMN undone TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE set_aside ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE undo (
    import INTEGER NOT NULL REFERENCES imports (number), kind TEXT NOT NULL, id TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (import, kind, id)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE dismissed (
    number INTEGER PRIMARY KEY, register TEXT NOT NULL, digest TEXT NOT NULL, file TEXT NOT NULL,
    line INTEGER NOT NULL, reason TEXT NOT NULL, field TEXT NOT NULL, found TEXT NOT NULL,
    row TEXT NOT NULL, source TEXT NOT NULL, why TEXT NOT NULL, entry TEXT NOT NULL
) STRICT""",
    """CREATE TABLE inspections (
    number INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports (number),
    entity_id TEXT NOT NULL, visited_on TEXT NOT NULL, inspectors TEXT NOT NULL,
    item TEXT NOT NULL, result TEXT NOT NULL, findings INTEGER
) STRICT""",
    "CREATE INDEX inspections_of ON inspections (entity_id, visited_on)",
    """CREATE TRIGGER inspections_stay BEFORE UPDATE ON inspections
BEGIN SELECT RAISE(ABORT, 'inspections are only ever added'); END""",
    """CREATE TRIGGER inspections_are_kept BEFORE DELETE ON inspections
BEGIN SELECT RAISE(ABORT, 'inspections are only ever added'); END""",
)
"""In `imports`: the options that reading took, as JSON; the entry of the ledger, "" where nothing
changed; the numbers of the snapshots before and after, 0 for none; the entry with which it was
taken back. In `undo`: what the last import of a register changed or took away, `kind` being
``row`` or ``aside``, as JSON, "" for nothing."""


def add_import_tables(database: Any) -> None:
    """Add the columns and tables."""
    for statement in STATEMENTS:
        database.execute(statement)
