"""`yaohao estimate`: what a draw tells of everybody who could have been drawn."""

from __future__ import annotations

from collections.abc import Sequence

import click
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.findings import picture_options, tell

GROUPS = ("tier", "region", "industry", "kind", "age", "fields")


@cli_command("estimate", words="learn.estimate")
@argument("draws", meta="draw", nargs=-1)
@option("--item", words="learn.item", meta="code", default="")
@option("--by", "groups", words="learn.by", type=click.Choice(GROUPS), multiple=True)
@option("--level", words="learn.level", meta="number", type=float, default=95.0)
@picture_options()
def command(
    draws: Sequence[str],
    item: str,
    groups: Sequence[str],
    level: float,
    ascii_only: bool,
    svg: str,
) -> None:
    """Estimate the share and number in violation in the whole pool, with intervals."""
    with open_workspace() as workspace:
        finding = workspace.estimate(draws, item=item, by=groups or ("tier",), level=level / 100)
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)
