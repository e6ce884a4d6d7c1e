"""`yaohao evaluate`: what being drawn did, and comparisons that no lottery decided."""

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


# Many parameters: the options, each by its own name.
@cli_command("evaluate", words="learn.evaluate")
@argument("draw", meta="draw", required=False)
@option("--outcome", words="learn.outcome", meta="learn.column", default="alive")
@option("--file", "file", words="learn.outcomes", meta="file", default="")
@option("--months", words="learn.months", meta="number", type=click.IntRange(1, 240), default=12)
@option("--redraws", words="learn.redraws", meta="number", type=int, default=2000)
@option("--seed", words="learn.seed", meta="number", type=int, default=1)
@option("--bandwidth", words="learn.bandwidth", meta="number", type=float, default=0.0)
@option("--before", words="learn.before", meta="learn.column", multiple=True)
@option("--group", words="learn.group", meta="learn.condition", default="")
@picture_options()
def command(
    *,
    draw: str | None,
    outcome: str,
    file: str,
    months: int,
    redraws: int,
    seed: int,
    bandwidth: float,
    before: Sequence[str],
    group: str,
    ascii_only: bool,
    svg: str,
) -> None:
    """Estimate the effect of being drawn."""
    with open_workspace() as workspace:
        finding = workspace.evaluate(
            draw or "",
            outcome=outcome,
            file=file or None,
            months=months,
            redraws=redraws,
            seed=seed,
            bandwidth=bandwidth,
            before=before,
            group=group,
        )
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)
