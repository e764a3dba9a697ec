"""Judge a file by its seal, and add what the archive says of it for records that are not closed.

The *file* line comes from the file alone. The *record* line says ``current``, ``lifted`` (an earlier version of the
current file, whose seal was lifted since), ``superseded``, ``void`` or ``nothing``; closed, expunged and unknown records
answer alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha512

from forms_service.domain.record import Record, RecordState
from forms_service.ports import Actor, AuditFacts, FileVerdict, Services
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.record_versions import AGREEMENT, object_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a file that somebody brought."""

    file: FileVerdict
    record: str

    @property
    def is_valid(self) -> bool:
        """Say whether the file is one of ours and unchanged; whether it is the current one stands in ``record``."""
        return self.file.outcome == "unchanged"


def verify(services: Services, by: Actor, supplied_pdf: bytes) -> Verdict:
    """Judge a file.

    Raises:
        InvalidInputError: It is no PDF that can be read, or too large.
    """
    permit(by, Act.VERIFY)
    file = services.inspector.verify(supplied_pdf, now=services.clock.now())
    record = _record_line(services, file, supplied_pdf)
    with services.database.write() as transaction:
        facts: dict[str, str | int] = {"file": file.outcome, "record": record, "bytes_in": len(supplied_pdf)}
        what = AuditFacts(act=Act.VERIFY, object_kind="file", object_id=file.sha256, facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    return Verdict(file=file, record=record)


def _record_line(services: Services, file: FileVerdict, supplied_pdf: bytes) -> str:
    if file.outcome != "unchanged":
        return "nothing"
    with services.database.read() as transaction:
        record = transaction.book.record(file.document_id)
    if record is None or record.state is RecordState.CLOSED:
        return "nothing"
    return _standing(services, record, supplied_pdf)


def _standing(services: Services, record: Record, supplied_pdf: bytes) -> str:
    digest = sha512(supplied_pdf).hexdigest()
    name = object_id(record.record_id)
    head = services.archive.head(name)
    known = [
        version
        for version in range(1, head + 1)
        if services.archive.names(name, version=version).get(AGREEMENT) == digest
    ]
    if not known:
        return "nothing"
    if record.state is RecordState.VOID:
        return "void"
    if record.state is not RecordState.ARCHIVED:
        return "superseded"
    if head in known:
        return "current"
    return "lifted" if services.archive.read(name, AGREEMENT).startswith(supplied_pdf) else "superseded"
