"""Add to a record what happened after signing: a new version with one act more, under the seal it has.

* The signed page, its seal and every file stay as they are, byte for byte; ``acts/NNNN.json`` and ``record.json`` tell.
* A tablet's addition is in its act exactly as it was sent, with the key that signed it.
* The same addition again changes nothing: a tablet's is known by its envelope's digest, a desk's by what it says.
* Whether an officer may add is judged by the time the addition names: a tablet may send it days later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from forms_service.domain.addition import Addition, AdditionKind, addition_to_json, check_addition
from forms_service.domain.record import Record, RecordState
from forms_service.errors import (
    AdditionNamesOtherError,
    AdditionNotOpenError,
    Fault,
    NotFoundError,
    RecordUnreadableError,
    ValuesError,
)
from forms_service.ports import Actor, AuditFacts, Services, Transaction
from forms_service.workflow.archived_paper import form_of
from forms_service.workflow.complete import CLOCKS_APART_S
from forms_service.workflow.copy_given import copy_given
from forms_service.workflow.copy_link import push_soon
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.record_versions import (
    EVIDENCE,
    RECORD,
    act_file,
    load_archived,
    object_id,
    put_row,
    store_files,
    write_row,
)
from forms_service.workflow.stored_json import read_json

ACTS: Mapping[AdditionKind, Act] = {
    AdditionKind.HAND_OVER: Act.ADD_TO_RECORD,
    AdditionKind.PERSON_COPY: Act.ADD_TO_RECORD,
    AdditionKind.REVIEW: Act.REVIEW_HAND_OVER,
}
Done = Callable[[Transaction, Record], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddition:
    """What is to be added.

    Attributes:
        values: As they came.
        at: When it was told, aware.
        envelope: Digest of the tablet's envelope; empty at the desk.
        names: Digest of the agreement's last envelope; empty where the paper was found by its id.
        sent: What a tablet signed and what it was signed with, for the act's file.
        link_key: What a copy is encrypted with for a link; used once, and not kept.
    """

    kind: AdditionKind
    values: Mapping[str, object]
    at: datetime
    envelope: str = ""
    names: str = ""
    sent: Mapping[str, object] = field(default_factory=dict)
    link_key: str = ""


def add_to_record(
    services: Services, by: Actor, document_id: str, wanted: NewAddition, *, done: Done | None = None
) -> Record:
    """Add to a record, once.

    Args:
        services: Every port.
        by: Who tells it.
        document_id: Of the paper.
        wanted: What is told.
        done: Called in the transaction that writes the row.

    Raises:
        NotFoundError: No such record, or none that exists for this actor.
        AdditionNotOpenError: It is void, closed or superseded.
        AdditionNamesOtherError: It was signed in other envelopes than the addition names.
        ValuesError, AdditionEmptyError: What is told has faults.
        CardTakenError, CopyLinkOffError: The card is another record's; links to copies are off.
    """
    act = ACTS[wanted.kind]
    permit(by, act)
    stored = _stored(services, _at_that_time(services, by, wanted), document_id, act)
    here = next((one for one in stored.additions if wanted.envelope and one.envelope == wanted.envelope), None)
    if here is not None:
        record = _index(services, by, stored, _with_copy(services, stored, here, wanted, done))
        _push_link(services, by, wanted)
        return record
    if stored.state is not RecordState.ARCHIVED:
        raise AdditionNotOpenError(document_id=document_id)
    _refuse_other(services, stored, wanted)
    told = _checked(services, by, stored, wanted)
    if not wanted.envelope and _is_told_twice(stored, told):
        return _index(services, by, stored, done)
    record = _new_version(services, by, stored, told, wanted, _with_copy(services, stored, told, wanted, done))
    _push_link(services, by, wanted)
    return record


def _push_link(services: Services, by: Actor, wanted: NewAddition) -> None:
    if wanted.link_key:
        push_soon(services, by)


def _with_copy(services: Services, stored: Record, told: Addition, wanted: NewAddition, done: Done | None) -> Done:
    """Take a card and encrypt a copy before anything is written; what a link offers is written with the row."""
    also = copy_given(services, stored, told.values, wanted.link_key)

    def write(transaction: Transaction, record: Record) -> None:
        also(transaction)
        if done is not None:
            done(transaction, record)

    return write


def _at_that_time(services: Services, by: Actor, wanted: NewAddition) -> Actor:
    """Give who adds with what was recent when a tablet was told; somebody at the desk has the present only."""
    if not (wanted.envelope and by.contact_since):
        return by
    then = wanted.at.astimezone(services.settings.zone) - timedelta(hours=services.roles.recent_hours)
    return replace(by, contact_since=min(by.contact_since, then.strftime("%Y-%m-%dT%H:%M")))


def _stored(services: Services, by: Actor, document_id: str, act: Act) -> Record:
    with services.database.read() as transaction:
        row = transaction.book.record(document_id)
    if row is None:
        raise NotFoundError(kind="document", name=document_id)
    permit(by, act, row)
    stored = load_archived(services, row.record_id)
    if stored is None:
        raise RecordUnreadableError(object_id=object_id(row.record_id))
    return stored


def _is_told_twice(stored: Record, told: Addition) -> bool:
    """Say whether a page at the desk was sent a second time."""
    same = (told.kind, told.by, told.values, "")
    return [(one.kind, one.by, one.values, one.envelope) for one in stored.additions[-1:]] == [same]


def _index(services: Services, by: Actor, stored: Record, done: Done | None) -> Record:
    """Write the row that a crash kept from being written; what is there already, or is newer, stays."""
    with services.database.write() as transaction:
        if put_row(transaction, stored):
            what = AuditFacts(
                act=Act.RECOVER, object_kind="record", object_id=stored.record_id, facts={"version": stored.version}
            )
            transaction.ledger.audit(by, services.clock.now(), what)
        if done is not None:
            done(transaction, stored)
    return stored


def _refuse_other(services: Services, stored: Record, wanted: NewAddition) -> None:
    if not wanted.names:
        return
    evidence = read_json(services.archive.read(object_id(stored.record_id), EVIDENCE))
    expected = _last_envelope(evidence)
    if wanted.names != expected:
        raise AdditionNamesOtherError(got=wanted.names[:12], expected=expected[:12] or "none")


def _last_envelope(evidence: Mapping[str, object]) -> str:
    """Give the digest of the last envelope a paper was signed in; empty where it did not come from a tablet."""
    match evidence.get("sent"):
        case {"envelopes": [*_, {"digest": str(digest)}]}:
            return digest
    return ""


def _checked(services: Services, by: Actor, stored: Record, wanted: NewAddition) -> Addition:
    now = services.clock.now()
    latest = now + timedelta(seconds=CLOCKS_APART_S)
    if wanted.at > latest:
        raise ValuesError([Fault(slug="date-in-future", place="at", message="must not be in the future")])
    values = check_addition(
        form_of(services, stored).definition, wanted.kind, wanted.values, signed=stored.values,
        additions=stored.additions, now_local=latest.astimezone(services.settings.zone).replace(tzinfo=None),
    )  # fmt: skip
    return Addition(
        kind=wanted.kind, values=values, at=wanted.at, by=by.id, by_name=by.account.get("name", ""), received_at=now,
        envelope=wanted.envelope,
    )  # fmt: skip


def _new_version(
    services: Services, by: Actor, stored: Record, told: Addition, wanted: NewAddition, done: Done
) -> Record:
    name, now = object_id(stored.record_id), services.clock.now()
    files = {one: services.archive.read(name, one) for one in services.archive.names(name) if one != RECORD}
    act = ACTS[told.kind]
    what = {"act": str(act), "addition": addition_to_json(told)} | ({"sent": wanted.sent} if wanted.sent else {})
    files |= act_file(files, by, now, what)
    changed = replace(stored, version=stored.version + 1, archived_at=now, additions=(*stored.additions, told))
    record = store_files(services, by, changed, files, act=act)
    with services.database.write() as transaction:
        write_row(services, transaction, by, record, act=act, facts={"what": str(told.kind)})
        done(transaction, record)
    return record
