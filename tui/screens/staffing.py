"""What is done about crews before they are dealt: recusals, absences, staffing closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.schema.reports.ceremony import ShownVisit
from yaohao.planner.wording.messages import say
from yaohao.tui.jobs.people import NOTE_RECUSAL
from yaohao.tui.screens.draw_base import LookedUpScreen, ids_of
from yaohao.tui.screens.job_actions import JobRun
from yaohao.tui.text_layout import shown
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose


class Staffing(LookedUpScreen):
    """A screen that shows the inspectors of a draw or its visits (`view`), and staffs it."""

    def __init__(self) -> None:
        super().__init__()
        self.visits: list[ShownVisit] = []
        self.stage = ""
        self.view = "people"

    def marked(self) -> dict[str, Any] | None:
        """The marked inspector or visit."""
        raise NotImplementedError

    def marked_ids(self) -> dict[str, str]:
        """Whom the mark is at."""
        return ids_of(self.marked())

    def has_row(self) -> bool:
        """Whether a row is marked."""
        raise NotImplementedError

    def is_open(self) -> bool:
        """Whether staffing is what comes next."""
        return self.stage == "drawn"

    def can_note(self) -> bool:
        """Whether a recusal would count: somebody is marked, and staffing has not closed."""
        return self.is_open() and self.has_row() and self.told is not None

    def can_absent(self) -> bool:
        """Whether an inspector is marked whose absence would count."""
        return self.stage in ("committed", "drawn") and self.view == "people" and self.has_row()

    def do_recuse(self) -> None:
        """Note that an inspector recuses from a visit: one is marked, the other is chosen."""
        marked = self.marked()
        if marked is None or self.told is None:
            return
        if self.view == "people":
            title = say("tui_crews.recuse-whom", name=marked["name"] or marked["inspector_id"])
            choices = [
                Choice((marked, visit), visit["entity_id"], "", shown(visit["name"]))
                for visit in self.visits
            ]
        else:
            title = say("tui_crews.recuse-who", name=marked["name"])
            choices = [
                Choice((one, marked), one["inspector_id"], "", shown(one["name"]))
                for one in self.told["inspectors"]
            ]

        def chosen(pair: Any) -> None:
            if pair is not None:
                self._ask_reason(*pair)

        self.app.push_screen(Choose(title, choices), chosen)

    def _ask_reason(self, one: Mapping[str, Any], visit: Mapping[str, Any]) -> None:
        """Ask why, and note it; the job that takes it back is among the tools."""
        begins = {"inspector": one["inspector_id"], "entity": visit["entity_id"]}
        JobRun(self, NOTE_RECUSAL, begins=begins).begin()

    def _tell_noted(self, words: str, *, is_new: bool) -> None:
        """Say what was noted, and how it is taken back; or that it was there already."""
        if is_new:
            self.tell_undoable(words)
        else:
            self.tell(say("common.text-unchanged"))

    def do_absent(self) -> None:
        """Note that the marked inspector is absent."""
        marked = self.marked()
        if marked is None or self.told is None:
            return
        inspector = marked["inspector_id"]
        name = f"{marked['name']} ({inspector})"
        about = ("absence", inspector)

        def done(words: str, *, is_new: bool) -> None:
            self.done_with(about)
            self._tell_noted(words, is_new=is_new)

        def asked(days: Any) -> None:
            if days is None:
                return
            first, last = (day.strip() for day in days)
            words = say("tui_crews.absence", inspector=name, first=first, last=last)
            self.confirm(
                say("tui_crews.absence-title"),
                words,
                say("tui_crews.note-it"),
                lambda: self.work(
                    say("tui_crews.noting"),
                    lambda workspace, _: workspace.note_absence(inspector, first, last),
                    lambda told: done(words, is_new=told["changed"]),
                ),
            )

        ask = Ask(
            say("tui_crews.absence-title"),
            say("tui_crews.absence-ask", inspector=name),
            "tui_crews.first-day",
            "tui_crews.last-day",
            about=about,
            values=self.told["window"],
        )
        self.app.push_screen(ask, asked)

    def do_staff(self) -> None:
        """Close recusals and absences, and commit the crew round."""
        draw = str(self.draw)

        def done(report: Any) -> None:
            self.yaohao.choose_draw(draw)
            self.yaohao.go("draw", told=say("tui_crews.staffed", draw=draw))

        self.confirm(
            say("tui_crews.staff-title", draw=draw),
            say("tui_crews.staff-text"),
            say("tui_crews.staff-yes"),
            lambda: self.work(
                say("tui_crews.staffing"), lambda workspace, _: workspace.staff(draw), done
            ),
        )
