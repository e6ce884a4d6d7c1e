"""Findings of the draws on the command line: sentences, pictures with their numbers, SVG files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from yaohao.scripts.command_base import Function, Option, remember, session
from yaohao.scripts.output import finish, line, note, prose
from yaohao.scripts.session import Session
from yaohao.scripts.tables import width

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding
    from yaohao.planner.workspace import Workspace


def picture_options() -> Callable[[Function], Function]:
    """The options --ascii and --svg of a command whose findings have pictures."""

    def keep(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value:
            ctx.find_root().ensure_object(Session).overwrite = True

    def give(function: Function) -> Function:
        remember(
            function,
            Option("--ascii", "ascii_only", words="learn.ascii", is_flag=True),
            Option("--svg", words="learn.svg", meta="file", default=""),
            Option("--overwrite", words="output.overwrite", is_flag=True, expose_value=False,
                   callback=keep),
            behind=True,
        )  # fmt: skip
        return function

    return give


def tell(workspace: Workspace, finding: Finding, *, ascii_only: bool, svg: str) -> None:
    """Print a finding, or give it as JSON; write its pictures where a file is named.

    Ends with status 1 where what was asked for was judged and is not borne out.
    """
    files = workspace.save_pictures(finding, svg, overwrite=session().overwrite) if svg else []
    if session().json:
        finish(finding.document, lambda _: None)
    else:
        show(finding, ascii_only=ascii_only)
    for file in files:
        note("learn.picture", file=file)
    if finding.failed:
        raise click.exceptions.Exit(1)


def show(finding: Finding, *, ascii_only: bool) -> None:
    """Print the sentences, then each picture with its numbers."""
    from yaohao.planner.learning.chart_text import render

    for words in finding.sentences():
        prose(words)
    for chart in finding.charts():
        line()
        for row in render(chart, width(), ascii_only=ascii_only):
            line(row)
