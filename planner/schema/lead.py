"""A row of the register of leads (线索)."""

from __future__ import annotations

from typing import TypedDict


class LeadRow(TypedDict):
    """A complaint, a hint of monitoring, or a case that was handed over; days are ISO dates."""

    lead_id: str
    entity_id: str
    trigger: str
    """``complaint``, ``monitoring``, ``transfer``, or as the bureau calls it."""
    opened_on: str
    closed_on: str
    reminded_on: str
    text: str
