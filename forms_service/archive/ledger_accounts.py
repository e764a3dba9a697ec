"""Accounts, their sessions and their second factors in the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update

from forms_service.archive.book_keys import utc_key
from forms_service.archive.ledger_rows import put_row
from forms_service.archive.tables import account, challenge, factor, session, sign_on
from forms_service.ports import Account, Challenge, Factor, Session

_TIMES = ("created_at", "last_active_at", "locked_at", "disabled_at", "ends_at")
_SESSION_TIMES = ("created_at", "last_seen_at", "proved_at")
_FACTOR_TIMES = ("created_at", "last_used_at", "used_at")


def _account(row: RowMapping) -> Account:
    failed_at = tuple(datetime.fromisoformat(one) for one in json.loads(row["failed_at"]))
    read = {
        "roles": tuple(json.loads(row["roles"])),
        "failed_at": failed_at,
        "must_change_password": bool(row["must_change_password"]),
    }
    return Account(**{**row, **_times(row, _TIMES), **read})


def _session(row: RowMapping) -> Session:
    return Session(**{**row, **_times(row, _SESSION_TIMES), "complete": bool(row["complete"])})


def _factor(row: RowMapping) -> Factor:
    return Factor(**{**row, **_times(row, _FACTOR_TIMES), "content": json.loads(row["content"])})


def _times(row: RowMapping, names: Sequence[str]) -> dict[str, datetime | None]:
    return {name: datetime.fromisoformat(row[name]) if row[name] else None for name in names}


def _keys(value: object, names: Sequence[str]) -> dict[str, str | None]:
    times = {name: getattr(value, name) for name in names}
    return {name: utc_key(at) if at else None for name, at in times.items()}


class AccountTables:
    """Who may sign in, and who is signed in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_account(self, account_: Account) -> None:
        """Write an account."""
        row = {name: getattr(account_, name) for name in Account.__slots__}
        row |= _keys(account_, _TIMES)
        row["must_change_password"] = int(account_.must_change_password)
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

    def accounts_from(self, name: str, count: int) -> Sequence[Account]:
        """Give so many accounts by sign-in name, from a name on, that one included."""
        query = select(account).where(account.c.name >= name).order_by(account.c.name).limit(count)
        return [_account(row) for row in self._connection.execute(query).mappings()]

    def has_accounts(self) -> bool:
        """Say whether anybody can sign in."""
        return self._connection.execute(select(account.c.id).limit(1)).scalar() is not None

    def account_signed_on(self, issuer: str, subject: str) -> Account | None:
        """Give the account of somebody a provider vouches for."""
        known = select(sign_on.c.account_id).where(sign_on.c.issuer == issuer, sign_on.c.subject == subject)
        return self._account(account.c.id == known.scalar_subquery())

    def put_sign_on(self, issuer: str, subject: str, account_id: str) -> None:
        """Note whose account somebody of a provider has; it is theirs for good."""
        row = {"issuer": issuer, "subject": subject, "account_id": account_id}
        self._connection.execute(insert(sign_on).values(row))

    def put_session(self, session_: Session) -> None:
        """Write a session."""
        row = {name: getattr(session_, name) for name in Session.__slots__}
        put_row(self._connection, session, row | _keys(session_, _SESSION_TIMES) | {"complete": int(session_.complete)})

    def session(self, token_digest: str) -> Session | None:
        """Give a session."""
        query = select(session).where(session.c.token_digest == token_digest)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _session(row)

    def touch_session(self, token_digest: str, at: datetime) -> None:
        """Note that a session was used; one that ended meanwhile stays ended."""
        here = session.c.token_digest == token_digest
        self._connection.execute(update(session).where(here).values(last_seen_at=utc_key(at)))

    def sessions_of(self, account_id: str) -> Sequence[Session]:
        """Give every session of an account, the newest first."""
        query = select(session).where(session.c.account_id == account_id)
        rows = self._connection.execute(query.order_by(session.c.created_at.desc(), session.c.id)).mappings()
        return [_session(row) for row in rows]

    def drop_sessions_of(self, account_id: str) -> None:
        """End every session of an account."""
        self._connection.execute(delete(session).where(session.c.account_id == account_id))

    def drop_session(self, token_digest: str) -> None:
        """End a session."""
        self._connection.execute(delete(session).where(session.c.token_digest == token_digest))

    def drop_ended_sessions(self, *, began: datetime, half_began: datetime, seen: datetime) -> None:
        """Forget sessions that began or were last used before a time; incomplete ones that began before another."""
        ended = (session.c.created_at < utc_key(began)) | (session.c.last_seen_at < utc_key(seen))
        half = (session.c.complete == 0) & (session.c.created_at < utc_key(half_began))
        self._connection.execute(delete(session).where(ended | half))


class FactorTables:
    """Second factors, and what was asked of a browser and not answered yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_factor(self, factor_: Factor) -> None:
        """Write a factor."""
        row = {name: getattr(factor_, name) for name in Factor.__slots__}
        row |= _keys(factor_, _FACTOR_TIMES)
        put_row(self._connection, factor, row | {"content": json.dumps(dict(factor_.content), sort_keys=True)})

    def factor(self, factor_id: str) -> Factor | None:
        """Give a factor."""
        row = self._connection.execute(select(factor).where(factor.c.id == factor_id)).mappings().one_or_none()
        return None if row is None else _factor(row)

    def factors_of(self, account_id: str) -> Sequence[Factor]:
        """Give an account's factors, oldest first."""
        query = select(factor).where(factor.c.account_id == account_id).order_by(factor.c.created_at, factor.c.id)
        return [_factor(row) for row in self._connection.execute(query).mappings()]

    def drop_factor(self, factor_id: str) -> None:
        """Forget a factor."""
        self._connection.execute(delete(factor).where(factor.c.id == factor_id))

    def put_challenge(self, challenge_: Challenge, now: datetime) -> None:
        """Keep a challenge; those that ended are forgotten."""
        self.drop_ended_challenges(now)
        row = {name: getattr(challenge_, name) for name in Challenge.__slots__}
        put_row(self._connection, challenge, row | _keys(challenge_, ("ends_at",)))

    def drop_ended_challenges(self, now: datetime) -> None:
        """Forget challenges that ended by now."""
        self._connection.execute(delete(challenge).where(challenge.c.ends_at <= utc_key(now)))

    def take_challenge(self, challenge_id: str) -> Challenge | None:
        """Give a challenge once; it is forgotten with this."""
        here = challenge.c.id == challenge_id
        row = self._connection.execute(select(challenge).where(here)).mappings().one_or_none()
        self._connection.execute(delete(challenge).where(here))
        return None if row is None else Challenge(**{**row, "ends_at": datetime.fromisoformat(row["ends_at"])})
