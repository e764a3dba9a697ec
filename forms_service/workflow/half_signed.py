"""Gives a half-signed paper back to the tablet on which it was signed, where its own text is gone after wrong PINs.

* Only to that tablet, enrolled and not revoked; only to the officer whom each of its blocks names as their author, who
  has just proved who they are. Whatever of that fails, the answer is the same: there is no such paper.
* Only while it is half-signed: once the officer has signed, also where that block is held for another reason, given it
  up or somebody settled it, nothing is given.
* What is given is what the officer needs to sign, and no stroke of anybody. The tablet makes the text anew from its own
  form, and signs only if that has the presented digest that the person signed under.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forms_service.domain.envelope import Check, EnvelopeKind, EnvelopeReason, is_text, is_uuid, read_shape
from forms_service.domain.envelope_content import SignatureContent
from forms_service.domain.evidence import canonical_json
from forms_service.errors import DeviceRevokedError, EnvelopeIdsDifferError, NotFoundError
from forms_service.ports import Actor, AuditFacts, Device, Services, StoredEnvelope
from forms_service.workflow.devices import signing_device
from forms_service.workflow.opened_envelope import Block, claims_of, open_envelope
from forms_service.workflow.permission import Act, permit

HALF_SIGNED_KIND = "forms-half-signed-request+jws"
_REQUEST: Mapping[str, Check] = {"device_id": is_uuid, "document_id": lambda value: is_text(value, 40)}
_PAPER = (
    "document_id", "form", "form_version", "form_digest", "language", "values", "presented_digest", "presentation",
)  # fmt: skip


def give_half_signed(services: Services, by: Actor, signed: str) -> Mapping[str, object]:
    """Give what an officer needs to finish a paper that this device's person has signed.

    Args:
        services: Every port.
        by: The officer, whose proof was asked for before this.
        signed: Compact JWS of the device, which names the paper.

    Raises:
        EnvelopeUnreadableError, EnvelopeSignatureError, DeviceUnknownError, EnvelopeMalformedError,
            EnvelopeIdsDifferError: The request is not of an enrolled device.
        DeviceRevokedError: The device is trusted no more.
        NotFoundError: This officer has no half-signed paper of that id on this device.
        EnvelopeNotOpenedError: The key it was sealed to is not here.
    """
    permit(by, Act.SIGN_OFFLINE)
    device, content = signing_device(services, signed, HALF_SIGNED_KIND)
    asked = read_shape(content, "half-signed/1", _REQUEST)
    if asked["device_id"] != device.id:
        raise EnvelopeIdsDifferError(place="device_id")
    if device.revoked_at is not None:
        raise DeviceRevokedError
    document_id = str(asked["document_id"])
    blocks = [_opened(services, by, device, one) for one in _waiting(services, device, document_id)]
    if not blocks:
        raise NotFoundError(kind="held", name=document_id)
    paper = _paper(blocks)
    _audit(services, by, blocks[0].stored, len(canonical_json(paper)))
    return paper


def _waiting(services: Services, device: Device, document_id: str) -> Sequence[StoredEnvelope]:
    with services.database.read() as transaction:
        kept = transaction.ledger.envelopes_of(document_id) if document_id else ()
    mine = [one for one in kept if one.is_open and one.device_id == device.id]
    waits = [one for one in mine if one.kind == EnvelopeKind.SIGNATURE]
    return waits if all(one.reason == EnvelopeReason.HALF_SIGNED for one in waits) else ()


def _opened(services: Services, by: Actor, device: Device, stored: StoredEnvelope) -> Block:
    """Open a block; another officer's is none of this one's. Its author was proved when it was held as half-signed."""
    content = open_envelope(services, device, stored)
    if not isinstance(content, SignatureContent) or claims_of(services, device.id, content.author).get("sub") != by.id:
        raise NotFoundError(kind="held", name=stored.document_id)
    return Block(stored=stored, content=content)


def _paper(blocks: Sequence[Block]) -> Mapping[str, object]:
    """Give the paper as its last block has it, which saw the most of the presentation."""
    newest = max(blocks, key=lambda one: one.stored.counter).content
    signed = {
        one.content.block: {
            "envelope_id": one.stored.envelope_id,
            "digest": one.stored.digest,
            "signed_at": one.content.signed.get("signed_at", ""),
        }
        for one in blocks
    }
    return {"v": "half-signed-answer/1", **{name: getattr(newest, name) for name in _PAPER}, "signed": signed}


def _audit(services: Services, by: Actor, stored: StoredEnvelope, bytes_out: int) -> None:
    facts: dict[str, str | int] = {"what": "half_signed", "bytes_out": bytes_out, "document_id": stored.document_id}
    what = AuditFacts(act=Act.VIEW, object_kind="envelope", object_id=stored.envelope_id, facts=facts)
    with services.database.write() as transaction:
        transaction.ledger.audit(by, services.clock.now(), what)
