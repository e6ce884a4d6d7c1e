"""`yaohao freeze`: freeze a plan into a frame, a lottery and a commitment."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
    session,
)
from yaohao.scripts.output import (
    counts_facts,
    fact,
    facts,
    finish,
    line,
    note,
    warn,
)
from yaohao.scripts.passphrases import read_secret

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace


@cli_command("freeze")
@argument("plan", meta="plan")
@option("--past", words="plan_face.past", is_flag=True)
@option("--again", words="plan_face.again", is_flag=True)
@option("--unstaffed", words="plan_face.unstaffed", is_flag=True)
@option("--today", words="plan_face.today", meta="day", default="")
@option("--secret-file", words="vouching.secret-file", meta="file", default="")
# Many parameters: one for each option.
def command(
    plan: str, today: str, secret_file: str, *, past: bool, again: bool, unstaffed: bool
) -> None:
    """Freeze a plan and print the commitment."""
    from yaohao.scripts.plan_preview import show_warnings

    asked = {"past": past, "again": again, "unstaffed": unstaffed}
    despite = [name for name, said in asked.items() if said]
    secret = read_secret(secret_file) if secret_file else None
    with open_workspace() as workspace:
        report = _freeze(workspace, plan, despite, today, secret)
    finish(report, show_freeze)
    if secret is not None:
        warn("vouching.given-secret")
    show_warnings(report["warnings"])
    if not report["source"]:
        warn("no-source-named")
    note("after-freeze", draw=report["draw"])
    if report["cosigners"]:
        note("vouching.to-cosign", names=report["cosigners"])


def _freeze(
    workspace: Workspace, plan: str, despite: Collection[str], today: str, secret: str | None
) -> Mapping[str, Any]:
    """Freeze; whoever sits at a terminal is asked whether a plan shall be frozen once again."""
    try:
        return workspace.freeze(plan, secret, despite=despite, today=today or None)
    except PlannerError as error:
        [problem] = error.problems[:1]
        if problem.code != "plan_check.frozen-again" or not _can_ask():
            raise
        click.echo(plain(say_problem(problem)), err=True)
        if not click.confirm(say("plan_face.ask-again"), default=False, err=True):
            raise click.Abort from error
        return workspace.freeze(plan, secret, despite=[*despite, "again"], today=today or None)


def _can_ask() -> bool:
    return not session().json and sys.stdin.isatty() and sys.stderr.isatty()


def show_freeze(report: Mapping[str, Any]) -> None:
    """Print a frozen draw: its digests, its counts, its commitment."""
    facts([fact("draw", report["draw"]), *counts_facts(report)])
    line()
    facts(
        [
            fact("plan-digest", report["plan"]),
            fact("frame", report["frame"]),
            fact("lottery", report["lottery"]),
            fact("commitment", report["commitment"]),
            fact("committed-at", local_moment(report["committed_at"])),
            fact("source", report["source"] or "-"),
        ]
    )
