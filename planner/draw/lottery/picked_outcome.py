"""Which outcome of a lottery a round's key picks.

Apart from how tables are built: a draw needs none of that, nor what it is computed with.
"""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.schema.lottery import Weighted
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.units import PPM


def pick_outcome(key: str, outcomes: Sequence[Weighted]) -> int:
    """The index of the outcome that a round's key picks (draw protocol, "Selection")."""
    drawn = int(sha(f"{key}|allocation"), 16) * PPM
    reached = 0
    for index, outcome in enumerate(outcomes):
        reached += int(outcome["weight"])
        if reached << 256 > drawn:
            return index
    raise refuse("lottery.weights", expected=PPM, found=reached)
