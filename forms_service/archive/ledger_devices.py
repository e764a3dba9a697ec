"""Devices and their envelopes in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, or_, select

from forms_service.archive.book_keys import utc_key
from forms_service.archive.ledger_rows import put_row
from forms_service.archive.tables import device, envelope
from forms_service.domain.device_chain import Link
from forms_service.domain.envelope import EnvelopeReason, EnvelopeState
from forms_service.ports import Device, StoredEnvelope


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _key(moment: datetime | None) -> str | None:
    return utc_key(moment) if moment else None


def _device(row: RowMapping) -> Device:
    times = {name: _time(row[name]) for name in ("enrolled_at", "last_seen_at", "revoked_at")}
    return Device(**{**row, **times})


def _envelope(row: RowMapping) -> StoredEnvelope:
    times = {name: _time(row[name]) for name in ("received_at", "settled_at")}
    return StoredEnvelope(**{**row, **times, "state": EnvelopeState(row["state"])})


class DeviceTables:
    """Enrolled tablets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_device(self, device_: Device) -> None:
        """Write a device."""
        row = {name: getattr(device_, name) for name in Device.__slots__}
        times = {name: _key(getattr(device_, name)) for name in ("enrolled_at", "last_seen_at", "revoked_at")}
        put_row(self._connection, device, row | times)

    def device(self, device_id: str) -> Device | None:
        """Give a device."""
        return self._one(device.c.id == device_id)

    def device_with_key(self, thumbprint: str) -> Device | None:
        """Give the device of a key."""
        return self._one(device.c.thumbprint == thumbprint)

    def _one(self, here: ColumnElement[bool]) -> Device | None:
        row = self._connection.execute(select(device).where(here)).mappings().one_or_none()
        return None if row is None else _device(row)

    def devices_from(self, device_id: str, count: int) -> Sequence[Device]:
        """Give so many devices by label, from one on, that one included; from the first when it is none."""
        begin = self.device(device_id)
        query = select(device).order_by(device.c.label, device.c.id).limit(count)
        if begin is not None:
            same = and_(device.c.label == begin.label, device.c.id >= begin.id)
            query = query.where(or_(device.c.label > begin.label, same))
        return [_device(row) for row in self._connection.execute(query).mappings()]

    def devices_with_losses(self) -> Sequence[Device]:
        """Give the devices of which an envelope is lost, or whose chain has a fault."""
        faulty = or_(device.c.missing > device.c.unsent, device.c.chain_faults > 0)
        rows = self._connection.execute(select(device).where(faulty).order_by(device.c.label, device.c.id)).mappings()
        return [_device(row) for row in rows]


class EnvelopeTables:
    """What tablets sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_envelope(self, envelope_: StoredEnvelope) -> None:
        """Write an envelope; what is emptied the database overwrites (secure_delete)."""
        row = {name: getattr(envelope_, name) for name in StoredEnvelope.__slots__}
        times = {name: _key(getattr(envelope_, name)) for name in ("received_at", "settled_at")}
        put_row(self._connection, envelope, row | times | {"state": str(envelope_.state)})

    def envelope(self, digest: str) -> StoredEnvelope | None:
        """Give an envelope."""
        return next(iter(self._found(select(envelope).where(envelope.c.digest == digest))), None)

    def envelope_named(self, envelope_id: str) -> StoredEnvelope | None:
        """Give the first envelope that came under an id; what differs from it is known by its reason."""
        first = envelope.c.reason != str(EnvelopeReason.CONTENT_DIFFERS)
        return next(iter(self._found(select(envelope).where(envelope.c.envelope_id == envelope_id, first))), None)

    def envelopes_of(self, document_id: str) -> Sequence[StoredEnvelope]:
        """Give every envelope of a paper, in the order they came."""
        return self._found(select(envelope).where(envelope.c.document_id == document_id))

    def envelopes_in(self, state: EnvelopeState) -> Sequence[StoredEnvelope]:
        """Give every envelope in a state, in the order they came."""
        return self._found(select(envelope).where(envelope.c.state == str(state)))

    def envelopes_without_receipt(self) -> Sequence[StoredEnvelope]:
        """Give what was kept and not answered yet, in the order it came; what differs is never answered."""
        open_ = envelope.c.state.in_([str(EnvelopeState.RECEIVED), str(EnvelopeState.HELD)])
        differs = envelope.c.reason == str(EnvelopeReason.CONTENT_DIFFERS)
        return self._found(select(envelope).where(open_, envelope.c.receipt == "", ~differs))

    def _found(self, query: Select[tuple[object, ...]]) -> Sequence[StoredEnvelope]:
        ordered = query.order_by(envelope.c.received_at, envelope.c.counter, envelope.c.digest)
        return [_envelope(row) for row in self._connection.execute(ordered).mappings()]

    def links_of(self, device_id: str) -> Sequence[Link]:
        """Give the chain of a device's envelopes."""
        query = select(envelope.c.counter, envelope.c.digest, envelope.c.previous)
        rows = self._connection.execute(query.where(envelope.c.device_id == device_id)).mappings()
        return [Link(**row) for row in rows]
