"""The days of a workspace: today where it is, and those on which offices work."""

from __future__ import annotations

import os
from datetime import date, tzinfo

from yaohao.planner.register.code_systems import code_system
from yaohao.planner.storage.folder import Settings, WorkspaceFolder
from yaohao.planner.vocabulary.clock import day_of, machine_zone, now, zone_of
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.working_days import FILE, Calendar, read_calendar

TODAY = "YAOHAO_TODAY"
"""The variable of the environment with the day that is taken for today in trials."""


def today(workspace: WorkspaceFolder) -> date:
    """The day it is where the bureau is, or the day that `TODAY` says it is.

    Raises PlannerError where the variable holds no day.
    """
    return _day_in(zone(workspace))


def machine_today() -> date:
    """As `today`, by the clock of the machine, where there is no workspace yet."""
    return _day_in(None)


def _day_in(where: tzinfo | None) -> date:
    day = os.environ.get(TODAY, "")
    return _read(day) if day else day_of(now(), where)


def day_given(workspace: WorkspaceFolder, day: str | None, variable: str = TODAY) -> date:
    """The day that was given (ISO), here or in a variable of the environment, or the day it is.

    Raises PlannerError for what is no day.
    """
    day = day or os.environ.get(variable, "")
    return _read(day) if day else day_of(now(), zone(workspace))


def _read(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise refuse("plan_check.bad-today", found=day) from error


def zone(workspace: WorkspaceFolder) -> tzinfo | None:
    """The zone in which the bureau's days are counted; None for that of the machine.

    That of its settings, else that of its code system.
    """
    return zone_of(zone_setting(workspace))


def zone_setting(workspace: WorkspaceFolder) -> str:
    """The name of the bureau's zone; empty for that of the machine, whichever that is."""
    return zone_named(workspace.settings)


def zone_named(settings: Settings) -> str:
    """As `zone_setting`, of settings alone."""
    return settings.timezone or code_system(settings.register).zone


def zone_name(workspace: WorkspaceFolder) -> str:
    """The name of the bureau's zone, for those who are elsewhere."""
    return zone_setting(workspace) or machine_zone()


def working_days(workspace: WorkspaceFolder) -> Calendar:
    """The calendar by which a workspace counts working days, wherever a due day is told.

    Raises PlannerError for a calendar file that cannot be read.
    """
    has_holidays = code_system(workspace.settings.register).has_holidays
    return read_calendar(workspace.folder / FILE, china=has_holidays)
