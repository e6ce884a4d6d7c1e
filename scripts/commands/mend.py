"""`yaohao plan mend`: conflicts of a plan's rules, and taking a change that mends them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import click

from planner.vocabulary.problems import Problem
from planner.vocabulary.words import say_problem
from scripts.face import act, argument, open_workspace, option
from scripts.output import fact, facts, finish, line, note, text


@act("mend", words="plan-mend")
@argument("file", meta="plan")
@option("--take", words="mend-take", meta="number", type=click.IntRange(1), default=None)
def command(file: str, take: int | None) -> None:
    """List the changes that mend a plan, or take one."""
    with closing(open_workspace()) as bureau:
        if take is not None:
            finish(bureau.mend_plan(file, take), _show_mended)
            return
        found = [problem.as_json() for problem in bureau.mends(file)]
    finish({"mends": found}, lambda told: _show(told["mends"], file))


def _show(mends: list[Mapping[str, Any]], file: str) -> None:
    if not mends:
        text("nothing-to-mend")
        return
    for number, one in enumerate(mends, 1):
        line(f"{number}  {say_problem(Problem(one['code'], one['params']))}")
    note("after-mends", file=file)


def _show_mended(told: Mapping[str, Any]) -> None:
    one = told["mended"]
    facts([fact("file", told["file"])])
    line(say_problem(Problem(one["code"], one["params"])))
    note("after-mend", file=told["file"], size=told["left"])
