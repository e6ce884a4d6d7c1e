"""`yaohao plan mend`: list or make the changes that resolve conflicts of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.wording.messages import say_problem
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
    text,
)


@cli_command("mend", words="plan-mend")
@argument("file", meta="plan")
@option("--take", words="mend-take", meta="number", type=click.IntRange(1), default=None)
def command(file: str, take: int | None) -> None:
    """List the changes that resolve conflicts of a plan, or make one."""
    with open_workspace() as workspace:
        if take is not None:
            finish(workspace.mend_plan(file, take), _show_mended)
            return
        mends = [problem.as_json() for problem in workspace.mends(file)]
    finish({"mends": mends}, lambda told: _show(told["mends"], file))


def _show(mends: list[Mapping[str, Any]], file: str) -> None:
    if not mends:
        text("nothing-to-mend")
        return
    for number, one in enumerate(mends, 1):
        line(f"{number}  {say_problem(Problem(one['code'], one['params']))}")
    note("after-mends", file=shell_word(file))


def _show_mended(report: Mapping[str, Any]) -> None:
    one = report["mended"]
    facts([fact("file", report["file"])])
    line(say_problem(Problem(one["code"], one["params"])))
    note("after-mend", file=shell_word(report["file"]), size=report["left"])
