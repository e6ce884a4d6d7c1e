"""Reasons of recusals, which stand beside them in the rows of the roster of inspectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

REASONS = "recusal_reasons"
"""In a row of an inspector: by entity ``{"reason": ..., "at": ...}`` of what was noted by hand."""


def with_reasons(
    before: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Rows of inspectors as a file has them, with the reasons of the recusals that stay.

    A file has no reasons: a row of it takes the place of the whole earlier one, and where both hold
    a recusal, what was said of it stays true.
    """
    known = {row["inspector_id"]: row.get(REASONS, {}) for row in before}
    return [_kept(row, known.get(row["inspector_id"], {})) for row in rows]


def _kept(row: Mapping[str, Any], reasons: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {entity: reasons[entity] for entity in row["recused"] if entity in reasons}
    return {**row, REASONS: kept} if kept else row
