"""`yaohao crews`: how much inspectors find, against what their visits let expect; internal."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.findings import picture_options, tell


@cli_command("crews", words="learn.crews")
@argument("draws", meta="draw", nargs=-1)
@option("--item", words="learn.item", meta="code", default="")
@option("--deals", words="learn.deals", meta="number", type=int, default=None)
@option("--seed", words="learn.seed", meta="number", type=int, default=1)
@picture_options()
def command(
    draws: Sequence[str], item: str, deals: int | None, seed: int, ascii_only: bool, svg: str
) -> None:
    """Compare what inspectors find; for internal use."""
    with open_workspace() as workspace:
        finding = workspace.crews(draws, item=item, deals=deals, seed=seed)
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)
