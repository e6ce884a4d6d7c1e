"""`yaohao open`: a publication's page or a form, in the program that the system has for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import fact, facts, finish

PAGE = "index.html"
FORMS = {
    "notices": "notices.html",
    "records": "records.xlsx",
    "worklists": "worklists.html",
    "bulletin": "bulletin.xlsx",
    "national": "national.xlsx",
}


@cli_command("open", words="open.open")
@argument("what", meta="open.what")
@option("--form", words="open.form", type=click.Choice(tuple(FORMS)), default=None)
@option("--where", words="open.where", is_flag=True)
def command(what: str, form: str | None, *, where: bool) -> None:
    """Find the file, and open it or say where it is."""
    path = Path(what)
    if form is None and (path.exists() or path.name != what):
        file = _in_path(path)
    else:
        file = _of_draw(what, form)
    program = None
    if not where:
        from yaohao.scripts.opening import open_file

        program = open_file(file)
    finish({"file": str(file), "program": program}, _show)


def _in_path(path: Path) -> Path:
    """The file that a path means: a publication's or a site's page, or the file itself."""
    file = path / PAGE if path.is_dir() else path
    if not file.is_file():
        raise refuse("open.no-page" if path.is_dir() else "disk.missing", file=str(file))
    return file


def _of_draw(draw: str, form: str | None) -> Path:
    """The page of a draw's publication in the workspace, or one of its forms."""
    with open_workspace() as workspace:
        workspace.show(draw)  # told where there is no such draw
        home = workspace.folder
    if form is None:
        file = home / "publications" / draw / PAGE
        if not file.is_file():
            raise refuse("open.not-published", draw=draw, file=str(file))
        return file
    file = home / "notices" / draw / FORMS[form]
    if not file.is_file():
        raise refuse("open.no-form", draw=draw, form=form, file=str(file))
    return file


def _show(told: Mapping[str, Any]) -> None:
    facts(
        [
            fact("file", told["file"]),
            fact("open.program", told["program"]) if told["program"] else None,
        ]
    )
