"""The one place for time."""

from __future__ import annotations

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
