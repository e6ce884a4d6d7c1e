"""Files and folders outside the workspace: whole or not at all, and swept when an act was killed.

What is being written has a random name beside its target and is held by a lock of the system, which
falls with the process. So whoever finds such a name unheld knows that nobody writes there any more.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from yaohao.planner.vocabulary.files import (
    FRESH,
    NO_HANDLE,
    held,
    is_abandoned,
    let_go,
    moves_open,
    named_whole,
    open_held,
    sync,
)
from yaohao.planner.vocabulary.room import asked_folder, temporary_folder

_NAME = re.compile(re.escape(FRESH) + "[0-9a-f]{32}")
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux
_HERE = -100  # AT_FDCWD


def is_unfinished(path: Path) -> bool:
    """Whether a name is one that this module gives to what is being written."""
    return _NAME.fullmatch(path.name) is not None


def unfinished_name() -> str:
    """A name that nobody else has, for what is being written."""
    return f"{FRESH}{uuid.uuid4().hex}"


def real(path: Path) -> Path:
    """Where a path leads, links and ``..`` followed, whether or not it exists."""
    return Path(os.path.realpath(path))


def write_file(
    path: Path, content: bytes, *, private: bool = False, beside: Path | None = None
) -> None:
    """Write a file whole or not at all, in the place of one of its name; a link is followed.

    A `private` one can be read by its owner alone, from its first byte. Unfinished it lies in its
    folder, or in the folder `beside` of the same file system: what is published has to hold at
    every instant. Leftovers of killed writes into that folder go first.
    """
    path = real(path)
    place = real(beside) if beside is not None else path.parent
    sweep_beside(place)
    with open_file(path, private=private, beside=place) as file:
        file.write(content)


@contextmanager
def open_file(
    path: Path, *, private: bool = False, name: str = "", beside: Path | None = None
) -> Iterator[BinaryIO]:
    """A file to be written piece by piece, which has its name only once the block has ended.

    Until then it has that unfinished `name`, a new one by default, in its folder or `beside`.
    """
    fresh = (beside or path.parent) / (name or unfinished_name())
    mode = 0o600 if private else 0o666
    handle = _new_and_held(
        fresh, lambda: os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    )
    try:
        if not private and path.is_file() and hasattr(os, "fchmod"):
            os.fchmod(handle, path.stat().st_mode & 0o777)  # a mended file keeps its rights
        with os.fdopen(handle, "wb") as file:
            yield file
            named_whole(file, fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextmanager
def open_private(path: Path) -> Iterator[BinaryIO]:
    """A file to be written piece by piece, which its owner alone reads; a link is followed.

    Leftovers of killed writes into the same folder go first.
    """
    path = real(path)
    sweep_beside(path.parent)
    with open_file(path, private=True) as file:
        yield file


@contextmanager
def open_folder(folder: Path, *, private: bool = False) -> Iterator[Path]:
    """A new folder of that (unfinished) name to fill, held until the block ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    handle = _new_and_held(folder, lambda: _make(folder, 0o700 if private else 0o777))
    try:
        yield folder
    finally:
        let_go(handle)


def process_folder() -> Path:
    """A folder that this process alone uses and its owner alone reads, for what it needs meanwhile.

    It goes with the process; that of a killed one goes with the next act, or when another process
    asks for one. PlannerError where the temporary folder that was asked for is not there.
    """
    asked = asked_folder()
    if asked is not None:
        temporary_folder()  # refused where it is not there
    return _process_folder(asked)


@cache
def _process_folder(asked: Path | None) -> Path:
    """The one in the folder asked for; in that of the system there is one as long as we are."""
    parent = asked or temporary_folder()
    sweep_beside(parent)
    folder = parent / unfinished_name()
    _new_and_held(
        folder, lambda: _make(folder, 0o700)
    )  # open, and so held, as long as we are there
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def flush_folder(folder: Path) -> None:
    """Flush all files of a folder, and the folder, to the disk."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def put_in_place(fresh: Path, target: Path) -> None:
    """Rename a flushed folder to `target`; what stood there is exchanged with it, then removed.

    Where the system can exchange two names nobody ever finds neither the old nor the new.
    """
    if target.exists():
        if not _exchange(fresh, target):
            old = target.with_name(unfinished_name())
            target.rename(old)
            fresh.rename(target)
            fresh = old
        sync(target.parent)
        shutil.rmtree(fresh, ignore_errors=True)
        return
    fresh.rename(target)
    sync(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)


def _make(folder: Path, mode: int) -> int:
    folder.mkdir(mode=mode)
    return open_held(folder)


def _new_and_held(path: Path, make: Callable[[], int]) -> int:
    """Make a file or folder of an unfinished name, open and held; what holds it open.

    Whoever sweeps may come upon it after it was made and before it is held, and takes it away, as
    is right. Then it is made anew.
    """
    while True:
        try:
            handle = make()
        except FileNotFoundError:
            if not path.parent.is_dir():
                raise
            continue
        while not held(handle):  # a sweep holds it for as long as it takes to remove it
            time.sleep(0.001)
        if _is_at(handle, path):
            return handle
        let_go(handle)


def _is_at(handle: int, path: Path) -> bool:
    """Whether an open file or folder still has its name."""
    if handle == NO_HANDLE:
        return path.is_dir()
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def sweep_beside(folder: Path) -> None:
    """Remove from a folder the leftovers of killed writes: what has our mark and nobody holds."""
    with suppress(OSError):
        for path in folder.iterdir():
            if is_unfinished(path):
                remove_unheld(path)


def remove_unheld(path: Path) -> bool:
    """Remove an unfinished file or folder unless somebody still writes it; never behind a link.

    False where somebody does, or the system does not let us.
    """
    if path.is_symlink():
        with suppress(OSError):
            path.unlink()
        return not path.is_symlink()
    try:
        handle = open_held(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        if not is_abandoned(handle, path):
            return False
        if not moves_open():
            let_go(handle)
            handle = NO_HANDLE
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        return not path.exists()
    except OSError:
        return False
    finally:
        let_go(handle)
