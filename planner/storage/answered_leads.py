"""Open leads (线索) about entities that were visited since they came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yaohao.planner.schema.import_report import LeadOfVisit
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.registers import roster_digest


def answered(workspace: WorkspaceFolder, days: Mapping[str, str]) -> list[LeadOfVisit]:
    """The open leads that visits on `days` (entity → ISO date) have answered."""
    return [
        {
            "lead_id": row["lead_id"],
            "entity_id": row["entity_id"],
            "trigger": row["trigger"],
            "opened_on": row["opened_on"],
            "visited_on": days[row["entity_id"]],
        }
        for row in workspace.store.roster("leads")
        if not row["closed_on"]
        and row["entity_id"] in days
        and row["opened_on"] <= days[row["entity_id"]]
    ]


def close_leads(workspace: WorkspaceFolder, leads: Sequence[LeadOfVisit]) -> None:
    """Close leads with the days of their visits, in an act, and note it in the ledger."""
    store = workspace.store
    days = {one["lead_id"]: one["visited_on"] for one in leads}
    rows = [row for row in store.roster("leads") if row["lead_id"] in days]
    store.put_roster("leads", [{**row, "closed_on": days[row["lead_id"]]} for row in rows])
    content = roster_digest("leads", store.roster("leads"))
    store.append({"act": "register", "register": "leads", "what": "visited", "content": content})
