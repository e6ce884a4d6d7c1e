"""`yaohao deal`: the crew round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from scripts.face import act, open_workspace
from scripts.output import fact, facts, finish, note
from scripts.seeds import read_seed, seed_facts, seed_options, warn_round


@act("deal")
@seed_options
def command(draw: str, seed: str, source: str, witnesses: Sequence[str]) -> None:
    """Deal the inspectors."""
    with closing(open_workspace()) as bureau:
        told = bureau.deal(draw, read_seed(seed), source, witnesses)
    finish(told, show_deal)
    warn_round(told)
    note("after-deal", draw=draw)


def show_deal(told: Mapping[str, Any]) -> None:
    """Print how many crews were dealt, and how even the loads are."""
    loads = f"{told['least_load']} .. {told['most_load']}"
    facts([*seed_facts(told), fact("dealt", told["dealt"]), fact("loads", loads)])
