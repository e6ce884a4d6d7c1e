"""Faults of the system under the program, told by their number: what failed, where, what to do.

A full disk is no damage: only what is damaged is told so.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yaohao.planner.vocabulary.problems import PlannerError, Problem

_CODES = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "quota",
    errno.EROFS: "read-only",
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.EIO: "broken",
    errno.EMFILE: "too-many-files",
    errno.ENFILE: "too-many-files",
    errno.ENAMETOOLONG: "name-too-long",
    errno.ENOENT: "missing",
    errno.EISDIR: "folder",
    errno.ENOTDIR: "no-folder",
    errno.ELOOP: "loop",
    errno.ENOLCK: "no-locks",
    errno.EBUSY: "in-use",
    errno.ETXTBSY: "in-use",
}


def system_problem(error: OSError, file: str | Path = "", needed: int | None = None) -> Problem:
    """What an error of the system is, as a problem of the area `disk`.

    `file` is what was being read or written, else what the error itself names; `needed` how many
    bytes were to be written, where that is known.
    """
    place = str(file or error.filename or "-")
    needed = getattr(error, "needed", None) if needed is None else needed
    return numbered_problem(error.errno or 0, place, needed, error.strerror or str(error))


def numbered_problem(number: int, file: str, needed: int | None = None, words: str = "") -> Problem:
    """As `system_problem`, of an error number and the file it came with."""
    code = _CODES.get(number, "other")
    if code not in ("full", "quota"):
        return Problem(f"disk.{code}", {"file": file, "found": words or os.strerror(number)})
    params = {"file": file, "free": size_words(free_at(Path(file)))}
    if needed is None:
        return Problem(f"disk.{code}", params)
    return Problem(f"disk.{code}-needed", {**params, "needed": size_words(needed)})


def free_at(path: Path) -> int | None:
    """Bytes free where a file lies or is to lie; None where that cannot be told."""
    for place in (path, *path.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return None


def size_words(size: int | None) -> str:
    """A number of bytes as people read it, the same in both languages."""
    if size is None:
        return "?"
    if size < 10_000:
        return f"{size:,} B"
    return f"{size / 1e3:,.1f} kB" if size < 10_000_000 else f"{size / 1e6:,.1f} MB"


@contextmanager
def disk_problems(file: str | Path = "", needed: int | None = None) -> Iterator[None]:
    """Tell an error of the system in the block as a PlannerError that names the file."""
    try:
        yield
    except OSError as error:
        raise PlannerError(system_problem(error, file, needed)) from error
