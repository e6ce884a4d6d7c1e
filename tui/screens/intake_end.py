"""What a file that was taken in came to, and the leads that results answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.import_words import lead_words
from yaohao.planner.wording.messages import say
from yaohao.tui.intake import Intake
from yaohao.tui.screens.reading_how import ReadingHow
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.dialogs import Confirm


class IntakeEnd(ReadingHow):
    """A screen that takes a file in, tells of it where one came from, and asks what is left open.

    Leads that visits answered are closed only once that is confirmed: the file is read again with
    that said, which changes nothing else.
    """

    def leave_told(self, words: str) -> None:
        """Leave this screen, with something to say where one came from."""
        raise NotImplementedError

    def tell_taken(self, report: Mapping[str, Any], intake: Intake) -> None:
        """Tell what came in; ask about open leads first."""
        words = taken_words(report)
        if not report.get("leads") or report["leads_closed"]:
            self.leave_told(words)
            return
        width = min(self.size.width * 9 // 10, 100) - 8
        lines = "\n".join(folded(lead_words(report), width))

        def closed(again: Mapping[str, Any]) -> None:
            number = len(again["leads"])
            self.leave_told(say("tui_leads.closed", text=words, number=number))

        def answered(said: Any) -> None:
            if not said:
                self.leave_told(words)
                return
            intake.read_with({**intake.how, "close_leads": True})
            self.work(say("tui_leads.closing"), intake.taken, closed)

        text = f"{lines}\n\n{say('tui_leads.text')}"
        self.app.push_screen(Confirm(say("tui_leads.title"), text, say("tui_leads.yes")), answered)


def taken_words(report: Mapping[str, Any]) -> str:
    """What came in, in a sentence: how many rows, what there is now, what is to be mended."""
    if not report["changed"]:
        return say("common.text-unchanged")
    counts = {"accepted": report["accepted"], "aside": report["set_aside"]}
    if "open" in report:
        return say("tui_start.taken-results", open=report["open"], **counts)
    name = say(f"common.register-{report['register']}")
    return say("tui_start.taken", name=name, size=report["size"], **counts)
