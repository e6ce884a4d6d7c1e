"""A case opened by hand: its kind, whom it is about, and what the opening needs to know.

On the command line: `yaohao case open`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.wording.case_words import in_language, party_words
from yaohao.planner.wording.messages import say
from yaohao.tui.screens.case_actions import CaseActions, act_words, fact_label
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.form import Form, Item

BY_HAND = ("person", "case", "finding", "import")
"""What a person may say that a case comes from; the calendar opens by itself."""

NOBODY = ("bureau", "cohort")


class CaseOpening(CaseActions):
    """A screen from which cases are opened."""

    kinds: Sequence[Mapping[str, Any]]

    def marked(self) -> Mapping[str, Any] | None:
        """The case that is open, else the marked one."""
        raise NotImplementedError

    def show_opened(self, case: str) -> None:
        """Show a case that was opened."""
        raise NotImplementedError

    def do_new(self) -> None:
        """Ask which kind of case is to be opened, and from what; then what it needs."""
        found = [
            (kind, opening)
            for kind in self.kinds
            if kind["holds"] and not kind["draft"]
            for opening in _openings(kind)
        ]
        choices = [
            Choice(
                one,
                in_language(one[0]["words"]),
                "",
                say(f"tui_cases.source-{one[1]['source']}"),
            )
            for one in found
        ]

        def chosen(one: Any) -> None:
            if one is not None:
                self._ask_opening(*one)

        self.app.push_screen(Choose(say("tui_cases.new-title"), choices), chosen)

    def _ask_opening(self, kind: Mapping[str, Any], opening: Mapping[str, Any]) -> None:
        """Ask whom the case is about and what it needs, then open it."""
        marked = self.marked()
        about = ("case-open", kind["kind"], opening["source"])
        subject = marked["subject"] if marked is not None else ""
        is_firm = kind["subject"] != "bureau"
        items = [
            *(
                [Item("entity", say("tui_cases.entity"), subject * (subject not in NOBODY), True)]
                if is_firm
                else []
            ),
            *(
                Item(f"fact {one['name']}", fact_label(one), "", not one["known"])
                for one in opening["facts"]
            ),
            Item("actor", say("tui_cases.actor"), self.yaohao.person, is_needed=True),
            Item("cause", say("tui_cases.cause")),
            Item("reason", say("tui_cases.reason")),
            Item("role", say("tui_cases.role"), party_words("clerk")),
            Item("day", say("tui_cases.act-day")),
        ]
        title = say("tui_cases.new-of", kind=in_language(kind["words"]))
        width = min(self.size.width * 9 // 10, 100) - 8
        text = "\n".join(folded(in_language(kind["about"]), width)[:4])

        def asked(typed: Any) -> None:
            if typed is None:
                return
            self._remember(typed["actor"])
            given = {name: typed[name] for name in ("actor", "cause", "reason", "day")
                     if name in typed}  # fmt: skip
            facts = {
                name.partition(" ")[2]: value
                for name, value in typed.items()
                if name.startswith("fact ")
            }
            role = self._as_typed(typed.get("role", "")) or "clerk"

            def done(report: Mapping[str, Any]) -> None:
                self.done_with(about)
                self.tell(act_words(report))
                if report["cases"]:
                    self.show_opened(report["cases"][0]["id"])

            self.work(
                say("tui_cases.acting"),
                lambda workspace, _: workspace.cases.open(
                    kind["kind"],
                    typed.get("entity", ""),
                    facts=facts,
                    role=role,
                    source=opening["source"],
                    **given,
                ),
                done,
            )

        self.app.push_screen(Form(title, text, items, about), asked)


def _openings(kind: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The openings of a kind that a person may use, one a source."""
    found: dict[str, Mapping[str, Any]] = {}
    for opening in kind["openings"]:
        if not opening["cohort"] and opening["source"] in BY_HAND:
            found.setdefault(opening["source"], opening)
    return [found[source] for source in BY_HAND if source in found]
