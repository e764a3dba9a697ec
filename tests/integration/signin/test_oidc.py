"""What a provider may say, and what of it counts: every way in which a token, a key or a document can be wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from forms_service.domain.sign_on import Problem
from forms_service.errors import SignOnAwayError, SignOnRefusedError
from forms_service.ports import SignedOn, SignOnAnswer, SignOnAsked
from forms_service.settings.sign_on import SignOnSettings
from forms_service.signin.oidc import OidcSignOn
from forms_service.signin.provider_http import LIMIT_BYTES, exchange
from tests.counterparts.evil_provider import CLIENT, NONCE, EvilProvider, evil_provider
from tests.counterparts.timestamps import silent_server

ORIGIN = "http://localhost:8080"
ASKED = SignOnAsked(state="a state", nonce=NONCE, verifier="v" * 64)
ANSWER = SignOnAnswer(state="a state", code="a code")
OTHER = ECKey.generate_key("P-256", {"kid": "key-1"})


@pytest.fixture
def evil() -> Iterator[EvilProvider]:
    """Give a provider that tells the truth until a test says otherwise."""
    with evil_provider() as running:
        yield running


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Give the file of the client's secret."""
    file = tmp_path / "oidc.secret"
    file.write_text("shared secret of thirty-two bytes\n")
    return file


def settings_for(issuer: str, secret: Path, **more) -> SignOnSettings:
    """Give settings for a provider."""
    settings = SignOnSettings(
        issuer=issuer, client_id=CLIENT, client_secret=secret, label="x", scopes=("openid", "profile"),
        role_claim="roles", roles={"a": ("officer",)}, factor_claims={}, name_claim="name", badge_claim="",
        phone_claim="",
    )  # fmt: skip
    return replace(settings, **more)


@pytest.fixture
def sign_on(evil: EvilProvider, secret: Path) -> OidcSignOn:
    """Give what judges that provider."""
    return OidcSignOn(settings_for(evil.issuer, secret), ORIGIN, limit_seconds=1)


def judged(sign_on: OidcSignOn, evil: EvilProvider, answer: SignOnAnswer = ANSWER) -> SignedOn:
    """Judge what the provider says now."""
    return sign_on.signed_on(ASKED, answer, evil.now)


def refused(sign_on: OidcSignOn, evil: EvilProvider, answer: SignOnAnswer = ANSWER) -> str:
    """Give why it was refused."""
    with pytest.raises(SignOnRefusedError) as found:
        judged(sign_on, evil, answer)
    return str(found.value.facts["problem"])


def test_a_good_token_names_somebody(sign_on, evil):
    """Issuer, subject, all claims and the instant of the sign-on; a second without it is none."""
    evil.claims = {"roles": ["a"], "auth_time": int(evil.now.timestamp()) - 5}
    known = judged(sign_on, evil)
    assert (known.issuer, known.subject, known.claims["roles"]) == (evil.issuer, "somebody", ["a"])
    assert known.authenticated_at == evil.now.replace(microsecond=0) - timedelta(seconds=5)
    evil.claims = {"auth_time": True}
    assert judged(sign_on, evil).authenticated_at is None
    sent = parse_qs(evil.posted[0])
    assert (sent["code"], sent["code_verifier"], sent["redirect_uri"]) == (
        ["a code"], ["v" * 64], [f"{ORIGIN}/sign-on/back"],
    )  # fmt: skip


FUTURE, PAST = 9_000_000_000, 1_000_000_000


@pytest.mark.parametrize(
    ("claims", "problem"),
    [
        ({"nonce": "another"}, Problem.NONCE), ({"nonce": None}, Problem.NONCE), ({"nonce": ["a nonce"]}, Problem.NONCE),
        ({"iss": "http://localhost:1"}, Problem.ISSUER), ({"iss": None}, Problem.ISSUER), ({"iss": 5}, Problem.ISSUER),
        ({"aud": "another"}, Problem.AUDIENCE), ({"aud": None}, Problem.AUDIENCE), ({"aud": {}}, Problem.AUDIENCE),
        ({"aud": [CLIENT, "another"]}, Problem.AUDIENCE), ({"azp": "another"}, Problem.AUDIENCE),
        ({"exp": PAST}, Problem.EXPIRED), ({"exp": None}, Problem.EXPIRED), ({"exp": "soon"}, Problem.EXPIRED),
        ({"iat": FUTURE, "exp": FUTURE + 9}, Problem.TIME), ({"nbf": FUTURE}, Problem.TIME), ({"iat": None}, Problem.TIME),
        ({"sub": ""}, Problem.SUBJECT), ({"sub": None}, Problem.SUBJECT), ({"sub": 7}, Problem.SUBJECT),
        ({"sub": "x" * 256}, Problem.SUBJECT), ({"amr": "pwd"}, Problem.TOKEN), ({"auth_time": "now"}, Problem.TOKEN),
        ({"auth_time": 1e300}, Problem.TOKEN), ({"at_hash": "wrong"}, Problem.TOKEN), ({"at_hash": 5}, Problem.TOKEN),
    ],
)  # fmt: skip
def test_a_claim_that_does_not_hold_is_refused(sign_on, evil, claims, problem):
    """Properly signed, and not for us, not now, not for this try, or of no shape."""
    evil.claims = claims
    assert refused(sign_on, evil) == problem


@pytest.mark.parametrize("seconds", [-59, 59])
def test_two_clocks_may_differ_by_a_minute(sign_on, evil, seconds):
    """Sixty seconds are let pass both ways, and no more."""
    now = int(evil.now.timestamp())
    evil.claims = {"iat": now + seconds, "exp": now + (seconds if seconds < 0 else 300)}
    assert judged(sign_on, evil).subject == "somebody"
    evil.claims = {"iat": now + seconds * 2, "exp": now + (seconds * 2 if seconds < 0 else 300)}
    assert refused(sign_on, evil) in (Problem.EXPIRED, Problem.TIME)


def test_a_token_that_nobody_signed_is_refused(sign_on, evil):
    """The algorithm ``none``."""
    evil.header = {"alg": "none", "kid": None}
    assert refused(sign_on, evil) == Problem.ALGORITHM


def test_a_token_signed_with_a_public_key_as_the_secret_is_refused(sign_on, evil):
    """HS256 where the key set holds an RSA key: everybody knows that key's bytes."""
    public = RSAKey.generate_key(2048, {"kid": "key-1"})
    evil.keys = [public.as_dict(private=False)]
    evil.key = public.as_pem(private=False)
    assert refused(sign_on, evil) == Problem.ALGORITHM


def test_a_shared_secret_among_the_keys_signs_nothing(sign_on, evil, secret):
    """Neither one in the key set nor the client's own secret."""
    evil.key = secret.read_text().strip().encode()
    evil.keys = [OctKey.import_key(evil.key, {"kid": "key-1"}).as_dict(private=True), OTHER.as_dict(private=False)]
    assert refused(sign_on, evil) == Problem.ALGORITHM


def test_a_key_of_another_kind_than_the_algorithm_is_refused(sign_on, evil):
    """An RSA key for a token that says ES256, and a key that is for another algorithm."""
    evil.keys = [RSAKey.generate_key(2048, {"kid": "key-1"}).as_dict(private=False)]
    assert refused(sign_on, evil) in (Problem.TOKEN, Problem.ALGORITHM, Problem.SIGNATURE)


@pytest.mark.parametrize("kid", ["another", None])
def test_a_key_that_is_not_the_providers_is_refused(sign_on, evil, kid):
    """Asked for once more, and not there; without a name it is no key of several."""
    evil.header = {"kid": kid}
    evil.keys = [OTHER.as_dict(private=False), ECKey.generate_key("P-256", {"kid": "key-2"}).as_dict(private=False)]
    assert refused(sign_on, evil) == Problem.KEY


def test_a_signature_of_another_key_of_that_name_is_refused(sign_on, evil):
    """As after a break-in elsewhere."""
    evil.keys = [OTHER.as_dict(private=False)]
    assert refused(sign_on, evil) == Problem.SIGNATURE


def test_a_new_key_of_the_provider_is_fetched(sign_on, evil):
    """Keys change without notice; what can not be used among them spoils nothing."""
    judged(sign_on, evil)
    evil.key = RSAKey.generate_key(2048, {"kid": "key-2"})
    evil.header = {"kid": "key-2"}
    evil.keys = [{"kty": "AKP", "kid": "key-9"}, {"kty": "RSA", "n": "!"}, "no key",
                 {**OTHER.as_dict(private=False), "use": "enc"}, evil.key.as_dict(private=False)]  # fmt: skip
    assert judged(sign_on, evil).subject == "somebody"
    assert evil.asked.count("/keys") == 2
    judged(sign_on, evil)
    assert evil.asked.count("/keys") == 2
    assert evil.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "changed", [lambda token: token[:-9] + "AAAAAAAAA", lambda token: token.replace(".", ".e30", 1), lambda _: "a.b.c"]
)
def test_a_token_that_was_changed_is_refused(sign_on, evil, changed):
    """A byte of its signature, of its content, or all of it."""
    evil.id_token = changed
    assert refused(sign_on, evil) in (Problem.SIGNATURE, Problem.TOKEN)


@pytest.mark.parametrize("token", [None, 5, [], {}, "", "x", "é.é.é", "." * 1000, "[" * 10_000])
def test_what_is_no_token_is_refused(sign_on, evil, token):
    """Whatever stands in its place."""
    evil.id_token = lambda _: token
    assert refused(sign_on, evil) == Problem.TOKEN


@pytest.mark.parametrize("content", [b"[]", b"5", b"\xff", b'"x"', b"[" * 100_000])
def test_content_that_is_no_object_is_refused(sign_on, evil, content):
    """A good signature over something else."""
    evil.id_token = lambda _: evil.signed(content)
    assert refused(sign_on, evil) == Problem.TOKEN


@pytest.mark.parametrize(
    ("answer", "error", "problem"),
    [
        ((400, b'{"error": "invalid_grant"}'), SignOnRefusedError, Problem.CODE),
        ((400, b'{"error": "Bad\\nWords"}'), SignOnRefusedError, Problem.CODE),
        ((401, b'{"error": "invalid_client"}'), SignOnAwayError, Problem.CLIENT),
        ((200, b"<html>"), SignOnAwayError, Problem.AWAY), ((200, b"[]"), SignOnAwayError, Problem.AWAY),
        ((503, b"{}"), SignOnAwayError, Problem.AWAY), ((302, b""), SignOnAwayError, Problem.AWAY),
        ((200, b"{}"), SignOnRefusedError, Problem.TOKEN), ((200, b'{"expires_in": "x"}'), SignOnAwayError, Problem.AWAY),
        ((200, b"x" * (LIMIT_BYTES + 1)), SignOnAwayError, Problem.AWAY),
    ],
)  # fmt: skip
def test_what_the_token_endpoint_answers_instead(sign_on, evil, caplog, answer, error, problem):
    """A used code is refused; what is wrong with the provider or with us is told apart; no redirect is followed."""
    evil.token_answer = answer
    with pytest.raises(error) as found:
        judged(sign_on, evil)
    assert found.value.facts["problem"] == problem
    assert "/elsewhere" not in evil.asked
    assert "Bad" not in caplog.text


def test_an_answer_without_a_code_or_of_another_issuer_is_refused(sign_on, evil, secret):
    """And one that does not say whose it is, of a provider that always does (RFC 9207); nothing is fetched for it."""
    assert refused(sign_on, evil, SignOnAnswer(state="a state")) == Problem.CODE
    assert refused(sign_on, evil, replace(ANSWER, issuer="http://localhost:1")) == Problem.ISSUER
    assert judged(sign_on, evil, replace(ANSWER, issuer=evil.issuer)).subject == "somebody"
    evil.discovery = {"authorization_response_iss_parameter_supported": True}
    strict = OidcSignOn(settings_for(evil.issuer, secret), ORIGIN)
    assert refused(strict, evil) == Problem.ISSUER
    assert evil.asked.count("/token") == 1


def test_an_error_answer_is_refused_and_not_repeated(sign_on, evil, caplog):
    """What a stranger puts into it stands in no log."""
    assert refused(sign_on, evil, SignOnAnswer(error="access_denied")) == Problem.ERROR_ANSWER
    assert refused(sign_on, evil, SignOnAnswer(error="Rosa Maria\n")) == Problem.ERROR_ANSWER
    assert "Rosa" not in caplog.text
    assert evil.asked == []


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "http://localhost:1"}, {"issuer": None}, {"token_endpoint": None},
        {"token_endpoint": "http://forms.example/token"}, {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": 5},
        {"authorization_endpoint": "javascript:alert(1)"}, {"authorization_endpoint": "https://"},
        {"authorization_endpoint": "https://x:99999999/"}, {"authorization_endpoint": "https://a@b/"},
        {"authorization_endpoint": "https://[/"},
    ],
)  # fmt: skip
def test_a_document_with_an_unsafe_address_is_not_used(sign_on, evil, discovery):
    """Another issuer's, one that lacks something, or one that leads to a place without TLS."""
    evil.discovery = discovery
    with pytest.raises(SignOnAwayError):
        sign_on.address(ASKED)
    assert sign_on.end_address() == ""


@pytest.mark.parametrize("answer", [(404, b"{}"), (200, b"no json"), (200, b"[]"), (200, b"[" * 100_000), (302, b"")])
def test_a_document_that_is_none_is_not_used(sign_on, evil, answer):
    """Whatever came in its place; no redirect is followed."""
    evil.answers["/.well-known/openid-configuration"] = answer
    with pytest.raises(SignOnAwayError):
        sign_on.address(ASKED)
    assert "/elsewhere" not in evil.asked


def test_an_issuer_behind_tls_names_no_plain_address(secret):
    """Plain http counts on loopback, and only where the issuer itself is there."""
    for address in ("http://localhost:1/token", "http://10.0.0.5/token"):
        with pytest.raises(SignOnAwayError):
            exchange(address, loopback=False)
    with pytest.raises(SignOnAwayError):
        exchange("http://10.0.0.5/token", loopback=True)


def test_a_server_without_a_good_certificate_is_away(evil):
    """TLS is spoken to it, and what it answers is none."""
    with pytest.raises(SignOnAwayError):
        exchange(evil.issuer.replace("http:", "https:") + "/", loopback=True, limit_seconds=1)


def test_a_slow_provider_is_away(sign_on, evil):
    """A byte now and then is no answer: a second for all of it, here; and for some seconds nobody waits again."""
    evil.drip_seconds = 0.2
    began = time.monotonic()
    with pytest.raises(SignOnAwayError):
        sign_on.address(ASKED)
    assert time.monotonic() - began < 5
    evil.drip_seconds = 0
    began = time.monotonic()
    with pytest.raises(SignOnAwayError):
        sign_on.address(ASKED)
    assert time.monotonic() - began < 0.5
    assert evil.asked == ["/.well-known/openid-configuration"]


def test_a_silent_provider_is_away(secret):
    """One that takes the connection and says nothing."""
    with silent_server() as address:
        silent = OidcSignOn(settings_for(address.removesuffix("/tsa"), secret), ORIGIN, limit_seconds=0.5)
        with pytest.raises(SignOnAwayError):
            silent.ping()


def test_keys_that_are_none_are_told(sign_on, evil):
    """Without a key that signs, nobody can be believed."""
    for keys in ([], None, "x"):
        evil.answers["/keys"] = (200, json.dumps({"keys": keys}).encode())
        with pytest.raises(SignOnAwayError):
            sign_on.ping()
    del evil.answers["/keys"]
    sign_on.ping()


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff", None])
def test_a_secret_that_is_none_is_told(sign_on, secret, content):
    """An empty file, one that is no text, and none."""
    secret.unlink()
    if content is not None:
        secret.write_bytes(content)
    with pytest.raises(SignOnAwayError) as found:
        sign_on.ping()
    assert found.value.facts["problem"] == Problem.CLIENT


@pytest.mark.parametrize(
    ("ways", "by_post"), [(["client_secret_post", "none"], True), (["client_secret_basic"], False)]
)
def test_the_client_shows_itself_as_the_provider_takes_it(sign_on, evil, ways, by_post):
    """In the body where that is taken, else in the header."""
    evil.discovery = {"token_endpoint_auth_methods_supported": ways}
    judged(sign_on, evil)
    assert ("client_secret" in parse_qs(evil.posted[0])) is by_post


def test_the_second_factor_is_asked_for_in_its_claims_way(evil, secret):
    """``acr`` by name, another claim as an essential one, ``amr`` not at all."""
    evidence = {"amr": ("mfa",), "acr": ("a", "b"), "acrs": ("c1",), "level": ("2", "3")}
    sign_on = OidcSignOn(settings_for(evil.issuer, secret, factor_claims=evidence), ORIGIN)
    asked = parse_qs(urlsplit(sign_on.address(replace(ASKED, anew=True))).query)
    assert asked["acr_values"] == ["a b"]
    assert json.loads(asked["claims"][0]) == {
        "id_token": {"acrs": {"essential": True, "value": "c1"}, "level": {"essential": True, "values": ["2", "3"]}}
    }
    assert (asked["prompt"], asked["max_age"], asked["scope"]) == (["login"], ["0"], ["openid profile"])


def test_the_providers_end_of_a_session_is_named_where_it_is_safe(sign_on, evil, secret):
    """With our name and where to go on; one with a question of its own is added to."""
    assert sign_on.end_address() == ""
    for end, mark in ((f"{evil.issuer}/end", "?"), (f"{evil.issuer}/end?a=b", "&")):
        evil.discovery = {"end_session_endpoint": end}
        address = OidcSignOn(settings_for(evil.issuer, secret), ORIGIN).end_address()
        assert address.startswith(f"{end}{mark}client_id=forms&post_logout_redirect_uri=")
    evil.discovery = {"end_session_endpoint": "http://forms.example/end"}
    assert OidcSignOn(settings_for(evil.issuer, secret), ORIGIN).end_address() == ""


def test_the_instant_of_a_sign_on_is_aware(sign_on, evil):
    """In UTC, fractions of a second too."""
    evil.claims = {"auth_time": 1_790_000_000.5}
    assert judged(sign_on, evil).authenticated_at == datetime.fromtimestamp(1_790_000_000.5, UTC)
