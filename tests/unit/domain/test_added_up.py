"""What additions add up to: in any order of arrival, the latest told counts, and what is open is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.added_up import AddedUp, Elapsed, HandOver, PersonCopy, added_up
from forms_service.domain.addition import Addition, AdditionKind
from tests.unit.domain.test_addition import SR, TRY, told
from tests.unit.domain.test_values import LEAD
from tests.unit.domain.test_vectors import cases
from tests.vector_cases import ARRIVED, CALLED, LEFT, RELEASED
from tests.vectors_made import _addition_case

ZONE = ZoneInfo("America/Los_Angeles")
SIGNED = {"contact_at": "2026-11-20T13:20", "next_step": "Monday at 9"}


def summed(*additions: Addition, form=LEAD, signed=SIGNED) -> AddedUp:
    """Add up."""
    return added_up(form, signed, additions, zone=ZONE)


def copy(values: dict, minutes: int = 0) -> Addition:
    """Give an addition about the person's copy."""
    return replace(told(values, minutes=minutes), kind=AdditionKind.PERSON_COPY)


def review(minutes: int) -> Addition:
    """Give a supervisor's review."""
    return replace(told({"review_text": "Talked with the officer."}, minutes=minutes), kind=AdditionKind.REVIEW)


def test_nothing_told_is_all_open():
    """The form says what is missing; the referral waits for no release."""
    nothing = summed()
    assert (nothing.hand_over, nothing.person_copy, nothing.is_closed) == (HandOver.OPEN, PersonCopy.OPEN, False)
    assert nothing.missing == (
        "bh_contact", "bh_called_at", "bh_arrived_at", "bh_staff_name", "bh_staff_role", "officer_released_at",
        "released_by",
    )  # fmt: skip
    referral = summed(form=SR)
    assert (referral.missing, referral.waits_for_release) == (("bh_contact",), False)


def test_a_next_step_that_was_not_known_is_demanded_before_the_hand_over_closes():
    """It tops the person's copy."""
    parts = [told(one, minutes=at) for at, one in enumerate((CALLED, ARRIVED, RELEASED))]
    unknown = summed(*parts, signed={"contact_at": "2026-11-20T13:20"})
    assert (unknown.missing, unknown.hand_over) == (("next_step_later",), HandOver.OPEN)
    assert summed(*parts).hand_over is HandOver.DONE


def test_parts_add_up_in_any_order():
    """Tries stand in the order they were made, whoever told of them first."""
    second = told({"bh_contact": [{**TRY, "tried_at": "2026-11-20T14:30", "result": "reached"}]}, minutes=1)
    first = told({"bh_contact": [TRY]}, minutes=5)
    result = summed(second, first, told(RELEASED, minutes=3), told(ARRIVED, minutes=2))
    assert [one.value["tried_at"] for one in result.tries] == ["2026-11-20T14:10", "2026-11-20T14:30"]
    assert result.missing == ("bh_called_at",)
    assert result.values["released_by"].value == "Dana Wu"


def test_the_times_between_are_told():
    """From each moment to the next, and from the contact to the release."""
    result = summed(told(CALLED), told(ARRIVED, minutes=1), told(RELEASED, minutes=2))
    assert [(one.since, one.until, one.minutes) for one in result.elapsed] == [
        ("contact_at", "bh_called_at", 50), ("bh_called_at", "bh_arrived_at", 30),
        ("bh_arrived_at", "officer_released_at", 22), ("contact_at", "officer_released_at", 102),
    ]  # fmt: skip
    assert summed(told(CALLED)).elapsed == (Elapsed(since="contact_at", until="bh_called_at", minutes=50),)


def test_the_night_the_clocks_change_is_reckoned_with():
    """From 23:58 to 3:10 are two hours and twelve minutes in March."""
    late = told({"bh_called_at": "2026-03-08T03:10"})
    assert summed(late, signed={"contact_at": "2026-03-07T23:58"}).elapsed[0].minutes == 132


def test_an_exception_is_reviewed_and_a_later_release_overtakes_it():
    """The latest counts; a review counts for the exception before it."""
    left = told(LEFT, minutes=5)
    assert summed(left).hand_over is HandOver.EXCEPTION
    assert summed(left, review(4)).hand_over is HandOver.EXCEPTION
    assert summed(left, review(6)).hand_over is HandOver.REVIEWED
    assert summed(left, told(RELEASED, minutes=1)).hand_over is HandOver.EXCEPTION
    after = summed(told(CALLED), left, told(RELEASED, minutes=9))
    assert (after.hand_over, after.missing) == (HandOver.OPEN, ("bh_arrived_at", "bh_staff_name", "bh_staff_role"))


def test_a_review_is_none_of_an_exception_that_came_after_it():
    """A tablet sent late what was told before the review: the supervisor has not seen it."""
    seen, late = told(LEFT, minutes=1), told(LEFT, minutes=3)
    late = replace(late, received_at=late.at + timedelta(minutes=9))
    assert summed(seen, review(6), late).hand_over is HandOver.EXCEPTION
    assert summed(seen, review(6), late, review(12)).hand_over is HandOver.REVIEWED


def test_a_copy_is_owed_until_it_was_picked_up_declined_or_given():
    """A time that was told before the pick-up was promised is another one's."""
    promised = copy({"person_copy": "pickup"}, 5)
    assert summed(promised).person_copy is PersonCopy.PICK_UP
    assert summed(promised, copy({"person_copy_at": "2026-11-20T15:00"}, 1)).person_copy is PersonCopy.PICK_UP
    assert summed(promised, copy({"person_copy_at": "2026-11-20T15:00"}, 9)).person_copy is PersonCopy.SETTLED
    assert summed(copy({"person_copy": "declined", "person_copy_reason": "No."})).person_copy is PersonCopy.SETTLED
    assert summed(promised, told(LEFT)).is_closed


def test_a_form_without_a_hand_over_has_nothing_open():
    """A third form asks only what its folder says."""
    nothing = summed(form=replace(LEAD, fields=()))
    assert (nothing.hand_over, nothing.person_copy, nothing.is_closed) == (HandOver.NONE, PersonCopy.NONE, True)


def test_what_is_no_try_is_passed_over():
    """It was judged when it was taken; a list of something else adds nothing."""
    odd = told({"bh_contact": ["x"], "bh_staff_name": "Dana Wu"})
    assert summed(odd).tries == ()


@pytest.mark.parametrize("case", cases("additions"), ids=lambda case: f"{case['form']}-{case['values']!s:.60}")
def test_the_tablets_cases_are_ours(case, services):
    """What the vectors say is what the service says today."""
    before = [one["values"] for one in case["told"]]
    assert _addition_case(services, case["form"], before, case["values"]) == case
