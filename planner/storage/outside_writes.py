"""What a workspace writes outside itself: noted before, put in place after, swept or finished.

Before an act makes a folder or a file outside, it notes its unfinished name and its target in the
workspace and holds the note. A note that nobody holds is of an act that is over: what it names is
finished where the ledger already tells of it (a publication that was killed between the ledger and
the last rename), and removed otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from yaohao.planner.vocabulary import whole_folders
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.files import (
    NO_HANDLE,
    held,
    is_abandoned,
    let_go,
    moves_open,
    open_held,
    sync,
)
from yaohao.planner.vocabulary.problems import refuse

SUMS = "SHA256SUMS"
WAIT = 10.0
NOTES = "planner.outside"
"""The folder of notes in a workspace; a note has the name of what is being written."""


class Unfinished:
    """A folder being filled: `folder`, and `put` to call when it is whole."""

    def __init__(self, folder: Path, target: Path, note: _Note | None) -> None:
        self.folder = folder
        self.promised = False
        self._target = target
        self._note = note

    def promise(self) -> None:
        """Flush it, and note its list of files: it is put in place if the ledger has that list.

        To be called before the act is committed; from then on only the ledger decides.
        """
        whole_folders.flush_folder(self.folder)
        promised = {"sums": file_digest(self.folder / SUMS)}
        if self._note is not None:
            self._note.add(promised)

    def put(self) -> None:
        """Give it its name, in the place of what stood there."""
        whole_folders.flush_folder(self.folder)
        whole_folders.put_in_place(self.folder, self._target)


@contextmanager
def writing(workspace: Path, to: Path, *, private: bool = False) -> Iterator[Unfinished]:
    """A folder beside the target to fill, of which the workspace knows; a link is followed.

    What the block did not put in place is removed, unless it is `promised` to the ledger. From a
    workspace that cannot be written proofs and forms can be, without a note: what a killed act
    leaves goes when somebody writes into the same folder. Raises PlannerError for a disk that
    cannot be written.
    """
    target = whole_folders.real(to)
    name = whole_folders.unfinished_name()
    fresh = target.with_name(name)
    try:
        whole_folders.sweep_beside(target.parent)
        with _noted(workspace, name, target) as note:
            being = Unfinished(fresh, target, note)
            try:
                with whole_folders.open_folder(fresh, private=private):
                    yield being
                being.promised = False
            finally:
                if not being.promised:
                    shutil.rmtree(fresh, ignore_errors=True)
                    if note is not None:
                        note.remove()
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(to), found=reason) from error


@contextmanager
def open_file(workspace: Path | None, to: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file outside to fill, of which the workspace knows; it has its name once the block ends.

    A link is followed. Without a workspace, or where that one cannot be written, what a killed act
    leaves goes when somebody writes into the same folder. Raises OSError for a disk that cannot be
    written.
    """
    path = whole_folders.real(to)
    whole_folders.sweep_beside(path.parent)
    name = whole_folders.unfinished_name()
    with _noted(workspace, name, path) as note:
        try:
            with whole_folders.open_file(path, private=private, name=name) as file:
                yield file
        finally:
            if note is not None:
                note.remove()


def write_file(workspace: Path | None, to: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file outside, whole or not at all, as `open_file` gives one."""
    with open_file(workspace, to, private=private) as file:
        file.write(content)


class _Note:
    """A note of what is being written, held by its lock where the system has such."""

    def __init__(self, path: Path) -> None:
        self._path = path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._handle = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        held(self._handle)

    def add(self, facts: dict[str, str]) -> None:
        """Write one line more, flushed to the disk."""
        os.write(self._handle, f"{json.dumps(facts)}\n".encode())
        os.fsync(self._handle)

    def remove(self) -> None:
        """Take it away; what is open is closed first where it cannot be removed else."""
        if not moves_open():
            self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Give up its lock."""
        let_go(self._handle)
        self._handle = NO_HANDLE


@contextmanager
def _noted(workspace: Path | None, name: str, target: Path) -> Iterator[_Note | None]:
    """Note that a folder or a file is being written, and hold the note.

    No note without a workspace, or in one that cannot be written.
    """
    if workspace is None or not os.access(workspace, os.W_OK):
        yield None
        return
    notes = workspace / NOTES
    notes.mkdir(mode=0o700, exist_ok=True)
    note = _Note(notes / name)
    try:
        note.add({"target": os.fspath(target)})
        sync(notes)
        yield note
    except BaseException:
        if not target.with_name(name).exists():
            note.remove()
        raise
    finally:
        note.close()


@contextmanager
def alone(workspace: Path, act: str, to: Path) -> Iterator[None]:
    """Publish alone: what the ledger tells and what lies outside change in the same order.

    Raises PlannerError where another publication does not end in time, and for a disk that cannot
    be written.
    """
    from filelock import FileLock, Timeout

    notes = workspace / NOTES
    lock = FileLock(notes / "lock")
    try:
        notes.mkdir(mode=0o700, exist_ok=True)
        with lock.acquire(timeout=WAIT):
            yield
    except Timeout as error:
        raise refuse("workspace.held", pid="?", act=act, since="?", wait=WAIT) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(to), found=reason) from error


def sweep(workspace: Path, published: Callable[[], set[str]]) -> None:
    """Finish or remove what killed acts left outside; `published` are the lists in the ledger."""
    notes = workspace / NOTES
    if notes.is_symlink() or not notes.is_dir():
        return
    for note in notes.iterdir():
        if not whole_folders.is_unfinished(note) or note.is_symlink():
            continue
        with suppress(OSError):
            handle = open_held(note)
            try:
                is_done = is_abandoned(handle, note) and _settled(note, published)
                if is_done and moves_open():
                    note.unlink(missing_ok=True)
            finally:
                let_go(handle)
            if is_done:  # elsewhere it is gone
                note.unlink(missing_ok=True)


def _settled(note: Path, published: Callable[[], set[str]]) -> bool:
    """Finish or remove what a note names; False where that must wait."""
    noted: dict[str, str] = {}
    try:
        for line in note.read_text(encoding="utf-8").splitlines():
            noted |= json.loads(line)
        target = Path(noted["target"])
    except (ValueError, KeyError, TypeError):
        if "target" not in noted:
            return True  # killed while it was noted: nothing was made yet
        target = Path(noted["target"])
    if whole_folders.real(target.parent) != target.parent:
        return True  # a link leads elsewhere by now
    fresh = target.with_name(note.name)
    if fresh.is_symlink() or not fresh.exists():
        return True
    listed, promised = fresh / SUMS, noted.get("sums")
    if promised in published() and listed.is_file() and file_digest(listed) == promised:
        whole_folders.put_in_place(fresh, target)
        return True
    return whole_folders.remove_unheld(fresh)
