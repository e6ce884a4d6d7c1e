"""`yaohao commitment`: show the commitment of a round and its QR code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    line,
    note,
)
from yaohao.scripts.typesetting import SCREEN

ROUNDS = ("select", "crew")
ROWS = 24
"""Lines that the code may take; of ``##`` it takes twice as many."""


@cli_command("commitment")
@argument("draw", meta="draw")
@option("--round", "round_", words="round", type=click.Choice(ROUNDS), default=None)
@option("--to", words="code-to", meta="file", default="")
@option("--ascii", "ascii_only", words="code-ascii", is_flag=True)
def command(draw: str, round_: str | None, to: str, *, ascii_only: bool) -> None:
    """Show the commitment, or save its code as a picture."""
    with open_workspace() as workspace:
        report = workspace.commitment(draw, round_ or "")
        if to:
            report["file"] = workspace.save_code(draw, report["round"], to)
    finish(report, lambda shown: show_commitment(shown, ascii_only=ascii_only))
    note("after-commitment")


def show_commitment(report: Mapping[str, Any], *, ascii_only: bool) -> None:
    """Print the commitment, where the seed will come from, and the code."""
    from yaohao.planner.wording.messages import say
    from yaohao.tui.blocks import code_lines

    facts(
        [
            fact("draw", report["draw"]),
            fact("round", say(f"common.round-{report['round']}")),
            fact("commitment", report["commitment"]),
            fact("committed-at", local_moment(report["committed_at"])),
            fact("source", report["source"] or "-"),
            fact("file", report["file"]) if "file" in report else None,
        ]
    )
    if "file" not in report:
        line()
        width = 2 * SCREEN if ascii_only else SCREEN
        for row in code_lines(
            report["modules"], width, ROWS * (1 + ascii_only), ascii_only=ascii_only
        ):
            # Dark on light whatever the terminal's colours are; a pipe takes the blocks alone.
            click.echo(click.style(row, fg="black", bg="bright_white"))
