"""Leads (线索): complaints, findings of monitoring, transfers of the last two months."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sample_data import words
from sample_data.streams import Choice

if TYPE_CHECKING:
    from sample_data.population import Population

COLUMNS = ("lead_id", "entity_id", "trigger", "opened_on", "closed_on", "text")

TRIGGERS = ("complaint", "monitoring", "transfer")
_WEIGHTS = (60, 25, 15)
_PER_MILLE = 3  # leads to a thousand entities
_DAYS = 60
"""Leads are at most so old; the youngest entities are older."""
_CLOSED = 15  # per cent
_LOOKED_AT = 8  # rows among which the entity of a lead is found


def leads(population: Population) -> list[dict[str, str]]:
    """The leads of a population, as texts by column, in the order in which they were opened.

    They name entities that stand undamaged in the register, riskier ones first.
    """
    count = max(population.size * _PER_MILLE // 1000, 1)
    numbers = np.arange(count, dtype=np.uint64)
    triggers = Choice(_WEIGHTS).pick(population.streams, "lead.trigger", numbers)
    found = []
    taken: set[str] = set()
    for number, trigger in enumerate(triggers.tolist()):
        record = _entity(population, number, taken)
        if record is None:
            continue
        taken.add(record["entity_id"])
        found.append(_lead(population, number, TRIGGERS[trigger], record))
    found.sort(key=lambda lead: (lead["opened_on"], lead["entity_id"]))
    year = population.as_of.year
    return [{"lead_id": f"XS{year}-{number:05d}", **lead} for number, lead in enumerate(found, 1)]


def _entity(population: Population, number: int, taken: set[str]) -> dict[str, Any] | None:
    """An active entity that no lead names yet, of a few the one with the worst tier."""
    places = np.arange(number * _LOOKED_AT, (number + 1) * _LOOKED_AT, dtype=np.uint64)
    rows = population.streams.below("lead.entity", places, population.size)
    records = [
        record
        for record in population.sound(np.unique(rows).astype(np.uint64))
        if record["status"] == "active" and record["entity_id"] not in taken
    ]
    return max(records, key=lambda r: (r["tier"], r["entity_id"]), default=None)


def _lead(
    population: Population, number: int, trigger: str, record: dict[str, Any]
) -> dict[str, str]:
    draw = population.streams.one
    age = 1 + draw("lead.opened", number, _DAYS)
    closed = draw("lead.closed", number, 100) < _CLOSED
    after = draw("lead.closed_after", number, age)
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
    }
