"""Keep archive and book together: at start, on demand, and when the database is lost.

* ``start_up`` finishes or undoes what a crash left, and adopts objects without a row.
* ``rebuild`` makes the book anew from the archive alone; the ledger is never touched.
* ``check`` reads every byte and compares book and archive.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import PurePosixPath

from forms_service.domain.record import Record
from forms_service.errors import ArchiveError
from forms_service.ports import Actor, ArchiveFinding, AuditFacts, Services
from forms_service.workflow.copy_link import end_links_with, push_soon
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.record_versions import RECORD, object_id, parse_record

FINDINGS_FACT = "archive_findings"


def start_up(services: Services, by: Actor) -> Sequence[str]:
    """Bring archive, book and pick-up folder together after whatever happened; give one line for each thing done.

    Each start is an entry, also one that found nothing to do.
    """
    permit(by, Act.RECOVER)
    done = [*services.archive.recover()]
    with services.database.read() as transaction:
        rows = {record.record_id: record for record in transaction.book.records()}
    for record in _archived_records(services):
        if rows.get(record.record_id) != record:
            adopt(services, by, record)
            done.append(f"adopted {record.document_id}")
    with services.database.write() as transaction:
        what = AuditFacts(act=Act.RECOVER, object_kind="archive", object_id="", facts={"findings": len(done)})
        transaction.ledger.audit(by, services.clock.now(), what)
    push_soon(services, by)
    return done


def adopt(services: Services, by: Actor, record: Record) -> None:
    """Write the row of a record as its object is."""
    with services.database.write() as transaction:
        transaction.book.put(record)
        end_links_with(services, transaction, by, record)
        what = AuditFacts(act=Act.RECOVER, object_kind="record", object_id=record.record_id)
        transaction.ledger.audit(by, services.clock.now(), what)


def _archived_records(services: Services) -> Iterator[Record]:
    """Give every record whose object can be read; ``check`` names the others."""
    for name in services.archive.objects():
        if not name.startswith("urn:uuid:"):
            continue
        try:
            record = parse_record(name, services.archive.read(name, RECORD))
        except ArchiveError:
            continue
        yield record


def rebuild(services: Services, by: Actor) -> int:
    """Replace the book by what the archive holds; give the number of records.

    One transaction: nobody sees a half-made book, and a failure leaves the old one.
    """
    permit(by, Act.REBUILD)
    services.archive.recover()
    count = 0
    with services.database.write() as transaction:
        transaction.book.clear()
        for record in _archived_records(services):
            transaction.book.put(record)
            count += 1
        what = AuditFacts(act=Act.REBUILD, object_kind="book", object_id="", facts={"records": count})
        transaction.ledger.audit(by, services.clock.now(), what)
    return count


def check(services: Services, by: Actor) -> Sequence[ArchiveFinding]:
    """Read every byte of the archive, compare it with the book, and keep the findings for the desk."""
    permit(by, Act.CHECK_ARCHIVE)
    findings = [*services.archive.check(), *_book_findings(services)]
    kept = json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)
    with services.database.write() as transaction:
        transaction.ledger.set_fact(FINDINGS_FACT, kept)
        what = AuditFacts(act=Act.CHECK_ARCHIVE, object_kind="archive", object_id="", facts={"findings": len(findings)})
        transaction.ledger.audit(by, services.clock.now(), what)
    return findings


def _book_findings(services: Services) -> Iterator[ArchiveFinding]:
    """A row without an object is a red alarm; an object without a row is adopted at the next start."""
    with services.database.read() as transaction:
        rows = list(transaction.book.records())
    for record in rows:
        name = object_id(record.record_id)
        if not services.archive.head(name):
            yield ArchiveFinding(
                kind="row_without_object", object_id=name, name=record.document_id, detail="the book names it"
            )


def export(services: Services, by: Actor) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Give every file of the head of every record that exists for the actor, each record after its own audit entry."""
    permit(by, Act.EXPORT)
    with services.database.write() as transaction:
        rows = [record for record in transaction.book.records() if by.sight.shows(record)]
        what = AuditFacts(act=Act.EXPORT, object_kind="archive", object_id="", facts={"records": len(rows)})
        transaction.ledger.audit(by, services.clock.now(), what)
    for record in rows:
        name = object_id(record.record_id)
        files = {one: services.archive.read(name, one) for one in sorted(services.archive.names(name))}
        out = sum(map(len, files.values()))
        with services.database.write() as transaction:
            what = AuditFacts(
                act=Act.EXPORT, object_kind="record", object_id=record.record_id, facts={"bytes_out": out}
            )  # fmt: skip
            transaction.ledger.audit(by, services.clock.now(), what)
        for one, content in files.items():
            yield PurePosixPath(record.document_id) / one, content
