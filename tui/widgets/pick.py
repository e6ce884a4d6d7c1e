"""The dialog in which several of a list are marked, or one is taken, filtered while typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import key_typed, meaning_of
from yaohao.tui.widgets.dialogs import Choose
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable


@dataclass(frozen=True)
class Known:
    """Something that can be picked: its code, its name, and how many have it (0 for no number)."""

    code: str
    name: str = ""
    size: int = 0


class _Filter(Field):
    """A field in which what marks rows is not typed."""

    def on_key(self, event: events.Key) -> None:
        """Leave these keys to the dialog."""
        if _marks(event):
            event.prevent_default()


def _marks(event: events.Key) -> str:
    """Whether a key marks one row or all of them: its meaning, "" for others."""
    meaning = meaning_of(key_typed(event.key, event.character)) or ""
    return meaning if meaning in ("mark", "mark-all") else ""


class Pick(Choose):
    """Gives back the codes marked, in the order they had and then of the list; None on Escape.

    Space marks, a click too; ``*`` marks all that are shown, or none of them; Enter takes what is
    marked, and what is typed and nobody knows, unless `only_known`: what was marked is kept all the
    same. With `one` Enter takes the row under the mark alone. A list that is still being read
    (`is_read`) says so, and comes by `know`.
    """

    # Many parameters: what is picked from, what is marked, and what was wrong with it.
    def __init__(
        self,
        title: str,
        known: Sequence[Known],
        marked: Sequence[str] = (),
        *,
        one: bool = False,
        wrong: str = "",
        is_read: bool = True,
        only_known: bool = False,
    ) -> None:
        super().__init__(title, [])
        self._one, self._wrong, self._only_known = one, wrong, only_known
        self._is_read = is_read
        self._marked = list(marked)
        self._first = list(marked)
        self._known = self._found = self._with_marked(known)
        self._is_begun = False
        self._has_sizes = not is_read or any(row.size for row in known)

    def _with_marked(self, known: Sequence[Known]) -> list[Known]:
        codes = {row.code for row in known}
        return [*(Known(code) for code in self._marked if code not in codes), *known]

    def know(self, known: Sequence[Known]) -> None:
        """Have the list, which was still being read."""
        self._is_read, self._known = True, self._with_marked(known)
        if self.is_mounted:
            self.query_one(".dialog").styles.height = self._height()
            self._begin()

    def _begin(self) -> None:
        """Show the list, at the first that is marked."""
        self._is_begun = False
        self._fill(self.query_one(Field).value)

    def _height(self) -> int:
        return min(max(len(self._known), 3), 40) + 8 + bool(self._wrong) * 2

    def unsaved(self) -> str:
        """What is marked beyond what was."""
        same = self._marked == self._first
        return "" if same else say("tui.typed", title=plain(self._title))

    def compose(self) -> ComposeResult:
        """A field, the list below it, and what Enter would take."""
        body = Vertical(classes="dialog")
        body.styles.height = self._height()
        with body:
            yield Static(Content(plain(self._title)), classes="dialog-title")
            if self._wrong:
                yield Static(Content(plain(self._wrong, 600)), classes="bad")
            field = Field if self._one else _Filter
            yield field("tui_form.pick-ask", id="pick-field")
            yield RowTable(
                [
                    *([] if self._one else [Column("mark", "", 3)]),
                    Column("code", "tui_form.pick-code", 10, grow=1),
                    Column("name", "tui_form.pick-name", 12, grow=2),
                    *(
                        [Column("size", "tui_form.pick-size", 9, right=True, spare=1)]
                        if self._has_sizes
                        else []
                    ),
                ],
                empty=self._empty(),
                at_once=True,
                id="pick-table",
            )
            yield Static(id="pick-leave", classes="answer")

    def _empty(self) -> str:
        """What is said in place of rows."""
        if not self._is_read:
            return "tui_form.being-read"
        return "tui_form.none-fits" if self._only_known else "tui_form.none-known"

    def _fill(self, typed: str, *, keep: bool = False) -> None:
        parts = typed.casefold().split()
        self._found = [
            row
            for row in self._known
            if all(part in f"{row.code} {row.name}".casefold() for part in parts)
        ]
        marked = set(self._marked)
        rows = [
            [
                *([] if self._one else ["[x]" if row.code in marked else "[ ]"]),
                row.code,
                (row.name, "dim"),
                *([row.size or ""] if self._has_sizes else []),
            ]
            for row in self._found
        ]
        table = self.query_one(RowTable)
        table.empty = self._empty()
        table.show(rows, keep=keep)
        if not self._is_begun:
            self._is_begun = True
            table.mark(next((n for n, row in enumerate(self._found) if row.code in marked), 0))
        words = say("tui.choose-leave") if self._one else say(
            "tui_form.pick-leave", size=len(self._marked)
        )  # fmt: skip
        self.query_one("#pick-leave", Static).update(Content(words))

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Mark the row clicked, or take it where one is asked for."""
        event.stop()
        event.prevent_default()  # the class below would take it at once
        if self._one:
            self._take()
        else:
            self._mark()

    def _mark(self) -> None:
        """Mark the row, or take its mark off; what is typed and nobody knows is a row too."""
        code = self._own()
        if code and code in self._marked:
            self._marked.remove(code)
        elif code:
            self._marked.append(code)
        self._fill(self.query_one(Field).value, keep=True)

    def _mark_all(self) -> None:
        """Mark all rows that are shown; take their marks off where all of them have one."""
        shown = [row.code for row in self._found]
        rest = [code for code in shown if code not in set(self._marked)]
        if rest:
            self._marked += rest
        else:
            gone = set(shown)
            self._marked = [code for code in self._marked if code not in gone]
        self._fill(self.query_one(Field).value, keep=True)

    def _own(self) -> str:
        """The code of the row under the mark, or what is typed where there is none."""
        typed = self.query_one(Field).value.strip()
        if not self._found and typed and self._is_read and not self._only_known:
            self._known = [Known(typed), *self._known]
            self._fill(typed)
        if not self._found:
            return ""
        return self._found[self.query_one(RowTable).cursor].code

    def _take(self) -> None:
        if not self._is_read:
            return  # what is typed may be a part of something that is still to come
        if self._one:
            code = self._own()
            if code:
                self.dismiss([code])
            return
        if not self._found and self.query_one(Field).value.strip():
            if self._only_known:
                return  # what is typed is none of the list
            self._mark()
        order = {row.code: n for n, row in enumerate(self._known)}
        new = [code for code in self._marked if code not in self._first]
        kept = [code for code in self._first if code in self._marked]
        self.dismiss([*kept, *sorted(new, key=lambda code: order.get(code, 0))])

    async def on_key(self, event: events.Key) -> None:
        """Mark a row, or all; the class below moves and takes."""
        meaning = "" if self._one else _marks(event)
        if meaning:
            event.stop()
            event.prevent_default()
            (self._mark if meaning == "mark" else self._mark_all)()


def known(rows: Sequence[tuple[str, str, int]], words: Callable[[str], Any]) -> list[Known]:
    """What can be picked, of codes, names and numbers; `words` names a code without a name."""
    found = []
    for code, name, size in rows:
        told = name or str(words(code)).removeprefix(f"{code}  ")
        found.append(Known(code, "" if told == code else told, size))
    return found
