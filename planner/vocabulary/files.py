"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, which has no such locks; nor does it move or remove what is open
    fcntl = None  # type: ignore[assignment]

NO_HANDLE = -1
"""Stands for a folder where folders cannot be opened."""
ABANDONED = 86_400.0
"""Seconds after which what nobody has changed is nobody's, where there are no locks to tell."""

FRESH = ".yaohao-new-"
"""Names of things being written begin so, and end in 32 random hex digits: they are nobody's."""

_FRESH = re.compile(re.escape(FRESH) + "[0-9a-f]{32}")


def fresh_name() -> str:
    """A name that nobody else has for something being written."""
    return f"{FRESH}{uuid.uuid4().hex}"


def is_fresh(path: Path) -> bool:
    """Whether a name says that it was being written by this program."""
    return _FRESH.fullmatch(path.name) is not None


def held(handle: int) -> bool:
    """Take the lock of an open file or folder, if nobody has it; it falls with the process.

    True too where the system has no such locks.
    """
    if fcntl is None or handle == NO_HANDLE:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def moves_open() -> bool:
    """Whether the system renames and removes what is open, and has locks that fall with a process.

    POSIX does; Windows does neither.
    """
    return fcntl is not None


def is_abandoned(handle: int, path: Path) -> bool:
    """Whether nobody writes an open file or folder any more; its lock is ours then.

    Where the system has no such locks, whether it has been left alone for a day.
    """
    if fcntl is not None:
        return held(handle)
    return time.time() - path.stat().st_mtime > ABANDONED


def open_held(path: Path) -> int:
    """A handle of a file or folder to hold it by; `NO_HANDLE` where folders cannot be opened.

    A link is not followed, where the system can tell: that is an OSError.
    """
    try:
        return os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except PermissionError:
        if fcntl is None and path.is_dir():
            return NO_HANDLE
        raise


def let_go(handle: int) -> None:
    """Close what `open_held` gave, and so give up its lock."""
    if handle != NO_HANDLE:
        os.close(handle)


def named_whole(file: BinaryIO, fresh: Path, path: Path) -> None:
    """Flush a written file and rename it to `path`, its lock held until then.

    Where the system renames nothing that is open, it is closed first.
    """
    file.flush()
    os.fsync(file.fileno())
    if fcntl is None:
        file.close()
    fresh.replace(path)


def sync(path: Path) -> None:
    """Flush a file, or a folder's entries, to the disk.

    Windows flushes no folders, and files only by a handle that may write.
    """
    if fcntl is None and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if fcntl is not None else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file under a fresh name, flush it, and rename it into place.

    An OSError that it raises names `path`, and has in `needed` how many bytes were to be written.
    """
    fresh = path.with_name(fresh_name())
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            held(handle)  # until it has its name: a sweep beside it leaves it alone
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                named_whole(file, fresh, path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        sync(path.parent)
    except OSError as error:
        error.filename = str(path)
        error.needed = len(content)  # type: ignore[attr-defined]
        raise


@contextmanager
def fresh_folder(parent: Path, mode: int = 0o777) -> Iterator[Path]:
    """A new folder below `parent` to fill; what the block does not rename away is removed."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / fresh_name()
    folder.mkdir(mode=mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_folder(fresh: Path, target: Path) -> None:
    """Flush a filled folder and rename it to `target`, in the place of what stood there."""
    for path in fresh.rglob("*"):
        sync(path)
    sync(fresh)
    old = target.with_name(fresh_name())
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def own_file(path: Path) -> None:
    """Make an empty file that only its owner can read, from its first byte; it may not exist."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def sweep(folder: Path) -> None:
    """Remove from a folder what was being written when an act was killed; never through a link.

    The caller holds the lock without which nobody writes there.
    """
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in folder.iterdir():
        if is_fresh(path):
            remove(path)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, as far as the system lets us; nothing behind a link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
