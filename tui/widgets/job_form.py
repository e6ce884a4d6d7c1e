"""The form of a job: a field a line, checked as one types, with lists to pick from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import catalogue, say
from yaohao.tui.jobs.checks import fault_of, tidied
from yaohao.tui.jobs.model import PATHS, SECRET, Job, JobField, parts
from yaohao.tui.jobs.picks import PICKED, Picks
from yaohao.tui.keys import meaning_of, types_nothing
from yaohao.tui.text_layout import cut, folded
from yaohao.tui.told_signs import sign_of
from yaohao.tui.widgets.dialogs import Choice, Choose, Dialog
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.pick import Known, Pick
from yaohao.tui.widgets.told_click import sign_under
from yaohao.tui.widgets.under_mouse import under_mouse

LABEL = 24
MOST = 6
"""Lines of what was refused that the form has room for."""


class JobForm(Dialog):
    """Asks for the fields of a job; gives back what was typed by name, None on Escape.

    What stood in the fields is kept in the app's `drafts` until the job is done, passphrases never.
    `refused` is why the job was refused with what was typed before, and `at` the field it was
    sent from, which is begun with then. Enter goes through the needed
    fields that are still empty, and answers where there is none; the arrows go to any; F4 lists
    what can be picked.
    """

    # Many parameters: the job, what its fields begin with, and why it is asked for again.
    def __init__(
        self,
        job: Job,
        about: object,
        begins: Mapping[str, str],
        folder: Path,
        picks: Picks,
        refused: str = "",
        at: str = "",
    ) -> None:
        super().__init__()
        self.job, self._about, self._folder, self._picks = job, about, folder, picks
        self._first = {one.name: begins.get(one.name, "") for one in job.fields}
        self._refused, self.at = refused, at
        self._shown: dict[str, str] = {}

    @property
    def _drafts(self) -> dict[Any, Any]:
        return self.app.drafts  # type: ignore[attr-defined,no-any-return]

    def unsaved(self) -> str:
        """What the fields hold beyond what they began with."""
        is_same = all(self._text(one) == self._first[one.name] for one in self.job.fields)
        return "" if is_same else say("tui.typed", title=plain(self.job.label()))

    def compose(self) -> ComposeResult:
        """The title, what the job does, the fields, what is to be said of the one typed into."""
        kept = dict(self._drafts.get(self._about, ()))
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self.job.label())), classes="dialog-title")
            yield Static(Content(self.job.about()), id="job-about", classes="dialog-text")
            with VerticalScroll(classes="form job-form", can_focus=False):
                for one in self.job.fields:
                    value = kept.get(one.name, self._first[one.name])
                    with Horizontal(classes="row"):
                        mark = "* " if one.is_needed else "  "
                        label = cut(mark + plain(one.label()), LABEL)
                        yield Static(Content(label), classes="label")
                        yield self._field(one, value)
                        if one.kind in PICKED:
                            yield Static(
                                Content(f" {sign_of('typing-view')}"),
                                id=f"pick-{one.name}",
                                classes="pick",
                            )
            yield Static(id="job-note")
            yield Static(Content(say("tui_jobs.form-do")), id="yes", classes="answer")
            yield Static(Content(say("tui_jobs.form-leave")), id="no", classes="answer")

    def _field(self, one: JobField, value: str) -> Field:
        found = Field(
            f"tui_jobs.kind-{one.kind}", value, id=f"job-{one.name}", password=one.kind in SECRET
        )
        found.select_on_focus = True  # typing replaces what it began with
        return found

    def on_mount(self) -> None:
        """Begin with the first needed field that is empty, else with the first."""
        super().on_mount()
        self._shown = {one.name: self._text(one) for one in self.job.fields}
        last = next((one for one in self.job.fields if one.name == self.at), None)
        if last is not None and self._refused:
            self._widget(last).select_on_focus = False  # what was refused is gone on with
        first = last or self._empty() or next(iter(self.job.fields), None)
        if first is not None:
            self._widget(first).focus()
        self._tell()

    # what stands in the fields

    def _widget(self, one: JobField) -> Field:
        return self.query_one(f"#job-{one.name}", Field)

    def _text(self, one: JobField) -> str:
        return self._widget(one).value

    def _other(self, name: str) -> str:
        found = next((one for one in self.job.fields if one.name == name), None)
        return self._text(found).strip() if found else ""

    def _here(self) -> JobField | None:
        """The field that is typed into."""
        name = (self.focused.id or "") if self.focused is not None else ""
        return next((one for one in self.job.fields if name == f"job-{one.name}"), None)

    def _empty(self) -> JobField | None:
        fields = self.job.fields
        return next((one for one in fields if one.is_needed and not self._text(one).strip()), None)

    def _fault(self, one: JobField) -> str:
        text = self._text(one)
        if one.kind in SECRET:
            return ""
        return fault_of(one, tidied(one, text), self._folder, self._picks.ids)

    def _tell(self) -> None:
        """Say what the field that is typed into is for, and what is wrong with it."""
        note, here = self.query_one("#job-note", Static), self._here()
        width = max(note.size.width, 20)
        text, is_bad = self._refused, bool(self._refused)
        if not text and here is not None:
            text = self._fault(here)
            is_bad = bool(text)
            hint = f"tui_jobs.hint-{here.words or here.name}"
            if not text and hint.partition(".")[2] in catalogue("tui_jobs"):
                text = say(hint)
        lines = [part for line in text.split("\n") for part in folded(plain(line, 2000), width)]
        note.update(Content("\n".join(lines[:MOST])))
        note.set_class(is_bad, "bad")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed, and check it."""
        event.stop()
        now = {one.name: self._text(one) for one in self.job.fields}
        if now == self._shown:
            return  # fields tell what they begin with too: what was refused stays until it changes
        self._shown, self._refused = now, ""
        secret = {one.name for one in self.job.fields if one.kind in SECRET}
        kept = [(name, text) for name, text in now.items() if name not in secret]
        self._drafts[self._about] = kept
        self._tell()

    def on_descendant_focus(self) -> None:
        """Say what the field is for."""
        self._tell()

    def on_resize(self) -> None:
        """Fold what is said anew."""
        self._tell()

    # answering

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next needed field that is empty, else answer."""
        event.stop()
        self._answer()

    def _answer(self) -> None:
        empty = self._empty()
        if empty is not None:
            self._widget(empty).focus()
            return
        for one in self.job.fields:
            if self._fault(one):
                self._widget(one).focus()
                self._tell()
                return
        here = self._here()
        self.at = here.name if here is not None else ""
        self.dismiss({one.name: tidied(one, self._text(one)) for one in self.job.fields})

    def on_click(self, event: events.Click) -> None:
        """Take a click on an answer or on a list."""
        widget = under_mouse(self, event)
        name = (widget.id or "") if widget is not None else ""
        if name == "yes":
            event.prevent_default()  # the class below would press its key as well
            self._answer()
        elif name == "no" and sign_under(self, event) in ("", "Esc"):
            event.prevent_default()
            self.dismiss(None)
        elif name.startswith("pick-"):
            one = next(one for one in self.job.fields if name == f"pick-{one.name}")
            self._widget(one).focus()
            self.app.guarded(lambda: self._pick(one))  # type: ignore[attr-defined]

    async def on_key(self, event: events.Key) -> None:
        """Go up and down; list what can be picked."""
        if event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            (self.focus_previous if event.key == "up" else self.focus_next)()
        elif meaning_of(event.key) == "view" and types_nothing(event.key):
            event.stop()
            here = self._here()
            if here is not None and here.kind in PICKED:
                self.app.guarded(lambda: self._pick(here))  # type: ignore[attr-defined]

    def _pick(self, one: JobField) -> None:
        """List what can be picked for a field; a folder that is picked is listed in turn."""
        text = self._text(one)
        choices = list(self._picks.of(one, text, self._other))
        if not choices:
            self._refused = say("tui_jobs.nothing-to-pick")
            self._tell()
            return
        if one.is_several and one.kind in ("pick", "entity"):
            self._pick_several(one, choices)
            return

        def chosen(value: Any) -> None:
            if value is None:
                return
            field = self._widget(one)
            if one.is_several:
                # What was begun is replaced by what was picked; what was whole stays before it.
                known = {choice.value for choice in choices}
                before = [part for part in parts(field.value) if part != value]
                is_whole = bool(before) and before[-1] in known
                is_whole = is_whole or text.rstrip().endswith((",", "，"))
                whole = before if is_whole else before[:-1]
                field.value = ",".join([*whole, value])
            else:
                field.value = value
            field.cursor_position = len(field.value)
            if one.kind in PATHS and value.endswith("/"):
                self.call_later(self._pick, one)

        self.app.push_screen(Choose(one.label(), choices), chosen)

    def _pick_several(self, one: JobField, choices: Sequence[Choice]) -> None:
        """Mark those of a list; what was only typed to find them is no value."""
        known = {str(choice.value) for choice in choices}
        there = parts(self._text(one))
        if one.kind == "entity" and there and there[-1] not in known:
            is_begun = not self._text(one).rstrip().endswith((",", "，"))
            there = there[:-1] if is_begun else there
        rows = [Known(str(row.value), row.about or _beyond_code(row)) for row in choices]

        def chosen(codes: list[str] | None) -> None:
            if codes is not None:
                field = self._widget(one)
                field.value = ",".join(codes)
                field.cursor_position = len(field.value)

        self.app.push_screen(Pick(one.label(), rows, there, only_known=True), chosen)


def _beyond_code(row: Choice) -> str:
    return "" if row.label == row.value else row.label
