"""`yaohao plan set`: keys of a plan set, its comments and layout kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.schema.plan_fields import FIELDS
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.plan_words import about_words
from yaohao.scripts.command_base import argument, cli_command, option, workspace_if_any
from yaohao.scripts.output import finish, line, note, text


def _keys() -> tuple[str, list[tuple[str, str]]]:
    """Every key of a plan with what it means; of those that mean the same the first."""
    code, row = say("cli.meta-code"), say("plan_set.row")
    firsts = {field.about: field for field in reversed(FIELDS)}
    keys = [
        (field.key(code, row), about_words(field.about))
        for field in FIELDS
        if firsts[field.about] is field
    ]
    return say("plan_set.keys-head"), keys


@cli_command("set", words="plan_set.set", further=_keys)
@argument("file", meta="plan")
@argument("changes", meta="plan_set.change", nargs=-1, required=False)
@option("--unset", words="plan_set.unset", meta="plan_set.key", multiple=True)
@option("--dry-run", words="plan_set.dry-run", is_flag=True)
def command(file: str, changes: Sequence[str], unset: Sequence[str], *, dry_run: bool) -> None:
    """Set keys of a plan."""
    if not changes and not unset:
        raise refuse("plan_set.no-changes")
    workspace = workspace_if_any()
    if workspace is not None:
        with workspace:
            report = workspace.set_plan(file, changes, unset, dry_run=dry_run)
    else:
        from yaohao.planner.doors.plan_files import set_plan_file

        report = set_plan_file(Path(file), changes, unset, dry_run=dry_run)
    finish(report, _show)
    if not report["against_registers"]:
        note("plan_set.no-workspace")
    if report["written"]:
        note("plan_set.written", file=shell_word(report["file"]))
    elif report["lines"]:
        note("plan_set.tried")


def _show(report: Mapping[str, Any]) -> None:
    if not report["lines"]:
        text("plan_set.same")
    for one in report["lines"]:
        line(f"{one['line']:>4} {one['sign']} {plain(one['text'], 2000)}")
