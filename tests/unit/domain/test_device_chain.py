"""A device's counter: gaps, repeats and forks, in any order of arrival."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.device_chain import Link, judge_chain


def chain(*counters: int) -> list[Link]:
    """Give links that follow each other by number; each digest is its counter's name."""
    return [Link(counter=one, digest=f"d{one}", previous=f"d{one - 1}" if one > 1 else "") for one in counters]


@pytest.mark.parametrize(
    ("counters", "told", "missing"),
    [
        ((), 0, ()), ((1, 2, 3), 0, ()), ((3, 1, 2), 3, ()), ((2,), 0, ((1, 1),)), ((1, 4), 0, ((2, 3),)),
        ((1, 4), 6, ((2, 3), (5, 6))), ((), 2, ((1, 2),)), ((1,), 10**9, ((2, 10**9),)),
    ],
)  # fmt: skip
def test_a_missing_number_is_named(counters, told, missing):
    """Inside, before the first, and after the newest that the device told of."""
    found = judge_chain(chain(*counters), told)
    assert found.missing == missing
    assert found.missing_count == sum(last - first + 1 for first, last in missing)
    assert found.highest == max([told, *counters])
    assert found.faults == 0


def test_a_number_that_came_twice_is_a_repeat():
    """A tablet whose storage was put back counts anew."""
    found = judge_chain([*chain(1, 2), Link(counter=2, digest="other", previous="d1")])
    assert (found.repeated, found.broken, found.faults) == ((2,), (), 1)


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        (Link(counter=3, digest="d3", previous="other"), (3,)),
        (Link(counter=5, digest="d5", previous="other"), ()),
        (Link(counter=1, digest="d1", previous="other"), (1,)),
    ],
)
def test_what_does_not_follow_is_a_fork(link, broken):
    """Only where its predecessor is here can it be told; the first of all follows nothing."""
    assert judge_chain([*chain(2), link]).broken == broken


def test_a_fork_is_followed_by_either():
    """After a repeat, what follows one of the two follows."""
    found = judge_chain(
        [*chain(1, 2), Link(counter=2, digest="x", previous="d1"), Link(counter=3, digest="y", previous="x")]
    )
    assert (found.repeated, found.broken) == ((2,), ())


@given(st.lists(st.integers(1, 30), unique=True), st.integers(0, 40))
def test_missing_and_here_are_all_numbers(counters, told):
    """Whatever arrives in whatever order: each number up to the highest is here or missing, never both."""
    found = judge_chain(chain(*counters), told)
    missing = {number for first, last in found.missing for number in range(first, last + 1)}
    assert missing | set(counters) == set(range(1, found.highest + 1))
    assert not missing & set(counters)
