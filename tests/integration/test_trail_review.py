"""The weekly review: what is counted, what a sign-off covers, and when it is overdue."""

from __future__ import annotations

import pytest

from forms_service.domain.record import RecordState
from forms_service.errors import ReviewNotCurrentError
from forms_service.ports import Actor, AuditFacts, TrailSearch
from forms_service.workflow.audit_trail import check_trail
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.trail_review import SIGNS, open_review, sign_off

PERSON = Actor(id="account:1", source="192.0.2.7")
STRANGER = Actor(id="visitor", source="192.0.2.8")


def enter(services, by: Actor, act: str, outcome: str = "done") -> None:
    """Let something happen."""
    with services.database.write() as transaction:
        what = AuditFacts(act=act, object_kind="record", object_id="r", outcome=outcome)
        transaction.ledger.audit(by, services.clock.now(), what)


def kinds(services, by) -> list[str]:
    """Give what waits on the desk."""
    return [need.kind for need in what_needs_me(services, by)]


def test_what_happened_is_counted_and_what_matters_is_shown(services, by, clock):
    """Each sign has its own count; the newest few of each are shown."""
    for act, outcome in (
        ("view", "done"), ("view", "refused"), ("sign_in", "refused"), ("sign_in", "done"), ("lock_account", "done"),
        ("complete", "failed"), ("add_account", "done"), ("add_account", "refused"), ("export", "done"),
        ("hold", "signed-on-other-date"),
    ):  # fmt: skip
        enter(services, PERSON, act, outcome)
    clock.move(hours=12)  # 10 p.m. in Oregon
    for _ in range(7):
        enter(services, PERSON, "view")
    review = open_review(services, by)
    found = {one.kind: one.count for one in review.highlights}
    assert found == {
        "failed-sign-ins": 1, "lockouts": 1, "refused": 2, "failures": 1, "night-reads": 7, "new-accounts": 1,
        "exports": 1,
    }  # fmt: skip
    assert set(found) == set(SIGNS)
    (night,) = (one for one in review.highlights if one.kind == "night-reads")
    assert [row.entry.sequence for row in night.newest] == [17, 16, 15, 14, 13]
    assert ("view", 8, 1) in review.counts
    assert ("hold", 1, 0) in review.counts
    assert (review.after, review.up_to, review.entries, review.last) == (0, 17, 17, None)


def test_a_sign_off_covers_what_was_shown_and_no_more(services, by):
    """What happens between looking and signing belongs to the next review."""
    enter(services, PERSON, "view")
    shown = open_review(services, by)
    enter(services, PERSON, "view")
    sign_off(services, by, shown.up_to)
    review = open_review(services, by)
    assert (review.after, review.entries) == (1, 3)
    assert review.last is not None
    assert (review.last.entry.actor, review.last.entry.facts) == (by.id, {"reviewed_to": 1, "entries": 1})
    assert [act for act, _, _ in review.counts] == ["read_trail", "review_trail", "view"]


def test_a_sign_off_of_what_is_not_there_is_refused(services, by):
    """Nothing yet, signed off already, or beyond the newest entry."""
    with pytest.raises(ReviewNotCurrentError):
        sign_off(services, by, 1)
    enter(services, PERSON, "view")
    sign_off(services, by, 1)
    for number in (0, 1, 9):
        with pytest.raises(ReviewNotCurrentError):
            sign_off(services, by, number)


def test_an_empty_trail_can_be_looked_at(services, by):
    """The first look at a new installation finds nothing."""
    review = open_review(services, by)
    assert (review.entries, review.up_to, review.is_overdue, review.checked) == (0, 0, False, None)


def test_a_review_is_overdue_after_a_week(services, by, clock):
    """Counted from the first entry, then from the last sign-off; it stands on the desk until it is done."""
    enter(services, PERSON, "view")
    clock.move(days=7)
    assert not open_review(services, by).is_overdue
    clock.move(hours=1)
    assert open_review(services, by).is_overdue
    assert kinds(services, by) == ["review-overdue"]
    sign_off(services, by, 1)
    assert kinds(services, by) == []
    clock.move(days=8)
    assert kinds(services, by) == ["review-overdue"]


def test_the_newest_check_stands_in_the_review(services, by):
    """When the trail was walked last, and with what verdict."""
    check_trail(services, by)
    checked = open_review(services, by).checked
    assert checked is not None
    assert checked.entry.facts == {"entries": 0, "findings": 1, "found": "checkpoint-overdue"}
    assert checked.entry.outcome == "done"


def test_a_look_at_the_review_is_an_entry(services, by):
    """Who looked, and at how much."""
    enter(services, PERSON, "view")
    open_review(services, by)
    with services.database.read() as transaction:
        entry = transaction.ledger.audit_search(TrailSearch(limit=1))[0].entry
    assert (entry.act, entry.facts["what"], entry.facts["results"]) == ("read_trail", "review", 1)
    assert RecordState.CLOSED not in str(entry)
