"""Freezing the open plan into a draw, once it is confirmed."""

from __future__ import annotations

from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.workspace import Workspace
from yaohao.tui.frozen_before import frozen_before
from yaohao.tui.screens.plan_chance import PlanChanceScreen

WAIVED = {
    "plan_check.frozen-over": "past",
    "plan_check.frozen-again": "again",
    "plan_check.frozen-unstaffed": "unstaffed",
}
"""What keeps a plan from being frozen unless it is said, and the word that says it."""
SHOWN = 3
"""Sentences about it that stand in the question."""


class PlanFreezeScreen(PlanChanceScreen):
    """A screen with a plan that can be frozen."""

    def do_freeze(self) -> None:
        """Freeze the plan into a draw, once it is confirmed."""
        assert self.told is not None
        text = say(
            "tui_plan.freeze-text",
            file=self.file,
            pool=f"{self.told['pool']:,}",
            directed=f"{self.told['directed']:,}",
        )
        before = frozen_before(self.workspace, self.text)
        if before:
            draws = say("common.comma").join(map(plain, before))
            again = say("tui_plan.frozen-before", draws=draws, size=len(before))
            text = f"{again}\n\n{text}"
        despite = ("again",) if before else ()
        title, yes = say("tui_plan.freeze-title"), say("tui_plan.freeze-yes")
        self.confirm(title, text, yes, lambda: self._freeze(despite))

    def _freeze(self, despite: tuple[str, ...] = ()) -> None:
        """Freeze; what keeps the plan from it is asked about, where it may be waived."""
        path = self.path()

        def attempt(workspace: Workspace, _: Any) -> Any:
            try:
                return workspace.freeze(path, despite=despite)
            except PlannerError as error:
                if error.problems[0].code not in WAIVED:
                    raise
                return error

        def frozen(report: Any) -> None:
            if isinstance(report, PlannerError):
                said = "\n".join(plain(say_problem(one)) for one in report.problems[:SHOWN])
                more = (*despite, WAIVED[report.problems[0].code])
                yes = say("tui_plan.freeze-yes")
                self.confirm(say("tui_plan.freeze-title"), said, yes, lambda: self._freeze(more))
                return
            self.yaohao.choose_draw(report["draw"])
            self.yaohao.go("home")
            here = self.yaohao.here
            if here is not None:
                here.tell(
                    say(
                        "tui_plan.frozen", draw=report["draw"], commitment=report["commitment"][:16]
                    )
                )

        self.work(say("tui_plan.freezing"), attempt, frozen)
