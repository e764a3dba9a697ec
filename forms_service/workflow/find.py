"""Find records and open them; what is read is written down before a byte is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forms_service.domain.evidence import canonical_json
from forms_service.domain.person_copy import PersonCopy
from forms_service.domain.record import Record, record_to_json
from forms_service.errors import NotFoundError
from forms_service.ports import Actor, AuditFacts, Search, Services
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.person_copy import copy_of
from forms_service.workflow.record_versions import AGREEMENT, INTERNAL, RECORD, object_id, parse_record
from forms_service.workflow.stored_json import read_json

MOST_SHOWN = 100  # records a search gives at most, so that its entry, which names each, stays bounded
SEARCH_KEYS = ("words", "date_of_birth", "officer", "form", "state", "signed_from", "signed_to")


def find(services: Services, by: Actor, wanted: Search, *, shown: int = MOST_SHOWN) -> Sequence[Record]:
    """Search the book; the audit entry says which kinds of key were used and what was shown, never the words.

    Args:
        services: Every port.
        by: Who searches.
        wanted: Gives at most ``MOST_SHOWN`` records, whatever its limit says.
        shown: How many of them the caller shows; one more may be asked for only to know that there are more.
    """
    permit(by, Act.FIND)
    now = services.clock.now()
    used = ",".join(key for key in SEARCH_KEYS if getattr(wanted, key))
    with services.database.write() as transaction:
        found = transaction.book.search(replace(wanted, limit=min(wanted.limit, MOST_SHOWN)), by.sight)
        facts: dict[str, str | int] = {
            "keys": used,
            "results": len(found[:shown]),
            "shown": " ".join(record.record_id for record in found[:shown]),
            "bytes_out": sum(map(_size, found[:shown])),
        }
        transaction.ledger.audit(by, now, AuditFacts(act=Act.FIND, object_kind="search", object_id="", facts=facts))
    return found


def open_record(services: Services, by: Actor, document_id: str) -> Record:
    """Give a record to look at, with its audit entry.

    Raises:
        NotFoundError: No such record, or none that exists for this actor.
    """
    record = _known(services, by, document_id)
    _write_down(services, by, record, {"what": "record", "bytes_out": _size(record)})
    return record


def open_document(services: Services, by: Actor, document_id: str, *, version: int | None = None) -> bytes:
    """Give the sealed PDF of a record, after checking its digest and writing down that it was read."""
    record = _known(services, by, document_id)
    sealed_pdf = services.archive.read(object_id(record.record_id), AGREEMENT, version=version)
    given: dict[str, str | int] = {"what": "pdf", "bytes_out": len(sealed_pdf)}
    _write_down(services, by, record, given | ({"version": version} if version else {}))
    return sealed_pdf


def open_internal(services: Services, by: Actor, document_id: str) -> tuple[Record, Mapping[str, object]]:
    """Give a record and what never leaves with a copy: screening answers, victims, internal fields.

    Raises:
        NotPermittedError: No role of theirs may look at these.
        NotFoundError: As ``open_record``.
    """
    permit(by, Act.VIEW_INTERNAL)
    record = _known(services, by, document_id)
    content = services.archive.read(object_id(record.record_id), INTERNAL)
    _write_down(services, by, record, {"what": "internal", "bytes_out": len(content)})
    values = read_json(content).get("values")
    return record, values if isinstance(values, Mapping) else {}


def open_copy(services: Services, by: Actor, document_id: str) -> tuple[Record, PersonCopy]:
    """Give the person's copy of a record, to print and hand out, with its audit entry.

    Raises:
        NotFoundError: As ``open_record``.
    """
    record = _known(services, by, document_id)
    copy = copy_of(services, record)
    out = len(canonical_json(copy.as_json()))
    _write_down(services, by, record, {"what": "person_copy", "bytes_out": out})
    return record, copy


def _size(record: Record) -> int:
    """Give how many bytes a record's own data have; the page around them is not counted."""
    return len(canonical_json(record_to_json(record)))


def _known(services: Services, by: Actor, document_id: str) -> Record:
    permit(by, Act.VIEW)
    with services.database.read() as transaction:
        record = transaction.book.record(document_id)
    if record is None:
        raise NotFoundError(kind="document", name=document_id)
    permit(by, Act.VIEW, record)
    return record


def _write_down(services: Services, by: Actor, record: Record, facts: dict[str, str | int]) -> None:
    """Write that a record was looked at, before a byte of it is sent."""
    what = AuditFacts(act=Act.VIEW, object_kind="record", object_id=record.record_id, facts=facts)
    with services.database.write() as transaction:
        transaction.ledger.audit(by, services.clock.now(), what)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One version of a record, with the act that made it."""

    version: int
    record: Record
    act: str
    by: str
    reason: str


def history(services: Services, by: Actor, record: Record) -> Sequence[HistoryEntry]:
    """Give a record's versions, oldest first; the archive holds them, so no audit entry is needed beyond the view."""
    permit(by, Act.VIEW, record)
    name = object_id(record.record_id)
    return [_entry(services, name, version) for version in range(1, services.archive.head(name) + 1)]


def _entry(services: Services, name: str, version: int) -> HistoryEntry:
    stored = parse_record(name, services.archive.read(name, RECORD, version=version))
    acts = sorted(one for one in services.archive.names(name, version=version) if one.startswith("acts/"))
    if version == 1 or not acts:
        return HistoryEntry(version=version, record=stored, act="complete", by="", reason="")
    act = read_json(services.archive.read(name, acts[-1], version=version))
    return HistoryEntry(
        version=version, record=stored, act=str(act.get("act", "")), by=str(act.get("by", "")),
        reason=str(act.get("reason", "")),
    )  # fmt: skip


def as_json(record: Record) -> str:
    """Give one line of JSON about a record, for scripts."""
    shown = {
        "document_id": record.document_id,
        "record_id": record.record_id,
        "version": record.version,
        "state": str(record.state),
        "form": record.form,
        "person": str(record.values.get("person_name_as_given", "")),
        "case_number": record.case_number,
        "signed_at": record.signed_at.isoformat(),
        "seal_level": str(record.seal_level),
        "practice": record.practice,
    }
    return json.dumps(shown, ensure_ascii=False)
