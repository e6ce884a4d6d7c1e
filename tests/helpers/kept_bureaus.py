"""Workspaces that many tests begin with: made once for all workers of a run, and copied for each.

Only a workspace that nothing ties to its place is kept: rows set aside name the file that they came
from. Whoever moves the clock, or has files open to others, gets one made on the spot.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from helpers.clock_at import is_moved

Key = tuple[object, ...]
_kept: dict[Key, Path | None] = {}
"""Folders with a `bureau` and the files it was made of; None where that is tied to its place."""
_keys: dict[Path, Key] = {}
"""With what key a workspace was filled that a test has."""


def filled(folder: Path, make: Callable[[Path], Path], what: Key) -> Path:
    """The workspace that `make` makes in a folder of what it is given."""
    workspace = folder / "bureau"
    key = (*what, *_surroundings())
    if workspace.exists() or is_moved() or _umask() != _USUAL:
        return make(folder)
    if key not in _kept:
        place = _made_once(key, make)
        _kept[key] = None if _is_tied(place / "bureau") else place
    kept = _kept[key]
    if kept is None:
        return make(folder)
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    _keys[workspace] = key
    return workspace


def walked(workspace: Path, walk: Callable[[Path], None], upto: str) -> None:
    """Do with a workspace what `walk` does; of one that is as it was made, copy what that gave."""
    key = _keys.get(workspace)
    if key is None or key[-len(_surroundings()) :] != _surroundings() or is_moved():
        walk(workspace)
        return
    filled_one = _kept[key]
    if filled_one is None or _content(workspace) != _content(filled_one / "bureau"):
        walk(workspace)
        return

    def make(place: Path) -> None:
        walk(Path(shutil.copytree(workspace, place / "bureau")))

    walked_one = _made_once((*key, upto), make)
    shutil.copytree(walked_one / "bureau", workspace, dirs_exist_ok=True)


def kept(make: Callable[[Path], object], what: Key) -> Path:
    """A folder in which `make` made something, once for all: it is only looked at."""
    return _made_once((*what, *_surroundings()), make)


def share(folder: Path) -> None:
    """Keep them in a folder from now on, which other workers of the same run have too."""
    _shared[:] = [folder]


_shared: list[Path] = []


def _made_once(key: Key, make: Callable[[Path], object]) -> Path:
    """A folder in which `make` made something; the first worker to ask for it does that."""
    base = _shared[0] if _shared else Path(_own().name)
    base.mkdir(parents=True, exist_ok=True)
    place = base / hashlib.sha256(repr(key).encode()).hexdigest()[:20]
    is_made = place.with_suffix(".made")
    with _alone(place.with_suffix(".lock")):
        if not is_made.exists():
            shutil.rmtree(place, ignore_errors=True)  # of one whose making failed
            place.mkdir()
            make(place)
            is_made.touch()
    return place


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """No other worker is in the block meanwhile; where files cannot be locked there is but one."""
    with file.open("w") as lock:
        try:
            import fcntl
        except ImportError:
            pass
        else:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _own() -> tempfile.TemporaryDirectory[str]:
    """Where they lie if nobody shares them; it goes with the process."""
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
