"""The steps of a draw: which comes at which stage, and what a round lacks to be witnessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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


def next_step(draw: Draw, published: Collection[str], *, is_out: bool) -> str | None:
    """The one step that comes next in a draw, None where nothing does.

    `published` are the stages at which the draw was published, `is_out` whether it is public as it
    stands. A commitment is published before its seed is known: afterwards nobody can tell that it
    came first. A draw of version 1 of the protocol goes no further here (`check_protocol`).
    """
    stage = draw.stage
    if draw.is_older:
        return None
    if stage in (Stage.COMMITTED, Stage.STAFFED) and stage not in published:
        return "publish"
    if stage is Stage.ABANDONED:
        return "publish" if published and not is_out else None
    if stage is Stage.DEALT and is_out:
        return None
    return NEXT[stage]


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
