"""What tablets sent and a person must look at: opened with an audit entry, tried again, taken up, or settled.

* Whoever settles held things opens it; what an envelope says is read for that and kept nowhere else.
* *Try again* judges it anew: the missing block came, the form was put back, an account opened again.
* *Take up* is the person's decision not to mind that the device is revoked, the author's account closed or the form
  version retired; nothing else can be waived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms_service.domain.addition import AdditionContent
from forms_service.domain.envelope import EnvelopeState
from forms_service.domain.envelope_content import SignatureContent
from forms_service.errors import AuthorNotProvedError, FormsServiceError, NotFoundError
from forms_service.ports import Actor, AuditFacts, Device, Services, StoredEnvelope, Transaction
from forms_service.workflow.judge_envelope import WAIVABLE, judge_envelope
from forms_service.workflow.opened_envelope import author_of, open_envelope
from forms_service.workflow.permission import Act, permit


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEnvelope:
    """A held envelope with what could be read of it.

    Attributes:
        device: Its label.
        author: Name that the author's credential bears; empty where none is proved.
        content: None where it is neither a signature nor an addition, or can not be read.
        may_take_up: Whether its reason is one that a person may waive.
    """

    stored: StoredEnvelope
    device: str
    author: str
    content: SignatureContent | AdditionContent | None
    may_take_up: bool


def open_held_envelope(services: Services, by: Actor, digest: str) -> HeldEnvelope:
    """Give one held envelope, after an audit entry.

    Raises:
        NotFoundError: Nothing of that digest waits.
    """
    permit(by, Act.SETTLE)
    with services.database.write() as transaction:
        stored = _held(transaction, digest)
        device = transaction.ledger.device(stored.device_id)
        facts: dict[str, str | int] = {"bytes_out": len(stored.signed)}
        what = AuditFacts(act=Act.VIEW, object_kind="envelope", object_id=stored.envelope_id, facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    if device is None:  # no device is ever removed
        raise RuntimeError(stored.device_id)
    content, author = _read(services, by, device, stored)
    return HeldEnvelope(
        stored=stored, device=device.label, author=author, content=content, may_take_up=stored.reason in WAIVABLE
    )  # fmt: skip


def _read(
    services: Services, by: Actor, device: Device, stored: StoredEnvelope
) -> tuple[SignatureContent | AdditionContent | None, str]:
    """Give what can be read of it, and its author's name; where either can not, its reason says so on the page."""
    try:
        content = open_envelope(services, device, stored)
    except FormsServiceError:
        return None, ""
    if not isinstance(content, SignatureContent | AdditionContent):
        return None, ""
    try:
        author = author_of(services, by, device.id, content.author, waived=frozenset(map(str, WAIVABLE)))
    except AuthorNotProvedError:
        return content, ""
    return content, author.account["name"]


def try_again(services: Services, by: Actor, digest: str, *, take_up: bool = False) -> StoredEnvelope:
    """Judge a held envelope anew; with ``take_up`` not minding what a person may waive.

    Raises:
        NotFoundError: Nothing of that digest waits.
        ArchiveError, SealingError, OfficeError: As ``judge_envelope``.
    """
    permit(by, Act.SETTLE)
    waived = frozenset(map(str, WAIVABLE)) if take_up else frozenset()
    with services.database.write() as transaction:
        stored = _held(transaction, digest)
        facts: Mapping[str, str | int] = {"what": "taken_up" if take_up else "tried_again", "reason": stored.reason}
        what = AuditFacts(act=Act.SETTLE, object_kind="envelope", object_id=stored.envelope_id, facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    return judge_envelope(services, by, digest, waived=waived)


def settle_envelope(services: Services, by: Actor, digest: str) -> None:
    """Mark a held envelope as looked at; it stays in the ledger as it came.

    Raises:
        NotFoundError: Nothing of that digest waits.
    """
    permit(by, Act.SETTLE)
    now = services.clock.now()
    with services.database.write() as transaction:
        stored = _held(transaction, digest)
        settled = replace(stored, state=EnvelopeState.SETTLED, settled_at=now, settled_by=by.id)
        transaction.ledger.put_envelope(settled)
        what = AuditFacts(act=Act.SETTLE, object_kind="envelope", object_id=stored.envelope_id)
        transaction.ledger.audit(by, now, what)


def _held(transaction: Transaction, digest: str) -> StoredEnvelope:
    stored = transaction.ledger.envelope(digest)
    if stored is None or not stored.is_open:
        raise NotFoundError(kind="held", name=digest[:40])
    return stored
