"""A check of the machine or of a workspace, as `yaohao doctor` tells it."""

from __future__ import annotations

from typing import TypedDict


class Check(TypedDict):
    """One thing looked at."""

    name: str
    state: str
    """``ok``, ``note`` (an optional part is missing), ``warn`` or ``fail``."""
    found: str
    """What was found, in words."""
    do: str
    """What to do about it, in words; "" where that is nothing."""
