"""Paths as they are typed, or dropped on a terminal."""

from __future__ import annotations

from pathlib import Path


def path_below(folder: Path, typed: str) -> Path:
    """A path below a folder, else below where the program was begun.

    Terminals put quotes round a file that is dropped on them.
    """
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"":
        typed = typed[1:-1]
    path = Path(typed).expanduser()
    inside = folder.absolute() / path
    return inside if inside.exists() or not path.exists() else path.absolute()
