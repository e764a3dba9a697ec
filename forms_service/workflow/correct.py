"""Give a record its case number, or another one: a new version, restamped from the very page that was signed.

The case number stands in the strip and in metadata only, so that nothing that was signed is touched (DESIGN 2.4).
"""

from __future__ import annotations

from dataclasses import replace

from forms_service.domain.evidence import normal_text
from forms_service.domain.record import Record
from forms_service.errors import CaseNumberMalformedError, NotFoundError, RecordUnreadableError
from forms_service.patterns import fits
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.archived_paper import archived_inks, archived_paper
from forms_service.workflow.archiving import SealingFacts, seal_record
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.record_versions import (
    AGREEMENT,
    EVIDENCE,
    PAGE,
    RECORD,
    act_file,
    load_archived,
    object_id,
    put_row,
    store_version,
)
from forms_service.workflow.stored_json import read_json


def give_case_number(services: Services, by: Actor, document_id: str, case_number: str, *, reason: str) -> Record:
    """Restamp a record with a case number; the number it had still finds it.

    Asking again for the number the record has changes nothing, so that a call that was cut off may be made again.

    Raises:
        CaseNumberMalformedError: The number does not match the agency's pattern.
        NotFoundError: No such record.
    """
    permit(by, Act.GIVE_CASE_NUMBER)
    number = _checked(services, case_number)
    with services.database.read() as transaction:
        row = transaction.book.record(document_id)
    if row is None:
        raise NotFoundError(kind="document", name=document_id)
    permit(by, Act.GIVE_CASE_NUMBER, row)
    stored = load_archived(services, row.record_id)
    if stored is None:
        raise RecordUnreadableError(object_id=object_id(row.record_id))
    if stored.case_number == number:
        return _index(services, by, stored)
    return _new_version(services, by, stored, number, reason)


def _checked(services: Services, case_number: str) -> str:
    number = normal_text(case_number)
    pattern = services.settings.case_number_pattern
    if not fits(pattern, number):
        raise CaseNumberMalformedError(expected=pattern)
    return number


def _index(services: Services, by: Actor, stored: Record) -> Record:
    """Write the row that a crash kept from being written; that the number was given again is an entry either way."""
    with services.database.write() as transaction:
        is_put = put_row(transaction, stored)
        what = AuditFacts(
            act=Act.RECOVER if is_put else Act.GIVE_CASE_NUMBER, object_kind="record", object_id=stored.record_id,
            facts={"version": stored.version},
        )  # fmt: skip
        transaction.ledger.audit(by, services.clock.now(), what)
    return stored


def _new_version(services: Services, by: Actor, stored: Record, number: str, reason: str) -> Record:
    name = object_id(stored.record_id)
    now = services.clock.now()
    files = {one: services.archive.read(name, one) for one in services.archive.names(name) if one != RECORD}
    evidence = read_json(files[EVIDENCE])
    renumbered = stored.with_case_number(number).after(stored.files[AGREEMENT])
    changed = replace(renumbered, version=stored.version + 1, sealed_at=now, archived_at=now, stamp_ends_at=None)
    facts = SealingFacts(
        paper=archived_paper(services, stored, evidence),
        inks=archived_inks(evidence),
        evidence_sha256=stored.files[EVIDENCE],
    )
    changed, files[AGREEMENT] = seal_record(services, changed, files[PAGE], facts)
    what = {
        "act": str(Act.GIVE_CASE_NUMBER), "reason": normal_text(reason), "old": stored.case_number, "new": number,
    }  # fmt: skip
    files |= act_file(files, by, now, what)
    record, _ = store_version(services, by, changed, files, act=Act.GIVE_CASE_NUMBER)
    return record
