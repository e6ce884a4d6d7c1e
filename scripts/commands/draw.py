"""`yaohao draw`: draw the entities (selection round)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from yaohao.scripts.command_base import cli_command
from yaohao.scripts.output import (
    fact,
    facts,
    note,
)
from yaohao.scripts.seeds import EnteredSeed, hold_round, seed_facts, seed_options


@cli_command("draw")
@seed_options
def command(draw: str, **entered: Unpack[EnteredSeed]) -> None:
    """Draw the entities; without a draw those that wait are listed."""
    held = hold_round(draw, "select", entered, show_draw)
    if held:
        note("after-draw", draw=held)


def show_draw(report: Mapping[str, Any]) -> None:
    """Print the result of the selection."""
    facts(
        [
            *seed_facts(report),
            fact("outcome", report["outcome"]),
            fact("drawn", report["drawn"]),
            fact("directed", report["directed"]),
            fact("reserves", report["reserves"]) if report["reserves"] else None,
        ]
    )
