"""The one place for time."""

from __future__ import annotations

import os
import re
from calendar import monthrange
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from yaohao.planner.vocabulary.problems import refuse

SET_BACK = timedelta(minutes=5)
"""So far may the clock be behind the last act: a machine that asks for the time is put right."""

AHEAD = timedelta(days=366)
"""So long may nothing have been done; a clock that says more is asked about."""


MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
"""The form of the ledger's moments."""

CHINA = "Asia/Shanghai"
"""The one zone of China, without summer time since 1991."""

_OFFSET = re.compile(r"UTC(?:(?P<sign>[+-])(?P<hours>[01]?[0-9])(?::(?P<minutes>[0-5][0-9]))?)?")


def now() -> str:
    """The present moment in UTC as ISO 8601 text to the second, as the ledger writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def zone_of(name: str) -> tzinfo | None:
    """A time zone by its name in the IANA data base (`Asia/Shanghai`), or `UTC+8`, `UTC-3:30`.

    None for no name: the zone of the machine. Raises ValueError for a name of none.
    """
    if not name:
        return None
    if name == CHINA:  # also where the machine has no data base of zones
        return timezone(timedelta(hours=8))
    if name.startswith("UTC"):
        offset = _OFFSET.fullmatch(name)
        if offset is None:
            raise ValueError(name)
        span = timedelta(hours=int(offset["hours"] or 0), minutes=int(offset["minutes"] or 0))
        return timezone(-span if offset["sign"] == "-" else span)
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:  # also a folder, or no name of one
        raise ValueError(name) from error


def machine_zone() -> str:
    """The name of the machine's zone: its own where it has one, else its distance from UTC now."""
    names = [os.environ.get("TZ", "").removeprefix(":")]
    with suppress(OSError, RuntimeError):  # no such file, or links in a circle
        names.append(Path("/etc/localtime").resolve().as_posix().partition("/zoneinfo/")[2])
    for name in filter(None, names):
        try:
            zone_of(name)
        except ValueError:
            continue
        return name
    return offset_words(datetime.now().astimezone())


def local(moment: str, zone: tzinfo | None) -> datetime:
    """A moment of the ledger in a zone, the machine's where it is None."""
    return datetime.fromisoformat(moment).astimezone(zone)


def day_of(moment: str, zone: tzinfo | None) -> date:
    """The day of a moment of the ledger, in a zone."""
    return local(moment, zone).date()


def moment_words(moment: str, zone: tzinfo | None) -> str:
    """A moment of the ledger for people: ``2027-01-06 07:30 (UTC+8)``.

    What is no moment, as in a ledger of another make, stays as it is.
    """
    try:
        there = local(moment, zone)
    except (ValueError, OverflowError):
        return moment
    return f"{there:%Y-%m-%d %H:%M} ({offset_words(there)})"


def offset_words(there: datetime) -> str:
    """How far a local time is from UTC: ``UTC``, ``UTC+8``, ``UTC-3:30``."""
    minutes = round((there.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "") if minutes else "UTC"


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
