"""Facts from texts typed by hand or read from a file, by the type that the kind gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.kind_model import Fact, Kind
from yaohao.planner.follow_up.needs import fact_problems
from yaohao.planner.vocabulary.problems import Problem, raise_all
from yaohao.planner.vocabulary.terms import NO, YES
from yaohao.planner.vocabulary.text import tidy


def read_facts(kind: Kind, texts: Mapping[str, object]) -> dict[str, FactValue]:
    """The facts of a kind from texts; values that are typed already stay as they are.

    Raises:
        PlannerError: with every fact that the kind does not have or that is not of its type.
    """
    facts: dict[str, FactValue] = {}
    problems: list[Problem] = []
    for name, value in texts.items():
        fact = kind.facts.get(name)
        typed = read_fact(fact, value) if fact is not None and isinstance(value, str) else value
        facts[name] = cast("FactValue", typed)  # judged in the next line
        problems += fact_problems(kind, {name: facts[name]})
    raise_all(problems)
    return facts


def read_fact(fact: Fact, text: str) -> FactValue:
    """A fact from its text; the text itself where it is not of the type."""
    text = tidy(text)
    if fact.type == "yes":
        word = text.casefold()
        return True if word in YES else False if word in NO and word else text
    if fact.type == "count":
        return int(text) if text.isascii() and text.isdigit() else text
    if fact.type == "day":
        return _day(text)
    if fact.type in ("days", "codes"):
        parts = [tidy(part) for part in text.replace("，", ",").split(",")]
        return [_day(part) if fact.type == "days" else part for part in parts if part]
    return text


def _day(text: str) -> str:
    for form in (text, text.replace("/", "-").replace(".", "-")):
        try:
            return date.fromisoformat(form).isoformat()
        except ValueError:
            continue
    return text
