"""`yaohao completion`: what makes a shell complete the commands, draws, plans and registers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.scripts.command_base import argument, cli_command
from yaohao.scripts.output import finish, note

SHELLS = ("bash", "zsh", "fish")


@cli_command("completion", words="upkeep.completion")
@argument("shell", meta="upkeep.shell", type=click.Choice(SHELLS), required=False)
def command(shell: str | None) -> None:
    """Print the script, and say on standard error what to do with it."""
    from click.shell_completion import get_completion_class

    found = shell or PurePath(os.environ.get("SHELL", "")).name
    made = get_completion_class(found) if found in SHELLS else None
    if made is None:
        raise refuse("upkeep.which-shell", known=list(SHELLS))
    root = click.get_current_context().find_root().command
    # Without click's look for a bash, which need not be on this machine.
    maker = made(root, {}, "yaohao", "_YAOHAO_COMPLETE")
    script = maker.source_template % maker.source_vars()
    finish({"shell": found, "script": script}, _show)
    note(f"upkeep.completion-{found}")


def _show(told: Mapping[str, Any]) -> None:
    click.echo(told["script"], nl=False)
