"""Vouching for codes that exist though they break the rule of their check character."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.schema.reports.registers import VouchReport
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.vouched import check_vouchable, put_vouched, vouched_codes
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import tidy

_LONGEST = 2000  # characters of evidence


def vouch(workspace: WorkspaceFolder, codes: Sequence[str], evidence: str) -> VouchReport:
    """Vouch for codes, with what shows that they exist.

    What comes back is `codes`, `changed`, and `size`, how many are vouched for by now. Raises
    PlannerError for codes that cannot or need not be vouched for, and without evidence.
    """
    shown = tidy(evidence)
    if not shown or len(shown) > _LONGEST:
        raise refuse("vouch.evidence", limit=_LONGEST)
    checked = {check_vouchable(workspace, code): shown for code in codes}
    with workspace.act("vouch"):
        added = put_vouched(workspace, checked)
    return {"codes": sorted(checked), "changed": added > 0, "size": len(vouched_codes(workspace))}
