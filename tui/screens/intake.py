"""Taking a file into a register: picked or typed, its columns mapped by eye, tried, taken in.

On the command line: `yaohao import`, `yaohao template`, `yaohao start`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.doors.guide import template_file
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import in_words
from yaohao.tui.intake import (
    Intake,
    Tried,
    column_rows,
    detail_lines,
    leaves_out,
    sheets_in,
    trial_lines,
)
from yaohao.tui.jobs.reading import OF_VISITS
from yaohao.tui.screens.file_picking import FILES
from yaohao.tui.screens.intake_end import IntakeEnd
from yaohao.tui.text_layout import cut, folded
from yaohao.tui.widgets.dialogs import Choice, Choose, Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words

COLUMNS = (
    Column("place", "", 4, right=True, spare=2),
    Column("heading", "tui_start.col-heading", 14, grow=1),
    Column("field", "tui_start.col-field", 14, grow=1),
    Column("samples", "tui_start.col-samples", 16, grow=2),
)

UNCLEAR = ("encoding.not-utf8", "encoding.no-mark", "encoding.unknown")
"""Why a text cannot be read, where another encoding would read it."""


class _Outdated(Exception):
    """What is tried is not what is wanted any more."""


class IntakeScreen(IntakeEnd):
    """One file after another for one register, the history of visits, or the results of a draw."""

    SCREEN_NAME = "intake"
    FOCUS = "#path"
    ACTIONS = (
        Action("change", "open", rank=1, area="tui_start", when="has_file"),
        Action("take-in", "import", rank=2, area="tui_start", when="has_file"),
        Action("details", "full-text", rank=3, area="tui_start", when="has_file"),
        Action("means", "view", rank=4, area="tui_start", when="has_file"),
        Action("reading", "edit", rank=5, area="tui_start", when="has_file"),
        Action("sheet", "which-list", area="tui_start", when="has_sheets"),
        Action("other-file", "another", rank=6, area="tui_start", when="has_file"),
        Action("type", "filter", area="tui_start", when="picks"),
        Action("leave", "back", rank=7, anywhere=True, area="tui_start"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.register, self.draw = "entities", ""
        self._tried_for: tuple[int, int] | None = None
        self._is_trying = False
        self._so_far = 0
        self._take_when_tried: tuple[int, int] | None = None
        """What is to be taken in once its trial is done: it was asked for before."""
        self._is_over = False
        """Whether the program is about to end."""
        self._is_come = True
        """Whether somebody has just come here, to type a path."""

    def receive(self, **given: Any) -> None:
        """Take the register that a file is for; of results the draw too."""
        register = str(given.get("register", self.register))
        draw = str(given.get("draw", self.draw)) if register == "results" else ""
        if (register, draw) != (self.register, self.draw):
            self.register, self.draw, self.typed = register, draw, ""
        self.intake, self._is_come = None, True

    def body(self) -> ComposeResult:
        """What is taken in, the path that is typed, files or columns, and what would come of it."""
        yield Static(id="status", classes="line")
        yield Field("tui_start.ask-path", self.typed, id="path")
        yield RowTable(
            COLUMNS if self.intake else FILES,
            empty="tui_start.no-files",
            moved=self._tell_about,
            id="rows",
        )
        yield Words(id="about", classes="lines")
        yield Words(id="trial", classes="lines")

    # what is shown

    def fill(self) -> None:
        """Show the files to pick from, or the columns of the one that was picked."""
        table = self.query_one("#rows", RowTable)
        self.query_one("#path").display = self.intake is None
        table.set_columns(COLUMNS if self.intake else FILES)
        if self.intake is None:
            path = self.query_one("#path", Field)
            if path.value != self.typed:
                path.value = self.typed
            if self._is_come:
                self._is_come = False
                self.call_after_refresh(path.focus)
            self.list_files()
        else:
            table.show(column_rows(self.intake), keep=True)
            self._try()
        name = self._called()
        words = say("tui_start.pick-for", name=name)
        if self.intake is not None:
            size = len(self.intake.look["columns"])
            words = say("tui_start.columns-of", name=name, file=self.intake.place(), size=size)
        self.query_one("#status", Static).update(Content(words))
        self.query_one("#keys").refresh()
        self._tell_about()
        self._tell_trial()

    def _called(self) -> str:
        """What the file is for, in words."""
        name = say(f"common.register-{self.register}")
        return say("tui_start.of-draw", name=name, draw=self.draw) if self.draw else name

    def _tell_about(self) -> None:
        width = max(self.size.width - 2, 20)
        words = say("tui_start.about-path", folder=plain(str(self.folder), 200))
        if self.intake is not None:
            one = self.intake.look["columns"][self._at()] if self.intake.look["columns"] else None
            words = ""
            if one is not None:
                heading = plain(one["heading"], 60) or say("tui_start.no-heading")
                name = self.intake.name_of(one["field"]) or say("tui_start.not-read")
                words = say("tui_start.about-column", heading=heading, field=name)
        self.query_one("#about", Words).say("\n".join(folded(words, width)[:2]))

    def _tell_trial(self) -> None:
        width = max(self.size.width - 2, 20)
        lines: list[str] = []
        if self.intake is None and self.register in OF_VISITS:
            lines = folded(say(f"tui_start.about-{self.register}"), width)
        elif self.intake is not None:
            for line in trial_lines(self.intake, self.tried, self._so_far):
                lines += folded(plain(line, 400), width)
        most = 4 if self.size.height < 24 else 6 if self.size.height < 30 else 12
        if len(lines) > most:
            lines = [*lines[: most - 1], cut(say("tui_start.more-details"), width)]
        self.query_one("#trial", Words).say("\n".join(lines))

    def on_resize(self, event: events.Resize) -> None:
        """Set the sentences anew in the new room."""
        if self._is_filled:
            self._tell_about()
            self._tell_trial()

    def _at(self) -> int:
        return self.query_one("#rows", RowTable).cursor

    def has_file(self) -> bool:
        """Whether a file was picked, and its columns are looked at."""
        return self.intake is not None

    def picks(self) -> bool:
        """Whether a file is being picked."""
        return self.intake is None

    def has_sheets(self) -> bool:
        """Whether the workbook has other sheets."""
        return self.intake is not None and bool(self.intake.look["sheets"])

    # the file

    def on_row_table_chosen(self) -> None:
        """Take what was clicked, or change the column."""
        if self.intake is None:
            self.take_marked()
        else:
            self.do_change()

    def without_file(self) -> None:
        """Write a template to fill in, and say where."""
        file = template_file(self.register, self.folder, language())
        self.list_files()
        self.tell(say("tui_start.template-is", file=file.name, folder=str(file.absolute().parent)))

    def open_file(self, file: Path) -> None:
        """Look at a file, and show its columns."""
        self.open_with(file, {})

    def open_with(self, file: Path, how: Mapping[str, Any]) -> None:
        """Look at a file; of a workbook whose sheet is not clear, ask for it."""
        self.tell(say("tui_start.looking", file=plain(file.name, 80)), "work")
        self.run_worker(self._opening(file, how), exit_on_error=False)

    async def _opening(self, file: Path, how: Mapping[str, Any]) -> None:
        def look() -> Intake:
            with Workspace(self.workspace.folder) as workspace:
                return Intake.of(workspace, self.register, file, self.draw, how)

        try:
            found = await asyncio.to_thread(look)
        except PlannerError as error:
            several = sheets_in(error)
            self.tell("")
            if several and not how.get("sheets"):
                self._ask_sheet(file, several, how)
            elif error.problems[0].code in UNCLEAR:
                self.ask_encoding(file, how, " ".join(in_words(error)))
            else:
                self.tell_error(error)
            return
        except Exception as error:
            self.tell_error(error)
            return
        self.tell("")
        self.intake, self.tried, self._tried_for, self._so_far = found, None, None, 0
        self.folder = file.absolute().parent
        self.fill()
        table = self.query_one("#rows", RowTable)
        table.mark(self._first_open())
        table.focus()

    def _first_open(self) -> int:
        """The first column that is not read, where a field lacks one; else the first."""
        assert self.intake is not None
        if not self.intake.look["lacking"]:
            return 0
        columns = self.intake.look["columns"]
        return next((at for at, one in enumerate(columns) if not one["field"]), 0)

    def _ask_sheet(self, file: Path, sheets: Any, how: Mapping[str, Any]) -> None:
        choices = [Choice(name, plain(told, 60)) for name, told in sheets.items()]

        def chosen(name: Any) -> None:
            if name is not None:
                self.open_with(file, {**how, "sheets": [name], "all_sheets": False})

        self.app.push_screen(Choose(say("tui_start.which-sheet"), choices), chosen)

    def do_sheet(self) -> None:
        """Read another sheet of the workbook."""
        if self.intake is not None:
            others = {one: one for one in self.intake.look["sheets"]}
            self._ask_sheet(self.intake.file, others, self.intake.how)

    async def do_other_file(self) -> None:
        """Pick another file; the path of this one stands there."""
        self.intake, self.tried, self._tried_for = None, None, None
        self.fill()
        self.query_one("#path").focus()

    # the columns

    def do_change(self) -> None:
        """Choose what the marked column is read as."""
        intake = self.intake
        if intake is None or not intake.look["columns"]:
            return
        place = self._at()
        heading = plain(intake.look["columns"][place]["heading"], 40)

        def chosen(name: Any) -> None:
            if name is not None and intake is self.intake:
                intake.read_as(self.workspace, place, name)
                self.tried = None
                self.fill()

        title = say("tui_start.which-field", heading=heading)
        self.app.push_screen(Choose(title, intake.choices(place)), chosen)

    # the trial

    def keep_unsaved(self) -> None:
        """Let a trial end: the program does not wait for it, and nothing of it is kept."""
        self._is_over = True

    def _wish(self) -> tuple[int, int] | None:
        return (
            None if self.intake is None or self._is_over else (id(self.intake), self.intake.changes)
        )

    def _try(self) -> None:
        """Try what is wanted in a thread; the newest wish is the one that is tried."""
        if self.intake is None or self.intake.look["lacking"] or self._is_trying:
            return
        if self._tried_for != self._wish():
            self._is_trying = True
            self.run_worker(self._trying(), exit_on_error=False)

    async def _trying(self) -> None:
        try:
            while self.intake is not None and self._tried_for != self._wish() is not None:
                if self.intake.look["lacking"]:
                    break
                intake, wish = self.intake, self._wish()
                self._so_far = 0
                found: Tried | PlannerError | None
                try:
                    found = await asyncio.to_thread(self._seen, intake, wish)
                except _Outdated:
                    continue
                except PlannerError as error:
                    found = error
                if wish == self._wish():
                    self.tried, self._tried_for = found, wish
        except Exception as error:
            self._tried_for = self._wish()
            self.tell_error(error)
        finally:
            self._is_trying = False
        if self.is_mounted:
            self._tell_trial()
            self._take_if_asked()

    def _take_if_asked(self) -> None:
        """Take the file in, where that was asked for before the trial of just this was done."""
        wish, self._take_when_tried = self._take_when_tried, None
        if wish is None or wish != self._wish():
            return
        self.tell("")
        if isinstance(self.tried, tuple) and self.tried[0]["accepted"] and leaves_out(self.tried):
            # Whoever asked had not seen this yet.
            self.tell(say("tui_start.look-first"))
        else:
            self.yaohao.guarded(self.do_take_in)

    def _seen(self, intake: Intake, wish: Any) -> Tried:
        def move(done: int, total: int | None, /) -> None:
            if wish != self._wish():
                raise _Outdated
            self._so_far = done

        with Workspace(self.workspace.folder) as workspace:
            return intake.tried(workspace, move)

    def do_details(self) -> None:
        """Read all that taking the file in would do, with the rows that would be set aside."""
        if self.intake is None or not isinstance(self.tried, tuple):
            self._tell_not_yet()
            return
        width = min(self.size.width * 9 // 10, 100) - 8
        lines = []
        for line in detail_lines(self.intake, self.tried):
            lines += folded(plain(line, 600), width) if line else [""]
        self.app.push_screen(Reading(say("tui_start.details-title"), "\n".join(lines)))

    def _tell_not_yet(self) -> None:
        """Why the file cannot be taken in yet."""
        if self.intake is not None and self.intake.look["lacking"]:
            self.tell(say("tui_start.lacking", fields=self.intake.lacking()), "bad")
        elif isinstance(self.tried, PlannerError):
            self.tell_error(self.tried)
        else:
            self.tell(say("tui_start.still-trying"), "bad")

    def do_take_in(self) -> None:
        """Take the file in as it was tried; while it is still being tried, as soon as it was."""
        intake = self.intake
        if intake is not None and self._is_trying and not intake.look["lacking"]:
            self._take_when_tried = self._wish()
            self.tell(say("tui_start.takes-when-tried"), "work")
        elif intake is None or not isinstance(self.tried, tuple) or self._tried_for != self._wish():
            self._tell_not_yet()
        elif not self.tried[0]["accepted"]:
            self.tell(say("tui_start.nothing-accepted"), "bad")
        else:
            words = say("tui_start.taking-in")
            self.work(words, intake.taken, lambda report: self.tell_taken(report, intake))

    def leave_told(self, words: str) -> None:
        """Go back to where one came from, and say there what was done here."""
        self.intake, self.tried, self._tried_for, self.typed = None, None, None, ""
        self.go_back(words)

    # leaving

    async def do_back(self) -> bool:
        """From the columns back to the files."""
        if self.intake is None:
            return False
        await self.do_other_file()
        return True
