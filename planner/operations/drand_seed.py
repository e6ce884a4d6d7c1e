"""A round of drand as the seed of a draw's round, if it came after the commitment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.draw.drand import check_is_later, checked_round, named_rounds
from yaohao.planner.schema.draw import RoundName, Stage
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse

_ROUND_AT: Mapping[Stage, RoundName] = {Stage.COMMITTED: "select", Stage.STAFFED: "crew"}


def drand_seed(
    workspace: WorkspaceFolder, draw: str, number: int, signature: str
) -> dict[str, Any]:
    """The seed and the source that a round of drand gives to the round of a draw that is due.

    `announced` tells whether the plan named the round before the commitment. Nothing is changed.
    Raises PlannerError where no seed is due, for a wrong signature, for a round that is not later
    than the commitment, and for another round than the plan announced.
    """
    found = workspace.store.draw(draw)
    name = _ROUND_AT.get(found.stage)
    round_ = name and found.round(name)
    if not name or not round_:
        raise refuse("drand.not-due", draw=draw, stage=found.stage.value)
    beacon = checked_round(number, signature)
    check_is_later(number, round_["committed_at"])
    announced = named_rounds(found.plan["seeds"][name])
    if announced and number not in announced:
        raise refuse("drand.other-round", announced=announced, round=number)
    return {
        "draw": draw,
        "round": name,
        "seed": beacon.seed,
        "source": beacon.source,
        "at": beacon.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "announced": bool(announced),
    }
