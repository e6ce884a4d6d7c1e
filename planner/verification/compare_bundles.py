"""Whether two publications of a draw tell the same of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding, same
from yaohao.planner.vocabulary.held_rows import MadeRows

_ALWAYS = ("format", "draw", "title", "authority", "as_of", "plan")
_COMMITTED = (
    "plan",
    "frame",
    "lottery",
    "cells_root",
    "counts",
    "bearing",
    "visits",
    "roster",
    "commitment",
    "committed_at",
)
_DEALT = ("inspectors",)
"""What of a visit comes with the crews."""
_LATER = ("result",)
"""What of a visit comes later."""


def record_findings(one: BundleRecord, other: BundleRecord) -> list[Finding]:
    """Whether two bundles tell of the same draw, as far as both have come.

    They may have been written at different stages: what is there in both must be equal, and one
    ledger must go on where the other ends.
    """
    shorter = min(len(one.lines), len(other.lines))
    here, there = ([line.as_text() for line in side.lines[:shorter]] for side in (one, other))
    steps = one.story.steps.keys() & other.story.steps.keys()
    ours, theirs = (_common(side.document, steps) for side in (one, other))
    if one.story.stage == other.story.stage:
        ours["abandoned"], theirs["abandoned"] = (x.document["abandoned"] for x in (one, other))
    return [same("same-ledger", here, there, "ledger.jsonl"), same("same-record", ours, theirs)]


def _common(document: Mapping[str, Any], steps: Any) -> dict[str, Any]:
    """The part of a record that hangs on steps which both publications have seen."""
    part: dict[str, Any] = {key: document[key] for key in _ALWAYS}
    for name in ("select", "crew"):
        if f"seed {name}" in steps:
            part[name] = document[name]
        elif f"commitment {name}" in steps:
            round_ = document[name]
            part[name] = {key: round_[key] for key in _COMMITTED if key in round_}
    if "draw" in steps:
        left_out = _LATER if "crews" in steps else (*_DEALT, *_LATER)
        part["visits"] = _without(document["visits"], left_out)
    return part


def _without(visits: Collection[Mapping[str, Any]], left_out: Collection[str]) -> MadeRows:
    """Visits without some of their columns."""

    def rows() -> Iterator[dict[str, Any]]:
        for visit in visits:
            yield {key: value for key, value in visit.items() if key not in left_out}

    return MadeRows(len(visits), rows)
