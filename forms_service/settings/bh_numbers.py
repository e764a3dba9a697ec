"""Behavioral Health's numbers by weekday and hour: ``[[bh_numbers]]`` of ``agency.toml``.

Without the table the two numbers that forms print serve: the weekday's from Monday to Friday, 8 a.m. to 5 p.m., the other
one always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = frozenset({"name", "phone", "days", "from", "to"})
DAY_BEGINS, DAY_ENDS = "00:00", "24:00"
MOST_NAME = 60
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_PHONE = re.compile(r"[0-9+(][0-9+()./ -]{1,23}( ?(x|ext\.?) ?[0-9]{1,6})?")
_PLACE = "agency.toml: bh_numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class BhNumber:
    """A number and when it is answered, in the agency's local time.

    Attributes:
        days: 0 for Monday to 6 for Sunday.
        since: ``HH:MM``; ``until``: the first minute that no longer counts, ``24:00`` for the day's end.
    """

    name: str
    phone: str
    days: tuple[int, ...] = tuple(range(7))
    since: str = DAY_BEGINS
    until: str = DAY_ENDS

    def answers(self, day: int, hour: str) -> bool:
        """Say whether it is answered on a weekday at an hour (``HH:MM``)."""
        return day in self.days and self.since <= hour < self.until


def read_bh_numbers(configured: object, agency: Mapping[str, str]) -> tuple[tuple[BhNumber, ...], tuple[str, ...]]:
    """Give the numbers in the order they are to be tried, and every problem.

    Args:
        configured: What stands under ``bh_numbers``; None where there is no such table.
        agency: The agency's facts, for the two numbers that forms print.
    """
    if configured is None:
        return tuple(_printed(agency)), ()
    if not isinstance(configured, list) or not all(isinstance(one, Mapping) for one in configured):
        return (), (f"{_PLACE}: expected [[bh_numbers]] tables",)
    problems = [f"{_PLACE} {at}: {one}" for at, row in enumerate(configured, start=1) for one in _problems(row)]
    if problems:
        return (), tuple(problems)
    numbers = tuple(_number(one) for one in configured)
    gap = _gap(numbers)
    return numbers, (f"{_PLACE}: nobody is named on {gap}",) if gap else ()


def _printed(agency: Mapping[str, str]) -> Iterator[BhNumber]:
    weekday, after_hours = agency.get("bh_phone_weekday", ""), agency.get("bh_phone_after_hours", "")
    if weekday:
        yield BhNumber(name="Weekdays", phone=weekday, days=tuple(range(5)), since="08:00", until="17:00")
    if after_hours:
        yield BhNumber(name="After hours", phone=after_hours)


def _problems(row: Mapping[str, object]) -> Iterator[str]:
    for key in sorted(set(row) - KEYS):
        yield f"unknown key {key}"
    name, phone, days = row.get("name"), row.get("phone"), row.get("days", list(WEEKDAYS))
    if not isinstance(name, str) or not 0 < len(name.strip()) <= MOST_NAME:
        yield f"name: expected 1 to {MOST_NAME} characters"
    if not isinstance(phone, str) or not _PHONE.fullmatch(phone):
        yield "phone: expected a number that can be called"
    if not isinstance(days, list) or not days or not all(one in WEEKDAYS for one in days):
        yield f"days: expected some of {', '.join(WEEKDAYS)}"
    since, until = row.get("from", DAY_BEGINS), row.get("to", DAY_ENDS)
    hours = [one for one in (since, until) if isinstance(one, str) and (_HOUR.fullmatch(one) or one == DAY_ENDS)]
    if len(hours) < 2 or hours[0] >= hours[1]:
        yield "from and to: expected hours as 08:00 and 17:00, the earlier one first; a night is two rows"


def _number(row: Mapping[str, object]) -> BhNumber:
    days = row.get("days", WEEKDAYS)
    return BhNumber(
        name=str(row["name"]).strip(),
        phone=str(row["phone"]),
        days=tuple(at for at, one in enumerate(WEEKDAYS) if isinstance(days, list | tuple) and one in days),
        since=str(row.get("from", DAY_BEGINS)),
        until=str(row.get("to", DAY_ENDS)),
    )


def _gap(numbers: tuple[BhNumber, ...]) -> str:
    """Give the first weekday and hour at which no number is answered; a gap can only begin where one ends."""
    hours = sorted({DAY_BEGINS, *(one.until for one in numbers if one.until != DAY_ENDS)})
    for day, name in enumerate(WEEKDAYS):
        for hour in hours:
            if not any(one.answers(day, hour) for one in numbers):
                return f"{name} at {hour}"
    return ""
