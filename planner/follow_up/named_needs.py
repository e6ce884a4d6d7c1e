"""What is wrong with an act, with the names that a kind has for what the problem is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from yaohao.planner.follow_up.kind_model import Kind, MessageRule, Words
from yaohao.planner.vocabulary.named import Named
from yaohao.planner.vocabulary.problems import Problem

_FACTS = frozenset(
    {"case.need-fact", "case.opening-fact", "case.unknown-fact", "case.fact-type", "case.private"}
)
_STEPS = frozenset({"case.need-state"})
_NAME = re.compile(r"[a-z][a-z0-9_]*(?![a-z0-9_:(])")
_PLAIN = frozenset({"and", "or", "not", "yes", "no", "in", "is", "today"})


CORRECTION = Named("correct", "更正", "A correction", is_typed=False)
"""What correcting is called among the steps of a case."""


def in_names(kind: Kind, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems; ids of the kind in their parameters know their words."""
    return tuple(Problem(one.code, _params(kind, one)) for one in problems)


def kind_named(kind: Kind) -> Named:
    """The id of a kind with its words."""
    return Named(kind.id, *kind.words)


def step_named(kind: Kind, step: str) -> str:
    """The id of a step with its words; as it is where the kind has none of it."""
    return _named(step, kind.steps[step].words if step in kind.steps else None)


def no_step(kind: Kind, step: str, known: Iterable[str]) -> Problem:
    """That a kind has no step of an id; `known` are the ids of those that may be meant."""
    named = [step_named(kind, one) for one in known]
    return Problem("case.no-step", {"kind": kind_named(kind), "step": step, "known": named})


def facts_named(kind: Kind, names: Iterable[str]) -> list[str]:
    """The ids of facts with their words."""
    return [_named(one, kind.facts[one].words if one in kind.facts else None) for one in names]


def message_named(message: MessageRule) -> Named:
    """The id of a message with its words."""
    return Named(message.id, *message.words)


def _params(kind: Kind, problem: Problem) -> dict[str, Any]:
    params = dict(problem.params)
    for name, value in params.items():
        if name == "known" and isinstance(value, list):
            params[name] = [_of(kind, problem.code, "known", one) for one in value]
        elif isinstance(value, str):
            params[name] = _of(kind, problem.code, name, value)
    return params


def _of(kind: Kind, code: str, name: str, value: str) -> str:
    if isinstance(value, Named):
        return value  # it has its words
    if name == "kind":
        return kind_named(kind)
    if name == "step":
        return step_named(kind, value)
    if name == "state":
        words = kind.states[value].words if value in kind.states else None
        return _named(value, words)
    if name == "message":
        words = kind.messages[value].words if value in kind.messages else None
        return _named(value, words)
    if name in ("condition", "rule"):
        return _sentence(kind, value)
    if name == "known" and code in _STEPS:
        return step_named(kind, value)
    if name in ("found", "other", "known"):
        if code in _FACTS:
            return _named(value, kind.facts[value].words if value in kind.facts else None)
        return _named(value, kind.documents.get(value))
    return value


def _named(text: str, words: Words | None) -> str:
    return text if words is None else Named(text, words.zh, words.en)


def _sentence(kind: Kind, text: str) -> str:
    """A condition or a rule in which facts are called by their words."""

    def worded(place: int) -> str:
        def word(match: re.Match[str]) -> str:
            if match[0] not in kind.facts or match[0] in _PLAIN:
                return match[0]
            return f"\u201c{kind.facts[match[0]].words[place]}\u201d"

        return _NAME.sub(word, text)

    return Named(text, worded(0), worded(1), is_typed=False)
