"""`yaohao absent`: an inspector is absent for some days."""

from __future__ import annotations

from contextlib import closing

from scripts.commands.recuse import show_inspector
from scripts.face import act, argument, open_workspace
from scripts.output import finish


@act("absent")
@argument("inspector", meta="inspector")
@argument("first", meta="first-day")
@argument("last", meta="last-day")
def command(inspector: str, first: str, last: str) -> None:
    """Note the absence."""
    with closing(open_workspace()) as bureau:
        finish(bureau.note_absence(inspector, first, last), show_inspector)
