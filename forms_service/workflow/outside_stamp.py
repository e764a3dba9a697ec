"""Put the newest checkpoint of the audit trail under an outside time stamp, and judge those that lie there.

The seal's key proves who wrote a checkpoint, not when: whoever holds it could write the whole trail anew and sign that.
A time stamp of somebody else over the checkpoint's file says that this head was there at that time. Each newer one speaks
for every older entry, since the entries are chained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forms_service.errors import EvidenceMismatchError, FormsServiceError, TimeStampOfOtherContentError
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.failing import remember_failure
from forms_service.workflow.permission import Act, permit

TIME_STAMP_FACT = "time_stamp_failed_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStamps:
    """What lies beside the checkpoints.

    Attributes:
        sound: Name of a checkpoint to when it was there.
        broken: Name of a checkpoint to ``time-stamp-broken`` or ``time-stamp-of-another-head``.
    """

    sound: Mapping[str, datetime]
    broken: Mapping[str, str]

    def has_one_since(self, moment: datetime) -> bool:
        """Say whether a sound one is as young as that."""
        return any(at >= moment for at in self.sound.values())


def stamp_if_due(services: Services, by: Actor) -> str:
    """Put the newest checkpoint under a time stamp, unless it has one; give its name, empty when nothing was to do.

    Raises:
        SealingError: ``time-stamp-not-given``; the desk says so until one is given.
        EvidenceMismatchError: What was given is not sound, or of nobody who is trusted; it is not kept.
        ArchiveError: ``checkpoint-write-failed``.
    """
    permit(by, Act.CHECKPOINT)
    newest = services.checkpoints.signed()[-1:] if services.time_stamps.is_on else []
    if not newest or newest[0][0] in services.checkpoints.stamps():
        return ""
    ((name, signed),) = newest
    try:
        stamp = services.time_stamps.stamp(signed)
        services.time_stamps.judge(stamp, signed)
        services.checkpoints.put_stamp(name, stamp)
    except FormsServiceError as error:
        what = _entry(outcome="failed", reason=error.slug)
        remember_failure(services, by, TIME_STAMP_FACT, what, services.clock.now())
        raise
    with services.database.write() as transaction:
        transaction.ledger.set_fact(TIME_STAMP_FACT, "")
        transaction.ledger.audit(by, services.clock.now(), _entry(outcome="done"))
    return name


def _entry(*, outcome: str, **more: str) -> AuditFacts:
    facts: dict[str, str | int] = {"what": "time-stamp", **more}
    return AuditFacts(act=Act.CHECKPOINT, object_kind="audit", object_id="", outcome=outcome, facts=facts)


def judged_stamps(services: Services) -> JudgedStamps:
    """Judge every time stamp against the checkpoint that it lies beside."""
    signed = dict(services.checkpoints.signed())
    sound: dict[str, datetime] = {}
    broken: dict[str, str] = {}
    for name, stamp in services.checkpoints.stamps().items():
        try:
            sound[name] = services.time_stamps.judge(stamp, signed.get(name, b""))
        except TimeStampOfOtherContentError:
            broken[name] = "time-stamp-of-another-head"
        except EvidenceMismatchError:
            broken[name] = "time-stamp-broken"
    return JudgedStamps(sound=sound, broken=broken)
