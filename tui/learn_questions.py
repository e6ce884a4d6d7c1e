"""What can be asked of the draws, each question with its fields: as the command line has them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.typed_paths import beside
from yaohao.tui.work_picture import MEASURES

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding


MOST_ARMS = 200
"""Entities whose arms the screen shows."""


class Given:
    """What was typed into the fields of a question."""

    def __init__(self, workspace: Workspace, typed: Mapping[str, str]) -> None:
        self._workspace, self._typed = workspace, typed

    def text(self, name: str) -> str:
        """The text of a field, "" where nothing was typed."""
        return self._typed.get(name, "").strip()

    def parts(self, name: str) -> list[str]:
        """The texts of a field, which commas part."""
        return [one.strip() for one in self.text(name).replace("，", ",").split(",") if one.strip()]

    def number(self, name: str, otherwise: float = 0.0) -> float:
        """The number of a field; PlannerError for another text."""
        text = self.text(name)
        if not text:
            return otherwise
        try:
            found = float(text.rstrip("%"))
        except ValueError:
            found = float("nan")
        if math.isnan(found):
            raise refuse("tui_learn.no-number", field=say(f"tui_learn.field-{name}"), found=text)
        return found

    def whole(self, name: str, otherwise: int) -> int:
        """The whole number of a field; PlannerError for another text."""
        found = self.number(name, otherwise)
        if found != int(found if abs(found) < 1e9 else 0):
            raise refuse("tui_learn.no-number", field=say(f"tui_learn.field-{name}"),
                         found=self.text(name))  # fmt: skip
        return int(found)

    def yes(self, name: str) -> bool:
        """Whether a field says yes."""
        return self.text(name).lower() in ("y", "yes", "是", "1")

    def file(self, name: str) -> Path | None:
        """The file of a field, None where nothing was typed."""
        return beside(self._workspace, self.text(name)) if self.text(name) else None

    def needed(self, name: str) -> Path:
        """The file of a field that is needed."""
        return self.file(name) or Path()


@dataclass(frozen=True)
class Question:
    """A question: its name, its fields with what they begin with, and how it is answered.

    Fields behind a ``*`` are needed. `is_act` says that something is entered in the ledger.
    """

    name: str
    fields: tuple[tuple[str, str], ...]
    answer: Callable[[Workspace, Given], Finding]
    is_act: bool = False


def _estimate(workspace: Workspace, given: Given) -> Finding:
    return workspace.estimate(
        given.parts("draws"), item=given.text("item"), by=given.parts("by") or ("tier",),
        level=given.number("level", 95) / 100,
    )  # fmt: skip


def _crews(workspace: Workspace, given: Given) -> Finding:
    deals = given.whole("deals", 0) if given.text("deals") else None
    return workspace.crews(given.parts("draws"), item=given.text("item"), deals=deals)


def _survive(workspace: Workspace, given: Given) -> Finding:
    return workspace.survive(
        given.text("group-by"), exits=given.file("exits"), since=given.text("since"),
        reports=given.file("reports"),
    )  # fmt: skip


def _propose(workspace: Workspace, given: Given) -> Finding:
    alpha = given.number("alpha") if given.text("alpha") else None
    return workspace.propose(
        given.text("plan"), given.parts("draws"), alpha=alpha,
        floor=given.number("floor", 0.5) / 100, law=given.number("law") / 100,
        visits=given.number("visits"), new_id=given.text("new-id"), to=given.file("to"),
    )  # fmt: skip


def _evaluate(workspace: Workspace, given: Given) -> Finding:
    return workspace.evaluate(
        given.text("draw"), outcome=given.text("outcome") or "alive", file=given.file("outcomes"),
        months=given.whole("months", 12), redraws=given.whole("redraws", 2000),
        bandwidth=given.number("bandwidth"), before=given.parts("before"),
        group=given.text("group"),
    )  # fmt: skip


def _risk_fit(workspace: Workspace, given: Given) -> Finding:
    return workspace.risk_fit(
        as_of=given.text("as-of"), outcome=given.text("item") or "any",
        regions=given.yes("regions"), to=given.file("to"),
    )  # fmt: skip


def _risk_test(workspace: Workspace, given: Given) -> Finding:
    return workspace.risk_test(
        given.text("first"), given.text("last"), outcome=given.text("item") or "any",
        capacity=given.whole("capacity", 0), regions=given.yes("regions"),
    )  # fmt: skip


def _risk_score(workspace: Workspace, given: Given) -> Finding:
    return workspace.risk_score(
        given.needed("to"), model=given.file("model"), scheme=given.file("scheme"),
        events=given.file("events"), as_of=given.text("as-of"),
    )  # fmt: skip


def _calendar(workspace: Workspace, given: Given) -> Finding:
    return workspace.reports.calendar(given.whole("year", 0), given.text("as-of"))


def _load(workspace: Workspace, given: Given) -> Finding:
    return workspace.reports.load(given.text("draw"), given.text("as-of"))


def _map_by(measure: str) -> Callable[[Workspace, Given], Finding]:
    return lambda workspace, given: workspace.reports.map(
        measure, draw=given.text("draw"), digits=given.whole("digits", 0)
    )


def _arms(workspace: Workspace, given: Given) -> Finding:
    """Who is in which arm; the command line writes them all into a file."""
    from yaohao.planner.learning.finding import Finding

    trial = given.text("trial")
    rows = list(workspace.trial_arms(trial))
    sizes = Counter(row["arm"] for row in rows)

    def lines() -> list[str]:
        shown = [f"{name} {size:,}" for name, size in sizes.items()]
        told = [
            say("tui_learn.arm-line", entity=row["entity_id"], arm=row["arm"])
            for row in rows[:MOST_ARMS]
        ]
        return [say("tui_learn.arms-of", trial=trial, arms=shown), *told]

    return Finding({"arms": dict(sizes)}, lines, list)


OWN = {
    "estimate": Question(
        "estimate", (("draws", ""), ("item", ""), ("by", "tier"), ("level", "95")), _estimate
    ),
    "inspectors": Question("inspectors", (("draws", ""), ("item", ""), ("deals", "")), _crews),
    "survival": Question(
        "survival", (("group-by", "kind"), ("exits", ""), ("since", ""), ("reports", "")), _survive
    ),
    "rates": Question(
        "rates",
        (("*plan", ""), ("draws", ""), ("alpha", ""), ("floor", "0.5"), ("law", ""),
         ("visits", ""), ("new-id", ""), ("to", "")),
        _propose,
    ),
    "effects": Question(
        "effects",
        (("outcome", "alive"), ("draw", ""), ("outcomes", ""), ("months", "12"), ("redraws", ""),
         ("bandwidth", ""), ("before", ""), ("group", "")),
        _evaluate,
    ),
    "calendar": Question("calendar", (("year", ""), ("as-of", "")), _calendar),
    "load": Question("load", (("draw", ""), ("as-of", "")), _load),
}  # fmt: skip
"""The questions of the views, to be asked otherwise than they are by themselves."""

MAPS = tuple(
    Question(f"map-{one}", (("draw", ""), ("digits", "")), _map_by(one)) for one in MEASURES
)

RISK = (
    Question(
        "risk-fit", (("as-of", ""), ("item", ""), ("regions", ""), ("to", "")), _risk_fit
    ),
    Question(
        "risk-test",
        (("*first", ""), ("last", ""), ("item", ""), ("capacity", ""), ("regions", "")),
        _risk_test,
    ),
    Question(
        "risk-score",
        (("*to", ""), ("model", ""), ("scheme", ""), ("events", ""), ("as-of", "")),
        _risk_score,
    ),
)  # fmt: skip

TRIALS = (
    Question("trial-check", (("*file", ""),), lambda w, g: w.check_trial(g.needed("file"))),
    Question(
        "trial-commit", (("*file", ""),), lambda w, g: w.commit_trial(g.needed("file")), is_act=True
    ),
    Question(
        "trial-assign",
        (("*trial", ""), ("*seed", ""), ("source", ""), ("witnesses", "")),
        lambda w, g: w.assign_trial(
            g.text("trial"), g.text("seed"), g.text("source"), g.parts("witnesses")
        ),
        is_act=True,
    ),
    Question("trial-arms", (("*trial", ""),), _arms),
    Question(
        "trial-analyse",
        (("*trial", ""), ("*outcomes", "")),
        lambda w, g: w.analyse_trial(g.text("trial"), g.needed("outcomes")),
        is_act=True,
    ),
)
