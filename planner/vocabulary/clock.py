"""The one place for time."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime


def now() -> str:
    """The present moment in UTC as ISO 8601 text to the second, as the ledger writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
