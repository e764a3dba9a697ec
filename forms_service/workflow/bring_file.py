"""Take the file of unsent envelopes that a tablet saved, and give the receipts back as a file.

* Each envelope goes through ``receive_envelope``, as if the tablet had sent it: the device's signature is its right here
  too. Whoever brings the file only carries it.
* A file that is none of ours is refused whole; one bad entry is refused alone and stops no other.
* The same file again changes nothing and is told the same.

Hostile until read: a refusal names no more than the entry's place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms_service.domain.evidence import canonical_json, sha256_hex
from forms_service.errors import (
    ArchiveError,
    ConfigurationError,
    EnvelopeUnreadableError,
    FormsServiceError,
    OfficeError,
    SealingError,
    UnsentFileUnreadableError,
)
from forms_service.ports import Actor, AuditFacts, Services, StoredEnvelope, Transaction
from forms_service.workflow.devices import ENVELOPE_KIND
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.receive_envelope import FINISHED, receive_envelope

FILE_KIND, RECEIPTS_KIND = "unsent/1", "receipts/1"
MOST_FILE_BYTES = 64 * 1024 * 1024
MOST_ENVELOPES = 500  # a shift makes some twenty
MOST_ENVELOPE_BYTES = 2 * 1024 * 1024
OURS = (ArchiveError, SealingError, OfficeError, ConfigurationError)


class Outcome(StrEnum):
    """What became of an envelope of the file; only with the first two there is a receipt."""

    ARCHIVED = "archived"
    HELD = "held"
    NOT_YET = "not_yet"  # something of ours is broken: nothing is lost, and it is brought again
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One entry of the file.

    Attributes:
        place: In the file, from 1.
        slug: Why it is held, refused or not taken yet; empty for what is archived.
        stored: What the ledger keeps of it; None where nothing is kept.
    """

    place: int
    outcome: Outcome
    slug: str
    stored: StoredEnvelope | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    envelope_id: str
    signed: str


def bring_file(services: Services, by: Actor, supplied: bytes) -> Sequence[Brought]:
    """Take every envelope of a file, and say of each what became of it.

    Raises:
        NotPermittedError: They do not settle what is held.
        UnsentFileUnreadableError: It is no file that a tablet saved; nothing is taken.
    """
    permit(by, Act.SETTLE)
    entries = _entries(supplied)
    _audit(services, by, "file", supplied)
    refusals = [_refusal(services, by, entry) for entry in entries]
    with services.database.read() as transaction:
        return [
            _brought(transaction, place, entry, refusal)
            for place, (entry, refusal) in enumerate(zip(entries, refusals, strict=True), start=1)
        ]


def receipts_file(services: Services, by: Actor, digests: Iterable[str]) -> bytes:
    """Give the receipts of envelopes that are here, for the tablet to read; what has none is left out.

    Raises:
        NotPermittedError: They do not settle what is held.
    """
    permit(by, Act.SETTLE)
    with services.database.read() as transaction:
        found = [transaction.ledger.envelope(digest) for digest in list(digests)[:MOST_ENVELOPES]]
    receipts = [services.tablet_keys.renewed(one.receipt) for one in found if one is not None and one.receipt]
    content = canonical_json({"v": RECEIPTS_KIND, "receipts": receipts})
    _audit(services, by, "receipts", content)
    return content


def _entries(supplied: bytes) -> Sequence[_Entry]:
    if len(supplied) > MOST_FILE_BYTES:
        raise UnsentFileUnreadableError(problem=f"more than {MOST_FILE_BYTES} bytes")
    try:
        content = json.loads(supplied.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnsentFileUnreadableError(problem="no JSON") from error
    if not isinstance(content, dict) or content.get("v") != FILE_KIND:
        raise UnsentFileUnreadableError(problem=f"expected {FILE_KIND}")
    found = content.get("envelopes")
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_ENVELOPES:
        raise UnsentFileUnreadableError(problem=f"expected 1 to {MOST_ENVELOPES} envelopes")
    return [_entry(one) for one in found]


def _entry(one: object) -> _Entry:
    """Read an entry; what is not there as it should be is empty, and is refused by the envelope's own door."""
    named: Mapping[str, object] = one if isinstance(one, dict) else {}
    envelope_id, signed = named.get("envelope_id"), named.get("envelope")
    is_text = isinstance(signed, str) and signed.isascii() and len(signed) <= MOST_ENVELOPE_BYTES
    return _Entry(
        envelope_id=envelope_id if isinstance(envelope_id, str) else "", signed=str(signed) if is_text else ""
    )


def _refusal(services: Services, by: Actor, entry: _Entry) -> FormsServiceError | None:
    """Give what its own door refuses an envelope with; None when it has a receipt.

    Evidence that disagrees is caught here as well: it is kept and held, and must not be in the way of the next.
    """
    if not entry.signed:
        return EnvelopeUnreadableError(expected=ENVELOPE_KIND)
    try:
        receive_envelope(services, by, entry.envelope_id, entry.signed)
    except FormsServiceError as error:
        return error
    return None


def _brought(transaction: Transaction, place: int, entry: _Entry, refusal: FormsServiceError | None) -> Brought:
    """Say how an envelope stands once the whole file is taken: a later one may have finished it."""
    stored = transaction.ledger.envelope(sha256_hex(entry.signed.encode()))
    if refusal is not None:
        outcome = Outcome.NOT_YET if isinstance(refusal, OURS) else Outcome.REFUSED
        return Brought(place=place, outcome=outcome, slug=refusal.slug, stored=stored)
    if stored is not None and stored.state in FINISHED:
        return Brought(place=place, outcome=Outcome.ARCHIVED, slug="", stored=stored)
    return Brought(place=place, outcome=Outcome.HELD, slug=stored.reason if stored else "", stored=stored)


def _audit(services: Services, by: Actor, what: str, content: bytes) -> None:
    facts: dict[str, str | int] = {"what": what, "bytes_in" if what == "file" else "bytes_out": len(content)}
    entry = AuditFacts(act=Act.RECEIVE_ENVELOPE, object_kind="file", object_id=sha256_hex(content), facts=facts)
    with services.database.write() as transaction:
        transaction.ledger.audit(by, services.clock.now(), entry)
