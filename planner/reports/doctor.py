"""What the program finds under it: versions, optional parts, disk, rights, clock; read only.

Each check has its `name`, its `state`, what was `found`, and what to `do` about it, "" where that
is nothing. A state is ``ok``, ``note`` (an optional part is missing), ``warn`` or ``fail``.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from yaohao.planner import __version__
from yaohao.planner.engine import spark_needs
from yaohao.planner.engine.registry import DEFAULT
from yaohao.planner.schema.machine_check import Check
from yaohao.planner.storage import leftovers
from yaohao.planner.storage.calendar import zone_named
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.connection import sqlite_version
from yaohao.planner.storage.database import Database
from yaohao.planner.storage.folder import Settings, WorkspaceFolder, read_settings
from yaohao.planner.storage.layout import SETTINGS
from yaohao.planner.storage.lock import hold
from yaohao.planner.storage.migrations import VERSION
from yaohao.planner.storage.network_drives import network_kind
from yaohao.planner.vocabulary import room
from yaohao.planner.vocabulary.clock import check_moment, now, zone_of
from yaohao.planner.vocabulary.faults import free_at, size_words
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.wording.moments import choose_zone

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "firefox", "microsoft-edge",
    "wslview",
)  # fmt: skip
OFFICES = ("soffice", "libreoffice", "wps", "et")
EXTRAS = ("serve", "drand", "faker", "word", "spark")

_LEAST, _FEW = 100_000_000, 2_000_000_000  # bytes free: acts fail soon; not enough for a freeze
_OLDEST_SQLITE = (3, 37, 0)  # tables that are strict
_DRIFT = 60.0  # seconds between the machine's clock and that of its disk
_WAIT = 5.0
_LITTLE = 4096  # megabytes of memory with which Spark is slower than what it stands in for


def check_of(name: str, state: str, /, **params: Any) -> Check:
    """A check by its name and state, in the language in use."""
    do = "" if state == "ok" else say(f"doctor.{name}-do", **params)
    code = name if state == "ok" else f"{name}-{state}"
    return {"name": name, "state": state, "found": say(f"doctor.{code}", **params), "do": do}


def examine_machine() -> list[Check]:
    """The program, what it rests on, optional parts, room for files meanwhile, the clock."""
    return [
        check_of(
            "program",
            "ok",
            version=__version__,
            python=platform.python_version(),
            system=f"{platform.system()} {platform.machine()}",
        ),
        _packages(),
        _sqlite(),
        *_extras(),
        _tool("browser", BROWSERS),
        _tool("office", OFFICES),
        _tool("java", ("java",)),
        _spark(),
        _fonts(),
        _memory(),
        _room("temporary", room.asked_folder() or Path(tempfile.gettempdir())),
        _clock(),
    ]


def examine_workspace(folder: Path) -> list[Check]:
    """A workspace: whether it can be read, is undamaged, its disk, rights, lock and last act."""
    try:
        settings = read_settings(folder / SETTINGS)
        choose_zone(zone_of(zone_named(settings)))
        store = Database(folder, as_it_is=True)
    except PlannerError as error:
        return [_broken(folder, error)]
    try:
        return [
            check_of("workspace", "ok", folder=str(folder), authority=settings.authority or "-"),
            *_content(folder, store),
            _room("disk", folder),
            _drive(folder),
            _engine(settings),
            *_limits(settings),
            *_rights(folder, store),
            _last_act(store),
        ]
    except PlannerError as error:
        return [_broken(folder, error)]
    finally:
        store.close()


def _broken(folder: Path, error: PlannerError) -> Check:
    words = "; ".join(say_problem(problem) for problem in error.problems)
    return check_of("workspace", "fail", folder=str(folder), found=words)


# the machine


def _packages() -> Check:
    wanted = [name for name, extra in _requirements() if not extra]
    there = {name: _version(name) for name in wanted}
    missing = [name for name, version in there.items() if not version]
    if missing:
        return check_of("packages", "fail", missing=missing)
    return check_of("packages", "ok", found=[f"{name} {there[name]}" for name in sorted(there)])


def _extras() -> Iterator[Check]:
    for extra in EXTRAS:
        wanted = [name for name, of in _requirements() if of == extra]
        missing = [name for name in wanted if not _version(name)]
        if missing:
            yield check_of(f"extra-{extra}", "note", missing=missing)
        else:
            versions = [f"{name} {_version(name)}" for name in wanted]
            yield check_of(f"extra-{extra}", "ok", found=versions)


def _requirements() -> Iterator[tuple[str, str]]:
    """The packages that the program rests on, and the extra that asks for each, or ""."""
    try:
        wanted = metadata.requires("yaohao") or []
    except metadata.PackageNotFoundError:  # run from a folder
        wanted = []
    for text in wanted:
        name = re.match(r"[A-Za-z0-9._-]+", text)
        extra = re.search(r"extra\s*==\s*['\"]([a-z]+)", text)
        if name:
            yield name[0], extra[1] if extra else ""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _sqlite() -> Check:
    version = sqlite_version()
    is_enough = tuple(map(int, version.split(".")[:3])) >= _OLDEST_SQLITE
    needed = ".".join(map(str, _OLDEST_SQLITE))
    return check_of("sqlite", "ok" if is_enough else "fail", found=version, needed=needed)


def _tool(name: str, names: Iterable[str]) -> Check:
    """A program that somebody else makes; it is not run, but for Java, whose version counts."""
    program = next((path for one in names if (path := shutil.which(one))), "")
    if name == "java" and program and not _output([program, "-version"]):
        program = ""  # a name without a Java behind it, as some systems have
    if not program and name == "browser" and sys.platform in ("win32", "darwin"):
        program = platform.system()
    return check_of(name, "ok" if program else "note", found=program)


def _spark() -> Check:
    """Whether the engine spark could work on this machine, and with how much memory."""
    lacking = spark_needs.missing()
    if lacking:
        return check_of("spark", "note", missing=lacking)
    java, whole = spark_needs.heap()
    params = {"version": _version("pyspark"), "java": spark_needs.java_version()}
    params |= {"heap": size_words(java << 20), "memory": size_words(whole and whole << 20)}
    return check_of("spark", "warn" if whole and whole < _LITTLE else "ok", **params)


def _engine(settings: Settings) -> Check:
    """Whether the engine that the workspace's settings name can work on this machine."""
    lacking = spark_needs.missing() if settings.engine == "spark" else []
    if lacking:
        return check_of("engine", "fail", missing=lacking)
    named = settings.engine or DEFAULT
    return check_of("engine", "ok", found=f"{named} {settings.master}".rstrip())


def _memory() -> Check:
    """What the engine of this process may hold, of what the machine has."""
    try:
        limit = room.memory_limit()
    except PlannerError as error:
        return check_of("memory", "fail", found=say_problem(error.problems[0]))
    whole = room.machine_memory()
    params = {"limit": size_words(limit), "memory": size_words(whole)}
    is_more = limit is not None and whole is not None and limit > whole
    return check_of("memory", "warn" if is_more else "ok", **params)


def _limits(settings: Settings) -> Iterator[Check]:
    """What the settings of the workspace say of memory and the temporary folder, if anything."""
    room.choose(settings.memory, settings.temporary)
    if settings.memory:
        check = _memory()
        yield check_of("workspace-memory", check["state"], found=check["found"])
    if settings.temporary:
        folder = Path(settings.temporary)
        check = _room("temporary", folder)
        is_there = folder.is_dir()
        state = check["state"] if is_there else "fail"
        words = check["found"] if is_there else say("doctor.no-temporary", folder=str(folder))
        yield check_of("workspace-temporary", state, found=words)


def _output(words: list[str]) -> str:
    """What a program prints; "" where it fails or takes too long."""
    try:
        done = subprocess.run(
            words, capture_output=True, timeout=_WAIT, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def _fonts() -> Check:
    if sys.platform in ("win32", "darwin"):  # they come with fonts for Chinese
        return check_of("fonts", "ok", found=platform.system())
    asker = shutil.which("fc-list")
    lines = _output([asker, ":lang=zh", "family"]).splitlines() if asker else []
    names = sorted({line.split(",")[0].strip() for line in lines if line.strip()})
    if names:
        return check_of("fonts", "ok", found=names[:3])
    return check_of("fonts", "warn")


def _room(name: str, folder: Path) -> Check:
    free = free_at(folder)
    params = {"folder": str(folder), "free": size_words(free)}
    if not os.access(folder, os.W_OK):
        return check_of(f"{name}-closed", "warn", **params)
    state = "fail" if free is not None and free < _LEAST else "ok"
    if state == "ok" and free is not None and free < _FEW:
        state = "warn"
    return check_of(name, state, **params)


def _clock() -> Check:
    """The machine's clock beside that of its disk, which on a network drive is another's."""
    local = datetime.now().astimezone()
    params = {"now": now(), "local": local.isoformat(timespec="seconds")}
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
        file.flush()
        drift = abs(os.fstat(file.fileno()).st_mtime - time.time())
    if drift > _DRIFT:
        return check_of("clock", "warn", **params, drift=round(drift))
    return check_of("clock", "ok", **params)


# the workspace


def _content(folder: Path, store: Database) -> Iterator[Check]:
    version = store.version()
    if version < VERSION:
        yield check_of("version", "note", found=version, now=VERSION)
    if store.is_rehearsal():
        yield check_of("rehearsal", "note")
    broken = store.chain_break()
    try:
        store.seals.check_all()
    except PlannerError as error:
        yield check_of("database", "fail", found=say_problem(error.problems[0]))
        return
    if broken is not None:
        yield check_of("database", "fail", found=say("doctor.chain", line=broken.line))
        return
    lines = len(store.ledger(as_it_stands=True))
    yield check_of("database", "ok", lines=f"{lines:,}", draws=len(store.draw_ids()))
    missing = leftovers.missing(folder, store)
    strange = [f"{one['folder']} ({one['size']})" for one in leftovers.strangers(folder, store)]
    if missing:
        yield check_of("files", "fail", missing=missing)
    elif strange:
        yield check_of("strangers", "warn", found=strange)
    else:
        yield check_of("files", "ok", size=len(leftovers.named(store)))
    if version == VERSION and store.has_cases():
        yield _cases(folder, store)


def _cases(folder: Path, store: Database) -> Check:
    """Whether all cases stand as their events make them, and the ledger knows every event."""
    try:
        store.seals.look_through()
        desk = CaseDesk(WorkspaceFolder(folder))
        wrong = rebuilt(desk)
    except PlannerError as error:
        return check_of("cases", "fail", found=say_problem(error.problems[0]))
    if wrong:
        names = sorted({one["case"] or str(one.get("line", "")) for one in wrong})
        return check_of("cases", "fail", found=say("doctor.cases-differ", names=names[:5]))
    return check_of("cases", "ok", size=f"{len(desk.store.case_numbers()):,}")


def _drive(folder: Path) -> Check:
    kind = network_kind(folder)
    return check_of("drive", "warn" if kind else "ok", kind=kind)


def _rights(folder: Path, store: Database) -> Iterator[Check]:
    loose = leftovers.loose(folder)
    if loose:
        yield check_of("rights", "warn", found=loose)
    else:
        yield check_of("rights", "ok")
    if store.is_for_looking or not os.access(folder, os.W_OK):
        yield check_of("lock", "warn", found=say("doctor.for-looking"))
        return
    try:
        with hold(folder, "doctor", wait=0.2):
            pass
    except PlannerError as error:
        yield check_of("lock", "warn", found=say_problem(error.problems[0]))
        return
    yield check_of("lock", "ok")


def _last_act(store: Database) -> Check:
    lines = store.ledger(as_it_stands=True)
    last = str(lines[-1].act.get("at", "")) if lines else ""
    try:
        check_moment(now(), last)
    except PlannerError as error:
        return check_of("last-act", "fail", found=say_problem(error.problems[0]))
    return check_of("last-act", "ok", last=last)
