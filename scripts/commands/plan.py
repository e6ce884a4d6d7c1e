"""`yaohao plan`: create, check or preview a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import CheckFailed, PlannerError, refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.wording.messages import language
from yaohao.scripts.command_base import (
    Group,
    argument,
    cli_command,
    open_workspace,
    option,
    workspace_if_any,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    note,
    tabular,
    text,
    warn,
)
from yaohao.scripts.plan_preview import TABLES, show_preview, show_warnings

_NO_CHECK = ("plan_check.no-plan", "plan_check.several-plans", "plan_check.bad-today")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@cli_command("new", words="plan-new")
@argument("file", meta="file")
@option("--id", "plan_id", words="plan-id", default="")
@option("--title", "plan_title", words="plan-title", default="")
@option("--authority", words="plan-authority", default="")
@option("--as-of", "as_of", words="plan-as-of", meta="day", default="")
@option("--region", "regions", words="plan-region", meta="code", multiple=True)
@option("--item", "items", words="plan-item", meta="code", multiple=True)
def new(
    *,
    file: str,
    plan_id: str,
    plan_title: str,
    authority: str,
    as_of: str,
    regions: Sequence[str],
    items: Sequence[str],
) -> None:
    """Write a commented plan into a new file."""
    from yaohao.planner.doors.plan_files import plan_regions, write_new_plan

    path = Path(file)
    workspace, codes = workspace_if_any(), None
    if workspace:
        codes = workspace.own_codes()
        as_of = as_of or workspace.day().isoformat()
        workspace.close()
        authority = authority or workspace.settings.authority
        regions = regions or [code for code in [workspace.settings.division] if code]
        regions = plan_regions(regions, workspace.settings.register)
    try:
        written = write_new_plan(
            path,
            language(),
            id=plan_id or (path.stem if _ID.match(path.stem) else "plan-1"),
            title=plan_title,
            authority=authority,
            as_of=as_of,
            regions=regions,
            items=items,
            workspace=workspace.folder if workspace else None,
            codes=codes,
        )
    except FileExistsError as error:
        raise refuse("cli.exists", file=file) from error
    except (ValueError, OverflowError) as error:
        raise refuse("cli.bad-day", found=as_of) from error
    finish({**written, "file": file}, _show_plan)
    note("after-new", file=shell_word(file))


def _show_plan(report: Mapping[str, Any]) -> None:
    facts([fact(name, report[name]) for name in ("plan", "title", "file")])


@cli_command("check", words="plan-check")
@argument("file", meta="plan")
@option("--today", words="plan_face.today", meta="day", default="")
def check(file: str, today: str) -> None:
    """Check a plan; every problem is told, and the check has failed then."""
    from yaohao.planner.doors.plan_files import check_plan_file

    workspace = workspace_if_any()
    try:
        report = (
            workspace.check_plan(file, today or None) if workspace else check_plan_file(Path(file))
        )
    except PlannerError as error:
        if error.problems[0].code.startswith(("workspace.", *_NO_CHECK)):
            raise
        raise CheckFailed(*error.problems) from error
    finish({**report, "ok": True}, _show_check)
    show_warnings(report["warnings"])
    if not workspace:
        note("no-workspace")


def _show_check(report: Mapping[str, Any]) -> None:
    names = ("plan", "title", "file")
    strata = ", ".join(report["strata"])
    facts([*(fact(name, report[name]) for name in names), fact("strata", strata)])
    text("plan-sound")


@cli_command("preview", words="plan-preview")
@argument("file", meta="plan")
@option("--against", words="plan-against", meta="plan", default="")
@option("--today", words="plan_face.today", meta="day", default="")
@tabular(*TABLES)
def preview(file: str, against: str, today: str) -> None:
    """Show what a plan would do; nothing is frozen."""
    with open_workspace() as workspace:
        report = workspace.preview(file, against or None, today or None)
    finish(report, show_preview)
    show_warnings(report["warnings"])
    if report["leads_outside"]:
        warn("leads-outside", size=report["leads_outside"])
    if report["crews"]["expires_in_window"]:
        warn("expires-in-window", size=report["crews"]["expires_in_window"])


command = Group(
    "plan",
    "plan",
    members={
        "new": ("plan-new", new),
        "check": ("plan-check", check),
        "preview": ("plan-preview", preview),
        "chance": ("plan_set.chance", "yaohao.scripts.commands.plan_chance"),
        "mend": ("plan-mend", "yaohao.scripts.commands.mend"),
        "set": ("plan_set.set", "yaohao.scripts.commands.plan_set"),
    },
)
