"""What a shell may offer while a command is being typed: read quickly, and nothing is changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.group import PathLike
from yaohao.planner.vocabulary.problems import PlannerError

if TYPE_CHECKING:
    from yaohao.planner.storage.database import Database

_MOST_PLANS = 200


def workspace_at(named: str = "", usual: str = "") -> Path | None:
    """The folder of the workspace that a command would take; None where there is none.

    `named` is the one asked for; without it the nearest at or above the current folder, else the
    `usual` one.
    """
    here = Path.cwd()
    candidates = (
        [Path(named)] if named else [here, *here.parents, *([Path(usual)] if usual else [])]
    )
    return next((one for one in candidates if (one / "workspace.toml").is_file()), None)


def draw_names(folder: PathLike) -> list[str]:
    """The ids of a workspace's draws, the latest first; none where it cannot be read as it is."""
    with _as_it_is(folder) as store:
        return store.draw_ids()[::-1] if store else []


def inspector_ids(folder: PathLike) -> list[tuple[str, str]]:
    """The ids and names of a workspace's inspectors; none where it cannot be read as it is."""
    with _as_it_is(folder) as store:
        rows = store.roster("inspectors") if store else []
        return [(row["inspector_id"], row["name"]) for row in rows]


@contextmanager
def _as_it_is(folder: PathLike) -> Iterator[Database | None]:
    """The database of a workspace, not brought up to date; None where it cannot be opened."""
    from yaohao.planner.storage.database import Database

    try:
        store = Database(Path(folder), as_it_is=True)
    except PlannerError:
        yield None
        return
    try:
        yield store
    finally:
        store.close()


def plan_names(folder: PathLike) -> list[str]:
    """The plan files of a workspace, as one would type them in the current folder."""
    try:
        plans = sorted((Path(folder) / "plans").glob("*.toml"))[:_MOST_PLANS]
    except OSError:
        return []
    return [os.path.relpath(path) for path in plans]


def case_kinds(folder: PathLike) -> list[tuple[str, str]]:
    """The kinds of cases of a workspace with their words; without its own where these fail."""
    from yaohao.planner.follow_up.kinds import default_kinds, read_kinds
    from yaohao.planner.wording.case_words import in_language

    kinds = default_kinds()
    with suppress(PlannerError):
        kinds = read_kinds(Path(folder) / "cases", base=kinds)
    return [(kind.id, in_language({"zh": kind.words.zh, "en": kind.words.en})) for kind in kinds]
