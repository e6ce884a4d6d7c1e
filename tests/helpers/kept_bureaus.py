"""Workspaces that many tests begin with: made once in a process, and copied for each.

Only a workspace that nothing ties to its place is kept: rows set aside name the file that they came
from. Whoever moves the clock, or has files open to others, gets one made on the spot.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from helpers.clock_at import is_moved

Key = tuple[object, ...]
_kept: dict[Key, Path] = {}
"""Folders with a `bureau` and the files it was made of; below a step too, where it was walked."""
_keys: dict[Path, Key] = {}
"""With what key a workspace was filled that a test has."""


def filled(folder: Path, make: Callable[[Path], Path], what: Key) -> Path:
    """The workspace that `make` makes in a folder of what it is given."""
    workspace = folder / "bureau"
    key = (*what, *_surroundings())
    if workspace.exists() or is_moved() or _umask() != _USUAL:
        return make(folder)
    if key not in _kept:
        place = Path(tempfile.mkdtemp(dir=_base().name))
        if _is_tied(make(place)):
            return make(folder)
        _kept[key] = place
    shutil.copytree(_kept[key], folder, dirs_exist_ok=True)
    _keys[workspace] = key
    return workspace


def walked(workspace: Path, walk: Callable[[Path], None], upto: str) -> None:
    """Do with a workspace what `walk` does; of one that is as it was made, copy what that gave."""
    key = _keys.get(workspace)
    if key is None or key[-len(_surroundings()) :] != _surroundings() or is_moved():
        walk(workspace)
        return
    if _content(workspace) != _content(_kept[key] / "bureau"):
        walk(workspace)
        return
    if (*key, upto) not in _kept:
        place = Path(tempfile.mkdtemp(dir=_base().name))
        walk(Path(shutil.copytree(workspace, place / "bureau")))
        _kept[*key, upto] = place
    shutil.copytree(_kept[*key, upto] / "bureau", workspace, dirs_exist_ok=True)


@cache
def _base() -> tempfile.TemporaryDirectory[str]:
    """Where they lie; it goes with the process."""
    return tempfile.TemporaryDirectory(prefix="bureaus-")


def _umask() -> int:
    now = os.umask(0o77)
    os.umask(now)
    return now


_USUAL = _umask()


def _surroundings() -> Key:
    """What else a workspace depends on: settings of the program, and the zone of the machine."""
    own = sorted(item for item in os.environ.items() if item[0].startswith("YAOHAO_"))
    return (tuple(own), os.environ.get("TZ"))


def _is_tied(workspace: Path) -> bool:
    with closing(sqlite3.connect(workspace / "planner.db")) as database:
        return bool(database.execute("SELECT count(*) FROM set_aside").fetchone()[0])


def _content(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
