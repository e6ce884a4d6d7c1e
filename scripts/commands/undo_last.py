"""`yaohao undo`: the last act taken back by a further one, or told why it stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.wording.undo_words import was_done
from yaohao.scripts.command_base import cli_command, open_workspace, option
from yaohao.scripts.output import finish, note, prose


@cli_command("undo", words="undoing.undo")
@option("--reason", words="undoing.reason", default="")
@option("--actor", words="undoing.actor", default="")
@option("--dry-run", words="undoing.dry-run", is_flag=True)
def command(*, reason: str, actor: str, dry_run: bool) -> None:
    """Take the last act back, or say why it cannot be."""
    with open_workspace() as workspace:
        report = workspace.undo_last(reason, actor=actor, dry_run=dry_run)
    finish(report, _show)
    if dry_run:
        note("dry-run")


def _show(report: Mapping[str, Any]) -> None:
    offer = report["offer"]
    if not report["dry_run"]:
        prose(say("undo.done", what=was_done(offer)))
        return
    prose(say("undo.can", what=was_done(offer)))
    for name in offer["asks"]:
        prose(say(f"undo.asks-{name}"))
