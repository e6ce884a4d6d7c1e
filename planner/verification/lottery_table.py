"""Whether the table of outcomes is the one that the program builds from the cells.

Many tables give every entity its chance; one that was picked by hand might join the lots of two
entities. The program's own is a function of the cells alone, and whoever audits builds it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.draw.lottery.plan_lottery import lottery_of
from yaohao.planner.draw.solver_versions import versions
from yaohao.planner.frame.cells import Cell
from yaohao.planner.plan.model import Plan
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding, holds, same

_PROGRAM = "yaohao"


def table_anew(
    record: BundleRecord, plan: Plan, cells: Sequence[Cell], lottery: Mapping[str, Any]
) -> Finding:
    """The table built again and compared; a note where another version of the program built it."""
    meant = lottery_of(plan, cells)
    comparison = same("lottery-table", meant, dict(lottery), "lottery.json")
    made_with = str(record.story.steps["freeze"].get("made_with", {}).get(_PROGRAM, "-"))
    if comparison.ok:
        return holds("lottery-table", "verify.lottery-table", number=len(lottery["outcomes"]))
    if made_with != (here := versions()[_PROGRAM]):
        params = {"made": made_with, "here": here}
        return Finding("lottery-table", None, "verify.lottery-version", params)
    return comparison
