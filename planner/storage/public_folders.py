"""What may be written where: nothing private among what is public, nothing over what is another's.

Public places are known by the files that mark them, however one gets there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from yaohao.planner.publication.statements import is_evidence
from yaohao.planner.storage import outside_writes
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.whole_folders import is_unfinished, real, write_file

AUDIT_MARK = "frame.parquet"
VERIFIER = "verify.py"
_SUMS = "SHA256SUMS"
_LINE = re.compile(r"[0-9a-f]{64}  ([^/\\]+)")
_UNLISTED = frozenset({_SUMS, f"{_SUMS}.sig", f"{_SUMS}.pub", f"{_SUMS}.tsr"})
_DRAWS = "draws"
_SITE = frozenset({"index.html", "feed.atom", "items.csv"})


def keep_private(path: Path, workspace: Path | None = None) -> None:
    """Refuse to write something private into a publication or a site, or anywhere below one.

    With a `workspace` the folders that its publications go to are public before they are there.
    Raises PlannerError naming the public folder.
    """
    where = real(path)
    for place in (where, *where.parents):
        if is_public(place) or (workspace is not None and _is_to_be(place, workspace)):
            raise refuse("draw.private-in-public", file=str(path), folder=str(place))


def check_alone(to: Path) -> None:
    """Refuse a publication inside another one, or among the stages of a site.

    A stage is never touched again, and what its verifiers do not know does not belong there. Raises
    PlannerError naming the folder that is public already.
    """
    where = real(to)
    for place in where.parents:
        if is_public(place):
            raise refuse("draw.public-in-public", file=str(to), folder=str(place))


def write_private(path: Path, content: bytes, workspace: Path | None = None) -> None:
    """Write a file that only its owner reads, whole or not at all, anywhere but among the public.

    A `workspace` knows of it meanwhile, and where its own publications are to be. Raises
    PlannerError where that is no place for it, or it cannot be written.
    """
    keep_private(path, workspace)
    try:
        outside_writes.write_file(workspace, path, content, private=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(path), found=reason) from error


def put_beside_list(folder: Path, name: str, content: bytes) -> Path:
    """Write a file that SHA256SUMS does not list into a publication, which holds at every instant.

    Unfinished it lies outside the publication, and outside the site that this is a stage of. Raises
    PlannerError where it cannot be written.
    """
    target = real(folder) / name
    around = target.parent.parent
    if around.parent.name == _DRAWS and is_public(around.parent.parent):
        around = around.parent.parent.parent
    with disk_problems(target):
        write_file(target, content, beside=around)
    return folder / name


def is_public(folder: Path) -> bool:
    """Whether a folder is a publication or a site of them."""
    try:
        if (folder / VERIFIER).is_file() and (folder / "draw.json").is_file():
            return not (folder / AUDIT_MARK).exists()
        if (folder / _DRAWS).is_dir() and any((folder / name).is_file() for name in _SITE):
            return True
        return any((folder / _DRAWS).glob(f"*/*/{VERIFIER}"))
    except OSError:
        return False


def _is_to_be(place: Path, workspace: Path) -> bool:
    """Whether a folder is that of a draw's publication in the workspace."""
    from yaohao.planner.storage.database import FILE, Database

    home = real(workspace)
    if place.parent != home / "publications" or not (home / FILE).is_file():
        return False
    store = Database(home)
    try:
        return store.has_draw(place.name)
    finally:
        store.close()


def check_replaceable(draw: str, to: Path, mark: str) -> None:
    """Refuse a folder that an act may not replace: no earlier one of its kind and draw.

    Raises PlannerError with the names of files there that no such act wrote.
    """
    if not to.exists() or (to.is_dir() and not any(to.iterdir())):
        return
    try:
        same = json.loads((to / "draw.json").read_text(encoding="utf-8"))["draw"] == draw
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if not same or not (to / mark).is_file():
        raise refuse("draw.not-a-bundle", folder=str(to), draw=draw)
    known = _listed(to) | _UNLISTED

    def is_ours(path: Path) -> bool:
        return path.is_file() and (path.name in known or is_evidence(path.name))

    check_strangers(to, draw, is_ours)


def check_strangers(to: Path, draw: str, ours: Callable[[Path], bool]) -> None:
    """Refuse a folder in which there is what is not `ours`, by name; links never are."""
    names = sorted(
        path.name
        for path in to.iterdir()
        if path.is_symlink() or not (ours(path) or is_unfinished(path))
    )
    if names:
        shown = ", ".join(names[:5]) + (f" (+{len(names) - 5})" if len(names) > 5 else "")
        raise refuse("draw.strange-files", folder=str(to), draw=draw, found=shown)


def _listed(folder: Path) -> set[str]:
    """The files that a folder's own list names."""
    try:
        lines = (folder / _SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return set()
    return {match[1] for line in lines if (match := _LINE.fullmatch(line))}
