"""`yaohao draw`: the selection round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.scripts.command_base import cli_command, open_workspace
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
)
from yaohao.scripts.seeds import (
    check_seed,
    seed_facts,
    seed_options,
    taken_seed,
    warn_before,
    warn_round,
)


@cli_command("draw")
@seed_options
def command(
    draw: str,
    seeds: Sequence[str],
    drand: int | None,
    signature: str,
    source: str,
    witnesses: Sequence[str],
) -> None:
    """Draw the entities."""
    check_seed(seeds, drand, signature)
    with open_workspace() as workspace:
        warn_before(workspace, draw)
        seed, source = taken_seed(workspace, draw, seeds, source, drand, signature)
        told = workspace.draw(draw, seed, source, witnesses)
    finish(told, show_draw)
    warn_round(told, "select")
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
