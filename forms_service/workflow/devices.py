"""Enrolled tablets: the list, one, its name, its end, and what it tells of itself.

* A revoked device gets no credential any more; what it still sends is kept and held for a person.
* A device's word is taken for what is shown of it, never for what it may do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from forms_service.domain.device_chain import Chain, judge_chain
from forms_service.domain.envelope import MOST_COUNTER, Check, is_number, is_text, is_uuid, read_shape
from forms_service.errors import (
    DeviceRevokedError,
    DeviceUnknownError,
    EnvelopeIdsDifferError,
    NotFoundError,
    RevokeReasonUnknownError,
)
from forms_service.ports import Actor, AuditFacts, Device, Services, Transaction
from forms_service.workflow.enrol_device import MOST_VERSION, checked_label
from forms_service.workflow.permission import Act, permit

ENVELOPE_KIND, CHECK_KIND, AUTHOR_KIND = "forms-envelope+jws", "forms-check+jws", "forms-author-request+jws"
LEASE = timedelta(hours=72)  # how long a tablet opens cases without a sign-in; a signature stays its author's after it


class RevokeReason(StrEnum):
    """Why a device is not trusted any more; a word of ours, so that no name is typed here."""

    LOST = "lost"
    STOLEN = "stolen"
    BROKEN = "broken"
    REPLACED = "replaced"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """What a device is told when it looks in.

    Attributes:
        forms: Form, version and digest of every form version in use.
    """

    device: Device
    chain: Chain
    forms: Sequence[tuple[str, int, str]]


_CHECK: Mapping[str, Check] = {
    "device_id": is_uuid,
    "app_version": lambda value: is_text(value, MOST_VERSION),
    "unsent": lambda value: is_number(value, 0, MOST_COUNTER),
    "counter": lambda value: is_number(value, 0, MOST_COUNTER),
}
_AUTHOR: Mapping[str, Check] = {"device_id": is_uuid}


def devices_from(services: Services, by: Actor, device_id: str, count: int) -> tuple[Sequence[Device], str]:
    """Give a page of devices by label, from one on, and the one that the next page begins with."""
    permit(by, Act.LIST_DEVICES)
    with services.database.read() as transaction:
        found = transaction.ledger.devices_from(device_id, count + 1)
    return found[:count], found[count].id if len(found) > count else ""


def device_and_chain(services: Services, by: Actor, device_id: str) -> tuple[Device, Chain, str]:
    """Give a device, how its chain stands, and the name of whoever enrolled it.

    Raises:
        NotFoundError: No such device.
    """
    permit(by, Act.LIST_DEVICES)
    with services.database.read() as transaction:
        device = _named(transaction, device_id)
        chain = judge_chain(transaction.ledger.links_of(device.id), device.told_counter)
        maker = transaction.ledger.account(device.enrolled_by.removeprefix("account:"))
    return device, chain, maker.full_name if maker else device.enrolled_by


def rename_device(services: Services, by: Actor, device_id: str, label: str) -> Device:
    """Give a device another name.

    Raises:
        NotFoundError, DeviceLabelError, TextHasControlCharactersError.
    """
    permit(by, Act.ENROL_DEVICE)
    kept = checked_label(label)
    with services.database.write() as transaction:
        device = replace(_named(transaction, device_id), label=kept)
        transaction.ledger.put_device(device)
        what = AuditFacts(act=Act.ENROL_DEVICE, object_kind="device", object_id=device.id, facts={"what": "renamed"})
        transaction.ledger.audit(by, services.clock.now(), what)
    return device


def revoke_device(services: Services, by: Actor, device_id: str, reason: str) -> Device:
    """Trust a device no more, for a reason; a second time changes nothing.

    Raises:
        NotFoundError, RevokeReasonUnknownError.
    """
    permit(by, Act.REVOKE_DEVICE)
    if reason not in set(RevokeReason):
        raise RevokeReasonUnknownError(known=", ".join(RevokeReason))
    now = services.clock.now()
    with services.database.write() as transaction:
        device = _named(transaction, device_id)
        if device.revoked_at is None:
            device = replace(device, revoked_at=now, revoked_by=by.id, revoke_reason=reason)
            transaction.ledger.put_device(device)
        what = AuditFacts(act=Act.REVOKE_DEVICE, object_kind="device", object_id=device.id, facts={"reason": reason})
        transaction.ledger.audit(by, now, what)
    return device


def _named(transaction: Transaction, device_id: str) -> Device:
    device = transaction.ledger.device(device_id)
    if device is None:
        raise NotFoundError(kind="device", name=device_id[:40])
    return device


def signing_device(services: Services, signed: str, kind: str) -> tuple[Device, bytes]:
    """Give the device that signed a message, and what it signed.

    Raises:
        EnvelopeUnreadableError, EnvelopeSignatureError: It is not what it should be.
        DeviceUnknownError: No device of that id is enrolled.
    """
    device_id = services.tablet_keys.unverified_device(signed, kind)
    with services.database.read() as transaction:
        device = transaction.ledger.device(device_id)
    if device is None:
        raise DeviceUnknownError
    return device, services.tablet_keys.verified(signed, device.public_key, kind)


def check_in(services: Services, signed: str) -> CheckIn:
    """Take down what a device tells of itself, and tell it what it must know; also a revoked one.

    Raises:
        EnvelopeUnreadableError, EnvelopeSignatureError, DeviceUnknownError, EnvelopeMalformedError,
            EnvelopeIdsDifferError.
    """
    device, content = signing_device(services, signed, CHECK_KIND)
    told = read_shape(content, "check/1", _CHECK)
    _refuse_other(device, told)
    with services.database.write() as transaction:
        now_known = replace(
            transaction.ledger.device(device.id) or device,
            app_version=str(told["app_version"]),
            unsent=int(str(told["unsent"])),
            told_counter=int(str(told["counter"])),
        )
        device, chain = seen(services, transaction, now_known)
    forms = [(one.form, one.version, one.digest) for one in (form.definition for form in services.forms.forms())]
    return CheckIn(device=device, chain=chain, forms=forms)


def _refuse_other(device: Device, told: Mapping[str, object]) -> None:
    if told["device_id"] != device.id:
        raise EnvelopeIdsDifferError(place="device_id")


def seen(services: Services, transaction: Transaction, device: Device) -> tuple[Device, Chain]:
    """Note that a device was here, and how its chain stands now."""
    chain = judge_chain(transaction.ledger.links_of(device.id), device.told_counter)
    known = replace(
        device, last_seen_at=services.clock.now(), missing=chain.missing_count, chain_faults=chain.faults
    )  # fmt: skip
    transaction.ledger.put_device(known)
    return known, chain


def give_credential(services: Services, by: Actor, signed: str) -> str:
    """Name the signed-in officer to a device: what is signed on it from now on is theirs.

    The device proves itself with its key; that the officer did so freshly is asked by ``require_proof`` before this.

    Raises:
        EnvelopeUnreadableError, EnvelopeSignatureError, DeviceUnknownError, EnvelopeMalformedError,
            EnvelopeIdsDifferError, DeviceRevokedError.
    """
    permit(by, Act.SIGN_OFFLINE)
    device, content = signing_device(services, signed, AUTHOR_KIND)
    _refuse_other(device, read_shape(content, "author/1", _AUTHOR))
    if device.revoked_at is not None:
        raise DeviceRevokedError
    now = services.clock.now()
    with services.database.write() as transaction:
        what = AuditFacts(act=Act.SIGN_OFFLINE, object_kind="device", object_id=device.id)
        transaction.ledger.audit(by, now, what)
    return services.tablet_keys.credential(
        {
            "iss": services.settings.origin,
            "sub": by.id,
            "device": device.id,
            **{name: by.account.get(name, "") for name in ("name", "badge", "phone")},
            "iat": int(now.timestamp()),
            "exp": int((now + LEASE).timestamp()),
        }
    )
