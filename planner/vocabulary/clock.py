"""The one place for time."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from yaohao.planner.vocabulary.problems import refuse

SET_BACK = timedelta(minutes=5)
"""So far may the clock be behind the last act: a machine that asks for the time is put right."""

AHEAD = timedelta(days=366)
"""So long may nothing have been done; a clock that says more is asked about."""


def now() -> str:
    """The present moment in UTC as ISO 8601 text to the second, as the ledger writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_moment(moment: str, last: str) -> None:
    """Raise PlannerError where an act's moment cannot well follow that of the last one.

    Both are as `now` gives them. What was entered once cannot be taken back, and the times of the
    chain may not decrease: one act under a clock of 2099 would date all that follow.
    """
    try:
        gap = datetime.fromisoformat(moment) - datetime.fromisoformat(last)
    except ValueError:  # a moment that no program of ours wrote; the chain's check tells of it
        return
    if gap < -SET_BACK:
        raise refuse("workspace.clock-behind", now=moment, last=last)
    if gap > AHEAD:
        raise refuse("workspace.clock-ahead", now=moment, last=last)


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes 28 February where the year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or later where negative; the month's last day if it has none.

    Days before the first of the calendar become that first day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
