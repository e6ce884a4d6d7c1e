"""What lies under the program, for whoever looks for what is missing; needs no workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.group import PathLike

if TYPE_CHECKING:
    from yaohao.planner.schema.machine_check import Check


def examine(workspace: PathLike | None = None) -> list[Check]:
    """Every check of this machine, and of a workspace where one is given; nothing is changed.

    A check has `name`, `state` (``ok``, ``note``, ``warn``, ``fail``), `found` and `do`.
    """
    from yaohao.planner.reports.doctor import examine_machine, examine_workspace

    checks = examine_machine()
    return checks if workspace is None else [*checks, *examine_workspace(Path(workspace))]


def check_of(name: str, state: str, /, **params: object) -> Check:
    """A check that a front end makes itself, by its name and state."""
    from yaohao.planner.reports.doctor import check_of as made

    return made(name, state, **params)
