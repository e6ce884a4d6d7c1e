"""Result of reading files about cases: every row read is accounted for."""

from __future__ import annotations

from typing import Any, TypedDict


class CaseFileReport(TypedDict):
    """`yaohao case import`, `yaohao case filed`: what a file did: ``rows == sum(counts.values()) +
    further + len(refused)``, always.

    `counts` says of the accepted rows what became of them; `further` rows say what an earlier one
    said; `refused` have file, line, reason (``intake.<reason>``) and field.
    """

    files: list[dict[str, str]]
    rows: int
    counts: dict[str, int]
    further: int
    refused: list[dict[str, Any]]
    ignored: list[str]
    entries: list[str]
    dry_run: bool
