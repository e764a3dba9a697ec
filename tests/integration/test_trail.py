"""Reading the audit trail: what is found, and that each reading is itself an entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.record import RecordState
from forms_service.errors import NotFoundError
from forms_service.ports import Actor, AuditFacts, Search, TrailSearch
from forms_service.workflow.accounts import NewAccount, add_account
from forms_service.workflow.find import find, open_document
from forms_service.workflow.trail import (
    actor_named,
    local_instants,
    search_trail,
    trail_of_account,
    trail_of_record,
    walk_trail,
)

ZONE = ZoneInfo("America/Los_Angeles")
PASSWORD = "a calm river at noon"  # noqa: S105  # a test's own
NOBODY = "LEAD-00000-00000-0"


@pytest.fixture
def account(services, by):
    """Make one account."""
    wanted = NewAccount(name="dreyes", password=PASSWORD, full_name="Dana Reyes", roles=("officer",))
    return add_account(services, by, wanted)


def last(services):
    """Give the newest entry."""
    with services.database.read() as transaction:
        return transaction.ledger.audit_search(TrailSearch(limit=1))[0].entry


def close(services, record):
    """Put a record under a court's sealing order, as the book will know it."""
    with services.database.write() as transaction:
        transaction.book.put(replace(record, state=RecordState.CLOSED))


def test_a_search_is_an_entry_that_holds_no_words(services, by, record):
    """Kinds of key, how many and which entries were shown; never what was typed."""
    page = search_trail(services, by, TrailSearch(act="complete", source="Rosa"))
    assert (list(page.rows), page.has_more) == ([], False)
    page = search_trail(services, by, TrailSearch(act="complete"))
    entry = last(services)
    assert [row.entry.object_id for row in page.rows] == [record.record_id]
    assert (entry.act, entry.object_kind, entry.object_id) == ("read_trail", "audit", "")
    number = page.rows[0].entry.sequence
    assert entry.facts == {"keys": "act", "results": 1, "newest": number, "oldest": number}


def test_pages_go_on_and_say_whether_there_is_more(services, by):
    """The second page begins below the first."""
    for _ in range(3):
        search_trail(services, by, TrailSearch())
    page = search_trail(services, by, TrailSearch(limit=2))
    assert ([row.entry.sequence for row in page.rows], page.has_more) == ([3, 2], True)
    page = search_trail(services, by, TrailSearch(limit=2, before=2))
    assert ([row.entry.sequence for row in page.rows], page.has_more) == ([1], False)


def test_who_saw_a_record(services, by, record):
    """Who completed it, opened it, found it in a search, or was refused under its number."""
    other = Actor(
        id="account:other", source="192.0.2.9", permissions=frozenset({"find", "view", "all_records"})
    )  # fmt: skip
    find(services, other, Search(form="social-referral"))
    open_document(services, other, record.document_id)
    with services.database.write() as transaction:
        refused = AuditFacts(act="view", object_kind="document", object_id=record.document_id, outcome="refused")
        transaction.ledger.audit(other, services.clock.now(), refused)
    seen, page = trail_of_record(services, by, record.document_id)
    assert seen == record
    acts = [(row.entry.act, row.entry.outcome) for row in page.rows]
    assert acts[:3] == [("view", "refused"), ("view", "done"), ("find", "done")]
    assert ("complete", "done") in acts
    assert (last(services).object_kind, last(services).object_id) == ("record", record.record_id)


def test_a_closed_record_has_no_trail_page_and_its_entries_stay(services, by, record):
    """By its number it answers as one that never was; by its record id the trail still tells what happened."""
    close(services, record)
    for document_id in (record.document_id, NOBODY):
        with pytest.raises(NotFoundError):
            trail_of_record(services, by, document_id)
    page = search_trail(services, by, TrailSearch(object_id=record.record_id))
    assert [row.entry.act for row in page.rows] == ["complete"]


def test_what_somebody_did_and_what_was_done_to_them(services, by, account):
    """The two sides of an account."""
    person = Actor(id=f"account:{account.id}", source="192.0.2.9", permissions=frozenset({"find"}))
    find(services, person, Search(words="Rosa"))
    seen, page = trail_of_account(services, by, account.id)
    assert (seen.id, page.names[account.id]) == (account.id, "Dana Reyes")
    assert [row.entry.act for row in page.rows] == ["find"]
    _, page = trail_of_account(services, by, account.id, to_account=True)
    assert [row.entry.act for row in page.rows] == ["read_trail", "add_account"]
    with pytest.raises(NotFoundError):
        trail_of_account(services, by, "nobody")


def test_a_walk_takes_every_page_up_to_its_limit(services, by):
    """A walk over more than one page misses nothing and stops where it is told."""
    with services.database.write() as transaction:
        for number in range(1003):
            what = AuditFacts(act="view", object_kind="record", object_id=str(number))
            transaction.ledger.audit(by, services.clock.now(), what)
    with services.database.read() as transaction:
        every = [row.entry.sequence for row in walk_trail(transaction, TrailSearch(limit=5000))]
        some = [row.entry.sequence for row in walk_trail(transaction, TrailSearch(limit=700))]
    assert every == list(range(1003, 0, -1))
    assert some == list(range(1003, 303, -1))


def test_local_days_are_instants():
    """A day begins and ends at the agency's midnight, also on the day the clocks change."""
    begins, ends = local_instants(ZONE, date(2026, 11, 1), date(2026, 11, 1))
    assert begins is not None
    assert ends is not None
    assert begins.astimezone(UTC) == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert ends.astimezone(UTC) == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert local_instants(ZONE, None, None) == (None, None)


def test_the_number_of_a_closed_document_finds_no_record(services, by, record):
    """Only entries that hold the number itself match: those of its record are not told apart from others."""
    with services.database.write() as transaction:
        transaction.book.put(replace(record, state=RecordState.CLOSED))
    page = search_trail(services, by, TrailSearch(object_id=record.document_id))
    assert record.record_id not in {row.entry.object_id for row in page.rows}


def test_a_document_number_finds_everything_about_its_record(services, by, record):
    """The number on the paper leads to views, searches and refusals, and can be narrowed by days."""
    find(services, by, Search(form="social-referral"))
    page = search_trail(services, by, TrailSearch(object_id=record.document_id))
    assert {"find", "complete"} <= {row.entry.act for row in page.rows}
    later = datetime(2026, 12, 1, tzinfo=UTC)
    assert list(search_trail(services, by, TrailSearch(object_id=record.document_id, from_at=later)).rows) == []
    close(services, record)
    page = search_trail(services, by, TrailSearch(object_id=record.document_id))
    assert [row.entry.act for row in page.rows] == []


def test_a_sign_in_name_stands_for_its_account(services, by, account):
    """In the shell a person is named as they sign in; everything else is taken as it is."""
    assert actor_named(services, by, "dreyes") == f"account:{account.id}"
    for name in ("", "visitor", "operator:", "account:1"):
        assert actor_named(services, by, name) == name
    with pytest.raises(NotFoundError):
        actor_named(services, by, "nobody")
