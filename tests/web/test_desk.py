"""The clerk's desk: what needs me, search, the record, and its case number."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from forms_service.domain.record import RecordState
from forms_service.ports import Held
from forms_service.web.page_words import NEEDS, need_words, retention_words
from forms_service.workflow.needs import STEPS
from tests.conftest import NOW
from tests.web.conftest import OFFICER
from tests.web.papers import hand_over, read, sign


def test_an_empty_desk_says_so(visitor):
    """When nothing waits, that is what the page says."""
    assert "Nothing waits for you." in visitor.get("/desk").text


def test_an_open_case_number_waits_with_its_one_next_step(visitor, record):
    """The desk opens on what is owed and leads to where it is done."""
    page = visitor.get("/desk").text
    assert "Case number is open" in page
    assert f'href="/records/{record.document_id}"' in page


def test_what_waits_pages_by_key(visitor, services):
    """A page goes on after the last thing shown, so that what is settled meanwhile hides nothing."""
    with services.database.write() as transaction:
        for number in range(27):
            at = NOW + timedelta(seconds=number)
            transaction.ledger.hold(
                Held(
                    id=f"held-{number:02d}", document_id="", form="social-referral", reason="signed-on-other-date",
                    sent="{}", held_at=at, held_by="operator:tester",
                )
            )  # fmt: skip
    first = visitor.get("/desk").text
    following = html.unescape(re.search(r'href="(/desk\?after=[^"]+)"', first)[1])
    with services.database.write() as transaction:
        transaction.ledger.settle("held-03", NOW)
    second = visitor.get(following).text
    shown = [re.findall(r"/desk/held/(held-[0-9]+)", page) for page in (first, second)]
    assert shown == [[f"held-{number:02d}" for number in range(25)], ["held-25", "held-26"]]
    assert "From the beginning" in second
    assert "Nothing more waits" in visitor.get("/desk?after=9~").text


def test_a_record_says_how_long_it_is_kept(visitor, record):
    """A clerk reads years and the series of the schedule, not our name for them."""
    page = visitor.get(f"/records/{record.document_id}").text
    assert re.search(r"At least \d years after the end \(OAR 166-200-0350 \(14\)", page)


def test_a_retention_class_that_is_not_configured_is_told_by_its_name(services):
    """Nothing is made up where agency.toml has no such class."""
    assert retention_words("elsewhere", services.settings) == "elsewhere"


def test_giving_the_case_number_makes_version_two(visitor, record):
    """The record shows the number, the desk is empty, and both versions can be opened."""
    page = f"/records/{record.document_id}"
    answer = visitor.post(f"{page}/case-number", {"case_number": "26-01234"}, page=page)
    assert answer.headers["Location"] == page
    text = visitor.get(page).text
    assert "Version 2" in text
    assert "Case number given" in text
    assert "Nothing waits for you." in visitor.get("/desk").text
    first, second = (visitor.get(f"{page}/agreement.pdf?version={number}").data for number in (1, 2))
    assert first != second


def test_a_case_number_of_another_shape_is_told_beside_its_input(visitor, record):
    """What does not match the agency's pattern stays to be corrected, and no version is made."""
    page = f"/records/{record.document_id}"
    answer = visitor.post(f"{page}/case-number", {"case_number": "nonsense"}, page=page)
    assert answer.status_code == 422
    assert 'value="nonsense"' in answer.text
    assert "not a case number of this agency" in answer.text
    assert "Version 2" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "words=marin", "words=ROSA", "words={document_id}", "date_of_birth=1986-04-28", "officer=reyes",
        "form=social-referral", "state=archived", "signed_from=2026-11-21&signed_to=2026-11-21",
    ],
)  # fmt: skip
def test_a_record_is_found_by_each_key(visitor, record, query):
    """Names with accents folded, numbers, birth date, officer, form, state and dates find the record."""
    page = visitor.get(f"/desk/records?{query.format(document_id=record.document_id)}").text
    assert f'href="/records/{record.document_id}"' in page
    assert '<td data-label="Born">Apr 28, 1986</td>' in page


@pytest.mark.parametrize("query", ["words=nobody", "date_of_birth=1990-01-01", "form=lead-agreement", "state=void"])
def test_a_search_that_matches_nothing_says_so(visitor, record, query):
    """An empty result is told in words."""
    assert "Nothing matches." in visitor.get(f"/desk/records?{query}").text


def test_a_date_that_is_none_is_told(visitor, record):
    """A broken date in the address is no crash and no full list."""
    answer = visitor.get("/desk/records?signed_from=2026-02-31")
    assert answer.status_code == 422
    assert "Enter a real date." in answer.text
    assert record.document_id not in answer.text


def test_closed_records_can_not_be_searched_for(visitor):
    """No choice on the page names a state that must not exist here."""
    page = visitor.get("/desk/records").text
    assert f'value="{RecordState.CLOSED}"' not in page


def test_a_record_that_is_not_there_is_not_found(visitor):
    """An unknown number answers like any other page that is not there."""
    answer = visitor.get("/records/LEAD-00000-00000-0")
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_something_held_is_looked_at_and_settled(visitor, record):
    """What is held shows what was sent and leaves the list when settled."""
    hand_over(visitor, "social-referral")
    read(visitor)
    sign(visitor, "person", "officer")
    visitor.post("/take-back", {"password": "a calm river at noon"})
    page = visitor.get("/desk").text
    assert "This signature was used before" in page
    link = re.search(r'href="(/desk/held/[^"]+)"', page)[1]
    held = visitor.get(link).text
    assert "Rosa Marín" in held
    for label, words in (("Sent by", OFFICER.full_name), ("Language", "English"), ("Signed by", "Officer, The person")):
        assert f"<dt>{label}</dt><dd>{words}</dd>" in held
    visitor.post(f"{link}/settle", {}, page=link)
    assert "This signature was used before" not in visitor.get("/desk").text
    assert visitor.get(link).status_code == 404


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_every_kind_of_need_has_words(kind):
    """A new source of work can not appear on the desk as a bare slug."""
    assert need_words(kind)[0] != kind
    assert not (kind in NEEDS and not NEEDS[kind][1])


def test_the_list_goes_on_by_key(visitor, record, services):
    """The second page begins after the last row of the first."""
    page = visitor.get(f"/desk/records?after={record.document_id}").text
    assert f'href="/records/{record.document_id}"' not in page
