"""An account as the ledger holds it: found by its sign-in name, written together with its entry in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from forms_service.errors import NotFoundError
from forms_service.ports import Account, Actor, AuditFacts, Transaction
from forms_service.workflow.permission import Act


def named_account(transaction: Transaction, name: str) -> Account:
    """Give the account with a sign-in name.

    Raises:
        NotFoundError: Nobody has it.
    """
    account = transaction.ledger.account_named(name)
    if account is None:
        raise NotFoundError(kind="account", name=name[:40])
    return account


def write_account(
    transaction: Transaction, by: Actor, at: datetime, account: Account, act: Act,
    facts: Mapping[str, str | int] | None = None,
) -> None:  # fmt: skip
    """Write an account, and who did what with it."""
    transaction.ledger.put_account(account)
    what = AuditFacts(act=act, object_kind="account", object_id=account.id, facts=facts or {})
    transaction.ledger.audit(by, at, what)
