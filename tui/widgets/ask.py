"""A dialog that asks for a text or two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Self

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.background_job import in_words
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.dialog_text import DialogText
from yaohao.tui.widgets.dialogs import Dialog
from yaohao.tui.widgets.field import Field

MOST = 6
"""Lines of what was refused that a form has room for."""


class Ask(Dialog):
    """Asks for a text in each of its fields, named by the codes of their words.

    Gives the text back, or a list of them where there are several fields; None on Escape. What is
    typed is kept in the app's `drafts` under `about`, and is there again when the same is asked
    again, until what it was typed for is done: whoever asks calls `PlaceScreen.done_with`. What is
    typed into a `hidden` field (by its number) is neither shown nor kept. Enter goes through the
    first `needed` fields, and answers in the last of them; Tab goes to those that may stay empty.
    """

    # Many parameters: what is asked, and how its fields behave.
    _given: tuple[tuple[Any, ...], dict[str, Any]]

    def __init__(
        self,
        title: str,
        text: str,
        *words: str,
        about: object,
        values: Sequence[str] = (),
        hidden: Collection[int] = (),
        needed: int = 0,
    ) -> None:
        super().__init__()
        self.refused: BaseException | None = None
        """Why what was typed before was refused."""
        self._needed = needed or len(words)
        self._hidden = hidden
        self._title, self._text, self._words = title, text, words
        self._about = about
        self._values = self._first = [*values, *[""] * (len(words) - len(values))]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Remember what is asked, so that it can be asked again."""
        made = super().__new__(cls)
        made._given = (args, kwargs)
        return made

    def again(self, error: BaseException) -> Self:
        """The same question, with why its answer was refused."""
        args, kwargs = self._given
        made = type(self)(*args, **kwargs)
        made.refused = error
        return made

    def why(self) -> list[str]:
        """Why what was typed before was refused, in lines that fit; none where nothing was."""
        if self.refused is None:
            return []
        width = min(self.app.size.width * 9 // 10, 100) - 8
        lines = [line for one in in_words(self.refused) for line in folded(f"! {one}", width)]
        return lines[:MOST]

    def unsaved(self) -> str:
        """What the fields hold beyond what they began with."""
        if [field.value for field in self.query(Field)] == self._first:
            return ""
        return say("tui.typed", title=plain(self._title))

    def compose(self) -> ComposeResult:
        """The question and its fields."""
        drafts: dict[object, list[str]] = self.app.drafts  # type: ignore[attr-defined]
        kept = drafts.get(self._about, [])
        if any(one.strip() for one in kept):
            self._values = kept
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._title)), classes="dialog-title")
            yield DialogText(self._text)
            if why := self.why():
                yield Static(Content("\n".join(why)), classes="bad refused")
            for number, (words, value) in enumerate(zip(self._words, self._values, strict=True)):
                is_hidden = number in self._hidden
                yield Field(words, value, id=f"ask-{number}", password=is_hidden)
            leave = "tui_draw.ask-leave" if self._needed == len(self._words) else "tui.ask-more"
            yield Static(Content(say(leave)), classes="answer")

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.first_field().focus()

    def first_field(self) -> Field:
        """The field that is typed into first."""
        return self.query_one("#ask-0", Field)

    def next_field(self, field: Input) -> Field | None:
        """The field that Enter goes to from one; None where it answers."""
        fields = list(self.query(Field))
        place = fields.index(field)  # type: ignore[arg-type]
        return fields[place + 1] if place + 1 < self._needed else None

    def answer(self) -> None:
        """Give back what is typed."""
        values = [field.value for field in self.query(Field)]
        self.dismiss(values if len(values) > 1 else values[0])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed."""
        event.stop()
        fields = enumerate(self.query(Field))
        values = ["" if number in self._hidden else field.value for number, field in fields]
        self.app.drafts[self._about] = values  # type: ignore[attr-defined]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next field; after the last one that is needed, answer."""
        event.stop()
        following = self.next_field(event.input)
        if following is None:
            self.answer()
        else:
            following.focus()
