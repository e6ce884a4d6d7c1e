"""What the engine Spark needs of a machine: packages, Java, memory."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

OLDEST_JAVA = 17
"""The oldest Java that Spark 4 runs on."""


def java_version() -> int | None:
    """The version of the Java that Spark would take (21 for Java 21), or None where there is none.

    That of JAVA_HOME, else the first on the path, as Spark looks for it.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if not java:
        return None
    try:
        done = subprocess.run(
            [java, "-version"], capture_output=True, timeout=30, check=True, text=True,
            stdin=subprocess.DEVNULL, errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'version "(\d+)(?:\.(\d+))?', done.stderr + done.stdout)
    if version is None:
        return None
    major = int(version[1])
    return int(version[2] or 0) if major == 1 else major  # Java 8 calls itself 1.8


def missing_packages() -> list[str]:
    """The packages of the extra `spark` that are not installed."""
    return [name for name in ("pyspark", "sqlglot") if find_spec(name) is None]


def missing() -> list[str]:
    """What Spark lacks on this machine: packages, or a Java that is not older than it takes."""
    lacking = missing_packages()
    java = java_version()
    if java is None or java < OLDEST_JAVA:
        lacking.append(f"Java {OLDEST_JAVA}")
    return lacking


def heap() -> tuple[int, int | None]:
    """The megabytes that Java takes at most, half of the machine's, from one gigabyte to eight; and
    the machine's, None where they are not known.
    """
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    except (AttributeError, ValueError, OSError):  # Windows
        return 2048, None
    return max(1024, min(whole // 2, 8192)), whole
