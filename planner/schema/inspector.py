"""A row of the register of inspectors (执法检查人员名录库)."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class InspectorRow(TypedDict):
    """An inspector, as the roster of a draw has it, and the name."""

    inspector_id: str
    name: str
    department: str
    regions: list[str]
    """Prefixes of the regions where the inspector works; ``[""]`` is anywhere."""
    qualifications: list[str]
    certificate_until: str
    """ISO date; empty for an auxiliary without certificate."""
    capacity: int | None
    """The most visits in one draw; None for no bound."""
    absent: list[list[str]]
    """First and last day of absences, ISO dates."""
    recused: list[str]
    """Ids of entities that the inspector does not visit."""
    recusal_reasons: NotRequired[dict[str, dict[str, str]]]
    """By entity `reason` and `at` of what was noted by hand."""
