"""`yaohao propose`: rates for the next plan from what past draws found."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.findings import picture_options, tell
from yaohao.scripts.output import note


# Many parameters: the options, each by its own name.
@cli_command("propose", words="learn.propose")
@argument("plan", meta="plan")
@option("--from", "draws", words="learn.from-draws", meta="draw", multiple=True)
@option("--alpha", words="learn.alpha", meta="number", default="")
@option("--floor", words="learn.floor", meta="number", type=float, default=0.5)
@option("--law", words="learn.law", meta="number", type=float, default=0.0)
@option("--visits", words="learn.visits", meta="number", type=float, default=0.0)
@option("--id", "new_id", words="learn.new-id", default="")
@option("--to", words="learn.plan-to", meta="file", default="")
@picture_options()
def command(
    *,
    plan: str,
    draws: Sequence[str],
    alpha: str,
    floor: float,
    law: float,
    visits: float,
    new_id: str,
    to: str,
    ascii_only: bool,
    svg: str,
) -> None:
    """Propose rates at the same number of visits; every choice is shown."""
    with open_workspace() as workspace:
        finding = workspace.propose(
            plan,
            draws,
            alpha=_number(alpha) if alpha else None,
            floor=floor / 100,
            law=law / 100,
            visits=visits,
            new_id=new_id,
            to=to or None,
            overwrite=session().overwrite,
        )
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)
    if to:
        note("learn.after-propose", file=shell_word(to))


def _number(text: str) -> float:
    """A number of 0 or more, or inf."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value >= 0:
        raise refuse("findings.alpha-value", found=text)
    return value
