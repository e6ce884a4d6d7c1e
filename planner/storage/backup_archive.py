"""A backup of a workspace: a ZIP file of its files, and a list of their digests.

The list is the member `MANIFEST`: ``format``, ``version``, ``made_at``, ``program``, ``head`` and
``lines`` of the ledger, ``folders``, and ``files``, path -> ``sha256``, ``size``, ``mode``. The
files stand below ``workspace/``. What a workspace holds for a moment alone (locks, notes of what is
being written) is in none, and is taken from none: such a note can tell an act where to write.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypedDict

from yaohao.planner.storage import leftovers
from yaohao.planner.storage.connection import beside
from yaohao.planner.storage.database import FILE as DATABASE
from yaohao.planner.storage.database import Database
from yaohao.planner.storage.layout import FRAMES, SETTINGS
from yaohao.planner.storage.lock import HOLDER, LOCK
from yaohao.planner.storage.outside_writes import NOTES
from yaohao.planner.vocabulary.faults import free_at, size_words
from yaohao.planner.vocabulary.files import is_fresh, own_file
from yaohao.planner.vocabulary.problems import PlannerError, refuse

FORMAT, VERSION = "yaohao-backup", 1
MANIFEST = "yaohao-backup.json"
INSIDE = "workspace/"
"""What the names of the workspace's files begin with in a backup."""

_MOMENTARY = {LOCK, HOLDER, NOTES, leftovers.INTENTION} | {
    path.name for path in beside(Path(DATABASE))[1:]
}
_COPY = re.compile(re.escape(DATABASE) + r"\.(new|before-[0-9]+(\.new)?)(-journal|-wal|-shm)?")
_PIECE = 1 << 20
_MOST_MANIFEST = 256 << 20
_SPARE = 16 << 20  # bytes of a disk that a restore leaves free
_STORED = (".parquet", ".xlsx", ".png", ".zip")  # compressed already
_FORBIDDEN = re.compile(r"[\\:\x00-\x1f]")


class Kept(TypedDict):
    """A file of a backup."""

    sha256: str
    size: int
    mode: int


@dataclass(frozen=True)
class Found:
    """What lies in a workspace: paths below its folder, with slashes."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Links and what is no file: a backup does not hold them."""


def is_momentary(path: PurePosixPath) -> bool:
    """Whether a path below a workspace is of what it holds for a moment alone."""
    first = path.parts[0]
    if first in _MOMENTARY or _COPY.fullmatch(first):
        return True
    return any(is_fresh(Path(part)) for part in path.parts)


def walk(folder: Path) -> Found:
    """All that a backup of a workspace holds, sorted; no link is followed.

    Raises PlannerError for a name that is no text.
    """
    walked = Found()
    waiting = [PurePosixPath()]
    while waiting:
        place = waiting.pop()
        for one in sorted(os.scandir(folder / place), key=lambda one: one.name):
            path = place / one.name
            name = path.as_posix()
            if is_momentary(path):
                continue
            try:
                name.encode("utf-8")
            except UnicodeEncodeError as error:
                raise refuse("backup.bad-name", found=ascii(name)) from error
            if one.is_dir(follow_symlinks=False):
                walked.folders.append(name)
                waiting.append(path)
            elif one.is_file(follow_symlinks=False):
                walked.files.append(name)
            else:
                walked.left_out.append(name)
    for names in (walked.files, walked.folders, walked.left_out):
        names.sort()
    return walked


class Writer:
    """Writes the files of a backup, and its list in the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file, "w", allowZip64=True)
        self.files: dict[str, Kept] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file under its name in the workspace; OSError where it cannot be read."""
        how = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
        info = zipfile.ZipInfo(INSIDE + name)
        info.compress_type = how
        digest, size = sha256(), 0
        with path.open("rb") as source:
            status = os.fstat(source.fileno())
            info.external_attr = status.st_mode << 16
            info.file_size = status.st_size
            with self._archive.open(info, "w", force_zip64=True) as member:
                while piece := source.read(_PIECE):
                    digest.update(piece)
                    size += len(piece)
                    member.write(piece)
        mode = stat.S_IMODE(status.st_mode)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size, "mode": mode}

    def give_up(self) -> None:
        """Leave the archive as it is: its file goes, and nothing more may be written to it."""
        self._archive.fp = None

    def close(self, facts: Mapping[str, Any]) -> None:
        """Write the list, with what is `told` of the whole besides, and end the archive."""
        document = {"format": FORMAT, "version": VERSION, **facts, "files": self.files}
        text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
        self._archive.writestr(MANIFEST, text.encode(), zipfile.ZIP_DEFLATED)
        self._archive.close()


@dataclass
class Reader:
    """A backup that is being read. `shown` is the name by which it is told of."""

    archive: zipfile.ZipFile
    manifest: dict[str, Any]
    shown: str

    @property
    def files(self) -> dict[str, Kept]:
        """The files by their path in the workspace."""
        files: dict[str, Kept] = self.manifest["files"]
        return files

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(one["size"] for one in self.files.values())

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file piece by piece; PlannerError where it is not as it was backed up."""
        expected = self.files[name]
        digest, size = sha256(), 0
        try:
            with self.archive.open(INSIDE + name) as member:
                while piece := member.read(_PIECE):
                    size += len(piece)
                    if size > expected["size"]:
                        break
                    digest.update(piece)
                    yield piece
        except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as bad:
            raise refuse("backup.damaged", file=self.shown, part=name) from bad
        except Exception as error:
            # A place before the archive's beginning is asked of the file as well.
            beyond = isinstance(error, OSError) and error.errno == errno.EINVAL
            if not beyond and type(error).__module__ not in ("zlib", "lzma"):
                raise
            raise refuse("backup.damaged", file=self.shown, part=name) from error
        if size != expected["size"] or digest.hexdigest() != expected["sha256"]:
            raise refuse("backup.damaged", file=self.shown, part=name)

    def check(self) -> None:
        """PlannerError where any file is not as it was backed up."""
        for name in self.files:
            for _ in self.pieces(name):
                pass

    def unpack(self, folder: Path) -> None:
        """Write all files into an empty folder, secret from their first byte, and as they were.

        Raises PlannerError where one is not as it was backed up, or there is no room.
        """
        free = free_at(folder)
        if free is not None and free < self.size + _SPARE:
            raise refuse("backup.no-room", folder=str(folder.parent),
                         needed=size_words(self.size), free=size_words(free))  # fmt: skip
        for name in self.manifest["folders"]:
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, kept in self.files.items():
            path = folder / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            own_file(path)
            with path.open("r+b") as file:
                for piece in self.pieces(name):
                    file.write(piece)
            path.chmod(kept["mode"] & 0o777 | 0o600)


def open_archive(file: IO[bytes], shown: str) -> Reader:
    """A backup, its list checked for form; PlannerError where it is none or is damaged."""
    try:
        archive = zipfile.ZipFile(file)
        info = archive.getinfo(MANIFEST)
        if info.file_size > _MOST_MANIFEST:
            raise refuse("backup.damaged", file=shown, part=MANIFEST)
        manifest = json.loads(archive.read(info))
    except PlannerError:
        raise
    except KeyError as error:
        raise refuse("backup.none", file=shown) from error
    except Exception as error:  # whatever a damaged archive makes of the library
        # A place before the archive's beginning is asked of the file as well.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise refuse("backup.none", file=shown) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise refuse("backup.none", file=shown)
    if manifest.get("version") != VERSION:
        raise refuse("backup.later", file=shown, found=str(manifest.get("version")))
    reader = Reader(archive, manifest, shown)
    _check_form(reader)
    return reader


def _check_form(reader: Reader) -> None:
    """PlannerError where a list is not one that `Writer` writes, or is not of this archive."""
    manifest = reader.manifest
    try:
        files, folders = manifest["files"], manifest["folders"]
        sound = all(
            re.fullmatch("[0-9a-f]{64}", one["sha256"])
            and isinstance(one["size"], int) and one["size"] >= 0 and isinstance(one["mode"], int)
            for one in files.values()
        ) and isinstance(manifest["lines"], int)  # fmt: skip
        sound = sound and isinstance(manifest["head"], str) and isinstance(folders, list)
        bad = [name for name in [*files, *folders] if not is_safe(name)]
    except (KeyError, TypeError, AttributeError):
        sound, bad = False, []
    if not sound:
        raise refuse("backup.damaged", file=reader.shown, part=MANIFEST)
    if bad:
        raise refuse("backup.unsafe", file=reader.shown, found=bad[0])
    names = sorted(reader.archive.namelist())
    if names != sorted([MANIFEST, *(INSIDE + name for name in files)]):
        raise refuse("backup.damaged", file=reader.shown, part=MANIFEST)
    if not {SETTINGS, DATABASE} <= set(files):
        raise refuse("backup.damaged", file=reader.shown, part=DATABASE)


def is_safe(name: Any) -> bool:
    """Whether a name of a list leads to a place below the workspace, on every system."""
    if not isinstance(name, str) or not name or _FORBIDDEN.search(name):
        return False
    parts = name.split("/")
    if any(part in ("", ".", "..") or part.endswith((" ", ".")) for part in parts):
        return False
    return not is_momentary(PurePosixPath(name))


def copy_database(store: Database, folder: Path) -> Path:
    """A copy of a database as it stands, in a folder that its owner alone reads."""
    from yaohao.planner.storage.connection import copy_to

    copy = folder / DATABASE
    own_file(copy)
    copy_to(store.connection, copy)
    return copy


def check_database(folder: Path, files: Mapping[str, Kept], shown: Path) -> tuple[str, int]:
    """Check the database in a folder and the files that it names; head and length of the ledger.

    `files` are those that stand or are to stand beside it, `shown` is the folder by which they are
    told of. Raises PlannerError where the database or a part of it is damaged, and where a file
    that it names is missing or holds something else.
    """
    store = Database(folder, as_it_is=True)
    try:
        store.seals.check_all()
        lines = store.ledger()
        expected = store.seals.files()
        named = leftovers.named(store)
        for draw in store.all_draws():
            name = (FRAMES / draw.select["frame"] / "frame.parquet").as_posix()
            expected[name] = draw.record["frame_file"]
    finally:
        store.close()
        for path in beside(folder / DATABASE)[1:]:
            path.unlink(missing_ok=True)
    for name in sorted(named):
        if name not in files and not any(one.startswith(f"{name}/") for one in files):
            raise refuse("workspace.missing-file", file=str(shown / name), expected="-", found="-")
    for name, digest in sorted(expected.items()):
        if not any(name == one or name.startswith(f"{one}/") for one in named):
            continue
        kept = files.get(name)
        if kept is None or kept["sha256"] != digest:
            raise refuse(
                "workspace.missing-file", file=str(shown / name), expected=digest,
                found=kept["sha256"] if kept else "-",
            )  # fmt: skip
    return (lines[-1].entry if lines else ""), len(lines)
