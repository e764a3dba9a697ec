"""What is told after signing: hostile until read, judged field by field, partial, and never against what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from forms_service.domain.addition import (
    Addition,
    AdditionKind,
    addition_from_json,
    addition_to_json,
    check_addition,
    fields_of,
    known_values,
    parse_addition,
)
from forms_service.domain.envelope import Envelope, EnvelopeKind
from forms_service.domain.evidence import canonical_json
from forms_service.errors import (
    AdditionEmptyError,
    EnvelopeIdsDifferError,
    EnvelopeMalformedError,
    InvalidInputError,
    ValuesError,
)
from tests.unit.domain.test_values import FORMS, LEAD

ID, PAPER = "0b0e7a52-5b0a-4a77-9d2c-1a2b3c4d5e6f", "LEAD-7Q2F9-KDM3X-3"
SR = FORMS.form("social-referral").definition
NOW = datetime(2026, 11, 20, 16, 0)  # noqa: DTZ001  # the agency's local time has no zone
SIGNED = {"contact_at": "2026-11-20T13:20"}
TRY = {"tried_at": "2026-11-20T14:10", "channel": "phone", "number": "503-623-9289", "result": "no_answer"}
HAND_OVER, COPY = AdditionKind.HAND_OVER, AdditionKind.PERSON_COPY
CONTENT = {
    "v": "addition/1", "envelope_id": ID, "document_id": PAPER, "names": "0" * 64, "addition": "hand_over",
    "values": {"bh_called_at": "2026-11-20T14:10"}, "at": "2026-11-20T14:11:02-08:00", "author": "x.y.z",
    "device_clock_offset_ms": None, "app_version": "1",
}  # fmt: skip
OUTER = Envelope(
    envelope_id=ID, device_id=ID, counter=1, previous="", kind=EnvelopeKind.ADDITION, document_id=PAPER, sealed="x"
)


def told(values: dict, *, minutes: int = 0) -> Addition:
    """Give an addition that a record has, so many minutes after two."""
    at = datetime(2026, 11, 20, 22, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    return Addition(kind=HAND_OVER, values=values, at=at, by="account:1", by_name="Reyes", received_at=at)


def judged(values: dict, *before: Addition, kind: AdditionKind = HAND_OVER, form=LEAD, signed=SIGNED) -> dict:
    """Judge an addition."""
    return check_addition(form, kind, values, signed=signed, additions=before, now_local=NOW)


def slugs(values: dict, *before: Addition, **more) -> set[tuple[str, str]]:
    """Give slug and place of each fault."""
    with pytest.raises(ValuesError) as refused:
        judged(values, *before, **more)
    return {(fault.slug, fault.place) for fault in refused.value.faults}


def test_what_is_written_well_is_read():
    """Every part as it was written, the time with its offset."""
    read = parse_addition(canonical_json(CONTENT), OUTER)
    assert (read.kind, read.names, read.document_id) == (HAND_OVER, "0" * 64, PAPER)
    assert read.at == datetime(2026, 11, 20, 22, 11, 2, tzinfo=UTC)
    assert read.values == CONTENT["values"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"names": "00"}, "names"), ({"names": None}, "names"), ({"addition": "outcome"}, "addition"),
        ({"addition": []}, "addition"), ({"values": []}, "values"), ({"at": "2026-11-20T14:11:02"}, "at"),
        ({"at": "yesterday"}, "at"), ({"at": 5}, "at"), ({"at": "0001-01-01T00:00:00Z"}, "at"),
        ({"author": "x" * 5000}, "author"), ({"document_id": ""}, "document_id"), ({"app_version": "x" * 61}, "app_version"),
        ({"device_clock_offset_ms": "1"}, "device_clock_offset_ms"), ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_must_be_is_named(change, place):
    """The first key that is wrong, never its content."""
    with pytest.raises(EnvelopeMalformedError) as refused:
        parse_addition(canonical_json({**CONTENT, **change}), OUTER)
    assert refused.value.facts["place"] == place


@pytest.mark.parametrize("change", [{"document_id": "LEAD-00000-00000-0"}, {"envelope_id": ID.replace("0b", "1b")}])
def test_an_addition_says_itself_where_it_belongs(change):
    """Another paper's, or another envelope's, is refused."""
    with pytest.raises(EnvelopeIdsDifferError):
        parse_addition(canonical_json({**CONTENT, **change}), OUTER)


def test_each_kind_has_its_own_fields():
    """The referral has no arrival and no release; the card stands beside the copy."""
    assert [one.id for one in fields_of(SR, HAND_OVER)] == ["bh_contact", "next_step_later"]
    assert [one.id for one in fields_of(SR, COPY)] == [
        "person_copy",
        "person_copy_at",
        "person_copy_reason",
        "card",
        "link",
    ]
    assert "outcome" not in {one.id for one in fields_of(LEAD, HAND_OVER)}
    nothing = replace(SR, fields=tuple(one for one in SR.fields if one.section != "handover"))
    assert fields_of(nothing, COPY) == ()


def test_a_part_is_enough():
    """One try, one time: nothing more is demanded, and text comes back in its normal form."""
    assert judged({"bh_contact": [TRY]}) == {"bh_contact": [TRY]}
    assert judged({"bh_staff_name": " Dana  Wu "}) == {"bh_staff_name": "Dana Wu"}
    assert judged({"bh_contact": [TRY], "next_step_later": "Monday"}, form=SR)["next_step_later"] == "Monday"


@pytest.mark.parametrize("values", [{}, {"bh_staff_name": ""}, {"bh_staff_name": None}, {"bh_contact": []}])
def test_nothing_told_is_refused(values):
    """An act without content would only blur the record."""
    with pytest.raises(AdditionEmptyError):
        judged(values)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"outcome": "completed"}, ("unknown-field", "outcome")),
        ({"contact_at": "2026-11-20T10:00"}, ("unknown-field", "contact_at")),
        ({"person_copy": "paper"}, ("unknown-field", "person_copy")),
        ({"bh_contact": [{"channel": "phone", "result": "reached"}]}, ("value-missing", "bh_contact.1.tried_at")),
        ({"bh_contact": [{**TRY, "result": "maybe"}]}, ("option-unknown", "bh_contact.1.result")),
        ({"bh_contact": [{**TRY, "tried_at": "2026-11-20T16:01"}]}, ("date-in-future", "bh_contact.1.tried_at")),
        ({"bh_called_at": "2026-11-20T13:19"}, ("time-out-of-order", "bh_called_at")),
        ({"bh_called_at": "2026-11-20T16:01"}, ("date-in-future", "bh_called_at")),
        ({"release_exception": "person_left"}, ("value-missing", "release_exception_text")),
        ({"release_exception_text": "He ran."}, ("value-not-asked", "release_exception_text")),
        ({"released_by": "x" * 81}, ("text-too-long", "released_by")),
        ({"bh_staff_name": 5}, ("value-wrong-type", "bh_staff_name")),
    ],
)  # fmt: skip
def test_each_fault_is_named(values, fault):
    """By the same rules as every other value."""
    assert slugs(values) == {fault}


def test_times_are_held_against_what_is_known():
    """Arrived before the call that another tablet told of, or released before arrival, is refused."""
    called = told({"bh_called_at": "2026-11-20T14:10"})
    assert slugs({"bh_arrived_at": "2026-11-20T14:09"}, called) == {("time-out-of-order", "bh_arrived_at")}
    assert slugs({"officer_released_at": "2026-11-20T14:09"}, called) == {("time-out-of-order", "officer_released_at")}
    assert slugs({"officer_released_at": "2026-11-20T13:00"}) == {("time-out-of-order", "officer_released_at")}
    assert judged({"bh_arrived_at": "2026-11-20T14:30"}, called) == {"bh_arrived_at": "2026-11-20T14:30"}


def test_what_is_known_is_not_judged_by_the_clock_again():
    """In the night the clocks go back, a call told at 1:50 lies before 1:10; only what is told now must not be in the future."""
    late = {"contact_at": "2026-11-20T16:10"}
    called = told({"bh_called_at": "2026-11-20T16:20"})
    assert judged({"bh_contact": [TRY]}, called, signed=late) == {"bh_contact": [TRY]}
    assert slugs({"bh_called_at": "2026-11-20T16:20"}, signed=late) == {("date-in-future", "bh_called_at")}
    assert slugs({"bh_arrived_at": "2026-11-20T16:30"}, called) == {("date-in-future", "bh_arrived_at")}


def test_a_new_answer_demands_what_belongs_to_it_once():
    """A copy that was declined needs its reason; the reason that is known is not asked for again."""
    assert slugs({"person_copy": "declined"}, kind=COPY) == {("value-missing", "person_copy_reason")}
    assert slugs({"person_copy": "paper"}, kind=COPY) == {("value-missing", "person_copy_at")}
    assert judged({"person_copy": "pickup"}, kind=COPY, form=SR) == {"person_copy": "pickup"}
    card = {"person_copy": "paper", "person_copy_at": "2026-11-20T14:20", "card": "card 7q2f9 kdm3x 3"}
    assert judged(card, kind=COPY) == {**card, "card": "CARD-7Q2F9-KDM3X-3"}
    left = told({"release_exception": "person_left", "release_exception_text": "He ran."})
    assert judged({"bh_contact": [TRY]}, left) == {"bh_contact": [TRY]}


def test_a_second_answer_demands_what_belongs_to_it_again():
    """What was told for the first one does not do for it; an empty answer is none."""
    declined = replace(told({"person_copy": "declined", "person_copy_reason": "Wants none."}), kind=COPY)
    reason = {("value-missing", "person_copy_reason")}
    assert slugs({"person_copy": "not_possible"}, declined, kind=COPY) == reason
    assert slugs({"person_copy": "declined"}, declined, kind=COPY) == reason
    why = {"person_copy": "not_possible", "person_copy_reason": "They left."}
    assert judged(why, declined, kind=COPY) == why
    given = replace(told({"person_copy": "paper", "person_copy_at": "2026-11-20T14:20"}, minutes=1), kind=COPY)
    assert slugs({"person_copy": "declined"}, declined, given, kind=COPY) == reason
    assert slugs({"person_copy": "email"}, declined, given, kind=COPY) == {("value-missing", "person_copy_at")}
    left = told({"release_exception": "person_left", "release_exception_text": "He ran."})
    assert slugs({"release_exception": "emergency_call"}, left) == {("value-missing", "release_exception_text")}
    assert judged({"release_exception": "", "bh_staff_name": "Dana Wu"}) == {"bh_staff_name": "Dana Wu"}


@pytest.mark.parametrize(
    ("card", "slug"),
    [
        ("LEAD-7Q2F9-KDM3X-3", "card-malformed"),
        ("7Q2F9", "card-malformed"),
        ("CARD-7Q2F9-KDM3X-4", "card-check-failed"),
    ],
)
def test_what_is_no_card_is_refused(card, slug):
    """A paper's number, a part, a mistyped character."""
    with pytest.raises(InvalidInputError) as refused:
        judged({"person_copy": "paper", "person_copy_at": "2026-11-20T14:20", "card": card}, kind=COPY)
    assert refused.value.slug == slug


def test_a_link_belongs_to_a_copy_that_is_given_by_it():
    """Without one it is demanded, with another way it is refused, and a later way asks nothing of an earlier link."""
    by_link = {"person_copy": "sms_link", "person_copy_at": "2026-11-20T14:20"}
    assert slugs(by_link, kind=COPY) == {("value-missing", "link")}
    assert judged({**by_link, "link": "0" * 64}, kind=COPY)["link"] == "0" * 64
    assert slugs({**by_link, "person_copy": "paper", "link": "0" * 64}, kind=COPY) == {("value-not-asked", "link")}
    before = replace(told({**by_link, "link": "0" * 64}), kind=COPY)
    assert judged({"person_copy": "pickup"}, before, kind=COPY) == {"person_copy": "pickup"}


LINK = {"token_sha256": "0" * 64, "key": "A" * 43}


def test_the_key_of_a_link_is_no_value_that_is_kept():
    """It is read beside the values, which hold the digest of the token only."""
    read = parse_addition(canonical_json({**CONTENT, "addition": "person_copy", "values": {"link": LINK}}), OUTER)
    assert (read.values, read.link_key) == ({"link": "0" * 64}, "A" * 43)


@pytest.mark.parametrize(
    "link", ["0" * 64, None, {}, {**LINK, "more": 1}, {**LINK, "key": "A"}, {**LINK, "token_sha256": 5}]
)
def test_what_is_no_link_is_refused(link):
    """Digest and key, nothing else."""
    with pytest.raises(EnvelopeMalformedError) as refused:
        parse_addition(canonical_json({**CONTENT, "values": {"link": link}}), OUTER)
    assert refused.value.facts["place"] == "values.link"


def test_the_latest_of_each_single_value_counts_and_lists_grow():
    """By the time it was told, not by when it arrived."""
    later = told({"bh_staff_name": "Dana Wu", "bh_contact": [TRY]}, minutes=9)
    earlier = told({"bh_staff_name": "Dan", "bh_staff_role": "nurse"})
    assert known_values((later, earlier)) == {"bh_staff_name": "Dana Wu", "bh_staff_role": "nurse"}


def test_an_addition_is_read_back_as_it_was_written():
    """Through the JSON of its record."""
    one = told({"bh_contact": [TRY]})
    assert addition_from_json(addition_to_json(one)) == one


@pytest.mark.parametrize("stored", [None, [], {"values": []}])
def test_what_is_no_addition_is_not_read(stored):
    """Whatever else stands there is the archive's fault, and said so."""
    with pytest.raises(TypeError):
        addition_from_json(stored)
