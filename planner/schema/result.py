"""A row of results (检查结果), as files have it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict


class ResultState(StrEnum):
    """How far a result is on its way to the public."""

    ENTERED = "entered"
    REVIEWED = "reviewed"
    PUBLISHED = "published"


class ResultRow(TypedDict):
    """What a visit found, by entity and item; without an item it is about all of the visit's."""

    entity_id: str
    item_id: str
    visited_on: str
    method: str
    result: str
    follow_up: str
    follow_up_closed_on: str
