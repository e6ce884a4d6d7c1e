"""`yaohao deal`: the crew round."""

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


@cli_command("deal")
@seed_options
def command(
    draw: str,
    seeds: Sequence[str],
    drand: int | None,
    signature: str,
    source: str,
    witnesses: Sequence[str],
) -> None:
    """Deal the inspectors."""
    check_seed(seeds, drand, signature)
    with open_workspace() as workspace:
        warn_before(workspace, draw)
        seed, source = taken_seed(workspace, draw, seeds, source, drand, signature)
        told = workspace.deal(draw, seed, source, witnesses)
    finish(told, show_deal)
    warn_round(told, "crew")
    note("after-deal", draw=draw)


def show_deal(told: Mapping[str, Any]) -> None:
    """Print how many crews were dealt, and how even the loads are."""
    loads = f"{told['least_load']} .. {told['most_load']}"
    facts([*seed_facts(told), fact("dealt", told["dealt"]), fact("loads", loads)])
