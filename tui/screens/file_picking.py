"""Picking a file: its path typed, pasted or dropped, or chosen from a list that this filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual import events
from textual.widgets import Input
from yaohao.planner.doors.guide import file_named, is_file, is_folder, path_named
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.file_list import Entry, entries, outside
from yaohao.tui.screens.going_back import GoingBack
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable

FILES = (
    Column("name", "tui_start.col-file", 24, grow=1),
    Column("size", "tui_start.col-size", 10, right=True, spare=2),
    Column("changed", "tui_start.col-changed", 16, spare=1),
)


class FilePicking(GoingBack):
    """A screen with a field `#path` and a table `#rows` of files, while it `picks`."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = outside(Path.cwd())
        self.typed = ""
        self.entries: list[Entry] = []

    def picks(self) -> bool:
        """Whether a file is being picked."""
        raise NotImplementedError

    def open_file(self, file: Path) -> None:
        """Go on with a file."""
        raise NotImplementedError

    def without_file(self) -> None:
        """Do what is done where there is no file yet; it stands last in the list."""
        raise NotImplementedError

    def list_files(self) -> None:
        """List what fits the path that is typed."""
        self.entries = entries(self.typed, self.folder)
        rows: list[list[Any]] = [
            [plain(one.name, 200), one.size or "", one.changed] for one in self.entries
        ]
        self.query_one("#rows", RowTable).show([*rows, [say("tui_start.no-file-yet"), "", ""]])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits the path that is typed."""
        event.stop()
        if event.value != self.typed:
            self.typed = event.value
            if self.picks():
                self.list_files()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the path that is typed, or the marked entry."""
        event.stop()
        path = path_named(self.typed, self.folder)
        if path is not None and is_folder(path) and not self.entries:
            self._look_into(path)
        elif path is not None and is_file(path):
            self.open_file(path)
        elif self.typed.strip() and not self.entries:
            self.yaohao.guarded(lambda: file_named(self.typed, self.folder))
        else:
            self.take_marked()

    def take_marked(self) -> None:
        """Open the marked file, or look into the marked folder."""
        at = self.query_one("#rows", RowTable).cursor
        if at >= len(self.entries):
            self.without_file()
        elif self.entries[at].is_folder:
            self._look_into(self.entries[at].path)
        else:
            self.open_file(self.entries[at].path)

    def _look_into(self, folder: Path) -> None:
        self.folder, self.typed = folder.absolute(), ""
        self.query_one("#path", Field).value = ""
        self.list_files()
        self.fill()

    def do_type(self) -> None:
        """Type a path."""
        self.query_one("#path").focus()

    async def on_key(self, event: events.Key) -> None:
        """Move in the list while a path is typed; else do what the key is for."""
        table = self.query_one("#rows", RowTable)
        moves = {
            "up": (table.action_move, -1),
            "down": (table.action_move, 1),
            "pageup": (table.action_page, -1),
            "pagedown": (table.action_page, 1),
        }
        if event.key in moves and self.focused is self.query_one("#path"):
            move, by = moves[event.key]
            move(by)
        elif event.key == "enter" and self.picks() and table.has_focus:
            self.take_marked()
        else:
            await super().on_key(event)
            return
        event.stop()
        event.prevent_default()
