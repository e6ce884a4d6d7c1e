"""Leads (线索): complaints, findings of monitoring, transfers of the last two months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from yaohao.sample_data import words
from yaohao.sample_data.random_streams import Choice

if TYPE_CHECKING:
    from yaohao.sample_data.contract import PopulationView

COLUMNS = ("lead_id", "entity_id", "trigger", "opened_on", "closed_on", "text", "reminded_on")

TRIGGERS = ("complaint", "monitoring", "transfer")
_WEIGHTS = (60, 25, 15)
_PER_MILLE = 3  # leads to a thousand entities
_DAYS = 60
"""Leads are at most so old; the youngest entities are older."""
_CLOSED = 15  # per cent
_REMINDED = 20  # per cent of those that are open: a reminder came before an inspection
_MOST = 99_999  # what a number of five digits holds
_AT_ONCE = 4096  # leads whose entities are found together
_LOOKED_AT = 8  # rows among which the entity of a lead is found


def leads(population: PopulationView) -> list[dict[str, str]]:
    """The leads of a population, as texts by column, in the order in which they were opened.

    They name entities that stand undamaged in the register, riskier ones first.
    """
    count = min(max(population.size * _PER_MILLE // 1000, 1), _MOST)
    numbers = np.arange(count, dtype=np.uint64)
    triggers = Choice(_WEIGHTS).pick(population.streams, "lead.trigger", numbers).tolist()
    rows = []
    taken: set[str] = set()
    for number, records in _candidates(population, count):
        record = _riskiest(records, taken)
        if record is not None:
            taken.add(record["entity_id"])
            rows.append(lead(population, number, TRIGGERS[triggers[number]], record))
    rows.sort(key=lambda one: (one["opened_on"], one["entity_id"]))
    year = population.as_of.year
    return [{"lead_id": f"XS{year}-{number:05d}", **one} for number, one in enumerate(rows, 1)]


def _candidates(
    population: PopulationView, count: int
) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """For each lead the undamaged entities of a few rows."""
    for start in range(0, count, _AT_ONCE):
        end = min(start + _AT_ONCE, count)
        places = np.arange(start * _LOOKED_AT, end * _LOOKED_AT, dtype=np.uint64)
        rows = population.streams.below("lead.entity", places, population.size)
        rows = rows.reshape(end - start, _LOOKED_AT)
        intact = population.intact_rows(np.unique(rows).astype(np.uint64))
        for number, mine in enumerate(rows.tolist(), start):
            yield number, [intact[row] for row in mine if row in intact]


def _riskiest(records: list[dict[str, Any]], taken: set[str]) -> dict[str, Any] | None:
    """Of active entities that no lead names yet the one with the worst tier."""
    free = [r for r in records if r["status"] == "active" and r["entity_id"] not in taken]
    return max(free, key=lambda r: (r["tier"], r["entity_id"]), default=None)


def lead(
    population: PopulationView, number: int, trigger: str, record: dict[str, Any]
) -> dict[str, str]:
    """One lead about an entity: `number` is what is drawn by."""
    draw = population.streams.one
    age = 1 + draw("lead.opened", number, _DAYS)
    closed = draw("lead.closed", number, 100) < _CLOSED
    after = draw("lead.closed_after", number, age)
    reminded = not closed and draw("lead.reminded", number, 100) < _REMINDED
    later = draw("lead.reminded_after", number, age)
    texts = words.document("leads")[trigger]
    fitting = [text for field in record["fields"].split(",") for text in texts.get(field, ())]
    choices = fitting or texts[""]
    opened = population.as_of - timedelta(days=age)
    return {
        "entity_id": record["entity_id"],
        "trigger": trigger,
        "opened_on": opened.isoformat(),
        "closed_on": (opened + timedelta(days=after)).isoformat() if closed else "",
        "text": choices[draw("lead.text", number, len(choices))],
        "reminded_on": (opened + timedelta(days=later)).isoformat() if reminded else "",
    }
