"""What stands in an envelope, once it is opened: its content, its author, and the paper that its blocks make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from forms_service.domain.addition import AdditionContent, parse_addition
from forms_service.domain.envelope import EnvelopeKind, EnvelopeReason, parse_envelope
from forms_service.domain.envelope_content import (
    DeclineContent,
    DiscardContent,
    SignatureContent,
    gathered,
    parse_decline,
    parse_discard,
    parse_signature,
)
from forms_service.domain.evidence import canonical_json, utc_text
from forms_service.errors import (
    AuthorNotActiveError,
    AuthorNotProvedError,
    BlocksDifferError,
    BlocksNotOpenError,
    FormDigestDiffersError,
)
from forms_service.ports import Actor, Device, Services, StoredEnvelope
from forms_service.workflow.add_to_record import NewAddition
from forms_service.workflow.archiving import Sent
from forms_service.workflow.complete import CompletionRequest
from forms_service.workflow.devices import ENVELOPE_KIND
from forms_service.workflow.form_versions import refuse_retired
from forms_service.workflow.roles_held import actor_of
from forms_service.workflow.sign_in import Standing, standing
from forms_service.workflow.stored_json import read_json

Content = SignatureContent | DiscardContent | DeclineContent | AdditionContent
CLOSED = frozenset({Standing.DISABLED, Standing.ENDED})  # a locked or unused account signed while it was neither
_PARSERS: Mapping[str, Callable[..., Content]] = {
    EnvelopeKind.SIGNATURE: parse_signature,
    EnvelopeKind.DISCARD: parse_discard,
    EnvelopeKind.DECLINE: parse_decline,
    EnvelopeKind.ADDITION: parse_addition,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stored envelope with the signature in it."""

    stored: StoredEnvelope
    content: SignatureContent


def open_envelope(services: Services, device: Device, stored: StoredEnvelope) -> Content:
    """Open an envelope that is kept, and read what is in it.

    Raises:
        EnvelopeNotOpenedError, EnvelopeMalformedError, EnvelopeIdsDifferError, PresentedDigestMismatchError.
    """
    outer = parse_envelope(services.tablet_keys.verified(stored.signed, device.public_key, ENVELOPE_KIND))
    return _PARSERS[outer.kind](services.tablet_keys.opened(outer.sealed), outer)


def claims_of(services: Services, device_id: str, credential: str) -> Mapping[str, object]:
    """Give what an author credential says, which must be ours and of this device.

    Raises:
        AuthorNotProvedError.
    """
    claims = services.tablet_keys.credential_claims(credential)
    if claims.get("device") != device_id:
        raise AuthorNotProvedError
    return claims


def author_of(
    services: Services, by: Actor, device_id: str, credential: str, *, waived: frozenset[str] = frozenset()
) -> Actor:
    """Give the author as who acts, with today's rights and the name that the paper was made with.

    Raises:
        AuthorNotProvedError: The credential is not ours, is another device's, or names nobody.
        AuthorNotActiveError: The account was closed, and nobody waived that.
    """
    claims = claims_of(services, device_id, credential)
    with services.database.read() as transaction:
        account = transaction.ledger.account(str(claims.get("sub", "")).removeprefix("account:"))
    if account is None:
        raise AuthorNotProvedError
    if standing(account, services.clock.now()) in CLOSED and EnvelopeReason.AUTHOR_NOT_ACTIVE not in waived:
        raise AuthorNotActiveError
    actor = actor_of(services, account, source=f"{by.source} {by.id}")
    return replace(actor, account={name: str(claims.get(name, "")) for name in ("name", "badge", "phone")})


def refuse_other_form(services: Services, last: Block, waived: frozenset[str]) -> None:
    """Refuse what was made from a form that is not here, is another, or was replaced too long ago.

    Raises:
        UnknownFormError, FormDigestDiffersError, FormVersionRetiredError.
    """
    content = last.content
    if services.forms.form(content.form, content.form_version).definition.digest != content.form_digest:
        raise FormDigestDiffersError(form=content.form, version=content.form_version)
    if EnvelopeReason.FORM_RETIRED not in waived:
        refuse_retired(services, content.form, content.form_version, last.stored.received_at)


def open_others(services: Services, device: Device, found: Mapping[str, StoredEnvelope]) -> Mapping[str, Block]:
    """Open the blocks that a last one names.

    Raises:
        BlocksNotOpenError: One was archived, discarded or settled, or its id came with other bytes first.
        BlocksDifferError: One is no signature, or of another device.
        FormsServiceError: As ``open_envelope`` and ``claims_of``.
    """
    others = {}
    for block, stored in found.items():
        if not stored.is_open or stored.reason == EnvelopeReason.CONTENT_DIFFERS:
            raise BlocksNotOpenError(digest=stored.digest[:12])
        if stored.device_id != device.id:
            raise BlocksDifferError(block=block, place="device_id")
        content = open_envelope(services, device, stored)
        if not isinstance(content, SignatureContent):
            raise BlocksDifferError(block=block, place="kind")
        claims_of(services, device.id, content.author)
        others[block] = Block(stored=stored, content=content)
    return others


def request_of(services: Services, device: Device, last: Block, others: Mapping[str, Block]) -> CompletionRequest:
    """Give what ``complete_sent`` archives.

    Raises:
        BlocksDifferError.
    """
    content = last.content
    return CompletionRequest(
        form=content.form,
        form_version=content.form_version,
        values=content.values,
        signatures=gathered(content, {block: one.content for block, one in others.items()}),
        language=content.language,
        sent=_sent(services, device, (*others.values(), last)),
    )


def addition_of(device: Device, stored: StoredEnvelope, content: AdditionContent) -> NewAddition:
    """Give what ``add_to_record`` adds; the act keeps the envelope as it came, and the key that signed it."""
    return NewAddition(
        kind=content.kind, values=content.values, at=content.at, envelope=stored.digest, names=content.names,
        link_key=content.link_key,
        sent={
            "envelope_id": stored.envelope_id,
            "counter": stored.counter,
            "previous": stored.previous,
            "received_at": utc_text(stored.received_at),
            "device_clock_offset_ms": content.device_clock_offset_ms,
            "app_version": content.app_version,
            "device": {"id": device.id, "key_thumbprint": device.thumbprint},
            "device_key": dict(read_json(device.public_key.encode())),
            "envelope": stored.signed,
        },
    )  # fmt: skip


def _sent(services: Services, device: Device, blocks: Sequence[Block]) -> Sent:
    """Give what the archive keeps: digests in the evidence, which the seal covers, and the envelopes themselves."""
    envelopes = [
        {
            "envelope_id": one.stored.envelope_id,
            "digest": one.stored.digest,
            "block": one.content.block,
            "counter": one.stored.counter,
            "previous": one.stored.previous,
            "received_at": utc_text(one.stored.received_at),
            "author": str(claims_of(services, device.id, one.content.author).get("sub", "")),
            "device_clock_offset_ms": one.content.device_clock_offset_ms,
            "app_version": one.content.app_version,
        }
        for one in blocks
    ]
    key = dict(read_json(device.public_key.encode()))
    content = {"v": "envelopes/1", "device_key": key, "envelopes": [one.stored.signed for one in blocks]}
    facts = {"device": {"id": device.id, "key_thumbprint": device.thumbprint}, "envelopes": envelopes}
    return Sent(facts=facts, envelopes=canonical_json(content))
