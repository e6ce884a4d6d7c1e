"""Leniency: the measure that a rule proposes on facts. A person decides.

Nothing is proposed where a bottom line is touched, nor while it is not known whether it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from yaohao.planner.follow_up.conditions import Condition, FactValue, parse_condition

FILE = Path(__file__).with_name("leniency.toml")
_UNSETTLED = (None, True)


@dataclass(frozen=True)
class Proposal:
    """What is proposed, by which rule and on what basis; or what must be known first.

    `measure` is empty where nothing is proposed; `never` says that nothing may be, and `missing`
    names the facts that are asked for.
    """

    measure: str
    rule: str
    basis: str
    never: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeniencyRules:
    """The rules in their order, and when nothing is proposed."""

    never: Condition
    rules: tuple[tuple[str, Condition, str, str], ...]


@cache
def read_rules(path: Path = FILE) -> LeniencyRules:
    """The rules of a file; each has an id, a condition, a measure and a basis."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(
        (one["id"], parse_condition(one["when"]), one["measure"], one["basis"])
        for one in data["rule"]
    )
    return LeniencyRules(parse_condition(data["settings"]["never"]), rules)


def propose(
    facts: Mapping[str, FactValue], today: date, rules: LeniencyRules | None = None
) -> Proposal:
    """The first rule that holds; nothing at a bottom line, or before that is settled."""
    rules = rules or read_rules()
    never = rules.never.value(facts, today)
    if never in _UNSETTLED:
        missing = [] if never else [one for one in rules.never.facts() if facts.get(one) is None]
        return Proposal("", "never" if never else "", "", bool(never), tuple(missing))
    for name, condition, measure, basis in rules.rules:
        if condition.value(facts, today) is True:
            return Proposal(measure, name, basis)
    return Proposal("ordinary", "", "")
