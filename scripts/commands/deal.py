"""`yaohao deal`: assign the inspectors (crew round)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from yaohao.planner.wording.format import span_words
from yaohao.scripts.command_base import cli_command
from yaohao.scripts.output import (
    fact,
    facts,
    note,
)
from yaohao.scripts.seeds import EnteredSeed, hold_round, seed_facts, seed_options


@cli_command("deal")
@seed_options
def command(draw: str, **entered: Unpack[EnteredSeed]) -> None:
    """Deal the inspectors."""
    held = hold_round(draw, "crew", entered, show_deal)
    if held:
        note("after-deal", draw=held)


def show_deal(report: Mapping[str, Any]) -> None:
    """Print the number of visits assigned and the workloads."""
    loads = span_words((report["least_load"], report["most_load"]))
    facts([*seed_facts(report), fact("dealt", report["dealt"]), fact("loads", loads)])
