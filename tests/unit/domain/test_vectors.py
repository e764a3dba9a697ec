"""The language-neutral cases of ``tests/vectors/``, which a JavaScript client runs too."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.conditions import holds, parse_condition
from forms_service.domain.dates import age_on, date_plus_days
from forms_service.domain.evidence import (
    canonical_json,
    check_text,
    normal_text,
    presented_digest,
    refused_characters,
)
from forms_service.domain.period import last_day, local_date
from forms_service.domain.phone_hours import in_turn
from forms_service.domain.signature import Ink, LeastInk, Point, check_ink
from forms_service.domain.zones import zone_offsets
from forms_service.errors import InvalidInputError
from forms_service.patterns import fits, problem_of
from forms_service.settings import ROOT
from forms_service.settings.bh_numbers import BhNumber


def cases(name: str, part: str = "cases") -> list[dict]:
    """Give the cases of a vector file."""
    return json.loads((ROOT / "tests/vectors" / f"{name}.json").read_text("utf-8"))[part]


@pytest.mark.parametrize("file", sorted((ROOT / "tests/vectors").glob("*.json")), ids=lambda file: file.stem)
def test_each_file_says_what_it_holds(file):
    """A client in another language finds a description and at least one case in each file."""
    held = json.loads(file.read_text("utf-8"))
    assert held["description"]
    assert held["cases"]


@pytest.mark.parametrize("case", cases("period"), ids=lambda case: case["day_zero"])
def test_period(case):
    """Day zero plus the days is the last day, over leap days and clock changes; where there is none, nothing is made up."""
    if case["last_day"] is None:
        with pytest.raises(ValueError, match=r"days|date"):
            date_plus_days(case["day_zero"], case["days"])
        return
    assert date_plus_days(case["day_zero"], case["days"]) == case["last_day"]


@pytest.mark.parametrize("days", [0, -1, 3661])
def test_a_period_out_of_range_is_refused(days):
    """No form may name a period below a day or above ten years."""
    with pytest.raises(ValueError, match="1 to 3660"):
        last_day(date(2026, 1, 1), days)


def test_a_period_past_the_calendar_is_refused():
    """A mistyped year is a refusal, not a crash."""
    with pytest.raises(ValueError, match="60 days past 9999-12-31"):
        last_day(date(9999, 12, 31), 60)


@pytest.mark.parametrize("case", cases("period", "local_dates"), ids=lambda case: case["instant"])
def test_the_agencys_date_counts(case):
    """An instant's date is the agency's, at midnight and on the nights the clock changes."""
    instant, zone = datetime.fromisoformat(case["instant"]), ZoneInfo(case["zone"])
    assert local_date(instant, zone).isoformat() == case["local_date"]
    assert instant.astimezone(zone).isoformat(timespec="seconds") == case["local_time"]


@pytest.mark.parametrize("case", cases("period", "ages"), ids=lambda case: f"{case['born']} {case['day']}")
def test_ages(case):
    """A year is full on the birthday."""
    assert age_on(case["born"], case["day"]) == case["age"]


@pytest.mark.parametrize("case", cases("period", "zones"), ids=lambda case: case["zone"])
def test_a_zone_as_a_list(case):
    """A zone's offsets are listed to the second at which each begins."""
    first, last = (datetime.fromisoformat(case[name]) for name in ("first", "last"))
    assert [list(one) for one in zone_offsets(ZoneInfo(case["zone"]), first, last)] == case["offsets"]


@pytest.mark.parametrize("case", cases("patterns"), ids=lambda case: case["pattern"])
def test_patterns(case):
    """A text fits a pattern as a whole, or does not."""
    assert problem_of(case["pattern"]) == ""
    assert [[text, fits(case["pattern"], text)] for text, _ in case["texts"]] == case["texts"]


@pytest.mark.parametrize("pattern", cases("patterns", "refused"))
def test_a_pattern_that_is_not_read_alike_is_refused(pattern):
    """What another client would read differently may not stand in a form nor in the settings."""
    assert problem_of(pattern)


def test_an_instant_without_offset_has_no_date():
    """It would be read in the zone of whatever machine runs this."""
    with pytest.raises(ValueError, match="offset"):
        local_date(datetime(2026, 11, 20, 12), ZoneInfo("America/Los_Angeles"))  # noqa: DTZ001  # the fault under test


@pytest.mark.parametrize("case", cases("presented_digest"), ids=lambda case: case["digest"][:8])
def test_presented_digest(case):
    """The digest is over exactly the id, form, language and lines."""
    lines = [tuple(line) for line in case["lines"]]
    found = presented_digest(case["document_id"], case["form"], case["form_version"], case["language"], lines)
    assert found == case["digest"]


@pytest.mark.parametrize("case", cases("canonical_json"), ids=lambda case: ascii(case["canonical"])[:24])
def test_canonical_json(case):
    """A value has one way to be written."""
    assert canonical_json(case["value"]).decode() == case["canonical"]


@pytest.mark.parametrize("value", [1.5, {"é": 1}, {1: 2}, {"a": {1, 2}}, [object()]])
def test_canonical_json_refuses_what_two_languages_write_differently(value):
    """Floats, keys that are not ASCII and foreign types are the caller's bug."""
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("case", cases("conditions"), ids=lambda case: json.dumps(case["condition"])[:40])
def test_conditions(case):
    """A condition holds, or does not, for the values given."""
    assert holds(parse_condition(case["condition"]), case["values"]) is case["holds"]


@pytest.mark.parametrize("case", cases("text_hygiene"), ids=lambda case: ascii(case["text"]))
def test_text_hygiene(case):
    """A character that prints nothing or reorders a line is refused by its code point."""
    if not case["code_point"]:
        check_text(case["text"])
        return
    with pytest.raises(InvalidInputError, match=case["code_point"].replace("+", r"\+")) as refused:
        check_text(case["text"])
    assert refused.value.slug == "text-has-control-characters"


def test_the_list_of_refused_characters_says_what_is_refused():
    """A client with the list refuses what the service refuses, character by character."""
    listed = refused_characters()
    runs = list(zip(listed[::2], listed[1::2], strict=True))
    assert all(first <= last for first, last in runs)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(runs))
    inside = {one for first, last in runs for one in range(first, last + 1)}
    for one in [*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFE00, 0x10000), 0x1F600, 0xE0041, 0x10FFFF]:
        assert (one in inside) is refuses(chr(one)), hex(one)


def refuses(character: str) -> bool:
    """Say whether a character is refused."""
    try:
        check_text(character)
    except InvalidInputError:
        return True
    return False


@pytest.mark.parametrize("case", cases("text_hygiene", "normal"), ids=lambda case: ascii(case["text"]))
def test_normal_text(case):
    """Composed letters, single spaces, none at the ends."""
    assert normal_text(case["text"]) == case["normal"]


@pytest.mark.parametrize("case", cases("least_ink"), ids=lambda case: case["name"])
def test_least_ink(case):
    """Ink counts as signed, or is refused with the slug the vector names."""
    ink = Ink(strokes=tuple(tuple(Point(*point) for point in stroke) for stroke in case["strokes"]))
    least = LeastInk(
        path_mm=case["least"]["path_hundredths_mm"] / 100, side_mm=case["least"]["side_hundredths_mm"] / 100
    )
    if not case["refusal"]:
        check_ink(ink, 8000, 1800, least=least)
        return
    with pytest.raises(InvalidInputError) as refused:
        check_ink(ink, 8000, 1800, least=least)
    assert refused.value.slug == case["refusal"]


@pytest.mark.parametrize("case", cases("phone_hours"), ids=lambda case: case["now"])
def test_phone_hours(case):
    """What is answered now comes first, at the very minute; the rest follows as configured."""
    numbers = [
        BhNumber(name=one["name"], phone=one["phone"], days=tuple(one["days"]), since=one["from"], until=one["to"])
        for one in cases("phone_hours", "numbers")
    ]
    assert [one.name for one in in_turn(numbers, datetime.fromisoformat(case["now"]))] == case["names"]
