"""The steps of a draw: which comes at which stage, and what a round lacks to be witnessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yaohao.planner.schema.draw import Draw, Stage
from yaohao.planner.vocabulary.problems import refuse

STAGES = (Stage.COMMITTED, Stage.DRAWN, Stage.STAFFED, Stage.DEALT)
"""How far a draw is; an abandoned one is at `Stage.ABANDONED`."""

STEPS = {"draw": Stage.COMMITTED, "staff": Stage.DRAWN, "deal": Stage.STAFFED}
"""What can be done at which stage."""

NEXT = {
    Stage.COMMITTED: "draw",
    Stage.DRAWN: "staff",
    Stage.STAFFED: "deal",
    Stage.DEALT: "publish",
}
"""The step that comes next at each stage."""


def check_step(draw: Draw, step: str) -> None:
    """Raise PlannerError where another step comes next than `step`: which, and how it is done."""
    stage = draw.stage
    check_not_abandoned(draw)
    if stage != STEPS[step]:
        if STAGES.index(stage) > STAGES.index(STEPS[step]):
            raise refuse("draw.already", draw=draw.id, stage=stage.value, wanted=step)
        raise refuse(
            "draw.out-of-order",
            draw=draw.id,
            stage=stage.value,
            wanted=step,
            missing=NEXT[stage],
            next=f"yaohao {NEXT[stage]} {draw.id}",
        )


def check_protocol(draw: Draw) -> None:
    """Raise PlannerError for a draw that was frozen under version 1 of the protocol."""
    if draw.is_older:
        raise refuse("draw.older-protocol", draw=draw.id)


def check_not_abandoned(draw: Draw) -> None:
    """Raise PlannerError where a draw was given up, with when and why."""
    abandoned = draw.record["abandoned"]
    if abandoned is not None:
        raise refuse("draw.abandoned", draw=draw.id, **abandoned)


def is_witnessed(round_: Mapping[str, Any]) -> bool:
    """Whether a round's seed has a source or a witness."""
    return bool(round_["source"] or round_["witnesses"])


def is_unwitnessed(rounds: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of the rounds that have a seed has neither source nor witness."""
    return not all(map(is_witnessed, rounds))
