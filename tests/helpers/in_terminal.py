"""The screens in a terminal of their own, as a process that can be told to end."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def begin(
    workspace: Path | None, *, jobs: str = "", here: Path = ROOT
) -> tuple[Any, int, list[Any]]:
    """The screens in a pty of their own, and how the terminal was set before.

    Without a workspace it is the folder `here` in which they are begun. `jobs` is run before.
    """
    own = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
    code = f"{own}\n{path}\n{jobs}\nfrom yaohao.scripts.cli import main\nmain()"
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    before = termios.tcgetattr(slave)
    words = ["--workspace", str(workspace)] if workspace else []
    environment = {name: value for name, value in os.environ.items() if name != "YAOHAO_WORKSPACE"}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "tui", *words, "--lang", "en"],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env={**environment, "TERM": "xterm-256color"}, cwd=here,
    )  # fmt: skip
    return process, master, [slave, before]


def read(master: int, until: str, within: float = 20.0) -> str:
    """What the terminal was sent, up to some words or the end of the time."""
    found, end = b"", time.monotonic() + within
    while until.encode() not in found and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                found += os.read(master, 65536)
            except OSError:
                break
    return found.decode(errors="replace")


def rest(master: int, process: Any, within: float = 8.0) -> str:
    """What the terminal is sent until the program has ended."""
    found, end = "", time.monotonic() + within
    while process.poll() is None and time.monotonic() < end:
        found += read(master, "\0", 0.1)
    return found + read(master, "\0", 0.2)
