"""A plan with the frame that it gives, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.prior_draws import EarlierDraw
from yaohao.planner.schema.visit import Seat


@dataclass(frozen=True)
class FramedPlan:
    """A plan with the frame that it gives on the current register.

    `frame` holds the plan as the workspace completes it, `content` is the register's digest,
    `seats` are those of every visit, and `earlier` the draws that were taken into account.
    """

    frame: Frame
    content: str
    seats: list[Seat]
    earlier: list[EarlierDraw]
