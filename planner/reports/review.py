"""Reviewing: who was drawn and who was not, group by group and page by page; read only.

The frame stays on disk. Of a group that was found only the numbers of its rows are kept, and a page
reads no more than the row groups in which its rows lie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.draw.story import chance_of, story
from yaohao.planner.engine.browse import FrameBrowser, Wanted
from yaohao.planner.engine.entity_filter import not_understood
from yaohao.planner.publication.disclosure import tiers_shown
from yaohao.planner.schema.entity import LEAF
from yaohao.planner.schema.lottery import NumberedCell
from yaohao.planner.schema.reports.draws import Neighbour, RankedExplanation
from yaohao.planner.schema.reports.review import CellTally, CodeTally, CrewTally, ReviewGroup
from yaohao.planner.schema.visit import VisitRow
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


class OrderedVisit(VisitRow):
    """A visit with its place in the draw's list, from 0."""

    ordinal: int


class Review:
    """A draw to be looked through: its frame where it lies, its visits, its lottery.

    For the bureau's own eyes: it tells cells and chances also where tiers are hidden. Safe to use
    from several threads. Raises PlannerError where the frozen frame is not as it was frozen.
    """

    def __init__(self, workspace: WorkspaceFolder, draw: str) -> None:
        stored = workspace.store.draw(draw)
        self._known_in = register_file(workspace)
        self._register = workspace.settings.register
        self.draw, self.stage, self._stored = draw, stored.stage.value, stored
        self.record, self.plan = stored.record, stored.plan
        frozen = workspace.frozen(stored)
        self.path, self.lottery, self._secret = frozen.path, frozen.lottery, frozen.secret
        self.visits: dict[str, OrderedVisit] = {
            visit["entity_id"]: {**visit, "ordinal": ordinal}
            for ordinal, visit in enumerate(workspace.store.visits(draw))
        }
        self.names = {
            row["inspector_id"]: row["name"] for row in workspace.store.roster("inspectors")
        }
        self._frame = FrameBrowser(self.path, self.visits)
        self._own: dict[int, dict[str, Any]] | None = None

    # groups

    def groups(self) -> list[ReviewGroup]:
        """What became of how many: `standing`, `reason` ("" for none), `size`, in a fixed order."""
        counts = {(became, reason): size for became, reason, size in self._frame.groups()}
        order = {name: rank for rank, name in enumerate(STANDINGS)}
        groups = sorted(counts, key=lambda key: (order[key[0]], -counts[key], key[1]))
        return [
            {"standing": standing, "reason": reason, "size": counts[standing, reason]}
            for standing, reason in groups
        ]

    @overload
    def tally(self, by: Literal["cell"]) -> list[CellTally]: ...

    @overload
    def tally(self, by: Literal["crew"]) -> list[CrewTally]: ...

    @overload
    def tally(self, by: str) -> Sequence[Mapping[str, Any]]: ...

    def tally(self, by: str) -> Sequence[Mapping[str, Any]]:
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
        return self._codes(by)

    def _codes(self, by: str) -> list[CodeTally]:
        cells = {cell["cell"]: cell for cell in self.lottery["cells"]}
        expected: dict[str, Fraction] = {}
        sums: dict[str, Counter[str]] = {}
        for code, standing, became, cell, size in self._frame.tally(by):
            own = sums.setdefault(code, Counter())
            own["frame"] += size
            own[became] += size
            share = Fraction(0)
            if standing == "pool":
                own["pool"] += size
                share = Fraction(cells[cell]["expected"] * size, cells[cell]["size"])
            expected[code] = expected.get(code, Fraction(0)) + share
        return [
            {
                "code": code,
                "frame": own["frame"],
                "pool": own["pool"],
                "expected": round(expected[code]),
                "drawn": own["drawn"],
                "directed": own["directed"],
                "out": own["out"],
            }
            for code, own in sums.items()
        ]

    def _cells(self) -> list[CellTally]:
        drawn: Sequence[Mapping[str, Any]] = self.record["cells"] or [{}] * len(
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
                zip(self.lottery["cells"], drawn, strict=True), 1
            )
        ]

    def _crews(self) -> list[CrewTally]:
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
        own = None
        if crew:
            own = [key for key, visit in self.visits.items() if crew in visit["inspectors"]]
        day = date.fromisoformat(self.plan["as_of"])
        return self._frame.find(Wanted(day, typed, standing, reason, cell, own))

    def not_understood(self, typed: str) -> list[str]:
        """The words of a filter whose column or value is not known."""
        return not_understood(typed, date.fromisoformat(self.plan["as_of"]))

    def rows(self, places: Sequence[int] | Places) -> list[dict[str, Any]]:
        """The rows at these places: `COLUMNS`, what `became` of each, and what its visit has."""
        if self._own is None:  # of all that have a visit: few, and in no order of the frame
            self._own = self._frame.visited(COLUMNS)
        numbers = [int(number) for number in places]
        others = [number for number in numbers if number not in self._own]
        by_number = self._own | self._frame.rows(others, COLUMNS)
        return [self._with_visit(by_number[number]) for number in numbers]

    def _with_visit(self, row: dict[str, Any]) -> dict[str, Any]:
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

    def story(self, entity_id: str, beside: int = 2) -> RankedExplanation:
        """As `why`, with `rank` and `neighbours`: so many on either side by ticket in its cell.

        A neighbour has `entity_id`, `name`, `ticket`, `rank` and `drawn`. Raises PlannerError for
        an entity that is not in the frame.
        """
        row = self._frame.row(entity_id)
        if row is None:
            entity_id = of_frame(self._register, self.draw, self.path, entity_id, self._known_in)
            row = self._frame.row(entity_id)
        assert row is not None
        visit = self.visits.get(entity_id)
        explanation = story(self._stored, row, self.lottery, visit, self._secret)
        cell, rank, neighbours = explanation["cell"], None, list[Neighbour]()
        if cell and explanation["ticket"]:
            rank, neighbours = self._beside(entity_id, cell, explanation["count"] or 0, beside)
        return {**explanation, "rank": rank, "neighbours": neighbours}

    def _beside(
        self, entity_id: str, cell: NumberedCell, count: int, beside: int
    ) -> tuple[int | None, list[Neighbour]]:
        """The rank of an entity by ticket in its cell, of which `count` are drawn, and who is next
        to it.
        """
        key = self.record["select"]["key"]
        assert key is not None  # who has a ticket was drawn with it
        salted = None if tiers_shown(self._stored.plan) else self._secret
        rank, neighbours = self._frame.neighbours(entity_id, cell["cell"], key, beside, salted)
        return rank, [
            {
                "entity_id": one,
                "name": name,
                "ticket": ticket,
                "rank": at,
                "drawn": at <= count,
            }
            for one, name, ticket, at in neighbours
        ]


def review(workspace: WorkspaceFolder, draw: str) -> Review:
    """A draw to be looked through."""
    return Review(workspace, draw)
