"""Keep what a person must look at, with everything that was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from forms_service.domain.numbers import draw_uuid
from forms_service.errors import NotFoundError
from forms_service.ports import Actor, AuditFacts, Held, Services
from forms_service.workflow.paper import Paper
from forms_service.workflow.permission import Act, permit


class HoldReason(StrEnum):
    """Why something waits; each has its next step in ``needs.py``, and a test that compares the two."""

    DIGEST = "presented-digest-mismatch"
    DATE = "signed-on-other-date"
    CONTENT = "document-has-other-content"
    STROKES = "strokes-seen-before"
    READ_BACK_TEXT = "read-back-text-missing"
    READ_BACK_INK = "read-back-ink-missing"
    READ_BACK_DIGEST = "read-back-digest"
    READ_BACK_SEAL = "read-back-seal"
    READ_BACK_CONFORMANCE = "read-back-conformance"
    READ_BACK_EMBEDDED = "read-back-embedded"


def hold_for_person(
    services: Services, by: Actor, paper: Paper, values: Mapping[str, object], signatures: object, slug: str
) -> Held:
    """Keep values and signatures exactly as they came; the same thing sent again is kept once."""
    now = services.clock.now()
    sent = json.dumps(
        {"values": dict(values), "signatures": signatures, "language": paper.language},
        ensure_ascii=False, sort_keys=True,
    )  # fmt: skip
    reason = str(HoldReason(slug))
    with services.database.write() as transaction:
        for one in transaction.ledger.held():
            if one.document_id == paper.document_id and one.sent == sent:
                return one
        held = Held(
            id=draw_uuid(services.chance.bits),
            document_id=paper.document_id,
            form=paper.definition.form,
            reason=reason,
            sent=sent,
            held_at=now,
            held_by=by.id,
        )
        transaction.ledger.hold(held)
        transaction.ledger.audit(
            by, now, AuditFacts(act=Act.HOLD, object_kind="document", object_id=paper.document_id, outcome=reason)
        )
    return held


def settle(services: Services, by: Actor, held_id: str) -> None:
    """Mark a held thing as looked at; it stays in the ledger.

    Raises:
        NotFoundError: Nothing of that id waits.
    """
    permit(by, Act.SETTLE)
    now = services.clock.now()
    with services.database.write() as transaction:
        if all(one.id != held_id for one in transaction.ledger.held()):
            raise NotFoundError(kind="held", name=held_id[:40])
        transaction.ledger.settle(held_id, now)
        transaction.ledger.audit(by, now, AuditFacts(act=Act.SETTLE, object_kind="held", object_id=held_id))
