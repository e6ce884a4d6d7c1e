"""The desk: a workspace's folders, settings and store, which every act works on."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from planner.acts import outside
from planner.publication.policy import INSPECTORS
from planner.store import Store
from planner.vocabulary.files import sweep, write_whole
from planner.vocabulary.problems import refuse

SETTINGS = "workspace.toml"
SNAPSHOTS = Path("register") / "entities"
FRAMES = Path("frames")
PLANS = Path("plans")
PUBLICATIONS = Path("publications")
REGISTERS = ("china", "free")


class Progress(Protocol):
    """Told how far a long work is: steps done, of so many (None where that is not known)."""

    def __call__(self, done: int, total: int | None, /) -> None:
        """Note that `done` of `total` steps are done."""


@dataclass(frozen=True)
class Settings:
    """A workspace's settings: kind of register, bureau, its division, language of its documents,
    and how its inspectors stand in publications (`policy.INSPECTORS`).
    """

    register: str = "china"
    authority: str = ""
    division: str = ""
    language: str = "zh"
    inspectors: str = "number"


class Desk:
    """An open workspace: where things lie, and the store of its rows."""

    def __init__(self, folder: Path) -> None:
        if not (folder / SETTINGS).is_file():
            raise refuse("workspace.not-a-workspace", folder=str(folder))
        self.folder = folder
        self.settings = read_settings(folder / SETTINGS)
        self.store = Store(folder)

    @contextmanager
    def act(self, name: str) -> Iterator[Store]:
        """Hold the workspace and change it, whole or not at all; a killed act's files go first."""
        with self.store.act(name):
            self._sweep()
            outside.sweep(self.folder, self.store.published)
            yield self.store

    def frame_folder(self, root: str) -> Path:
        """Where a frozen frame lies."""
        return self.folder / FRAMES / root

    def snapshot_path(self) -> tuple[Path, str, int]:
        """The current snapshot of entities: its file, content digest, number of entities.

        Raises PlannerError where there is none yet, or its file is gone.
        """
        found = self.store.snapshot()
        if found is None:
            raise refuse("frame.no-register")
        file, content, entities = found
        path = self.folder / SNAPSHOTS / file
        if not path.is_file():
            raise refuse("workspace.missing-file", file=str(path), expected=content, found="-")
        return path, content, entities

    def _sweep(self) -> None:
        files = {row["file"] for row in self.store.rows("SELECT file FROM snapshots")}
        roots = {
            json.loads(row["record"])["select"]["frame"]
            for row in self.store.rows("SELECT record FROM draws")
        }
        sweep(self.folder / SNAPSHOTS, lambda path: path.name in files)
        sweep(self.folder / FRAMES, lambda path: path.name in roots)


def read_settings(path: Path) -> Settings:
    """The settings of a workspace; PlannerError where the file is not as it should be."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse("workspace.bad-settings", file=str(path), found=str(error)) from error
    known = Settings.__dataclass_fields__
    for key, value in table.items():
        if key not in known or not isinstance(value, str):
            raise refuse("workspace.bad-settings", file=str(path), found=f"{key} = {value!r}")
    settings = Settings(**table)
    if settings.register not in REGISTERS:
        raise refuse(
            "workspace.bad-settings", file=str(path), found=f"register = {settings.register!r}"
        )
    if settings.inspectors not in INSPECTORS:
        raise refuse(
            "workspace.bad-settings", file=str(path), found=f"inspectors = {settings.inspectors!r}"
        )
    return settings


def create(folder: Path, settings: Settings, sample: Callable[[], str]) -> None:
    """Make a workspace in a new or empty folder: settings, folders, database, a sample plan.

    The settings file comes last: without it the folder is not a workspace yet.
    """
    if (folder / SETTINGS).exists():
        raise refuse("workspace.exists", folder=str(folder))
    if folder.exists() and (not folder.is_dir() or _strangers(folder)):
        raise refuse("workspace.not-empty", folder=str(folder))
    try:
        for part in (SNAPSHOTS, FRAMES, PLANS, PUBLICATIONS):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / FRAMES).chmod(0o700)
        Store.create(folder)
        write_whole(folder / PLANS / "sample.toml", sample().encode())
        store = Store(folder)
        with store.act("init"):
            if not store.ledger():
                store.append({"act": "workspace", "register": settings.register})
        store.close()
        write_whole(folder / SETTINGS, _settings_text(settings).encode())
    except OSError as error:
        raise refuse(
            "workspace.cannot-make", folder=str(folder), found=error.strerror or str(error)
        ) from error


def _strangers(folder: Path) -> list[Any]:
    """What lies in a folder that a killed `create` would not have left there."""
    own = {
        "register",
        "frames",
        "plans",
        "publications",
        "planner.db",
        "planner.db.new",
        "planner.db-wal",
        "planner.db-shm",
        "planner.lock",
        "planner.holder",
    }
    return [path for path in folder.iterdir() if path.name not in own]


def _settings_text(settings: Settings) -> str:
    lines = [
        "# yaohao workspace / 摇号工作区",
        "# register: china | free",
        "# inspectors: number | masked | shown",
        *(
            f"{name} = {json.dumps(getattr(settings, name), ensure_ascii=False)}"
            for name in Settings.__dataclass_fields__
        ),
    ]
    return "\n".join(lines) + "\n"
