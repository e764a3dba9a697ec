"""Second factors in use: to complete a sign-in, to sign in with a passkey alone, to prove who is there.

* A passkey is both factors in one: the device verifies the person, so that it signs in without a password.
* Each code works once: a step of the authenticator app is never taken twice, nor one before it.
* A refused factor counts like a wrong password: five in 15 minutes lock the account.
* What an answer is judged by is read and written in one transaction, so that it can not be given twice at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from forms_service.domain.evidence import sha256_hex
from forms_service.errors import (
    FactorRefusedError,
    PasskeyRefusedError,
    ProofNeededError,
    SignInRefusedError,
)
from forms_service.ports import (
    Account,
    Actor,
    AuditFacts,
    Challenge,
    Factor,
    FactorKind,
    Passkey,
    Services,
    Session,
    Transaction,
)
from forms_service.workflow import challenges
from forms_service.workflow.permission import STEP_UP, Act, permit
from forms_service.workflow.sign_in import (
    FACTORS,
    Standing,
    Visit,
    complete_session,
    count_failure,
    open_session,
    owes_factor,
    refuse_sign_in,
    renew,
    standing,
)

FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody gives to prove who they are; one of these.

    Attributes:
        code: Of the authenticator app, or a recovery code.
        passkey: A browser's answer as JSON, to the challenge of ``challenge_id``.
        password: Counts only in practice mode, for an account without a factor.
        recovery: Whether a recovery code will do: to sign in, but not to prove anew.
    """

    code: str = ""
    passkey: str = ""
    challenge_id: str = ""
    password: str = ""
    recovery: bool = False


def ask_passkey(services: Services, account: Account | None) -> tuple[str, str]:
    """Ask for a passkey: one of the account's, or any of this service's where nobody is known yet.

    Returns:
        The challenge's id and the JSON that the browser takes.
    """
    asked = challenges.ask(services, challenges.USE_PASSKEY, account.id if account else "")
    known = []
    if account is not None:
        with services.database.read() as transaction:
            factors = transaction.ledger.factors_of(account.id)
        known = [str(one.content["credential_id"]) for one in factors if one.kind == FactorKind.PASSKEY]
    return asked.id, services.passkeys.request_options(bytes.fromhex(asked.content), known)


def give_factor(services: Services, by: Actor, here: Visit, given: Given) -> tuple[Account, str]:
    """Complete a sign-in with its second factor; the session's token changes.

    Raises:
        FactorRefusedError: It is not good, or the account may not sign in any more; the same for every reason.
        ChallengeEndedError: The passkey answered too late.
    """
    asked = _asked(services, given, here.account.id)
    done, now = None, services.clock.now()
    with services.database.write() as transaction:
        account, session = _as_now(transaction, here, now)
        here_given = replace(given, recovery=True)
        method = _judge(services, transaction, account, here_given, asked) if account else ""
        if session is not None and method:
            done = complete_session(services, transaction, by, session, method)
        else:
            refuse_sign_in(transaction, by, now, transaction.ledger.account(here.account.id), count=True)
    if done is None:
        raise FactorRefusedError
    return done


def sign_in_with_passkey(services: Services, by: Actor, given: Given) -> tuple[Account, str]:
    """Open a complete session with a passkey alone.

    Raises:
        SignInRefusedError: It is not known or not good, or its account may not sign in; the same for every reason.
        ChallengeEndedError: It answered too late.
    """
    asked = challenges.take(services, given.challenge_id, challenges.USE_PASSKEY, "")
    done, now = None, services.clock.now()
    with services.database.write() as transaction:
        account = _owner(services, transaction, given.passkey)
        # Of somebody who signs on at the provider a passkey is the second step only: leavers of the provider are out.
        may = account is not None and not account.signs_on and standing(account, now) is Standing.ACTIVE
        if account is not None and may and _judge_passkey(services, transaction, account, given.passkey, asked):
            done = open_session(services, transaction, by, account, method=FactorKind.PASSKEY)
        else:
            refuse_sign_in(transaction, by, now, account, count=may)
    if done is None:
        raise SignInRefusedError
    return done


def _owner(services: Services, transaction: Transaction, answer: str) -> Account | None:
    try:
        factor = transaction.ledger.factor(factor_id_of(services.passkeys.credential_id(answer)))
    except PasskeyRefusedError:
        return None
    return transaction.ledger.account(factor.account_id) if factor else None


def require_proof(services: Services, session: Session | None, act: Act) -> None:
    """Refuse an act that needs a fresh proof of who is there; the shell's operator has no session and needs none.

    Raises:
        ProofNeededError: The last proof is older than five minutes, or there was none.
    """
    if session is None or act not in STEP_UP:
        return
    if session.proved_at is None or services.clock.now() - session.proved_at > FRESH:
        raise ProofNeededError(act=str(act), minutes=int(FRESH.total_seconds()) // 60)


def prove(services: Services, by: Actor, here: Visit, given: Given) -> tuple[Account, str]:
    """Prove anew who is there; the session's token changes.

    Raises:
        FactorRefusedError: What was given is not good, or the account may not sign in any more.
        ChallengeEndedError: The passkey answered too late.
    """
    permit(by, Act.PROVE)
    asked = _asked(services, given, here.account.id)
    known = bool(given.password) and services.passwords.verify(here.account.password_hash, given.password)
    done, now = None, services.clock.now()
    with services.database.write() as transaction:
        account, session = _as_now(transaction, here, now)
        method = ""
        if account is not None:
            by_password = known and not owes_factor(services, transaction, account)
            method = "password" if by_password else _judge(services, transaction, account, given, asked)
        if session is not None and method:
            done = mark_proved(services, transaction, by, session, method=method)
        else:
            _refuse_proof(transaction, by, now, here)
    if done is None:
        raise FactorRefusedError
    return done


def mark_proved(
    services: Services, transaction: Transaction, by: Actor, session: Session, *, method: str
) -> tuple[Account, str]:
    """Note that a session's owner proved who they are; its token changes and earlier failures are forgotten.

    Raises:
        RuntimeError: The session's account is not there.
    """
    account = transaction.ledger.account(session.account_id)
    if account is None:
        raise RuntimeError(session.id)
    now = services.clock.now()
    account = replace(account, failed_at=())
    transaction.ledger.put_account(account)
    facts = {"method": method, "session": session.id}
    what = AuditFacts(act=Act.PROVE, object_kind="account", object_id=account.id, facts=facts)
    transaction.ledger.audit(by, now, what)
    return account, renew(services, transaction, replace(session, proved_at=now))


def _refuse_proof(transaction: Transaction, by: Actor, now: datetime, here: Visit) -> None:
    what = AuditFacts(act=Act.PROVE, object_kind="account", object_id=here.account.id, outcome="refused")
    transaction.ledger.audit(by, now, what)
    count_failure(transaction, by, now, transaction.ledger.account(here.account.id) or here.account)


def factor_id_of(credential_id: str) -> str:
    """Give the id of a passkey's factor."""
    return sha256_hex(credential_id.encode())


def code_digest(code: str) -> str:
    """Give what is kept of a recovery code: 80 random bits need no slow hash. Case and hyphens do not count."""
    return sha256_hex(code.replace("-", "").replace(" ", "").upper().encode())


def _asked(services: Services, given: Given, account_id: str) -> Challenge | None:
    if not given.passkey:
        return None
    return challenges.take(services, given.challenge_id, challenges.USE_PASSKEY, account_id)


def _as_now(transaction: Transaction, here: Visit, now: datetime) -> tuple[Account | None, Session | None]:
    """Give account and session as they stand now; neither when the account may not sign in any more."""
    account = transaction.ledger.account(here.account.id)
    if account is None or standing(account, now) is not Standing.ACTIVE:
        return None, None
    return account, transaction.ledger.session(here.session.token_digest)


def _judge(
    services: Services, transaction: Transaction, account: Account, given: Given, asked: Challenge | None
) -> str:
    """Give the method by which somebody gave a factor, empty when they did not."""
    if asked is not None:
        good = _judge_passkey(services, transaction, account, given.passkey, asked)
        return str(FactorKind.PASSKEY) if good else ""
    for factor in transaction.ledger.factors_of(account.id) if given.code else ():
        judge = _JUDGES.get(factor.kind) if given.recovery or factor.kind in FACTORS else None
        used = judge(services, factor, given.code) if judge else None
        if used is not None:
            transaction.ledger.put_factor(used)
            return "code" if factor.kind == FactorKind.RECOVERY_CODE else str(factor.kind)
    return ""


def _judge_passkey(
    services: Services, transaction: Transaction, account: Account, answer: str, asked: Challenge
) -> bool:
    try:
        factor = transaction.ledger.factor(factor_id_of(services.passkeys.credential_id(answer)))
        if factor is None or factor.account_id != account.id:
            return False
        known = Passkey(
            credential_id=str(factor.content["credential_id"]),
            public_key=str(factor.content["public_key"]),
            sign_count=int(factor.content["sign_count"]),
        )
        count = services.passkeys.asserted(answer, bytes.fromhex(asked.content), known)
    except PasskeyRefusedError:
        return False
    content = {**factor.content, "sign_count": count}
    transaction.ledger.put_factor(replace(factor, content=content, last_used_at=services.clock.now()))
    return True


def _judge_totp(services: Services, factor: Factor, code: str) -> Factor | None:
    now = services.clock.now()
    step = services.one_time_codes.step(str(factor.content["secret"]), code, now)
    if step is None or step <= int(factor.content["last_step"]):
        return None
    return replace(factor, content={**factor.content, "last_step": step}, last_used_at=now)


def _judge_recovery(services: Services, factor: Factor, code: str) -> Factor | None:
    now = services.clock.now()
    if factor.used_at is not None or code_digest(code) != factor.content["digest"]:
        return None
    return replace(factor, last_used_at=now, used_at=now)


_JUDGES: dict[str, Callable[[Services, Factor, str], Factor | None]] = {
    FactorKind.TOTP: _judge_totp,
    FactorKind.RECOVERY_CODE: _judge_recovery,
}
