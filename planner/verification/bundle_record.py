"""What a bundle tells, once its files could be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from yaohao.planner.draw.visits import crew_rows
from yaohao.planner.engine.base import LOCALLY, EngineChoice
from yaohao.planner.ledger import Line
from yaohao.planner.schema.visit import CrewVisit
from yaohao.planner.verification.earlier_file import EarlierEntry, Mismatch, read_earlier
from yaohao.planner.verification.ledger_checks import DrawHistory, stories
from yaohao.planner.verification.schemas import is_older
from yaohao.planner.vocabulary.digest import visit_place_text

Withdrawals = Sequence[Mapping[str, Any]]
_WIDTH = 32


@dataclass(frozen=True)
class BundleRecord:
    """The record of a bundle, its ledger, and its draw's story."""

    folder: Path
    document: dict[str, Any]
    lines: list[Line]
    story: DrawHistory
    engine: EngineChoice = LOCALLY
    """What its frame is checked with, where there is one."""

    @property
    def plan(self) -> dict[str, Any]:
        """The plan document."""
        plan: dict[str, Any] = self.document["plan"]
        return plan

    @property
    def key(self) -> str:
        """The key of the selection."""
        return str(self.document["select"]["key"])

    @property
    def early(self) -> Withdrawals:
        """The withdrawals before the crew round, as the record tells them."""
        return list(self.document["withdrawals"][: self.story.early])

    @property
    def visits(self) -> Sequence[dict[str, Any]]:
        """The published visits, reserves too; every time they are gone through they are new."""
        visits: Sequence[dict[str, Any]] = self.document["visits"]
        return visits

    @cached_property
    def places(self) -> bytes:
        """The places of the visits in the protocol's order (`visit_place`), 32 bytes each."""
        key = self.key
        texts = (visit_place_text(key, visit["entity_id"]) for visit in self.visits)
        return b"".join([sha256(text.encode()).digest() for text in texts])

    @cached_property
    def earlier(self) -> list[EarlierEntry] | Mismatch:
        """The earlier draws of a folder for auditors; raises what `read_earlier` raises."""
        histories, _ = stories(self.lines)
        older = {
            draw
            for draw, history in histories.items()
            if "freeze" in history.steps and is_older(history.steps["freeze"])
        }
        return read_earlier(self.folder, older.__contains__)

    def is_made(self, withdrawals: Withdrawals) -> IsMade:
        """Which visits are to be made after some withdrawals."""
        return IsMade(
            frozenset(one["entity_id"] for one in withdrawals),
            frozenset(one["reserve"] for one in withdrawals),
        )

    def made(self, withdrawals: Withdrawals = ()) -> Iterator[dict[str, Any]]:
        """The visits to be made after some withdrawals, in the protocol's order: the withdrawn left
        out, reserves only where they are used.
        """
        is_made = self.is_made(withdrawals)
        visits: Iterable[dict[str, Any]]
        if self._stand_in_order(withdrawals):
            visits = filter(is_made, self.visits)
        else:
            ranks = [(rank, at) for at, rank in self._ranks(is_made)]
            ranks.sort()
            visits = (self.visits[at] for _, at in ranks)
        for visit in visits:
            yield {**visit, "reserve": False}

    def crew_rows(self, withdrawals: Withdrawals = ()) -> Iterator[CrewVisit]:
        """The rows of the crew round's document after some withdrawals, in order."""
        return crew_rows(self.made(withdrawals), self.plan["crew"]["seats"])

    def _ranks(self, is_made: IsMade) -> Iterator[tuple[int, bytes]]:
        """Where the visits to be made stand, and what they are ordered by."""
        places = self.places
        for at, visit in enumerate(self.visits):
            if is_made(visit):
                own = places[_WIDTH * at : _WIDTH * (at + 1)]
                yield at, (b"0" if visit["standing"] == "pool" else b"1") + own

    def _stand_in_order(self, withdrawals: Withdrawals) -> bool:
        # Nearly always: reserves stand last, and only those that are used are out of their order.
        if not any(one["reserve"] for one in withdrawals):
            return self._stand_in_order_alone
        return self._ascend(self.is_made(withdrawals))

    @cached_property
    def _stand_in_order_alone(self) -> bool:
        return self._ascend(self.is_made(()))

    def _ascend(self, is_made: IsMade) -> bool:
        last = b""
        for _, rank in self._ranks(is_made):
            if rank < last:
                return False
            last = rank
        return True


@dataclass(frozen=True)
class IsMade:
    """Whether a visit is to be made: it is not withdrawn, and no reserve but a used one."""

    gone: frozenset[str]
    used: frozenset[str | None]

    def __call__(self, visit: Mapping[str, Any]) -> bool:
        """Whether that visit is."""
        entity = visit["entity_id"]
        return entity not in self.gone and (not visit["reserve"] or entity in self.used)
