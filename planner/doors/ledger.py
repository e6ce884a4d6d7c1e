"""The ledger at the public door: its acts and its chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaohao.planner.doors.group import Group
from yaohao.planner.schema.report_rows import ReportRows
from yaohao.planner.vocabulary.problems import CheckFailed, Problem

if TYPE_CHECKING:
    from yaohao.planner.schema.reports.ledger import ChainReport, LedgerLine


class Ledger(Group):
    """Every act of a workspace, and whether the chain holds."""

    def ledger(self) -> ReportRows[LedgerLine]:
        """Every act: `previous`, `act`, `entry`."""
        return ReportRows(
            {"previous": line.previous, "act": dict(line.act), "entry": line.entry}
            for line in self._workspace.store.ledger(as_it_stands=True)
        )

    def unpublished_seeds(self) -> list[str]:
        """The entries of seeds whose commitment had not been published before them."""
        from yaohao.planner.storage.publications import unpublished_seeds

        return unpublished_seeds(self._workspace)

    def verify_ledger(self) -> ChainReport:
        """Check the chain; CheckFailed with the line at which it breaks."""
        from yaohao.planner.ledger import first_break

        lines = self._workspace.store.ledger(as_it_stands=True)
        fault = first_break(lines)
        if fault is not None:
            params = {
                "row": fault.line,
                "what": fault.what,
                "expected": fault.expected,
                "found": fault.found,
            }
            raise CheckFailed(Problem("ledger.broken", params))
        return {"lines": len(lines), "head": lines[-1].entry if lines else None}
