"""Dates and local times have one way to be written, and what is computed from them is exact."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.dates import age_on, date_plus_days, local_date, read_date, read_local_time
from forms_service.domain.zones import zone_offsets

NO_DATES = (
    "2026-11-2",
    "20261120",
    "2026-W47-5",
    "2026-02-30",
    "0000-01-01",
    "2026-11-20T10:00",
    "٢٠٢٦-11-20",
    "",
    None,
    5,
    ["2026-11-20"],
)
NO_TIMES = (
    "2026-11-20", "2026-11-20 13:20", "2026-11-20T13:20:00", "20261120T140311Z", "20261120T1403+01", "2026-W47-5T14:03",
    "2026-11-20T24:00", "2026-11-20T13:60", "2026-02-30T10:00", "", None, 5,
)  # fmt: skip


@pytest.mark.parametrize("value", NO_DATES)
def test_what_is_no_date_is_none(value):
    """ISO 8601's other ways to write a date are not ours: two clients would read them differently."""
    assert read_date(value) is None


@pytest.mark.parametrize("value", NO_TIMES)
def test_what_is_no_local_time_is_none(value):
    """Neither seconds nor offsets nor other separators: a time with an offset can not be compared with one without."""
    assert read_local_time(value) is None


def test_a_date_and_a_local_time_are_read():
    """The one way to write each."""
    assert str(read_date("2028-02-29")) == "2028-02-29"
    assert str(read_local_time("2026-11-20T23:59")) == "2026-11-20 23:59:00"


def test_what_can_not_be_computed_is_refused():
    """An argument at fault gives no result."""
    for wrong in (
        lambda: age_on("soon", "2026-11-20"),
        lambda: local_date("2026-11-20"),
        lambda: date_plus_days("soon", 1),
    ):
        with pytest.raises(ValueError, match="YYYY-MM-DD"):
            wrong()
    with pytest.raises(TypeError):
        date_plus_days("2026-11-20", True)  # noqa: FBT003  # the fault under test


def test_a_zone_without_changes_has_one_offset():
    """Phoenix knows no summer time."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert zone_offsets(ZoneInfo("America/Phoenix"), first, last) == [(1767225600000, -25200)]


def test_the_list_of_a_zone_is_the_zone():
    """At every quarter of an hour of three years the list gives the zone's own offset."""
    zone, first, last = ZoneInfo("America/Los_Angeles"), 1735689600, 1830297600
    listed = zone_offsets(zone, *(datetime.fromtimestamp(one, UTC) for one in (first, last)))
    for second in range(first, last, 900 * 7):
        offset = datetime.fromtimestamp(second, zone).utcoffset()
        assert offset is not None
        assert [one for at, one in listed if at <= second * 1000][-1] == offset.total_seconds()
