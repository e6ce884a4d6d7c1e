"""The last act, and whether it can be taken back."""

from __future__ import annotations

from typing import Any, TypedDict

from yaohao.planner.vocabulary.problems import ProblemReport


class UndoOffer(TypedDict):
    """What the last act that can be looked at did, and how it is taken back."""

    entry: str
    """Entry of its line in the ledger."""
    at: str
    what: str
    """``recusal``, ``absence``, ``import``, ``withdrawal``, ``case``, or the kind of the act."""
    params: dict[str, Any]
    """What it is about: ``inspector``, ``entity``, ``first``, ``last``, ``register``, ``draw``,
    ``case``, ``event``, ``number``."""
    can: bool
    asks: list[str]
    """What is asked for with it: ``reason``, ``actor``."""
    why_not: ProblemReport | None
    """The problem that stands against it, as JSON."""


class UndoneReport(TypedDict):
    """`yaohao undo`: what was taken back; act and undoing both stay in the ledger."""

    offer: UndoOffer
    dry_run: bool
    entry: str
    """Entry of the last line of the ledger afterwards."""
