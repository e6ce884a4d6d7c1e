"""`yaohao doctor`: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say, say_problem
from yaohao.scripts.command_base import cli_command, session
from yaohao.scripts.output import (
    column,
    finish,
    prose,
    table,
    tabular,
)


@cli_command("doctor", words="doctor.doctor")
@tabular("checks")
def command() -> None:
    """Look at everything; end with 1 where something fails."""
    from yaohao.planner.doors.completion import workspace_at
    from yaohao.planner.doors.machine import check_of, examine
    from yaohao.planner.doors.user_settings import user_file, user_settings
    from yaohao.scripts.terminal import examine_terminal

    named = session().workspace or os.environ.get("YAOHAO_WORKSPACE", "")
    checks: list[Any] = list(examine_terminal())
    usual = ""
    try:
        usual = user_settings().get("workspace", "")
        checks.append(check_of("user-settings", "ok", file=str(user_file())))
    except PlannerError as error:
        problem = say_problem(error.problems[0])
        checks.append(check_of("user-settings", "warn", found=problem, file=str(user_file())))
    folder = workspace_at(named, usual)
    if named and folder is None:
        checks.append(check_of("workspace", "fail", folder=named, found=say("doctor.no-such")))
    elif folder is None:
        checks.append(check_of("workspace-none", "note"))
    checks = [*examine(folder), *checks]
    counts = {name: sum(one["state"] == name for one in checks) for name in ("fail", "warn")}
    finish({"ok": not counts["fail"], "checks": checks}, lambda told: _show(told, counts))
    if counts["fail"]:
        click.get_current_context().exit(1)


def _show(report: Mapping[str, Any], counts: Mapping[str, int]) -> None:
    rows: Sequence[Mapping[str, str]] = report["checks"]
    columns = [
        column("state"),
        column("doctor.what"),
        column("found", flex=True, whole=True),
        column("doctor.do", flex=True, whole=True),
    ]
    table(
        columns,
        (
            (
                say(f"doctor.state-{one['state']}"),
                say(f"doctor.name-{one['name']}"),
                one["found"],
                one["do"],
            )
            for one in rows
        ),
        "checks",
    )
    if counts["fail"]:
        prose(say("doctor.failed", fail=counts["fail"], warn=counts["warn"]))
    elif counts["warn"]:
        prose(say("doctor.warned", warn=counts["warn"]))
    else:
        prose(say("doctor.sound"))
