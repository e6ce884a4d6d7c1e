"""Step 3 of the schema: results as rows, out of the one document that each draw had."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLE = (
    """CREATE TABLE results (
    number INTEGER PRIMARY KEY, draw TEXT NOT NULL REFERENCES draws (draw),
    entity_id TEXT NOT NULL, item_id TEXT NOT NULL, visited_on TEXT NOT NULL, method TEXT NOT NULL,
    result TEXT NOT NULL, follow_up TEXT NOT NULL, follow_up_closed_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('entered', 'reviewed', 'published')),
    person TEXT NOT NULL, role TEXT NOT NULL, at TEXT NOT NULL, entry TEXT NOT NULL
) STRICT""",
    "CREATE INDEX results_of ON results (draw, entity_id, item_id, number)",
    """CREATE TRIGGER results_stay BEFORE UPDATE ON results
BEGIN SELECT RAISE(ABORT, 'results are only ever added'); END""",
    """CREATE TRIGGER results_are_kept BEFORE DELETE ON results
BEGIN SELECT RAISE(ABORT, 'results are only ever added'); END""",
)
"""A result is corrected by a later one; nothing takes one away."""

_COLUMNS = (
    "entity_id", "item_id", "visited_on", "method", "result", "follow_up", "follow_up_closed_on",
)  # fmt: skip


def move_results(database: Database) -> None:
    """Make a row of each result in the documents, in their order, and drop the documents.

    A document told of each result with which entry of the ledger it first came; one of which it
    does not tell came with the draw's last import.
    """
    for statement in TABLE:
        database.execute(statement)
    for draw, text in database.execute(
        "SELECT draw, text FROM documents WHERE name = 'results' ORDER BY draw"
    ).fetchall():
        moments = _imports(database, draw)
        last = next(reversed(moments), "")
        first = _first_entries(database, draw)
        rows = []
        for row in json.loads(text):
            entry = first.get(f"{row['entity_id']}|{row['item_id']}", last)
            values = [row.get(column) or "" for column in _COLUMNS]
            rows.append([draw, *values, moments.get(entry, ""), entry])
        names, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
        database.conn.executemany(
            f"""INSERT INTO results (draw, {names}, state, person, role, at, entry)
                VALUES (?, {marks}, 'entered', '', 'import', ?, ?)""",
            rows,
        )
    database.execute("DELETE FROM documents WHERE name IN ('results', 'results-first')")


def _imports(database: Database, draw: str) -> dict[str, str]:
    """The entries of a draw's imports of results, in order, and their moments."""
    imports = {}
    for text, entry in database.execute(
        """SELECT act, entry FROM ledger WHERE instr(act, '"act":"results"') ORDER BY line"""
    ).fetchall():
        act = json.loads(text)
        if act["act"] == "results" and act["draw"] == draw:
            imports[entry] = str(act["at"])
    return imports


def _first_entries(database: Database, draw: str) -> dict[str, str]:
    row = database.execute(
        "SELECT text FROM documents WHERE name = 'results-first' AND draw = ?", [draw]
    ).fetchone()
    return dict(json.loads(row[0])) if row else {}
