"""The days an agreement runs (DOMAIN 1.4 Q1 and 3.2).

* Day 0 is the local date of the signature; the last day is day 0 plus the period's calendar days.
* A last day on a weekend or holiday stays where it is.
* Arithmetic is on local dates, so that daylight saving has no effect.

The same cases run in JavaScript: ``tests/vectors/period.json``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST_DAYS = 3660


def last_day(day_zero: date, days: int) -> date:
    """Give the last day of a period.

    Raises:
        ValueError: For a period below 1 or above 3660 days, which no form may name.
    """
    if not 1 <= days <= LONGEST_DAYS:
        message = f"a period has 1 to {LONGEST_DAYS} days, not {days}"
        raise ValueError(message)
    return day_zero + timedelta(days=days)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Give the agency's date of an aware instant."""
    return instant.astimezone(zone).date()
