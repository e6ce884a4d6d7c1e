"""Imports of a few hundred rows that go through the disk as millions do."""

from __future__ import annotations

import importlib
from pathlib import Path

SMALL = {
    "yaohao.planner.register.entities.HELD": 1,
    "yaohao.planner.register.sorted_runs.BATCH": 7,
    "yaohao.planner.register.range_merging.RANGE": 50,
    "yaohao.planner.register.range_merging._READ": 11,
    "yaohao.planner.register.delimited._CHUNK": 20_000,
    "yaohao.planner.storage.merged_files.MANY_BYTES": 0,
}
"""What decides how much is in memory, so that a few hundred rows do not fit."""


def import_small(folder: str, file: str) -> None:
    """Import entities into a workspace, by the disk; for a process of its own, which is killed."""
    from yaohao.planner.workspace import Workspace

    for name, value in SMALL.items():
        module, _, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, value)
    Workspace(folder).import_files("entities", [Path(file)])
