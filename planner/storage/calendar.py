"""The days of a workspace: today where it is, and those on which offices work."""

from __future__ import annotations

from datetime import date, datetime, timezone

from yaohao.planner.register.code_systems import code_system
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.clock import now
from yaohao.planner.vocabulary.working_days import FILE, Calendar, read_calendar


def today(workspace: WorkspaceFolder) -> date:
    """The day it is where the workspace is, by the zone of its code system."""
    return day_of(now(), zone(workspace))


def zone(workspace: WorkspaceFolder) -> timezone:
    """The zone in which its days are counted."""
    return code_system(workspace.settings.register).zone


def working_days(workspace: WorkspaceFolder) -> Calendar:
    """The calendar by which a workspace counts working days, wherever a due day is told.

    Raises PlannerError for a calendar file that cannot be read.
    """
    has_holidays = code_system(workspace.settings.register).has_holidays
    return read_calendar(workspace.folder / FILE, china=has_holidays)


def day_of(moment: str, zone: timezone) -> date:
    """The day of a moment of the ledger, in a zone."""
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(zone).date()
