"""New keys for tablets: the earlier ones stay, so that what is still sealed to them opens; the trail names both."""

from __future__ import annotations

from collections.abc import Mapping

from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.permission import Act, permit


def renew_tablet_keys(services: Services, by: Actor) -> Mapping[str, str]:
    """Make a new envelope key and a new receipt key, which are used from the next start on; give their names.

    Raises:
        TabletKeysUnusableError: The present ones stay in use.
    """
    permit(by, Act.CHANGE_SEAL)
    names = services.tablet_keys.renew()
    facts: dict[str, str | int] = {"added": " ".join(names.values())}
    with services.database.write() as transaction:
        what = AuditFacts(act=Act.CHANGE_SEAL, object_kind="tablet_keys", object_id="", facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    return names
