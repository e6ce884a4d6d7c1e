"""What earlier draws did: whom they drew, which a later plan's caps and batches count.

The visits of a draw of the nation are millions, and a year has several draws: they are kept as
columns, from the document of each draw to the table that is joined to the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.frame import PRIOR
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table
    from yaohao.planner.schema.plan_document import PlanDocument

Row = tuple[str, int, int, str, str]
"""A row in the order of `yaohao.planner.schema.frame.PRIOR`."""

_AT_ONCE = 1 << 16
"""Visits that are made columns at a time."""


@dataclass(frozen=True)
class EarlierDraw:
    """An earlier draw, as a frame takes account of it."""

    draw: str
    plan: PlanDocument
    visits: Table | None
    """Whom it visits, by `visited`; None where `counts_for` says that they do not count."""


def visited(visits: Iterable[Mapping[str, Any]]) -> Table:
    """Whom a draw visits: `entity_id`, and `by_lot`, 1 where the lot drew it and 0 where it is
    visited for cause; of rows with `entity_id` and `standing`.
    """
    import pyarrow as pa

    kinds = pa.schema([("entity_id", pa.string()), ("by_lot", pa.int32())])
    # Of a visit no more is held than this: it may be made while it is gone through.
    source = ((visit["entity_id"], int(visit["standing"] == "pool")) for visit in visits)
    batches = []
    while some := list(islice(source, _AT_ONCE)):
        columns = [
            pa.array(column, kind.type)
            for column, kind in zip(zip(*some, strict=True), kinds, strict=True)
        ]
        batches.append(pa.record_batch(columns, schema=kinds))
    return pa.Table.from_batches(batches, kinds)


def counts_for(plan: Plan, document: Mapping[str, Any]) -> bool:
    """Whether visits of a draw under an earlier plan document count for a plan.

    They do if its window closes in the calendar year of the plan's day, or so late that
    `days_between` may matter.
    """
    closes = date.fromisoformat(document["window"][1])
    recent = plan.window[0] - timedelta(days=plan.limits.days_between)
    return is_of_year(plan, document) or closes > recent


def is_of_year(plan: Plan, document: Mapping[str, Any]) -> bool:
    """Whether the window of an earlier plan document closes in the year of the plan's day."""
    return date.fromisoformat(document["window"][1]).year == plan.as_of.year


def is_batch_of(plan: Plan, document: Mapping[str, Any]) -> bool:
    """Whether an earlier plan document is of an earlier batch of the plan, in the same year."""
    return bool(plan.frequency > 1 and document["id"] == plan.id and is_of_year(plan, document))


def prior_table(plan: Plan, draws: Iterable[EarlierDraw]) -> Table:
    """What earlier draws did, one row an entity that they visit, in ascending order of id, with the
    columns of `yaohao.planner.schema.frame.PRIOR`.

    Visits for cause do not count against the cap; of several visits the last window is told.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    known = [draw for draw in draws if draw.visits is not None and counts_for(plan, draw.plan)]
    # Of two windows that close on a day the one of the draw before.
    latest = sorted(range(len(known)), key=lambda n: (known[n].plan["window"][1], -n))
    rank = {n: place for place, n in enumerate(latest)}
    parts = []
    for number, draw in enumerate(known):
        assert draw.visits is not None
        by_lot, size = draw.visits.column("by_lot"), len(draw.visits)
        none = pa.chunked_array([pa.nulls(size, pa.int32()).fill_null(0)])
        in_year, in_plan = is_of_year(plan, draw.plan), is_batch_of(plan, draw.plan)
        columns = {
            "entity_id": draw.visits.column("entity_id"),
            "drawn_this_year": by_lot if in_year else none,
            "drawn_by_plan": by_lot if in_plan else none,
            "last": pa.nulls(size, pa.int32()).fill_null(rank[number]),
        }
        parts.append(pa.table(columns))
    if not parts:
        return table_of(())
    sums = [("drawn_this_year", "sum"), ("drawn_by_plan", "sum"), ("last", "max")]
    entities = pa.concat_tables(parts).group_by("entity_id").aggregate(sums).sort_by("entity_id")
    windows = [known[n].plan["window"] for n in latest]
    last = entities.column("last_max")
    told = [
        entities.column("entity_id"),
        *(entities.column(f"{name}_sum").cast(pa.int32()) for name, _ in sums[:2]),
        *(pc.take(pa.array([one[end] for one in windows], pa.string()), last) for end in (0, 1)),
    ]
    return pa.table(dict(zip(PRIOR, told, strict=True)))


def table_of(rows: Iterable[Row]) -> Table:
    """The same of rows in the order of `PRIOR`."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(PRIOR)
    kinds = (pa.string(), pa.int32(), pa.int32(), pa.string(), pa.string())
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)],
        names=list(PRIOR),
    )


def in_batch(plan: Plan, draws: Iterable[EarlierDraw]) -> Plan:
    """The plan with the number of the batch that comes after those drawn.

    Raises PlannerError where all batches of the year have been drawn.
    """
    if plan.frequency == 1:
        return plan
    before = [draw.draw for draw in draws if is_batch_of(plan, draw.plan)]
    if len(before) >= plan.frequency:
        params = {"frequency": plan.frequency, "draws": before, "year": plan.as_of.year}
        raise refuse("frame.batches-drawn", **params)
    return replace(plan, batch=len(before) + 1)
