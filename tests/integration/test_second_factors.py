"""Passkeys, authenticator apps and recovery codes: what opens a session, what proves, and what is refused."""

from __future__ import annotations

import base64
import hmac
import struct
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from forms_service.errors import (
    ChallengeEndedError,
    FactorRefusedError,
    LastFactorError,
    NotFoundError,
    PasskeyKnownError,
    PasskeyRefusedError,
    ProofNeededError,
    SignInRefusedError,
)
from forms_service.ports import Actor
from forms_service.workflow import accounts, factors, sign_in
from forms_service.workflow.challenges import LONGEST
from forms_service.workflow.permission import Act
from forms_service.workflow.second_factor import (
    FRESH,
    Given,
    ask_passkey,
    give_factor,
    mark_proved,
    prove,
    require_proof,
    sign_in_with_passkey,
)
from tests.soft_passkey import PRESENT, SoftPasskey

PASSWORD = "correct horse battery"  # noqa: S105  # a test's own
WANTED = accounts.NewAccount(name="alex", password=PASSWORD, full_name="Alex Officer", badge="D-17", roles=("officer",))
BY = Actor(id="operator:tester", source="192.0.2.7", device="Firefox on Linux")


def totp(secret: str, now) -> str:
    """Compute a code by RFC 6238 and RFC 4226 alone."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(now.timestamp()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@pytest.fixture
def account(services, by):
    """Make an account."""
    return accounts.add_account(services, by, WANTED)


def enter(services, password: str = PASSWORD):
    """Sign in with the password; give the visit."""
    return sign_in.visit(services, sign_in.sign_in(services, BY, "alex", password)[1])


def after(services, done):
    """Give the visit of what a use case returned."""
    return sign_in.visit(services, done[1])


def with_app(services, clock):
    """Sign in, add an authenticator app, and give the visit and its secret."""
    here = enter(services)
    new = factors.new_secret(services, here)
    factors.add_totp(services, BY, here, new.challenge_id, totp(new.secret, clock.now()), label="")
    clock.move(seconds=60)
    return here, new.secret


def with_passkey(services, number: int = 1):
    """Sign in, add a passkey, and give the visit and the passkey."""
    here = enter(services)
    passkey = SoftPasskey(services.settings.origin, number=number)
    challenge_id, options = factors.ask_new_passkey(services, here)
    factors.add_passkey(services, BY, here, challenge_id, passkey.made(options), label="Key ring")
    return here, passkey


def trail(services) -> list[tuple[str, str]]:
    """Give act and outcome of each audit entry."""
    with services.database.read() as transaction:
        return [(entry["act"], entry["outcome"]) for entry in transaction.ledger.audit_entries()]


def test_the_vectors_of_the_standard_hold(services):
    """The library gives what RFC 6238 appendix B says, last six digits, for a step and its neighbours alone."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for second, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        now = datetime.fromtimestamp(second, UTC)
        assert totp(secret, now) == code
        assert services.one_time_codes.step(secret, f"{code[:3]} {code[3:]}", now) == second // 30
        for late in (30, -30):
            moved = datetime.fromtimestamp(max(second + late, 0), UTC)
            assert services.one_time_codes.step(secret, code, moved) == second // 30
        assert services.one_time_codes.step(secret, code, datetime.fromtimestamp(second + 90, UTC)) is None
    for rubbish in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦"):
        assert services.one_time_codes.step(secret, rubbish, now) is None


def test_with_a_factor_a_password_opens_half_a_session(services, clock, account):
    """The half session opens nothing, ends after ten minutes, and has another token once the code was given."""
    _, secret = with_app(services, clock)
    half_account, half = sign_in.sign_in(services, BY, "alex", PASSWORD)
    assert half_account.id == account.id
    assert sign_in.signed_in(services, half) is None
    here = sign_in.visit(services, half)
    _, token = give_factor(services, BY, here, Given(code=totp(secret, clock.now())))
    assert sign_in.signed_in(services, token).id == account.id
    assert sign_in.visit(services, half) is None
    session = sign_in.visit(services, token).session
    assert (session.method, session.complete, session.proved_at) == ("totp", True, clock.now())
    assert (session.id, session.source, session.browser) == (here.session.id, "192.0.2.7", "Firefox on Linux")


def test_a_half_session_ends_soon(services, clock, account):
    """Whoever leaves after the password begins anew."""
    with_app(services, clock)
    token = sign_in.sign_in(services, BY, "alex", PASSWORD)[1]
    clock.move(minutes=11)
    assert sign_in.visit(services, token) is None


def test_a_code_works_once_and_never_one_before_it(services, clock, account):
    """A code read over a shoulder is worth nothing: its step and those before are used up."""
    _, secret = with_app(services, clock)
    before, code = totp(secret, clock.now()), totp(secret, clock.now())
    clock.move(seconds=30)
    give_factor(services, BY, enter(services), Given(code=totp(secret, clock.now())))
    for old in (totp(secret, clock.now()), code, before):
        with pytest.raises(FactorRefusedError):
            give_factor(services, BY, enter(services), Given(code=old))


def test_a_clock_that_is_a_step_off_will_do(services, clock, account):
    """A phone's clock may be 30 seconds wrong, not 90."""
    _, secret = with_app(services, clock)
    for seconds in (-90, 90):
        clock.move(seconds=seconds)
        wrong = totp(secret, clock.now())
        clock.move(seconds=-seconds)
        with pytest.raises(FactorRefusedError):
            give_factor(services, BY, enter(services), Given(code=wrong))
    clock.move(seconds=30)
    early = totp(secret, clock.now())
    clock.move(seconds=-30)
    assert give_factor(services, BY, enter(services), Given(code=early))


def test_five_wrong_codes_lock_and_the_password_between_does_not_forgive(services, clock, account):
    """Who knows the password can not try codes for ever; the right one is refused then."""
    _, secret = with_app(services, clock)
    for _ in range(5):
        with pytest.raises(FactorRefusedError):
            give_factor(services, BY, enter(services), Given(code="000000"))
    assert trail(services).count(("lock_account", "done")) == 1
    with pytest.raises(SignInRefusedError):
        enter(services)
    with services.database.read() as transaction:
        assert transaction.ledger.account(account.id).locked_at is not None
    assert secret


def test_a_half_session_of_an_account_that_was_locked_is_refused(services, clock, account):
    """The right code comes too late."""
    _, secret = with_app(services, clock)
    here = enter(services)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            enter(services, "wrong")
    with pytest.raises(FactorRefusedError):
        give_factor(services, BY, here, Given(code=totp(secret, clock.now())))


def test_a_half_session_that_was_ended_is_refused(services, clock, account):
    """A reset meanwhile leaves nothing to complete."""
    _, secret = with_app(services, clock)
    here = enter(services)
    with services.database.write() as transaction:
        transaction.ledger.drop_sessions_of(account.id)
    with pytest.raises(FactorRefusedError):
        give_factor(services, BY, here, Given(code=totp(secret, clock.now())))


def test_a_recovery_code_signs_in_once(services, clock, account):
    """Ten are given, each works once however it is typed, new ones end the old, and the database holds none."""
    here, _ = with_app(services, clock)
    codes = factors.new_codes(services, BY, here)
    assert len(set(codes)) == 10
    done = give_factor(services, BY, enter(services), Given(code=codes[0].lower().replace("-", " ")))
    assert after(services, done).session.method == "code"
    assert factors.codes_left(factors.factors_of(services, account.id)) == 9
    with pytest.raises(FactorRefusedError):
        give_factor(services, BY, enter(services), Given(code=codes[0]))
    content = b"".join(one.read_bytes() for one in services.settings.database.parent.iterdir())
    assert codes[1].encode() not in content
    assert codes[1].replace("-", "").encode() not in content
    factors.new_codes(services, BY, after(services, done))
    with pytest.raises(FactorRefusedError):
        give_factor(services, BY, enter(services), Given(code=codes[1]))


def test_a_recovery_code_proves_nothing_before_an_act(services, clock, account):
    """It is kept for signing in, and not used up by the refusal."""
    here, _ = with_app(services, clock)
    code = factors.new_codes(services, BY, here)[0]
    with pytest.raises(FactorRefusedError):
        prove(services, BY, here, Given(code=code))
    assert factors.codes_left(factors.factors_of(services, account.id)) == 10


def test_a_passkey_is_a_second_step_and_signs_in_alone(services, account):
    """After the password one of the account's own is asked for; alone, any of this service's."""
    _, passkey = with_passkey(services)
    here = enter(services)
    assert not here.session.complete
    challenge_id, options = ask_passkey(services, here.account)
    done = give_factor(services, BY, here, Given(passkey=passkey.used(options), challenge_id=challenge_id))
    assert after(services, done).session.method == "passkey"
    challenge_id, options = ask_passkey(services, None)
    assert '"allowCredentials": []' in options
    done = sign_in_with_passkey(services, BY, Given(passkey=passkey.used(options), challenge_id=challenge_id))
    assert done[0].id == account.id
    assert after(services, done).session.complete


def alone(services, passkey, *, change=lambda answer: answer):
    """Sign in with a passkey alone."""
    challenge_id, options = ask_passkey(services, None)
    given = Given(passkey=change(passkey.used(options)), challenge_id=challenge_id)
    return sign_in_with_passkey(services, BY, given)


@pytest.mark.parametrize(
    "fault",
    [
        {"origin": "https://evil.example"}, {"origin": "http://localhost:1"}, {"host": "evil.example"},
        {"flags": PRESENT}, {"flags": 0}, {"key": SoftPasskey("", number=9).key}, {"count": -1},
    ],
)  # fmt: skip
def test_a_passkey_of_another_site_key_or_count_is_refused(services, account, fault):
    """Foreign origin, foreign host, nobody verified, another key, a count that does not rise: each is a failure."""
    _, passkey = with_passkey(services)
    alone(services, passkey)
    for name, value in fault.items():
        setattr(passkey, name, value)
    with pytest.raises(SignInRefusedError):
        alone(services, passkey)
    with services.database.read() as transaction:
        assert len(transaction.ledger.account(account.id).failed_at) == 1


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", '{"id": 5}', "x" * 70_000, '{"id":"AA","rawId":"AA"}', "\ud800"])
def test_rubbish_is_no_passkey(services, account, rubbish):
    """What can not be read is refused and counts against nobody."""
    _, passkey = with_passkey(services)
    with pytest.raises(SignInRefusedError):
        alone(services, passkey, change=lambda _: rubbish)
    for judge in (services.passkeys.registered, lambda one, two: services.passkeys.asserted(one, two, None)):
        with pytest.raises(PasskeyRefusedError):
            judge(rubbish, b"x")


def test_an_answer_is_good_once_and_for_five_minutes(services, clock, account):
    """An answer that was recorded, a late one, and one to a challenge of something else are refused."""
    here, passkey = with_passkey(services)
    challenge_id, options = ask_passkey(services, None)
    given = Given(passkey=passkey.used(options), challenge_id=challenge_id)
    sign_in_with_passkey(services, BY, given)
    with pytest.raises(ChallengeEndedError):
        sign_in_with_passkey(services, BY, given)
    challenge_id, options = ask_passkey(services, None)
    with pytest.raises(SignInRefusedError):
        sign_in_with_passkey(services, BY, replace(given, challenge_id=challenge_id))
    challenge_id, options = ask_passkey(services, here.account)
    with pytest.raises(ChallengeEndedError):
        sign_in_with_passkey(services, BY, Given(passkey=passkey.used(options), challenge_id=challenge_id))
    challenge_id, options = ask_passkey(services, None)
    clock.move(seconds=LONGEST.total_seconds())
    with pytest.raises(ChallengeEndedError):
        sign_in_with_passkey(services, BY, Given(passkey=passkey.used(options), challenge_id=challenge_id))


def test_an_account_that_may_not_sign_in_does_not_with_a_passkey(services, by, account):
    """Disabled is disabled; the refusal is the one that a stranger's passkey gets."""
    _, passkey = with_passkey(services)
    accounts.disable_account(services, by, "alex")
    with pytest.raises(SignInRefusedError):
        alone(services, passkey)
    with pytest.raises(SignInRefusedError):
        alone(services, SoftPasskey(services.settings.origin, number=5))


def test_a_passkey_of_somebody_else_is_no_second_step(services, by, account):
    """After Alex's password Kim's passkey opens nothing."""
    _, kims = with_passkey(services)
    accounts.add_account(services, by, replace(WANTED, name="kim"))
    token = sign_in.sign_in(services, BY, "kim", PASSWORD)[1]
    here = sign_in.visit(services, token)
    challenge_id, options = ask_passkey(services, here.account)
    with pytest.raises(FactorRefusedError):
        prove(services, BY, here, Given(passkey=kims.used(options), challenge_id=challenge_id))


def test_one_passkey_is_registered_once(services, account):
    """The browser is told which are known; an answer made all the same is refused, as is one of another site."""
    here, passkey = with_passkey(services)
    challenge_id, options = factors.ask_new_passkey(services, here)
    assert '"excludeCredentials": [{"id"' in options
    with pytest.raises(PasskeyKnownError):
        factors.add_passkey(services, BY, here, challenge_id, passkey.made(options), label="")
    challenge_id, options = factors.ask_new_passkey(services, here)
    foreign = SoftPasskey("https://evil.example", "evil.example", number=3)
    with pytest.raises(PasskeyRefusedError):
        factors.add_passkey(services, BY, here, challenge_id, foreign.made(options), label="")


def test_a_secret_counts_once_a_code_of_it_was_typed(services, clock, account):
    """A mistyped code adds nothing, and the secret is gone with it."""
    here = enter(services)
    new = factors.new_secret(services, here)
    assert new.picture.startswith("data:image/svg+xml")
    with pytest.raises(FactorRefusedError):
        factors.add_totp(services, BY, here, new.challenge_id, "000000", label="")
    with pytest.raises(ChallengeEndedError):
        factors.add_totp(services, BY, here, new.challenge_id, totp(new.secret, clock.now()), label="")
    assert not factors.has_factor(factors.factors_of(services, account.id))


def real(services):
    """Give the services as production runs them."""
    return replace(services, settings=replace(services.settings, production=True))


def test_real_records_ask_everybody_for_a_second_factor(services, clock, account):
    """The password opens half a session; the first factor completes it under a new token."""
    services = real(services)
    here = enter(services)
    assert not here.session.complete
    new = factors.new_secret(services, here)
    done = factors.add_totp(services, BY, here, new.challenge_id, totp(new.secret, clock.now()), label="My phone")
    assert after(services, done).session.complete
    assert sign_in.visit(services, "x") is None
    challenge_id, options = factors.ask_new_passkey(services, after(services, done))
    passkey = SoftPasskey(services.settings.origin)
    late = after(services, done)
    assert factors.add_passkey(services, BY, late, challenge_id, passkey.made(options), label="") is None


def test_half_a_session_adds_nothing_beside_a_factor(services, clock, account):
    """Whoever only knows the password can not add a factor of their own."""
    with_app(services, clock)
    half = enter(services)
    new = factors.new_secret(services, half)
    with pytest.raises(FactorRefusedError):
        factors.add_totp(services, BY, half, new.challenge_id, totp(new.secret, clock.now()), label="")


def test_the_last_factor_stays_where_records_are_real(services, clock, account):
    """In practice mode it goes, and the recovery codes with it; another's is not found."""
    here, _ = with_app(services, clock)
    factors.new_codes(services, BY, here)
    first = next(one for one in factors.factors_of(services, account.id) if one.kind == "totp")
    with pytest.raises(LastFactorError):
        factors.remove_factor(real(services), BY, here, first.id)
    _, options = factors.ask_new_passkey(services, here)
    codes = [one for one in factors.factors_of(services, account.id) if one.kind == "recovery_code"]
    for not_own in (codes[0].id, "nothing"):
        with pytest.raises(NotFoundError):
            factors.remove_factor(services, BY, here, not_own)
    factors.name_factor(services, BY, here, first.id, " Work  phone ")
    assert "Work phone" in [one.label for one in factors.factors_of(services, account.id)]
    factors.remove_factor(services, BY, here, first.id)
    assert factors.factors_of(services, account.id) == []
    assert options


def test_a_factor_beside_another_can_go(services, clock, account):
    """With two of them, one goes and the recovery codes stay."""
    here, _ = with_app(services, clock)
    challenge_id, options = factors.ask_new_passkey(services, here)
    made = SoftPasskey(services.settings.origin).made(options)
    factors.add_passkey(services, BY, here, challenge_id, made, label="Key ring")
    factors.new_codes(services, BY, here)
    first = next(one for one in factors.factors_of(services, account.id) if one.kind == "totp")
    factors.remove_factor(real(services), BY, here, first.id)
    assert len(factors.factors_of(services, account.id)) == 11


def test_an_administrator_takes_lost_factors_away(services, by, clock, account):
    """Sessions end, the next sign-in has none, and it is in the trail; a name that is not there is not found."""
    here, _ = with_app(services, clock)
    factors.new_codes(services, BY, here)
    factors.reset_factor(services, by, "alex")
    assert factors.factors_of(services, account.id) == []
    with services.database.read() as transaction:
        assert transaction.ledger.sessions_of(account.id) == []
    assert not enter(real(services)).session.complete
    assert ("reset_factor", "done") in trail(services)
    with pytest.raises(NotFoundError):
        factors.reset_factor(services, by, "nobody")


def test_an_act_needs_a_proof_that_is_fresh(services, clock, account):
    """Five minutes after the last one it is asked for again; the shell's operator and other acts need none."""
    here, secret = with_app(services, clock)
    require_proof(services, here.session, Act.EXPORT)
    clock.move(seconds=FRESH.total_seconds())
    for act in (Act.EXPORT, Act.ADD_FACTOR, Act.REMOVE_FACTOR, Act.RENEW_CODES):
        with pytest.raises(ProofNeededError):
            require_proof(services, here.session, act)
    with pytest.raises(ProofNeededError):
        require_proof(services, replace(here.session, proved_at=None), Act.EXPORT)
    require_proof(services, here.session, Act.FIND)
    require_proof(services, None, Act.EXPORT)
    with pytest.raises(FactorRefusedError):
        prove(services, BY, here, Given(password=PASSWORD))
    done = prove(services, BY, here, Given(code=totp(secret, clock.now())))
    require_proof(services, after(services, done).session, Act.EXPORT)
    assert sign_in.visit(services, "") is None
    with services.database.read() as transaction:
        assert transaction.ledger.session(here.session.token_digest) is None
    assert trail(services)[-2:] == [("prove", "refused"), ("prove", "done")]


def test_without_a_factor_practice_mode_takes_the_password(services, account):
    """Real records do not; a wrong one counts as a failure, and five lock the account for proofs too."""
    here = enter(services)
    assert after(services, prove(services, BY, here, Given(password=PASSWORD))).session.proved_at
    here = enter(services)
    with pytest.raises(FactorRefusedError):
        prove(real(services), BY, here, Given(password=PASSWORD))
    for _ in range(4):
        with pytest.raises(FactorRefusedError):
            prove(services, BY, here, Given(password="wrong"))  # noqa: S106  # a test's own
    with pytest.raises(FactorRefusedError):
        prove(services, BY, here, Given(password=PASSWORD))


def test_the_word_of_a_provider_opens_a_session_without_a_proof(services, account):
    """Somebody who signed in at the provider hours ago proves themselves before an act."""
    with services.database.write() as transaction:
        _, token = sign_in.open_session(services, transaction, BY, account, method="oidc")
    here = sign_in.visit(services, token)
    with pytest.raises(ProofNeededError):
        require_proof(services, here.session, Act.EXPORT)


def test_no_session_without_its_account(services, account):
    """An account is never removed: a session of none is a bug and said to be one."""
    here = enter(services)
    stray = replace(here.session, account_id="nobody")
    with services.database.write() as transaction:
        for act in (
            lambda: sign_in.complete_session(services, transaction, BY, stray, "totp"),
            lambda: mark_proved(services, transaction, BY, stray, method="totp"),
        ):
            with pytest.raises(RuntimeError):
                act()
