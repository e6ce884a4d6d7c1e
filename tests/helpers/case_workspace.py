"""A small workspace of a free register in which cases can be opened."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from yaohao.planner.workspace import Workspace

from helpers.cli import write_csv
from helpers.kept_bureaus import filled

DIGEST = "a" * 64
TODAY = "2027-01-05"


def rows(count: int = 12) -> list[dict[str, Any]]:
    """Firms in two regions: the last one new this year, the one before it gone."""
    made = [
        {
            "entity_id": f"firm-{n:02d}",
            "name": f"Firm {n}",
            "tier": "AB"[n % 2],
            "region": ("north", "south")[n % 3 == 0],
            "established_on": "2015-02-02",
            "status": "active",
        }
        for n in range(count)
    ]
    made[-1]["established_on"] = "2027-01-02"
    made[-2]["status"] = "deregistered"
    return made


def bureau(folder: Path, count: int = 12) -> Workspace:
    """A workspace with such a register."""
    return Workspace(filled(folder, partial(_bureau, count=count), ("cases", count)))


def _bureau(folder: Path, count: int) -> Path:
    with Workspace.create(folder / "bureau", "free", authority="Market bureau") as workspace:
        file = write_csv(folder / "entities.csv", rows(count))
        workspace.registers.import_files("entities", [file])
    return folder / "bureau"


def penalty(workspace: Workspace, subject: str = "firm-01", number: str = "12", **more: Any) -> str:
    """A case of a penalty decided on 4 January 2027; its id."""
    facts = {"decided_on": "2027-01-04", "bare": False, "decision_number": number}
    told = workspace.cases.open("penalty", subject, facts=facts, actor="Li", **more)
    return str(told["cases"][0]["id"])


def papers(*names: str) -> dict[str, str]:
    """Documents by name, each with a digest of its own."""
    return {name: sha256(name.encode()).hexdigest() for name in names}
