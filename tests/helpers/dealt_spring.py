"""The draw `spring` with its crews dealt: a workspace of the session, and a copy to be changed.

Load it with ``pytest_plugins = ["helpers.dealt_spring"]``; nothing in it asserts.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers.cli import fill, walk


@pytest.fixture(scope="session")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only to be read."""
    workspace = fill(tmp_path_factory.mktemp("dealt"))
    walk(workspace)
    return workspace


@pytest.fixture
def own(dealt: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(dealt, tmp_path / "bureau"))
