"""`yaohao register undo`: the last import taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import cli_command, open_workspace, option
from yaohao.scripts.commands.importing import INSPECTIONS, REGISTERS
from yaohao.scripts.output import fact, facts, finish, line, note


@cli_command("undo")
@option(
    "--register", words="undo-register", type=click.Choice((*REGISTERS, INSPECTIONS)), default=None
)
@option("--dry-run", words="import-dry-run", is_flag=True)
def command(*, register: str | None, dry_run: bool) -> None:
    """Take the last import back, and tell what that did and what stays."""
    with open_workspace() as workspace:
        report = workspace.undo_import(register or "", dry_run=dry_run)
    finish(report, _show)
    if dry_run:
        note("dry-run")


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("register", say(f"common.register-{report['register']}")),
            fact("at", local_moment(report["at"])),
            *(fact(f"undo-{name}", report[name]) for name in ("removed", "restored", "reset")),
            fact("undo-stays", report["stays"]) if report["stays"] else None,
            *(
                fact(f"undo-{name}", report[name.replace("-", "_")])
                for name in ("aside-removed", "aside-restored")
            ),
            fact("holds", report["size"]),
        ]
    )
    if report["stays"]:
        line(say("effects.undo-stays"))
    if report["draws"]:
        line(say("effects.undo-draws", draws=report["draws"]))
