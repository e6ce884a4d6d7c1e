"""Results entered by key, visit after visit and crew after crew, and reviewed by another person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.terms import word
from yaohao.planner.wording.import_words import cases_words
from yaohao.planner.wording.messages import language, say
from yaohao.tui.case_filter import typed_for
from yaohao.tui.keys import key_words
from yaohao.tui.screens.entry_text import parts, typed_results
from yaohao.tui.screens.follow_up_actions import FollowUpActions
from yaohao.tui.text_layout import folded, shown
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.entry_form import EntryForm, codes_told
from yaohao.tui.widgets.form import Item
from yaohao.tui.widgets.table import RowTable

FIELDS = (
    "results", "by", "on", "finding", "follow-up", "method", "evidence", "officers", "statement",
    "reason",
)  # fmt: skip
"""What is asked of a visit, in this order."""

NEEDED = ("results", "by")

MOST = 10
"""Results that the question before a review has room for."""


class EntryActions(FollowUpActions):
    """A screen on which results are entered; `shown` are the visits listed."""

    shown: list[dict[str, Any]]
    listed: str

    def __init__(self) -> None:
        super().__init__()
        self.person, self.reviewer, self.day = "", "", ""
        self.goal = ""
        """The entity that is to be marked once the visits were read again."""
        self.at = ""
        """The entity whose visit is marked."""
        self.said = ""
        """What was entered last, said in the form of the next visit."""
        self.came: tuple[str, dict[str, str]] | None = None
        """The cases that results opened just now, for as long as the mark stays at the entity."""

    def kept(self) -> dict[str, str]:
        """Whose visit is marked, which visits are listed, who enters and who reviews."""
        return {"at": self.at, "listed": self.listed, "by": self.person, "reviewer": self.reviewer}

    def take_kept(self, kept: Mapping[str, str]) -> None:
        """Go on at the same visit of the same list."""
        self.goal = self.at = kept.get("at", "")
        self.person = kept.get("by", "")
        self.reviewer = kept.get("reviewer", "")
        self.take_listed(kept.get("listed", ""))

    def take_listed(self, listed: str) -> None:
        """List the visits of a group, where there is one of this name."""
        raise NotImplementedError

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
        visit = self.marked()
        if visit is not None:
            self._ask_results(visit)

    def _ask_results(self, visit: Mapping[str, Any], said: str = "") -> None:
        """Ask what a visit found; `said` is why it was refused, or what was entered before it."""
        draw, entity = str(self.draw), visit["entity_id"]

        def asked(typed: Any) -> None:
            if typed is None:
                return
            given = dict.fromkeys(FIELDS, "") | dict(typed)
            self.person, self.day = given["by"], given["on"]
            rows = typed_results(given["results"], given["finding"], {
                "follow_up": given["follow-up"], "method": given["method"],
            })  # fmt: skip
            how: dict[str, Any] = {
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
                lambda why: self._ask_results(visit, f"! {why}"),
            )

        begins = {"by": self.person, "on": self.day, **self._typed_before(visit)}
        items = [
            Item(
                name,
                say(f"tui_results.field-{name}"),
                begins.get(name, ""),
                name in NEEDED,
                f"tui_results.enter-{name}",
            )
            for name in FIELDS
        ]
        title = say("tui_results.enter-title", name=shown(visit["name"]) or entity)
        about = ("results", draw, entity)
        form = EntryForm(title, self._enter_words(visit, said), items, about)
        self.app.push_screen(form, asked)

    def _enter_words(self, visit: Mapping[str, Any], said: str) -> str:
        """What was said, what is asked, and why the results that are there were sent back."""
        texts = [*said.split("\n")] if said else []
        if visit["returned"]:
            texts.append(say("tui_results.returned-why", reason=shown(visit["returned"])))
        texts.append(say("tui_results.enter-ask", items=self._items_of(visit)))
        texts.append(codes_told())
        width = min(self.size.width * 9 // 10, 100) - 8
        return "\n".join(line for text in texts for line in folded(text, width))

    def _typed_before(self, visit: Mapping[str, Any]) -> dict[str, str]:
        """What was typed for results that were sent back, to be changed; nothing for others."""
        if not visit["returned"]:
            return {}
        items = self.workspace.result_items(str(self.draw), entity_id=visit["entity_id"])
        rows: list[Mapping[str, Any]] = [*items["results"]]
        results = " ".join(
            f"{row['item_id']}={row['result']}" if row["item_id"] else row["result"] for row in rows
        )
        typed = {"results": results}
        for name, column in (("follow-up", "follow_up"), ("method", "method")):
            values = {row[column] for row in rows}
            if len(values) == 1:
                typed[name] = word(column, values.pop(), language())
        findings = [(row["item_id"], row["finding"]) for row in rows if row["finding"]]
        typed["finding"] = "; ".join(f"{item}={text}" if item else text for item, text in findings)
        return typed

    def _items_of(self, visit: Mapping[str, Any]) -> str:
        """The items of the plan, each with the result that is there."""
        there = {row["item_id"]: row["result"] for row in visit["results"]}
        items = self.told["item_ids"] if self.told else []
        return ", ".join(
            f"{item}={there[item]}" if item in there else item for item in items or ["-"]
        )

    def _tell_entered(self, report: Mapping[str, Any], entity: str) -> None:
        """Go on to the next visit: its form is there at once, unless something came of this one."""
        self.done_with(("results", report["draw"], entity))
        self.goal = report["next"]
        if not report["changed"]:
            self.tell(say("common.text-unchanged"))
            return
        number = len(report["results"])
        name = shown(report["results"][0]["name"]) or entity
        told = say("tui_results.entered", name=name, number=number, open=report["open"])
        told = say("common.semicolon").join([told, *cases_words(report["cases"])])
        opened = report["cases"]["ids"]
        if not opened:
            self.said = told
            return
        typed = typed_for(entity=entity) if len(opened) > 1 else ""
        given = {"typed": typed} if typed else {"case": opened[0]}
        self.came = (report["next"] or entity, given)
        self.tell(told)
        self.offer(self._case_control(), lambda: self.yaohao.go("cases", **given))

    def _case_control(self) -> str:
        """How the case of a visit is opened."""
        case = next(one for one in self.declared() if one.name == "case")
        return say("tui_lessons.go", key=key_words(case.keys[0]), label=case.label()).strip()

    def go_on(self) -> None:
        """Mark the visit that is next once the visits were read again, and ask for its results."""
        goal, said = self.goal, self.said
        self.goal = self.said = ""
        is_there = bool(goal) and self.mark_entity(goal)
        visit = self.marked()
        if said and is_there and visit is not None and self.is_current:
            self._ask_results(visit, said)
        elif said:
            self.tell(said)

    def do_case(self) -> None:
        """Open the case that came of the results just entered, else that of the marked visit."""
        came, self.came, visit = self.came, None, self.marked()
        if visit is None:
            return
        entity = visit["entity_id"]
        if came is not None and came[0] == entity:
            self.yaohao.go("cases", **came[1])
            return
        cases = self.workspace.cases.list(entity=entity, standing="open", limit=2)["cases"]
        if not cases:
            self.tell(say("tui_results.no-case", name=shown(visit["name"]) or entity))
        elif len(cases) == 1:
            self.yaohao.go("cases", case=cases[0]["id"])
        else:
            self.yaohao.go("cases", typed=typed_for(entity=entity))

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
