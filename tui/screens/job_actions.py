"""A job done from any place: its form, what it would do, the work, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobInput, Progress
from yaohao.tui.jobs.picks import Picks
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.job_form import JobForm
from yaohao.tui.widgets.job_outcome import JobOutcome


class JobRun:
    """One job on its way, over the place from which it was begun.

    `around` is what that place is about (`BaseScreen.around`), with which fields begin; `begins`
    has what they begin with before that. What is refused brings the form back, with all that was
    typed but passphrases.
    """

    def __init__(
        self,
        screen: BaseScreen,
        job: Job,
        around: Mapping[str, str] | None = None,
        begins: Mapping[str, str] | None = None,
    ) -> None:
        self.screen, self.job = screen, job
        self.at = ""
        """The field from which the form was sent."""
        self.around = screen.around() if around is None else around
        self.begins = {one.name: self._begin(one.begins) for one in job.fields} | dict(begins or {})
        # What is typed of one draw or firm is not there again for another.
        self.about = ("job", job.name, *sorted(self.begins.items()))

    def _begin(self, text: str) -> str:
        """What a field begins with; nothing where what it names is not known here."""
        try:
            return text.format_map(dict(self.around))
        except KeyError:
            return ""

    def begin(self, refused: str = "") -> None:
        """Ask for the fields, or do the job at once where it has none."""
        if not self.job.fields:
            self._go_on({})
            return
        app = self.screen.yaohao
        form = JobForm(
            self.job,
            self.about,
            self.begins,
            self.screen.workspace.folder,
            Picks(self.screen.workspace, app.entities),
            refused,
            self.at,
        )

        def asked(typed: Any) -> None:
            if typed is not None:
                self.at = form.at
                self._go_on(typed)

        self.screen.app.push_screen(form, asked)

    def _go_on(self, typed: Mapping[str, str]) -> None:
        given = JobInput(self.screen.workspace.folder, typed)
        trial = self.job.trial
        if trial is not None:

            def look(workspace: Workspace, progress: Progress) -> Sequence[str]:
                return trial(workspace, given, progress)

            self._work(say("tui_jobs.looking"), look, lambda lines: self._confirm(lines, given))
        elif self.job.asks:
            self._confirm([say(f"tui_jobs.sure-{self.job.name}", **_told(typed))], given)
        else:
            self._do(given)

    def _confirm(self, lines: Sequence[str], given: JobInput) -> None:
        width = min(self.screen.size.width * 9 // 10, 100) - 8
        text = "\n".join(part for line in lines for part in folded(line, width))
        self.screen.confirm(self.job.label(), text, say("tui_jobs.do-it"), lambda: self._do(given))

    def _do(self, given: JobInput) -> None:
        self._work(
            say("tui_jobs.doing", job=self.job.label()),
            lambda workspace, progress: self.job.run(workspace, given, progress),
            self._done,
        )

    def _work(self, words: str, job: Any, then: Any) -> None:
        """Do long work; a refusal is no fault of the program, and goes back to the form."""
        self.screen.work(words, job, then, self.begin if self.job.fields else None)

    def _done(self, found: JobDone) -> None:
        self.screen.done_with(self.about)
        if self.screen.is_current:
            self.screen.tell(found.told, "bad" if found.is_bad else "")
        self.screen.app.push_screen(JobOutcome(self.job, found), self._left)

    def _left(self, where: Any) -> None:
        if where is None:
            return
        place, given = where
        draw = given.get("draw")
        if draw:
            self.screen.yaohao.choose_draw(draw)
        self.screen.yaohao.go(place, **{name: one for name, one in given.items() if name != "draw"})


def _told(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, for a question; never a passphrase."""
    return {name: text for name, text in typed.items() if "passphrase" not in name}
