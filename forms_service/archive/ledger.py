"""The ledger: what is true in itself and never rebuilt, in one database transaction.

The audit trail only grows: each entry's hash covers the one before (DESIGN 6), and the table itself refuses
changes. ``TableLedger`` is composed of one class for each group of tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from forms_service.archive.book_keys import utc_key
from forms_service.archive.ledger_accounts import AccountTables, FactorTables
from forms_service.archive.ledger_copies import CopyTables
from forms_service.archive.ledger_devices import DeviceTables, EnvelopeTables
from forms_service.archive.ledger_rows import put_row
from forms_service.archive.tables import audit, draft, fact, held, issued_number, nameless_count, reserved_record
from forms_service.archive.trail_search import audit_row, trail_query
from forms_service.domain.evidence import FIRST_HASH, AuditEntry, canonical_json, chain_hash, utc_text
from forms_service.domain.forms import PaperKind
from forms_service.errors import NumberAlreadyIssuedError
from forms_service.ports import Actor, AuditFacts, AuditRow, Draft, Held, IssuedNumber, TrailSearch


class AuditTable:
    """The audit trail."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def audit(self, by: Actor, at: datetime, what: AuditFacts) -> None:
        """Append an entry to the chain, in this transaction."""
        newest = select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
        last = self._connection.execute(newest).one_or_none()
        entry = AuditEntry(
            sequence=last.sequence + 1 if last else 1,
            at=at,
            actor=by.id,
            roles=by.roles,
            source=by.source,
            act=str(what.act),
            object_kind=what.object_kind,
            object_id=what.object_id,
            outcome=what.outcome,
            facts=what.facts,
        )
        row = _audit_row(entry) | {"hash": chain_hash(entry, last.hash if last else FIRST_HASH)}
        self._connection.execute(insert(audit), row)

    def audit_entries(self) -> Iterator[Mapping[str, object]]:
        """Give every entry in order, as ``AuditEntry`` fields and the stored ``hash``."""
        for row in self._connection.execute(select(audit).order_by(audit.c.sequence)).mappings():
            yield {
                **row,
                "at": datetime.fromisoformat(row["at"]),
                "roles": tuple(json.loads(row["roles"])),
                "facts": json.loads(row["facts"]),
            }

    def audit_search(self, wanted: TrailSearch) -> Sequence[AuditRow]:
        """Give the entries that match, newest first."""
        return [audit_row(row) for row in self._connection.execute(trail_query(wanted)).mappings()]


def _audit_row(entry: AuditEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": utc_text(entry.at),
        "actor": entry.actor,
        "roles": json.dumps(list(entry.roles)),
        "source": entry.source,
        "act": entry.act,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "outcome": entry.outcome,
        "facts": canonical_json(dict(entry.facts)).decode(),
    }


class NumberTables:
    """Issued numbers, reserved record ids, nameless counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issue(self, number: IssuedNumber) -> None:
        """Enter a number; the same content again changes nothing.

        Raises:
            NumberAlreadyIssuedError: It is there with other content.
        """
        known = self.issued(number.document_id)
        if known is None:
            row = {name: getattr(number, name) for name in IssuedNumber.__slots__}
            row |= {"kind": str(number.kind), "issued_at": utc_key(number.issued_at)}
            self._connection.execute(insert(issued_number), row)
        elif _content(known) != _content(number):
            raise NumberAlreadyIssuedError(document_id=number.document_id)

    def issued(self, document_id: str) -> IssuedNumber | None:
        """Give what was entered for a document id."""
        query = select(issued_number).where(issued_number.c.document_id == document_id)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        known = {**row, "kind": PaperKind(row["kind"]), "issued_at": datetime.fromisoformat(row["issued_at"])}
        return IssuedNumber(**known)

    def reserve_record_id(self, document_id: str, record_id: str) -> str:
        """Give the record id that belongs to a document id: the one reserved before, else the one given."""
        query = select(reserved_record.c.record_id).where(reserved_record.c.document_id == document_id)
        known: str | None = self._connection.execute(query).scalar()
        if known is None:
            self._connection.execute(insert(reserved_record), {"document_id": document_id, "record_id": record_id})
        return known or record_id

    def count(self, rule: str, month: str) -> None:
        """Raise the nameless count of a screening rule in a month (``YYYY-MM``)."""
        here = (nameless_count.c.rule == rule) & (nameless_count.c.month == month)
        raised = update(nameless_count).where(here).values(count=nameless_count.c.count + 1)
        if not self._connection.execute(raised).rowcount:
            self._connection.execute(insert(nameless_count), {"rule": rule, "month": month, "count": 1})

    def counts(self) -> Sequence[tuple[str, str, int]]:
        """Give rule, month and count."""
        query = select(nameless_count).order_by(nameless_count.c.month, nameless_count.c.rule)
        return [(row["rule"], row["month"], row["count"]) for row in self._connection.execute(query).mappings()]


def _content(number: IssuedNumber) -> tuple[object, ...]:
    return (number.form, number.form_version, number.language, number.presented_digest, number.kind)


class WaitingTables:
    """Held things, drafts and facts of the installation."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, held_: Held) -> None:
        """Keep something for a person to look at."""
        settled = utc_key(held_.settled_at) if held_.settled_at else None
        row = {name: getattr(held_, name) for name in Held.__slots__}
        put_row(self._connection, held, row | {"held_at": utc_key(held_.held_at), "settled_at": settled})

    def held(self) -> Sequence[Held]:
        """Give what waits, oldest first."""
        query = select(held).where(held.c.settled_at.is_(None)).order_by(held.c.held_at, held.c.id)
        rows = self._connection.execute(query).mappings()
        return [Held(**{**row, "held_at": datetime.fromisoformat(row["held_at"])}) for row in rows]

    def settle(self, held_id: str, at: datetime) -> None:
        """Mark a held thing as settled; it stays in the ledger."""
        self._connection.execute(update(held).where(held.c.id == held_id).values(settled_at=utc_key(at)))

    def put_draft(self, draft_: Draft) -> None:
        """Write a draft, replacing what was there."""
        row = {name: getattr(draft_, name) for name in Draft.__slots__}
        put_row(self._connection, draft, row | {"changed_at": utc_key(draft_.changed_at)})

    def draft(self, draft_id: str) -> Draft | None:
        """Give a draft."""
        row = self._connection.execute(select(draft).where(draft.c.id == draft_id)).mappings().one_or_none()
        return _draft(row) if row else None

    def drafts(self, owner: str) -> Sequence[Draft]:
        """Give an owner's drafts, newest first."""
        query = select(draft).where(draft.c.owner == owner).order_by(draft.c.changed_at.desc(), draft.c.id)
        return [_draft(row) for row in self._connection.execute(query).mappings()]

    def drop_draft(self, draft_id: str) -> None:
        """Erase a draft and everything in it; the database overwrites the bytes (secure_delete)."""
        self._connection.execute(delete(draft).where(draft.c.id == draft_id))

    def fact(self, name: str) -> str:
        """Give a fact of the installation, empty when not set."""
        found: str | None = self._connection.execute(select(fact.c.value).where(fact.c.name == name)).scalar()
        return found or ""

    def set_fact(self, name: str, value: str) -> None:
        """Set a fact of the installation."""
        put_row(self._connection, fact, {"name": name, "value": value})


def _draft(row: RowMapping) -> Draft:
    return Draft(**{**row, "changed_at": datetime.fromisoformat(str(row["changed_at"]))})


class TableLedger(
    AuditTable, NumberTables, WaitingTables, AccountTables, FactorTables, DeviceTables, EnvelopeTables, CopyTables
):  # fmt: skip
    """Implements the Ledger port over one connection that is inside a transaction."""
