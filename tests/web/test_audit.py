"""The audit trail's pages: search and filter, who saw a record, what somebody did."""

from __future__ import annotations

from contextlib import closing

import pytest

from forms_service.archive.sqlite_file import connect
from forms_service.ports import Actor, AuditFacts, TrailSearch
from forms_service.web.audit_words import act_words, actor_words, bytes_words, finding_words, kind_words
from forms_service.workflow.permission import Act


def account_id(services) -> str:
    """Give the id of the one account."""
    with services.database.read() as transaction:
        return transaction.ledger.accounts()[0].id


def entries(services, **wanted) -> list:
    """Give the entries that match, newest first."""
    with services.database.read() as transaction:
        return [row.entry for row in transaction.ledger.audit_search(TrailSearch(**wanted))]


def enter(services, **facts) -> None:
    """Write an entry as another actor."""
    by = facts.pop("by", Actor(id="visitor", source="192.0.2.9"))
    with services.database.write() as transaction:
        transaction.ledger.audit(by, services.clock.now(), AuditFacts(**facts))


def test_the_trail_is_told_in_words(visitor, record, services):
    """Who, what, with which thing, outcome, from where and when: local time, and UTC with milliseconds."""
    visitor.get(f"/records/{record.document_id}")
    page = visitor.get("/audit").text
    for words in ("Officer Dana Reyes", "Opened", "the record&#39;s page", record.record_id, "from 127.0.0.1", "Done"):
        assert words in page
    assert 'datetime="2026-11-21T18:00:00.000Z"' in page
    assert "Nov 21, 2026, 10:00 a.m." in page
    assert "Rosa" not in page
    assert f'href="/audit/people/{account_id(services)}"' in page


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("act=complete", 1), ("act=complete&outcome=refused", 0), ("object_kind=record&act=complete", 1),
        ("object_id={record}&act=complete", 1), ("actor=account:{account}&act=complete", 1), ("actor=operator:&act=add_account", 1),
        ("actor=visitor&act=complete", 0), ("source=127.0.0.1&act=complete", 1), ("source=192.0.2.1", 0),
        ("first_day=2026-11-21&last_day=2026-11-21&act=complete", 1), ("first_day=2026-11-22", 0),
        ("last_day=2026-11-20", 0),
    ],
)  # fmt: skip
def test_each_filter_narrows(visitor, record, services, query, hits):
    """Each filter finds the one entry or none."""
    page = visitor.get(f"/audit?{query.format(record=record.record_id, account=account_id(services))}").text
    assert page.count('data-label="Outcome"') == hits
    assert ("Nothing matches." in page) is (hits == 0)


@pytest.mark.parametrize(
    "query",
    ["first_day=2026-02-31", "first_day=2026-11-22&last_day=2026-11-21", "last_day=9999-12-31", "first_day=0001-01-01"],
)
def test_days_that_make_no_range_are_told(visitor, query):
    """A broken date shows no entry at all, and no entry is written for it."""
    answer = visitor.get(f"/audit?{query}")
    assert answer.status_code == 422
    assert "usa-error-message" in answer.text
    assert "data-label" not in answer.text


def test_the_list_goes_on_by_key(visitor, services):
    """Older entries stand on the next page, with the same filters."""
    for _ in range(60):
        enter(services, act="view", object_kind="record", object_id="r", outcome="refused")
    first = visitor.get("/audit?outcome=refused").text
    assert first.count('data-label="Outcome"') == 50
    newest = entries(services, outcome="refused", limit=50)[-1].sequence
    assert f"before={newest}&amp;outcome=refused" in first or f"outcome=refused&amp;before={newest}" in first
    second = visitor.get(f"/audit?outcome=refused&before={newest}").text
    assert second.count('data-label="Outcome"') == 10
    assert "Show older" not in second
    assert visitor.get("/audit?before=nonsense").status_code == 200


def test_looking_is_an_entry_without_what_was_typed(visitor, services):
    """The entry names the kinds of filter, never their words."""
    visitor.get("/audit?source=Rosa+Marin&act=view")
    (entry,) = entries(services, act="read_trail")
    assert entry.facts["keys"] == "act,source"
    assert "Rosa" not in str(entry)


def test_a_record_says_who_saw_it(visitor, record, services):
    """The record's page leads to everybody who opened it or found it in a search."""
    visitor.get("/desk/records?words=rosa")
    page = visitor.get(f"/records/{record.document_id}").text
    assert f'href="/audit/records/{record.document_id}"' in page
    told = visitor.get(f"/audit/records/{record.document_id}").text
    for words in ("Searched records", "by name or number", "Opened", "Signed, sealed and archived"):
        assert words in told
    assert "rosa" not in told.lower()
    assert "There are no older entries." in visitor.get(f"/audit/records/{record.document_id}?before=1").text


def test_a_record_that_is_not_there_has_no_trail(visitor):
    """An unknown number answers like any page that is not there."""
    assert visitor.get("/audit/records/LEAD-00000-00000-0").status_code == 404


def test_a_person_has_two_sides(visitor, services):
    """What they did, and what happened to their account: the failed sign-ins of a stranger among it."""
    person = account_id(services)
    visitor.get("/desk/records?words=rosa")
    enter(services, act="sign_in", object_kind="account", object_id=person, outcome="refused")
    enter(services, act="lock_account", object_kind="account", object_id=person)
    did = visitor.get(f"/audit/people/{person}").text
    assert "Searched records" in did
    assert "Locked by" not in did
    account = visitor.get(f"/audit/people/{person}?side=account").text
    assert "Locked by five wrong passwords" in account
    assert "Refused" in account
    assert "Somebody not signed in" in account
    assert visitor.get("/audit/people/nobody").status_code == 404


def test_a_stranger_sees_no_trail(stranger, account):
    """Without a sign-in every page of the trail leads to it."""
    for path in ("/audit", "/audit/records/LEAD-00000-00000-0", "/audit/people/1"):
        assert stranger.get(path).headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("act", list(Act))
def test_every_act_is_told_in_words(act):
    """No act stands on a page as a bare slug."""
    assert "_" not in act_words(act)
    assert act_words(act)[0].isupper()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (actor_words("operator:root", {}), "Shell, as root"),
        (actor_words("account:1", {}), "An account that is gone"),
        (actor_words("visitor", {}), "Somebody not signed in"),
        (kind_words("new_kind"), "New kind"),
        (bytes_words(999), "999 bytes"),
        (bytes_words(12345), "12.3 kB"),
        (bytes_words(2_500_000), "2.5 MB"),
        (finding_words("tail-cut-off 7"), "The newest entries were cut off, from number 7"),
        (finding_words("new-finding"), "new-finding"),
    ],
)
def test_words_for_what_entries_hold(said, words):
    """Actors, kinds, sizes and findings are written for people."""
    assert said == words


def refusals(services) -> list[tuple]:
    """Give act, id and reason of each refusal, newest first."""
    return [
        (one.act, one.object_kind, one.object_id, one.facts["reason"]) for one in entries(services, outcome="refused")
    ]


def test_a_page_that_is_refused_is_an_entry(visitor, services):
    """Once each: a record that is not there, a draft of somebody else, words in the place of a number."""
    nobody, draft = "LEAD-00000-00000-0", "3f2b8c1e-0d5a-4c7e-9b1f-2a6d8e4c0f13"
    for path in (f"/records/{nobody}", f"/records/{nobody}/agreement.pdf", f"/drafts/{draft}", "/records/Rosa%20Marin"):
        assert visitor.get(path).status_code == 404
    assert refusals(services) == [
        ("view", "", "", "not-found"),
        ("complete", "draft", draft, "not-found"),
        ("view", "document", nobody, "not-found"),
        ("view", "document", nobody, "not-found"),
    ]
    assert "Rosa" not in str(entries(services))


def test_a_form_that_is_sent_back_is_an_entry(visitor, record, services):
    """What a view shows again with its faults, and a post without its token, are refusals too."""
    page = f"/records/{record.document_id}"
    visitor.post(f"{page}/case-number", {"case_number": "nonsense"}, page=page)
    assert refusals(services)[0] == ("give_case_number", "document", record.document_id, "case-number-malformed")
    visitor.client.post(f"{page}/case-number", base_url=visitor.origin, data={"case_number": "26-01234"})
    assert refusals(services)[0][3] == "form-post-invalid"
    visitor.get("/desk/records?signed_from=2026-02-31")
    assert refusals(services)[0] == ("find", "", "", "invalid-input")


def test_pages_that_are_not_there_are_in_the_log_only(visitor, stranger, services):
    """Nobody fills the trail with addresses that lead nowhere."""
    assert visitor.get("/nothing").status_code == 404
    assert visitor.get("/static/nothing.js").status_code == 404
    assert refusals(services) == []


def test_a_wrong_code_for_the_first_account_is_an_entry(stranger, services):
    """Somebody who tries codes is seen; the code is not."""
    given = {"code": "wrong", "name": "x", "password": "p", "full_name": "x", "badge": "1", "phone": "1"}
    assert stranger.post("/first-account", given).status_code == 403
    assert [one[3] for one in refusals(services)] == ["first-account-code-wrong"]


def test_a_refused_sign_in_has_one_entry_without_what_was_typed(stranger, account, services):
    """The account's id if there is one; never the name or the password that was tried."""
    for name in ("dreyes", "rosa.marin"):
        stranger.post("/sign-in", {"name": name, "password": "sesame sesame", "notice": "read"})
    unknown, known = entries(services, outcome="refused")
    assert (known.object_id, unknown.object_id) == (account_id(services), "")
    assert not {"rosa", "dreyes", "sesame"} & set(str(entries(services)).split("'"))


@pytest.mark.parametrize(("kind", "content_type"), [("csv", "text/csv; charset=utf-8"), ("json", "application/json")])
def test_the_trail_is_exported_as_filtered(visitor, record, services, kind, content_type):
    """The file holds what the filter says, and its size is in the trail."""
    answer = visitor.post("/audit/export", {"format": kind, "act": "complete"}, page="/audit?act=complete")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="audit-trail-20261121T180000Z.{kind}"'
    assert record.record_id in answer.text
    assert "sign_in" not in answer.text
    (entry,) = entries(services, act="export_trail")
    assert entry.facts["bytes_out"] == len(answer.data)


@pytest.mark.parametrize("given", [{"format": "exe"}, {}, {"format": "csv", "first_day": "2026-02-31"}])
def test_an_export_of_nothing_known_leads_back(visitor, services, given):
    """No format, another one, or a day that is none: nothing is given and no export stands in the trail."""
    assert visitor.post("/audit/export", given, page="/audit").headers["Location"] == "/audit"
    assert entries(services, act="export_trail") == []


def test_the_week_is_reviewed_and_signed_off(visitor, services, clock):
    """Overdue on the desk, looked at, the trail checked, signed off, and off the desk again."""
    for _ in range(2):
        enter(services, act="sign_in", object_kind="account", object_id="", outcome="refused")
    clock.move(days=8)
    visitor.sign_in()
    assert 'href="/audit/review"' in visitor.get("/desk").text
    page = visitor.get("/audit/review").text
    for words in ("Overdue.", "Nobody has signed off", "Sign-ins refused", "It was never checked."):
        assert words in page
    assert "It held" in visitor.post("/audit/check", {}, page="/audit/review", follow_redirects=True).text
    up_to = entries(services, limit=1)[0].sequence
    assert visitor.post("/audit/review", {"up_to": str(up_to)}, page="/audit/review").status_code == 302
    page = visitor.get("/audit/review").text
    assert "Last signed off by <strong>Officer Dana Reyes</strong>" in page
    assert "Overdue." not in page
    assert 'href="/audit/review"' not in visitor.get("/desk").text


@pytest.mark.parametrize("up_to", ["", "0", "999999", "nonsense", "9" * 30])
def test_a_sign_off_of_another_review_is_refused(visitor, up_to):
    """A number that was not shown is told as such."""
    answer = visitor.post("/audit/review", {"up_to": up_to}, page="/audit/review")
    assert answer.status_code == 409
    assert "review-not-current" in answer.text


def test_a_trail_that_does_not_hold_says_so(visitor, services):
    """The finding stands in the review in words."""
    with closing(connect(services.settings.database)) as connection:
        connection.execute("DROP TRIGGER audit_refuses_update")
        connection.execute("UPDATE audit SET source = 'elsewhere' WHERE sequence = 1")
    page = visitor.post("/audit/check", {}, page="/audit/review", follow_redirects=True).text
    assert "It did not hold" in page
    assert "An entry was changed: number 1" in page


def test_an_export_asks_who_is_there(visitor, clock):
    """Six minutes after the last proof the file is not given; the page that asks leads back."""
    clock.move(minutes=6)
    answer = visitor.post("/audit/export", {"format": "csv"}, page="/audit")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/confirm")
