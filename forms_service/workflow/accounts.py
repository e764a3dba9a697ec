"""Accounts and sessions: who may sign in, and who is signed in.

* The first account is made with a one-time code that only the machine's own console shows.
* A session's cookie holds a random token; the ledger keeps its SHA-256 only.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from forms_service.domain.evidence import check_text, normal_text, sha256_hex
from forms_service.errors import (
    AccountNameMalformedError,
    AccountNameTakenError,
    FirstAccountCodeWrongError,
    PasswordTooShortError,
    SignInRefusedError,
)
from forms_service.ports import Account, Actor, AuditFacts, Services, Session
from forms_service.workflow.permission import Act, permit

LEAST_PASSWORD_LENGTH = 12  # above the 8 of CJIS IA-5: no second factor yet
NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
CODE_FACT = "first_account_code_digest"
IDLE = timedelta(minutes=30)  # CJIS AC-11


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What is asked for a new account.

    Attributes:
        name: Sign-in name: lower case letters, digits, dot, hyphen, underscore.
        full_name, badge, phone: What a form prints of the officer.
    """

    name: str
    password: str
    full_name: str
    badge: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()


def add_account(services: Services, by: Actor, wanted: NewAccount) -> Account:
    """Make an account.

    Raises:
        InvalidInputError: ``account-name-malformed``, ``account-name-taken``, ``password-too-short``.
    """
    permit(by, Act.ADD_ACCOUNT)
    if not NAME.fullmatch(wanted.name):
        raise AccountNameMalformedError
    if len(wanted.password) < LEAST_PASSWORD_LENGTH:
        raise PasswordTooShortError(got=len(wanted.password), least=LEAST_PASSWORD_LENGTH)
    for text in (wanted.full_name, wanted.badge, wanted.phone):
        check_text(text)
    now = services.clock.now()
    account = Account(
        id=str(uuid.UUID(int=services.chance.bits(128), version=4)),
        name=wanted.name,
        full_name=normal_text(wanted.full_name),
        badge=normal_text(wanted.badge),
        phone=normal_text(wanted.phone),
        password_hash=services.passwords.hash(wanted.password),
        roles=wanted.roles,
        created_at=now,
    )
    with services.database.write() as transaction:
        if transaction.ledger.account_named(account.name) is not None:
            raise AccountNameTakenError(name=account.name)
        transaction.ledger.put_account(account)
        what = AuditFacts(act=Act.ADD_ACCOUNT, object_kind="account", object_id=account.id)
        transaction.ledger.audit(by, now, what)
    return account


def first_account_code(services: Services) -> str:
    """Make the one-time code when nobody can sign in yet; empty when somebody can.

    A new code replaces the one before, so that only the newest on the console works.
    """
    with services.database.write() as transaction:
        if transaction.ledger.has_accounts():
            return ""
        number = services.chance.bits(40)
        code = "-".join(f"{number:010x}"[start : start + 5] for start in (0, 5))
        transaction.ledger.set_fact(CODE_FACT, sha256_hex(code.encode()))
    return code


def add_first_account(services: Services, by: Actor, code: str, wanted: NewAccount) -> Account:
    """Make the first account for whoever has the console's code; the code works once.

    Raises:
        FirstAccountCodeWrongError: Another code, or somebody can sign in already.
        InvalidInputError: As ``add_account``.
    """
    with services.database.read() as transaction:
        known = transaction.ledger.fact(CODE_FACT)
        taken = transaction.ledger.has_accounts()
    if taken or not known or sha256_hex(code.strip().lower().encode()) != known:
        raise FirstAccountCodeWrongError
    account = add_account(services, by, wanted)
    with services.database.write() as transaction:
        transaction.ledger.set_fact(CODE_FACT, "")
    return account


def sign_in(services: Services, by: Actor, name: str, password: str) -> tuple[Account, str]:
    """Open a session.

    Returns:
        The account and the session's token, which is kept nowhere else.

    Raises:
        SignInRefusedError: The same for an unknown name and a wrong password, after the same work.
    """
    with services.database.read() as transaction:
        account = transaction.ledger.account_named(normal_text(name).lower())
    good = services.passwords.verify(account.password_hash if account else "", password)
    now = services.clock.now()
    known = account.id if account else ""
    outcome = "done" if account is not None and good else "refused"
    token = f"{services.chance.bits(256):064x}"
    with services.database.write() as transaction:
        what = AuditFacts(act=Act.SIGN_IN, object_kind="account", object_id=known, outcome=outcome)
        transaction.ledger.audit(by, now, what)
        if account is not None and good:
            digest = sha256_hex(token.encode())
            session = Session(token_digest=digest, account_id=account.id, created_at=now, last_seen_at=now)
            transaction.ledger.put_session(session)
    if account is None or not good:
        raise SignInRefusedError
    return account, token


def signed_in(services: Services, token: str) -> Account | None:
    """Give the account of a session's token; None when it ended, idled too long or never was."""
    digest, now = sha256_hex(token.encode()), services.clock.now()
    with services.database.read() as transaction:
        session = transaction.ledger.session(digest)
        account = transaction.ledger.account(session.account_id) if session else None
    if session is None or account is None:
        return None
    longest = timedelta(hours=services.settings.session_hours)
    if now - session.created_at > longest or now - session.last_seen_at > IDLE:
        return None
    if now - session.last_seen_at > timedelta(minutes=1):
        with services.database.write() as transaction:
            transaction.ledger.put_session(replace(session, last_seen_at=now))
    return account


def sign_out(services: Services, by: Actor, token: str) -> None:
    """End a session."""
    with services.database.write() as transaction:
        transaction.ledger.drop_session(sha256_hex(token.encode()))
        what = AuditFacts(act=Act.SIGN_OUT, object_kind="account", object_id=by.id)
        transaction.ledger.audit(by, services.clock.now(), what)


def actor_of(account: Account, *, source: str) -> Actor:
    """Give the actor that a signed-in account is."""
    facts = {"name": account.full_name, "badge": account.badge, "phone": account.phone}
    return Actor(id=f"account:{account.id}", roles=account.roles, account=facts, source=source)
