"""Accounts and sessions of the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select

from forms_service.archive.book_keys import utc_key
from forms_service.archive.ledger_rows import put_row
from forms_service.archive.tables import account, session
from forms_service.ports import Account, Session

_TIMES = ("created_at", "last_active_at", "locked_at", "disabled_at", "ends_at")


def _account(row: RowMapping) -> Account:
    times = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in _TIMES}
    failed_at = tuple(datetime.fromisoformat(one) for one in json.loads(row["failed_at"]))
    return Account(**{**row, **times, "roles": tuple(json.loads(row["roles"])), "failed_at": failed_at})


class AccountTables:
    """Who may sign in, and who is signed in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_account(self, account_: Account) -> None:
        """Write an account."""
        row = {name: getattr(account_, name) for name in Account.__slots__}
        row |= {name: utc_key(row[name]) if row[name] else None for name in _TIMES}
        row["roles"] = json.dumps(list(account_.roles))
        row["failed_at"] = json.dumps([utc_key(one) for one in account_.failed_at])
        put_row(self._connection, account, row)

    def account(self, account_id: str) -> Account | None:
        """Give an account by id."""
        return self._account(account.c.id == account_id)

    def account_named(self, name: str) -> Account | None:
        """Give an account by its sign-in name."""
        return self._account(account.c.name == name)

    def _account(self, here: ColumnElement[bool]) -> Account | None:
        row = self._connection.execute(select(account).where(here)).mappings().one_or_none()
        return None if row is None else _account(row)

    def accounts(self) -> Sequence[Account]:
        """Give every account by its sign-in name."""
        rows = self._connection.execute(select(account).order_by(account.c.name)).mappings()
        return [_account(row) for row in rows]

    def has_accounts(self) -> bool:
        """Say whether anybody can sign in."""
        return self._connection.execute(select(account.c.id).limit(1)).scalar() is not None

    def put_session(self, session_: Session) -> None:
        """Write a session."""
        row = {name: getattr(session_, name) for name in Session.__slots__}
        times = {name: utc_key(row[name]) for name in ("created_at", "last_seen_at")}
        put_row(self._connection, session, row | times)

    def session(self, token_digest: str) -> Session | None:
        """Give a session."""
        query = select(session).where(session.c.token_digest == token_digest)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        times = {name: datetime.fromisoformat(row[name]) for name in ("created_at", "last_seen_at")}
        return Session(**{**row, **times})

    def drop_sessions_of(self, account_id: str) -> None:
        """End every session of an account."""
        self._connection.execute(delete(session).where(session.c.account_id == account_id))

    def drop_session(self, token_digest: str) -> None:
        """End a session."""
        self._connection.execute(delete(session).where(session.c.token_digest == token_digest))
