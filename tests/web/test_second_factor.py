"""The pages of second factors and of one's own account, without a browser."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from forms_service.ports import Actor
from forms_service.web.app import create_app
from forms_service.web.current import browser_name
from forms_service.workflow.accounts import add_account
from forms_service.workflow.factors import factors_of
from tests.integration.test_second_factors import totp
from tests.soft_passkey import SoftPasskey
from tests.web.conftest import OFFICER, PASSWORD, SIGN_IN, Visitor, hire
from tests.web.papers import hand_over

NEW = "seven grey pelicans drumming"


def secret_on(page: str) -> str:
    """Read the secret that stands on a page as text."""
    return re.search(r'secret__text id">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def add_app(visitor: Visitor, clock) -> tuple[str, str]:
    """Add an authenticator app; give its secret and the page with the recovery codes."""
    page = visitor.get("/factors/app?next=/desk").text
    secret = secret_on(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    sent = {"csrf_token": token, "code": totp(secret, clock.now()), "next": "/desk"}
    answer = visitor.client.post("/factors/app", base_url=visitor.origin, data=sent)
    assert answer.status_code == 200, answer.text
    clock.move(seconds=60)
    return secret, answer.text


def ask(visitor: Visitor, path: str, page: str) -> str:
    """Ask for a passkey's options as the page's module does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(page).text)[1]
    answer = visitor.client.post(path, base_url=visitor.origin, headers={"X-CSRFToken": token})
    assert answer.mimetype == "application/json"
    return answer.text


def again(visitor: Visitor) -> str:
    """Sign out and in with the password; give where that leads."""
    visitor.post("/sign-out", {}, page="/")
    return visitor.post("/sign-in", {**SIGN_IN, "next": "/desk"}).headers["Location"]


def test_practice_mode_asks_at_each_sign_in_and_can_wait(visitor):
    """The page leads on with Not now."""
    page = visitor.get("/sign-in/enrol?next=/desk")
    assert re.search(r'href="/desk">Not now<', page.text)
    assert again(visitor) == "/sign-in/enrol?next=/desk"
    assert visitor.get("/desk").status_code == 200


def test_an_app_and_its_recovery_codes(visitor, clock):
    """After the password nothing else opens until the code was given; a recovery code shows how many are left."""
    secret, page = add_app(visitor, clock)
    codes = re.findall(r'<li class="id">([A-Z2-7-]{19})</li>', page)
    assert len(codes) == 10
    assert again(visitor) == "/sign-in/factor?next=/desk"
    for path in ("/", "/desk", "/account", "/verify", "/account/password", "/confirm"):
        assert visitor.get(path).headers["Location"].startswith("/sign-in/factor"), path
    assert visitor.get("/sign-in/enrol").headers["Location"].startswith("/sign-in/factor")
    wrong = visitor.post("/sign-in/factor", {"code": "000000", "next": "/desk"})
    assert wrong.status_code == 403
    assert "That was not accepted" in wrong.text
    half = visitor.client.get_cookie("forms_session", domain="localhost").value
    answer = visitor.post("/sign-in/factor", {"code": totp(secret, clock.now()), "next": "/desk"})
    assert answer.headers["Location"] == "/desk"
    assert visitor.client.get_cookie("forms_session", domain="localhost").value != half
    assert visitor.get("/desk").status_code == 200
    assert visitor.get("/sign-in/factor?next=/desk").headers["Location"] == "/desk"
    again(visitor)
    answer = visitor.post("/sign-in/factor", {"code": codes[3], "next": "/desk"})
    assert answer.headers["Location"] == "/account"
    assert "9 recovery codes left" in visitor.get("/account").text


def test_half_a_session_signs_out(visitor, clock):
    """Whoever can not give the second step may let somebody else sign in."""
    add_app(visitor, clock)
    again(visitor)
    assert visitor.post("/sign-out", {}, page="/sign-in/factor").status_code == 302
    assert visitor.get("/desk").headers["Location"].startswith("/sign-in?next")


def test_a_passkey_signs_in_alone_and_as_the_second_step(visitor):
    """Made on the enrolment page, then used without a password, then after it; a foreign one opens nothing."""
    passkey = SoftPasskey(visitor.origin)
    options = ask(visitor, "/factors/passkey/ask", "/sign-in/enrol")
    made = visitor.post("/factors/passkey", {"answer": passkey.made(options), "next": "/desk"}, page="/sign-in/enrol")
    assert "Your recovery codes" in made.text
    visitor.post("/sign-out", {}, page="/")
    sent = {"answer": passkey.used(ask(visitor, "/sign-in/passkey/ask", "/sign-in")), "next": "/desk"}
    assert visitor.post("/sign-in/passkey", sent, page="/sign-in").status_code == 422
    sent["notice"] = "read"
    assert visitor.post("/sign-in/passkey", sent, page="/sign-in").headers["Location"] == "/desk"
    assert visitor.post("/sign-in/passkey", sent, page="/").headers["Location"] == "/sign-in"
    assert again(visitor) == "/sign-in/factor?next=/desk"
    answer = passkey.used(ask(visitor, "/factors/passkey/use", "/sign-in/factor"))
    done = visitor.post("/sign-in/factor", {"answer": answer, "next": "/desk"})
    assert done.headers["Location"] == "/desk"
    visitor.post("/sign-out", {}, page="/")
    foreign = SoftPasskey("https://evil.example", number=4)
    answer = foreign.used(ask(visitor, "/sign-in/passkey/ask", "/sign-in"))
    refused = visitor.post("/sign-in/passkey", {"answer": answer, "notice": "read"}, page="/sign-in")
    assert refused.status_code == 403
    unasked = visitor.post("/sign-in/passkey", {"answer": answer, "notice": "read"}, page="/sign-in")
    assert "That took too long" in unasked.text


def test_a_refused_passkey_and_a_mistyped_code_add_nothing(visitor, services, clock):
    """The page says so and offers to try again; with the second factor no new recovery codes are made."""
    bad = visitor.post("/factors/passkey", {"answer": "{}"}, page="/sign-in/enrol")
    assert bad.status_code == 409
    ask(visitor, "/factors/passkey/ask", "/sign-in/enrol")
    bad = visitor.post("/factors/passkey", {"answer": "{}"}, page="/sign-in/enrol")
    assert bad.status_code == 422
    assert "The passkey was refused" in bad.text
    bad = visitor.post("/factors/app", {"code": "000000"})
    assert "That was not the app's code" in html.unescape(bad.text)
    add_app(visitor, clock)
    passkey = SoftPasskey(visitor.origin)
    options = ask(visitor, "/factors/passkey/ask", "/sign-in/enrol")
    sent = {"answer": passkey.made(options), "next": "/account", "label": "Key ring"}
    assert visitor.post("/factors/passkey", sent, page="/sign-in/enrol").headers["Location"] == "/account"
    assert "Key ring" in visitor.get("/account").text


@pytest.fixture
def real(services):
    """Give a visitor of a service with real records, and its officer."""
    hire(services)
    services = replace(services, settings=replace(services.settings, production=True))
    return Visitor(create_app(services.settings, services), services.settings.origin)


def _by():
    return Actor(id="operator:tester")


def test_real_records_open_only_after_enrolment(real, clock):
    """After the password comes the page to add a second step, without Not now, and nothing else."""
    assert real.post("/sign-in", SIGN_IN).headers["Location"] == "/sign-in/factor?next=/"
    assert real.get("/sign-in/factor").headers["Location"].startswith("/sign-in/enrol")
    page = real.get("/sign-in/enrol").text
    assert "Not now" not in page
    assert real.get("/desk").status_code == 302
    _, codes = add_app(real, clock)
    assert "Your recovery codes" in codes
    assert real.get("/desk").status_code == 200
    page = real.get("/account").text
    factor = re.search(r"/account/factors/([0-9a-f-]+)/remove", page)[1]
    answer = real.post(f"/account/factors/{factor}/remove", {}, page="/account")
    assert answer.status_code == 409
    assert "This is your last second step" in answer.text


def test_what_matters_asks_anew_and_leads_back(visitor, clock):
    """After five minutes a proof is asked, a wrong one is refused, a good one changes the token and leads back."""
    secret, _ = add_app(visitor, clock)
    clock.move(minutes=5)
    answer = visitor.get("/account/codes")
    assert answer.headers["Location"] == "/confirm?next=/account/codes"
    assert visitor.post("/confirm", {"code": "000000"}).status_code == 403
    before = visitor.client.get_cookie("forms_session", domain="localhost").value
    good = {"code": totp(secret, clock.now()), "next": "/account/codes"}
    assert visitor.post("/confirm", good).headers["Location"] == "/account/codes"
    assert visitor.client.get_cookie("forms_session", domain="localhost").value != before
    assert "Your recovery codes" in visitor.post("/account/codes", {}).text
    stolen = Visitor(visitor.client.application, visitor.origin)
    visit = visitor.client.get_cookie("forms_visit", domain="localhost").value
    stolen.client.set_cookie("forms_visit", visit, domain="localhost")
    stolen.client.set_cookie("forms_session", before, domain="localhost")
    assert stolen.get("/desk").status_code == 302


@pytest.mark.parametrize(
    ("before", "back"),
    [("http://localhost:8080/account?x=1", None), ("https://evil.example/account", "/"), ("", "/")],
)
def test_a_form_that_came_too_late_leads_back_to_its_page(visitor, services, clock, before, back):
    """Only a page of this service; anything else leads to the start."""
    add_app(visitor, clock)
    page = visitor.get("/account").text
    clock.move(minutes=6)
    factor = re.search(r"/account/factors/([0-9a-f-]+)/remove", page)[1]
    if back is None:
        before, back = f"{services.settings.origin}/account?x=1", "/account?x%3D1"
    answer = visitor.post(f"/account/factors/{factor}/remove", {}, page="/account", headers={"Referer": before})
    assert answer.headers["Location"] == f"/confirm?next={back}&again=1"
    for page in (visitor.get(answer.headers["Location"]), visitor.post("/confirm", {"code": "0", "again": "1"})):
        assert "It was not done yet" in page.text
    assert "It was not done yet" not in visitor.get("/confirm?next=/account").text


def test_the_device_comes_back_with_the_officers_own_factor(visitor, clock):
    """With an app the password no longer does it, and a proof made before the hand-over neither."""
    secret, _ = add_app(visitor, clock)
    hand_over(visitor, "social-referral")
    assert visitor.post("/take-back", {"password": PASSWORD}).status_code == 403
    assert visitor.get("/desk").headers["Location"] == "/person"
    assert visitor.post("/take-back", {"code": totp(secret, clock.now())}).status_code == 302
    assert visitor.get("/desk").status_code == 200


def test_factors_are_named_and_removed(visitor, clock):
    """A name with what can not be printed is refused; the removed one is gone."""
    add_app(visitor, clock)
    factor = re.search(r"/account/factors/([0-9a-f-]+)/remove", visitor.get("/account").text)[1]
    bad = visitor.post(f"/account/factors/{factor}/name", {"label": "a\u0000"}, page="/account")
    assert bad.status_code == 422
    visitor.post(f"/account/factors/{factor}/name", {"label": "Work phone"}, page="/account")
    assert "Work phone" in visitor.get("/account").text
    assert visitor.post(f"/account/factors/{factor}/remove", {}, page="/account").status_code == 302
    assert "Work phone" not in visitor.get("/account").text
    assert visitor.post("/account/factors/nothing/remove", {}, page="/account").status_code == 404


def test_sessions_are_seen_and_ended(visitor, app):
    """Another device stands in the list with its browser, and is out once its row is ended."""
    other = Visitor(app, visitor.origin)
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPad; CPU OS 18_0) Version/18.0 Safari/604.1"
    other.sign_in()
    page = visitor.get("/account").text
    assert "Safari on iPad" in page
    session_id = re.search(r"/account/sessions/([0-9a-f-]+)/end", page)[1]
    visitor.post(f"/account/sessions/{session_id}/end", {}, page="/account")
    assert other.get("/desk").status_code == 302
    other.sign_in()
    visitor.post("/account/sessions/end", {}, page="/account")
    assert other.get("/desk").status_code == 302
    assert visitor.get("/desk").status_code == 200


def test_a_password_that_somebody_else_typed_is_changed_first(stranger, services):
    """Nothing else opens; each fault is told beside its answer, and afterwards the way is free."""
    add_account(services, _by(), replace(OFFICER, must_change_password=True))
    stranger.sign_in()
    assert stranger.get("/desk").headers["Location"] == "/account/password"
    path = "/account/password"
    assert "typed in two ways" in stranger.post(path, {"old": PASSWORD, "new": NEW, "again": "x"}).text
    assert stranger.post(path, {"old": "wrong", "new": NEW, "again": NEW}).status_code == 403
    easy = stranger.post(path, {"old": PASSWORD, "new": "password1234", "again": "password1234"})
    assert "The password is easy to guess" in easy.text
    assert stranger.post(path, {"old": PASSWORD, "new": NEW, "again": NEW}).headers["Location"] == "/account"
    assert stranger.get("/desk").status_code == 200


def test_a_browser_is_named_in_short():
    """Only names from our own list, whatever a header says."""
    assert browser_name("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130") == "Edge on Windows"
    assert browser_name("Mozilla/5.0 (X11; CrOS x86_64) Chrome/130 Safari/537") == "Chrome on ChromeOS"
    assert browser_name("<script>") == "Another browser on another system"


def test_factors_belong_to_one_account(visitor, services, clock):
    """What was added is the officer's."""
    add_app(visitor, clock)
    with services.database.read() as transaction:
        account = transaction.ledger.account_named(OFFICER.name)
    assert len(factors_of(services, account.id)) == 11


def test_a_passkey_that_comes_after_the_proof_grew_old_is_not_kept(visitor, clock):
    """The proof is asked anew, and nothing was added by then."""
    add_app(visitor, clock)
    page = "/account"
    clock.move(minutes=2)
    options = ask(visitor, "/factors/passkey/ask", page)
    clock.move(minutes=4)
    sent = {"answer": SoftPasskey(visitor.origin).made(options), "next": "/account"}
    answer = visitor.post("/factors/passkey", sent, page=page)
    assert answer.headers["Location"].startswith("/confirm")
    assert "Passkey" not in visitor.get("/account").text


def test_a_name_that_can_not_be_printed_adds_no_app(visitor, clock):
    """The refusal stands on the page, with a new secret."""
    page = visitor.get("/factors/app").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    sent = {"csrf_token": token, "code": totp(secret_on(page), clock.now()), "label": "a\u0000"}
    answer = visitor.client.post("/factors/app", base_url=visitor.origin, data=sent)
    assert answer.status_code == 422
    assert secret_on(answer.text) != secret_on(page)
