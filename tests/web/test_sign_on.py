"""Single sign-on at a real provider, without a browser: in, out, refused, proved anew, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from forms_service.ports import Actor, Services
from forms_service.web import rate_limits
from forms_service.web.app import create_app
from forms_service.workflow.accounts import add_account
from tests.conftest import make_services
from tests.counterparts.openid import OpenIdProvider, Person, table
from tests.integration.test_second_factors import totp
from tests.web.conftest import OFFICER, PASSWORD, SIGN_IN, Visitor
from tests.web.papers import hand_over
from tests.web.test_fuzz import NASTY
from tests.web.test_second_factor import add_app
from tests.web.tls import own_config

BY = Actor(id="operator:tester")
FACTOR = 'factor_claims = { amr = ["mfa"] }\nbadge_claim = "badge"\n'
FACTS = {"badge": "214", "phone": "503-555-0142"}


class MovedClock:
    """The real time, which the provider has too, moved by what a test says."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        """Give the instant."""
        return datetime.now(UTC) + self.by

    def move(self, **by: float) -> None:
        """Go on by a time."""
        self.by += timedelta(**by)


class Agency:
    """A service that is configured for the provider, with one local account."""

    def __init__(self, folder: Path, provider: OpenIdProvider, more: str) -> None:
        config = own_config(folder)
        (config / "service.toml").write_text(table(provider.issuer, folder / "keys" / "oidc.secret", more))
        self.clock = MovedClock()
        self.services: Services = replace(make_services(folder, FORMS_CONFIG=str(config)), clock=self.clock)
        self.app = create_app(self.services.settings, self.services)
        add_account(self.services, BY, OFFICER)

    def visitor(self) -> Visitor:
        """Give a browser of its own."""
        return Visitor(self.app, self.services.settings.origin)

    def sign_on(self, login: str, *, visitor: Visitor | None = None, factor: bool = True, following: str = "/"):
        """Sign on as somebody; give the browser and the last answer."""
        visitor = visitor or self.visitor()
        address = sent_to(visitor.post("/sign-on", {"notice": "read", "next": following}, page="/sign-in"))
        return visitor, visitor.get(own_part(Person().sign_on(address, login, factor=factor)))

    def last(self, act: str) -> dict:
        """Give the newest entry of an act."""
        with self.services.database.read() as transaction:
            return [one for one in transaction.ledger.audit_entries() if one["act"] == act][-1]

    def accounts(self) -> dict:
        """Give every account by name."""
        with self.services.database.read() as transaction:
            return {one.name: one for one in transaction.ledger.accounts()}


def sent_to(answer) -> str:
    """Give the address that a page leads on to."""
    assert answer.status_code == 200, answer.text
    return unescape(re.search(r'content="0;url=([^"]+)"', answer.text)[1])


def own_part(address: str) -> str:
    """Give path and question of an address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def agency(tmp_path: Path, provider: OpenIdProvider) -> Iterator[Agency]:
    """Give an agency whose provider shows the second factor."""
    return Agency(tmp_path, provider, FACTOR)


def test_an_officer_signs_on_and_is_asked_once_what_forms_print(agency):
    """The account is made at the first time; badge and phone are asked for; then the page that was wanted opens."""
    visitor, answer = agency.sign_on("dana", following="/desk")
    assert answer.headers["Location"] == "/desk"
    assert visitor.get("/desk").headers["Location"] == "/account/facts"
    assert 'name="full_name"' not in visitor.get("/account/facts").text
    assert 'name="badge"' not in visitor.get("/account/facts").text
    assert visitor.post("/account/facts", {"phone": " "}).status_code == 422
    assert visitor.post("/account/facts", {"phone": "\u202e1"}).status_code == 422
    assert visitor.post("/account/facts", {"phone": FACTS["phone"]}).headers["Location"] == "/"
    assert visitor.get("/desk").status_code == 200
    made = agency.accounts()["dreyes-2"]
    assert (made.full_name, made.badge, made.phone, made.roles) == ("Officer Dana Reyes", *FACTS.values(), ("officer",))
    assert made.password_hash == ""
    assert agency.accounts()["dreyes"].password_hash
    assert "With single sign-on" in visitor.get("/account").text
    assert agency.last("sign_in")["facts"]["method"] == "oidc"
    _, answer = agency.sign_on("dana")
    assert answer.headers["Location"] == "/"
    assert len(agency.accounts()) == 2
    with agency.services.database.read() as transaction:
        trail = str(list(transaction.ledger.audit_entries())).lower()
    assert "dana" not in trail
    assert "reyes" not in trail


def test_what_goes_to_the_provider_holds_state_nonce_and_a_challenge(agency):
    """PKCE by S256, a state and a nonce that are new each time; no secret of ours."""
    pages = [agency.visitor().post("/sign-on", {"notice": "read"}, page="/sign-in") for _ in range(2)]
    asked = [parse_qs(urlsplit(sent_to(page)).query) for page in pages]
    assert asked[0]["response_type"] == ["code"]
    assert asked[0]["code_challenge_method"] == ["S256"]
    assert asked[0]["redirect_uri"] == ["http://localhost:8080/sign-on/back"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 32
        assert asked[0][name] != asked[1][name]
    assert "client_secret" not in asked[0]
    assert "prompt" not in asked[0]


def test_nobody_goes_before_the_notice_is_acknowledged(agency):
    """As with a password."""
    answer = agency.visitor().post("/sign-on", {}, page="/sign-in")
    assert answer.status_code == 422
    assert "The notice is not acknowledged" in answer.text


@pytest.mark.parametrize(
    ("login", "title", "problem"),
    [("guest", "You have no role here yet", "roles-missing"), ("both", "Your roles do not go together", "roles-conflict"),
     ("many", "Your roles could not be read", "claims-cut")],
)  # fmt: skip
def test_without_a_usable_role_nobody_is_let_in(agency, login, title, problem):
    """No account is made; the trail holds the reason and no name."""
    visitor, answer = agency.sign_on(login)
    assert answer.status_code == 403
    assert title in answer.text
    assert visitor.get("/desk").headers["Location"].startswith("/sign-in")
    assert list(agency.accounts()) == ["dreyes"]
    entry = agency.last("sign_in")
    assert (entry["outcome"], entry["facts"], entry["object_id"]) == (
        "refused",
        {"method": "oidc", "problem": problem},
        "",
    )


def test_without_the_providers_factor_the_local_one_is_asked_for(agency):
    """Where an account has a second step here, a sign-on without one at the provider does not go around it."""
    visitor, _ = agency.sign_on("ines")
    secret, _ = add_app(visitor, agency.clock)
    other, answer = agency.sign_on("ines", factor=False)
    assert answer.headers["Location"].startswith("/sign-in/factor")
    assert other.get("/account").headers["Location"].startswith("/sign-in/factor")
    agency.clock.move(seconds=30)
    assert other.post("/sign-in/factor", {"code": totp(secret, agency.clock.now())}).status_code == 302
    assert "With single sign-on" in other.get("/account").text
    again, answer = agency.sign_on("ines")
    assert answer.headers["Location"] == "/"
    assert again.get("/account").status_code == 200


def test_a_callback_that_was_stolen_opens_nothing_in_another_browser(agency):
    """Neither there nor, once it was used, where it began; and a state that nobody was given is refused alike."""
    visitor, thief = agency.visitor(), agency.visitor()
    address = sent_to(visitor.post("/sign-on", {"notice": "read"}, page="/sign-in"))
    back = own_part(Person().sign_on(address, "dana"))
    stolen = thief.get(back)
    assert stolen.status_code == 409
    assert "This try has ended" in stolen.text
    assert agency.last("sign_in")["facts"] == {"method": "oidc", "problem": "state"}
    assert visitor.get(back).status_code == 302
    visitor.post("/sign-out", {}, page="/account/facts")
    assert visitor.get(back).status_code == 409
    assert agency.visitor().get(f"/sign-on/back?{urlencode({'state': 'x', 'code': 'y'})}").status_code == 409


def test_a_code_that_was_used_is_refused(agency):
    """Even with a state that still holds."""
    visitor = agency.visitor()
    address = sent_to(visitor.post("/sign-on", {"notice": "read"}, page="/sign-in"))
    used = parse_qs(urlsplit(Person().sign_on(address, "dana")).query)
    other = agency.visitor()
    address = sent_to(other.post("/sign-on", {"notice": "read"}, page="/sign-in"))
    state = parse_qs(urlsplit(address).query)["state"][0]
    query = urlencode({"state": state, "code": used["code"][0], "iss": used["iss"][0]})
    assert other.get(f"/sign-on/back?{query}").status_code == 403
    assert agency.last("sign_in")["facts"]["problem"] == "code"


def test_a_cancelled_sign_on_is_told(agency):
    """The provider's error answer leads back to the sign-in page; its words are repeated nowhere."""
    visitor = agency.visitor()
    address = sent_to(visitor.post("/sign-on", {"notice": "read"}, page="/sign-in"))
    answer = visitor.get(own_part(Person().sign_on(address, "dana", cancel=True)))
    assert answer.status_code == 403
    assert "The sign-on was refused" in answer.text
    assert "Cancelled" not in answer.text
    assert agency.last("sign_in")["facts"]["problem"] == "error-answer"


def test_a_try_lasts_ten_minutes(agency):
    """Then it is begun anew."""
    visitor = agency.visitor()
    address = sent_to(visitor.post("/sign-on", {"notice": "read"}, page="/sign-in"))
    back = own_part(Person().sign_on(address, "dana"))
    agency.clock.move(minutes=10, seconds=1)
    assert visitor.get(back).status_code == 409


def test_asking_for_the_head_of_an_answer_uses_nothing_up(agency):
    """A mail scanner that looks at links first takes nobody's try away."""
    visitor = agency.visitor()
    address = sent_to(visitor.post("/sign-on", {"notice": "read"}, page="/sign-in"))
    back = own_part(Person().sign_on(address, "dana"))
    assert visitor.client.head(back, base_url=visitor.origin).status_code == 200
    assert visitor.get(back).status_code == 302


@pytest.mark.parametrize("closed", ["disabled_at", "locked_at", "ends_at", "last_active_at"])
def test_an_account_that_is_closed_here_is_refused_alike(agency, closed):
    """Disabled, locked, ended and unused for 90 days: one answer, which is that of a token that does not hold."""
    agency.sign_on("dana")
    long_ago = agency.clock.now() - timedelta(days=91)
    with agency.services.database.write() as transaction:
        account = transaction.ledger.account_named("dreyes-2")
        transaction.ledger.put_account(replace(account, **{closed: long_ago}))
    visitor, answer = agency.sign_on("dana")
    assert answer.status_code == 403
    assert "The sign-on was refused" in answer.text
    assert visitor.get("/desk").status_code == 302
    entry = agency.last("sign_in")
    assert (entry["object_id"], entry["facts"]["problem"]) == (account.id, "standing")


def test_signing_out_offers_the_providers_own(agency):
    """The session ends here at once; a link leads to the provider's, which knows us and where to go on."""
    visitor, _ = agency.sign_on("lee")
    answer = visitor.post("/sign-out", {}, page="/desk")
    assert answer.headers["Location"] == "/signed-out"
    page = visitor.get("/signed-out").text
    address = unescape(re.search(r'href="(http[^"]+)"', page)[1])
    assert urlsplit(address).path == "/session/end"
    assert parse_qs(urlsplit(address).query)["post_logout_redirect_uri"] == [f"{visitor.origin}/sign-in"]
    assert visitor.get("/desk").headers["Location"].startswith("/sign-in")


def test_an_act_asks_anew_at_the_provider(agency):
    """An earlier sign-on there is not enough: the provider is told to ask, and must say that it did."""
    person, visitor = Person(), agency.visitor()
    address = sent_to(visitor.post("/sign-on", {"notice": "read"}, page="/sign-in"))
    visitor.get(own_part(person.sign_on(address, "ines")))
    agency.clock.move(minutes=6)
    assert visitor.get("/accounts/new").headers["Location"] == "/confirm?next=/accounts/new"
    agency.clock.by = timedelta()
    assert "Sign on once more" in visitor.get("/confirm?next=/accounts/new").text
    address = sent_to(visitor.post("/sign-on/prove", {"next": "/accounts/new"}, page="/confirm"))
    asked = parse_qs(urlsplit(address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    before = visitor.client.get_cookie("forms_session").value
    answer = visitor.get(own_part(person.sign_on(address, "ines")))
    assert answer.headers["Location"] == "/accounts/new"
    assert visitor.client.get_cookie("forms_session").value != before
    assert visitor.get("/accounts/new").status_code == 200
    assert agency.last("prove")["facts"]["method"] == "oidc"


def test_a_proof_of_somebody_else_is_none(agency):
    """Nor one without the second step that is shown otherwise."""
    visitor, _ = agency.sign_on("ines")
    address = sent_to(visitor.post("/sign-on/prove", {}, page="/confirm"))
    agency.sign_on("lee")
    answer = visitor.get(own_part(Person().sign_on(address, "lee")))
    assert answer.status_code == 403
    assert "The sign-on was refused" in answer.text
    assert agency.last("prove")["facts"]["problem"] == "other-person"
    assert agency.accounts()["ifarrow"].failed_at == ()


def test_a_proof_without_a_role_signs_out(agency):
    """Whoever lost their role meanwhile is out with the answer, on every device."""
    visitor, _ = agency.sign_on("ines")
    other, _ = agency.sign_on("ines")
    address = sent_to(visitor.post("/sign-on/prove", {}, page="/confirm"))
    agency.services.settings.sign_on.roles.pop("Forms.Administrator")
    answer = visitor.get(own_part(Person().sign_on(address, "ines")))
    assert answer.status_code == 403
    assert "You have no role here yet" in answer.text
    assert "Ines Farrow" not in answer.text
    for device in (visitor, other):
        assert device.get("/account").headers["Location"].startswith("/sign-in")


def test_a_device_is_taken_back_at_the_provider(agency):
    """The person's screens stay until the officer signed on once more."""
    visitor, _ = agency.sign_on("dana")
    visitor.post("/account/facts", FACTS)
    hand_over(visitor, "social-referral")
    page = visitor.get("/take-back")
    assert "Sign on once more" in page.text
    assert 'name="password"' not in page.text
    address = sent_to(visitor.post("/sign-on/prove", {}, page="/take-back"))
    assert visitor.get("/desk").headers["Location"] == "/person"
    answer = visitor.get(own_part(Person().sign_on(address, "dana")))
    assert answer.headers["Location"].startswith("/drafts/")
    assert visitor.get("/desk").status_code == 200


def test_the_device_stays_with_the_person_after_a_refused_proof(agency):
    """What came back is told on the page that asked."""
    visitor, _ = agency.sign_on("dana")
    visitor.post("/account/facts", FACTS)
    hand_over(visitor, "social-referral")
    answer = visitor.get("/sign-on/back?state=x")
    assert answer.status_code == 409
    assert "Officer: take the device back" in answer.text
    assert visitor.get("/desk").headers["Location"] == "/person"


def test_local_accounts_go_on(agency):
    """The password form stands below; its account knows nothing of the provider, and comes back to no proof of it."""
    visitor = agency.visitor()
    page = visitor.get("/sign-in").text
    assert page.index("Sign in with your Dallas account") < page.index('name="password"')
    assert visitor.post("/sign-in", SIGN_IN).status_code == 302
    assert "Sign on once more" not in visitor.get("/confirm").text
    assert visitor.post("/sign-on/prove", {}, page="/confirm").status_code == 404
    assert visitor.get("/sign-on/back?state=x").headers["Location"] == "/"
    assert visitor.get("/account/facts").status_code == 404
    assert visitor.post("/sign-on", {"notice": "read"}, page="/account").headers["Location"] == "/sign-in"
    assert visitor.post("/sign-out", {}, page="/account").headers["Location"] == "/sign-in"


def test_a_wrong_password_opens_the_local_form_again(agency):
    """Whoever tried it sees what was refused above the form they used."""
    answer = agency.visitor().post("/sign-in", {**SIGN_IN, "password": "not this one at all"})
    assert answer.status_code == 403
    assert '<details class="local" open>' in answer.text


def test_what_the_provider_keeps_is_not_changed_here(agency):
    """No password, which would let a leaver in, and no roles; the page of the account offers neither."""
    agency.sign_on("lee")
    with agency.services.database.write() as transaction:
        admin = transaction.ledger.account_named(OFFICER.name)
        transaction.ledger.put_account(replace(admin, roles=("administrator",)))
    visitor = agency.visitor()
    visitor.post("/sign-in", SIGN_IN)
    page = visitor.get("/accounts/lmarsh").text
    assert "Forgot the password" not in page
    assert "Change the roles" not in page
    assert "single sign-on" in visitor.get("/accounts").text
    for path, sent in (("password", {"password": "seven grey pelicans"}), ("roles", {"role": "clerk"})):
        answer = visitor.post(f"/accounts/lmarsh/{path}", sent, page="/accounts/lmarsh")
        assert answer.status_code == 409
        assert "This is kept where they sign on" in answer.text


def test_a_password_guessed_at_a_name_of_the_provider_locks_nobody(agency):
    """There is none to guess: five tries refuse five times, and the next sign-on goes on."""
    agency.sign_on("lee")
    visitor = agency.visitor()
    for _ in range(6):
        tried = visitor.post("/sign-in", {"name": "lmarsh", "password": PASSWORD, "notice": "read"})
        assert tried.status_code == 403
    assert agency.accounts()["lmarsh"].failed_at == ()
    assert agency.sign_on("lee")[1].status_code == 302


def test_a_provider_that_is_away_is_told(tmp_path):
    """The local way stays; nothing but the words of the table is shown."""
    agency = Agency(tmp_path, OpenIdProvider(issuer="http://localhost:9"), FACTOR)
    answer = agency.visitor().post("/sign-on", {"notice": "read"}, page="/sign-in")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert agency.last("sign_in")["facts"] == {"method": "oidc", "problem": "away"}
    assert agency.visitor().post("/sign-in", SIGN_IN).status_code == 302
    page = agency.visitor().get("/signed-out").text
    assert "close the browser" in page


def test_without_a_provider_there_is_no_way_to_it(stranger, account):
    """Neither a button nor an address."""
    assert "/sign-on" not in stranger.get("/sign-in").text
    assert stranger.post("/sign-on", {"notice": "read"}, page="/sign-in").status_code == 404
    assert stranger.get("/sign-on/back?state=x&code=y").status_code == 404
    assert stranger.get("/signed-out").headers["Location"] == "/sign-in"


def test_before_the_first_account_nobody_signs_on(tmp_path, provider):
    """The first account is local, so that there is one when the provider is away."""
    config = own_config(tmp_path)
    (config / "service.toml").write_text(table(provider.issuer, tmp_path / "keys" / "oidc.secret", FACTOR))
    services = make_services(tmp_path, FORMS_CONFIG=str(config))
    visitor = Visitor(create_app(services.settings, services), services.settings.origin)
    answer = visitor.post("/sign-on", {"notice": "read"}, page="/first-account")
    assert answer.headers["Location"] == "/sign-in"


def test_returns_are_counted_like_posts(agency):
    """Each writes an entry: nobody fills the trail in a loop."""
    visitor = agency.visitor()
    codes = [visitor.get("/sign-on/back?state=x").status_code for _ in range(61)]
    assert codes == [409] * 60 + [429]


@pytest.mark.parametrize("name", ["state", "code", "error", "iss"])
def test_no_return_is_answered_with_a_500(agency, name):
    """Whatever stands in the address, in a browser that was sent and in one that was not."""
    agency.app.extensions[rate_limits.EXTENSION] = rate_limits.RateLimits({})
    visitor = agency.visitor()
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/sign-in").text)[1]
    for value in NASTY:
        sent = {"csrf_token": token, "notice": "read"}
        page = visitor.client.post("/sign-on", base_url=visitor.origin, data=sent, buffered=True)
        state = parse_qs(urlsplit(sent_to(page)).query)["state"][0]
        usual = {"state": state, "code": "x", "iss": agency.services.settings.sign_on.issuer}
        query = urlencode({**usual, name: value[:3_000]})
        assert visitor.get(f"/sign-on/back?{query}").status_code in (302, 403, 409, 503), value[:100]
        assert visitor.get(f"/sign-on/back?{query}&{query}").status_code < 500
