"""Paths as they are typed on the screens."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.workspace import Workspace


def beside(workspace: Workspace, typed: str) -> Path:
    """A path as it was typed; one that is no whole path is beside the workspace."""
    typed = typed.strip()
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"":
        typed = typed[1:-1]
    return workspace.folder.absolute().parent / Path(typed).expanduser()
