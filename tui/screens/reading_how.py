"""How a file is read, asked in a form; what was read with other options is read anew.

On the command line: the options of `yaohao import`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.doors.register_files import ENCODINGS
from yaohao.planner.wording.messages import say
from yaohao.tui.intake import READ_BY
from yaohao.tui.jobs.model import JobInput
from yaohao.tui.jobs.picks import Picks
from yaohao.tui.jobs.reading import as_options, as_typed, reading
from yaohao.tui.screens.text_meanings import TextMeanings
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.job_form import JobForm


class ReadingHow(TextMeanings):
    """A screen on which the options of an import can be said, once a file was picked."""

    def open_with(self, file: Path, how: Mapping[str, Any]) -> None:
        """Look at a file anew, read with these options."""
        raise NotImplementedError

    def ask_encoding(self, file: Path, how: Mapping[str, Any], why: str) -> None:
        """Ask for the encoding of a file in which it cannot be found out, and look at it anew."""

        def chosen(name: Any) -> None:
            if name == "":
                self._type_encoding(file, how, why)
            elif name is not None:
                self.open_with(file, {**how, "encoding": name})

        choices = [Choice(one, one) for one in ENCODINGS]
        choices.append(Choice("", say("tui_start.other-encoding")))
        self.tell(why, "bad")
        self.app.push_screen(Choose(say("tui_start.which-encoding"), choices), chosen)

    def _type_encoding(self, file: Path, how: Mapping[str, Any], why: str) -> None:
        def typed(name: Any) -> None:
            if name and name.strip():
                self.open_with(file, {**how, "encoding": name.strip()})

        title = say("tui_start.which-encoding")
        about = ("encoding", str(file))
        self.app.push_screen(Ask(title, why, "tui_jobs.field-encoding", about=about), typed)

    def do_reading(self) -> None:
        """Ask how the file is read: its sheets or encoding, its dates, what its rows replace."""
        intake = self.intake
        if intake is None:
            return
        look = intake.look
        sheets = [look["sheet"], *look["sheets"]] if look["sheet"] else []
        aside = sorted({one["file"] for one in self.workspace.set_aside(intake.register)})
        job = reading(intake.register, sheets, aside)
        about = ("reading", intake.register, str(intake.file))
        form = JobForm(
            job,
            about,
            as_typed(job, intake.how),
            self.workspace.folder,
            Picks(self.workspace, self.yaohao.entities),
        )

        def asked(typed: Any) -> None:
            self.done_with(about)
            if typed is None or intake is not self.intake:
                return
            how = as_options(job, JobInput(self.workspace.folder, typed))
            if how == intake.how:
                return
            if any(how.get(one) != intake.how.get(one) for one in READ_BY):
                self.open_with(intake.file, how)
            else:
                intake.read_with(how)
                self.tried = None
                self.fill()

        self.app.push_screen(form, asked)
