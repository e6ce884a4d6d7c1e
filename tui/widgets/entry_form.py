"""The form of a visit's results: what the typed codes mean is told while they are typed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.vocabulary.terms import NOT_YET, code_of, codes
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.screens.entry_text import typed_results
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.form import Form

UNSETTLED = ("A", "B", "C", "D", "8")
"""What was found and not mended on the spot: whoever enters it says what is done about it."""


def codes_told() -> str:
    """Every result that can be entered, with its code before it."""
    known = [one for one in codes("result") if one != NOT_YET]
    return say("common.semicolon").join(f"{one} {say(f'result.{one}')}" for one in known)


def meaning_of(typed: str) -> str:
    """What typed results mean, or which of them means nothing; "" where nothing is typed."""
    told = []
    for row in typed_results(typed, "", {}):
        code = code_of("result", row["result"])
        if not code:
            return say("tui_results.no-result", found=plain(row["result"], 40))
        words = f"{code} {say(f'result.{code}')}"
        told.append(f"{row['item_id']}: {words}" if row["item_id"] else words)
    return say("common.semicolon").join(told)


class EntryForm(Form):
    """Asks what a visit found; of a problem also what is done about it, on which its case rests."""

    def _empty(self) -> Field | None:
        """The first field that must be filled and is not."""
        needed = super()._empty()
        if needed is not None:
            return needed
        fields = {
            item.name: field for item, field in zip(self._items, self.query(Field), strict=True)
        }
        typed = typed_results(fields["results"].value, "", {})
        found = {code_of("result", row["result"]) for row in typed}
        measure = fields["follow-up"]
        return measure if found & set(UNSETTLED) and not measure.value.strip() else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed, and say what the codes mean."""
        super().on_input_changed(event)
        if event.input.id == "ask-0":
            told = meaning_of(event.value) or say("tui_cases.form-leave")
            self.query_one(".answer", Static).update(Content(plain(told)))
