"""What the cases of a kind do to a draw, as it is told of a plan."""

from __future__ import annotations

from typing import TypedDict


class CaseEffect(TypedDict):
    """An effect of a kind: how many cases have it now, and how many entities stand in them.

    `note` names the kind and what it does, never what a case holds.
    """

    link: str
    kind: str
    kind_words: dict[str, str]
    trigger: str
    direction: str
    note: dict[str, str]
    cases: int
    entities: int
