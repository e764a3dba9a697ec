"""What happened after signing, on the record's page and told at the desk."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from forms_service.domain.record import Record
from forms_service.ports import Services
from forms_service.web.app import create_app
from tests.conftest import archived
from tests.vector_cases import ARRIVED, CALLED, LEFT, RELEASED
from tests.web.conftest import BY, Visitor, hire


@pytest.fixture
def officer(services: Services) -> Visitor:
    """Give an officer of every role, signed in."""
    hire(services)
    visitor = Visitor(create_app(services.settings, services), services.settings.origin)
    visitor.sign_in()
    return visitor


@pytest.fixture
def record(services: Services) -> Record:
    """Archive the usual case."""
    return archived(services, BY, "lead-agreement")


def posted(values: dict) -> dict[str, str]:
    """Give values as a page sends them."""
    tries = values.get("bh_contact", [])
    items = {f"bh_contact.{at}.{name}": text for at, one in enumerate(tries, start=1) for name, text in one.items()}
    return {**items, **{name: value for name, value in values.items() if name != "bh_contact"}}


def text_of(page: str) -> str:
    """Give what a page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_hand_over_is_told_at_the_desk_and_shown_in_plain_words(officer, services, record):
    """Each try with time, channel, number and result; who told it; the times between; and the desk is told no more."""
    place = f"/records/{record.document_id}/hand-over"
    assert "Not handed over yet" in text_of(officer.get(f"/records/{record.document_id}").text)
    answered = {**CALLED, "bh_contact": [{**CALLED["bh_contact"][0], "who_answered": "Night desk"}]}
    assert officer.post(place, posted({**answered, **ARRIVED, **RELEASED})).status_code == 302
    page = text_of(officer.get(f"/records/{record.document_id}").text)
    for words in (
        "Handed over", "Nov 20, 2026, 2:10 p.m. Phone 503-623-9289 · No answer · Who answered: Night desk",
        "Told by Officer Dana Reyes", "Released by Dana Wu", "From contact to call 50 min", "From contact to release 1 h 42 min",
        "Version 2 Told after signing",
    ):  # fmt: skip
        assert words in page
    assert "Not told yet" not in page
    with services.database.read() as transaction:
        assert transaction.book.record(record.document_id).additions[0].values == {**answered, **ARRIVED, **RELEASED}


def test_parts_are_told_and_faults_keep_what_was_typed(officer, record):
    """A release before the arrival is refused with words; nothing told is refused too; another item is only a page."""
    place = f"/records/{record.document_id}/hand-over"
    officer.post(place, posted({**CALLED, **ARRIVED}))
    refused = officer.post(place, {"officer_released_at": "2026-11-20T14:00", "released_by": "Dana Wu"})
    assert refused.status_code == 422
    assert 'value="Dana Wu"' in refused.text
    assert "Officer released at" in refused.text
    assert "Not told yet: Officer released at, Released by" in text_of(refused.text)
    empty = officer.post(place, {})
    assert (empty.status_code, "Nothing was told" in empty.text or "at least one" in empty.text) == (422, True)
    more = officer.post(place, {"add": "bh_contact", **posted(CALLED)})
    assert 'name="bh_contact.2.result"' in more.text


def test_an_officer_who_left_without_a_release_is_reviewed(officer, record):
    """The desk asks for it, the record's page takes it, and says so ever after."""
    officer.post(f"/records/{record.document_id}/hand-over", LEFT)
    assert "An officer left without a release" in text_of(officer.get("/desk").text)
    page = f"/records/{record.document_id}"
    assert "Left without release, to be reviewed" in text_of(officer.get(page).text)
    sent = {"review_text": "Talked with the officer and the program."}
    assert officer.post(f"{page}/hand-over/review", sent, page=page).status_code == 302
    after = text_of(officer.get(page).text)
    assert "Left without release, reviewed" in after
    assert "Talked with the officer and the program." in after
    assert "Hand-over reviewed" in after
    assert "An officer left without a release" not in text_of(officer.get("/desk").text)


def test_a_void_record_offers_nothing_and_takes_nothing(officer, services, record):
    """What was told stays to be read."""
    officer.post(f"/records/{record.document_id}/hand-over", posted(CALLED))
    with services.database.write() as transaction:
        kept = transaction.book.record(record.document_id)
        transaction.book.put(replace(kept, state="void"))
    page = officer.get(f"/records/{record.document_id}").text
    assert "No answer" in page
    assert "Tell of the hand-over" not in page


def test_a_referral_asks_for_its_first_contact_only(officer, services):
    """No arrival and no release are asked of who made a social referral."""
    record = archived(services, BY, "social-referral")
    page = officer.get(f"/records/{record.document_id}/hand-over").text
    assert "bh_contact.1.result" in page
    assert "officer_released_at" not in page
    assert "Behavioral Health not tried yet" in text_of(page)


def test_a_copy_that_can_not_be_kept_is_told_by_what_is_wrong(officer, services, record):
    """A reason that is missing is asked for; another fault is not blamed on it, and nothing is kept."""
    page = f"/records/{record.document_id}"
    unsaid = officer.post(f"{page}/copy", {"way": "not_possible", "reason": ""}, page=page)
    assert (unsaid.status_code, "Say why, in a few words." in unsaid.text) == (422, True)
    unknown = officer.post(f"{page}/copy", {"way": "pigeon", "reason": "It flew."}, page=page)
    assert (unknown.status_code, "Say why" in unknown.text) == (422, False)
    assert "That is none of the choices" in unknown.text
    assert officer.post(f"{page}/copy", {"way": "paper"}, page=page).status_code == 302
    with services.database.read() as transaction:
        assert len(transaction.book.record(record.document_id).additions) == 1


def test_a_form_that_asks_for_no_copy_offers_no_way_to_tell_of_one(services, record):
    """The copy can be looked at and printed; what would be refused is not offered."""
    hire(services)
    known = services.forms.form("lead-agreement")
    fields = tuple(one for one in known.definition.fields if not one.id.startswith("person_copy"))
    without = replace(known, definition=replace(known.definition, fields=fields))

    class Without:
        def form(self, name, version=None):
            return without

    visitor = Visitor(create_app(services.settings, replace(services, forms=Without())), services.settings.origin)
    visitor.sign_in()
    page = visitor.get(f"/records/{record.document_id}").text
    assert "Look at it and print it" in page
    assert "Handed out on paper now" not in page
    assert "It can not be handed out" not in page
