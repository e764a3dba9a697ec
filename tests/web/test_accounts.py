"""Administration of accounts, without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forms_service.ports import Actor
from forms_service.web.accounts import PAGE_ROWS
from forms_service.workflow.accounts import accounts_from, add_account
from forms_service.workflow.banned_passwords import update_banned
from forms_service.workflow.sign_in import sign_in
from tests.web.conftest import OFFICER, PASSWORD, Visitor

BY = Actor(id="operator:tester")
NEW = {
    "name": "kdale",
    "full_name": "Clerk Kim Dale",
    "password": "seven grey pelicans drumming",
    "until": "",
    "role": "clerk",
}


def find(services, name: str):
    """Give an account by name."""
    with services.database.read() as transaction:
        return transaction.ledger.account_named(name)


def test_an_account_is_added_and_changes_its_password_first(visitor, services, app):
    """What the administrator typed opens one page only; the last day is the agency's own."""
    answer = visitor.post("/accounts/new", {**NEW, "until": "2026-12-31"})
    assert answer.headers["Location"] == "/accounts/kdale"
    made = find(services, "kdale")
    assert made.must_change_password
    assert made.ends_at.isoformat() == "2027-01-01T08:00:00+00:00"
    page = visitor.get("/accounts/kdale").text
    assert "Dec 31, 2026" in page
    assert 'value="2026-12-31"' in page
    other = Visitor(app, visitor.origin)
    other.post("/sign-in", {"name": "kdale", "password": NEW["password"], "notice": "read"})
    assert other.get("/").headers["Location"] == "/account/password"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"full_name": "", "password": ""}, 422, "2 answers need another look"),
        ({"until": "2026-02-30"}, 422, "Enter a real date"), ({"until": "9999-12-31"}, 422, "Enter a real date"),
        ({"name": "dreyes"}, 422, "That sign-in name is in use"), ({"password": "password1234"}, 422, "easy to guess"),
        ({"full_name": "a\u0000"}, 422, "can not be printed"), ({"role": ""}, 422, "This role is not known"),
        ({"role": ["clerk", "supervisor"]}, 422, "These roles do not go together"),
    ],
)  # fmt: skip
def test_an_account_that_can_not_be_keeps_what_was_typed(visitor, services, change, status, words):
    """Each fault is told, and the password is never sent back."""
    answer = visitor.post("/accounts/new", {**NEW, **change})
    assert answer.status_code == status
    assert words in answer.text
    assert NEW["password"] not in answer.text
    assert find(services, "kdale") is None


def test_an_account_is_disabled_and_released(visitor, services):
    """Its state stands on its page, with the one act that fits it."""
    add_account(services, BY, replace(OFFICER, name="kim"))
    visitor.post("/accounts/kim/disable", {}, page="/accounts/kim")
    assert find(services, "kim").disabled_at is not None
    assert "Somebody disabled it." in visitor.get("/accounts/kim").text
    visitor.post("/accounts/kim/unlock", {}, page="/accounts/kim")
    assert find(services, "kim").disabled_at is None
    visitor.post("/accounts/kim/reset-factor", {}, page="/accounts/kim")
    with services.database.read() as transaction:
        acts = [entry["act"] for entry in transaction.ledger.audit_entries()]
    assert acts[-3:] == ["disable_account", "unlock_account", "reset_factor"]


def test_the_last_day_is_set_and_taken_away(visitor, services):
    """An empty day means that it stays; one that is none is refused."""
    add_account(services, BY, replace(OFFICER, name="kim"))
    visitor.post("/accounts/kim/end", {"until": "2026-11-20"}, page="/accounts/kim")
    assert "Ended" in visitor.get("/accounts/kim").text
    assert visitor.post("/accounts/kim/end", {"until": "soon"}, page="/accounts/kim").status_code == 422
    visitor.post("/accounts/kim/end", {"until": ""}, page="/accounts/kim")
    assert find(services, "kim").ends_at is None


@pytest.mark.parametrize("path", ["/accounts/nobody", "/accounts/kim%20"])
def test_an_account_that_is_not_there_is_not_found(visitor, path):
    """Neither its page nor an act."""
    assert visitor.get(path).status_code == 404
    for act in ("disable", "end", "nothing"):
        assert visitor.post(f"{path}/{act}", {}, page="/accounts/dreyes").status_code == 404


@pytest.mark.parametrize("act", ["disable", "unlock", "reset-factor", "end", "password"])
def test_each_act_asks_anew_who_is_there(visitor, services, clock, act):
    """After five minutes nothing happens before the proof, and the new-account page asks for it before it is filled."""
    add_account(services, BY, replace(OFFICER, name="kim"))
    clock.move(minutes=6)
    before = find(services, "kim")
    answer = visitor.post(f"/accounts/kim/{act}", {"until": ""}, page="/accounts/kim")
    assert answer.headers["Location"].startswith("/confirm")
    assert find(services, "kim") == before
    assert visitor.get("/accounts/new").headers["Location"] == "/confirm?next=/accounts/new"
    visitor.post("/confirm", {"password": PASSWORD, "next": "/accounts/new"})
    assert visitor.get("/accounts/new").status_code == 200


def test_the_list_pages_by_name(visitor, services):
    """Each account stands on one page exactly once, and the next page begins with a name."""
    template = find(services, OFFICER.name)
    with services.database.write() as transaction:
        for number in range(PAGE_ROWS + 5):
            made = replace(template, id=f"n{number}", name=f"officer{number:02d}", full_name=f"Officer No. {number}")
            transaction.ledger.put_account(made)
    first = visitor.get("/accounts").text
    assert first.count('<li class="rows__row') == PAGE_ROWS
    assert 'href="/accounts?from=officer24"' in first
    second = visitor.get("/accounts?from=officer24").text
    assert second.count('<li class="rows__row') == 6
    assert "More accounts" not in second
    assert "No account from here on" in visitor.get("/accounts?from=zz").text
    assert accounts_from(services, BY, "", 50)[1] == ""


def test_a_reset_ends_the_sessions_of_the_account(visitor, services, app):
    """Whoever found the device is out with it."""
    add_account(services, BY, replace(OFFICER, name="kim"))
    other = Visitor(app, visitor.origin)
    other.post("/sign-in", {"name": "kim", "password": PASSWORD, "notice": "read"})
    assert other.get("/desk").status_code == 200
    visitor.post("/accounts/kim/reset-factor", {}, page="/accounts/kim")
    assert other.get("/desk").status_code == 302
    assert sign_in(services, BY, "kim", PASSWORD)


def test_a_forgotten_password_is_replaced_for_one_sign_in(visitor, services, app):
    """An easy one is refused; the new one ends the sessions and is changed before anything else."""
    add_account(services, BY, replace(OFFICER, name="kim"))
    other = Visitor(app, visitor.origin)
    other.post("/sign-in", {"name": "kim", "password": PASSWORD, "notice": "read"})
    path, page = "/accounts/kim/password", "/accounts/kim"
    for bad, words in (("short", "too short"), ("password1234", "easy to guess")):
        answer = visitor.post(path, {"password": bad}, page=page)
        assert answer.status_code == 422
        assert words in answer.text
    assert other.get("/desk").status_code == 200
    assert visitor.post(path, {"password": NEW["password"]}, page=page).status_code == 302
    assert other.get("/desk").headers["Location"].startswith("/sign-in")
    other.post("/sign-in", {"name": "kim", "password": NEW["password"], "notice": "read"})
    assert other.get("/desk").headers["Location"] == "/account/password"
    assert visitor.post("/accounts/nobody/password", {"password": "x"}, page=page).status_code == 404


def test_roles_are_changed_on_the_accounts_page(visitor, services):
    """Ticked anew they hold; none at all is told at the boxes; one's own page offers no change."""
    add_account(services, BY, replace(OFFICER, name="kim"))
    page = "/accounts/kim"
    assert visitor.post(f"{page}/roles", {"role": ["clerk", "template_owner"]}, page=page).status_code == 302
    assert find(services, "kim").roles == ("clerk", "template_owner")
    assert "Clerk, Template owner" in visitor.get(page).text
    answer = visitor.post(f"{page}/roles", {}, page=page)
    assert answer.status_code == 422
    assert "No role is chosen" in answer.text
    assert "Change the roles" not in visitor.get(f"/accounts/{OFFICER.name}").text


def test_asking_for_the_head_of_a_page_does_nothing(visitor, services):
    """HEAD carries no token and is no form: it neither tries a password nor changes anything."""
    for path in ("/confirm", "/account/password", "/sign-in", "/take-back", "/accounts/new"):
        assert visitor.client.head(path, base_url=visitor.origin).status_code in (200, 302), path
    assert find(services, OFFICER.name).failed_at == ()


def test_a_banned_password_is_refused_with_the_reason(visitor, services, by):
    """Whoever chooses such a password is told why, in words."""
    update_banned(services, by, b"a green lantern at sea\n")
    sent = {"old": PASSWORD, "new": "a green lantern at sea", "again": "a green lantern at sea"}
    page = visitor.post("/account/password", sent)
    assert page.status_code == 422
    assert "It is on the list of banned passwords." in page.text
