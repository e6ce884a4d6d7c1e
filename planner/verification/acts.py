"""The acts of a draw in a ledger: their form, their order, and what they say of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.ledger import Line
from planner.verification.finding import Finding, fails, holds
from planner.verification.reading import misshapen

_COUNTS = {"scope": int, "pool": int, "directed": int, "out": dict}
_COMMON = {"act": str, "at": str}
_OF_DRAW = {**_COMMON, "draw": str}
_SHAPES: dict[str, Any] = {
    "workspace": {**_COMMON, "register": str},
    "import": {
        **_COMMON,
        "register": str,
        "files": [str],
        "rows": int,
        "accepted": int,
        "set_aside": int,
        "content": str,
    },
    "register": {**_COMMON, "register": str, "what": str, "content": str},
    "freeze": {
        **_OF_DRAW,
        "content": str,
        "plan": str,
        "frame": str,
        "lottery": str,
        "counts": _COUNTS,
    },
    "seed": {
        **_OF_DRAW,
        "round": frozenset({"select", "crew"}),
        "seed": str,
        "source": str,
        "witnesses": str,
        "witnessed": int,
        "key": str,
    },
    "draw": {
        **_OF_DRAW,
        "outcome": int,
        "drawn": int,
        "directed": int,
        "reserves": int,
        "visits": str,
        "cells": (None, str),
    },
    "crews": {**_OF_DRAW, "crews": str, "dealt": int},
    "publication": {
        **_OF_DRAW,
        "stage": frozenset({"committed", "drawn", "staffed", "dealt", "abandoned"}),
        "draw_json": str,
        "visits_csv": str,
    },
    "abandonment": {**_OF_DRAW, "reason": str},
}
_COMMITMENTS = {
    "select": {
        **_OF_DRAW,
        "round": str,
        "plan": str,
        "frame": str,
        "lottery": str,
        "commitment": str,
        "source": str,
    },
    "crew": {
        **_OF_DRAW,
        "round": str,
        "visits": str,
        "roster": str,
        "commitment": str,
        "source": str,
    },
}
ORDER = (
    "freeze",
    "commitment select",
    "seed select",
    "draw",
    "commitment crew",
    "seed crew",
    "crews",
)
"""The steps of a draw; each at most once, none before the one in front of it."""

_TIME = "0000-00-00T00:00:00Z"


@dataclass
class Story:
    """What a ledger tells of one draw: its acts by step, and how it ended."""

    steps: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    abandonment: Mapping[str, Any] | None = None

    @property
    def stage(self) -> str:
        """The stage that these acts have reached."""
        if self.abandonment is not None:
            return "abandoned"
        for step, stage in (("crews", "dealt"), ("commitment crew", "staffed"), ("draw", "drawn")):
            if step in self.steps:
                return stage
        return "committed"


def stories(lines: Sequence[Line]) -> tuple[dict[str, Story], list[Finding]]:
    """The story of every draw of a ledger, and every act that is misshapen or out of order."""
    found: list[Finding] = []
    told: dict[str, Story] = {}
    for number, line in enumerate(lines, 1):
        act = dict(line.act)
        where = f"ledger.jsonl:{number}"
        wrong = misshapen(act, _shape(act), "act")
        if wrong is None and not _is_time(act["at"]):
            wrong = ("act.at", _TIME, act["at"])
        if wrong is not None:
            found.append(fails("acts", f"{where}: {wrong[0]}", wrong[1], wrong[2]))
            continue
        out_of_order = _enter(told, act)
        if out_of_order is not None:
            found.append(fails("acts", where, *out_of_order))
    return told, found or [holds("acts")]


def _shape(act: Mapping[str, Any]) -> Any:
    kind = act.get("act")
    if kind == "commitment":
        return _COMMITMENTS.get(str(act.get("round")), _COMMITMENTS["select"])
    shape = _SHAPES.get(str(kind))
    return {**_COMMON, "act": frozenset({*_SHAPES, "commitment"})} if shape is None else shape


def _enter(told: dict[str, Story], act: dict[str, Any]) -> tuple[str, str] | None:
    """Enter an act in its draw's story; what was expected and what came instead, if it may not."""
    if "draw" not in act:
        return None
    kind = act["act"]
    step = f"{kind} {act['round']}" if "round" in act else kind
    if step == "freeze":
        if act["draw"] in told:
            return "one freeze a draw", f"a second freeze of {act['draw']}"
        told[act["draw"]] = Story({"freeze": act})
        return None
    story = told.get(act["draw"])
    if story is None:
        return "freeze", step
    if kind == "publication":
        return None if act["stage"] == story.stage else (story.stage, act["stage"])
    if story.abandonment is not None:
        return "nothing but publication after abandonment", step
    if kind == "abandonment":
        if "crews" in story.steps:
            return "no abandonment after crews", step
        story.abandonment = act
        return None
    due = ORDER[len(story.steps)] if len(story.steps) < len(ORDER) else "publication"
    if step != due:
        return due, step
    story.steps[step] = act
    return None


def _is_time(text: str) -> bool:
    return len(text) == len(_TIME) and all(
        (a in "0123456789") if b == "0" else a == b for a, b in zip(text, _TIME, strict=True)
    )
