"""`yaohao register dismiss`: rows set aside that nobody will mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import cli_command, open_workspace, option
from yaohao.scripts.commands.importing import INSPECTIONS, REGISTERS, RESULTS
from yaohao.scripts.output import fact, facts, finish, note


@cli_command("dismiss")
@option(
    "--register",
    words="set-aside-register",
    type=click.Choice((*REGISTERS, RESULTS, INSPECTIONS)),
    default=None,
)
@option("--number", "numbers", words="dismiss-number", meta="number", type=int, multiple=True)
@option("--file", "file", words="dismiss-file", meta="file", default="")
@option("--all", "everything", words="dismiss-all", is_flag=True)
@option("--reason", words="dismiss-reason", default="")
@option("--dry-run", words="import-dry-run", is_flag=True)
def command(
    *,
    register: str | None,
    numbers: Sequence[int],
    file: str,
    everything: bool,
    reason: str,
    dry_run: bool,
) -> None:
    """Take rows set aside off the list, with the reason."""
    with open_workspace() as workspace:
        known = sorted({row["register"] for row in workspace.set_aside(register or "")})
        if register is None and len(known) > 1:
            raise refuse("cli.which-register", known=known)
        report = workspace.dismiss(
            register or (known[0] if known else REGISTERS[0]),
            reason,
            numbers=numbers,
            file=file,
            everything=everything,
            dry_run=dry_run,
        )
    finish(report, _show)
    if dry_run:
        note("dry-run")


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("register", say(f"common.register-{report['register']}")),
            fact("rows", report["rows"]),
            fact("reason", report["reason"]),
        ]
    )
