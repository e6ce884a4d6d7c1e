"""What a bundle tells, once its files could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.engine.base import LOCALLY, EngineChoice
from yaohao.planner.ledger import Line
from yaohao.planner.verification.ledger_checks import DrawHistory


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
    def early(self) -> list[dict[str, Any]]:
        """The withdrawals before the crew round, as the record tells them."""
        return list(self.document["withdrawals"][: self.story.early])

    @property
    def crew_visits(self) -> list[Mapping[str, Any]]:
        """The visits for which crews are dealt."""
        return made_visits(self.visits, self.early)

    @property
    def visits(self) -> list[dict[str, Any]]:
        """The published visits, reserves too."""
        visits: list[dict[str, Any]] = self.document["visits"]
        return visits
