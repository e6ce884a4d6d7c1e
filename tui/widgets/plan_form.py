"""The form of a plan: a row a field, with marks to click that raise and lower its number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from textual import events
from textual.message import Message
from yaohao.planner.schema.plan_form import FormRow
from yaohao.tui.plan_rows import nudged, row_label, row_value
from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.rows import Row, Rows
from yaohao.tui.widgets.table import RowTable

_COLUMNS = (
    Column("field", "tui_form.col-field", 20, grow=2),
    Column("step", "", 4),
    Column("value", "tui_form.col-value", 12, grow=3),
)


class FormRows(Rows):
    """The cells of the rows on the screen alone: a plan may have thousands."""

    def __init__(self, form: Sequence[FormRow], bad: frozenset[int]) -> None:
        self._form, self._bad = form, bad

    def __len__(self) -> int:
        return len(self._form)

    def page(self, first: int, last: int) -> Sequence[Row]:
        """The rows from `first` up to, without, `last`."""
        return [
            _cells(row, is_bad=number in self._bad)
            for number, row in enumerate(self._form[first:last], first)
        ]


def _cells(row: FormRow, *, is_bad: bool) -> list[Any]:
    label = row_label(row)
    tone = "bad" if is_bad else ""
    if row.what == "head":
        return [(label, tone or "strong"), "", row_value(row)]
    value, dim = row_value(row)
    step = "-  +" if nudged(row, 1) is not None else ""
    text = f"! {value}" if is_bad else value
    head = (f"  {label}", tone or ("dim" if row.what == "add" else ""))
    return [head, step, (text, tone or dim)]


class PlanForm(RowTable):
    """The rows of a plan; `Nudged` where the marks of a row are clicked."""

    class Nudged(Message):
        """The number of a row is to go up or down."""

        def __init__(self, row: int, by: int) -> None:
            super().__init__()
            self.row, self.by = row, by

    def __init__(self, **given: Any) -> None:
        super().__init__(_COLUMNS, **given)
        self.form: Sequence[FormRow] = ()
        self._bad: frozenset[int] = frozenset()

    def show_form(self, form: Sequence[FormRow], bad: Collection[int]) -> None:
        """Show rows, those with a problem marked; the mark stays at the field it is on."""
        if form is self.form and frozenset(bad) == self._bad:
            return
        before = self.form[self.cursor].path if self.cursor < len(self.form) else None
        what = self.form[self.cursor].what if before is not None else ""
        self.form, self._bad = form, frozenset(bad)
        at = [n for n, row in enumerate(form) if (row.path, row.what) == (before, what)]
        self.show(FormRows(form, self._bad), keep=True)
        if at:
            self.mark(at[0])

    def marked_row(self) -> FormRow | None:
        """The marked row."""
        return self.form[self.cursor] if self.cursor < len(self.form) else None

    def on_click(self, event: events.Click) -> None:
        """Raise or lower where a mark is clicked; else as every table does."""
        row = self.scroll_offset.y + event.y - 1
        if event.y == 0 or row >= len(self.form):
            return
        at = self._margin
        for _, column, width in self._columns():
            if column.key == "step" and at <= event.x < at + width:
                event.prevent_default()
                if nudged(self.form[row], 1) is not None:
                    self.mark(row)
                    self.post_message(self.Nudged(row, 1 if event.x >= at + 2 else -1))
                return
            at += width + 1
