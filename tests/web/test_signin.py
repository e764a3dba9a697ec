"""Signing in and out, and the first account."""

from __future__ import annotations

import re

import pytest

from forms_service.workflow.accounts import first_account_code
from tests.web.conftest import OFFICER, PASSWORD, SIGN_IN
from tests.web.papers import hand_over


@pytest.mark.parametrize("path", ["/", "/desk", "/desk/records", "/verify", "/records/LEAD-1", "/person", "/drafts/x"])
def test_a_stranger_is_sent_to_sign_in(stranger, account, path):
    """Every page but those for probes and for new devices asks for a sign-in first."""
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_probes_need_no_sign_in(stranger):
    """A probe may ask whether the process answers and whether the service works."""
    assert stranger.get("/health").json == {"status": "ok"}
    assert stranger.get("/ready").json == {"status": "ok", "failing": []}


def test_the_first_account_needs_the_code_of_the_console(stranger, services):
    """Only who reads the server's console makes the first account, and is signed in with it."""
    code = first_account_code(services)
    asked = {"name": "dreyes", "password": PASSWORD, "full_name": "Officer Dana Reyes", "badge": "214"}
    asked["phone"] = "503-555-0142"
    wrong = stranger.post("/first-account", {**asked, "code": "00000-00000"})
    assert wrong.status_code == 403
    assert "That is not the code" in wrong.text
    assert stranger.post("/first-account", {**asked, "code": code}).headers["Location"] == "/sign-in/enrol?next=/"
    assert "Officer Dana Reyes" in stranger.get("/").text


def test_an_incomplete_first_account_keeps_what_was_typed(stranger, services):
    """All missing answers are told together, and the password is never sent back."""
    first_account_code(services)
    answer = stranger.post("/first-account", {"full_name": "Officer Dana Reyes", "password": "secret words here"})
    assert answer.status_code == 422
    assert "4 answers need another look" in answer.text
    assert 'value="Officer Dana Reyes"' in answer.text
    assert "secret words here" not in answer.text


def test_there_is_no_second_first_account(stranger, account):
    """Once somebody can sign in, the page for the first account leads to the sign-in."""
    assert stranger.get("/first-account").headers["Location"] == "/sign-in"


def test_wrong_name_and_wrong_password_answer_alike(stranger, account):
    """Nobody learns from the answer which names exist."""
    answers = [
        stranger.post("/sign-in", {**SIGN_IN, "name": name, "password": "not this one at all"})
        for name in (OFFICER.name, "nobody")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    told = [re.search(r'role="alert".*?</p>', answer.text, re.DOTALL)[0] for answer in answers]
    assert told[0] == told[1]


@pytest.mark.parametrize("following", ["https://example.org/", "//example.org/", "/\\example.org", "example.org"])
def test_signing_in_leads_nowhere_else(stranger, account, following):
    """A link can not use the sign-in to lead to another site."""
    answer = stranger.post("/sign-in", {**SIGN_IN, "next": following})
    assert answer.headers["Location"] == "/sign-in/enrol?next=/"


def test_signing_in_goes_on_where_it_was_asked(stranger, account):
    """After the sign-in, and the offer of a second step that practice mode can put off, the page that was wanted opens."""
    answer = stranger.post("/sign-in", {**SIGN_IN, "next": "/desk/records"})
    assert answer.headers["Location"] == "/sign-in/enrol?next=/desk/records"


def test_the_token_in_the_cookie_is_not_in_the_database(visitor, services):
    """A stolen database opens no session: it holds digests only."""
    token = visitor.client.get_cookie("forms_session", domain="localhost").value
    assert len(token) == 64
    content = b"".join(path.read_bytes() for path in services.settings.database.parent.iterdir())
    assert token.encode() not in content


def test_signing_out_ends_the_session_on_the_server(visitor):
    """A cookie kept from before signing out opens nothing."""
    token = visitor.client.get_cookie("forms_session", domain="localhost").value
    visitor.post("/sign-out", {}, page="/")
    visitor.client.set_cookie("forms_session", token, domain="localhost")
    assert visitor.get("/desk").status_code == 302


def test_the_session_cookie_alone_opens_nothing(visitor):
    """Without the signed visit cookie, which keeps a handed-over device locked, nobody is signed in."""
    visitor.client.delete_cookie("forms_visit", domain="localhost")
    assert visitor.get("/desk").headers["Location"].startswith("/sign-in")


def test_an_idle_session_ends(visitor, services, clock):
    """A device left alone asks for the password again."""
    clock.move(minutes=services.settings.idle_minutes, seconds=1)
    assert visitor.get("/desk").status_code == 302


def test_the_cookies_are_kept_from_scripts_and_other_sites(stranger, account):
    """Both cookies are HttpOnly and SameSite=Lax."""
    answer = stranger.post("/sign-in", SIGN_IN)
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in cookies)


def test_a_handed_over_device_comes_back_with_the_password_only(visitor):
    """The officer's own password opens the desk again; another one does not."""
    hand_over(visitor, "social-referral")
    assert visitor.get("/desk").headers["Location"] == "/person"
    assert visitor.post("/take-back", {"password": "not this one at all"}).status_code == 403
    assert visitor.get("/desk").headers["Location"] == "/person"
    assert visitor.post("/take-back", {"password": PASSWORD}).status_code == 302
    assert visitor.get("/desk").status_code == 200


def test_nobody_signs_in_before_the_notice_is_acknowledged(stranger, account, services):
    """Each of its sentences stands on the page; without the tick the right password opens nothing, and counts as no failure."""
    page = stranger.get("/sign-in").text
    assert len(services.settings.sign_in_notice) == 4
    assert all(sentence in page for sentence in services.settings.sign_in_notice)
    answer = stranger.post("/sign-in", {"name": OFFICER.name, "password": PASSWORD})
    assert answer.status_code == 422
    assert "The notice is not acknowledged" in answer.text
    assert stranger.get("/desk").status_code == 302
    with services.database.read() as transaction:
        assert transaction.ledger.account_named(OFFICER.name).failed_at == ()
