"""What can be done with cases: a step taken in one or many, facts noted, an event corrected.

On the command line: `yaohao case step`, `yaohao case note`, `yaohao case correct`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.case_words import in_language, party_words, unmet_words, value_words
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.draw_base import DrawScreenBase
from yaohao.tui.screens.typed_paths import path_below
from yaohao.tui.screens.written_letters import written_letter
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.form import Form, Item

PERSONS = ("clerk", "reviewer", "head")
"""The roles of whoever sits here."""

DECIDERS = ("reviewer", "head")

BROUGHT = {"case.need-fact", "case.need-document", "case.need-letter", "case.need-actor"}
"""Needs that are met by filling in a form."""

OVERRULED = {"case.need-condition", "case.need-day-from", "case.need-day-until"}
"""Needs that a person may set aside with a reason."""

_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
"""A document is named by its SHA-256, or by its file."""

MOST = 6
"""Lines of needs that a form has room for."""


def persons_of(step: Mapping[str, Any]) -> list[str]:
    """The persons by whom a step may be taken."""
    return [role for role in step["by"] if role in PERSONS]


def in_the_way(step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a step lacks that no form can bring."""
    return [need for need in step["unmet"] if need["code"] not in BROUGHT]


def can_take(step: Mapping[str, Any]) -> bool:
    """Whether somebody here can take a step now, once its form is filled in."""
    return bool(persons_of(step)) and not in_the_way(step)


def first_step(steps: Sequence[Mapping[str, Any]]) -> int:
    """The first step that can be taken; 0 where none can."""
    return next((number for number, one in enumerate(steps) if can_take(one)), 0)


class CaseActions(DrawScreenBase):
    """A screen from which cases are worked on."""

    # a step

    def take_step(self, ids: Sequence[str], case: Mapping[str, Any], step_id: str = "") -> None:
        """Take a step in some cases, of which `case` is the first as it is shown; ask which one
        where several are possible and none is named.
        """
        steps = [one for one in case["steps"] if persons_of(one)]
        known = next((one for one in steps if one["id"] == step_id), None)
        possible = [one for one in steps if can_take(one)]
        if known is None and len(possible) == 1:
            known = possible[0]
        if known is not None:
            self._ask_step(ids, case, known)
            return
        if not steps:
            self.tell(say("tui_cases.no-steps"))
            return
        steps.sort(key=lambda one: not can_take(one))
        choices = [Choice(one, in_language(one["words"]), "", step_needs(one)) for one in steps]

        def chosen(step: Any) -> None:
            if step is not None:
                self._ask_step(ids, case, step)

        self.app.push_screen(Choose(say("tui_cases.step-title"), choices), chosen)

    def _ask_step(
        self, ids: Sequence[str], case: Mapping[str, Any], step: Mapping[str, Any]
    ) -> None:
        """Ask for what a step needs, then take it; say what stands in the way of it."""
        blocked = in_the_way(step)
        overruled = bool(blocked) and all(need["code"] in OVERRULED for need in blocked)
        if blocked and not overruled:
            self.tell_error(PlannerError(*[Problem(one["code"], one["params"]) for one in blocked]))
            return
        folder = self.workspace.folder
        about = ("case-step", *ids[:3], len(ids), step["id"])
        title = say(
            "tui_cases.step-of", step=in_language(step["words"]), case=case["id"], size=len(ids)
        )
        alone = len(ids) == 1
        items = self._step_items(case, step, is_overruled=overruled, is_alone=alone)
        form = Form(title, self._step_text(case, step, blocked), items, about)

        def asked(typed: Any) -> None:
            if typed is not None:
                given = _given(typed, step, self._as_typed)
                given["documents"] = {
                    name: value if _DIGEST.fullmatch(value) else str(path_below(folder, value))
                    for name, value in given["documents"].items()
                }
                self._remember(given["actor"])
                self._act(
                    about,
                    lambda workspace: workspace.cases.step(
                        list(ids),
                        step["id"],
                        overrule=overruled,
                        only_possible=len(ids) > 1,
                        **given,
                    ),
                )

        self.app.push_screen(form, asked)

    def _step_text(
        self,
        case: Mapping[str, Any],
        step: Mapping[str, Any],
        blocked: Sequence[Mapping[str, Any]],
    ) -> str:
        """Whose step it is, the rule of two persons, what it is taken against."""
        roles = say("common.comma").join(party_words(role) for role in persons_of(step))
        lines = [say("tui_cases.step-by", roles=roles)]
        if asks_second(step):
            lines.append(second_words(case))
        if blocked:
            lines.append(say("tui_cases.overruling"))
            lines += [f"- {unmet_words(need)}" for need in blocked]
        width = min(self.size.width * 9 // 10, 100) - 8
        return "\n".join([part for line in lines for part in folded(line, width)][:MOST])

    def _step_items(
        self,
        case: Mapping[str, Any],
        step: Mapping[str, Any],
        *,
        is_overruled: bool,
        is_alone: bool,
    ) -> list[Item]:
        """The fields of a step: what is missing, then who, and what may stay as it is.

        A letter that was written for just this case (`is_alone`) stands in its field.
        """
        missing = {
            need["params"]["found"] for need in step["unmet"] if need["code"] == "case.need-fact"
        }
        items = [
            Item(f"fact {one['name']}", fact_label(one), "", one["name"] in missing)
            for one in step["facts"]
            if not one["known"]
        ]
        items += [
            Item(
                f"document {one['name']}",
                say("tui_cases.document", name=in_language(one["words"])),
                written_letter(self.workspace.folder, case, step, one["name"]) * is_alone,
                is_needed=True,
            )
            for one in step["documents"]
        ]
        if step["series"]:
            items.append(Item("letter", say("tui_cases.letter"), "auto", is_needed=True))
        roles = persons_of(step)
        is_other = not asks_second(step) or self.yaohao.person != case["proposer"]
        items += [
            Item("actor", say("tui_cases.actor"), self.yaohao.person * is_other, is_needed=True),
            Item("reason", say("tui_cases.reason"), "", is_overruled),
            Item("role", say("tui_cases.role"), party_words(roles[0])),
            Item("day", say("tui_cases.act-day")),
        ]
        return items

    # facts

    def ask_fact(self, case: Mapping[str, Any]) -> None:
        """Ask which fact of a case is to be noted, and its value."""
        facts = {one["name"]: {**one, "options": []} for one in case["facts"]}
        for step in case["steps"]:
            for one in step["facts"]:
                facts[one["name"]] = {**facts.get(one["name"], {}), **one}
        if not facts:
            self.tell(say("tui_cases.no-facts"))
            return
        choices = [
            Choice(one, in_language(one["words"]), "", value_words(one["value"]) * ("value" in one))
            if "value" in one
            else Choice(one, in_language(one["words"]), "", say("tui_cases.not-known"))
            for one in facts.values()
        ]

        def chosen(fact: Any) -> None:
            if fact is not None:
                self._ask_value(case["id"], fact)

        self.app.push_screen(Choose(say("tui_cases.note-title"), choices), chosen)

    def _ask_value(self, case: str, fact: Mapping[str, Any]) -> None:
        about = ("case-note", case, fact["name"])
        text = say("tui_cases.note-text")
        if "value" in fact:
            text += "\n" + say("tui_cases.known-now", value=value_words(fact["value"]))
        width = min(self.size.width * 9 // 10, 100) - 8
        items = [
            Item("value", fact_label(fact), "", is_needed=True),
            Item("actor", say("tui_cases.actor"), self.yaohao.person, is_needed=True),
            Item("day", say("tui_cases.act-day")),
        ]

        def asked(typed: Any) -> None:
            if typed is not None:
                self._remember(typed["actor"])
                self._act(
                    about,
                    lambda workspace: workspace.cases.note(
                        case,
                        {fact["name"]: typed["value"]},
                        actor=typed["actor"],
                        day=typed.get("day", ""),
                    ),
                )

        form = Form(say("tui_cases.note-title"), "\n".join(folded(text, width)), items, about)
        self.app.push_screen(form, asked)

    # corrections

    def ask_correction(self, case: Mapping[str, Any], events: Sequence[Choice]) -> None:
        """Ask which event of a case is to be corrected, why and by whom; then once more."""

        def chosen(number: Any) -> None:
            if number is not None:
                self._ask_why(case, number)

        self.app.push_screen(Choose(say("tui_cases.correct-title"), events), chosen)

    def _ask_why(self, case: Mapping[str, Any], number: int) -> None:
        about = ("case-correct", case["id"], number)
        items = [
            Item("reason", say("tui_cases.reason"), "", is_needed=True),
            Item("actor", say("tui_cases.actor"), self.yaohao.person, is_needed=True),
            Item("role", say("tui_cases.role"), party_words("reviewer")),
        ]
        text = say("tui_cases.correct-text")
        if case["proposer"]:
            text += "\n" + second_words(case)

        def asked(typed: Any) -> None:
            if typed is None:
                return
            self._remember(typed["actor"])
            given = {
                "actor": typed["actor"],
                "role": self._as_typed(typed.get("role", "")) or "reviewer",
            }

            def act(workspace: Workspace) -> Any:
                return workspace.cases.correct(case["id"], number, typed["reason"], **given)

            title = say("tui_cases.correct-yes", number=number)
            text = say("tui_cases.correct-whole" if number == 1 else "tui_cases.correct-after")
            self.confirm(title, text, title, lambda: self._act(about, act))

        width = min(self.size.width * 9 // 10, 100) - 8
        form = Form(
            say("tui_cases.correct-of", case=case["id"], number=number),
            "\n".join(folded(text, width)),
            items,
            about,
        )
        self.app.push_screen(form, asked)

    # what they share

    def _act(self, about: object, act: Callable[[Workspace], Any]) -> None:
        """Do something with cases in a thread, and tell what came of it."""

        def done(report: Mapping[str, Any]) -> None:
            self.done_with(about)
            if report["number"] == 1 and not report["refused"]:
                self.tell_undoable(act_words(report))
            else:
                self.tell(
                    act_words(report), "bad" if report["refused"] and not report["number"] else ""
                )
            self.acted()

        self.work(say("tui_cases.acting"), lambda workspace, _: act(workspace), done)

    def acted(self) -> None:
        """Show again what has changed."""

    def _remember(self, person: str) -> None:
        self.yaohao.person = person

    @staticmethod
    def _as_typed(role: str) -> str:
        """A role by its words in the language in use, or as it was typed."""
        return next((one for one in PERSONS if role in (one, party_words(one))), role)


def fact_label(fact: Mapping[str, Any]) -> str:
    """A fact with what can be typed for it."""
    words = in_language(fact["words"])
    if fact["options"]:
        return say("tui_cases.fact-options", fact=words, options="/".join(fact["options"]))
    if fact["type"] in ("yes", "day"):
        return say(f"tui_cases.fact-{fact['type']}", fact=words)
    return words


def asks_second(step: Mapping[str, Any]) -> bool:
    """Whether somebody else than who proposed must take a step."""
    return bool(step["two"]) and any(role in DECIDERS for role in step["by"])


def second_words(case: Mapping[str, Any]) -> str:
    """The rule of two persons, with who it was that proposed."""
    if case["proposer"]:
        return say("tui_cases.two-other", proposer=case["proposer"])
    return say("tui_cases.two")


def step_needs(step: Mapping[str, Any]) -> str:
    """What stands in the way of a step, and what is to be brought; that it is ready."""
    parts = [unmet_words(need) for need in in_the_way(step)]
    missing = {
        need["params"].get("found") for need in step["unmet"] if need["code"] == "case.need-fact"
    }
    brought = [
        *[in_language(one["words"]) for one in step["facts"] if one["name"] in missing],
        *[in_language(one["words"]) for one in step["documents"]],
        *([say("tui_cases.letter-number")] if step["series"] else []),
    ]
    if brought:
        parts.append(say("tui_cases.brings", names=say("common.comma").join(brought)))
    return say("common.semicolon").join(parts) if parts else say("tui_cases.ready")


def _given(
    typed: Mapping[str, str], step: Mapping[str, Any], as_role: Callable[[str], str]
) -> dict[str, Any]:
    """What was typed into the form of a step, as the public API takes it."""
    given: dict[str, Any] = {
        group: {
            name.partition(" ")[2]: value
            for name, value in typed.items()
            if name.startswith(f"{one} ")
        }
        for one, group in (("fact", "facts"), ("document", "documents"))
    }
    role = as_role(typed.get("role", "")) or persons_of(step)[0]
    named = {name: typed[name] for name in ("letter", "reason", "day") if name in typed}
    return {**given, **named, "role": role, "actor": typed["actor"]}


def act_words(report: Mapping[str, Any]) -> str:
    """What an act did, in a line."""
    parts = [say("tui_cases.done", size=report["number"])]
    if report["unchanged"]:
        parts.append(say("tui_cases.done-unchanged", size=report["unchanged"]))
    if report["letters"]:
        letters = report["letters"]
        parts.append(
            say("tui_cases.done-letters", first=letters[0], last=letters[-1], size=len(letters))
        )
    if report["refused"]:
        first = report["refused"][0]["problems"][0]
        parts.append(
            say("tui_cases.done-refused", size=len(report["refused"]), why=unmet_words(first))
        )
    return say("common.semicolon").join(parts)
