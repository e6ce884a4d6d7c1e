"""What the compliance checklist (合规指导清单) is made from: own results by industry."""

from __future__ import annotations

from typing import TypedDict


class ChecklistItem(TypedDict):
    """An item that an industry often fails: what is looked at and why, how often it was found."""

    item_id: str
    name: str
    content: str
    """What is looked at."""
    basis: str
    method: str
    visits: int
    """Businesses of the industry in which the item was inspected."""
    found: int
    """Businesses among them in which something was found."""
    results: dict[str, int]
    """What was found, by code."""


class ChecklistIndustry(TypedDict):
    """An industry with its items, the most frequent first."""

    industry: str
    visits: int
    found: int
    items: list[ChecklistItem]
    left_out: int
    """Items with something found that are too rare, or beyond the length."""


class ChecklistReport(TypedDict):
    """`yaohao report checklist`: the draft of a checklist: results of visits from `first` to
    `last`.
    """

    first: str
    last: str
    as_of: str
    authority: str
    rehearsal: bool
    least: int
    """Businesses in which something must have been found for an item to be listed."""
    most: int
    """Items of an industry at most."""
    industries: list[ChecklistIndustry]
