"""What is done once a day, by the serving process itself or by ``forms-service upkeep``: checkpoint, time stamp, seals.

* One process does it at a time: whoever takes the claim in the database, which ends by itself when that process dies.
* A run that somebody did not answer comes again after an hour, every other one after a day.
* Nothing here answers a request, and no transaction is open while somebody outside is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from forms_service.domain.evidence import utc_text
from forms_service.errors import FormsServiceError
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.audit_trail import take_checkpoint_if_due
from forms_service.workflow.copy_link import keep_links
from forms_service.workflow.failing import remember_failure
from forms_service.workflow.lift_seals import lift_seals
from forms_service.workflow.outside_stamp import stamp_if_due
from forms_service.workflow.permission import Act, permit

TIMER = Actor(id="operator:(timer)", source="timer")  # no system user has such a name
DUE_FACT, FAILED_FACT = "upkeep_due_at", "upkeep_failed_since"
# What may be otherwise in an hour; the rest waits for a person, and for tomorrow.
COMES_BACK = frozenset(
    {
        "time-stamp-not-given",
        "certificate-status-not-told",
        "checkpoint-write-failed",
        "archive-write-failed",
        "pick-up-write-failed",
    }
)
EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One thing that was done, or could not be.

    Attributes:
        what: ``checkpoint``, ``time-stamp``, ``copies``, ``lifted`` or ``renewed``.
        name: Of a checkpoint, or a document id; empty for a record that does not exist for who asked.
        detail: The level reached, how many entries a checkpoint covers, or how many links to copies ended.
        problem: Slug of why it was not done, or not wholly; empty when it was.
    """

    what: str
    name: str = ""
    detail: str = ""
    problem: str = ""


def claim(services: Services) -> bool:
    """Take what is due, for an hour; say whether it was due and nobody else has it."""
    now = services.clock.now()
    with services.database.write() as transaction:
        due = transaction.ledger.fact(DUE_FACT)
        if due and now < datetime.fromisoformat(due):
            return False
        transaction.ledger.set_fact(DUE_FACT, utc_text(now + AGAIN))
    return True


def run_daily(services: Services, by: Actor) -> Iterator[Done]:
    """Do what is due, one thing after the other; what fails is told, and the next thing is gone on with."""
    for act in (Act.UPKEEP, Act.CHECKPOINT, Act.LIFT_SEAL):
        permit(by, act)
    _hold_claim(services)
    done = 0
    problems: list[str] = []
    for one in _everything(services, by):
        if one.problem:
            problems.append(one.problem)
        else:
            done += 1
        _hold_claim(services)
        yield one
    _write_down(services, by, done, problems)


def note_failure(services: Services, by: Actor, slug: str) -> None:
    """Write down that a run ended before its end; the desk says so until one ends well."""
    what = AuditFacts(act=Act.UPKEEP, object_kind="service", object_id="", outcome="failed", facts={"reason": slug})
    remember_failure(services, by, FAILED_FACT, what, services.clock.now())


def _everything(services: Services, by: Actor) -> Iterator[Done]:
    for what, step in (("checkpoint", _checkpoint), ("time-stamp", _time_stamp), ("copies", _copies)):
        try:
            yield from step(services, by)
        except FormsServiceError as error:
            yield Done(what=what, problem=error.slug)
    for lift in lift_seals(services, by):
        yield Done(
            what="renewed" if lift.renewed else "lifted", name=lift.document_id,
            detail=f"{lift.before} to {lift.after}", problem=lift.problem,
        )  # fmt: skip


def _checkpoint(services: Services, by: Actor) -> Iterator[Done]:
    taken = take_checkpoint_if_due(services, by)
    if taken:
        yield Done(what="checkpoint", detail=str(taken.count))


def _time_stamp(services: Services, by: Actor) -> Iterator[Done]:
    name = stamp_if_due(services, by)
    if name:
        yield Done(what="time-stamp", name=name)


def _copies(services: Services, by: Actor) -> Iterator[Done]:
    ended = keep_links(services, by)
    if ended:
        yield Done(what="copies", detail=str(ended))


def _hold_claim(services: Services) -> None:
    with services.database.write() as transaction:
        transaction.ledger.set_fact(DUE_FACT, utc_text(services.clock.now() + AGAIN))


def _write_down(services: Services, by: Actor, done: int, problems: list[str]) -> None:
    now = services.clock.now()
    next_ = now + (AGAIN if COMES_BACK.intersection(problems) else EVERY)
    facts: dict[str, str | int] = {"done": done, "undone": len(problems)}
    what = AuditFacts(act=Act.UPKEEP, object_kind="service", object_id="", facts=facts)
    with services.database.write() as transaction:
        transaction.ledger.set_fact(DUE_FACT, utc_text(next_))
        transaction.ledger.set_fact(FAILED_FACT, "")
        transaction.ledger.audit(by, now, what)
