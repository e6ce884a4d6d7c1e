"""`yaohao audit`: the auditor's folder of a draw."""

from __future__ import annotations

from contextlib import closing

from scripts.commands.publish import show_folder
from scripts.face import act, argument, open_workspace, option
from scripts.output import finish, warn, warn_unwitnessed


@act("audit")
@argument("draw", meta="draw")
@option("--to", words="audit-to", meta="dir", required=True)
def command(draw: str, to: str) -> None:
    """Write the folder."""
    with closing(open_workspace()) as bureau:
        told = bureau.audit(draw, to)
        finish(told, show_folder)
        warn_unwitnessed(bureau, draw)
    warn("audit-secret")
