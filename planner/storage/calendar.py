"""The days of a workspace: today where it is, and those on which offices work."""

from __future__ import annotations

from datetime import date, tzinfo

from yaohao.planner.register.code_systems import code_system
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.clock import day_of, machine_zone, now, zone_of
from yaohao.planner.vocabulary.working_days import FILE, Calendar, read_calendar


def today(workspace: WorkspaceFolder) -> date:
    """The day it is where the bureau is."""
    return day_of(now(), zone(workspace))


def zone(workspace: WorkspaceFolder) -> tzinfo | None:
    """The zone in which the bureau's days are counted; None for that of the machine.

    That of its settings, else that of its code system.
    """
    return zone_of(zone_setting(workspace))


def zone_setting(workspace: WorkspaceFolder) -> str:
    """The name of the bureau's zone; empty for that of the machine, whichever that is."""
    return workspace.settings.timezone or code_system(workspace.settings.register).zone


def zone_name(workspace: WorkspaceFolder) -> str:
    """The name of the bureau's zone, for those who are elsewhere."""
    return zone_setting(workspace) or machine_zone()


def working_days(workspace: WorkspaceFolder) -> Calendar:
    """The calendar by which a workspace counts working days, wherever a due day is told.

    Raises PlannerError for a calendar file that cannot be read.
    """
    has_holidays = code_system(workspace.settings.register).has_holidays
    return read_calendar(workspace.folder / FILE, china=has_holidays)
