"""What visits found, as rows that are only ever added: of each entity and item the latest holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from yaohao.planner.follow_up.results import item_place
from yaohao.planner.ledger import Line
from yaohao.planner.plan.document import stored_plan
from yaohao.planner.schema.result import ResultRow, ResultState
from yaohao.planner.storage.draws import DrawRows
from yaohao.planner.vocabulary.digest import canonical

COLUMNS = (
    "entity_id", "item_id", "visited_on", "method", "result", "follow_up", "follow_up_closed_on",
)  # fmt: skip
"""What a result says; the other columns say who entered it, when, and with which act."""

DETAILS = ("entered_by", "finding", "evidence", "officers", "statement", "reason")
"""What a person says of a result beyond the columns; never in the ledger, never public."""


REVIEWER = "reviewer"


class EnteredBy(NamedTuple):
    """Who entered a result: a person's id ("" where none is known), and in what role.

    What a reviewer leaves at `entered` was sent back: the result is as it was entered, and waits
    for who entered it.
    """

    person: str = ""
    role: str = "import"
    state: ResultState = ResultState.ENTERED


IMPORTED = EnteredBy()


class ResultRows(DrawRows):
    """The part of the database that holds the results."""

    def results(self, draw: str) -> list[ResultRow]:
        """The results of a draw that hold, in the order of its visits, then of its plan's items."""
        self.seals.check(f"results:{draw}")
        rows = self._rows(_LATEST, draw)
        if not rows:
            return []
        items = stored_plan(self.draw(draw).plan).all_items
        order = {item: item_place(items, item) for item in {row["item_id"] for row in rows}}
        # The rows come in the order of visits and, within one, of their first entry.
        rows.sort(key=lambda row: (row["place"], order[row["item_id"]]))
        return [_result(row) for row in rows]

    def first_entries(self, draw: str) -> dict[tuple[str, str], str]:
        """With which entry of the ledger a result of each entity and item first came."""
        self.seals.check(f"results:{draw}")
        entries = self.connection.execute(
            """SELECT entity_id, item_id, entry FROM results WHERE number IN
               (SELECT min(number) FROM results WHERE draw = ? GROUP BY entity_id, item_id)""",
            (draw,),
        ).fetchall()
        return {(entity, item): entry for entity, item, entry in entries}

    def latest_entries(self, draw: str) -> dict[tuple[str, str], str]:
        """With which entry of the ledger the result that holds of each entity and item came."""
        self.seals.check(f"results:{draw}")
        rows = self._rows(_LATEST, draw)
        return {(row["entity_id"], row["item_id"]): row["entry"] for row in rows}

    def add_results(
        self,
        draw: str,
        results: Iterable[Mapping[str, Any]],
        line: Line,
        by: EnteredBy = IMPORTED,
    ) -> None:
        """Add results that came with a line of the ledger; each replaces an earlier one.

        What persons say beyond the `COLUMNS` (`DETAILS`) is kept beside them.
        """
        results = list(results)
        self._insert(
            "results",
            (
                {
                    "draw": draw,
                    **{column: row[column] for column in COLUMNS},
                    "state": by.state.value,
                    "person": by.person,
                    "role": by.role,
                    "at": line.act["at"],
                    "entry": line.entry,
                }
                for row in results
            ),
        )
        self._insert(
            "result_details",
            (
                {
                    "draw": draw,
                    "entry": line.entry,
                    "entity_id": row["entity_id"],
                    "item_id": row["item_id"],
                    **{name: _kept(row[name]) for name in DETAILS},
                }
                for row in results
                if "entered_by" in row
            ),
        )

    def entries(self, draw: str) -> list[dict[str, Any]]:
        """The results of a draw that hold, with their state, who entered them, and the details.

        `entry` is that of the ledger with which the row came; the order is that of `results`.
        """
        order = [(row["entity_id"], row["item_id"]) for row in self.results(draw)]
        self.seals.check(f"result-details:{draw}")
        by_key = {(row["entity_id"], row["item_id"]): row for row in self._rows(_ENTRIES, draw)}
        return [_entry(by_key[key]) for key in order]

    def unreviewed(self, draw: str) -> list[dict[str, Any]]:
        """The results that hold and that a person entered and no other has reviewed.

        They wait for a review (`needs_review`), or were sent back and wait to be entered again.
        """
        # Most draws have none, and are large.
        if not self._number(_ANY_HELD, draw, IMPORTED.role):
            return []
        return [
            row
            for row in self.entries(draw)
            if row["needs_review"] or row["state"] == ResultState.RETURNED.value
        ]


_LATEST = """
SELECT r.*, v.place FROM results r
LEFT JOIN visits v ON v.draw = r.draw AND v.entity_id = r.entity_id
JOIN (SELECT min(number) AS first, max(number) AS latest FROM results
      WHERE draw = ? GROUP BY entity_id, item_id) ON r.number = latest
ORDER BY v.place, first
"""

_ANY_HELD = """
SELECT EXISTS (SELECT 1 FROM results r WHERE r.draw = ? AND r.state = 'entered' AND r.role <> ?
  AND NOT EXISTS (SELECT 1 FROM results l WHERE l.draw = r.draw AND l.entity_id = r.entity_id
                  AND l.item_id = r.item_id AND l.number > r.number))
"""

_ENTRIES = """
SELECT r.*, d.entered_by, d.finding, d.evidence, d.officers, d.statement, d.reason FROM results r
LEFT JOIN result_details d ON d.draw = r.draw AND d.entry = r.entry
  AND d.entity_id = r.entity_id AND d.item_id = r.item_id
WHERE r.number IN (SELECT max(number) FROM results WHERE draw = ? GROUP BY entity_id, item_id)
"""


def _kept(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: row[name] or "" for name in DETAILS}
    is_entered = row["state"] == ResultState.ENTERED.value and row["role"] != IMPORTED.role
    is_returned = is_entered and row["role"] == REVIEWER
    state = ResultState.RETURNED.value if is_returned else row["state"]
    return {
        **_result(row),
        **texts,
        "evidence": json.loads(texts["evidence"] or "[]"),
        "officers": json.loads(texts["officers"] or "[]"),
        **{name: row[name] for name in ("role", "person", "at", "entry")},
        "state": state,
        "needs_review": is_entered and not is_returned,
    }


def _result(row: Mapping[str, Any]) -> ResultRow:
    return {
        "entity_id": row["entity_id"],
        "item_id": row["item_id"],
        "visited_on": row["visited_on"],
        "method": row["method"],
        "result": row["result"],
        "follow_up": row["follow_up"],
        "follow_up_closed_on": row["follow_up_closed_on"],
    }
