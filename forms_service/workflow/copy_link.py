"""The link by which a person fetches their copy: made on a tablet, offered here as ciphertext, ended here.

* The key that a tablet made is used once, to encrypt, and kept nowhere but in the envelope as it came, which is sealed.
* What a link gives is judged at each fetch by the record as it is then: one that is not in force in the archive gives nothing.
* To whoever asks, everything that gives nothing is one answer: never was, not received yet, ended, revoked, closed.
* Where copies are pushed to a folder that another server gives out, nobody asks here, and only time ends a link by itself.
* The folder is owed what changed from the transaction that changed it until a push that saw it has ended.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from forms_service.domain.copy_link import CopyLink, LinkEnd, is_token
from forms_service.domain.evidence import canonical_json, sha256_hex, utc_text
from forms_service.domain.record import Record, RecordState
from forms_service.errors import (
    CopyLinkOffError,
    CopyNotHereError,
    EnvelopeMalformedError,
    FormsServiceError,
    NotFoundError,
)
from forms_service.ports import Actor, AuditFacts, PickUpFolder, Services, Transaction
from forms_service.workflow.failing import remember_failure
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.person_copy import copy_of
from forms_service.workflow.record_versions import AGREEMENT, object_id

OWED_FACT = "copies_owed_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLink:
    """What a tablet made: the digest of the token that the person holds, and the key."""

    token_sha256: str
    key: str


def make_link(services: Services, record: Record, asked: AskedLink) -> CopyLink:
    """Encrypt a record's copy for a key; nothing is written.

    Raises:
        CopyLinkOffError: Links are switched off.
        EnvelopeMalformedError: The token is another record's.
    """
    settings, now = services.settings.copy_link, services.clock.now()
    if settings is None:
        raise CopyLinkOffError
    with services.database.read() as transaction:
        known = transaction.ledger.copy_link(asked.token_sha256)
    if known is not None and known.record_id != record.record_id:
        raise EnvelopeMalformedError(place="link", problem="is another record's")
    return CopyLink(
        token_sha256=asked.token_sha256, record_id=record.record_id,
        ciphertext=services.tablet_keys.sealed_for(asked.key, _content(services, record)),
        made_at=now, ends_at=now + timedelta(days=settings.days), fetches_left=settings.most_fetches,
    )  # fmt: skip


def _content(services: Services, record: Record) -> bytes:
    """Give the words of the copy, and the sealed PDF beside them."""
    sealed_pdf = services.archive.read(object_id(record.record_id), AGREEMENT)
    name = f"{record.document_id}.pdf"
    words = copy_of(services, record).as_json()
    return canonical_json({**words, "pdf": b64encode(sealed_pdf).decode(), "pdf_name": name})


def offer(services: Services, transaction: Transaction, link: CopyLink) -> None:
    """Offer a link; one that is here already stays as it is, ended or not."""
    if transaction.ledger.copy_link(link.token_sha256) is None:
        transaction.ledger.put_copy_link(link)
        _owe(services, transaction)


def fetch_copy(services: Services, by: Actor, token: str) -> str:
    """Give a copy's ciphertext, and count it.

    Raises:
        CopyNotHereError: Nothing is given under this token now.
    """
    permit(by, Act.FETCH_COPY)
    digest = sha256_hex(token.encode()) if is_token(token) else ""
    with services.database.read() as transaction:  # whoever guesses costs no write
        found = transaction.ledger.copy_link(digest)
    if found is None:
        raise CopyNotHereError
    now = services.clock.now()
    with services.database.write() as transaction:
        link = transaction.ledger.copy_link(digest)
        if link is None or not _gives(transaction, link, now):
            raise CopyNotHereError
        transaction.ledger.put_copy_link(link.fetched_once(now))
        facts: dict[str, str | int] = {"bytes_out": len(link.ciphertext), "left": link.fetches_left - 1}
        what = AuditFacts(act=Act.FETCH_COPY, object_kind="record", object_id=link.record_id, facts=facts)
        transaction.ledger.audit(by, now, what)
    return link.ciphertext


def _gives(transaction: Transaction, link: CopyLink, now: datetime) -> bool:
    record = transaction.book.record_by_id(link.record_id)
    return link.is_open(now) and record is not None and record.state is RecordState.ARCHIVED


def links_of(services: Services, by: Actor, record: Record) -> list[CopyLink]:
    """Give the links to a record's copy, the newest first."""
    permit(by, Act.VIEW, record)
    with services.database.read() as transaction:
        return list(transaction.ledger.copy_links_of(record.record_id))


def end_links(services: Services, by: Actor, document_id: str) -> None:
    """End every link to a record's copy, by hand.

    Raises:
        NotFoundError: No such record, or none that exists for this actor.
    """
    permit(by, Act.END_COPY_LINK)
    with services.database.write() as transaction:
        record = transaction.book.record(document_id)
        if record is None:
            raise NotFoundError(kind="document", name=document_id)
        permit(by, Act.END_COPY_LINK, record)
        _end(services, transaction, by, record.record_id, LinkEnd.REVOKED)
    push_soon(services, by)


def end_links_with(services: Services, transaction: Transaction, by: Actor, record: Record) -> None:
    """End the links of a record that is closed, void or superseded; called in the transaction that writes its state."""
    if record.state is not RecordState.ARCHIVED:
        _end(services, transaction, by, record.record_id, LinkEnd.RECORD)


def forget_links_of(services: Services, transaction: Transaction, record_id: str) -> None:
    """Forget the links of a record that is destroyed; called in the transaction that writes its tombstone."""
    transaction.ledger.drop_copy_links_of(record_id)
    _owe(services, transaction)


def _end(services: Services, transaction: Transaction, by: Actor, record_id: str, why: LinkEnd) -> None:
    now = services.clock.now()
    for link in transaction.ledger.copy_links_of(record_id):
        if link.ended_at is None:
            transaction.ledger.put_copy_link(link.ended(now, why))
            _owe(services, transaction)
            what = AuditFacts(
                act=Act.END_COPY_LINK, object_kind="record", object_id=record_id, facts={"reason": str(why)}
            )  # fmt: skip
            transaction.ledger.audit(by, now, what)


def _owe(services: Services, transaction: Transaction) -> None:
    """Write down since when the pick-up folder is behind; whatever ends before the push leaves this."""
    if services.pick_up is not None and not transaction.ledger.fact(OWED_FACT):
        transaction.ledger.set_fact(OWED_FACT, utc_text(services.clock.now()))


def keep_links(services: Services, by: Actor) -> int:
    """End what is over, and bring the pick-up folder up to date; give how many links ended.

    Raises:
        PickUpWriteError: The folder refused; what is over gives nothing here all the same.
    """
    permit(by, Act.UPKEEP)
    now, ended = services.clock.now(), 0
    with services.database.write() as transaction:
        for link in transaction.ledger.open_copy_links():
            if _gives(transaction, link, now):
                continue
            why = LinkEnd.RECORD if link.is_open(now) else LinkEnd.EXPIRED
            transaction.ledger.put_copy_link(link.ended(now, why))
            _owe(services, transaction)
            ended += 1
    if services.pick_up is not None:
        with services.pick_up.turn():
            _push(services, services.pick_up)
    return ended


def _push(services: Services, folder: PickUpFolder) -> None:
    """Take away first: nothing that another step lacks keeps a copy there that is over."""
    with services.database.read() as transaction:
        given = _given(services, transaction)
    there = folder.names()
    for digest in sorted(there - set(given)):
        folder.remove(digest)
    if services.settings.copy_link:
        folder.put_page()
    for digest in sorted(set(given) - there):
        folder.put(digest, given[digest])
    with services.database.write() as transaction:
        if set(_given(services, transaction)) == set(given):  # what changed meanwhile is owed still
            transaction.ledger.set_fact(OWED_FACT, "")


def _given(services: Services, transaction: Transaction) -> dict[str, str]:
    """Give what the folder is to hold; nothing where links are off."""
    if services.settings.copy_link is None:
        return {}
    now = services.clock.now()
    links = transaction.ledger.open_copy_links()
    return {link.token_sha256: link.ciphertext for link in links if _gives(transaction, link, now)}


def push_soon(services: Services, by: Actor) -> None:
    """Bring the pick-up folder up to date at once; where it refuses, the desk says so until the upkeep could."""
    if services.pick_up is None:
        return
    timer = Actor(id=by.id, permissions=frozenset({Act.UPKEEP}), source=by.source)
    try:
        keep_links(services, timer)
    except FormsServiceError as error:
        what = AuditFacts(
            act=Act.UPKEEP, object_kind="service", object_id="", outcome="failed", facts={"reason": error.slug}
        )
        remember_failure(services, by, OWED_FACT, what, services.clock.now())
