"""The lottery of the same cells, margins and quotas is built once by each worker of a run.

A table is a function of these alone: tests of the tables themselves hold that, and call the
builder as it is (`keep` comes when they are read). A frozen draw and each audit of it would build
the same one, which was half of an audit in the tests.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import cast

from yaohao.planner.draw.lottery import allocation_lottery
from yaohao.planner.draw.lottery.allocation_lottery import Cell
from yaohao.planner.draw.lottery.margins import Margin
from yaohao.planner.schema.lottery import Lottery

_build = allocation_lottery.build_lottery


@cache
def _built(cells: tuple[Cell, ...], margins: tuple[Margin, ...], quotas: tuple[Margin, ...]) -> str:
    return json.dumps(_build(cells, margins, quotas))


def _kept(
    cells: Sequence[Cell], margins: Sequence[Margin], quotas: Sequence[Margin] = ()
) -> Lottery:
    return cast(Lottery, json.loads(_built(tuple(cells), tuple(margins), tuple(quotas))))


def keep() -> None:
    """Have whoever takes the builder from its module from now on, as the program does, keep."""
    allocation_lottery.build_lottery = _kept
