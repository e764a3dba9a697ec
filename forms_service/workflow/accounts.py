"""Accounts: who may sign in, and who may not any more.

* The first account is made with a one-time code that only the machine's own console shows.
* An account is never removed: its acts stay in the trail. It is disabled, or ends by itself on a set day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from forms_service.domain.evidence import check_text, normal_text, sha256_hex
from forms_service.domain.numbers import draw_uuid
from forms_service.errors import (
    AccountNameMalformedError,
    AccountNameTakenError,
    FirstAccountCodeWrongError,
    PasswordTooEasyError,
    PasswordTooShortError,
    SignOnAccountError,
)
from forms_service.ports import Account, Actor, AuditFacts, Factor, Services
from forms_service.workflow.account_rows import named_account, write_account
from forms_service.workflow.banned_passwords import is_banned
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.roles_held import check_roles

LEAST_PASSWORD_LENGTH = 12  # above the 8 of CJIS IA-5: practice mode goes without a second factor
NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
CODE_FACT = "first_account_code_digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What is asked for a new account.

    Attributes:
        name: Sign-in name: lower case letters, digits, dot, hyphen, underscore.
        full_name, badge, phone: What a form prints of the officer.
        ends_at: When a temporary account ends by itself; None for one that stays.
        must_change_password: Whether somebody else typed the password, so that it is changed at the first sign-in.
    """

    name: str
    password: str
    full_name: str
    badge: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()
    ends_at: datetime | None = None
    must_change_password: bool = False


def add_account(services: Services, by: Actor, wanted: NewAccount) -> Account:
    """Make an account.

    Raises:
        InvalidInputError: ``account-name-malformed``, ``account-name-taken``, ``password-too-short``,
            ``password-too-easy``, ``roles-missing``, ``role-unknown``, ``roles-conflict``.
    """
    permit(by, Act.ADD_ACCOUNT)
    check_roles(services, wanted.roles)
    return _added(services, by, wanted)


def _added(services: Services, by: Actor, wanted: NewAccount) -> Account:
    if not NAME.fullmatch(wanted.name):
        raise AccountNameMalformedError
    check_password(services, wanted)
    for text in (wanted.full_name, wanted.badge, wanted.phone):
        check_text(text)
    now = services.clock.now()
    account = Account(
        id=draw_uuid(services.chance.bits),
        name=wanted.name,
        full_name=normal_text(wanted.full_name),
        badge=normal_text(wanted.badge),
        phone=normal_text(wanted.phone),
        password_hash=services.passwords.hash(wanted.password),
        roles=wanted.roles,
        created_at=now,
        last_active_at=now,
        ends_at=wanted.ends_at,
        must_change_password=wanted.must_change_password,
    )
    with services.database.write() as transaction:
        if transaction.ledger.account_named(account.name) is not None:
            raise AccountNameTakenError(name=account.name)
        write_account(transaction, by, now, account, Act.ADD_ACCOUNT)
    return account


def check_password(services: Services, wanted: NewAccount) -> None:
    """Refuse a password that is too short, banned or easy to guess.

    Raises:
        PasswordTooShortError, PasswordTooEasyError: With the limit or the reason.
    """
    if len(wanted.password) < LEAST_PASSWORD_LENGTH:
        raise PasswordTooShortError(got=len(wanted.password), least=LEAST_PASSWORD_LENGTH)
    if is_banned(services, wanted.password):
        raise PasswordTooEasyError(reason="It is on the list of banned passwords.")
    agency = services.settings.agency
    about = (wanted.name, *wanted.full_name.split(), wanted.badge, *agency.get("name", "").split(), "LEAD")
    weakness = services.passwords.weakness(wanted.password, about)
    if weakness:
        raise PasswordTooEasyError(reason=weakness)


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

    In practice one person may play every part; with real records the first one makes the others' accounts.

    Raises:
        FirstAccountCodeWrongError: Another code, or somebody can sign in already.
        InvalidInputError: As ``add_account``.
    """
    with services.database.read() as transaction:
        known = transaction.ledger.fact(CODE_FACT)
        taken = transaction.ledger.has_accounts()
    if taken or not known or sha256_hex(code.strip().lower().encode()) != known:
        raise FirstAccountCodeWrongError
    roles = ("administrator",) if services.settings.production else tuple(services.roles.roles)
    account = _added(services, by, replace(wanted, roles=roles))
    with services.database.write() as transaction:
        transaction.ledger.set_fact(CODE_FACT, "")
    return account


def list_accounts(services: Services, by: Actor) -> Sequence[Account]:
    """Give every account by its sign-in name."""
    permit(by, Act.LIST_ACCOUNTS)
    with services.database.write() as transaction:
        found = transaction.ledger.accounts()
        what = AuditFacts(act=Act.LIST_ACCOUNTS, object_kind="account", object_id="", facts={"results": len(found)})
        transaction.ledger.audit(by, services.clock.now(), what)
    return found


def accounts_from(services: Services, by: Actor, name: str, count: int) -> tuple[Sequence[Account], str]:
    """Give a page of accounts by sign-in name, from a name on, and the name that the next page begins with."""
    permit(by, Act.LIST_ACCOUNTS)
    with services.database.read() as transaction:
        found = transaction.ledger.accounts_from(name, count + 1)
    return found[:count], found[count].name if len(found) > count else ""


def account_and_factors(services: Services, by: Actor, name: str) -> tuple[Account, Sequence[Factor]]:
    """Give an account and its second factors.

    Raises:
        NotFoundError: Nobody has that sign-in name.
    """
    permit(by, Act.LIST_ACCOUNTS)
    with services.database.read() as transaction:
        account = named_account(transaction, name)
        return account, transaction.ledger.factors_of(account.id)


def set_end(services: Services, by: Actor, name: str, ends_at: datetime | None) -> Account:
    """Set when an account ends by itself, None for never; from then on its sessions open nothing.

    Raises:
        NotFoundError: Nobody has that sign-in name.
    """
    permit(by, Act.SET_END)
    now = services.clock.now()
    with services.database.write() as transaction:
        account = replace(named_account(transaction, name), ends_at=ends_at)
        write_account(transaction, by, now, account, Act.SET_END)
    return account


def set_password(services: Services, by: Actor, name: str, password: str) -> Account:
    """Give somebody who forgot theirs a first password again, to be changed at the next sign-in; their sessions end.

    Raises:
        NotFoundError: Nobody has that sign-in name.
        InvalidInputError: ``password-too-short``, ``password-too-easy``.
        SignOnAccountError: They sign on at the provider; with a password here they would be in after leaving there.
    """
    permit(by, Act.SET_PASSWORD)
    with services.database.read() as transaction:
        known = named_account(transaction, name)
    if known.signs_on:
        raise SignOnAccountError(name=known.name)
    check_password(
        services, NewAccount(name=known.name, password=password, full_name=known.full_name, badge=known.badge)
    )
    hashed, now = services.passwords.hash(password), services.clock.now()
    with services.database.write() as transaction:
        account = replace(named_account(transaction, name), password_hash=hashed, must_change_password=True)
        transaction.ledger.drop_sessions_of(account.id)
        write_account(transaction, by, now, account, Act.SET_PASSWORD)
    return account


def disable_account(services: Services, by: Actor, name: str) -> Account:
    """Close an account and end its sessions; what it did stays in the trail.

    Raises:
        NotFoundError: Nobody has that sign-in name.
    """
    permit(by, Act.DISABLE_ACCOUNT)
    now = services.clock.now()
    with services.database.write() as transaction:
        account = replace(named_account(transaction, name), disabled_at=now)
        transaction.ledger.drop_sessions_of(account.id)
        write_account(transaction, by, now, account, Act.DISABLE_ACCOUNT)
    return account


def unlock_account(services: Services, by: Actor, name: str) -> Account:
    """Release an account that failures locked, that was disabled, or that nobody used for too long.

    Raises:
        NotFoundError: Nobody has that sign-in name.
    """
    permit(by, Act.UNLOCK_ACCOUNT)
    now = services.clock.now()
    with services.database.write() as transaction:
        released = replace(
            named_account(transaction, name), failed_at=(), locked_at=None, disabled_at=None, last_active_at=now
        )
        write_account(transaction, by, now, released, Act.UNLOCK_ACCOUNT)
    return released
