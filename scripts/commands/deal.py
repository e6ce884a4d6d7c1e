"""`yaohao deal`: the crew round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from scripts.face import act, open_workspace
from scripts.output import fact, facts, finish, note
from scripts.seeds import check_seed, seed_facts, seed_options, taken_seed, warn_before, warn_round


@act("deal")
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
    with closing(open_workspace()) as bureau:
        warn_before(bureau, draw)
        seed, source = taken_seed(bureau, draw, seeds, source, drand, signature)
        told = bureau.deal(draw, seed, source, witnesses)
    finish(told, show_deal)
    warn_round(told, "crew")
    note("after-deal", draw=draw)


def show_deal(told: Mapping[str, Any]) -> None:
    """Print how many crews were dealt, and how even the loads are."""
    loads = f"{told['least_load']} .. {told['most_load']}"
    facts([*seed_facts(told), fact("dealt", told["dealt"]), fact("loads", loads)])
