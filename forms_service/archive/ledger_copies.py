"""How persons get their copies, in the ledger: links and pocket cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select

from forms_service.archive.book_keys import utc_key
from forms_service.archive.ledger_rows import put_row
from forms_service.archive.tables import copy_link, pocket_card
from forms_service.domain.copy_link import CopyLink

_TIMES = ("made_at", "ends_at", "ended_at")


class CopyTables:
    """Links to copies, and the cards that were handed out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_copy_link(self, link: CopyLink) -> None:
        """Write a link; what is emptied the database overwrites (secure_delete)."""
        row = {name: getattr(link, name) for name in CopyLink.__slots__}
        times = {name: utc_key(row[name]) if row[name] else None for name in _TIMES}
        put_row(self._connection, copy_link, row | times)

    def copy_link(self, token_sha256: str) -> CopyLink | None:
        """Give a link by the digest of its token."""
        return next(iter(self._links(select(copy_link).where(copy_link.c.token_sha256 == token_sha256))), None)

    def copy_links_of(self, record_id: str) -> Sequence[CopyLink]:
        """Give every link to a record's copy, the newest first."""
        return self._links(select(copy_link).where(copy_link.c.record_id == record_id))[::-1]

    def open_copy_links(self) -> Sequence[CopyLink]:
        """Give the links that nothing has ended yet, the oldest first."""
        return self._links(select(copy_link).where(copy_link.c.ended_at.is_(None)))

    def _links(self, query: Select[tuple[object, ...]]) -> Sequence[CopyLink]:
        ordered = query.order_by(copy_link.c.made_at, copy_link.c.token_sha256)
        return [_link(row) for row in self._connection.execute(ordered).mappings()]

    def drop_copy_links_of(self, record_id: str) -> None:
        """Forget every link to a record's copy."""
        self._connection.execute(delete(copy_link).where(copy_link.c.record_id == record_id))

    def take_card(self, card: str, record_id: str) -> str:
        """Give whose card it is: the record given, or the one that had it before."""
        known = self._connection.execute(select(pocket_card.c.record_id).where(pocket_card.c.card == card)).scalar()
        if known is None:
            self._connection.execute(insert(pocket_card), {"card": card, "record_id": record_id})
        return str(known or record_id)


def _link(row: RowMapping) -> CopyLink:
    times = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in _TIMES}
    return CopyLink(**{**row, **times})
