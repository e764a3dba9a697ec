"""One's own second factors: added, named, removed; recovery codes; and all of them taken away by an administrator.

* Several of each kind may stand side by side; outside practice mode the last one is never removed.
* Recovery codes stand in for a lost factor: ten, shown once, each works once, digests kept.
* Whoever signed in with a password alone may add a first factor, but not one beside those that are there.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forms_service.domain.evidence import check_text, normal_text
from forms_service.domain.numbers import draw_uuid
from forms_service.errors import FactorRefusedError, LastFactorError, NotFoundError, PasskeyKnownError
from forms_service.ports import Account, Actor, AuditFacts, Factor, FactorKind, Services, Transaction
from forms_service.workflow import challenges
from forms_service.workflow.account_rows import named_account
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.second_factor import code_digest, factor_id_of, require_proof
from forms_service.workflow.sign_in import FACTORS, Visit, complete_session

CODES = 10
CODE_BITS = 80
SECRET_BITS = 160  # RFC 4226 4, R6
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """What an authenticator app needs to give codes, until one of them was typed."""

    challenge_id: str
    secret: str
    picture: str


def factors_of(services: Services, account_id: str) -> Sequence[Factor]:
    """Give an account's factors, oldest first."""
    with services.database.read() as transaction:
        return transaction.ledger.factors_of(account_id)


def has_factor(factors: Sequence[Factor]) -> bool:
    """Say whether there is one that is more than a recovery code."""
    return any(one.kind in FACTORS for one in factors)


def codes_left(factors: Sequence[Factor]) -> int:
    """Count the recovery codes that still work."""
    return sum(one.kind == FactorKind.RECOVERY_CODE and one.used_at is None for one in factors)


def ask_new_passkey(services: Services, here: Visit) -> tuple[str, str]:
    """Ask the browser to make a passkey; give the challenge's id and the JSON that the browser takes."""
    asked = challenges.ask(services, challenges.ADD_PASSKEY, here.account.id)
    passkeys = [one for one in factors_of(services, here.account.id) if one.kind == FactorKind.PASSKEY]
    known = [str(one.content["credential_id"]) for one in passkeys]
    return asked.id, services.passkeys.creation_options(bytes.fromhex(asked.content), here.account, known)


def add_passkey(
    services: Services, by: Actor, here: Visit, challenge_id: str, answer: str, *, label: str
) -> tuple[Account, str] | None:
    """Keep a passkey that the browser made.

    Returns:
        As ``_put``.

    Raises:
        ChallengeEndedError, PasskeyRefusedError, PasskeyKnownError: It is not kept.
        ProofNeededError, FactorRefusedError: As ``_may_add``.
    """
    permit(by, Act.ADD_FACTOR)
    asked = challenges.take(services, challenge_id, challenges.ADD_PASSKEY, here.account.id)
    made = services.passkeys.registered(answer, bytes.fromhex(asked.content))
    content: dict[str, str | int] = {
        "credential_id": made.credential_id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
    }
    factor = _new(services, here.account, FactorKind.PASSKEY, label or "Passkey", content)
    factor = replace(factor, id=factor_id_of(made.credential_id))
    with services.database.write() as transaction:
        _may_add(services, transaction, here)
        if transaction.ledger.factor(factor.id) is not None:
            raise PasskeyKnownError
        return _put(services, transaction, by, factor, here)


def new_secret(services: Services, here: Visit) -> NewSecret:
    """Make a secret for an authenticator app; it counts once a code of it was typed."""
    content = services.chance.bits(SECRET_BITS).to_bytes(SECRET_BITS // 8, "big")
    secret = base64.b32encode(content).decode()
    asked = challenges.ask(services, challenges.ADD_TOTP, here.account.id, secret)
    address = services.one_time_codes.address(secret, here.account.name)
    return NewSecret(challenge_id=asked.id, secret=secret, picture=services.one_time_codes.picture(address))


def add_totp(
    services: Services, by: Actor, here: Visit, challenge_id: str, code: str, *, label: str
) -> tuple[Account, str] | None:
    """Keep an authenticator app's secret once the app gave a good code; that code does not work again.

    Returns:
        As ``_put``.

    Raises:
        ChallengeEndedError, FactorRefusedError: It took too long, or the code is not the app's; begin anew.
        ProofNeededError, FactorRefusedError: As ``_may_add``.
    """
    permit(by, Act.ADD_FACTOR)
    asked = challenges.take(services, challenge_id, challenges.ADD_TOTP, here.account.id)
    step = services.one_time_codes.step(asked.content, code, services.clock.now())
    if step is None:
        raise FactorRefusedError
    content: dict[str, str | int] = {"secret": asked.content, "last_step": step}
    with services.database.write() as transaction:
        _may_add(services, transaction, here)
        factor = _new(services, here.account, FactorKind.TOTP, label or "Authenticator app", content)
        return _put(services, transaction, by, factor, here)


def new_codes(services: Services, by: Actor, here: Visit) -> list[str]:
    """Make ten recovery codes, which are kept nowhere else; those before work no more.

    Raises:
        ProofNeededError: The last proof is too old.
    """
    permit(by, Act.RENEW_CODES)
    require_proof(services, here.session, Act.RENEW_CODES)
    codes = [_code(services) for _ in range(CODES)]
    with services.database.write() as transaction:
        for old in transaction.ledger.factors_of(here.account.id):
            if old.kind == FactorKind.RECOVERY_CODE:
                transaction.ledger.drop_factor(old.id)
        for code in codes:
            content = {"digest": code_digest(code)}
            transaction.ledger.put_factor(_new(services, here.account, FactorKind.RECOVERY_CODE, "", content))
        what = AuditFacts(act=Act.RENEW_CODES, object_kind="account", object_id=here.account.id)
        transaction.ledger.audit(by, services.clock.now(), what)
    return codes


def _code(services: Services) -> str:
    text = base64.b32encode(services.chance.bits(CODE_BITS).to_bytes(CODE_BITS // 8, "big")).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def name_factor(services: Services, by: Actor, here: Visit, factor_id: str, label: str) -> None:
    """Give an own factor another name.

    Raises:
        NotFoundError: The account has no such factor.
        InvalidInputError: The name holds what can not be printed.
    """
    permit(by, Act.NAME_FACTOR)
    check_text(label)
    with services.database.write() as transaction:
        factor = _own(transaction, here.account, factor_id)
        label = normal_text(label)[:LONGEST_LABEL] or factor.label
        transaction.ledger.put_factor(replace(factor, label=label))
        _audit(services, transaction, by, Act.NAME_FACTOR, factor)


def remove_factor(services: Services, by: Actor, here: Visit, factor_id: str) -> None:
    """Forget an own factor; with the last one, which only practice mode lets go, the recovery codes go too.

    Raises:
        NotFoundError: The account has no such factor.
        LastFactorError: It is the last one, and records are real.
        ProofNeededError: The last proof is too old.
    """
    permit(by, Act.REMOVE_FACTOR)
    require_proof(services, here.session, Act.REMOVE_FACTOR)
    with services.database.write() as transaction:
        factor = _own(transaction, here.account, factor_id)
        left = [one for one in transaction.ledger.factors_of(here.account.id) if one.id != factor.id]
        is_last = not has_factor(left)
        if is_last and services.settings.production:
            raise LastFactorError
        for gone in (factor, *(left if is_last else ())):
            transaction.ledger.drop_factor(gone.id)
        _audit(services, transaction, by, Act.REMOVE_FACTOR, factor)


def reset_factor(services: Services, by: Actor, name: str) -> Account:
    """Take all second factors of an account away and end its sessions, for somebody who lost them.

    Raises:
        NotFoundError: Nobody has that sign-in name.
    """
    permit(by, Act.RESET_FACTOR)
    with services.database.write() as transaction:
        account = named_account(transaction, name)
        factors = transaction.ledger.factors_of(account.id)
        for factor in factors:
            transaction.ledger.drop_factor(factor.id)
        transaction.ledger.drop_sessions_of(account.id)
        facts = {"factors": len(factors)}
        what = AuditFacts(act=Act.RESET_FACTOR, object_kind="account", object_id=account.id, facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    return account


def _may_add(services: Services, transaction: Transaction, here: Visit) -> None:
    """Refuse a factor beside others to whoever gave none of those; a first one needs the sign-in just made.

    Raises:
        FactorRefusedError: The session still owes one of the factors that are there.
        ProofNeededError: The last proof is too old.
    """
    if here.session.complete:
        require_proof(services, here.session, Act.ADD_FACTOR)
    elif has_factor(transaction.ledger.factors_of(here.account.id)):
        raise FactorRefusedError


def _new(
    services: Services, account: Account, kind: FactorKind, label: str, content: Mapping[str, str | int]
) -> Factor:
    check_text(label)
    return Factor(
        id=draw_uuid(services.chance.bits), account_id=account.id, kind=kind,
        label=normal_text(label)[:LONGEST_LABEL], content=content, created_at=services.clock.now(),
    )  # fmt: skip


def _put(
    services: Services, transaction: Transaction, by: Actor, factor: Factor, here: Visit
) -> tuple[Account, str] | None:
    """Keep a factor; a session that owed its first one is complete with it.

    Returns:
        The account and the session's new token when this completed it, else None.
    """
    transaction.ledger.put_factor(factor)
    _audit(services, transaction, by, Act.ADD_FACTOR, factor)
    if here.session.complete:
        return None
    return complete_session(services, transaction, by, here.session, str(factor.kind))


def _own(transaction: Transaction, account: Account, factor_id: str) -> Factor:
    factor = transaction.ledger.factor(factor_id)
    if factor is None or factor.account_id != account.id or factor.kind not in FACTORS:
        raise NotFoundError(kind="factor", name=factor_id[:40])
    return factor


def _audit(services: Services, transaction: Transaction, by: Actor, act: Act, factor: Factor) -> None:
    what = AuditFacts(act=act, object_kind="account", object_id=factor.account_id, facts={"kind": str(factor.kind)})
    transaction.ledger.audit(by, services.clock.now(), what)
