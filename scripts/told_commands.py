"""Commands that a message tells: they work when they are run, as they stand."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.scripts.command_base import session


def command_line(*words: str) -> str:
    """A command of `yaohao`, quoted for the shell, on the workspace that this one is about."""
    own = ["--workspace", session().workspace] if session().workspace else []
    return shlex.join(["yaohao", *own, *words])


def import_line(register: str, files: Sequence[str], read: Mapping[str, Any], *more: str) -> str:
    """An import with the options that reading took: `map`, `value`, `date_order`, `today`,
    `encoding`, `sheets`, `all_sheets`, `draw`."""
    words = ["import", register]
    for name in ("draw", "date_order", "today", "encoding"):
        if read.get(name):
            words += [f"--{name.replace('_', '-')}", read[name]]
    for sheet in read.get("sheets", ()):
        words += ["--sheet", sheet]
    words += ["--all-sheets"] if read.get("all_sheets") else []
    for name, column in read.get("map", {}).items():
        for one in (column,) if isinstance(column, str) else (*column,) or ("",):
            words += ["--map", f"{name}={one}"]
    for name, texts in read.get("value", {}).items():
        for old, new in texts.items():
            words += ["--value", f"{name}:{old}={new}"]
    paths = ["--", *files] if any(one.startswith("-") for one in files) else list(files)
    return command_line(*words, *more, *paths)
