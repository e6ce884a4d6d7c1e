"""Tables of outcomes that audits build again, built once for each plan and its cells.

Half of an audit's time goes into the table, which most changes of a folder leave as it is. What was
frozen is built by itself, so the first audit compares two that were built apart. Load it with
``pytest_plugins = ["helpers.kept_tables"]`` and ``pytest.mark.usefixtures("tables_kept")``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from yaohao.planner.draw.lottery.plan_lottery import lottery_of
from yaohao.planner.frame.cells import Cell
from yaohao.planner.plan.model import Plan
from yaohao.planner.schema.lottery import Lottery
from yaohao.planner.verification import lottery_table

_tables: dict[str, Lottery] = {}


def _kept(plan: Plan, cells: Sequence[Cell]) -> Lottery:
    key = repr((plan, list(cells)))
    if key not in _tables:
        _tables[key] = lottery_of(plan, cells)
    return _tables[key]


@pytest.fixture(scope="module")
def tables_kept() -> Iterator[None]:
    """Audits of the planner take tables that were built before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lottery_table, "lottery_of", _kept)
        yield
