"""What comes with a person's copy when it is added to a record: the card that was handed out, the link that was shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forms_service.domain.record import Record
from forms_service.errors import CardTakenError
from forms_service.ports import Services, Transaction
from forms_service.workflow.copy_link import AskedLink, make_link, offer

Also = Callable[[Transaction], None]


def copy_given(services: Services, record: Record, values: Mapping[str, object], link_key: str) -> Also:
    """Take the card for this record and encrypt the copy; give what is to be written with the record's row.

    Raises:
        CardTakenError: The card is another record's.
        CopyLinkOffError, EnvelopeMalformedError: As ``make_link``.
    """
    card, token = values.get("card"), values.get("link")
    if isinstance(card, str):
        _take_card(services, record, card)
    if not isinstance(token, str):
        return lambda _transaction: None
    link = make_link(services, record, AskedLink(token_sha256=token, key=link_key))
    return lambda transaction: offer(services, transaction, link)


def _take_card(services: Services, record: Record, card: str) -> None:
    """Take it before the archive is written; a ledger that was lost does not give it away a second time."""
    with services.database.write() as transaction:
        in_book = transaction.book.has_card(card, but=record.document_id)
        if in_book or transaction.ledger.take_card(card, record.record_id) != record.record_id:
            raise CardTakenError
