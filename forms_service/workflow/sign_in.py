"""Sessions: who is signed in.

* A session's cookie holds a random token; the ledger keeps its SHA-256 only.
* Five failures in 15 minutes lock an account until somebody releases it; who is signed in already goes on, so that
  nobody can throw an officer out by guessing.
* A wrong name, a wrong password and an account that may not sign in answer alike, after the same work.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from forms_service.domain.evidence import normal_text, sha256_hex
from forms_service.domain.lockout import after_failure, is_disused, is_locking
from forms_service.errors import DatabaseWriteError, SignInRefusedError
from forms_service.ports import Account, Actor, AuditFacts, Services, Session, Transaction
from forms_service.workflow.permission import Act

IDLE = timedelta(minutes=30)  # CJIS AC-11


class Standing(StrEnum):
    """Whether an account may sign in."""

    ACTIVE = "active"
    LOCKED = "locked"
    DISABLED = "disabled"
    DISUSED = "disused"
    ENDED = "ended"


def standing(account: Account, now: datetime) -> Standing:
    """Say whether an account may sign in, and if not, why."""
    if account.disabled_at is not None:
        return Standing.DISABLED
    if account.ends_at is not None and account.ends_at <= now:
        return Standing.ENDED
    if is_disused(account.last_active_at, now):
        return Standing.DISUSED
    return Standing.LOCKED if account.locked_at is not None else Standing.ACTIVE


def sign_in(services: Services, by: Actor, name: str, password: str) -> tuple[Account, str]:
    """Open a session.

    Returns:
        The account and the session's token, which is kept nowhere else.

    Raises:
        SignInRefusedError: The same for an unknown name, a wrong password and an account that may not sign in.
    """
    known = normal_text(name).lower()
    with services.database.read() as transaction:
        seen = transaction.ledger.account_named(known)
    good = services.passwords.verify(seen.password_hash if seen else "", password)
    token = f"{services.chance.bits(256):064x}"
    now = services.clock.now()
    with services.database.write() as transaction:
        account = transaction.ledger.account_named(known)  # as it stands now: another try may have come between
        may = account is not None and good and standing(account, now) is Standing.ACTIVE
        what = AuditFacts(
            act=Act.SIGN_IN, object_kind="account", object_id=account.id if account else "",
            outcome="done" if may else "refused",
        )  # fmt: skip
        transaction.ledger.audit(by, now, what)
        if account is not None and may:
            account = replace(account, failed_at=(), last_active_at=now)
            transaction.ledger.put_account(account)
            digest = sha256_hex(token.encode())
            session = Session(token_digest=digest, account_id=account.id, created_at=now, last_seen_at=now)
            transaction.ledger.put_session(session)
        elif account is not None and not good:
            _count_failure(transaction, by, now, account)
    if account is None or not may:
        raise SignInRefusedError
    return account, token


def _count_failure(transaction: Transaction, by: Actor, now: datetime, account: Account) -> None:
    failures = after_failure(account.failed_at, now)
    locks = is_locking(failures) and account.locked_at is None
    transaction.ledger.put_account(replace(account, failed_at=failures, locked_at=now if locks else account.locked_at))
    if locks:
        what = AuditFacts(act=Act.LOCK_ACCOUNT, object_kind="account", object_id=account.id)
        transaction.ledger.audit(by, now, what)


def signed_in(services: Services, token: str) -> Account | None:
    """Give the account of a session's token; None when it ended, idled too long, never was, or its account closed."""
    digest, now = sha256_hex(token.encode()), services.clock.now()
    with services.database.read() as transaction:
        session = transaction.ledger.session(digest)
        account = transaction.ledger.account(session.account_id) if session else None
    if session is None or account is None or standing(account, now) in (Standing.DISABLED, Standing.ENDED):
        return None
    longest = timedelta(hours=services.settings.session_hours)
    if now - session.created_at > longest or now - session.last_seen_at > IDLE:
        return None
    if now - session.last_seen_at > timedelta(minutes=1):
        # A disk that refuses ends the session early instead of every page: acts are refused where they are written.
        with suppress(DatabaseWriteError), services.database.write() as transaction:
            transaction.ledger.put_session(replace(session, last_seen_at=now))
    return account


def sign_out(services: Services, by: Actor, token: str) -> None:
    """End a session."""
    with services.database.write() as transaction:
        transaction.ledger.drop_session(sha256_hex(token.encode()))
        what = AuditFacts(act=Act.SIGN_OUT, object_kind="account", object_id=by.id)
        transaction.ledger.audit(by, services.clock.now(), what)
