"""A row of the register of inspectors (执法检查人员名录库)."""

from __future__ import annotations

from typing import NotRequired

from yaohao.planner.schema.visit import RosterRow


class InspectorRow(RosterRow):
    """An inspector, as the roster of a draw has it, and the name."""

    name: str
    recusal_reasons: NotRequired[dict[str, dict[str, str]]]
    """By entity `reason` and `at` of what was noted by hand."""
