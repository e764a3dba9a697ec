"""What may stand in an entry, what is night, and cells that no spreadsheet runs."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.numbers import draw_document_id
from forms_service.domain.trail import harmless_cell, id_only, is_night

ZONE = ZoneInfo("America/Los_Angeles")
UUID = "3f2b8c1e-0d5a-4c7e-9b1f-2a6d8e4c0f13"


def test_an_id_of_ours_is_kept():
    """A document id with its check symbol, and a UUID, stand in the trail as they are."""
    document_id = str(draw_document_id("LEAD", lambda _: 12345))
    assert id_only(document_id) == document_id
    assert id_only(UUID) == UUID


@pytest.mark.parametrize(
    "text",
    ["", "Rosa Marin", "rosa", "LEAD-7Q2F9-KDM3X-9", "lead-00000-00000-0", "LEAD00000000000", UUID.upper(), f"{UUID} ", f"{UUID}\n", "26-01234"],
)  # fmt: skip
def test_words_typed_are_never_kept(text):
    """Names, case numbers, mistyped ids and ids with something about them are not ids."""
    assert id_only(text) == ""


@given(st.text(max_size=60))
def test_whatever_comes_is_an_id_or_nothing(text):
    """The check itself never fails."""
    assert id_only(text) in ("", text)


@pytest.mark.parametrize(
    ("hour_utc", "night"), [(5, False), (6, True), (13, True), (14, False), (20, False)]
)  # 10 p.m. in Oregon is 6 a.m. UTC in November
def test_night_is_the_agencys(hour_utc, night):
    """From 10 p.m. until 6 a.m. local time, whatever the time is elsewhere."""
    assert is_night(datetime(2026, 11, 21, hour_utc, 30, tzinfo=UTC), ZONE) is night


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_text(text):
    """What a spreadsheet would run begins with an apostrophe."""
    assert harmless_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "view", "account:1", "2026-11-21T18:00:00.000Z", "a=1"])
def test_other_cells_stay_as_they_are(text):
    """Nothing else is touched."""
    assert harmless_cell(text) == text
