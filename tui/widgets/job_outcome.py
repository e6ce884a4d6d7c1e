"""What came of a job: told, with its facts, its rows, and the files it wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.jobs.model import Job, JobDone
from yaohao.tui.keys import key_typed, meaning_of
from yaohao.tui.text_layout import facts_lines, folded
from yaohao.tui.widgets.dialogs import Choice, Choose, Dialog, Reading
from yaohao.tui.widgets.table import Column, RowTable

ROOM = 12
"""Rows of a table that stand in the dialog at least."""


class JobOutcome(Dialog):
    """What came of a job; gives back where to go, where a row that leads somewhere is chosen.

    Keys: `o` opens a file in the program that the system has for it, `y` copies its path (or what
    there is to copy), Enter opens the marked row.
    """

    def __init__(self, job: Job, done: JobDone) -> None:
        super().__init__()
        self.job, self.done = job, done

    def compose(self) -> ComposeResult:
        """The title, what is told, the rows, the keys."""
        is_long = self.done.table is not None or self.done.laid_out is not None
        with Vertical(classes="dialog tall" if is_long else "dialog"):
            yield Static(Content(plain(self.job.label())), classes="dialog-title")
            with VerticalScroll(id="outcome-body", classes="dialog-body"):
                yield Static(id="outcome-text")
            if self.done.table is not None:
                table = self.done.table
                spare = range(len(table.headings) - 1, 0, -1)
                yield RowTable(
                    [
                        Column(
                            str(place),
                            words,
                            table.widths[place],
                            grow=int(place == table.grow),
                            spare=0 if place in (0, table.grow) else spare[place - 1],
                        )
                        for place, words in enumerate(table.headings)
                    ],
                    empty="tui_jobs.no-rows",
                    id="outcome-rows",
                )
            yield Static(Content(self._keys()), id="outcome-keys", classes="answer")

    def _keys(self) -> str:
        keys = []
        if self.done.table is not None and len(self.done.table.rows) and self._leads():
            keys.append(say("tui_jobs.key-row"))
        if self.done.files:
            keys += [say("tui_jobs.key-open"), say("tui_jobs.key-copy")]
        elif self.done.copied:
            keys.append(say("tui_jobs.key-copy-text"))
        return "   ".join([*keys, say("tui_jobs.key-leave")])

    def _leads(self) -> bool:
        table = self.done.table
        return table is not None and bool(table.goes or table.reads)

    def on_mount(self) -> None:
        """Show it."""
        super().on_mount()
        self._fill()
        if self.done.table is not None:
            rows = self.query_one("#outcome-rows", RowTable)
            rows.show([list(row) for row in self.done.table.rows])
            rows.focus()

    def on_resize(self) -> None:
        """Lay it out for the new width."""
        self._fill()

    def _fill(self) -> None:
        body = self.query_one("#outcome-body")
        width = max(body.size.width - 1, 20)
        lines = folded(plain(self.done.told, 1000), width)
        if self.done.facts:
            lines += ["", *facts_lines(self.done.facts, width)]
        for line in self.done.lines:
            lines += ["", *folded(plain(line, 2000), width)]
        if self.done.laid_out is not None:
            lines += ["", *self.done.laid_out(width, bool(self.app.ascii_only))]  # type: ignore[attr-defined]
        if self.done.table is not None:
            body.styles.height = min(len(lines) + 2, max(self.size.height - ROOM - 8, 4))
        elif self.done.laid_out is None:
            body.styles.height = min(len(lines) + 2, max(self.size.height - 10, 4))
        text = self.query_one("#outcome-text", Static)
        text.update(Content("\n".join(map(plain, lines))))
        text.set_class(self.done.is_bad, "bad")

    async def on_key(self, event: events.Key) -> None:
        """Leave, open, copy, or go where the marked row leads."""
        acts = {"files": self._open, "copy": self._copy, "open": self._row, "quit": self._leave}
        known = acts.get(meaning_of(key_typed(event.key, event.character)) or "")
        if known is not None:
            event.stop()
            event.prevent_default()
            self.app.guarded(known)  # type: ignore[attr-defined]

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Go where the row that was clicked leads."""
        event.stop()
        self.app.guarded(self._row)  # type: ignore[attr-defined]

    def _leave(self) -> None:
        self.dismiss(None)

    def _row(self) -> None:
        table = self.done.table
        if table is None or not table.rows:
            self._leave()
            return
        at = self.query_one("#outcome-rows", RowTable).cursor
        if table.goes:
            self.dismiss(table.goes[at])
        elif table.reads:
            width = min(self.size.width * 9 // 10, 100) - 8
            lines = [part for line in table.reads[at].split("\n") for part in folded(line, width)]
            self.app.push_screen(Reading(self.job.label(), "\n".join(lines)))

    def _which(self, title: str, then: Any) -> None:
        files = self.done.files
        if len(files) == 1:
            then(files[0])
            return

        def chosen(file: Any) -> None:
            if file is not None:
                self.app.guarded(lambda: then(file))  # type: ignore[attr-defined]

        self.app.push_screen(
            Choose(title, [Choice(one, one.name, "", str(one)) for one in files]), chosen
        )

    def _open(self) -> None:
        if self.done.files:
            self._which(say("tui_jobs.open-which"), self._open_file)

    def _open_file(self, file: Path) -> None:
        from yaohao.planner.vocabulary.opening import open_file

        self._say(say("tui_jobs.opened", file=str(file), program=open_file(file)))

    def _copy(self) -> None:
        if self.done.files:
            self._which(say("tui_jobs.copy-which"), lambda file: self._copied(str(file)))
        elif self.done.copied:
            self._copied(self.done.copied)

    def _copied(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self._say(say("tui_jobs.copied", text=text))

    def _say(self, words: str) -> None:
        keys = self.query_one("#outcome-keys", Static)
        width = max(keys.size.width, 20)
        keys.update(Content("\n".join([*folded(plain(words, 600), width), self._keys()])))
