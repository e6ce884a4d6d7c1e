"""`yaohao plan set`: keys of a plan set, its comments and layout kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.vocabulary.text import plain
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import finish, line, note, text


@cli_command("set", words="plan_set.set")
@argument("file", meta="plan")
@argument("changes", meta="plan_set.change", nargs=-1, required=False)
@option("--unset", words="plan_set.unset", meta="plan_set.key", multiple=True)
@option("--dry-run", words="plan_set.dry-run", is_flag=True)
def command(file: str, changes: Sequence[str], unset: Sequence[str], *, dry_run: bool) -> None:
    """Set keys of a plan."""
    if not changes and not unset:
        raise refuse("plan_set.no-changes")
    with open_workspace() as workspace:
        told = workspace.set_plan(file, changes, unset, dry_run=dry_run)
    finish(told, _show)
    if told["written"]:
        note("plan_set.written", file=shell_word(told["file"]))
    elif told["lines"]:
        note("plan_set.tried")


def _show(told: Mapping[str, Any]) -> None:
    if not told["lines"]:
        text("plan_set.same")
    for one in told["lines"]:
        line(f"{one['line']:>4} {one['sign']} {plain(one['text'], 2000)}")
