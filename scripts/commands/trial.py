"""`yaohao trial`: arms by tickets under a fresh commitment, analysed as was committed."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.scripts.command_base import (
    Group,
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.findings import picture_options, tell
from yaohao.scripts.output import column, finish, limit_option, note, table, tabular


@cli_command("check", words="learn.trial-check")
@argument("file", meta="file")
@picture_options()
def check(file: str, ascii_only: bool, svg: str) -> None:
    """Tell what a trial could show; nothing is written."""
    with open_workspace() as workspace:
        tell(workspace, workspace.check_trial(file), ascii_only=ascii_only, svg=svg)


@cli_command("commit", words="learn.trial-commit")
@argument("file", meta="file")
def commit(file: str) -> None:
    """Commit to a trial and its analysis."""
    with open_workspace() as workspace:
        tell(workspace, workspace.commit_trial(file), ascii_only=False, svg="")


@cli_command("assign", words="learn.trial-assign")
@argument("trial", meta="learn.trial")
@option("--seed", words="learn.trial-seed", required=True)
@option("--source", words="learn.trial-source", default="")
@option("--witness", "witnesses", words="learn.trial-witness", multiple=True)
def assign(trial: str, seed: str, source: str, witnesses: Sequence[str]) -> None:
    """Assign the arms by tickets."""
    with open_workspace() as workspace:
        finding = workspace.assign_trial(trial, seed, source, witnesses)
        tell(workspace, finding, ascii_only=False, svg="")
    note("learn.after-assign", trial=trial)


@cli_command("arms", words="learn.trial-arms")
@argument("trial", meta="learn.trial")
@limit_option()
@tabular("arms")
def arms(trial: str, limit: int) -> None:
    """Show or write the arm of everybody."""
    with open_workspace() as workspace:
        rows = workspace.trial_arms(trial)
    columns = [column("entity"), column("learn.arm")]
    finish(
        {"trial": trial, "arms": rows},
        lambda told: table(
            columns, [(one["entity_id"], one["arm"]) for one in told["arms"][:limit]], "arms"
        ),
    )
    if len(rows) > limit:
        note("more", shown=limit, size=len(rows))


@cli_command("analyse", words="learn.trial-analyse")
@argument("trial", meta="learn.trial")
@argument("outcomes", meta="file")
@picture_options()
def analyse(trial: str, outcomes: str, ascii_only: bool, svg: str) -> None:
    """Analyse a trial as was committed."""
    with open_workspace() as workspace:
        finding = workspace.analyse_trial(trial, outcomes)
        tell(workspace, finding, ascii_only=ascii_only, svg=svg)


@cli_command("list", words="learn.trial-list")
def list_all() -> None:
    """List the trials."""
    with open_workspace() as workspace:
        rows = workspace.trials()
    columns = [column("learn.trial"), column("learn.step"), column("learn.at")]
    if not rows:
        note("learn.no-trials")
    finish(
        {"trials": rows},
        lambda told: table(
            columns, [(one["trial"], one["step"], one["at"]) for one in told["trials"]]
        ),
    )


command = Group(
    "trial",
    "learn.trial",
    members={
        "check": ("learn.trial-check", check),
        "commit": ("learn.trial-commit", commit),
        "assign": ("learn.trial-assign", assign),
        "arms": ("learn.trial-arms", arms),
        "analyse": ("learn.trial-analyse", analyse),
        "list": ("learn.trial-list", list_all),
    },
)
