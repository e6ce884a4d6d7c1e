"""What the groups of the public door share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaohao.planner.storage.folder import WorkspaceFolder

PathLike = str | Path


class Group:
    """Some of what a workspace does; made by `Workspace`, closed with it."""

    def __init__(self, folder: WorkspaceFolder) -> None:
        """Take the open folder of a workspace."""
        self._workspace = folder
