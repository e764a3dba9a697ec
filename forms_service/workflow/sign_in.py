"""Sessions: who is signed in.

* A session's cookie holds a random token; the ledger keeps its SHA-256 only.
* Five failures in 15 minutes lock an account until somebody releases it; who is signed in already goes on, so that
  nobody can throw an officer out by guessing.
* A wrong name, a wrong password and an account that may not sign in answer alike, after the same work.
* A session that still owes its second factor opens nothing; its token is another one once the factor was given.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from forms_service.domain.evidence import normal_text, sha256_hex
from forms_service.domain.lockout import after_failure, is_disused, is_locking
from forms_service.domain.numbers import draw_uuid
from forms_service.errors import DatabaseWriteError, SignInRefusedError
from forms_service.ports import Account, Actor, AuditFacts, FactorKind, Services, Session, Transaction
from forms_service.workflow.permission import Act

LONGEST_HALF = timedelta(minutes=10)  # a password was given, the second factor not yet
PROVING = frozenset({"password", "passkey", "totp", "code"})  # a provider's word may be hours old
SINGLE_SIGN_ON = "oidc"
FACTORS = frozenset({FactorKind.PASSKEY, FactorKind.TOTP})  # a recovery code only stands in for one of these


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
    now, token = services.clock.now(), ""
    with services.database.write() as transaction:
        account = transaction.ledger.account_named(known)  # as it stands now: another try may have come between
        may = account is not None and good and standing(account, now) is Standing.ACTIVE
        if account is not None and may:
            complete = not owes_factor(services, transaction, account)
            account, token = open_session(services, transaction, by, account, method="password", complete=complete)
        else:
            # Where there is no password none can be guessed: nobody is locked out of single sign-on from here.
            refuse_sign_in(transaction, by, now, account, count=not (good or (account and account.signs_on)))
    if account is None or not may:
        raise SignInRefusedError
    return account, token


def owes_factor(services: Services, transaction: Transaction, account: Account) -> bool:
    """Say whether a password alone is not enough: a factor is there, or production asks for one."""
    known = transaction.ledger.factors_of(account.id)
    return services.settings.production or any(one.kind in FACTORS for one in known)


def open_session(  # noqa: PLR0913  # what a session is, each by its name
    services: Services, transaction: Transaction, by: Actor, account: Account, *, method: str, complete: bool = True,
    proved_at: datetime | None = None,
) -> tuple[Account, str]:  # fmt: skip
    """Open a session for an account that may sign in, and enter it in the trail.

    Args:
        services: Clock and chance.
        transaction: The writing transaction in which the account was looked at.
        by: Where from and with which browser.
        account: Whose session; that it may sign in (``standing``) was checked by the caller.
        method: ``password``, ``passkey``, ``totp``, ``code`` or ``oidc``.
        complete: False while the second factor is owed; the session then opens nothing else.
        proved_at: When a provider says that its owner proved who they are; a factor given here proves now.

    Returns:
        The account as it is now, and the session's token, which is kept nowhere else.
    """
    now, token = services.clock.now(), new_token(services)
    session = Session(
        token_digest=sha256_hex(token.encode()), account_id=account.id, created_at=now, last_seen_at=now,
        id=draw_uuid(services.chance.bits), method=method, source=by.source,
        browser=by.device, proved_at=now if complete and method in PROVING else proved_at, complete=complete,
    )  # fmt: skip
    sweep(services, transaction)
    transaction.ledger.put_session(session)
    if complete:
        account = _active(transaction, account, now)
    _audit_sign_in(transaction, by, now, session)
    return account, token


def complete_session(
    services: Services, transaction: Transaction, by: Actor, session: Session, method: str
) -> tuple[Account, str]:
    """Complete a session whose second factor was given; its token changes, and single sign-on stays its method.

    Raises:
        RuntimeError: The session's account is not there.
    """
    now = services.clock.now()
    account = transaction.ledger.account(session.account_id)
    if account is None:
        raise RuntimeError(session.id)
    proved_at = now if method in PROVING else session.proved_at
    shown = SINGLE_SIGN_ON if session.method == SINGLE_SIGN_ON else method
    done = replace(session, complete=True, method=shown, created_at=now, last_seen_at=now, proved_at=proved_at)
    token = renew(services, transaction, done)
    account = _active(transaction, account, now)
    _audit_sign_in(transaction, by, now, done, factor=method)
    return account, token


def renew(services: Services, transaction: Transaction, session: Session) -> str:
    """Write a session under a new token; the one before opens nothing any more."""
    token = new_token(services)
    transaction.ledger.drop_session(session.token_digest)
    transaction.ledger.put_session(replace(session, token_digest=sha256_hex(token.encode())))
    return token


def new_token(services: Services) -> str:
    """Give a token that nobody can guess."""
    return f"{services.chance.bits(256):064x}"


def _active(transaction: Transaction, account: Account, now: datetime) -> Account:
    account = replace(account, failed_at=(), last_active_at=now)
    transaction.ledger.put_account(account)
    return account


def _audit_sign_in(transaction: Transaction, by: Actor, now: datetime, session: Session, *, factor: str = "") -> None:
    """Write the entry; where the method does not say by which factor it was completed, the entry does."""
    facts = {"method": session.method, "session": session.id}
    what = AuditFacts(
        act=Act.SIGN_IN, object_kind="account", object_id=session.account_id,
        outcome="done" if session.complete else "factor_owed",
        facts=facts if factor in ("", session.method) else facts | {"factor": factor},
    )  # fmt: skip
    transaction.ledger.audit(by, now, what)


def refuse_sign_in(transaction: Transaction, by: Actor, now: datetime, account: Account | None, *, count: bool) -> None:
    """Enter a refused sign-in in the trail; one that counts may lock the account."""
    object_id = account.id if account else ""
    what = AuditFacts(act=Act.SIGN_IN, object_kind="account", object_id=object_id, outcome="refused")
    transaction.ledger.audit(by, now, what)
    if account is not None and count:
        count_failure(transaction, by, now, account)


def count_failure(transaction: Transaction, by: Actor, now: datetime, account: Account) -> None:
    """Count a wrong password or factor; the fifth in 15 minutes locks the account."""
    failures = after_failure(account.failed_at, now)
    locks = is_locking(failures) and account.locked_at is None
    transaction.ledger.put_account(replace(account, failed_at=failures, locked_at=now if locks else account.locked_at))
    if locks:
        what = AuditFacts(act=Act.LOCK_ACCOUNT, object_kind="account", object_id=account.id)
        transaction.ledger.audit(by, now, what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A session that goes on, and whose it is."""

    session: Session
    account: Account


def signed_in(services: Services, token: str) -> Account | None:
    """Give the account of a complete session's token; None as for ``visit``."""
    found = visit(services, token)
    return found.account if found and found.session.complete else None


def visit(services: Services, token: str) -> Visit | None:
    """Give a token's session, complete or not; None when it ended, idled too long, never was, or its account closed."""
    digest, now = sha256_hex(token.encode()), services.clock.now()
    with services.database.read() as transaction:
        session = transaction.ledger.session(digest)
        account = transaction.ledger.account(session.account_id) if session else None
    if session is None or account is None or standing(account, now) in (Standing.DISABLED, Standing.ENDED):
        return None
    if is_over(services, session):
        return None
    if now - session.last_seen_at > timedelta(minutes=1):
        session = replace(session, last_seen_at=now)
        # A disk that refuses ends the session early instead of every page: acts are refused where they are written.
        with suppress(DatabaseWriteError), services.database.write() as transaction:
            transaction.ledger.touch_session(digest, now)
    return Visit(session=session, account=account)


def is_over(services: Services, session: Session) -> bool:
    """Say whether a session is too old, or nobody used it for too long."""
    now, settings = services.clock.now(), services.settings
    longest = timedelta(hours=settings.session_hours) if session.complete else LONGEST_HALF
    idle = timedelta(minutes=settings.idle_minutes)
    return now - session.created_at > longest or now - session.last_seen_at > idle


def sweep(services: Services, transaction: Transaction) -> None:
    """Forget every session and challenge that ended, by the rules of ``is_over``; each sign-in does."""
    now, settings = services.clock.now(), services.settings
    transaction.ledger.drop_ended_sessions(
        began=now - timedelta(hours=settings.session_hours), half_began=now - LONGEST_HALF,
        seen=now - timedelta(minutes=settings.idle_minutes),
    )  # fmt: skip
    transaction.ledger.drop_ended_challenges(now)


def sign_out(services: Services, by: Actor, token: str) -> None:
    """End a session."""
    with services.database.write() as transaction:
        transaction.ledger.drop_session(sha256_hex(token.encode()))
        what = AuditFacts(act=Act.SIGN_OUT, object_kind="account", object_id=by.id)
        transaction.ledger.audit(by, services.clock.now(), what)
