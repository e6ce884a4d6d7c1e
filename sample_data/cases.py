"""Cases in every state, and the files that open them: contacts, filings, penalties, commitments.

How a case comes to each state stands in vocabulary/cases.json, a walk a line, with days counted
back from the day of reference (``@30`` is 30 days before it, ``@y1`` the year before).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from yaohao.sample_data import words
from yaohao.sample_data.profile import STATUSES

if TYPE_CHECKING:
    from yaohao.sample_data.contract import PopulationView
    from yaohao.sample_data.random_streams import Words

CONTACTS = ("entity_id", "person", "phone", "role")
FILINGS = ("entity_id", "filed_on")
PENALTIES = ("entity_id", "decided_on", "decision_number", "bare")
COMMITMENTS = ("entity_id", "sort", "matter", "made_on", "barred", "safety")
CASES = (
    "case", "kind", "state", "entity_id", "step", "source", "day", "role", "person", "facts",
    "documents", "letter",
)  # fmt: skip
"""A row an act, in the order of the acts: the opening has no `step`. `state` is where the case
stands on the day of reference, `facts` a JSON object, `documents` are names parted by ``;``; a case
over several entities has their ids so, one about the bureau itself has none.
"""

_PEOPLE = {"clerk": "李静", "reviewer": "王强", "head": "赵敏"}
_SORTS = (
    ("licence", "食品经营许可告知承诺"),
    ("proof", "住所证明告知承诺"),
    ("statement", "诚信经营承诺"),
)
_PER_MILLE = {"contacts": 50, "filings": 100, "penalties": 5, "commitments": 5}
_MOST = 20_000  # rows of a file
_MANY = 3  # entities of a case over several
_LOOKED_AT = 3  # rows looked at for each entity: some are damaged, or one was taken before
_YEAR = 365


def contacts(population: PopulationView) -> list[dict[str, str]]:
    """Persons who can be reached, at numbers that belong to no one."""
    return [
        {"entity_id": row["entity_id"], "person": row["representative"], "phone": row["phone"],
         "role": ("owner", "contact")[number % 2]}
        for number, row in enumerate(_chosen(population, "contacts"))
        if row["phone"]
    ]  # fmt: skip


def filings(population: PopulationView) -> list[dict[str, str]]:
    """Who has filed the annual report of the year before the day of reference, and when."""
    as_of = population.as_of
    first = date(as_of.year - 1, 1, 1)
    rows: list[dict[str, str]] = []
    for row in _chosen(population, "filings"):
        if row["annual_report"] not in ("filed", "late"):
            continue
        part = _YEAR // 2 if row["annual_report"] == "filed" else _YEAR
        days = population.streams.one("filing.day", len(rows), part)
        rows.append({"entity_id": row["entity_id"], "filed_on": _iso(first, days)})
    return rows


def penalties(population: PopulationView) -> list[dict[str, str]]:
    """Penalties decided in the last two months; a third are warnings."""
    return [
        {
            "entity_id": row["entity_id"],
            "decided_on": _before(population, "penalty.day", number, 60),
            "decision_number": f"样市监罚〔{population.as_of.year}〕{number}号",
            "bare": "yes" if number % 3 == 0 else "no",
        }
        for number, row in enumerate(_chosen(population, "penalties"), 1)
    ]


def commitments(population: PopulationView) -> list[dict[str, str]]:
    """Commitments of the last two months, of every sort."""
    rows = []
    for number, row in enumerate(_chosen(population, "commitments"), 1):
        sort, matter = _SORTS[number % len(_SORTS)]
        made_on = _before(population, "commitment.day", number, 60)
        rows.append({"entity_id": row["entity_id"], "sort": sort, "matter": matter,
                     "made_on": made_on, "barred": "no", "safety": "no"})  # fmt: skip
    return rows


def cases(population: PopulationView, as_of: date | None = None) -> list[dict[str, str]]:
    """The acts that bring a case of each kind into each of its states.

    Their days are counted back from `as_of`, the day of reference by default.
    """
    day = as_of or population.as_of
    walks: Sequence[dict[str, Any]] = words.document("cases")
    wanted = sum(_MANY if walk["subject"] == "many" else 1 for walk in walks)
    ids = [row["entity_id"] for row in _intact(population, "case", wanted)]
    rows: list[dict[str, str]] = []
    for number, walk in enumerate(walks, 1):
        size = {"many": _MANY, "entity": 1}.get(walk["subject"], 0)
        if len(ids) < size:  # a population of a handful of shops
            continue
        mine, ids = ids[:size], ids[size:]
        rows += _acts(day, number, walk, mine)
    return rows


def _acts(
    as_of: date, number: int, walk: dict[str, Any], mine: Sequence[str]
) -> Iterator[dict[str, str]]:
    common = {"case": str(number), "kind": walk["kind"], "state": walk["state"],
              "entity_id": ";".join(mine)}  # fmt: skip
    opening = ["", walk["day"], "import", walk["facts"], [], False]
    for step, days, role, facts, documents, letter in (opening, *walk["steps"]):
        yield {
            **common,
            "step": step,
            "source": "" if step else walk["source"],
            "day": _iso(as_of, -days),
            "role": role,
            "person": _PEOPLE.get(role, ""),
            "facts": json.dumps(
                {name: _fact(as_of, number, value) for name, value in facts.items()},
                ensure_ascii=False,
                sort_keys=True,
            ),
            "documents": ";".join(documents),
            "letter": "auto" if letter else "",
        }


def _fact(as_of: date, number: int, value: Any) -> Any:
    """The value of a fact: a day or year told from the day of reference, a text of its own."""
    if value == "text":
        return f"样例{number}"
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    if value.startswith("@y"):
        return as_of.year - int(value[2:])
    return _iso(as_of, -int(value[1:]))


def _chosen(population: PopulationView, part: str) -> list[dict[str, Any]]:
    count = max(population.size * _PER_MILLE[part] // 1000, 1)
    return _intact(population, part, min(count, _MOST))


def _intact(population: PopulationView, part: str, count: int) -> list[dict[str, Any]]:
    """Some entities that stand undamaged and active in the register, at most `count`."""
    places = np.arange(count * _LOOKED_AT, dtype=np.uint64)
    chosen = np.unique(population.streams.below(f"{part}.entity", places, population.size))
    rows: Words = chosen.astype(np.uint64)
    intact = population.intact_rows(rows)
    whole = population.rows(rows).to_pylist()
    fine = [
        record
        for row, record in zip(rows.tolist(), whole, strict=True)
        if row in intact and intact[row]["status"] == STATUSES[0]
    ]
    return fine[:: max(1, len(fine) // count)][:count]


def _before(population: PopulationView, column: str, number: int, days: int) -> str:
    return _iso(population.as_of, -1 - population.streams.one(column, number, days))


def _iso(day: date, days: int) -> str:
    return (day + timedelta(days)).isoformat()
