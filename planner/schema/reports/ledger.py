"""Reports on the ledger."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class LedgerLine(TypedDict):
    """One line of the ledger."""

    line: NotRequired[int]
    """Number of the line, from 1; as the command prints it."""
    previous: str
    """Entry of the line before, 64 zeros in the first."""
    act: dict[str, Any]
    """The act, by its kind: see the acts of the ledger below."""
    entry: str
    """Digest of `previous` and `act`."""
    unpublished: NotRequired[bool]
    """True for a seed whose commitment had not been published before it."""


class LedgerReport(TypedDict):
    """`yaohao log`: every act."""

    ledger: list[LedgerLine]


class ChainReport(TypedDict):
    """`yaohao log --verify`: the chain holds."""

    lines: int
    head: str | None
    """Entry of the last line."""
