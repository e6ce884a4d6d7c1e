"""A classification: the rules that decide who is where, in order, as data.

Whoever is in scope stands where the first rule puts it that holds, and else in the pool; whoever is
in the pool is in a cell. Engines carry it out (`planner/engine`); `classify` does it for one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yaohao.planner.plan.conditions import (
    IN_KEY_FIELD,
    IS_NEW,
    TIER,
    Condition,
    Node,
    Row,
    Text,
    columns,
    days,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever `when` holds of stands at `standing`; `reason` says why, as it is published."""

    standing: Literal["directed", "out"]
    reason: Text
    when: Condition


@dataclass(frozen=True, slots=True)
class Classified:
    """Where a row is: its standing, the reason that decided, and its cell if it is in the pool."""

    standing: Literal["pool", "directed", "out"]
    reason: str
    cell: str


@dataclass(frozen=True, slots=True)
class Classification:
    """Who is in scope, where they stand, and in which cell they are.

    `scope` reads the register alone. `tier`, `is_new` and `in_key_field` are what `TIER`, `IS_NEW`
    and `IN_KEY_FIELD` mean; `rules` and `cell` read these besides the register, the leads in force
    and what earlier draws did (`schema/frame.py`).
    """

    scope: Condition
    tier: Text
    is_new: Condition
    in_key_field: Condition
    rules: tuple[Rule, ...]
    cell: Text

    @property
    def derived(self) -> dict[str, Text | Condition]:
        """What a row is told by besides its columns, by name."""
        return {
            TIER.name: self.tier,
            IS_NEW.term.name: self.is_new,
            IN_KEY_FIELD.term.name: self.in_key_field,
        }

    def with_derived(self, row: Row) -> Row:
        """A row with what is derived of it."""
        return {
            **row,
            TIER.name: self.tier.value(row),
            IS_NEW.term.name: self.is_new.holds(row),
            IN_KEY_FIELD.term.name: self.in_key_field.holds(row),
        }

    def classify(self, row: Row) -> Classified | None:
        """Where a row of the register is, joined with leads and earlier draws; None out of scope.

        In Python, a row at a time: what engines must agree with.
        """
        if not self.scope.holds(row):
            return None
        row = self.with_derived(row)
        for rule in self.rules:
            if rule.when.holds(row):
                return Classified(rule.standing, str(rule.reason.value(row)), "")
        return Classified("pool", "", str(self.cell.value(row)))

    def days(self) -> set[str]:
        """All days that rows are compared with."""
        return {day for node in self._nodes() for day in days(node)}

    def columns(self) -> set[str]:
        """All columns that decide where a row is."""
        return {name for node in self._nodes() for name in columns(node)}

    def _nodes(self) -> list[Node]:
        rules = [node for rule in self.rules for node in (rule.when, rule.reason)]
        return [self.scope, self.tier, self.is_new, self.in_key_field, self.cell, *rules]
