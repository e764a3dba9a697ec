"""Look at what waits for a person, with everything that was sent; the look is written down."""

from __future__ import annotations

from dataclasses import dataclass

from forms_service.errors import NotFoundError
from forms_service.ports import Account, Actor, AuditFacts, Held, Services
from forms_service.workflow.permission import Act, permit


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedHeld:
    """Something that is held, and the account that sent it; None where the shell did."""

    held: Held
    sender: Account | None


def open_held(services: Services, by: Actor, held_id: str) -> OpenedHeld:
    """Give one held thing, after an audit entry.

    Raises:
        NotFoundError: Nothing of that id waits.
    """
    permit(by, Act.SETTLE)
    with services.database.write() as transaction:
        held = next((one for one in transaction.ledger.held() if one.id == held_id), None)
        if held is None:
            raise NotFoundError(kind="held", name=held_id[:40])
        facts: dict[str, str | int] = {"bytes_out": len(held.sent.encode())}
        what = AuditFacts(act=Act.VIEW, object_kind="held", object_id=held.id, facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
        return OpenedHeld(held=held, sender=transaction.ledger.account(held.held_by.removeprefix("account:")))
