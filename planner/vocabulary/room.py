"""How much memory the engine may hold, and the folder for what is needed meanwhile.

Both are the process's: a workspace that is opened says what its settings name, and variables of the
environment come before them. Without either the engine has half of the machine's memory, 4 GB at
most, and the folder is that of the system.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from yaohao.planner.vocabulary.problems import refuse

MEMORY, TEMPORARY = "YAOHAO_MEMORY", "YAOHAO_TEMPORARY"
"""The variables of the environment."""
LEAST = 256_000_000
"""Bytes with which an engine can still work: it holds some blocks for each thread."""

_UNITS = {
    "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "MIB": 2**20, "GIB": 2**30, "TIB": 2**40,
}  # fmt: skip
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([KMGT]I?B|%)", re.IGNORECASE)
_SHARE, _ENOUGH = 0.5, 4 * 10**9
"""Of the machine's memory, and bytes at most: DuckDB alone would take four fifths, and it holds
what it may hold. What does not fit goes to the disk."""
_CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_settings: dict[str, str] = {"memory": "", "temporary": ""}


def choose(memory: str, temporary: str) -> None:
    """Take the settings of a workspace for this process; empty ones are as always."""
    _settings.update(memory=memory, temporary=temporary)


def check_memory(text: str) -> None:
    """PlannerError for what is no limit of memory; empty is none asked."""
    if text:
        _bytes(text, text)


def check_temporary(text: str) -> None:
    """PlannerError for what is no folder that can be written, by its whole path."""
    if text and not Path(text).is_absolute():
        raise refuse("room.relative", found=text)
    if text and not _can_be_written(Path(text)):
        raise refuse("room.no-folder", folder=text)


def memory_limit() -> int | None:
    """Bytes that the engine may hold; None where the machine's memory is not known.

    Raises PlannerError where the variable of the environment is none.
    """
    given = os.environ.get(MEMORY, "").strip()
    asked = given or _settings["memory"]
    if asked:
        return _bytes(asked, f"{MEMORY}={given}" if given else asked)
    whole = machine_memory()
    return None if whole is None else max(LEAST, min(_ENOUGH, int(whole * _SHARE)))


def temporary_folder() -> Path:
    """The folder for what is needed meanwhile; PlannerError where the one asked for is gone."""
    asked = asked_folder()
    if asked is None:
        return Path(gettempdir())
    check_temporary(str(asked))
    return asked


def asked_folder() -> Path | None:
    """The folder that the environment or the settings name, whether it is there or not."""
    asked = os.environ.get(TEMPORARY, "").strip() or _settings["temporary"]
    return Path(asked) if asked else None


def _can_be_written(folder: Path) -> bool:
    try:
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except (OSError, ValueError):  # a name that is none
        return False


def _bytes(text: str, shown: str) -> int:
    """A limit in bytes; PlannerError that shows it as it was given."""
    match = _SIZE.fullmatch(text)
    unit = match[2].upper() if match else ""
    if match is None or (unit == "%" and not 0 < float(match[1]) <= 100):
        raise refuse("room.bad-memory", found=shown)
    if unit == "%":
        # Where the machine's memory is not known it is taken for that of a small office computer.
        return max(LEAST, int((machine_memory() or 4 * 10**9) * float(match[1]) / 100))
    size = int(float(match[1]) * _UNITS.get(unit, 1000))
    if size < LEAST:
        raise refuse("room.little-memory", found=shown, least=f"{LEAST // 10**6} MB")
    return size


@cache
def machine_memory() -> int | None:
    """Bytes of memory of this machine, or of the container that we run in; None where unknown."""
    whole = _windows_memory() if sys.platform == "win32" else _posix_memory()
    for file in _CGROUPS:
        with suppress(OSError, ValueError):  # no such file, or "max"
            held = int(Path(file).read_text(encoding="ascii"))
            whole = held if whole is None else min(whole, held)
    return whole


def _posix_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _windows_memory() -> int | None:
    """Kilobytes of memory as Windows tells them, in bytes."""
    if sys.platform != "win32":
        return None
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    if not ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes)):
        return None
    return kilobytes.value * 1024
