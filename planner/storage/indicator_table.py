"""Step 7 of the schema: further columns of files of visits, dated by the visit; only ever added."""

from __future__ import annotations

from typing import Any

TABLE = (
    """CREATE TABLE indicators (
    number INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports (number),
    entity_id TEXT NOT NULL, visited_on TEXT NOT NULL, item TEXT NOT NULL, document TEXT NOT NULL
) STRICT""",
    "CREATE INDEX indicators_of ON indicators (entity_id, visited_on)",
    """CREATE TRIGGER indicators_stay BEFORE UPDATE ON indicators
BEGIN SELECT RAISE(ABORT, 'indicators are only ever added'); END""",
    """CREATE TRIGGER indicators_are_kept BEFORE DELETE ON indicators
BEGIN SELECT RAISE(ABORT, 'indicators are only ever added'); END""",
)
"""`document` is a JSON object from name to text, its keys in order."""


def add_indicator_table(database: Any) -> None:
    """Add the table."""
    for statement in TABLE:
        database.execute(statement)
