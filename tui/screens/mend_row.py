"""One row set aside, corrected on the screen and taken in again.

On the command line: `yaohao register mend`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.doors.register_files import field_about, field_name
from yaohao.planner.schema.import_report import AsideCell
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.background_job import in_words
from yaohao.tui.intake import why_words
from yaohao.tui.text_layout import cut, folded
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.field import Field

LABEL = 24


class MendRow(Dialog):
    """The cells of a row, the one that was the reason first; gives the row's line once it is in.

    What is typed is kept in the app's `drafts` until the row is taken in.
    """

    def __init__(self, folder: Any, row: Mapping[str, Any], cells: list[AsideCell]) -> None:
        super().__init__()
        self._folder, self._row = folder, row
        bad = row["field"]
        self._cells = sorted(cells, key=lambda one: not (bad and one["field"] == bad))
        self._about = ("mend", row["number"])
        self._is_busy = False

    def unsaved(self) -> str:
        """That something was corrected and is not taken in."""
        if [one["text"] for one in self._cells] == self._values():
            return ""
        return say("tui.typed", title=self._title())

    def _title(self) -> str:
        return say(
            "tui_start.mend-title", line=self._row["line"], file=plain(self._row["file"], 60)
        )

    def _values(self) -> list[str]:
        return [field.value for field in self.query(Field)]

    def compose(self) -> ComposeResult:
        """Why the row was set aside, its cells, and what is wrong with what is typed."""
        drafts: dict[object, list[str]] = self.app.drafts  # type: ignore[attr-defined]
        kept = drafts.get(self._about, [])
        values = kept if len(kept) == len(self._cells) else [one["text"] for one in self._cells]
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title())), classes="dialog-title")
            yield Static(id="note", classes="note bad")
            with VerticalScroll(classes="form", can_focus=False):
                for number, (one, value) in enumerate(zip(self._cells, values, strict=True)):
                    with Horizontal(classes="row"):
                        label = cut(self._label(one), LABEL)
                        yield Static(Content(label), classes="label", id=f"label-{number}")
                        yield Field(
                            "tui_start.mend-cell", value, replaced=True, id=f"cell-{number}"
                        )
            yield Static(id="hint", classes="tight")
            yield Static(Content(say("tui_start.mend-leave")), classes="answer")

    def _label(self, one: AsideCell) -> str:
        name = field_name(self._row["register"], one["field"], language()) if one["field"] else ""
        heading = plain(one["heading"], 60)
        return heading if not name or name == heading else f"{heading} = {name}"

    def on_mount(self) -> None:
        """Begin with the cell that was the reason."""
        super().on_mount()
        found, reason = self._row["found"], self._row["reason"]
        self._say(why_words(reason, column=self._row["field"], found=found))
        if self._cells:
            self.query_one("#cell-0", Field).focus()

    def _say(self, words: str) -> None:
        note = self.query_one("#note", Static)
        lines = folded(plain(words, 500), max(note.size.width, 40))
        note.update(Content("\n".join(lines[:4])))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what belongs into the cell."""
        number = str(getattr(event.widget, "id", "") or "").removeprefix("cell-")
        if number.isdigit():
            field = self._cells[int(number)]["field"]
            about = field_about(self._row["register"], field, language()) if field else ""
            hint = self.query_one("#hint", Static)
            hint.update(Content("\n".join(folded(plain(about, 300), max(hint.size.width, 40))[:2])))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed."""
        event.stop()
        self.app.drafts[self._about] = self._values()  # type: ignore[attr-defined]

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the row in; where it cannot be, say why and leave what was typed."""
        event.stop()
        if self._is_busy:
            return
        self._is_busy = True
        self._say(say("tui_start.mending"))
        texts = {
            one["heading"]: value for one, value in zip(self._cells, self._values(), strict=True)
        }
        try:
            await asyncio.to_thread(self._mended, texts)
        except Exception as error:
            self._say("\n".join(in_words(error)))
        else:
            self.app.drafts.pop(self._about, None)  # type: ignore[attr-defined]
            self.dismiss(self._row["line"])
        finally:
            self._is_busy = False

    def _mended(self, texts: Mapping[str, str]) -> None:
        with Workspace(self._folder) as workspace:
            workspace.mend_row(self._row["number"], texts)

    async def on_key(self, event: events.Key) -> None:
        """Move between the cells on the arrows; leave on Escape."""
        if event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            (self.focus_next if event.key == "down" else self.focus_previous)()
