"""What the service itself could not do stands on the desk since the first failure, until it is done."""

from __future__ import annotations

from datetime import datetime

from forms_service.domain.evidence import utc_text
from forms_service.ports import Actor, AuditFacts, Services


def remember_failure(services: Services, by: Actor, fact: str, what: AuditFacts, at: datetime) -> None:
    """Write a failure into the trail, and since when it lasts.

    Args:
        services: The ledger.
        by: Who tried.
        fact: Name of the ledger's fact, which holds the time of the first failure; empty while there is none.
        what: The entry.
        at: When it failed.
    """
    with services.database.write() as transaction:
        if not transaction.ledger.fact(fact):
            transaction.ledger.set_fact(fact, utc_text(at))
        transaction.ledger.audit(by, at, what)
