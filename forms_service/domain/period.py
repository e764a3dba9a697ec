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
        ValueError: For a period below 1 or above 3660 days, which no form may name, or an end past the year 9999.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"a period has 1 to {LONGEST_DAYS} days, not {days}")
    try:
        return day_zero + timedelta(days=days)
    except OverflowError as error:
        raise ValueError(f"no calendar reaches {days} days past {day_zero}") from error


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Give the agency's date of an instant.

    Raises:
        ValueError: For an instant without an offset: it would be read in the machine's own zone.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(zone).date()
