"""The files of a folder that may be tables, filtered by what is typed of a path."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ENDINGS = (
    ".xlsx", ".xls", ".xlsm", ".et", ".ods", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet",
)  # fmt: skip
SETTINGS_FILE = "workspace.toml"
"""What a folder has that is a workspace."""
OWN = ("cases", "frames", "plans", "publications", "register", "templates", "trials")
"""Folders of a workspace that the program keeps: no file of a bureau is looked for in them."""
MOST = 2_000
"""Entries of a folder that are shown."""


@dataclass(frozen=True)
class Entry:
    """A file, or a folder to look into."""

    path: Path
    name: str
    is_folder: bool
    size: int = 0
    changed: str = ""


def typed_folder(typed: str, below: Path) -> tuple[Path, str]:
    """The folder of a path that is being typed, and what is typed of a name in it."""
    typed = typed.strip().strip("'\"")
    head, _, rest = typed.replace(os.sep, "/").rpartition("/")
    if not head and not typed.startswith("/"):
        return below, rest
    try:
        folder = Path(head or "/").expanduser()
    except RuntimeError:  # the home of somebody who is not there
        return below, typed
    return below / folder, rest


def entries(typed: str, below: Path) -> list[Entry]:
    """What is there that fits what is typed: files first, then folders, last the one above."""
    folder, rest = typed_folder(typed, below)
    own = OWN if _is_there(folder / SETTINGS_FILE) else ()
    files: list[Entry] = []
    folders: list[Entry] = []
    try:
        with os.scandir(folder) as found:
            for one in sorted(found, key=lambda entry: entry.name.casefold()):
                if one.name.startswith(".") or one.name in own:
                    continue
                if rest.casefold() not in one.name.casefold():
                    continue
                entry = _entry(one)
                if entry is not None:
                    (folders if entry.is_folder else files).append(entry)
    except (OSError, ValueError):
        return []
    above = [] if rest else [Entry(folder.absolute().parent, "..", True)]
    return [*files, *folders, *above][:MOST]


def outside(folder: Path) -> Path:
    """Where the files of a bureau lie: beside a workspace, not in it."""
    is_workspace = _is_there(folder / SETTINGS_FILE)
    has_files = is_workspace and any(not one.is_folder for one in entries("", folder))
    return folder.parent if is_workspace and not has_files else folder


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False


def _entry(one: os.DirEntry[str]) -> Entry | None:
    try:
        if one.is_dir():
            return Entry(Path(one.path), f"{one.name}/", True)
        if not one.name.casefold().endswith(ENDINGS) or not one.is_file():
            return None
        told = one.stat()
    except OSError:  # it is gone, or nobody may look at it
        return None
    day = datetime.fromtimestamp(told.st_mtime).strftime("%Y-%m-%d %H:%M")
    return Entry(Path(one.path), one.name, False, told.st_size, day)
