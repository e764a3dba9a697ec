"""The book: the index of the archive's records, in one database transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import tzinfo

from sqlalchemy import Connection, Select, delete, insert, select

from forms_service.archive.book_keys import record_keys, record_row
from forms_service.archive.book_search import in_sight, search_query
from forms_service.archive.folding import document_key
from forms_service.archive.tables import BOOK_TABLES, record, record_key
from forms_service.domain.evidence import canonical_json
from forms_service.domain.record import Record, record_from_json
from forms_service.domain.roles import Sight
from forms_service.errors import DatabaseUnreadableError, DocumentHasRecordError, NotFoundError
from forms_service.ports import Search

_ROWS_AT_ONCE = 500


class TableBook:
    """Implements the Book port over one connection that is inside a transaction."""

    def __init__(self, connection: Connection, *, zone: tzinfo) -> None:
        self._connection = connection
        self._zone = zone

    def put(self, record_: Record) -> None:
        """Write the record's row and its search keys, replacing what was there.

        Raises:
            DocumentHasRecordError: The document id has another record.
        """
        row = record_row(record_, self._zone)
        known = self._connection.execute(
            select(record.c.record_id).where(record.c.document_id == record_.document_id)
        ).scalar()
        if known not in (None, record_.record_id):
            raise DocumentHasRecordError(document_id=record_.document_id, got=known, expected=record_.record_id)
        for table in reversed(BOOK_TABLES):
            self._connection.execute(delete(table).where(table.c.record_id == record_.record_id))
        self._connection.execute(insert(record), row)
        keys = [
            {"kind": kind, "key": key, "record_id": record_.record_id} for kind, key in sorted(record_keys(record_))
        ]
        self._connection.execute(insert(record_key), keys)

    def record(self, document_id: str) -> Record | None:
        """Give the record of a document id."""
        return self._one(select(record.c.stored).where(record.c.document_id == document_id))

    def record_by_id(self, record_id: str) -> Record | None:
        """Give the record of a record id."""
        return self._one(select(record.c.stored).where(record.c.record_id == record_id))

    def _one(self, query: Select[str]) -> Record | None:
        stored = self._connection.execute(query).scalar()
        return None if stored is None else _parsed(stored)

    def has_stroke_digest(self, digest: str, *, but: str = "") -> bool:
        """Say whether a record other than ``but`` (a document id) holds this stroke set."""
        return self._has_key("stroke", digest, but)

    def has_card(self, card: str, *, but: str) -> bool:
        """Say whether a record other than ``but`` (a document id) has this pocket card."""
        return self._has_key("card", document_key(card), but)

    def _has_key(self, kind: str, key: str, but: str) -> bool:
        query = (
            select(record.c.document_id)
            .join(record_key, record_key.c.record_id == record.c.record_id)
            .where(record_key.c.kind == kind, record_key.c.key == key, record.c.document_id != but)
        )
        return self._connection.execute(query.limit(1)).scalar() is not None

    def search(self, wanted: Search, sight: Sight) -> Sequence[Record]:
        """Give the records that match and exist in this sight, newest signature first.

        Raises:
            NotFoundError: The row to go on after does not exist in this sight.
        """
        found = self._connection.execute(search_query(wanted, sight, self._last_seen(wanted.after, sight)))
        return [_parsed(stored) for stored in found.scalars()]

    def _last_seen(self, document_id: str, sight: Sight) -> tuple[str, str] | None:
        if not document_id:
            return None
        here = record.c.document_id == document_id
        query = select(record.c.signed_at, record.c.document_id).where(here, in_sight(sight))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError(kind="document", name=document_id)
        return row.signed_at, row.document_id

    def records(self) -> Iterator[Record]:
        """Give every record, by document id."""
        last = ""
        while True:
            query = select(record.c.document_id, record.c.stored).where(record.c.document_id > last)
            rows = self._connection.execute(query.order_by(record.c.document_id).limit(_ROWS_AT_ONCE)).all()
            if not rows:
                return
            yield from (_parsed(row.stored) for row in rows)
            last = rows[-1].document_id

    def clear(self) -> None:
        """Remove every row of the book, and of the book only."""
        for table in reversed(BOOK_TABLES):
            self._connection.execute(delete(table))

    def dump(self) -> Iterator[str]:
        """Give the book's rows as canonical lines, to compare two books."""
        for table in BOOK_TABLES:
            for row in self._connection.execute(select(table).order_by(*table.primary_key)).mappings():
                yield canonical_json({"table": table.name, "row": dict(row)}).decode()


def _parsed(stored: str) -> Record:
    try:
        return record_from_json(json.loads(stored))
    except (KeyError, ValueError, TypeError) as error:
        raise DatabaseUnreadableError(reason="a row of the book is not what was written") from error
