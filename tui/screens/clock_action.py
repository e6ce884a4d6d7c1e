"""What the clock has done, told and recorded by key.

On the command line: `yaohao case clock`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.tui.screens.case_actions import CaseActions


class ClockAction(CaseActions):
    """A screen from which the clock is recorded."""

    def do_clock(self) -> None:
        """Tell what the clock would record today, and record it once that is confirmed."""
        self.work(
            say("tui_cases.looking"),
            lambda workspace, _: workspace.cases.clock(dry_run=True),
            self._confirm_clock,
        )

    def _confirm_clock(self, report: Mapping[str, Any]) -> None:
        if not report["cases"] and not report["opened"]:
            self.tell(say("tui_cases.clock-nothing"))
            return
        lines = [
            say("tui_cases.clock-opens", kind=one["kind"], day=one["day"])
            for one in report["opened"]
        ]
        lines += [
            say("tui_cases.clock-event", event=say(f"case.event-{name}"), size=size)
            for name, size in report["events"].items()
        ]
        self.confirm(
            say("tui_cases.clock-title"),
            "\n".join([*lines[:10], "", say("tui_cases.clock-text")]),
            say("tui_cases.clock-yes"),
            lambda: self.work(
                say("tui_cases.acting"),
                lambda workspace, _: workspace.cases.clock(),
                self._tell_clock,
            ),
        )

    def _tell_clock(self, report: Mapping[str, Any]) -> None:
        self.tell(say("tui_cases.clock-done", cases=report["cases"], opened=len(report["opened"])))
        self.refill()
