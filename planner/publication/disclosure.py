"""What may not be public, settled in one place.

Tiers, with cells and chances, where the plan hides them; inspectors' names as the workspace's
setting says; personal telephone numbers, identity numbers and secrets never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INSPECTORS = ("number", "masked", "shown")
"""How an inspector stands in a publication: number alone, masked name and number, both whole."""

TIER_COLUMNS = ("cell", "expected", "ticket")
"""Columns of a visit that would give a tier away, and are left out where tiers are hidden.

A ticket tells how high the threshold of its cell must be, and with it the tier."""


def tiers_shown(plan: Mapping[str, Any]) -> bool:
    """Whether the plan makes tiers, and with them chances, public."""
    return bool(plan["publication"]["tiers"] == "shown")


def masked_name(name: str) -> str:
    """A person's name as it is masked: its first character and an asterisk (张*)."""
    return f"{name[:1]}*" if name else ""


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """What a publication shows: whether tiers, and inspectors in which of `INSPECTORS`."""

    tiers: bool
    inspectors: str

    def inspector(self, inspector_id: str, name: str) -> str:
        """An inspector as the public may read of them; the number is public in any case."""
        if self.inspectors == "number" or not name:
            return inspector_id
        shown = name if self.inspectors == "shown" else masked_name(name)
        return f"{shown} ({inspector_id})"


def policy_of(plan: Mapping[str, Any], inspectors: str = "number") -> DisclosurePolicy:
    """The policy of a draw: its plan's `publication` table and the workspace's setting."""
    return DisclosurePolicy(tiers_shown(plan), inspectors)
