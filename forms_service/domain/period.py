"""The days an agreement runs (DOMAIN 1.4 Q1 and 3.2).

* Day 0 is the local date of the signature; the last day is day 0 plus the period's calendar days.
* A last day on a weekend or holiday stays where it is.
* Arithmetic is on local dates, so that daylight saving has no effect.

The same cases run in JavaScript: ``tests/vectors/period.json``.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_DAYS = 3660
FIRST_YEAR, LAST_YEAR = 1900, 2999  # what a search or an account may name, far from where a calendar's arithmetic ends


def last_day(day_zero: date, days: int) -> date:
    """Give the last day of a period.

    Raises:
        ValueError: For a period below 1 or above 3660 days, which no form may name, or an end past the year 9999.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"a period has 1 to {LONGEST_DAYS} days, not {days}")
    try:
        return day_zero + timedelta(days=days)
    except OverflowError as error:
        raise ValueError(f"no calendar reaches {days} days past {day_zero}") from error


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


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Give the agency's date of an instant.

    Raises:
        ValueError: For an instant without an offset: it would be read in the machine's own zone.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(zone).date()
