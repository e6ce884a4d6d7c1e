"""Writing a proposed plan file, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.faults import system_problem
from yaohao.planner.vocabulary.problems import PlannerError, refuse


def save_proposal(
    workspace: WorkspaceFolder, text: str, to: Path, *, overwrite: bool = False
) -> str:
    """Write the text of a plan into a file; its name. PlannerError where it may not be written."""
    if to.suffix.lower() != ".toml":
        raise refuse("findings.plan-ending", file=str(to))
    if not overwrite and (to.exists() or to.is_symlink()):
        raise refuse("output.exists", file=str(to))
    try:
        outside_writes.write_file(workspace.folder, to, text.encode())
    except OSError as error:
        raise PlannerError(system_problem(error, to)) from error
    return str(to)
