"""What acts leave in a workspace: killed ones, and files that its database does not know.

Only what carries our mark is ever removed: names of things being written, which are random, and the
files that an act noted before it gave them their names, if the database stands where it stood then.
Whatever else lies there may be all that is left of a published commitment, or be somebody's own: it
is kept, and told.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from yaohao.planner.storage.connection import beside
from yaohao.planner.storage.database import FILE, Database
from yaohao.planner.storage.layout import FRAMES, SNAPSHOTS, TRIALS
from yaohao.planner.storage.migrations import copies
from yaohao.planner.vocabulary import files
from yaohao.planner.vocabulary.files import is_fresh, remove, sync

INTENTION = "planner.unfinished"
"""Names the files of an act that has not ended, as long as it has not."""

_OURS = re.compile(
    r"register/entities/[0-9]{6}-[0-9a-f]{16}(-[0-9]+)?\.parquet|frames/[0-9a-f]{64}"
)


def intend(folder: Path, store: Database, path: Path) -> None:
    """Note, before an act gives a file or folder its name, that it is the act's."""
    document = {"head": store.head(), "files": [path.relative_to(folder).as_posix()]}
    note = folder / INTENTION
    handle = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:  # half of it says nothing, and nothing was renamed then
        file.write(json.dumps(document).encode())
        file.flush()
        os.fsync(file.fileno())
    sync(folder)


def forget(folder: Path) -> None:
    """Take the note away: the act has ended, and the database names its files."""
    with suppress(OSError):  # the next act does it
        (folder / INTENTION).unlink(missing_ok=True)


def sweep(folder: Path, store: Database) -> None:
    """Remove what a killed act left behind; the caller holds the workspace."""
    for part in (SNAPSHOTS, FRAMES):
        if not _is_linked(folder, part):
            files.sweep(folder / part)
    if not _is_linked(folder, TRIALS) and (folder / TRIALS).is_dir():
        for trial in sorted((folder / TRIALS).iterdir()):
            if trial.is_dir() and not trial.is_symlink():
                files.sweep(trial)
    for name in _noted(folder, store):
        path = folder / name
        if not _is_linked(folder, path.parent.relative_to(folder)):
            remove(path)
    forget(folder)


def _noted(folder: Path, store: Database) -> list[str]:
    """The files that a killed act noted and the database, which stands as then, does not name."""
    path = folder / INTENTION
    if path.is_symlink() or not path.is_file():
        return []
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        names = [name for name in document["files"] if _OURS.fullmatch(name)]
        head = document["head"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if head != store.head():  # the act ended, or the database is another: nothing is the act's
        return []
    known = named(store)
    return [name for name in names if name not in known]


def named(store: Database) -> set[str]:
    """The files and folders that the database names, below the workspace's folder."""
    names = {(SNAPSHOTS / file).as_posix() for file in store.snapshot_files()}
    return names | {(FRAMES / frame.root).as_posix() for frame in store.frames()}


def strangers(folder: Path, store: Database) -> list[dict[str, Any]]:
    """What lies among snapshots and frames that the database does not name, by folder.

    Each has `folder`, `size` (how many) and `names`, the first three. What an act is writing now,
    or a killed one left, is none of them.
    """
    known = named(store) | set(_noted(folder, store))
    strange = []
    for part in (SNAPSHOTS, FRAMES):
        place = folder / part
        linked = _is_linked(folder, part)
        try:
            names = sorted(
                path.name
                for path in place.iterdir()
                if (part / path.name).as_posix() not in known and (linked or not is_fresh(path))
            )
        except OSError:
            continue
        if names:
            strange.append({"folder": part.as_posix(), "size": len(names), "names": names[:3]})
    return strange


def missing(folder: Path, store: Database) -> list[str]:
    """The files and folders that the database names and that are not there."""
    return sorted(name for name in named(store) if not (folder / name).exists())


def tighten(folder: Path) -> None:
    """Take others' rights from what holds secrets, where an earlier program left them some."""
    for path in _private(folder):
        with suppress(OSError):  # `loose` tells of it
            if path.stat().st_mode & 0o077:
                path.chmod(path.stat().st_mode & 0o7700)


def loose(folder: Path) -> list[str]:
    """What others than the owner may read although it holds secrets."""
    loose_paths = []
    for path in _private(folder):
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                loose_paths.append(path.relative_to(folder).as_posix())
    return loose_paths


def _private(folder: Path) -> list[Path]:
    if os.name != "posix":
        return []
    private = [path for path in beside(folder / FILE) if path.exists()] + copies(folder / FILE)
    parts = (SNAPSHOTS.parent, SNAPSHOTS, FRAMES)
    return private + [folder / part for part in parts if not _is_linked(folder, part)]


def _is_linked(folder: Path, part: Path) -> bool:
    """Whether a link leads to a part of the workspace, out of it perhaps."""
    return any((folder / one).is_symlink() for one in (part, *part.parents[:-1]))
