"""Where the program remembers things for its user: a convenience that no act hangs on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "YAOHAO_STATE"
"""The folder, where it is to be another than the usual one; empty for none."""


def state_folder() -> Path | None:
    """The user's folder for it, whether it is there or not; None where none is wanted."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home())
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / "yaohao"
