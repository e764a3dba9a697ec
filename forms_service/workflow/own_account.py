"""What everybody does with their own account: look at their sessions, end them, change the password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from forms_service.errors import NotFoundError, PasswordUnchangedError, PasswordWrongError, SignOnAccountError
from forms_service.ports import Account, Actor, AuditFacts, Services, Session, Transaction
from forms_service.workflow.accounts import NewAccount, check_password
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.sign_in import Standing, Visit, count_failure, is_over, renew, standing


def my_sessions(services: Services, here: Visit) -> Sequence[Session]:
    """Give one's own sessions that go on, the newest first."""
    with services.database.read() as transaction:
        found = transaction.ledger.sessions_of(here.account.id)
    return [one for one in found if not is_over(services, one)]


def end_session(services: Services, by: Actor, here: Visit, session_id: str) -> None:
    """End one of one's own sessions.

    Raises:
        NotFoundError: The account has no such session.
    """
    permit(by, Act.END_SESSION)
    with services.database.write() as transaction:
        found = [one for one in transaction.ledger.sessions_of(here.account.id) if one.id == session_id]
        if not found:
            raise NotFoundError(kind="session", name=session_id[:40])
        _end(services, transaction, by, found)


def end_other_sessions(services: Services, by: Actor, here: Visit) -> int:
    """End all of one's own sessions but this one; give how many."""
    permit(by, Act.END_SESSION)
    with services.database.write() as transaction:
        return _end_others(services, transaction, by, here)


def change_password(services: Services, by: Actor, here: Visit, old: str, new: str) -> str:
    """Change one's own password; other sessions end and this one's token changes.

    Returns:
        This session's new token.

    Raises:
        PasswordWrongError: The old one is not the present one; counts like a wrong password at sign-in.
        PasswordUnchangedError, InvalidInputError: The new one is the old one, too short or too easy.
        SignOnAccountError: There is none here: the provider keeps it.
    """
    permit(by, Act.CHANGE_PASSWORD)
    if here.account.signs_on:
        raise SignOnAccountError(name=here.account.name)
    now = services.clock.now()
    with services.database.read() as transaction:
        account = transaction.ledger.account(here.account.id) or here.account
    if not services.passwords.verify(account.password_hash, old) or standing(account, now) is not Standing.ACTIVE:
        _refuse_change(services, by, account)
        raise PasswordWrongError
    if old == new:
        raise PasswordUnchangedError
    wanted = NewAccount(name=account.name, password=new, full_name=account.full_name, badge=account.badge)
    check_password(services, wanted)
    hashed = services.passwords.hash(new)
    what = AuditFacts(act=Act.CHANGE_PASSWORD, object_kind="account", object_id=account.id)
    with services.database.write() as transaction:
        account = transaction.ledger.account(account.id) or account
        transaction.ledger.put_account(replace(account, password_hash=hashed, must_change_password=False, failed_at=()))
        transaction.ledger.audit(by, now, what)
        _end_others(services, transaction, by, here)
        return renew(services, transaction, here.session)


def _refuse_change(services: Services, by: Actor, account: Account) -> None:
    now = services.clock.now()
    what = AuditFacts(act=Act.CHANGE_PASSWORD, object_kind="account", object_id=account.id, outcome="refused")
    with services.database.write() as transaction:
        transaction.ledger.audit(by, now, what)
        count_failure(transaction, by, now, transaction.ledger.account(account.id) or account)


def _end_others(services: Services, transaction: Transaction, by: Actor, here: Visit) -> int:
    others = [one for one in transaction.ledger.sessions_of(here.account.id) if one.id != here.session.id]
    _end(services, transaction, by, others)
    return len(others)


def _end(services: Services, transaction: Transaction, by: Actor, sessions: Sequence[Session]) -> None:
    for one in sessions:
        transaction.ledger.drop_session(one.token_digest)
        facts = {"session": one.id}
        what = AuditFacts(act=Act.END_SESSION, object_kind="account", object_id=one.account_id, facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
