"""Is an agreement in force? The one answer for an officer who meets somebody with a card or a copy.

The answer is the last day and a number to call, never a name; for what is over, void, closed, unknown or no agreement
with a period there is one same answer, after the same reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forms_service.domain.numbers import parse_document_id, parse_qr_payload
from forms_service.domain.record import Record, RecordState
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.permission import Act, permit

LAST_DAY = "period_last_day"
PHONES = ("program_phone", "bh_phone_weekday")


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The answer.

    Attributes:
        until: The last day; None when nothing in force is known under the number.
        contact: Number to call, empty with no day.
    """

    until: date | None = None
    contact: str = ""


def ask_in_force(services: Services, by: Actor, supplied: str) -> InForce:
    """Answer for a document id as typed, or for what a scanner reads from a page or card.

    Raises:
        InvalidInputError: ``document-id-malformed``, ``document-id-check-failed``.
    """
    permit(by, Act.ASK_IN_FORCE)
    code = parse_qr_payload(supplied.strip())
    document_id = str(code.document_id if code else parse_document_id(supplied))
    now = services.clock.now()
    with services.database.write() as transaction:
        record = transaction.book.record(document_id)
        until = _last_day(record)
        what = AuditFacts(act=Act.ASK_IN_FORCE, object_kind="document", object_id=document_id)
        transaction.ledger.audit(by, now, what)
    if until is None or until < now.astimezone(services.settings.zone).date():
        return InForce()
    agency = services.settings.agency
    return InForce(until=until, contact=next((agency[key] for key in PHONES if agency.get(key)), ""))


def _last_day(record: Record | None) -> date | None:
    if record is None or record.state is not RecordState.ARCHIVED:
        return None
    value = record.values.get(LAST_DAY)
    return date.fromisoformat(value) if isinstance(value, str) else None
