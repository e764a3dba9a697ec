"""Behavioral Health's numbers by hour: read, checked for gaps at the start, and there without a table too."""

from __future__ import annotations

import pytest

from forms_service.settings import ROOT, read_settings
from forms_service.settings.bh_numbers import BhNumber, read_bh_numbers

AGENCY = {"bh_phone_weekday": "503-623-9289", "bh_phone_after_hours": "503-581-5535"}
ALWAYS = {"name": "Crisis line", "phone": "503-581-5535"}


def problems(*rows: object) -> tuple[str, ...]:
    """Give what is wrong with a table."""
    return read_bh_numbers(list(rows), AGENCY)[1]


def test_the_numbers_of_the_configuration_are_read():
    """Weekday and hours as they stand there, everything else the whole week."""
    weekday, night = read_settings({}, root=ROOT).bh_numbers
    assert (weekday.phone, weekday.days, weekday.since, weekday.until) == (
        "503-623-9289",
        (0, 1, 2, 3, 4),
        "08:00",
        "17:00",
    )
    assert night == BhNumber(name="Crisis line, after hours", phone="503-581-5535")


def test_without_a_table_the_printed_numbers_serve():
    """An agency that configured nothing new has both; one that has neither has none."""
    numbers, wrong = read_bh_numbers(None, AGENCY)
    assert ([one.phone for one in numbers], wrong) == (["503-623-9289", "503-581-5535"], ())
    assert read_bh_numbers(None, {}) == ((), ())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"name": " "}, "name: expected"), ({"name": "x" * 61}, "name: expected"), ({"phone": "call us"}, "phone: expected"),
        ({"phone": 5}, "phone: expected"), ({"days": []}, "days: expected"), ({"days": ["monday"]}, "days: expected"),
        ({"days": "mon"}, "days: expected"), ({"from": "8"}, "from and to"), ({"from": "17:00", "to": "08:00"}, "from and to"),
        ({"to": "24:01"}, "from and to"), ({"from": 8}, "from and to"), ({"hours": "9-5"}, "unknown key hours"),
    ],
)  # fmt: skip
def test_each_problem_is_named(row, words):
    """By the number of its row."""
    (problem,) = problems({**ALWAYS, **row})
    assert problem.startswith("agency.toml: bh_numbers 1: ")
    assert words in problem


def test_something_else_than_tables_is_refused():
    """A list of words is no table."""
    assert problems("503-581-5535") == ("agency.toml: bh_numbers: expected [[bh_numbers]] tables",)


@pytest.mark.parametrize(
    ("rows", "gap"),
    [
        ([], "mon at 00:00"),
        ([{"to": "20:00"}], "mon at 20:00"),
        ([{"from": "06:00"}], "mon at 00:00"),
        ([{"days": ["mon", "tue", "wed", "thu", "fri"]}], "sat at 00:00"),
        ([{"to": "12:00"}, {"from": "12:01"}], "mon at 12:00"),
    ],
)
def test_an_hour_at_which_nobody_is_named_is_refused(rows, gap):
    """At the start, not at three in the morning."""
    assert problems(*({**ALWAYS, **row} for row in rows)) == (f"agency.toml: bh_numbers: nobody is named on {gap}",)


def test_hours_that_meet_leave_no_gap():
    """A night is two rows."""
    assert (
        problems({**ALWAYS, "to": "06:00"}, {**ALWAYS, "from": "06:00", "to": "20:00"}, {**ALWAYS, "from": "20:00"})
        == ()
    )
