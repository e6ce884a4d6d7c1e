"""`yaohao draw`: the selection round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from scripts.face import act, open_workspace
from scripts.output import fact, facts, finish, note
from scripts.seeds import read_seed, seed_facts, seed_options, warn_round


@act("draw")
@seed_options
def command(draw: str, seed: str, source: str, witnesses: Sequence[str]) -> None:
    """Draw the entities."""
    with closing(open_workspace()) as bureau:
        told = bureau.draw(draw, read_seed(seed), source, witnesses)
    finish(told, show_draw)
    warn_round(told)
    note("after-draw", draw=draw)


def show_draw(told: Mapping[str, Any]) -> None:
    """Print what the selection came to."""
    facts(
        [
            *seed_facts(told),
            fact("outcome", told["outcome"]),
            fact("drawn", told["drawn"]),
            fact("directed", told["directed"]),
            fact("reserves", told["reserves"]) if told["reserves"] else None,
        ]
    )
