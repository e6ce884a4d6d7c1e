"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FRESH = ".yaohao-new-"
"""Names of things being written begin so; whatever is left of them is nobody's."""


def sync(path: Path) -> None:
    """Flush a file, or a folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file under a fresh name, flush it, and rename it into place."""
    fresh = path.with_name(f"{FRESH}{uuid.uuid4().hex}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextmanager
def fresh_folder(parent: Path) -> Iterator[Path]:
    """A new folder below `parent` to fill; what the block does not rename away is removed."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / f"{FRESH}{uuid.uuid4().hex}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_folder(fresh: Path, target: Path) -> None:
    """Flush a filled folder and rename it to `target`, in the place of what stood there."""
    for path in fresh.rglob("*"):
        sync(path)
    sync(fresh)
    old = target.with_name(f"{FRESH}{uuid.uuid4().hex}")
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def sweep(folder: Path, keep: Callable[[Path], bool]) -> None:
    """Remove from a folder what a killed act left behind: all that `keep` does not know."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name.startswith(FRESH) or not keep(path):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
