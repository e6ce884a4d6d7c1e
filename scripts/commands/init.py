"""`yaohao init`: make a workspace."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click

from planner.vocabulary.telling import warning_words
from planner.vocabulary.text import plain
from planner.vocabulary.words import language
from scripts.face import act, argument, option
from scripts.output import fact, facts, finish, note


@act("init")
@argument("folder", meta="dir")
@option("--register", words="init-register", type=click.Choice(("china", "free")), default="china")
@option("--authority", words="init-authority", default="")
@option("--division", words="init-division", meta="code", default="")
def command(folder: str, register: str, authority: str, division: str) -> None:
    """Make the workspace and say where its sample plan is."""
    from planner.workspace import Workspace

    with closing(
        Workspace.create(
            folder, register, authority=authority, division=division, language=language()
        )
    ) as bureau:
        drives = [one for one in bureau.overview()["warnings"] if one["kind"] == "network"]
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
