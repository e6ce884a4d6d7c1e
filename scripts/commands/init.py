"""`yaohao init`: create a workspace."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click
from yaohao.planner.schema.code_system import MODULES
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import warning_words
from yaohao.planner.wording.messages import language
from yaohao.scripts.command_base import argument, cli_command, option
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
)


@cli_command("init")
@argument("folder", meta="dir")
@option("--register", words="init-register", type=click.Choice(tuple(MODULES)), default="china")
@option("--authority", words="init-authority", default="")
@option("--division", words="init-division", meta="code", default="")
def command(folder: str, register: str, authority: str, division: str) -> None:
    """Create the workspace and print the path of its sample plan."""
    from yaohao.planner.workspace import Workspace

    with closing(
        Workspace.create(
            folder, register, authority=authority, division=division, language=language()
        )
    ) as workspace:
        drives = [one for one in workspace.overview()["warnings"] if one["kind"] == "network"]
    told = {
        "workspace": folder,
        "register": register,
        "authority": authority,
        "division": division,
        "language": language(),
        "plan": "plans/sample.toml",
    }
    finish(told, _show)
    for warning in drives:
        click.echo(f"! {plain(warning_words(warning))}", err=True)
    note("after-init", folder=folder)


def _show(told: dict[str, Any]) -> None:
    facts([fact(name, told[name]) for name in ("workspace", "register", "plan")])
