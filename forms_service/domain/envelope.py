"""Envelopes of a tablet: what a device signs and seals, one for each finished block of a paper.

* The outer part is signed by the device and read before anything is opened; the content is sealed to the server.
* Both are canonical JSON (RFC 8785), so that one text is all that a digest can stand for.
* An envelope's digest is the SHA-256 of its compact JWS; the next one of the device names it.
* The last block of a paper names the digest of every other block; until it is here a block is *half-signed*.
* An addition (``domain/addition.py``) names the last block, and waits until the record of its paper is archived.

Hostile until read: a refusal names the place, never what was sent.

Example::

    envelope = parse_envelope(payload)
    content = parse_signature(opened, envelope)  # domain/envelope_content.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from forms_service.domain.evidence import canonical_json
from forms_service.errors import EnvelopeIdsDifferError, EnvelopeMalformedError

MOST_COUNTER = 10**9
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,59}")
Check = Callable[[object], bool]


class EnvelopeKind(StrEnum):
    """What an envelope is for."""

    SIGNATURE = "signature"
    DISCARD = "discard"
    DECLINE = "decline"
    ADDITION = "addition"


class EnvelopeState(StrEnum):
    """What became of an envelope; in all but the first two only id, digest and receipt are kept."""

    RECEIVED = "received"
    HELD = "held"
    ARCHIVED = "archived"
    DISCARDED = "discarded"
    COUNTED = "counted"
    SETTLED = "settled"  # by a person; kept whole, as everything that is settled


class EnvelopeReason(StrEnum):
    """Why an envelope is held, beside what ``complete`` holds a paper for."""

    HALF_SIGNED = "half-signed"
    WAITS_FOR_BLOCKS = "waits-for-blocks"
    WAITS_FOR_ENVELOPE = "waits-for-envelope"
    WAITS_FOR_AGREEMENT = "waits-for-agreement"
    DEVICE_REVOKED = "device-revoked"
    CONTENT_DIFFERS = "envelope-content-differs"
    NOT_OPENED = "envelope-not-opened"
    MALFORMED = "envelope-malformed"
    IDS_DIFFER = "envelope-ids-differ"
    AUTHOR_NOT_PROVED = "author-not-proved"
    AUTHOR_NOT_ACTIVE = "author-not-active"
    FORM_UNKNOWN = "form-unknown"
    FORM_DIGEST = "form-digest-differs"
    FORM_RETIRED = "form-version-retired"
    BLOCKS_DIFFER = "blocks-differ"
    BLOCKS_NOT_OPEN = "blocks-not-open"
    DISCARD_TOO_LATE = "discard-too-late"
    SCREENING = "screening-contradicts"
    ADDITION_NAMES_OTHER = "addition-names-other"
    ADDITION_NOT_OPEN = "addition-not-open"
    CARD_TAKEN = "card-taken"
    COPY_LINK_OFF = "copy-link-off"
    NOT_USABLE = "envelope-not-usable"


WAITING = frozenset({
    EnvelopeReason.WAITS_FOR_BLOCKS, EnvelopeReason.WAITS_FOR_ENVELOPE, EnvelopeReason.WAITS_FOR_AGREEMENT,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the device signed around the sealed content.

    Attributes:
        counter: From 1, one more for each envelope of the device.
        previous: Digest of the device's envelope before; empty for the first.
        document_id: Empty for what belongs to no paper.
        sealed: Compact JWE.
    """

    envelope_id: str
    device_id: str
    counter: int
    previous: str
    kind: EnvelopeKind
    document_id: str
    sealed: str


def canonical_object(content: bytes) -> Mapping[str, object]:
    """Read canonical JSON of one object.

    Raises:
        EnvelopeMalformedError: It is something else, or the same written in another way.
    """
    try:
        found = json.loads(content)
        is_canonical = isinstance(found, dict) and canonical_json(found) == content
    except (ValueError, TypeError, RecursionError) as error:
        raise EnvelopeMalformedError(place="content", problem="expected canonical JSON") from error
    if not is_canonical:
        raise EnvelopeMalformedError(place="content", problem="expected canonical JSON of one object")
    read: Mapping[str, object] = found
    return read


def read_shape(content: bytes, version: str, shape: Mapping[str, Check]) -> Mapping[str, object]:
    """Read canonical JSON that holds exactly the keys of a shape, each as its check asks, and ``v``.

    Raises:
        EnvelopeMalformedError: With the first key that is missing, unknown or not as it must be.
    """
    found = canonical_object(content)
    if found.get("v") != version:
        raise EnvelopeMalformedError(place="v", problem=f"expected {version}")
    unknown = sorted(set(found) - set(shape) - {"v"})
    if unknown:
        raise EnvelopeMalformedError(place=unknown[0][:40], problem="is not known")
    for name, check in shape.items():
        if name not in found or not check(found[name]):
            raise EnvelopeMalformedError(place=name, problem="is missing or not as it must be")
    return found


def is_text(value: object, most: int = 120) -> bool:
    """Say whether a value is text of at most so many characters."""
    return isinstance(value, str) and len(value) <= most


def is_number(value: object, least: int, most: int) -> bool:
    """Say whether a value is a whole number in a range."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def fits(pattern: re.Pattern[str], value: object) -> bool:
    """Say whether a value is text of a pattern."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def is_uuid(value: object) -> bool:
    """Say whether a value is a UUIDv4 in lower case."""
    return fits(_UUID, value)


def is_digest(value: object) -> bool:
    """Say whether a value is a SHA-256 in lower case."""
    return fits(_DIGEST, value)


def is_slug(value: object) -> bool:
    """Say whether a value is a name of ours."""
    return fits(_SLUG, value)


_ENVELOPE: Mapping[str, Check] = {
    "envelope_id": is_uuid,
    "device_id": is_uuid,
    "counter": lambda value: is_number(value, 1, MOST_COUNTER),
    "previous": lambda value: value == "" or is_digest(value),
    "kind": lambda value: isinstance(value, str) and value in set(EnvelopeKind),
    "document_id": lambda value: is_text(value, 40),
    "sealed": lambda value: isinstance(value, str) and bool(value),
}


def parse_envelope(payload: bytes) -> Envelope:
    """Read what a device signed.

    Raises:
        EnvelopeMalformedError: With the place.
    """
    found = read_shape(payload, "envelope/1", _ENVELOPE)
    parts = {name: found[name] for name in _ENVELOPE if name != "kind"}
    return Envelope(**parts, kind=EnvelopeKind(str(found["kind"])))  # type: ignore[arg-type]  # the shape was checked


def read_content(content: bytes, version: str, shape: Mapping[str, Check], envelope: Envelope) -> Mapping[str, object]:
    """Read what was sealed in an envelope, which says itself to which one it belongs.

    Raises:
        EnvelopeMalformedError, EnvelopeIdsDifferError: With the place.
    """
    found = read_shape(content, version, shape)
    if found["envelope_id"] != envelope.envelope_id:
        raise EnvelopeIdsDifferError(place="envelope_id")
    return found
