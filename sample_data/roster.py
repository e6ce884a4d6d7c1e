"""Inspectors (执法检查人员名录库): enough of them in every division, with what items ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from yaohao.sample_data.contract import PopulationView

COLUMNS = (
    "inspector_id", "name", "department", "regions", "qualifications", "certificate_until",
    "capacity", "absent", "recused",
)  # fmt: skip

LEAST = 6
"""Inspectors that every division has at least: the first five of them hold certificates that last,
and every qualification twice; the sixth is away for a while."""
_PER_MILLE = 6  # inspectors to a thousand entities
_MOST = 5_000
_CITY = 12  # one in so many works for the whole area
_QUALIFICATIONS = ("food", "special", "drug", "drug;food", "industrial;special")
_LOOKED_AT = 64  # rows among which those to recuse from are found
_AT_ONCE = 512  # inspectors whose recusals are found together
WINDOW = (7, 86)
"""The plan's window begins and ends so many days after the day of reference."""


def inspectors(population: PopulationView) -> list[dict[str, str]]:
    """The inspectors of a population, as texts by column; lists are joined by ``;``."""
    divisions, weights = population.divisions
    total = min(max(population.size * _PER_MILLE // 1000, LEAST * len(divisions)), _MOST)
    city = total // _CITY if len(divisions) > 1 and total > LEAST * len(divisions) else 0
    city = min(city, total - LEAST * len(divisions))
    numbers = np.arange(total, dtype=np.uint64)
    drawn = population.entities.persons.draw(population.streams, "inspector", numbers)
    names: list[str] = drawn.names.to_pylist()
    rows: list[dict[str, str]] = []
    asked: list[tuple[int, str]] = []
    office = population.division.ljust(6, "0")
    for place in range(city):
        name = names[len(rows)]
        rows.append(inspector(population, name, len(rows), office, divisions, place))
    for division, count in zip(divisions, _shares(total - city, weights), strict=True):
        for place in range(count):
            if place % 7 == 3:
                asked.append((len(rows), division))
            name = names[len(rows)]
            rows.append(inspector(population, name, len(rows), division, (division,), place))
    for number, ids in _recused(population, asked):
        rows[number]["recused"] = ids
    return rows


def _shares(total: int, weights: tuple[int, ...]) -> list[int]:
    """`LEAST` each, and of the rest in proportion, by largest remainders."""
    rest = total - LEAST * len(weights)
    exact = [(rest * weight, sum(weights)) for weight in weights]
    shares = [part // whole for part, whole in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(exact[i][0] % exact[i][1]), i))
    for index in by_remainder[: rest - sum(shares)]:
        shares[index] += 1
    return [LEAST + share for share in shares]


def inspector(
    population: PopulationView,
    name: str,
    number: int,
    office: str,
    regions: tuple[str, ...],
    place: int,
) -> dict[str, str]:
    """One inspector: `number` is what is drawn by, `place` the one in the office, from 0.

    Of the first five of an office the certificates last and the qualifications are all there.
    """
    draw = population.streams.one
    second = _QUALIFICATIONS[place % 5] if place < 5 or draw("inspector.skill", number, 3) else ""
    return {
        "inspector_id": f"ZF-{office}-{place + 1:03d}",
        "name": name,
        "department": "",
        "regions": ";".join(regions),
        "qualifications": second,
        "certificate_until": _certificate(population, number, place),
        "capacity": "" if draw("inspector.limit", number, 3) else str(24 + 2 * (number % 9)),
        "absent": _absence(population, number, place),
        "recused": "",
    }


def _certificate(population: PopulationView, number: int, place: int) -> str:
    """Empty for auxiliaries; for some it ends within the window, for a few it has ended."""
    draw = population.streams.one
    if place % 11 == 7:
        return ""
    if place % 11 == 6:
        days = WINDOW[0] + draw("inspector.certificate", number, WINDOW[1] - WINDOW[0])
    elif place % 23 == 20:
        days = -1 - draw("inspector.certificate", number, 200)
    else:
        days = 300 + draw("inspector.certificate", number, 1500)
    return (population.as_of + timedelta(days=days)).isoformat()


def _absence(population: PopulationView, number: int, place: int) -> str:
    """Leave of some days; now and then twice, rarely for the whole window."""
    draw = population.streams.one
    if place % 31 == 18:
        return _period(population.as_of, 0, WINDOW[1] + 30)
    if place % 8 != 5:
        return ""
    first = WINDOW[0] + draw("inspector.leave", number, 30)
    periods = [_period(population.as_of, first, first + 2 + draw("inspector.days", number, 12))]
    if draw("inspector.again", number, 4) == 0:
        periods.append(_period(population.as_of, first + 30, first + 34))
    return ";".join(periods)


def _period(day: date, first: int, last: int) -> str:
    return f"{day + timedelta(days=first)}..{day + timedelta(days=last)}"


def _recused(population: PopulationView, asked: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Entities of the inspectors' divisions that they are recused from: kin, former employers."""
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        numbers = np.array([number for number, _ in part], dtype=np.uint64)
        first = numbers[:, None] * np.uint64(_LOOKED_AT)
        places = (first + np.arange(_LOOKED_AT, dtype=np.uint64)).ravel().astype(np.uint64)
        rows = population.streams.below("inspector.recused", places, population.size)
        rows = rows.reshape(len(part), _LOOKED_AT)
        intact = population.intact_rows(np.unique(rows).astype(np.uint64))
        for (number, division), mine in zip(part, rows.tolist(), strict=True):
            count = 1 + population.streams.one("inspector.recusals", number, 3)
            near = {
                intact[row]["entity_id"]
                for row in mine
                if row in intact and intact[row]["region"] == division
            }
            yield number, ";".join(sorted(near)[:count])
