"""The kinds of a workspace: those of the program, its own in ``cases/``, and those in use.

A kind under which a case was opened is read as it was then, whatever its file says now: a case
keeps its rules. A file that says something else is reported as changed, and needs a new version;
only the days for which it is in force may be changed in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from yaohao.planner.follow_up.kinds import Kinds, default_kinds, read_kind, read_kinds
from yaohao.planner.storage.folder import WorkspaceFolder

FOLDER = "cases"
"""The folder of a workspace with kinds of its own."""


@dataclass(frozen=True)
class KindsInUse:
    """All kinds; of each version whether its file is the workspace's own, and changed since."""

    kinds: Kinds
    own: frozenset[tuple[str, str]]
    changed: frozenset[tuple[str, str]]


def kinds_of(workspace: WorkspaceFolder) -> KindsInUse:
    """The kinds of a workspace.

    Raises PlannerError with every problem of all files of ``cases/``, each with its line.
    """
    folder = workspace.folder / FOLDER
    in_use = workspace.store.frozen_kinds()
    stamp = (_stamp(folder), tuple(in_use))
    known = _KNOWN.get(str(workspace.folder.absolute()))
    if known is not None and known[0] == stamp:
        return known[1]
    base = default_kinds()
    there = read_kinds(folder, base=base) if stamp[0] else base
    versions = dict(there.versions)
    own = {key for key, kind in versions.items() if base.versions.get(key) is not kind}
    changed = set()
    for frozen in in_use:
        key = (frozen.kind, frozen.version)
        now = versions.get(key)
        if now is not None and now.text == frozen.text:
            continue
        was = read_kind(frozen.text, f"{frozen.kind}.toml")
        if now is not None:
            # For which days a version is in force is no rule of its cases: its file may end it, so
            # that another version follows.
            was = replace(was, in_force=now.in_force, draft=now.draft, file=now.file)
            if was != now:
                changed.add(key)
        versions[key] = was
    kinds = KindsInUse(Kinds(versions), frozenset(own), frozenset(changed))
    _KNOWN[str(workspace.folder.absolute())] = (stamp, kinds)
    return kinds


_KNOWN: dict[str, tuple[object, KindsInUse]] = {}


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What is another whenever a file of the folder is."""
    if not folder.is_dir():
        return ()
    files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    return tuple(
        (path.name, status.st_size, status.st_mtime_ns) for path in files if (status := path.stat())
    )
