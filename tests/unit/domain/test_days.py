"""Days that somebody typed, and where a local day ends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.days import day_ends, parse_day


@pytest.mark.parametrize("text", ["1900-01-01", " 2026-11-21 ", "2999-12-31"])
def test_a_day_is_read(text):
    """ISO 8601, with blanks about it or none."""
    assert parse_day(text).isoformat() == text.strip()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "isoformat"), ("soon", "isoformat"), ("11/21/2026", "isoformat"), ("2026-02-30", "out of range"),
        ("1899-12-31", "the year"), ("3000-01-01", "the year"), ("0001-01-01", "the year"), ("9999-12-31", "the year"),
    ],
)  # fmt: skip
def test_what_is_no_day_of_ours_is_refused(text, told):
    """Words, days that never were, and years at which a calendar's arithmetic ends."""
    with pytest.raises(ValueError, match=told):
        parse_day(text)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize("text", ["1900-01-01", "2999-12-31"])
def test_every_day_that_is_read_ends(text, zone):
    """The end of the first and the last day can be written in UTC, wherever the agency is."""
    assert day_ends(parse_day(text), ZoneInfo(zone)).astimezone(UTC)


def test_the_day_of_25_hours_ends_at_midnight():
    """The day on which the clocks go back ends at the local midnight."""
    ends = day_ends(date(2026, 11, 1), ZoneInfo("America/Los_Angeles"))
    assert ends.astimezone(UTC) == datetime(2026, 11, 2, 8, tzinfo=UTC)
