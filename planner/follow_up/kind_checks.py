"""Judge a kind when it is loaded: every problem at once, each at the line it comes from.

What a kind must be: every name that it uses is declared; every state can be reached; every state
that is not closed is left by a step and either waits for a named party or has a due whose day is
sure; nothing leaves a closed state but ``reopen``; every step has an actor; the clock decides
nothing and cannot run in a circle; every span has a basis.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from yaohao.planner.follow_up.conditions import Compare, Condition, Setting
from yaohao.planner.follow_up.counting import parse_span
from yaohao.planner.follow_up.kind_model import (
    DayRule,
    DueRule,
    Kind,
    Step,
)
from yaohao.planner.follow_up.kind_reader import KindSource
from yaohao.planner.plan.keys import nearest

_FIELD = re.compile(r"{([^{}]*)}")
_SURE = ("entered", "opened")
Path = tuple[str | int, ...]


def check_kind(source: KindSource, kind: Kind) -> None:
    """Note with `source` everything that is wrong with a kind as a whole."""
    _Checker(source, kind).run()


class _Checker:
    def __init__(self, source: KindSource, kind: Kind) -> None:
        self.source = source
        self.kind = kind
        self.at: dict[tuple[str, str], Path] = {}
        for table, key in (("state", "id"), ("step", "id"), ("due", "name"), ("message", "id")):
            entries = source.data.get(table, [])
            for index, entry in enumerate(entries if isinstance(entries, list) else []):
                if isinstance(entry, dict) and isinstance(entry.get(key), str):
                    self.at.setdefault((table, entry[key]), (table, index))

    def run(self) -> None:
        if self.source.data.get("kind") is None:
            return
        self._values()
        self._openings()
        for step in self.kind.steps.values():
            self._step(step, self.at["step", step.id])
        for due in self.kind.dues.values():
            self._due(due, self.at["due", due.name])
        self._messages()
        self._states()
        self._clock_circle()
        for index, effect in enumerate(self.kind.draw):
            self._names(effect.states, self.kind.states, "state", ("draw", index, "state"))

    def _names(
        self,
        names: Iterable[str],
        known: Mapping[str, object] | tuple[str, ...],
        what: str,
        at: Path,
    ) -> None:
        for name in names:
            if name and name not in known:
                near = nearest(name, tuple(known))
                code = f"unknown-{what}-near" if near else f"unknown-{what}"
                self.source.complain(code, at, found=name, near=near)

    def _condition(self, condition: Condition | None, at: Path) -> None:
        if condition is None:
            return
        self._names(condition.facts(), self.kind.facts, "fact", at)
        for part in condition.comparisons():
            fact = self.kind.facts.get(part.left.fact)
            if fact is None:
                continue
            wanted = {"days_since": "day", "count_in": "days"}.get(part.left.how)
            if wanted and fact.type != wanted:
                self.source.complain(
                    "fact-type", at, found=fact.name, type=fact.type, wanted=wanted
                )
            if fact.type == "code" and not part.left.how:
                literals = part.right if isinstance(part.right, tuple) else (part.right,)
                for value in literals:
                    if not isinstance(value, Setting) and value not in fact.options:
                        self.source.complain(
                            "option", at, found=str(value), known=list(fact.options)
                        )
            if part.sign == "true" and fact.type != "yes":
                self.source.complain("fact-type", at, found=fact.name, type=fact.type, wanted="yes")
        self._names(_settings(condition), self.kind.values, "value", at)

    def _day_rule(self, rule: DayRule | None, at: Path, basis: str) -> None:
        if rule is None:
            return
        self._names(rule.value_names(), self.kind.values, "value", at)
        for name in rule.value_names():
            for entry in self.kind.values.get(name, ()):
                if not _is_span(entry.value):
                    self.source.complain("not-span", at, found=str(entry.value), value=name)
        if rule.base not in _SURE and not rule.base[0].isdigit():
            self._names([rule.base], self.kind.facts, "fact", at)
            fact = self.kind.facts.get(rule.base)
            wanted = "count" if rule.month_day else "day"
            if fact is not None and fact.type != wanted:
                self.source.complain(
                    "fact-type", at, found=fact.name, type=fact.type, wanted=wanted
                )
        if not basis and not rule.value_names():
            self.source.complain("no-basis", at, found=rule.text)

    def _values(self) -> None:
        start = self.kind.in_force[0] or date.min
        for name, entries in self.kind.values.items():
            starts = [entry.start for entry in entries]
            if starts != sorted(set(starts)):
                self.source.complain("values-order", ("values", name), found=name)
            elif starts[0] > start and not self.kind.draft:
                self.source.complain("gap", ("values", name), found=name, day=starts[0].isoformat())
        for fact in self.kind.facts.values():
            if (fact.type in ("code", "codes")) != bool(fact.options):
                self.source.complain("fact-options", ("facts", fact.name), found=fact.name)

    def _openings(self) -> None:
        if not self.kind.openings:
            self.source.complain("no-opening", ("kind",))
        for index, opening in enumerate(self.kind.openings):
            at: Path = ("opens", index)
            self._names([opening.state], self.kind.states, "state", (*at, "state"))
            self._names(opening.needs, self.kind.facts, "fact", (*at, "needs"))
            self._names(opening.gives, self.kind.facts, "fact", (*at, "gives"))
            per = (*self.kind.facts, "subject")
            self._names(opening.once_per, per, "fact", (*at, "once_per"))
            self._condition(opening.when, (*at, "where"))
            if (opening.source == "clock") != bool(opening.on):
                self.source.complain("opening-day", at)

    def _step(self, step: Step, at: Path) -> None:
        kind = self.kind
        self._names(step.sources, kind.states, "state", (*at, "from"))
        self._names([step.target], (*kind.states, "same"), "state", (*at, "to"))
        self._names(step.needs, kind.facts, "fact", (*at, "needs"))
        self._names(step.gives, kind.facts, "fact", (*at, "gives"))
        self._names([step.stamps], kind.facts, "fact", (*at, "stamps"))
        self._names(step.documents, kind.documents, "document", (*at, "documents"))
        self._names([step.series], kind.series, "series", (*at, "number_series"))
        self._names([step.message], kind.messages, "message", (*at, "message"))
        self._names([step.undo], kind.steps, "step", (*at, "undo"))
        self._condition(step.when, (*at, "when"))
        self._condition(step.guard, (*at, "guard"))
        for key, rule in (("not_before", step.not_before), ("not_after", step.not_after)):
            self._day_rule(rule, (*at, key), step.basis)
        if step.stamps and step.stamps in kind.facts and kind.facts[step.stamps].type != "day":
            self.source.complain(
                "fact-type", at, found=step.stamps, type=kind.facts[step.stamps].type, wanted="day"
            )
        if not step.by:
            self.source.complain("no-actor", at, found=step.id)
        target = kind.states.get(step.target)
        if "clock" in step.by and ((target and target.type == "decided") or step.series):
            self.source.complain("clock-decides", at, found=step.id)
        if step.id != "reopen":
            for name in step.sources:
                if name in kind.states and kind.states[name].type == "closed":
                    self.source.complain("closed-step", at, found=step.id, state=name)

    def _due(self, due: DueRule, at: Path) -> None:
        kind = self.kind
        self._names(due.states, kind.states, "state", (*at, "state"))
        self._names(due.done_by, kind.steps, "step", (*at, "done_by"))
        self._condition(due.when, (*at, "when"))
        self._day_rule(due.at, (*at, "at"), due.basis)
        for key, name in (("late", due.late), ("then", due.then)):
            if name in ("", "mark", "none"):
                continue
            self._names([name], kind.steps, "step", (*at, key))
            step = kind.steps.get(name)
            if step is None:
                continue
            if "clock" not in step.by or not set(due.states) <= set(step.sources):
                self.source.complain("not-clock", (*at, key), found=name)
        if any(kind.is_closed(state) for state in due.states if state in kind.states):
            self.source.complain("closed-due", at, found=due.name)

    def _messages(self) -> None:
        kind = self.kind
        known = (*kind.facts, "name", "authority", "due", "day", "letter")
        for message in kind.messages.values():
            at = self.at["message", message.id]
            if message.template not in kind.templates:
                self.source.complain("no-template", at, found=message.template)
        for name, words in kind.templates.items():
            for text in words:
                fields = tuple(_FIELD.findall(text))
                self._names(fields, known, "fact", ("templates", name))

    def _states(self) -> None:
        kind = self.kind
        reached = _reached(kind)
        known = surely_known(kind)
        for state in kind.states.values():
            at = self.at["state", state.id]
            if state.id not in reached:
                self.source.complain("unreachable", at, found=state.id)
            if state.type == "closed":
                continue
            leaving = [step for step in kind.steps_from(state.id) if step.target != "same"]
            dues = list(kind.dues_in(state.id))
            if not leaving and not dues:
                self.source.complain("dead-end", at, found=state.id)
            elif not leaving:
                self.source.complain("no-way-out", at, found=state.id)
            sure = any(_is_sure(due, known.get(state.id, set())) for due in dues)
            if not state.waits and not sure:
                self.source.complain("no-party", at, found=state.id)
        for due in kind.dues.values():
            base = due.at.base
            if due.when is not None or base in _SURE or base[0].isdigit():
                continue
            for name in due.states:
                if base in kind.facts and name in reached and base not in known.get(name, {base}):
                    self.source.complain(
                        "due-no-day-in",
                        self.at["due", due.name],
                        found=due.name,
                        fact=base,
                        state=name,
                    )

    def _clock_circle(self) -> None:
        """Note where steps that the clock takes by itself could run in a circle."""
        moves: dict[str, set[str]] = {}
        for due in self.kind.dues.values():
            for name in (due.late, due.then):
                step = self.kind.steps.get(name)
                if step is not None:
                    for state in due.states:
                        moves.setdefault(state, set()).add(step.leads(state))
        for state in self.kind.states:
            if _leads_back(state, moves):
                self.source.complain("clock-circle", self.at["state", state], found=state)


def _settings(condition: Condition) -> Iterator[str]:
    for part in condition.comparisons():
        if isinstance(part, Compare) and isinstance(part.right, Setting):
            yield part.right.name


def _is_span(value: str | int) -> bool:
    try:
        parse_span(str(value))
    except ValueError:
        return False
    return True


def _is_sure(due: DueRule, known: set[str]) -> bool:
    base = due.at.base
    return due.when is None and (base in _SURE or base[0].isdigit() or base in known)


def _reached(kind: Kind) -> set[str]:
    reached: set[str] = set()
    fresh = {opening.state for opening in kind.openings}
    while fresh:
        reached |= fresh
        fresh = {step.leads(state) for state in fresh for step in kind.steps_from(state)} - reached
    return reached


def surely_known(kind: Kind) -> dict[str, set[str]]:
    """By state, the facts that are known on every way into it: brought, needed, or stamped."""
    known: dict[str, set[str]] = {}
    moves = [(None, opening.state, {*opening.needs, *opening.gives}) for opening in kind.openings]
    moves += [
        (state, step.leads(state), {*step.needs, *step.gives, step.stamps})  # type: ignore[misc]
        for step in kind.steps.values()
        for state in step.sources
    ]
    changed = True
    while changed:
        changed = False
        for state, target, facts in moves:
            if state is not None and state not in known:
                continue
            brought = facts | (known[state] if state is not None else set())
            merged = known[target] & brought if target in known else brought
            if merged != known.get(target):
                known[target] = merged
                changed = True
    return known


def _leads_back(state: str, moves: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    fresh = set(moves.get(state, ()))
    while fresh:
        if state in fresh:
            return True
        seen |= fresh
        fresh = {target for name in fresh for target in moves.get(name, ())} - seen
    return False
