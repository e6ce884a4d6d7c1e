"""Step 6 of the schema: what a person says of a result beyond its row; only ever added, as it is.

It stands beside the row of `results` that came with the same entry of the ledger. What is public is
the row alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLE = (
    """CREATE TABLE result_details (
    draw TEXT NOT NULL REFERENCES draws (draw), entry TEXT NOT NULL, entity_id TEXT NOT NULL,
    item_id TEXT NOT NULL, entered_by TEXT NOT NULL, finding TEXT NOT NULL, evidence TEXT NOT NULL,
    officers TEXT NOT NULL, statement TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (draw, entry, entity_id, item_id)
) STRICT""",
    """CREATE TRIGGER result_details_stay BEFORE UPDATE ON result_details
BEGIN SELECT RAISE(ABORT, 'results are only ever added'); END""",
    """CREATE TRIGGER result_details_are_kept BEFORE DELETE ON result_details
BEGIN SELECT RAISE(ABORT, 'results are only ever added'); END""",
)


def add_result_details(database: Database) -> None:
    """Add the table."""
    for statement in TABLE:
        database.execute(statement)
