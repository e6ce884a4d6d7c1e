"""The text of a plan that was being written when the program ended, kept beside the plan.

A plan ``plans/spring.toml`` has it in ``plans/.spring.toml.unsaved``: not the name of a plan, read
by its owner alone, and there whole or not at all.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from yaohao.planner.vocabulary.files import write_whole

_ENDING = ".unsaved"


def unsaved_path(plan: Path) -> Path:
    """Where the unsaved text of a plan file is kept."""
    return plan.with_name(f".{plan.name}{_ENDING}")


def keep_unsaved(plan: Path, text: str) -> None:
    """Keep a text of a plan that is not saved. Raises OSError where it cannot be written."""
    write_whole(unsaved_path(plan), text.encode(), 0o600)


def drop_unsaved(plan: Path) -> None:
    """Remove what was kept of a plan, if anything was: it is saved, or given up."""
    with suppress(OSError):
        unsaved_path(plan).unlink()


def unsaved(plan: Path) -> str | None:
    """The text kept of a plan; None where none is, or it cannot be read."""
    try:
        return unsaved_path(plan).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def plans_unsaved(folder: Path) -> list[str]:
    """The names of the plan files in a folder of which an unsaved text is kept, in order."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    return sorted(
        name[1 : -len(_ENDING)]
        for name in names
        if name.startswith(".") and name.endswith(f".toml{_ENDING}")
    )
