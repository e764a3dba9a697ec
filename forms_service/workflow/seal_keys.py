"""Which seals are ours: a change of the key, or a certificate that was added or taken away, stands in the trail."""

from __future__ import annotations

from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.permission import Act, permit

FACT = "seal_certificates"
FINGERPRINT_CHARACTERS = 16  # of 64: enough to compare by eye, and an entry stays short


def note_certificates(services: Services, by: Actor) -> bool:
    """Write down, at a start, whose seals are trusted, when it is not what it was; say whether it is another than before; a first start had none before."""
    permit(by, Act.CHANGE_SEAL)
    trusted = tuple(sorted(services.inspector.trusted))
    with services.database.write() as transaction:
        known = tuple(transaction.ledger.fact(FACT).split())
        if known == trusted:
            return False
        transaction.ledger.set_fact(FACT, " ".join(trusted))
        facts: dict[str, str | int] = {
            "added": _short(set(trusted) - set(known)),
            "removed": _short(set(known) - set(trusted)),
            "trusted": len(trusted),
        }
        what = AuditFacts(act=Act.CHANGE_SEAL, object_kind="seal", object_id="", facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    return bool(known)


def _short(fingerprints: set[str]) -> str:
    return " ".join(sorted(one[:FINGERPRINT_CHARACTERS] for one in fingerprints))
