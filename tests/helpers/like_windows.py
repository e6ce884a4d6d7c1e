"""A system that behaves towards files as Windows does, as far as that can be had on Linux.

Files that are open in this process cannot be renamed, replaced or removed, nor folders that hold
such; folders cannot be opened; only what was opened for writing can be flushed; there are no
locks of the kind of POSIX, no `os.fchmod`, and no right to make links.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import filelock
import pytest
from yaohao.planner.vocabulary import files

LACKING = ("fchmod", "fork", "geteuid", "getuid", "O_NOFOLLOW", "O_DIRECTORY")


class InUseError(PermissionError):
    """What is open was to be moved: a fault of the program on Windows."""


def behave_like_windows(patch: pytest.MonkeyPatch) -> list[str]:
    """Behave so until the patch is undone; the list of what was refused for being open."""
    refused: list[str] = []
    for name in LACKING:
        patch.delattr(os, name, raising=False)
    patch.setattr(files, "fcntl", None)
    real = {name: getattr(os, name) for name in ("open", "fsync", "symlink")}

    def open_(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        if Path(os.fsdecode(path)).is_dir():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
        handle: int = real["open"](path, flags, mode, **more)
        return handle

    def fsync(handle: Any) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()
        flags = int(
            Path(f"/proc/self/fdinfo/{number}").read_text().split("flags:")[1].split()[0], 8
        )
        if flags & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        real["fsync"](handle)

    def symlink(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "A required privilege is not held by the client")

    def moving(name: str) -> Any:
        own = getattr(os, name)

        def move(path: Any, *rest: Any, **more: Any) -> Any:
            held = "" if more.get("dir_fd") is not None else _held_below(path)
            if not held and rest and name in ("rename", "replace"):
                held = _held_below(rest[0])
            if held:
                if not held.endswith("lock"):  # filelock tries, and minds nothing
                    refused.append(f"{name} {held}")
                raise InUseError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
            if name == "rename" and os.path.lexists(rest[0]):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(rest[0]))
            return own(path, *rest, **more)

        return move

    patch.setattr(filelock, "FileLock", filelock.SoftFileLock)  # its own way there is another
    patch.setattr(shutil, "_use_fd_functions", False)
    patch.setattr(os, "open", open_)
    patch.setattr(os, "fsync", fsync)
    patch.setattr(os, "symlink", symlink)
    for name in ("rename", "replace", "unlink", "remove"):
        patch.setattr(os, name, moving(name))
    return refused


def _held_below(path: Any) -> str:
    """A file that this process has open, and that is this one or lies in this folder."""
    whole = os.path.realpath(os.path.dirname(os.fsdecode(path)))  # noqa: PTH120
    whole = os.path.join(whole, os.path.basename(os.fsdecode(path)))  # noqa: PTH118, PTH119
    for entry in Path("/proc/self/fd").iterdir():
        try:
            held = os.fspath(entry.readlink())
            is_below = held == whole or held.startswith(whole + os.sep)
            if is_below and stat.S_ISREG(entry.stat().st_mode):
                return held
        except OSError:
            continue
    return ""
