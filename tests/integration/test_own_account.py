"""What everybody does with their own account: sessions and the password."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from pyotp import TOTP

from forms_service.errors import (
    NotFoundError,
    PasswordTooEasyError,
    PasswordTooShortError,
    PasswordUnchangedError,
    PasswordWrongError,
    SignInRefusedError,
)
from forms_service.ports import Actor
from forms_service.workflow import accounts, factors, own_account, sign_in
from forms_service.workflow.challenges import ask

PASSWORD = "correct horse battery"  # noqa: S105  # a test's own
NEW = "seven grey pelicans drumming"
WANTED = accounts.NewAccount(
    name="alex", password=PASSWORD, full_name="Alex Officer", roles=("officer",), must_change_password=True
)
BY = Actor(id="operator:tester", source="192.0.2.7", device="Firefox on Linux")


@pytest.fixture
def account(services, by):
    """Make an account whose password somebody else typed."""
    return accounts.add_account(services, by, WANTED)


def enter(services, name: str = "alex", password: str = PASSWORD):
    """Sign in; give the visit and the token."""
    token = sign_in.sign_in(services, BY, name, password)[1]
    return sign_in.visit(services, token), token


def test_sessions_are_listed_and_ended(services, by, clock, account):
    """One's own, the newest first, without those that idled; another's is not found."""
    accounts.add_account(services, by, replace(WANTED, name="kim"))
    enter(services)
    clock.move(minutes=31)
    first, first_token = enter(services)
    clock.move(minutes=1)
    second, second_token = enter(services)
    kims, kims_token = enter(services, "kim")
    listed = own_account.my_sessions(services, second)
    assert [one.id for one in listed] == [second.session.id, first.session.id]
    assert len({one.id for one in listed}) == 2
    for not_own in (kims.session.id, "nothing"):
        with pytest.raises(NotFoundError):
            own_account.end_session(services, BY, second, not_own)
    own_account.end_session(services, BY, second, first.session.id)
    assert sign_in.visit(services, first_token) is None
    enter(services)
    assert own_account.end_other_sessions(services, BY, second) == 1
    assert sign_in.visit(services, second_token) is not None
    assert sign_in.visit(services, kims_token) is not None


def test_a_session_that_ended_meanwhile_is_not_brought_back(services, clock, account):
    """Noting that it was used writes nothing where nothing is."""
    here, token = enter(services)
    with services.database.write() as transaction:
        transaction.ledger.drop_session(here.session.token_digest)
        transaction.ledger.touch_session(here.session.token_digest, clock.now())
    assert sign_in.visit(services, token) is None


def test_a_changed_password_ends_every_other_session(services, account):
    """This one goes on under another token; the old password opens nothing any more, and nobody asks to change again."""
    assert account.must_change_password
    _, other = enter(services)
    here, token = enter(services)
    renewed = own_account.change_password(services, BY, here, PASSWORD, NEW)
    assert sign_in.visit(services, other) is None
    assert sign_in.visit(services, token) is None
    after = sign_in.visit(services, renewed)
    assert not after.account.must_change_password
    with pytest.raises(SignInRefusedError):
        enter(services)
    assert enter(services, password=NEW)


@pytest.mark.parametrize(
    ("new", "error"),
    [(PASSWORD, PasswordUnchangedError), ("short", PasswordTooShortError), ("password1234", PasswordTooEasyError)],
)
def test_a_new_password_keeps_the_rules(services, account, new, error):
    """Nothing changes when it does not."""
    here, token = enter(services)
    with pytest.raises(error):
        own_account.change_password(services, BY, here, PASSWORD, new)
    assert sign_in.visit(services, token).account.must_change_password


def test_a_wrong_old_password_counts_as_a_failure(services, account):
    """Whoever found an open session can not guess on: five lock, and then the right one is refused too."""
    here, _ = enter(services)
    for _ in range(5):
        with pytest.raises(PasswordWrongError):
            own_account.change_password(services, BY, here, "wrong", NEW)
    with pytest.raises(PasswordWrongError):
        own_account.change_password(services, BY, here, PASSWORD, NEW)
    with services.database.read() as transaction:
        acts = [(one["act"], one["outcome"]) for one in transaction.ledger.audit_entries()]
    assert acts.count(("change_password", "refused")) == 6
    assert acts.count(("lock_account", "done")) == 1


def stored(services) -> tuple[int, int]:
    """Give how many sessions and challenges lie in the database."""
    with closing(sqlite3.connect(services.settings.database)) as connection:
        return connection.execute("SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM challenge)").fetchone()


def test_a_sign_in_sweeps_what_ended(services, by, clock, account):
    """Sessions that idled, are too old or never got their factor, and unanswered questions: gone; the others stay."""
    accounts.add_account(services, by, replace(WANTED, name="kim"))
    _, busy = enter(services)
    for minutes in range(0, 11 * 60, 25):  # somebody works on, others come and leave
        enter(services, "kim")
        ask(services, "use_passkey", "")
        clock.move(minutes=25)
        assert sign_in.visit(services, busy) is not None, minutes
    enter(services)
    assert stored(services) == (3, 0)  # who works on, kim's last one 25 minutes ago, and this one
    clock.move(minutes=29)
    assert sign_in.visit(services, busy) is not None
    clock.move(minutes=29)
    _, last = enter(services)
    assert stored(services) == (1, 0)
    assert sign_in.visit(services, busy) is None
    assert sign_in.visit(services, last) is not None


def test_half_sessions_are_swept_after_ten_minutes(services, by, clock, account):
    """Whoever gave a password and no factor left a row that nobody can use."""
    first, _ = enter(services)
    new = factors.new_secret(services, first)
    factors.add_totp(services, BY, first, new.challenge_id, TOTP(new.secret).at(clock.now()), label="")
    half, half_token = enter(services)
    assert not half.session.complete
    clock.move(minutes=10)
    assert sign_in.visit(services, half_token) is not None
    clock.move(seconds=1)
    enter(services)
    assert stored(services) == (2, 0)
    assert sign_in.visit(services, half_token) is None


def test_sweeping_and_judging_agree(services, by, clock, account):
    """To the second: what the sweep leaves is what still opens pages."""
    _, token = enter(services)
    clock.move(minutes=30)
    with services.database.write() as transaction:
        sign_in.sweep(services, transaction)
    assert stored(services)[0] == 1
    clock.move(seconds=1)
    assert sign_in.visit(services, token) is None
    with services.database.write() as transaction:
        sign_in.sweep(services, transaction)
    assert stored(services)[0] == 0
