"""What becomes of an envelope that is kept: archived with its paper, discarded, counted, or held with a reason.

* The last block of a paper names every other; when all are here, ``complete_sent`` archives them, in any order of
  arrival. Until then a block is half-signed, and never counts as signed.
* Which blocks are here is read in the transaction that marks the last one as waiting, so that two that arrive at
  the same time can not both wait for each other.
* An addition waits for the record of its paper in the same way, and becomes an act on it.
* Everything that a person must decide is held; nothing is refused that was kept. Only what broke on our side goes up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from forms_service.domain.addition import AdditionContent
from forms_service.domain.envelope import WAITING, EnvelopeKind, EnvelopeReason, EnvelopeState
from forms_service.domain.envelope_content import PERSON_REFUSED, DeclineContent, DiscardContent, SignatureContent
from forms_service.domain.record import Record
from forms_service.errors import (
    AdditionNotOpenError,
    ArchiveError,
    ArchiveHeadMovedError,
    ConfigurationError,
    DeviceRevokedError,
    DiscardTooLateError,
    EnvelopeMalformedError,
    FormsServiceError,
    NotFoundError,
    OfficeError,
    SealingError,
)
from forms_service.ports import Actor, AuditFacts, Device, Services, StoredEnvelope, Transaction
from forms_service.workflow.add_to_record import ACTS, add_to_record
from forms_service.workflow.complete import Completed, CompletionRequest, complete_sent
from forms_service.workflow.hold import HoldReason
from forms_service.workflow.opened_envelope import (
    Block,
    Content,
    addition_of,
    author_of,
    open_envelope,
    open_others,
    refuse_other_form,
    request_of,
)
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.screen import DECLINED_RULES

REASONS = frozenset({*map(str, HoldReason), *map(str, EnvelopeReason)})
WAIVABLE = frozenset({
    EnvelopeReason.DEVICE_REVOKED, EnvelopeReason.AUTHOR_NOT_ACTIVE, EnvelopeReason.FORM_RETIRED,
})  # fmt: skip
Outcome = tuple[EnvelopeState, str]
_NOBODY: frozenset[str] = frozenset()


def judge_envelope(services: Services, by: Actor, digest: str, *, waived: frozenset[str] = _NOBODY) -> StoredEnvelope:
    """See what becomes of an envelope, and of those of its paper that waited for it.

    Args:
        services: Every port.
        by: The device, or the person who takes it up.
        digest: Of the envelope, which is kept.
        waived: Reasons of ``WAIVABLE`` that a person has decided not to mind.

    Raises:
        ArchiveError, SealingError, OfficeError, ConfigurationError: Something broke on our side; the envelope is as it was.
    """
    kept = _judge(services, by, digest, waived)
    with services.database.read() as transaction:
        others = transaction.ledger.envelopes_of(kept.document_id) if kept.document_id else ()
    for one in others:
        if one.is_open and one.reason in WAITING and one.digest != digest:
            _judge(services, by, one.digest, waived)
    return _stored(services, digest)


def _stored(services: Services, digest: str) -> StoredEnvelope:
    with services.database.read() as transaction:
        kept = transaction.ledger.envelope(digest)
    if kept is None:  # every caller has just kept or listed it, and no envelope is ever removed
        raise RuntimeError(digest)
    return kept


def _judge(services: Services, by: Actor, digest: str, waived: frozenset[str]) -> StoredEnvelope:
    kept = _stored(services, digest)
    if not kept.is_open or kept.reason == EnvelopeReason.CONTENT_DIFFERS:
        return kept
    try:
        device = _trusted(services, kept, waived)
        content = open_envelope(services, device, kept)
        _become(services, by, kept, device, content, waived)
    except (ArchiveError, SealingError, OfficeError, ConfigurationError):
        raise
    except FormsServiceError as error:  # a person looks at it: nothing that was kept is thrown away
        with services.database.write() as transaction:
            _hold(services, transaction, by, kept, error.slug)
    return kept


def _trusted(services: Services, kept: StoredEnvelope, waived: frozenset[str]) -> Device:
    with services.database.read() as transaction:
        device = transaction.ledger.device(kept.device_id)
    if device is None:  # no device is ever removed
        raise RuntimeError(kept.device_id)
    if device.revoked_at is not None and EnvelopeReason.DEVICE_REVOKED not in waived:
        raise DeviceRevokedError
    return device


def _become(
    services: Services, by: Actor, kept: StoredEnvelope, device: Device, content: Content, waived: frozenset[str]
) -> None:
    if isinstance(content, SignatureContent):
        _sign(services, by, device, Block(stored=kept, content=content), waived)
    elif isinstance(content, AdditionContent):
        _add(services, author_of(services, by, device.id, content.author, waived=waived), kept, device, content)
    elif isinstance(content, DiscardContent):
        _discard(services, author_of(services, by, device.id, content.author, waived=waived), kept, content)
    else:
        _count(services, by, kept, content)


def _sign(services: Services, by: Actor, device: Device, block: Block, waived: frozenset[str]) -> None:
    content, kept = block.content, block.stored
    author = author_of(services, by, device.id, content.author, waived=waived)
    found = _gather(services, by, replace(kept, author=author.id), content)
    if found is None:
        return
    refuse_other_form(services, block, waived)
    others = open_others(services, device, found)
    done = _complete(services, author, request_of(services, device, block, others))
    with services.database.write() as transaction:
        for one in (kept, *(other.stored for other in others.values())):
            _put(transaction, replace(one, record_id=done.record.record_id, author=author.id), EnvelopeState.ARCHIVED)


def _complete(services: Services, author: Actor, request: CompletionRequest) -> Completed:
    """Archive; where another thread did so at the same time, its record is the answer."""
    try:
        return complete_sent(services, author, request)
    except ArchiveHeadMovedError:
        return complete_sent(services, author, request)


def _gather(
    services: Services, by: Actor, kept: StoredEnvelope, content: SignatureContent
) -> Mapping[str, StoredEnvelope] | None:
    """Give the blocks that the last one names, or mark what must wait and give None."""
    with services.database.write() as transaction:
        if not content.is_last:
            _hold(services, transaction, by, kept, EnvelopeReason.HALF_SIGNED)
            return None
        found = {block: transaction.ledger.envelope(digest) for block, digest in content.names.items()}
        here = {block: one for block, one in found.items() if one is not None}
        if len(here) < len(found):
            _hold(services, transaction, by, kept, EnvelopeReason.WAITS_FOR_BLOCKS)
            return None
    return here


def _add(services: Services, author: Actor, kept: StoredEnvelope, device: Device, content: AdditionContent) -> None:
    """Add to the record of a paper that is archived; its row and the envelope's are written together.

    Who may not add at all is refused before it is looked up, so that the answer tells nothing of any record.
    """
    permit(author, ACTS[content.kind])
    mine = replace(kept, author=author.id)
    with services.database.write() as transaction:
        if transaction.book.record(kept.document_id) is None:
            _hold(services, transaction, author, mine, EnvelopeReason.WAITS_FOR_AGREEMENT)
            return
    wanted = addition_of(device, kept, content)

    def done(transaction: Transaction, record: Record) -> None:
        _put(transaction, replace(mine, record_id=record.record_id), EnvelopeState.ARCHIVED)

    try:
        try:
            add_to_record(services, author, kept.document_id, wanted, done=done)
        except ArchiveHeadMovedError:  # another act came between
            add_to_record(services, author, kept.document_id, wanted, done=done)
    except NotFoundError as error:
        raise AdditionNotOpenError(document_id=kept.document_id) from error


def _discard(services: Services, author: Actor, kept: StoredEnvelope, content: DiscardContent) -> None:
    """Give up a half-signed block of the same device and paper; the ink is gone with this, the reason stays."""
    with services.database.write() as transaction:
        given_up = transaction.ledger.envelope(content.names)
        if given_up is None:
            _hold(services, transaction, author, replace(kept, author=author.id), EnvelopeReason.WAITS_FOR_ENVELOPE)
            return
        same = (given_up.device_id, given_up.document_id) == (kept.device_id, kept.document_id)
        if not (same and given_up.is_open and given_up.kind == EnvelopeKind.SIGNATURE):
            raise DiscardTooLateError(digest=given_up.digest[:12])
        for one in (given_up, kept):
            _put(transaction, replace(one, author=author.id), EnvelopeState.DISCARDED)
        what = AuditFacts(
            act=Act.DISCARD_SIGNATURE, object_kind="envelope", object_id=given_up.envelope_id,
            facts={"reason": content.reason},
        )  # fmt: skip
        transaction.ledger.audit(author, services.clock.now(), what)


def _count(services: Services, by: Actor, kept: StoredEnvelope, content: DeclineContent) -> None:
    """Raise the nameless count, once: in the transaction that notes that it was."""
    rule = _rule(services, content)
    with services.database.write() as transaction:
        now = transaction.ledger.envelope(kept.digest)
        if now is None or not now.is_open:
            return
        transaction.ledger.count(rule, content.month)
        _put(transaction, kept, EnvelopeState.COUNTED)
        what = AuditFacts(act=Act.DECLINE, object_kind="rule", object_id=rule)
        transaction.ledger.audit(by, services.clock.now(), what)


def _rule(services: Services, content: DeclineContent) -> str:
    """Give the rule that is counted, as the web counts it."""
    form = services.forms.form(content.form).definition.form
    if content.rule == PERSON_REFUSED:
        return DECLINED_RULES.get(form, f"declined:{form}")
    if content.rule not in {row.rule for row in services.screening.rows}:
        raise EnvelopeMalformedError(place="rule", problem="is none of the screening table")
    return content.rule


def _put(transaction: Transaction, kept: StoredEnvelope, state: EnvelopeState) -> None:
    """End an envelope; what it held lies in the archive, or is given up."""
    now = transaction.ledger.envelope(kept.digest) or kept
    ended = replace(
        now, state=state, record_id=kept.record_id, author=kept.author, reason="", detail="", signed=""
    )  # fmt: skip
    transaction.ledger.put_envelope(ended)


def _hold(services: Services, transaction: Transaction, by: Actor, kept: StoredEnvelope, slug: str) -> None:
    """Hold an envelope for a reason, unless something became of it meanwhile."""
    reason = slug if slug in REASONS else str(EnvelopeReason.NOT_USABLE)
    now = transaction.ledger.envelope(kept.digest) or kept
    if not now.is_open or (now.state is EnvelopeState.HELD and now.reason == reason):
        return
    detail = "" if slug in (reason, "not-found") else slug
    held = replace(now, state=EnvelopeState.HELD, reason=reason, detail=detail, author=kept.author)
    transaction.ledger.put_envelope(held)
    what = AuditFacts(act=Act.HOLD, object_kind="envelope", object_id=kept.envelope_id, outcome=reason)
    transaction.ledger.audit(by, services.clock.now(), what)
