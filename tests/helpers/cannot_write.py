"""A workspace on a medium without the right to write, for a process that may write everywhere."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from yaohao.planner.storage import connection as database
from yaohao.planner.vocabulary.problems import PlannerError


def cannot_write(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """As on a medium without the right to write: no file can be opened so, nor by SQLite."""
    whole = database._connect

    def connect(path: Path, uri: str) -> Any:
        if uri.endswith("mode=rw") and "yaohao-" not in uri:
            problem = database.numbered_problem(number, str(path))
            raise PlannerError(problem)
        if uri.endswith("mode=ro") and not path.with_name(path.name + "-shm").exists():
            raise PlannerError(database.numbered_problem(errno.EROFS, str(path)))
        return whole(path, uri)

    monkeypatch.setattr(database, "_connect", connect)

    def acquire(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("filelock.FileLock.acquire", acquire)
