"""Results of past visits, drawn from the hidden propensities: a row for each visit and item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data import words
from yaohao.sample_data.entities import _EPOCH, Attributes, Page
from yaohao.sample_data.profile import ENDED, STATUSES
from yaohao.sample_data.random_streams import (
    Choice,
    Indices,
    RandomStreams,
    Words,
)
from yaohao.sample_data.visiting import MOST

COLUMNS = (
    "plan_id", "visited_on", "entity_id", "item_id", "method", "result", "follow_up",
    "follow_up_closed_on",
)  # fmt: skip
"""All texts; `follow_up_closed_on` is empty where there is no follow-up or it is still open."""

CODES = ("1", "A", "B", "C", "6", "D", "E", "F", "7", "8", "9", "10", "11", "12")
"""Codes of results, those of the national publicity record."""
VIOLATIONS = ("A", "B", "C", "6", "D", "E", "8")
"""Results that say that a violation was found."""

_MILLION = 1_000_000


class Results:
    """Draws what past visits found."""

    def __init__(self, page_of: Any) -> None:
        """`page_of` is the `Entities` of the population."""
        import pyarrow as pa

        known = words.document("outcomes")
        self.entities = page_of
        self.items = page_of.conducts.items
        ids = self.items.ids
        methods = sorted({name for shares in known["method"].values() for name in shares})
        follow_ups = sorted(set(known["follow_up"].values()))
        self._found = Choice(*([known["found"][i].get(code, 0) for code in CODES] for i in ids))
        self._clean = Choice([known["clean"].get(code, 0) for code in CODES])
        self._method = Choice(*([known["method"][i].get(name, 0) for name in methods] for i in ids))
        gone = [CODES.index(known["gone"][status]) for status in ENDED]
        self._gone = np.array([-1] * (len(STATUSES) - len(ENDED)) + gone, dtype=np.int64)
        self._follow_up = np.array(
            [follow_ups.index(known["follow_up"][code]) for code in CODES], dtype=np.int64
        )
        spans = [known["days"].get(code, [0, 0]) for code in CODES]
        self._first = np.array([span[0] for span in spans], dtype=np.int64)
        self._width = np.array([span[1] - span[0] + 1 for span in spans], dtype=np.uint64)
        first = page_of.first_day
        last = page_of.as_of
        days = [_EPOCH + timedelta(days=day) for day in range(first, last + 1)]
        self._texts = {
            "plan_id": pa.array([f"{d.year}q{(d.month - 1) // 3 + 1}" for d in days], pa.string()),
            "day": page_of.texts.texts["inspected_on"],
            "item_id": pa.array(ids, pa.string()),
            "method": pa.array(methods, pa.string()),
            "result": pa.array(CODES, pa.string()),
            "follow_up": pa.array(follow_ups, pa.string()),
        }

    def table(self, page: Page) -> Any:
        """The results of a page's visits as an Arrow table: by entity, the oldest visit first."""
        import pyarrow as pa

        parts = [
            self._of(page, visit, item)
            for visit in range(MOST)
            for item in range(len(self.items.ids))
        ]
        place, day, item, code, method = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        order = np.lexsort((item, day, place))
        place, day, item, code, method = (
            column[order] for column in (place, day, item, code, method)
        )
        done = self._closed(page.rows[place], day, item, code)
        texts, day_of = self._texts, page.entities.texts.day
        columns = {
            "plan_id": texts["plan_id"].take(day - page.entities.first_day),
            "visited_on": texts["day"].take(day_of(day)),
            "entity_id": page.codes.take(place),
            "item_id": texts["item_id"].take(item),
            "method": texts["method"].take(method),
            "result": texts["result"].take(code),
            "follow_up": texts["follow_up"].take(self._follow_up[code]),
            "follow_up_closed_on": texts["day"].take(day_of(done)),
        }
        return pa.table({name: columns[name] for name in COLUMNS})

    def _of(self, page: Page, visit: int, item: int) -> tuple[NDArray[np.int64], ...]:
        """Of one visit of each entity and one item: place in the page, day, item, code, method."""
        attributes, streams = page.attributes, page.entities.streams
        name = f"result.{visit}.{self.items.ids[item]}"
        takes = (attributes.visited[visit] >= 0) & self.items.fit(
            item, attributes.line, attributes.fields
        )
        places = np.flatnonzero(takes)
        taken = streams.below(f"{name}.taken", page.rows[places], 1000) < self.items.taken[item]
        places = places[taken]
        rows = page.rows[places]
        day = attributes.visited[visit, places]
        chance = page.entities.conducts.propensity(streams, rows, item, page.conduct[places])
        bad = streams.below(f"{name}.found", rows, _MILLION) < chance
        group = np.full(len(rows), item)
        code = np.where(
            bad,
            self._found.pick(streams, f"{name}.code", rows, group),
            self._clean.pick(streams, f"{name}.clean", rows),
        )
        code = self._if_gone(attributes, places, day, code)
        method = self._method.pick(streams, f"{name}.method", rows, group)
        return places, day, group, code, method

    def _if_gone(
        self, attributes: Attributes, places: Indices, day: Indices, code: Indices
    ) -> Indices:
        """Whoever came after the entity had closed found that it is gone, and nothing else."""
        closed = attributes.closed[places]
        gone = (closed >= 0) & (day >= closed)
        return np.where(gone, self._gone[attributes.status[places]], code)

    def _closed(self, rows: Words, day: Indices, item: Indices, code: Indices) -> Indices:
        """The day on which a follow-up was closed, -1 where there is none or it is open."""
        streams: RandomStreams = self.entities.streams
        # A visit is known by its entity, day and item, and so is its follow-up.
        key = (rows * np.uint64(1 << 22) + (day * 16 + item).astype(np.uint64)).astype(np.uint64)
        done = day + self._first[code] + streams.below("result.closed", key, self._width[code])
        return np.where((self._first[code] == 0) | (done > self.entities.as_of), -1, done)
