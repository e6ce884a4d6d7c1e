"""The lock of a workspace: one act at a time, and who holds it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.clock import now
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import refuse

LOCK = "planner.lock"
HOLDER = "planner.holder"
WAIT = 10.0
"""Seconds that an act waits for another to end before it says who holds the workspace."""


@contextmanager
def hold(folder: Path, name: str, wait: float = WAIT) -> Iterator[None]:
    """Hold a workspace's lock; it falls with the process, however that ends.

    Raises PlannerError that names the holder, its machine too, after `wait` seconds, and where the
    folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    holder = folder / HOLDER
    with disk_problems(folder / LOCK):
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise refuse("workspace.held", **_holder(holder), wait=wait) from error
    try:
        own = {"pid": os.getpid(), "host": platform.node(), "act": name, "since": now()}
        with disk_problems(holder):
            holder.write_bytes(json.dumps(own).encode())
        yield
    finally:
        with suppress(OSError):  # what was done is done
            holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> dict[str, Any]:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        known = {key: holder[key] for key in ("pid", "act", "since")}
    except (OSError, ValueError, KeyError, TypeError):
        return {"pid": "?", "host": "?", "act": "?", "since": "?"}
    return {**known, "host": holder.get("host", "?")}
