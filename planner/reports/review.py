"""Reviewing: who was drawn and who was not, group by group and page by page; read only.

The frame stays on disk. Of a group that was found only the numbers of its rows are kept, and a page
reads no more than the row groups in which its rows lie.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.draw.selection import ticket_sql
from yaohao.planner.draw.story import chance_of, story
from yaohao.planner.engine import duckdb as engine
from yaohao.planner.engine.entity_filter import condition
from yaohao.planner.publication.disclosure import tiers_shown
from yaohao.planner.schema.entity import LEAF
from yaohao.planner.storage.entity_lookup import of_frame, register_file
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse

STANDINGS = ("drawn", "directed", "reserve", "not-drawn", "out")
"""What became of an entity of a frame; before the draw all of the pool are `not-drawn`."""

BY = ("tier", "region", "industry", "kind", "cell", "crew")
"""What the drawn are counted by."""

COLUMNS = ("entity_id", "name", "standing", "reason", "cell", *LEAF[1:])
"""What a row shows of an entity, besides what became of it."""

Places = NDArray[np.int64]


class Review:
    """A draw to be looked through: its frame where it lies, its visits, its lottery.

    For the bureau's own eyes: it tells cells and chances also where tiers are hidden. Safe to use
    from several threads. Raises PlannerError where the frozen frame is not as it was frozen.
    """

    def __init__(self, workspace: WorkspaceFolder, draw: str) -> None:
        found = workspace.store.draw(draw)
        self._known_in = register_file(workspace)
        self._register = workspace.settings.register
        self.draw, self.stage, self._found = draw, found.stage.value, found
        self.record, self.plan = found.record, found.plan
        frozen = workspace.frozen(found)
        self.path, self.lottery, self._secret = frozen.path, frozen.lottery, frozen.secret
        self.visits = {
            str(visit["entity_id"]): {**visit, "place": place}
            for place, visit in enumerate(workspace.store.visits(draw))
        }
        self.names = {
            row["inspector_id"]: row["name"] for row in workspace.store.roster("inspectors")
        }
        self._lock = threading.Lock()
        self._source = engine.parquet(self.path, "file_row_number = true")
        self._connection = _connected(self._source, self.visits)
        self._own: dict[int, dict[str, Any]] | None = None

    # groups

    def groups(self) -> list[dict[str, Any]]:
        """What became of how many: `standing`, `reason` ("" for none), `size`, in a fixed order."""
        rows = self._rows("SELECT became, reason, count(*) FROM judged GROUP BY ALL ORDER BY ALL")
        counts = {(became, reason): size for became, reason, size in rows}
        order = {name: place for place, name in enumerate(STANDINGS)}
        found = sorted(counts, key=lambda key: (order[key[0]], -counts[key], key[1]))
        return [
            {"standing": standing, "reason": reason, "size": counts[standing, reason]}
            for standing, reason in found
        ]

    def tally(self, by: str) -> list[dict[str, Any]]:
        """By code of a column: entities in the frame and the pool, expected, drawn, for cause.

        `expected` is in millionths of visits. By `cell` there are also `size`, `count` and
        `threshold`; by `crew` each inspector's `visits`. Raises PlannerError for an unknown `by`.
        """
        if by not in BY:
            raise refuse("review.unknown-by", found=by, known=list(BY))
        if by == "crew":
            return self._crews()
        if by == "cell":
            return self._cells()
        rows = self._rows(
            f"SELECT {by}, standing, became, cell, count(*) FROM judged GROUP BY ALL ORDER BY ALL"
        )
        cells = {cell["cell"]: cell for cell in self.lottery["cells"]}
        found: dict[str, dict[str, Any]] = {}
        for code, standing, became, cell, size in rows:
            sums = found.setdefault(
                code, dict.fromkeys(("frame", "pool", "expected", "drawn", "directed", "out"), 0)
            )
            sums["frame"] += size
            if standing == "pool":
                sums["pool"] += size
                sums["expected"] += Fraction(cells[cell]["expected"] * size, cells[cell]["size"])
            if became in sums:
                sums[became] += size
        return [
            {"code": code, **sums, "expected": round(sums["expected"])}
            for code, sums in found.items()
        ]

    def _cells(self) -> list[dict[str, Any]]:
        judged: Sequence[Mapping[str, Any]] = self.record["cells"] or [{}] * len(
            self.lottery["cells"]
        )
        return [
            {
                "code": cell["cell"],
                "number": number,
                "size": cell["size"],
                "expected": cell["expected"],
                "chance": chance_of(cell),
                "drawn": after.get("count"),
                "threshold": after.get("threshold"),
            }
            for number, (cell, after) in enumerate(
                zip(self.lottery["cells"], judged, strict=True), 1
            )
        ]

    def _crews(self) -> list[dict[str, Any]]:
        loads: dict[str, int] = {}
        for visit in self.visits.values():
            for inspector in visit["inspectors"]:
                loads[inspector] = loads.get(inspector, 0) + 1
        return [
            {"code": one, "name": self.names.get(one, ""), "visits": load}
            for one, load in sorted(loads.items(), key=lambda item: (-item[1], item[0]))
        ]

    # rows

    def find(
        self,
        standing: str = "",
        reason: str = "",
        typed: str = "",
        *,
        cell: str = "",
        crew: str = "",
    ) -> Places:
        """Where in the frame those are that a group and a filter hold; visits in their order.

        `typed` is a filter as for the register, `cell` the name of a cell, `crew` the id of an
        inspector; empty ones hold all.
        Raises PlannerError for an unknown standing.
        """
        if standing and standing not in STANDINGS:
            raise refuse("review.unknown-standing", found=standing, known=list(STANDINGS))
        wanted = [condition(typed, date.fromisoformat(self.plan["as_of"]))]
        if standing:
            wanted.append(f"became = {engine.text(standing)}")
        if reason:
            wanted.append(f"reason = {engine.text(reason)}")
        if cell:
            wanted.append(f"standing = 'pool' AND cell = {engine.text(cell)}")
        if crew:
            own = [key for key, visit in self.visits.items() if crew in visit["inspectors"]]
            wanted.append(f"list_contains({engine.texts(own)}, entity_id)")
        query = f"""SELECT file_row_number FROM judged WHERE {
            " AND ".join(f"({one})" for one in wanted)
        } ORDER BY place NULLS LAST, file_row_number"""
        with self._lock:
            found = self._connection.sql(query).fetchnumpy()["file_row_number"]
        return np.asarray(found, np.int64)

    def rows(self, places: Sequence[int] | Places) -> list[dict[str, Any]]:
        """The rows at these places: `COLUMNS`, what `became` of each, and what its visit has."""
        places = [int(place) for place in places]
        own = self._visited()
        asked = [place for place in places if place not in own]
        found = dict(own)
        if asked:
            # The bounds let the engine pass over the row groups that hold none of them.
            rows = self._rows(
                f"""SELECT file_row_number, {", ".join(COLUMNS)} FROM {self._source}
                    WHERE file_row_number BETWEEN {min(asked)} AND {max(asked)}
                    AND list_contains({asked}, file_row_number)"""
            )
            found |= {at: dict(zip(COLUMNS, row, strict=True)) for at, *row in rows}
        return [self._told(found[place]) for place in places]

    def _visited(self) -> dict[int, dict[str, Any]]:
        """The rows of all that have a visit, by their place: few, and in no order of the frame."""
        if self._own is None:
            rows = self._rows(
                f"""SELECT file_row_number, {", ".join(COLUMNS)} FROM {self._source} f
                    SEMI JOIN visits v ON f.entity_id = v.visited"""
            )
            self._own = {at: dict(zip(COLUMNS, row, strict=True)) for at, *row in rows}
        return self._own

    def _told(self, row: dict[str, Any]) -> dict[str, Any]:
        visit = self.visits.get(row["entity_id"])
        if visit is None:
            became = "not-drawn" if row["standing"] == "pool" else row["standing"]
            return {**row, "became": became, "ticket": None, "inspectors": []}
        became = "reserve" if visit["reserve"] else visit["standing"]
        return {
            **row,
            "became": "drawn" if became == "pool" else became,
            "ticket": visit["ticket"],
            "inspectors": visit["inspectors"],
        }

    # one entity

    def story(self, entity_id: str, beside: int = 2) -> dict[str, Any]:
        """As `why`, with `rank` and `neighbours`: so many on either side by ticket in its cell.

        A neighbour has `entity_id`, `name`, `ticket`, `rank` and `drawn`. Raises PlannerError for
        an entity that is not in the frame.
        """
        rows = self._of_id(entity_id)
        if not rows:
            entity_id = of_frame(self._register, self.draw, self.path, entity_id, self._known_in)
            rows = self._of_id(entity_id)
        visit = self.visits.get(entity_id)
        told = story(self._found, rows[0], self.lottery, visit, self._secret)
        told |= {"rank": None, "neighbours": []}
        if told["cell"] and told["ticket"]:
            told |= self._beside(told, beside)
        return told

    def _of_id(self, entity_id: str) -> list[Any]:
        return self._rows(
            f"SELECT * FROM {engine.parquet(self.path)} WHERE entity_id = {engine.text(entity_id)}",
            named=True,
        )

    def _beside(self, told: Mapping[str, Any], beside: int) -> dict[str, Any]:
        hidden = not tiers_shown(self._found.plan)
        ticket = ticket_sql(str(self.record["select"]["key"]), self._secret if hidden else None)
        rows = self._rows(
            f"""WITH ranked AS (
                    SELECT entity_id, name, ticket, row_number() OVER (ORDER BY ticket) AS rank
                    FROM (SELECT entity_id, name, {ticket} AS ticket
                          FROM {engine.parquet(self.path)}
                          WHERE standing = 'pool' AND cell = {engine.text(told["cell"]["cell"])})
                ), own AS (SELECT rank AS own_rank FROM ranked
                           WHERE entity_id = {engine.text(told["entity"]["entity_id"])})
                SELECT entity_id, name, ticket, rank, own_rank FROM ranked, own
                WHERE abs(rank - own_rank) <= {beside} ORDER BY rank"""
        )
        return {
            "rank": rows[0][4],
            "neighbours": [
                {
                    "entity_id": entity_id,
                    "name": name,
                    "ticket": ticket,
                    "rank": rank,
                    "drawn": rank <= told["count"],
                }
                for entity_id, name, ticket, rank, _ in rows
            ],
        }

    def _rows(self, query: str, *, named: bool = False) -> list[Any]:
        with self._lock:
            found = self._connection.sql(query)
            rows = found.fetchall()
        if named:
            return [dict(zip(found.columns, row, strict=True)) for row in rows]
        return [tuple(row) for row in rows]


def _connected(source: str, visits: Mapping[str, Mapping[str, Any]]) -> Any:
    """A connection in which `judged` is the frame with what became of everybody."""
    import pyarrow as pa

    connection = engine.connect()
    table = pa.table(
        {
            "visited": pa.array(list(visits), pa.string()),
            "place": pa.array([visit["place"] for visit in visits.values()], pa.int64()),
            "is_reserve": pa.array([visit["reserve"] for visit in visits.values()], pa.bool_()),
        }
    )
    connection.register("visits", table)
    connection.execute(
        f"""CREATE VIEW judged AS
            SELECT f.*, lower(f.name) AS lowered, v.place,
                   CASE WHEN v.visited IS NULL THEN
                            CASE WHEN standing = 'pool' THEN 'not-drawn' ELSE standing END
                        WHEN v.is_reserve THEN 'reserve'
                        WHEN standing = 'pool' THEN 'drawn' ELSE 'directed' END AS became
            FROM {source} f
            LEFT JOIN visits v ON f.entity_id = v.visited"""
    )
    return connection


def review(workspace: WorkspaceFolder, draw: str) -> Review:
    """A draw to be looked through."""
    return Review(workspace, draw)
