"""Results entered by key, visit after visit and crew after crew, and reviewed by another person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.tui.screens.entry_text import parts, typed_results
from yaohao.tui.screens.follow_up_actions import FollowUpActions
from yaohao.tui.text_layout import folded, shown
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.table import RowTable

FIELDS = (
    "results", "by", "on", "finding", "follow-up", "method", "evidence", "officers", "statement",
    "reason",
)  # fmt: skip
"""What is asked of a visit, in this order."""

MOST = 10
"""Results that the question before a review has room for."""


class EntryActions(FollowUpActions):
    """A screen on which results are entered; `shown` are the visits listed."""

    shown: list[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.person, self.reviewer, self.day = "", "", ""
        self.goal = ""
        """The entity that is to be marked once the visits were read again."""

    def can_enter(self) -> bool:
        """Whether the marked visit can have results: the crews are dealt, and it is made."""
        marked = self.marked()
        return self.can_import() and marked is not None and marked["withdrawal"] is None

    def can_review(self) -> bool:
        """Whether results wait for a second person."""
        return self.told is not None and bool(self.told["waiting"])

    def can_return(self) -> bool:
        """Whether results of the marked visit wait for a second person."""
        marked = self.marked()
        return marked is not None and bool(marked["waiting"])

    def do_enter(self) -> None:
        """Ask what the marked visit found, enter it, and go on to the next visit."""
        visit, draw = self.marked(), str(self.draw)
        if visit is None:
            return
        entity = visit["entity_id"]

        def asked(typed: Any) -> None:
            if typed is None:
                return
            given = dict(zip(FIELDS, (one.strip() for one in typed), strict=True))
            self.person, self.day = given["by"], given["on"]
            rows = typed_results(given["results"], given["finding"], {
                "follow_up": given["follow-up"], "method": given["method"],
            })  # fmt: skip
            how = {
                "by": given["by"],
                "on": given["on"],
                "evidence": [self._path(one) for one in parts(given["evidence"])],
                "officers": parts(given["officers"]),
                "statement": given["statement"],
                "reason": given["reason"],
                "all_items": True,
            }
            self.work(
                say("tui_results.entering"),
                lambda workspace, _: workspace.enter_results(draw, entity, rows, **how),
                lambda told: self._tell_entered(told, entity),
            )

        ask = Ask(
            say("tui_results.enter-title", name=shown(visit["name"]) or entity),
            self._enter_words(visit),
            *(f"tui_results.enter-{name}" for name in FIELDS),
            about=("results", draw, entity),
            values=[self._typed_before(visit), self.person, self.day],
            needed=1 if self.person else 2,
        )
        self.app.push_screen(ask, asked)

    def _enter_words(self, visit: Mapping[str, Any]) -> str:
        """What is asked, and why the results that are there were sent back."""
        text = say("tui_results.enter-ask", items=self._items_of(visit))
        if not visit["returned"]:
            return text
        return say("tui_results.returned-why", reason=shown(visit["returned"])) + "\n" + text

    def _typed_before(self, visit: Mapping[str, Any]) -> str:
        """What was typed for results that were sent back, to be changed; "" for others."""
        if not visit["returned"]:
            return ""
        rows = visit["results"]
        return " ".join(
            f"{row['item_id']}={row['result']}" if row["item_id"] else row["result"] for row in rows
        )

    def _items_of(self, visit: Mapping[str, Any]) -> str:
        """The items of the plan, each with the result that is there."""
        there = {row["item_id"]: row["result"] for row in visit["results"]}
        items = self.told["item_ids"] if self.told else []
        return ", ".join(
            f"{item}={there[item]}" if item in there else item for item in items or ["-"]
        )

    def _tell_entered(self, report: Mapping[str, Any], entity: str) -> None:
        self.done_with(("results", report["draw"], entity))
        self.goal = report["next"]
        if not report["changed"]:
            self.tell(say("common.text-unchanged"))
            return
        number = len(report["results"])
        name = shown(report["results"][0]["name"]) or entity
        self.tell(say("tui_results.entered", name=name, number=number, open=report["open"]))

    # reviews

    def do_check(self) -> None:
        """Review results that another person entered: of the marked visit, or all that wait."""
        marked = self.marked()
        waiting = self.told["waiting"] if self.told else {}
        choices = []
        if marked is not None and marked["entity_id"] in waiting:
            label = say("tui_results.check-marked")
            choices.append(Choice([marked["entity_id"]], label, "", shown(marked["name"])))
        picked = [one for one in self.picked_values("entity") if one in waiting]
        if picked:
            label = say("tui_results.check-picked")
            choices.insert(0, Choice(picked, label, "", f"{len(picked):,}"))
        number = f"{sum(waiting.values()):,}"
        choices.append(Choice([], say("tui_results.check-all"), "", number))
        if len(choices) == 1:
            self._ask_reviewer([])
            return

        def chosen(entities: Any) -> None:
            if entities is not None:
                self._ask_reviewer(entities)

        self.app.push_screen(Choose(say("tui_results.check-title"), choices), chosen)

    def _ask_reviewer(self, entities: Sequence[str]) -> None:
        draw = str(self.draw)
        how: dict[str, Any] = {"every": not entities}

        def asked(typed: Any) -> None:
            if typed is None:
                return
            self.reviewer = typed.strip()
            self.work(
                say("tui_results.checking"),
                lambda workspace, _: workspace.review_results(
                    draw, entities, by=self.reviewer, dry_run=True, **how
                ),
                lambda told: self._confirm_review(told, entities, how),
            )

        ask = Ask(
            say("tui_results.check-title"),
            say("tui_results.check-ask"),
            "tui_results.check-by",
            about=("review", draw),
            values=[self.reviewer],
        )
        self.app.push_screen(ask, asked)

    def _confirm_review(
        self, report: Mapping[str, Any], entities: Sequence[str], how: Mapping[str, Any]
    ) -> None:
        """Show what is reviewed, and review it once that is confirmed."""
        width = min(self.size.width * 9 // 10, 100) - 8
        rows = report["results"]
        lines: list[str] = []
        for row in rows[:MOST]:
            lines += folded(_result_line(row), width)
        if len(rows) > MOST:
            lines.append(say("tui_results.more", size=len(rows) - MOST))
        draw, by = report["draw"], self.reviewer

        def done(after: Mapping[str, Any]) -> None:
            self.done_with(("review", draw))
            self.let_go()
            self.tell(
                say("tui_results.checked", number=len(after["results"]), left=after["waiting"])
            )

        self.confirm(
            say("tui_results.check-title"),
            "\n".join(lines),
            say("tui_results.check-yes", number=len(rows)),
            lambda: self.work(
                say("tui_results.checking"),
                lambda workspace, _: workspace.review_results(draw, entities, by=by, **how),
                done,
            ),
        )

    def do_return(self) -> None:
        """Send the results of the marked visit back to who entered them, with a reason."""
        visit, draw = self.marked(), str(self.draw)
        if visit is None:
            return
        entity = visit["entity_id"]

        def done(report: Mapping[str, Any]) -> None:
            self.done_with(("return", draw, entity))
            self.tell(say("tui_results.returned", number=len(report["results"])))

        def asked(typed: Any) -> None:
            if typed is None:
                return
            reason, self.reviewer = (one.strip() for one in typed)
            self.work(
                say("tui_results.checking"),
                lambda workspace, _: workspace.return_results(
                    draw, [entity], by=self.reviewer, reason=reason
                ),
                done,
            )

        ask = Ask(
            say("tui_results.return-title", name=shown(visit["name"]) or entity),
            say("tui_results.return-ask"),
            "tui_results.return-reason",
            "tui_results.check-by",
            about=("return", draw, entity),
            values=["", self.reviewer],
        )
        self.app.push_screen(ask, asked)

    # where to go on

    def do_next_visit(self) -> None:
        """Mark the next visit that has no result."""
        self._go(0)

    def do_next_crew(self) -> None:
        """Mark the first visit without a result of the next crew."""
        self._go(1)

    def _go(self, which: int) -> None:
        marked = self.marked()
        if marked is None or self.told is None:
            return
        goal = self.told["next"][marked["entity_id"]][which]
        if not goal:
            self.tell(say("tui_results.none-open"))
        elif not self.mark_entity(goal):
            self.tell(say("tui_results.not-listed", entity=goal))

    def mark_entity(self, entity: str) -> bool:
        """Mark the visit of an entity; whether it is listed."""
        places = {visit["entity_id"]: place for place, visit in enumerate(self.shown)}
        if entity in places:
            self.query_one("#rows", RowTable).mark(places[entity])
        return entity in places


def _result_line(row: Mapping[str, Any]) -> str:
    words = [row["entity_id"], shown(row["name"]), row["item_id"], row["visited_on"]]
    words += [f"{row['result']} {say('result.' + row['result'])}", shown(row["finding"])]
    return "  ".join(word for word in words if word)
