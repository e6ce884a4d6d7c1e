"""Rows of the items of inspection (随机抽查事项清单), and of the four lists (四张清单)."""

from __future__ import annotations

from typing import TypedDict


class ItemRow(TypedDict):
    """An item of inspection; texts as the list has them."""

    item_id: str
    name: str
    basis: str
    department: str
    object: str
    content: str
    method: str
    ratio: str
    frequency: str
    importance: str
    """``general`` or ``key``."""
    qualification: str


class ListRow(TypedDict):
    """An entry of the four lists of trigger-based supervision."""

    entry_id: str
    item_id: str
    content: str
    measure: str
    trigger: str
