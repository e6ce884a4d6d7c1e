"""What a job is: its fields, what it does with what is typed into them, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.screens.typed_paths import path_below

READ = ("file", "folder")
WRITTEN = ("new-file", "new-folder")
PATHS = (*READ, *WRITTEN)
SECRET = ("passphrase", "passphrase-again")
YES = ("y", "yes", "1")

Progress = Callable[[int, "int | None"], None]


@dataclass(frozen=True)
class JobField:
    """A field of a form, by the name of the command line's parameter.

    `kind` is what may stand in it: ``text``, ``number``, ``day``, ``flag``, ``pick`` (one of
    `picks`), ``draw``, ``plan``, ``entity``, ``inspector``, ``setting``, one of `PATHS` or of
    `SECRET`. Several values of one field (`is_several`) are parted by commas. It begins with what
    `begins` says, in which ``{draw}`` is the draw that the screens are about. Its label is
    ``tui_jobs.field-<words>``, by default that of its name.
    """

    name: str
    kind: str = "text"
    is_needed: bool = False
    begins: str = ""
    picks: tuple[str, ...] = ()
    is_several: bool = False
    words: str = ""
    pick_words: str = ""
    """The family of words (``tui_results``) of the picks; picks without are told as they are."""

    def label(self) -> str:
        """What it is called."""
        return say(f"tui_jobs.field-{self.words or self.name}")


class JobInput:
    """What was typed into the fields of a job."""

    def __init__(self, folder: Path, typed: Mapping[str, str]) -> None:
        self.folder, self.typed = folder, typed

    def text(self, name: str) -> str:
        """The text of a field, "" where nothing was typed."""
        return self.typed.get(name, "").strip()

    def parts(self, name: str) -> list[str]:
        """The values of a field, which commas part."""
        return parts(self.text(name))

    def yes(self, name: str) -> bool:
        """Whether a field says yes."""
        return is_yes(self.text(name))

    def whole(self, name: str, otherwise: int) -> int:
        """The whole number of a field."""
        text = self.text(name)
        return int(text) if text else otherwise

    def path(self, name: str) -> Path | None:
        """The path of a field, None where nothing was typed."""
        text = self.text(name)
        return path_below(self.folder, text) if text else None

    def paths(self, name: str) -> list[Path]:
        """The paths of a field."""
        return [path_below(self.folder, one) for one in self.parts(name)]

    def needed(self, name: str) -> Path:
        """The path of a field that must be filled."""
        found = self.path(name)
        if found is None:
            raise refuse("tui_jobs.needed", field=say(f"tui_jobs.field-{name}"))
        return found

    def new(self, name: str) -> Path | None:
        """The path of a field to write to: below the workspace where it is no whole path."""
        text = unquoted(self.text(name))
        return self.folder.absolute() / Path(text).expanduser() if text else None

    def new_needed(self, name: str) -> Path:
        """The path to write to of a field that must be filled."""
        found = self.new(name)
        if found is None:
            raise refuse("tui_jobs.needed", field=say(f"tui_jobs.field-{name}"))
        return found

    def secret(self, name: str = "passphrase", again: str = "") -> str:
        """A passphrase, typed twice where `again` names a second field; PlannerError if not so."""
        typed = self.typed.get(name, "")
        if again and typed != self.typed.get(again, ""):
            raise refuse("key.not-the-same")
        return typed


@dataclass(frozen=True)
class JobTable:
    """Rows that came of a job; Enter on one goes to a place with what `goes` has for it, or reads
    what `reads` has.
    """

    headings: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    widths: tuple[int, ...]
    grow: int = 0
    goes: Sequence[tuple[str, Mapping[str, Any]]] = ()
    reads: Sequence[str] = ()


@dataclass(frozen=True)
class JobDone:
    """What came of a job: what is told, facts, a table, and the files that were written."""

    told: str
    facts: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()
    files: Sequence[Path] = ()
    table: JobTable | None = None
    is_bad: bool = False
    laid_out: Callable[[int, bool], list[str]] | None = None
    """A longer text, laid out for a width; with True in ASCII alone."""
    copied: str = ""
    """What the key that copies takes where no file was written."""


Run = Callable[[Workspace, JobInput, Progress], JobDone]
Trial = Callable[[Workspace, JobInput, Progress], Sequence[str]]


@dataclass(frozen=True)
class Job:
    """A job: its name, the command that does the same, its fields, and how it is done.

    `places` are the places to which it belongs. `options` are those of the command's options that
    always have one value here, and are no field. `trial` tells, without doing anything, what would
    be done; it is done once that is confirmed. With `asks` a question alone is asked before.
    """

    name: str
    command: str
    group: str
    run: Run
    fields: tuple[JobField, ...] = ()
    places: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    trial: Trial | None = None
    asks: bool = False

    def label(self) -> str:
        """Its name in a few words."""
        return say(f"tui_jobs.job-{self.name}")

    def about(self) -> str:
        """What it does, in a sentence."""
        return say(f"tui_jobs.about-{self.name}")

    def group_label(self) -> str:
        """What kind of job it is."""
        return say(f"tui_jobs.group-{self.group}")


def is_yes(text: str) -> bool:
    """Whether a text says yes."""
    return text.strip().lower() in (*YES, say("common.yes").lower())


def parts(text: str) -> list[str]:
    """The values of a text, which commas part."""
    return [one.strip() for one in text.replace("，", ",").split(",") if one.strip()]


def unquoted(text: str) -> str:
    """A path without the quotes that terminals put round a file that is dropped on them."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text
