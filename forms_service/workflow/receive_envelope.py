"""Take an envelope from a tablet: keep it as it came, then see what becomes of it, then answer with a receipt.

1. The device's signature is the right to add, and only that; who is signed in plays no part.
2. The envelope is in the ledger, committed, before anything is answered or opened.
3. The same bytes again, at any time, get the first receipt again; other bytes under an id are held and refused.
4. ``archived`` and ``held`` both mean durably kept: the tablet lets go on either.

What broke on our side (disk, seal, LibreOffice) refuses with what is kept still there: the same call, or the next start, goes on.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from forms_service.domain.device_chain import Chain
from forms_service.domain.envelope import Envelope, EnvelopeReason, EnvelopeState, parse_envelope
from forms_service.domain.evidence import sha256_hex
from forms_service.errors import EnvelopeContentDiffersError, EnvelopeIdsDifferError, FormsServiceError
from forms_service.ports import Actor, AuditFacts, Device, Services, StoredEnvelope
from forms_service.workflow.devices import ENVELOPE_KIND, seen, signing_device
from forms_service.workflow.enrol_device import device_actor
from forms_service.workflow.judge_envelope import judge_envelope
from forms_service.workflow.permission import Act, permit

LOG = logging.getLogger(__name__)
FINISHED = frozenset({EnvelopeState.ARCHIVED, EnvelopeState.COUNTED, EnvelopeState.DISCARDED})


def receive_envelope(services: Services, source: Actor, envelope_id: str, signed: str) -> str:
    """Keep an envelope and give its receipt.

    Args:
        services: Every port.
        source: Where from.
        envelope_id: As the address names it.
        signed: Compact JWS, exactly as it came.

    Raises:
        EnvelopeUnreadableError, EnvelopeSignatureError, EnvelopeMalformedError, EnvelopeIdsDifferError,
            DeviceUnknownError: Nothing is kept: it is no envelope of a device of ours.
        EnvelopeContentDiffersError: It is kept and held; the id belongs to other bytes.
        ArchiveError, SealingError, OfficeError: It is kept; the same call may be made again.
    """
    device, payload = signing_device(services, signed, ENVELOPE_KIND)
    envelope = parse_envelope(payload)
    if envelope.device_id != device.id:
        raise EnvelopeIdsDifferError(place="device_id")
    if envelope.envelope_id != envelope_id:
        raise EnvelopeIdsDifferError(place="envelope_id")
    by = device_actor(device.id, source)
    permit(by, Act.RECEIVE_ENVELOPE)
    kept = _keep(services, by, device, envelope, signed)
    if kept.reason == EnvelopeReason.CONTENT_DIFFERS:
        raise EnvelopeContentDiffersError(envelope_id=envelope_id)
    return services.tablet_keys.renewed(kept.receipt) if kept.receipt else _answered(services, by, kept.digest)


def _keep(services: Services, by: Actor, device: Device, envelope: Envelope, signed: str) -> StoredEnvelope:
    """Write an envelope down, once; with its device's chain as it stands with it."""
    digest, now = sha256_hex(signed.encode()), services.clock.now()
    with services.database.write() as transaction:
        here = transaction.ledger.device(device.id) or device
        known = transaction.ledger.envelope(digest)
        if known is not None:
            seen(services, transaction, here)
            return known
        differs = transaction.ledger.envelope_named(envelope.envelope_id) is not None
        kept = StoredEnvelope(
            digest=digest, envelope_id=envelope.envelope_id, device_id=envelope.device_id, counter=envelope.counter,
            previous=envelope.previous, kind=str(envelope.kind), document_id=envelope.document_id, signed=signed,
            received_at=now, state=EnvelopeState.HELD if differs else EnvelopeState.RECEIVED,
            reason=str(EnvelopeReason.CONTENT_DIFFERS) if differs else "",
        )  # fmt: skip
        transaction.ledger.put_envelope(kept)
        _, chain = seen(services, transaction, here)
        what = AuditFacts(
            act=Act.RECEIVE_ENVELOPE, object_kind="envelope", object_id=kept.envelope_id,
            outcome=kept.reason or "done", facts=_chain_facts(chain, kept, len(signed)),
        )  # fmt: skip
        transaction.ledger.audit(by, now, what)
    return kept


def _chain_facts(chain: Chain, kept: StoredEnvelope, bytes_in: int) -> dict[str, str | int]:
    """Say what is wrong with the counter, where something is; never a reason to refuse ink."""
    faults = {
        "repeat": kept.counter in chain.repeated,
        "fork": kept.counter in chain.broken,
        "gap": any(last == kept.counter - 1 for _, last in chain.missing),
    }
    found = " ".join(name for name, is_so in faults.items() if is_so)
    facts: dict[str, str | int] = {"bytes_in": bytes_in, "counter": kept.counter}
    return {**facts, "chain": found} if found else facts


def _answered(services: Services, by: Actor, digest: str) -> str:
    """See what becomes of an envelope, and give its receipt, which is written down before it is given."""
    judged = judge_envelope(services, by, digest)
    with services.database.write() as transaction:
        kept = transaction.ledger.envelope(digest) or judged
        answered = replace(kept, receipt=kept.receipt or _receipt(services, kept))
        transaction.ledger.put_envelope(answered)
    return answered.receipt


def _receipt(services: Services, kept: StoredEnvelope) -> str:
    """Say what became of it; to who may not add to a record, a record looks as if it were not there."""
    is_nothing = kept.reason == EnvelopeReason.ADDITION_NOT_OPEN
    return services.tablet_keys.receipt({
        "v": "receipt/1",
        "envelope_id": kept.envelope_id,
        "digest": kept.digest,
        "outcome": "archived" if kept.state in FINISHED else "held",
        "reason": str(EnvelopeReason.WAITS_FOR_AGREEMENT) if is_nothing else kept.reason,
        "record_id": kept.record_id,
        "document_id": kept.document_id,
        "at": int(services.clock.now().timestamp() * 1000),
    })  # fmt: skip


def finish_received(services: Services, by: Actor) -> int:
    """Go on, at a start, with what a crash left kept and not answered; give how much was finished.

    What breaks again stays kept and is told on the desk; the log names it.
    """
    permit(by, Act.RECOVER)
    with services.database.read() as transaction:
        waiting = transaction.ledger.envelopes_without_receipt()
    done = 0
    for one in waiting:
        try:
            _answered(services, device_actor(one.device_id, by), one.digest)
        except FormsServiceError as error:
            LOG.warning("an envelope could not be finished", extra={"slug": error.slug, "envelope": one.envelope_id})
        else:
            done += 1
    return done
