"""Dates and local times as values hold them, and what a form may compute from them.

* A date is ``YYYY-MM-DD``, a local time ``YYYY-MM-DDTHH:MM``, exactly: ISO 8601 knows weeks, offsets and short forms
  too, and those would be read by one client and refused by another.
* A function of the closed set raises ValueError or TypeError for arguments at fault, and computes nothing.

The same cases run in JavaScript: ``tests/vectors/values.json``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from forms_service.domain.period import last_day

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}")


def read_date(value: object) -> date | None:
    """Read a date; None when it is none."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def read_local_time(value: object) -> datetime | None:
    """Read a local time, without zone; None when it is none."""
    if not isinstance(value, str) or not _LOCAL_TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def date_plus_days(start: str, days: int) -> str:
    """Give the date that many calendar days after the start; time zones and clock changes have no part in it."""
    if isinstance(days, bool):
        raise TypeError(repr(type(days)))
    return last_day(_date(start), days).isoformat()


def age_on(born: str, day: str) -> int:
    """Give full years on a day; someone born on February 29 turns a year older on March 1."""
    birth, then = _date(born), _date(day[:10])
    return then.year - birth.year - ((then.month, then.day) < (birth.month, birth.day))


def local_date(moment: str) -> str:
    """Give the date of a local time."""
    read = read_local_time(moment)
    if read is None:
        raise ValueError("expected a local time as YYYY-MM-DDTHH:MM")
    return read.date().isoformat()


def _date(text: str) -> date:
    read = read_date(text)
    if read is None:
        raise ValueError("expected a date as YYYY-MM-DD")
    return read


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "date_plus_days": date_plus_days,
    "age_on": age_on,
    "local_date": local_date,
}
