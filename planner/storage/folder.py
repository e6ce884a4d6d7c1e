"""The desk: a workspace's folders, settings and store, which every act works on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir
from typing import Protocol

from yaohao.planner.engine.registry import check_engine, chosen
from yaohao.planner.publication.disclosure import INSPECTORS
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.schema.code_system import MODULES
from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.ledger_acts import REHEARSAL
from yaohao.planner.storage import leftovers, outside_writes
from yaohao.planner.storage.connection import beside
from yaohao.planner.storage.database import FILE as DATABASE
from yaohao.planner.storage.database import Database
from yaohao.planner.storage.frozen import FrozenDraw, Kept
from yaohao.planner.storage.layout import (
    FRAMES,
    PLANS,
    PUBLICATIONS,
    SAMPLE,
    SETTINGS,
    SNAPSHOTS,
)
from yaohao.planner.storage.lock import HOLDER, LOCK, hold
from yaohao.planner.storage.migrations import drop_copies
from yaohao.planner.storage.public_folders import keep_private
from yaohao.planner.vocabulary import room
from yaohao.planner.vocabulary.clock import zone_of
from yaohao.planner.vocabulary.faults import system_problem
from yaohao.planner.vocabulary.files import is_fresh, sweep, write_whole
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.vocabulary.small_files import read_toml
from yaohao.planner.vocabulary.whole_folders import sweep_beside
from yaohao.planner.wording.messages import say_problem


class Progress(Protocol):
    """Told how far a long work is: steps done, of so many (None where that is not known)."""

    def __call__(self, done: int, total: int | None, /) -> None:
        """Note that `done` of `total` steps are done."""


@dataclass(frozen=True)
class Settings:
    """A workspace's settings: kind of register, bureau, its division, language of its documents,
    how its inspectors stand in publications (`policy.INSPECTORS`), and the time zone in which it
    is, by its name; empty for that of its code system, or of the machine. In a `rehearsal` nothing
    can be published; the ledger's first act says so too, for good.
    """

    register: str = "china"
    authority: str = ""
    division: str = ""
    language: str = "zh"
    inspectors: str = "number"
    rehearsal: bool = False
    timezone: str = ""
    letter_mark: str = ""
    """What stands before the mark of a series in the numbers of its letters (发文机关代字)."""
    contact: str = ""
    """How firms and the public reach the bureau (联系方式): on notices, letters, the bulletin and
    the list of a site; empty where it is not set. It is in nothing that is committed to."""
    site: str = ""
    """The folder of the site that is published to, below the workspace where it is no whole path;
    empty where a publication has a folder of its own."""
    engine: str = ""
    """What frames are made and read with (`engine/registry.py`); empty for the one of always."""
    master: str = ""
    """Of the engine spark: where its work is done; empty for the cores of this machine."""
    memory: str = ""
    """What the engine duckdb may hold (`vocabulary/room.py`); empty for half of the machine's
    memory, 4 GB at most."""
    temporary: str = ""
    """The folder where it spills and imports sort; empty for that of the system."""


_SELDOM = ("rehearsal", "site", "engine", "master", "memory", "temporary")
"""Settings that a new workspace's file does not name, unless they are made."""


class WorkspaceFolder:
    """An open workspace: where things lie, and the store of its rows."""

    def __init__(
        self, folder: Path, *, accept_clock: bool = False, engine: str = "", master: str = ""
    ) -> None:
        if not (folder / SETTINGS).is_file():
            raise refuse(
                "workspace.not-a-workspace", folder=str(folder), argument=shell_word(folder)
            )
        self.folder = folder
        self.settings = read_settings(folder / SETTINGS)
        room.choose(self.settings.memory, self.settings.temporary)
        usual = (self.settings.engine, self.settings.master)
        self.engine = chosen(engine, master, usual)
        self.store = Database(folder, accept_clock=accept_clock)
        self.kept = Kept(folder, self.store, self.engine)

    @property
    def is_rehearsal(self) -> bool:
        """Whether the workspace was made for rehearsals, by its ledger."""
        return self.store.is_rehearsal()

    def check_rehearsal(self) -> None:
        """PlannerError where the settings say otherwise than the ledger whether it is one."""
        if self.settings.rehearsal != self.is_rehearsal:
            code = "rehearsal.mark-lost" if self.is_rehearsal else "rehearsal.mark-added"
            raise refuse(code, file=str(self.folder / SETTINGS))

    def refuse_rehearsal(self, draw: str) -> None:
        """PlannerError in a rehearsal, of which nothing leaves the bureau."""
        if self.is_rehearsal:
            raise refuse("rehearsal.stays-inside", draw=draw)

    @contextmanager
    def act(self, name: str) -> Iterator[Database]:
        """Hold the workspace and change it, whole or not at all; a killed act's files go first.

        Raises PlannerError for what the system will not do: a full disk, a want of rights.
        """
        self.check_rehearsal()
        try:
            with hold(self.folder, name):
                with self.store.changing():
                    leftovers.sweep(self.folder, self.store)
                    leftovers.tighten(self.folder)
                    outside_writes.sweep(self.folder, self.store.published)
                    self._sweep_files()
                    yield self.store
                leftovers.forget(self.folder)
                drop_copies(self.folder / DATABASE)
        except OSError as error:
            raise PlannerError(system_problem(error, error.filename or self.folder)) from error

    def _sweep_files(self) -> None:
        """Remove what killed writes of single files left here, and copies made for looking."""
        sweep_beside(self.folder)
        if not (self.folder / PLANS).is_symlink():
            sweep_beside(self.folder / PLANS)
        sweep_beside(Path(gettempdir()))
        if asked := room.asked_folder():
            sweep_beside(asked)

    def frame_folder(self, root: str) -> Path:
        """Where a frozen frame lies."""
        return self.folder / FRAMES / root

    def frozen(self, draw: Draw) -> FrozenDraw:
        """What a draw was frozen with; PlannerError where its frame is not as it was frozen."""
        return FrozenDraw.open(self.kept, draw)

    def snapshot_path(self) -> tuple[Path, str, int]:
        """The current snapshot of entities: its file, content digest, number of entities.

        Raises PlannerError where there is none yet, or its file is gone or not as it was written.
        """
        snapshot = self.store.snapshot()
        if snapshot is None:
            raise refuse("frame.no-register")
        file, content, entities = snapshot
        path = self.folder / SNAPSHOTS / file
        self.kept.snapshot(path, content)
        return path, content, entities


def read_settings(path: Path) -> Settings:
    """The settings of a workspace; PlannerError where the file is not as it should be."""
    try:
        table = read_toml(path)
    except (OSError, ValueError) as error:
        raise refuse("workspace.bad-settings", file=str(path), found=str(error)) from error
    known = Settings.__dataclass_fields__
    for key, value in table.items():
        if key not in known or not isinstance(value, bool if key == "rehearsal" else str):
            raise refuse("workspace.bad-settings", file=str(path), found=f"{key} = {value!r}")
    settings = Settings(**table)
    if settings.register not in MODULES:
        raise refuse(
            "workspace.bad-settings", file=str(path), found=f"register = {settings.register!r}"
        )
    if settings.inspectors not in INSPECTORS:
        raise refuse(
            "workspace.bad-settings", file=str(path), found=f"inspectors = {settings.inspectors!r}"
        )
    try:
        zone_of(settings.timezone)
    except ValueError as error:
        raise refuse("moments.bad-zone", file=str(path), found=settings.timezone) from error
    try:
        check_engine(settings.engine, settings.master)
        room.check_memory(settings.memory)
    except PlannerError as error:
        reason = say_problem(error.problems[0])
        raise refuse("workspace.bad-settings", file=str(path), found=reason) from error
    return settings


def create(folder: Path, settings: Settings, sample: Callable[[], str]) -> None:
    """Make a workspace in a new or empty folder: settings, folders, database, a sample plan.

    The settings file comes last: without it the folder is not a workspace yet, and what a killed
    `create` left there is done again.
    """
    check_vacant(folder)
    keep_private(folder)
    _check_no_database(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with hold(folder, "init"):
            for part in (SNAPSHOTS.parent, SNAPSHOTS, FRAMES):
                (folder / part).mkdir(mode=0o700, exist_ok=True)
            for part in (PLANS, PUBLICATIONS):
                (folder / part).mkdir(exist_ok=True)
            for part in (Path(), PLANS):
                sweep(folder / part)
            kind = code_system(settings.register).ledger_name
            register = f"{REHEARSAL}{kind}" if settings.rehearsal else kind
            Database.create(folder, {"act": "workspace", "register": register})
            write_whole(folder / PLANS / SAMPLE, sample().encode())
            write_whole(folder / SETTINGS, _settings_text(settings).encode())
    except OSError as error:
        raise PlannerError(system_problem(error, error.filename or folder)) from error


def check_vacant(folder: Path) -> None:
    """Raise PlannerError for a folder that is a workspace already, or holds anything else."""
    if (folder / SETTINGS).exists():
        raise refuse("workspace.exists", folder=str(folder))
    if folder.exists() and (not folder.is_dir() or _strangers(folder)):
        raise refuse("workspace.not-empty", folder=str(folder))


def _check_no_database(folder: Path) -> None:
    """Raise PlannerError where a folder without settings holds the database of a workspace.

    Only one in which nothing was done yet, as a killed `create` leaves it, may be made anew.
    """
    if not (folder / DATABASE).exists():
        return
    try:
        store = Database(folder, as_it_is=True)
        lines = store.ledger(as_it_stands=True)
        store.close()
    except PlannerError as error:
        raise refuse("workspace.lost-settings", folder=str(folder), file=SETTINGS) from error
    if len(lines) > 1 or any(line.act.get("act") != "workspace" for line in lines):
        raise refuse("workspace.lost-settings", folder=str(folder), file=SETTINGS)


def _strangers(folder: Path) -> list[Path]:
    """What lies in a folder that a killed `create` would not have left there."""
    files = {LOCK, HOLDER}
    files |= {path.name for name in (DATABASE, f"{DATABASE}.new") for path in beside(Path(name))}
    inner = {
        SNAPSHOTS.parent.name: {SNAPSHOTS.name},
        FRAMES.name: set[str](),
        PLANS.name: {SAMPLE},
        PUBLICATIONS.name: set[str](),
    }
    strange = []
    for path in folder.iterdir():
        if path.name in inner and path.is_dir() and not path.is_symlink():
            known = inner[path.name]
            strange += [
                one for one in path.iterdir() if one.name not in known and not is_fresh(one)
            ]
        elif path.name not in files and not is_fresh(path):
            strange.append(path)
    if (folder / DATABASE).exists():
        return [path for path in strange if path.parent == folder]  # what it holds is asked next
    entities = folder / SNAPSHOTS
    return [*strange, *(entities.iterdir() if entities.is_dir() else ())]


def _settings_text(settings: Settings) -> str:
    usual = code_system(settings.register).zone
    settings = replace(settings, timezone=settings.timezone or usual)
    lines = [
        "# yaohao workspace / 摇号工作区",
        f"# register: {' | '.join(MODULES)}",
        "# inspectors: number | masked | shown",
        "# timezone: Asia/Shanghai | Europe/London | UTC+8 ...",
        *(
            f"{name} = {json.dumps(getattr(settings, name), ensure_ascii=False)}"
            for name in Settings.__dataclass_fields__
            if name not in _SELDOM or getattr(settings, name)
        ),
    ]
    return "\n".join(lines) + "\n"
