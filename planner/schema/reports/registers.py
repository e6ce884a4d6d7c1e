"""Reports on registers and on the workspace as a whole."""

from __future__ import annotations

from typing import TypedDict


class RegisterReport(TypedDict):
    """`yaohao register`: what is in the registers."""

    registers: dict[str, int]
    """Rows by register: entities, inspectors, items, leads, lists."""
    entities: dict[str, dict[str, int]]
    """Entities by the values of their tier, kind, status, region and key fields."""
    set_aside: list[SetAsideCount]


class SetAsideCount(TypedDict):
    """Rows set aside of one register, for one reason."""

    register: str
    reason: str
    n: int
    """How many rows."""


class RegisterSize(TypedDict):
    """Size of a register at a glance."""

    size: int
    set_aside: int
    """Rows set aside and not yet repaired."""
