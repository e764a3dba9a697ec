"""*What needs me*: everything that waits for a person, from every source, oldest first, with its next step.

A new kind of hold without an entry in ``STEPS`` fails a test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from forms_service.domain.envelope import EnvelopeReason, EnvelopeState
from forms_service.domain.evidence import utc_text
from forms_service.ports import Actor, Services, Transaction
from forms_service.workflow.audit_trail import CHECKPOINT_FACT
from forms_service.workflow.copy_link import OWED_FACT
from forms_service.workflow.daily import COMES_BACK, FAILED_FACT
from forms_service.workflow.hold import HoldReason
from forms_service.workflow.lift_seals import NOT_GIVEN, PROBLEMS_FACT
from forms_service.workflow.open_additions import OPEN_STEPS, open_additions
from forms_service.workflow.outside_stamp import TIME_STAMP_FACT
from forms_service.workflow.permission import Act, allows, permit
from forms_service.workflow.trail_review import due_since
from forms_service.workflow.upkeep import FINDINGS_FACT

STEPS: Mapping[str, str] = {
    **{str(reason): "look at what the tablet sent and decide" for reason in EnvelopeReason},
    **{str(reason): "look at what was sent and settle it" for reason in HoldReason},
    str(HoldReason.DIGEST): "show the text again and have it signed, or settle it",
    str(HoldReason.DATE): "present the agreement again with the right date, or settle it",
    str(HoldReason.STROKES): "ask how a copied signature came here, then settle it",
    str(EnvelopeReason.HALF_SIGNED): "ask the officer to finish it on the tablet, or to discard it there",
    str(EnvelopeReason.WAITS_FOR_BLOCKS): "let the tablet send the rest",
    str(EnvelopeReason.WAITS_FOR_ENVELOPE): "let the tablet send the rest",
    str(EnvelopeReason.CARD_TAKEN): "ask who has the card, give the person another copy, then settle it",
    str(EnvelopeReason.COPY_LINK_OFF): "give the person their copy in another way, then settle it",
    str(EnvelopeReason.WAITS_FOR_AGREEMENT): "let the tablet with the signed paper send it",
    "envelope-not-finished": "restart the service once disk and seal are well again",
    "device-gap": "ask for the tablet: it made envelopes that are not here",
    **OPEN_STEPS,
    "case-number-open": "give the case number",
    "seal-owed": "lift the seal when the time-stamp server answers",
    "archive-damaged": "restore the file from the backup",
    "review-overdue": "review the audit trail and sign it off",
    "seal-stuck": "let IT find out why the seal can not be lifted",
    "checkpoint-owed": "let the second place for checkpoints be written again",
    "time-stamp-owed": "let the time-stamp server answer again",
    "copies-owed": "let the pick-up folder for copies be brought up to date",
    "upkeep-failed": "let IT find out why the daily upkeep ended before its end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that waits.

    Attributes:
        kind: A key of ``STEPS``.
        object_id: Document id, held id, envelope digest, device id or file name.
        source: Which of ``SOURCES`` found it, where its kind alone does not tell.
        since: Aware; None when it is not known, which sorts first.
    """

    kind: str
    document_id: str
    object_id: str
    since: datetime | None
    step: str
    source: str = ""

    @property
    def key(self) -> str:
        """Give its place in the list, by which a page goes on: when it began to wait, what it is, and its id."""
        return f"{utc_text(self.since) if self.since else ''}~{self.kind}~{self.object_id}"


def what_needs_me(services: Services, by: Actor) -> Sequence[Need]:
    """Give everything that waits, oldest first."""
    permit(by, Act.SEE_NEEDS)
    with services.database.read() as transaction:
        found = [need for source in SOURCES for need in source(by, transaction)]
        found += [
            _need(one.kind, one.record.document_id, one.record.document_id, one.record.signed_at)
            for one in open_additions(services, by, transaction)
        ]
        due = due_since(transaction, services.clock.now()) if allows(by, Act.REVIEW_TRAIL) else None
    if due is not None:
        found.append(_need("review-overdue", "", "", due))
    return sorted(found, key=lambda need: need.key)


def _need(kind: str, document_id: str, object_id: str, since: datetime | None) -> Need:
    return Need(kind=kind, document_id=document_id, object_id=object_id, since=since, step=STEPS[kind])


def _held(by: Actor, transaction: Transaction) -> Iterator[Need]:
    for one in transaction.ledger.held() if allows(by, Act.SETTLE) else ():
        yield _need(one.reason, one.document_id, one.id, one.held_at)


def _envelopes(by: Actor, transaction: Transaction) -> Iterator[Need]:
    """Give what tablets sent and waits; several blocks of one paper that wait for the same are one need."""
    if not allows(by, Act.SETTLE):
        return
    shown: set[tuple[str, str]] = set()
    for one in transaction.ledger.envelopes_in(EnvelopeState.HELD):
        same = (one.document_id or one.digest, one.reason)
        if same not in shown:
            shown.add(same)
            yield replace(_need(one.reason, one.document_id, one.digest, one.received_at), source="envelope")
    for one in transaction.ledger.envelopes_in(EnvelopeState.RECEIVED):
        yield replace(
            _need("envelope-not-finished", one.document_id, one.digest, one.received_at), source="envelope"
        )  # fmt: skip


def _devices(by: Actor, transaction: Transaction) -> Iterator[Need]:
    for one in transaction.ledger.devices_with_losses() if allows(by, Act.LIST_DEVICES) else ():
        yield _need("device-gap", "", one.id, one.last_seen_at)


def _records(by: Actor, transaction: Transaction) -> Iterator[Need]:
    problems = json.loads(transaction.ledger.fact(PROBLEMS_FACT) or "{}")
    for record in filter(by.sight.shows, transaction.book.records()) if allows(by, Act.FIND) else ():
        if not record.case_number:
            yield _need("case-number-open", record.document_id, record.document_id, record.sealed_at)
        stuck = problems.get(record.record_id, NOT_GIVEN) not in COMES_BACK
        if stuck or record.is_owed_a_lift:
            kind = "seal-stuck" if stuck else "seal-owed"
            yield _need(kind, record.document_id, record.document_id, record.sealed_at)


def _damaged(by: Actor, transaction: Transaction) -> Iterator[Need]:
    findings = json.loads(transaction.ledger.fact(FINDINGS_FACT) or "[]")
    for finding in findings if allows(by, Act.CHECK_ARCHIVE) else ():
        yield _need("archive-damaged", "", str(finding["name"]), None)


def _service(by: Actor, transaction: Transaction) -> Iterator[Need]:
    """Give what the service itself could not do, since when."""
    for kind, fact, act in _SERVICE:
        since = transaction.ledger.fact(fact)
        if since and allows(by, act):
            yield _need(kind, "", "", datetime.fromisoformat(since))


_SERVICE = (
    ("checkpoint-owed", CHECKPOINT_FACT, Act.CHECKPOINT),
    ("time-stamp-owed", TIME_STAMP_FACT, Act.CHECKPOINT),
    ("upkeep-failed", FAILED_FACT, Act.UPKEEP),
    ("copies-owed", OWED_FACT, Act.UPKEEP),
)


SOURCES: tuple[Callable[[Actor, Transaction], Iterator[Need]], ...] = (
    _held, _envelopes, _devices, _records, _damaged, _service,
)  # fmt: skip
