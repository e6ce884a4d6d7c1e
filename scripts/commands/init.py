"""`yaohao init`: create a workspace."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click
from yaohao.planner.schema.code_system import MODULES
from yaohao.planner.vocabulary.shell import shell_word
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
@option("--contact", words="init-contact", default="")
@option("--rehearsal", words="rehearsal.init", is_flag=True)
@option("--timezone", words="moments.option", default="")
# Many parameters: one for each option.
def command(
    folder: str,
    register: str,
    authority: str,
    division: str,
    contact: str,
    timezone: str,
    *,
    rehearsal: bool,
) -> None:
    """Make the workspace and say where its sample plan is."""
    from yaohao.planner.workspace import Workspace

    with closing(
        Workspace.create(
            folder,
            register,
            authority=authority,
            division=division,
            language=language(),
            rehearsal=rehearsal,
            timezone=timezone,
            contact=contact,
        )
    ) as workspace:
        drives = [
            one
            for one in workspace.overview(thorough=False)["warnings"]
            if one["kind"] == "network"
        ]
    report = {
        "workspace": folder,
        "register": register,
        "authority": authority,
        "division": division,
        "contact": contact,
        "language": language(),
        "plan": "plans/sample.toml",
        "rehearsal": rehearsal,
    }
    finish(report, _show)
    for warning in drives:
        click.echo(f"! {plain(warning_words(warning))}", err=True)
    if rehearsal:
        note("rehearsal.made")
    note("after-init", folder=shell_word(folder))


def _show(report: dict[str, Any]) -> None:
    facts([fact(name, report[name]) for name in ("workspace", "register", "plan")])
