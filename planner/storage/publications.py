"""Whether commitments were published before their seeds, by what the ledger shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from yaohao.planner.draw.withdrawals import TAKEN_BACK
from yaohao.planner.schema.draw import COMMITTED_AT, Draw, RoundName, Stage
from yaohao.planner.storage.folder import WorkspaceFolder


def published_stages(acts: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The stages at which each draw was published, by a ledger's acts."""
    return {draw: shown.stages for draw, shown in shown_draws(acts).items() if shown.stages}


@dataclass
class Shown:
    """What of a draw is public: the stages shown, the last of them, and what came in since."""

    stages: set[str] = field(default_factory=set)
    last: str | None = None
    results: bool = False
    """Whether results came in that are not public."""
    withdrawals: int = 0
    """Withdrawals that are not public; one that was taken back is none."""

    @property
    def news(self) -> bool:
        """Whether results or withdrawals came in that are not public."""
        return self.results or self.withdrawals > 0

    def is_out(self, stage: Stage) -> bool:
        """Whether a draw at that stage is public as it stands."""
        return self.last == stage and not self.news


def shown_draws(acts: Iterable[Mapping[str, Any]]) -> defaultdict[str, Shown]:
    """What of each draw is public, by a ledger's acts; nothing of a draw without any."""
    by_draw: defaultdict[str, Shown] = defaultdict(Shown)
    for act in acts:
        if act.get("act") == "publication":
            shown = by_draw[str(act["draw"])]
            shown.last = str(act["stage"])
            shown.stages.add(shown.last)
            shown.results, shown.withdrawals = False, 0
        elif act.get("act") == "results":
            by_draw[str(act["draw"])].results = True
        elif act.get("act") == "withdrawal":
            by_draw[str(act["draw"])].withdrawals += -1 if act["result"] == TAKEN_BACK else 1
    return by_draw


def is_published(stages: Iterable[str], round_: RoundName) -> bool:
    """Whether the commitment of a round was published before its seed, by a draw's stages.

    A stage ends with the next step, so a publication at the stage of the commitment came before
    the seed.
    """
    return COMMITTED_AT[round_] in stages


def unpublished_rounds(draw: Draw, stages: Iterable[str]) -> list[str]:
    """The rounds of a draw whose seed is known and whose commitment was not published before."""
    published = set(stages)
    return [
        name
        for name in COMMITTED_AT
        if (round_ := draw.round(name)) is not None
        and round_["seed"] is not None
        and not is_published(published, name)
    ]


def unpublished_of(workspace: WorkspaceFolder, draw: Draw) -> list[str]:
    """`unpublished_rounds` of one draw, by the workspace's ledger."""
    acts = (line.act for line in workspace.store.ledger())
    return unpublished_rounds(draw, published_stages(acts).get(draw.id, ()))


def unpublished_seeds(workspace: WorkspaceFolder) -> list[str]:
    """The entries of the ledger's seeds whose commitment had not been published before them."""
    stages: dict[str, set[str]] = {}
    seeds = []
    # For showing the ledger, also a broken one, beside which its place says so.
    for line in workspace.store.ledger(as_it_stands=True):
        act = line.act
        if act.get("act") == "publication":
            stages.setdefault(str(act["draw"]), set()).add(str(act["stage"]))
        elif act.get("act") == "seed" and not is_published(
            stages.get(str(act["draw"]), ()), act["round"]
        ):
            seeds.append(line.entry)
    return seeds


def unpublished_now(workspace: WorkspaceFolder, draw: str) -> str | None:
    """The round of a draw that waits for its seed with a commitment not published, or None."""
    stage = workspace.store.draw(draw).stage
    due = next((name for name, at in COMMITTED_AT.items() if at == stage), None)
    acts = (line.act for line in workspace.store.ledger())
    if due is None or is_published(published_stages(acts).get(draw, ()), due):
        return None
    return due
