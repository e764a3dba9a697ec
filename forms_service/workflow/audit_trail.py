"""The audit trail's proof: signed checkpoints in a second place, and the walk that compares.

What the walk tells apart:

* ``entry-edited``, ``entry-missing``: an entry's hash does not follow from the one before, or its number is gone.
* ``tail-cut-off``: a checkpoint knows more entries than there are.
* ``log-rewritten``: the chain holds in itself, but not where a checkpoint says it stood.
* ``anchor-mismatch``: a checkpoint that no key of ours signed, or that was changed.
* ``crash-leftover``: a checkpoint half-written; nothing is lost by removing it.
* ``time-stamp-broken``, ``time-stamp-of-another-head``: what lies beside a checkpoint as its outside time stamp is none,
  or is over something else, or its checkpoint is gone.
* ``time-stamp-missing``: there is a time-stamp server, but none of its stamps is younger than two days.
* ``checkpoint-overdue``: the newest one is older than two days, so that a rewritten tail might go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from forms_service.domain.evidence import AuditEntry, Checkpoint, parse_checkpoint, verify_chain
from forms_service.errors import EvidenceMismatchError, FormsServiceError
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.failing import remember_failure
from forms_service.workflow.outside_stamp import judged_stamps
from forms_service.workflow.permission import Act, permit

EVERY = timedelta(days=1)
OVERDUE = timedelta(days=2)
MOST_TOLD = 20
CHECKPOINT_FACT = "checkpoint_failed_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFinding:
    """One thing that is wrong with the trail.

    Attributes:
        place: Number of the entry, or name of the checkpoint.
        is_harmless: Whether the trail can still be trusted.
    """

    slug: str
    place: str
    is_harmless: bool = False


Anchor = Checkpoint | TrailFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailVerdict:
    """What the walk found.

    Attributes:
        entries: How many there are.
        checkpoints: How many of ours are sound.
        time_stamps: How many of them stand under a sound outside time stamp.
    """

    entries: int
    checkpoints: int
    findings: tuple[TrailFinding, ...]
    time_stamps: int = 0

    @property
    def holds(self) -> bool:
        """Say whether nothing was found but what is harmless."""
        return all(one.is_harmless for one in self.findings)


def take_checkpoint(services: Services, by: Actor) -> Checkpoint:
    """Write down where the trail stands, signed, in the second place; the act itself is the last entry it covers.

    Raises:
        ArchiveError: ``checkpoint-write-failed``; the trail itself goes on, and the desk says so until one is kept.
    """
    permit(by, Act.CHECKPOINT)
    now = services.clock.now()
    with services.database.write() as transaction:
        what = AuditFacts(act=Act.CHECKPOINT, object_kind="audit", object_id="")
        transaction.ledger.audit(by, now, what)
    hashes = _hashes(services)
    found = Checkpoint(count=len(hashes), head=hashes[-1], at=now)
    try:
        services.checkpoints.put(found.count, services.sealer.sign(found.canonical(), signed_at=now))
    except FormsServiceError as error:
        what = AuditFacts(
            act=Act.CHECKPOINT, object_kind="audit", object_id="", outcome="failed", facts={"reason": error.slug}
        )  # fmt: skip
        remember_failure(services, by, CHECKPOINT_FACT, what, now)
        raise
    with services.database.write() as transaction:
        transaction.ledger.set_fact(CHECKPOINT_FACT, "")
    return found


def take_checkpoint_if_due(services: Services, by: Actor) -> Checkpoint | None:
    """Take one when the newest is a day old, is not sound, or there is none.

    Raises:
        ArchiveError: As ``take_checkpoint``.
    """
    newest = [_anchor(services, name, signed) for name, signed in services.checkpoints.signed()[-1:]]
    return take_checkpoint(services, by) if _is_older(newest, services.clock.now(), EVERY) else None


def check_trail(services: Services, by: Actor) -> TrailVerdict:
    """Walk the whole chain and hold it against every checkpoint; the walk is itself in the trail."""
    permit(by, Act.CHECK_TRAIL)
    entries = list(_entries(services))
    hashes = [stored for _, stored in entries]
    anchors = [_anchor(services, name, signed) for name, signed in services.checkpoints.signed()]
    stamped = judged_stamps(services)
    findings = [*_chain(entries), *(one for anchor in anchors for one in _against(anchor, hashes))]
    findings += [
        TrailFinding(slug="crash-leftover", place=name, is_harmless=True) for name in services.checkpoints.leftovers()
    ]
    if _is_older(anchors, services.clock.now(), OVERDUE):
        findings.append(TrailFinding(slug="checkpoint-overdue", place="", is_harmless=True))
    findings += [TrailFinding(slug=slug, place=name) for name, slug in stamped.broken.items()]
    if services.time_stamps.is_on and not stamped.has_one_since(services.clock.now() - OVERDUE):
        findings.append(TrailFinding(slug="time-stamp-missing", place="", is_harmless=True))
    verdict = TrailVerdict(
        entries=len(entries),
        checkpoints=sum(isinstance(one, Checkpoint) for one in anchors),
        findings=tuple(findings),
        time_stamps=len(stamped.sound),
    )
    with services.database.write() as transaction:
        outcome = "done" if verdict.holds else "failed"
        what = AuditFacts(
            act=Act.CHECK_TRAIL, object_kind="audit", object_id="", outcome=outcome, facts=_told(verdict)
        )  # fmt: skip
        transaction.ledger.audit(by, services.clock.now(), what)
    return verdict


def _told(verdict: TrailVerdict) -> dict[str, str | int]:
    """Give what the entry of a walk says: how much was walked, and the first findings."""
    found = "; ".join(f"{one.slug} {one.place}".strip() for one in verdict.findings[:MOST_TOLD])
    return {"entries": verdict.entries, "findings": len(verdict.findings), "found": found}


def _entries(services: Services) -> Iterator[tuple[AuditEntry, str]]:
    with services.database.read() as transaction:
        for row in transaction.ledger.audit_entries():
            facts = dict(row)
            stored = str(facts.pop("hash"))
            yield AuditEntry(**facts), stored  # type: ignore[arg-type]  # the ledger gives exactly these fields


def _hashes(services: Services) -> Sequence[str]:
    return [stored for _, stored in _entries(services)]


def _anchor(services: Services, name: str, signed: bytes) -> Anchor:
    """Give a checkpoint, or what is wrong with its file."""
    try:
        return parse_checkpoint(services.inspector.signed_content(signed))
    except (EvidenceMismatchError, ValueError):
        return TrailFinding(slug="anchor-mismatch", place=name)


def _is_older(anchors: Sequence[Anchor], now: datetime, age: timedelta) -> bool:
    """Say whether the newest sound checkpoint is older than that, or there is none."""
    return not any(isinstance(one, Checkpoint) and now - one.at < age for one in anchors)


def _chain(entries: Sequence[tuple[AuditEntry, str]]) -> Iterator[TrailFinding]:
    problem, _, place = verify_chain(entries).partition("-at-")
    if problem:
        yield TrailFinding(slug={"edited": "entry-edited", "gap": "entry-missing"}[problem], place=place)


def _against(anchor: Anchor, hashes: Sequence[str]) -> Iterator[TrailFinding]:
    if isinstance(anchor, TrailFinding):
        yield anchor
    elif anchor.count > len(hashes):
        yield TrailFinding(slug="tail-cut-off", place=str(len(hashes) + 1))
    elif anchor.head != hashes[anchor.count - 1]:
        yield TrailFinding(slug="log-rewritten", place=str(anchor.count))
