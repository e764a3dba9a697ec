"""The versions of a record's object: what each holds, how one more is stored, and how the newest is read.

A version's files are stored first, then its row and its audit entry: a crash may leave an extra object, never a row
without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from forms_service.domain.evidence import canonical_json, sha256_hex
from forms_service.domain.record import SEALED_FILE, Record, record_from_json, record_to_json
from forms_service.errors import RecordUnreadableError
from forms_service.ports import Actor, AuditFacts, Services, Transaction
from forms_service.workflow.permission import Act
from forms_service.workflow.stored_json import read_json

AGREEMENT, PAGE, RECORD, INTERNAL, EVIDENCE = (
    SEALED_FILE,
    "page.pdf",
    "record.json",
    "internal.json",
    "evidence.json",
)
ENVELOPES = "envelopes.json"  # only of what a tablet sent


def object_id(record_id: str) -> str:
    """Give the archive's name for a record."""
    return f"urn:uuid:{record_id}"


def store_version(
    services: Services,
    by: Actor,
    record: Record,
    files: Mapping[str, bytes],
    *,
    act: Act,
    facts: Mapping[str, str | int] | None = None,
) -> tuple[Record, str]:
    """Store a version's files, then its row and its audit entry in one transaction.

    Args:
        services: Every port.
        by: Who acts.
        record: With ``version`` set; its ``files`` are filled in here.
        files: Every file of the new state but ``record.json``.
        act: For the audit trail.
        facts: For the audit trail, beside the version.
    """
    named = store_files(services, by, record, files, act=act)
    with services.database.write() as transaction:
        write_row(services, transaction, by, named, act=act, facts=facts)
    return named, services.archive.locator(object_id(named.record_id), AGREEMENT)


def store_files(services: Services, by: Actor, record: Record, files: Mapping[str, bytes], *, act: Act) -> Record:
    """Store a version's files, and give the record with their digests; its row is the caller's to write."""
    named = replace(record, files={name: sha256_hex(content) for name, content in sorted(files.items())})
    services.archive.add_version(
        object_id(record.record_id),
        expected_head=record.version - 1,
        files={**files, RECORD: canonical_json(record_to_json(named))},
        message=str(act),
        by=by.id,
        at=services.clock.now(),
    )
    return named


def write_row(
    services: Services,
    transaction: Transaction,
    by: Actor,
    record: Record,
    *,
    act: Act,
    facts: Mapping[str, str | int] | None = None,
) -> None:
    """Write a stored version's row, unless a newer one came between, and its audit entry."""
    put_row(transaction, record)
    told = {"version": record.version, **(facts or {})}
    what = AuditFacts(act=act, object_kind="record", object_id=record.record_id, facts=told)
    transaction.ledger.audit(by, services.clock.now(), what)


def put_row(transaction: Transaction, record: Record) -> bool:
    """Write a version's row unless it, or a newer one, is there; say whether it was written."""
    there = transaction.book.record(record.document_id)
    if there is not None and (there.version > record.version or there == record):
        return False
    transaction.book.put(record)
    return True


def act_file(files: Mapping[str, bytes], by: Actor, at: datetime, content: Mapping[str, object]) -> dict[str, bytes]:
    """Give the next ``acts/NNNN.json`` of a record: what was done, by whom and when."""
    number = sum(one.startswith("acts/") for one in files) + 1
    told = {"v": "act/1", "by": by.id, "at": at.isoformat(), **content}
    return {f"acts/{number:04d}.json": canonical_json(told)}


def load_archived(services: Services, record_id: str) -> Record | None:
    """Give a record as its object's head says, which is the truth; None when there is no such object.

    Raises:
        RecordUnreadableError: The object is there, but its record.json is not what we wrote.
    """
    name = object_id(record_id)
    if not services.archive.head(name):
        return None
    return parse_record(name, services.archive.read(name, RECORD))


def parse_record(name: str, content: bytes) -> Record:
    """Read ``record.json``; anything else in it is the archive's fault, by the object's name."""
    try:
        return record_from_json(read_json(content))
    except (KeyError, ValueError, TypeError) as error:
        raise RecordUnreadableError(object_id=name) from error
