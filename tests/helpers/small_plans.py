"""Small plans of every kind, and registers, leads and earlier draws for them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from yaohao.planner.engine.base import Engine
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.leads import leads_in_force, leads_table
from yaohao.planner.frame.prior_draws import table_of
from yaohao.planner.plan.model import (
    Plan,
)
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.triggers import with_entries
from yaohao.planner.schema.entity import schema

from helpers.small_frames import PLAN

TAILS = {
    "least": "",
    "caps": "[tolerance]\nyears = 3\n[low_risk]\ntiers = ['A']\n[limits]\nvisits_per_year = 2\n"
    "days_between = 60\n",
    "shares": "[tolerance]\nyears = 2\nleave_out = '40%'\n[low_risk]\ntiers = ['A', 'B']\n"
    "leave_out = '50%'\n[leads]\ntriggers = ['transfer']\n",
    "coverage": "[tolerance]\nyears = 3\n[limits]\nvisits_per_year = 2\ndays_between = 60\n"
    "[[coverage]]\nwhere = { fields = ['food', 'toys'], region = '1505' }\nwithin_years = 2\n"
    "[[coverage]]\nwhere = { tier = 'B', age = 'old', key = 'other' }\nwithin_years = 3\n",
    "quotas": "[tolerance]\nyears = 3\nleave_out = '0%'\n"
    "[[quota]]\nwhere = { fields = ['food', \"it's\"], industry = 'F5' }\nmin = 1\n"
    "[[quota]]\nwhere = { age = 'new', key = 'key' }\nmax = '90% of draw'\n",
    "lists": "[trigger_based]\ntiers = ['A', 'B']\nobservation_months = 12\nreminder_months = 6\n",
}
LISTS = [
    {"entry_id": f"T-{n}", "item_id": "i1", "content": "c", "measure": "m", "trigger": trigger}
    for n, trigger in enumerate(("complaint", "rumour"), 1)
]
SECRET = "5e" * 32
KEY = "00112233445566778899aabbccddeeff"
DAYS = ("", "2023-12-31", "2024-01-04", "2024-01-05", "2025-03-31", "2025-04-01", "2025-07-05",
        "2026-11-11", "2026-11-12", "2026-11-13", "2027-01-02")  # fmt: skip


def plan_of(tail: str) -> Plan:
    head = PLAN.replace('strata = ["tier"', 'items = ["i1"]\nstrata = ["tier"')
    return with_entries(read_plan(head + TAILS[tail]), LISTS)


def register_rows(number: int, seed: int = 7) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [
        {
            "entity_id": f"e{n:05d}",
            "name": f"店{n}'s",
            "address": "",
            "tier": chance.choice(("", "A", "B", "C", "D")),
            "region": chance.choice(("", "150502", "150581", "220101", "220201")),
            "industry": chance.choice(("", "F", "F51", "H6210")),
            "kind": chance.choice(("enterprise", "individual", "cooperative")),
            "status": chance.choice(("active", "active", "active", "revoked")),
            "established_on": chance.choice(DAYS),
            "inspected_on": chance.choice(DAYS),
            "fields": chance.choice(("", "food", "drug,food", "toys", "foodstuff", "it's")),
            "visits_this_year": chance.randrange(4),
        }
        for n in range(number)
    ]


def lead_rows(rows: list[dict[str, Any]], seed: int = 8) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [
        {
            "entity_id": row["entity_id"],
            "trigger": chance.choice(("complaint", "transfer", "rumour")),
            "opened_on": chance.choice(("", "2026-12-01", "2027-02-01")),
            "closed_on": "",
            "reminded_on": chance.choice(("", "2026-12-20")),
        }
        for row in chance.sample(rows, len(rows) // 6)
    ] + [{"entity_id": "nobody", "trigger": "complaint", "opened_on": "", "closed_on": ""}]


def prior_rows(rows: list[dict[str, Any]], seed: int = 9) -> list[tuple[Any, ...]]:
    chance = random.Random(seed)
    return [
        (row["entity_id"], chance.randrange(3), chance.randrange(2), "2026-11-12", "2027-01-02")
        for row in chance.sample(rows, len(rows) // 6)
    ]


def joined(plan: Plan, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The register's rows with the leads in force and what earlier draws did, in Python."""
    leads = leads_in_force(lead_rows(rows), plan)
    prior = {row[0]: row for row in prior_rows(rows)}
    found = []
    for row in rows:
        lead = leads.get(row["entity_id"])
        _, year, batch, since, until = prior.get(row["entity_id"], ("", 0, 0, "", ""))
        found.append(
            {
                **row,
                **{
                    name: getattr(lead, name) if lead else None
                    for name in ("lead", "entry", "urgent", "reminded")
                },
                "drawn_this_year": year,
                "drawn_by_plan": batch,
                "drawn_until": until if row["inspected_on"] < since else "",
            }
        )
    return found


def written(rows: list[dict[str, Any]], path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema()), path)
    return path


def framed(engine: Engine, plan: Plan, rows: list[dict[str, Any]], path: Path) -> Frame:
    leads, prior = leads_table(plan, lead_rows(rows)), table_of(prior_rows(rows))
    return Frame(plan, engine.classify(classification(plan), written(rows, path), leads, prior))
