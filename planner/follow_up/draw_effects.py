"""What cases do to a draw, in one table made from the kinds.

Nothing here changes a frozen frame, and a tier is only ever proposed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from yaohao.planner.follow_up.conditions import Setting
from yaohao.planner.follow_up.kind_model import DrawEffect, Kind


class EffectRow(NamedTuple):
    """One row of the table: a kind and an effect of it."""

    kind: str
    version: str
    effect: DrawEffect


def effect_table(kinds: Iterable[Kind]) -> tuple[EffectRow, ...]:
    """Every effect of every kind, in the order of the kinds."""
    return tuple(
        EffectRow(kind.id, kind.version, effect)
        for kind in kinds
        for effect in kind.draw
        if effect.link != "none"
    )


def opened_by_result(kinds: Iterable[Kind], result: str, day: date) -> tuple[str, ...]:
    """The kinds that a result code of an inspection opens on `day`, by their own conditions."""
    return tuple(
        dict.fromkeys(
            kind.id
            for kind in kinds
            if kind.holds_on(day)
            for opening in kind.openings
            if opening.source == "finding" and opening.when is not None
            for part in opening.when.comparisons()
            if part.left.fact == "result" and not isinstance(part.right, Setting)
            if result == part.right or (isinstance(part.right, tuple) and result in part.right)
        )
    )
