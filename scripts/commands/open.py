"""`yaohao open`: a publication's page or a form, in the program that the system has for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from yaohao.planner.doors.made_files import FORMS, made_file, page_in
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import fact, facts, finish


@cli_command("open", words="open.open")
@argument("what", meta="open.what")
@option("--form", words="open.form", type=click.Choice(tuple(FORMS)), default=None)
@option("--where", words="open.where", is_flag=True)
def command(what: str, form: str | None, *, where: bool) -> None:
    """Find the file, and open it or say where it is."""
    path = Path(what)
    if form is None and (path.exists() or path.name != what):
        file = page_in(path)
    else:
        with open_workspace() as workspace:
            file = made_file(workspace, what, form or "")
    program = None
    if not where:
        from yaohao.planner.vocabulary.opening import open_file

        program = open_file(file)
    finish({"file": str(file), "program": program}, _show)


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("file", report["file"]),
            fact("open.program", report["program"]) if report["program"] else None,
        ]
    )
