"""What cases do to a draw, as files that a person looks at and imports: nothing takes effect here.

`leads.csv` and `status.csv` are imported as leads and into the register of entities, `tiers.csv`
into the register once a person has accepted its proposals, `scope.csv` is for a plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yaohao.planner.publication.visit_tables import table_bytes
from yaohao.planner.schema.reports.cases import EffectFiles
from yaohao.planner.storage.case_effects import (
    EffectOfCase,
    TierProposal,
    effects_by_entity,
    tier_proposals,
)
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.public_folders import keep_private, write_private
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import language

_STATUS = {"suspension": "suspended"}
_LEAD_ID = 16  # characters of the digest that a lead is known by


def write_effects(workspace: WorkspaceFolder, to: Path, *, overwrite: bool = False) -> EffectFiles:
    """Write what cases do to a draw into a folder: leads, status, scope and proposals of classes.

    A lead has an id made from its case, so that importing the file again changes nothing, and as
    its text the kind alone. Raises PlannerError for a public folder, and for files that are there
    and may not be replaced.
    """
    effects = list(effects_by_entity(workspace))
    # Whom a case takes out of the draw is a lead only once somebody finds that it trades.
    out = {one["case"] for one in effects if one["link"] == "out"}
    tables: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
        "leads.csv": (
            ("lead_id", "entity_id", "trigger", "opened_on", "text"),
            [_lead(one) for one in effects
             if one["link"] in ("directed", "lead") and one["case"] not in out],
        ),
        "status.csv": (("entity_id", "status", "kind", "since"), _out(effects)),
        "scope.csv": (
            ("entity_id", "kind", "since"),
            [(one["entity_id"], one["kind"], one["since"]) for one in effects
             if one["link"] == "scope" and one["direction"] != "-"],
        ),
        "tiers.csv": (
            ("entity_id", "name", "tier_now", "tier", "reason"),
            [_tier(one) for one in tier_proposals(workspace, language())],
        ),
    }  # fmt: skip
    keep_private(to, workspace.folder)
    with disk_problems(to):
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in tables:
        if not overwrite and (to / name).exists():
            raise refuse("output.exists", file=str(to / name))
    for name, (headings, rows) in tables.items():
        write_private(to / name, table_bytes(headings, rows), workspace.folder)
    return {"folder": str(to), "files": {name: len(rows) for name, (_, rows) in tables.items()}}


def _lead(one: EffectOfCase) -> tuple[str, ...]:
    digest = document_digest([one["case"], one["entity_id"], one["trigger"]])[:_LEAD_ID]
    trigger = one["trigger"] or one["kind"]
    return (f"case-{digest}", one["entity_id"], trigger, one["since"], one["note"][language()])


def _out(effects: Sequence[EffectOfCase]) -> list[tuple[str, ...]]:
    """The entities that leave the draw; only what a register itself has a status for is one."""
    return [
        (one["entity_id"], _STATUS.get(one["kind"], ""), one["kind"], one["since"])
        for one in effects
        if one["link"] == "out"
    ]


def _tier(one: TierProposal) -> tuple[str, ...]:
    reasons = "；".join(one["reasons"])
    return (one["entity_id"], one["name"], one["tier"], one["proposed"], reasons)
