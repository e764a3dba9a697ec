"""A time zone as a list, for a tablet that must know the agency's local time and asks no zone of its own.

The same cases run in JavaScript: ``tests/vectors/period.json``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def zone_offsets(zone: ZoneInfo, first: datetime, last: datetime) -> list[tuple[int, int]]:
    """Give each offset of a zone between two instants, with the instant from which it holds.

    Args:
        zone: Changes at most once in any 24 hours, as every zone does.
        first: Aware; from here on the list speaks.
        last: Aware; after it the list says nothing.

    Returns:
        Pairs of UTC milliseconds and the offset east of UTC in seconds, rising.
    """
    found = [(_utc_ms(first), _offset_s(zone, first))]
    day = first
    while day < last:
        following = min(day + _DAY, last)
        if _offset_s(zone, following) != _offset_s(zone, day):
            found.append((_utc_ms(_change(zone, day, following)), _offset_s(zone, following)))
        day = following
    return found


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Halve the time between until the second is found from which the later offset holds."""
    old = _offset_s(zone, before)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        before, after = (middle, after) if _offset_s(zone, middle) == old else (before, middle)
    return after


def _offset_s(zone: ZoneInfo, instant: datetime) -> int:
    return int((instant.astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _utc_ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
