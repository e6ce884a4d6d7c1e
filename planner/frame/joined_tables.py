"""What is joined to a register to make a frame: leads in force, and what earlier draws did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from yaohao.planner.frame.leads import leads_in_force
from yaohao.planner.frame.prior_draws import Row
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.frame import LEADS, PRIOR

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table


def leads_table(plan: Plan, leads: Iterable[Mapping[str, Any]]) -> Table:
    """What the leads in force of a register of leads come to (columns `LEADS`)."""
    import pyarrow as pa

    of_entity = leads_in_force(leads, plan)
    kinds = (pa.string(), pa.string(), pa.bool_(), pa.bool_())
    columns = [pa.array(list(of_entity), pa.string())]
    columns += [
        pa.array([getattr(lead, name) for lead in of_entity.values()], kind)
        for name, kind in zip(LEADS[1:], kinds, strict=True)
    ]
    return pa.table(columns, names=list(LEADS))


def prior_table(prior: Iterable[Row]) -> Table:
    """What earlier draws did, of rows in the order of `PRIOR`."""
    import pyarrow as pa

    rows = list(prior)
    kinds = (pa.string(), pa.int32(), pa.int32(), pa.string(), pa.string())
    columns = [pa.array([row[n] for row in rows], kind) for n, kind in enumerate(kinds)]
    return pa.table(columns, names=list(PRIOR))
