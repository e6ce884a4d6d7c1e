"""Moments for people: in the zone of the bureau whose workspace is open, with the zone beside."""

from __future__ import annotations

from datetime import tzinfo

from yaohao.planner.vocabulary.clock import moment_words

_chosen: list[tzinfo | None] = []


def choose_zone(zone: tzinfo | None) -> None:
    """Show moments in `zone` from now on in this process; None for the machine's."""
    _chosen[:] = [zone]


def local_moment(moment: str) -> str:
    """A moment of the ledger in the zone chosen, else in the machine's."""
    return moment_words(moment, _chosen[0] if _chosen else None)
