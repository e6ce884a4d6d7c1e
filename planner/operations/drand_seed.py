"""A round of drand as the seed of a draw's round, if it came after the commitment."""

from __future__ import annotations

from collections.abc import Mapping

from yaohao.planner.draw.drand import CHAIN, check_is_later, checked_round
from yaohao.planner.schema.draw import RoundName, Stage
from yaohao.planner.schema.reports.draws import DrandReport
from yaohao.planner.schema.seed_part import SeedPart
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse

_ROUND_AT: Mapping[Stage, RoundName] = {Stage.COMMITTED: "select", Stage.STAFFED: "crew"}


def drand_seed(workspace: WorkspaceFolder, draw: str, number: int, signature: str) -> DrandReport:
    """The part that a round of drand gives to the seed of the round of a draw that is due.

    `announced` tells whether the plan named the round before the commitment. Nothing is changed.
    Raises PlannerError where no seed is due, for a wrong signature, for a round that is not later
    than the commitment, and for another round than the plan announced.
    """
    stored = workspace.store.draw(draw)
    name = _ROUND_AT.get(stored.stage)
    round_ = name and stored.round(name)
    if not name or not round_:
        raise refuse("drand.not-due", draw=draw, stage=stored.stage.value)
    beacon = checked_round(number, signature)
    check_is_later(number, round_["committed_at"])
    named = {
        part["round"]: part["source"] for part in round_["announced"] if part["kind"] == "drand"
    }
    if named and number not in named:
        raise refuse("drand.other-round", announced=list(named), round=number)
    part: SeedPart = {
        "kind": "drand",
        "text": beacon.seed,
        "source": named.get(number, ""),
        "chain": CHAIN,
        "round": number,
        "signature": signature.strip().lower(),
    }
    return {
        "draw": draw,
        "round": name,
        "part": part,
        "at": beacon.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "announced": bool(named),
    }
