"""Enrol a tablet: an administrator makes a code, the tablet brings it with its public key.

* A code is good once and for 15 minutes; the ledger keeps its digest only.
* What enrols is the key: the private half never leaves the tablet, and everything it sends is signed with it.
* The same key again, as after an answer that got lost, is the same device. A revoked key never comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from forms_service.domain.envelope import is_text
from forms_service.domain.evidence import check_text, normal_text, sha256_hex
from forms_service.domain.numbers import ALPHABET, draw_uuid
from forms_service.errors import DeviceCodeWrongError, DeviceLabelError, DeviceRevokedError, EnvelopeMalformedError
from forms_service.ports import Actor, AuditFacts, Challenge, Device, DeviceKey, Services, Transaction
from forms_service.workflow.permission import Act, permit

PURPOSE = "enrol_device"
LIFE = timedelta(minutes=15)
CODE_SYMBOLS = 16  # 80 random bits: nothing to guess, short enough to type
MOST_LABEL = 60
MOST_VERSION = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """What a tablet brings.

    Attributes:
        code: As shown or typed; case, spaces and hyphens do not count.
        key: Parsed JWK of its public key.
        label: What people will call it.
    """

    code: str
    key: object
    label: str
    app_version: str


def make_code(services: Services, by: Actor) -> str:
    """Make a one-time code; it is shown once and kept nowhere else."""
    permit(by, Act.ENROL_DEVICE)
    now = services.clock.now()
    number = services.chance.bits(5 * CODE_SYMBOLS)
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_SYMBOLS))
    asked = Challenge(id=_digest(code), purpose=PURPOSE, account_id=by.id, content="", ends_at=now + LIFE)
    with services.database.write() as transaction:
        transaction.ledger.put_challenge(asked, now)
        what = AuditFacts(act=Act.ENROL_DEVICE, object_kind="device", object_id="", facts={"what": "code"})
        transaction.ledger.audit(by, now, what)
    return code


def _digest(code: str) -> str:
    return sha256_hex(b"device " + code.replace("-", "").replace(" ", "").upper().encode())


def checked_label(label: str) -> str:
    """Give a device's name as it is kept.

    Raises:
        DeviceLabelError, TextHasControlCharactersError.
    """
    check_text(label)
    kept = normal_text(label)
    if not 1 <= len(kept) <= MOST_LABEL:
        raise DeviceLabelError(most=MOST_LABEL)
    return kept


def enrol_device(services: Services, source: Actor, wanted: NewDevice) -> Device:
    """Enrol a tablet for whoever has a code.

    A name or key that can not be used costs no code.

    Raises:
        DeviceCodeWrongError: No such code, or it was used, or has ended; the same for every reason.
        DeviceKeyRefusedError, DeviceLabelError, EnvelopeMalformedError: The code is still good.
        DeviceRevokedError: The key belongs to a device that was revoked.
    """
    key, label = services.tablet_keys.device_key(wanted.key), checked_label(wanted.label)
    if not is_text(wanted.app_version, MOST_VERSION):
        raise EnvelopeMalformedError(place="app_version", problem="expected a short text")
    now = services.clock.now()
    with services.database.write() as transaction:
        asked = transaction.ledger.take_challenge(_digest(wanted.code))
        if asked is None or asked.purpose != PURPOSE or asked.ends_at <= now:
            raise DeviceCodeWrongError
        device = _device(services, transaction, key, replace(wanted, label=label), asked.account_id)
        transaction.ledger.put_device(device)
        facts: dict[str, str | int] = {"enrolled_by": asked.account_id}
        what = AuditFacts(act=Act.ENROL_DEVICE, object_kind="device", object_id=device.id, facts=facts)
        transaction.ledger.audit(device_actor(device.id, source), now, what)
    return device


def _device(services: Services, transaction: Transaction, key: DeviceKey, wanted: NewDevice, by_id: str) -> Device:
    now = services.clock.now()
    known = transaction.ledger.device_with_key(key.thumbprint)
    if known is not None and known.revoked_at is not None:
        raise DeviceRevokedError
    if known is not None:
        return replace(known, label=wanted.label, app_version=wanted.app_version, last_seen_at=now)
    return Device(
        id=draw_uuid(services.chance.bits),
        public_key=key.jwk,
        thumbprint=key.thumbprint,
        label=wanted.label,
        enrolled_at=now,
        enrolled_by=by_id,
        app_version=wanted.app_version,
        last_seen_at=now,
    )


def device_actor(device_id: str, source: Actor) -> Actor:
    """Give a device as who acts: it may add envelopes, and nothing else."""
    return Actor(
        id=f"device:{device_id}",
        permissions=frozenset({Act.RECEIVE_ENVELOPE, Act.DECLINE}),
        source=source.source,
        device=source.device,
    )
