"""`yaohao config`: the settings of the workspace and of the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.schema.reports.workspace import SettingReport
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import Group, argument, cli_command, open_workspace
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    line,
    note,
    table,
    tabular,
)


def _all_settings() -> list[SettingReport]:
    """The settings of the workspace around here, if there is one, and of the user."""
    from yaohao.planner.doors.user_settings import all_settings

    try:
        with open_workspace() as workspace:
            return all_settings(workspace)
    except PlannerError as error:
        if error.problems[0].code != "workspace.no-workspace":
            raise
    return all_settings(None)


@tabular("settings")
def _list() -> None:
    """List the settings, unless a command below this one was called."""
    if click.get_current_context().invoked_subcommand:
        return
    finish({"settings": _all_settings()}, lambda told: _show(told["settings"]))
    note("config.how")


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    columns = [
        column("config.key"),
        column("config.value", flex=True, whole=True),
        column("config.meaning", flex=True, whole=True),
    ]
    table(columns, ((row["key"], _value(row["value"]), _meaning(row)) for row in rows), "settings")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return say("common.yes" if value else "common.no")
    return str(value) or "-"


def _meaning(row: Mapping[str, Any]) -> str:
    words = say(f"config.about-{row['key'].replace('.', '-')}")
    choices = f" ({' | '.join(row['choices'])})" if row["choices"] else ""
    fixed = f" {say('config.cannot-change')}" if row["fixed"] else ""
    return f"{words}{choices}{fixed}"


@cli_command("get", words="config.get")
@argument("key", meta="config.key")
def get(key: str) -> None:
    """Print the value of a setting."""
    rows = {row["key"]: row for row in _all_settings()}
    if key not in rows:
        raise refuse("config.unknown-key", found=key, known=sorted(rows))
    value = rows[key]["value"]
    finish(
        {"key": key, "value": value},
        lambda told: line(str(value).lower() if isinstance(value, bool) else str(value)),
    )


@cli_command("set", words="config.set")
@argument("key", meta="config.key")
@argument("value", meta="config.value")
def set_value(key: str, value: str) -> None:
    """Set a setting."""
    from yaohao.planner.doors.user_settings import PREFIX, change_user_setting

    if key.startswith(PREFIX):
        report: Mapping[str, Any] = change_user_setting(key.removeprefix(PREFIX), value)
    else:
        with open_workspace() as workspace:
            report = workspace.change_setting(key, value)
    finish(report, _show_change)


def _show_change(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("config.key", report["key"]),
            fact("before", report["before"] or "-"),
            fact("after", report["after"] or "-"),
            fact("file", report["file"]),
        ]
    )


command = Group(
    "config",
    "config.config",
    callback=_list,
    members={"get": ("config.get", get), "set": ("config.set", set_value)},
)
