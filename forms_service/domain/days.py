"""Days that somebody types into a search, a filter or an account's end, and the instant at which such a day is over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1900, 2999  # far from where a calendar's arithmetic ends


def parse_day(text: str) -> date:
    """Read a day that somebody typed, in ISO 8601.

    Raises:
        ValueError: It is no day, or not one of the years 1900 to 2999.
    """
    day = date.fromisoformat(text.strip())
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year is not from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """Give the instant at which a local day is over: the midnight that follows, whatever daylight saving does."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
