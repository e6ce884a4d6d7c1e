"""`yaohao completion`: what makes a shell complete the commands, draws, plans and registers.

With --install it is put where the shell looks for it by itself, or nearly so: no file that the user
writes, such as ~/.bashrc, is touched.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.scripts.command_base import argument, cli_command, option
from yaohao.scripts.output import finish, note

SHELLS = ("bash", "zsh", "fish")
_PLACES = {
    "bash": ("XDG_DATA_HOME", ".local/share", "bash-completion/completions/yaohao"),
    "zsh": ("XDG_DATA_HOME", ".local/share", "zsh/site-functions/_yaohao"),
    "fish": ("XDG_CONFIG_HOME", ".config", "fish/completions/yaohao.fish"),
}
"""The variable that names the base folder, its usual place in the home folder, and the file."""
_MARK = "_YAOHAO_COMPLETE"
"""What every script of ours has in it."""


@cli_command("completion", words="upkeep.completion")
@argument("shell", meta="upkeep.shell", type=click.Choice(SHELLS), required=False)
@option("--install", words="upkeep.completion-install", is_flag=True)
def command(shell: str | None, *, install: bool) -> None:
    """Print the script, or install it; say on standard error what to do then."""
    from click.shell_completion import get_completion_class

    name = shell or PurePath(os.environ.get("SHELL", "")).name
    made = get_completion_class(name) if name in SHELLS else None
    if made is None:
        raise refuse("upkeep.which-shell", known=list(SHELLS))
    root = click.get_current_context().find_root().command
    # Without click's look for a bash, which need not be on this machine.
    maker = made(root, {}, "yaohao", _MARK)
    script = maker.source_template % maker.source_vars()
    if install:
        file = install_script(name, script)
        finish({"shell": name, "script": script, "file": str(file)}, _show_file)
        note(f"upkeep.completion-{name}-installed", file=str(file), folder=str(file.parent))
        return
    finish({"shell": name, "script": script}, _show)
    note(f"upkeep.completion-{name}")


def _show(report: Mapping[str, Any]) -> None:
    click.echo(report["script"], nl=False)


def install_script(shell: str, script: str) -> Path:
    """Write the script of a shell where that looks for it; the file.

    Raises PlannerError where another's file has its name, or it cannot be written.
    """
    variable, usual, name = _PLACES[shell]
    base = Path(os.environ.get(variable, ""))
    file = (base if base.is_absolute() else Path.home() / usual) / name
    try:
        if file.exists() and _MARK not in file.read_text(encoding="utf-8", errors="replace"):
            raise refuse("upkeep.completion-other", file=str(file))
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, script.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("upkeep.completion-unwritten", file=str(file), found=reason) from error
    return file


def _show_file(report: Mapping[str, Any]) -> None:
    click.echo(report["file"])
