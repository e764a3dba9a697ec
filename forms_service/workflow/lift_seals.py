"""Lift the seals that are owed it, and renew archive time stamps before their certificates end; one record at a time.

* What is wanted follows the setting, only upwards; what no seal of a certificate can reach is wanted no more.
* The lifted file begins with the bytes that were there, is read back like a new one, and is a new version of the object.
* A record that can not be lifted keeps what it has; the next ones are gone on with, and the desk says why it waits.
* Records under a court's order are lifted too, for their seals end like any other's; they are named to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from forms_service.domain.record import Record, SealLevel
from forms_service.errors import FormsServiceError, LiftChangedFileError, RecordUnreadableError
from forms_service.ports import Actor, AuditFacts, Expectation, LiftedSeal, Services
from forms_service.workflow.archived_paper import archived_inks, archived_paper
from forms_service.workflow.archiving import SealingFacts, expectation
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.record_versions import (
    AGREEMENT,
    EVIDENCE,
    RECORD,
    act_file,
    load_archived,
    object_id,
    parse_record,
    store_version,
)
from forms_service.workflow.stored_json import read_json
from forms_service.workflow.upkeep import adopt

PROBLEMS_FACT = "lift_problems"  # record id to slug, of the last run
NOT_GIVEN = "time-stamp-not-given"
MOST_UNANSWERED = 3  # a time-stamp server that was silent so often in a row is silent for the next record too


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """What became of one record.

    Attributes:
        document_id: Empty when the record does not exist for who asked.
        renewed: Whether it got another archive time stamp.
        problem: Slug of why it is not where it should be; empty when it is.
    """

    record_id: str
    document_id: str
    before: SealLevel
    after: SealLevel
    renewed: bool = False
    problem: str = ""


def lift_seals(services: Services, by: Actor) -> Iterator[Lift]:
    """Lift and renew what is due, and give one line for each record that was tried.

    Without a time-stamp server nobody is asked; what is owed stays so.
    """
    permit(by, Act.LIFT_SEAL)
    if not services.time_stamps.is_on:
        return
    round_ = _Round(services, by)
    with services.database.read() as transaction:
        due = [record for record in transaction.book.records() if round_.is_due(record)]
        round_.known = json.loads(transaction.ledger.fact(PROBLEMS_FACT) or "{}")
    problems: dict[str, str] = {}
    unanswered = 0
    for record in due:
        if unanswered == MOST_UNANSWERED:
            break
        if not round_.is_due(record):  # the server's certificate was seen meanwhile
            continue
        lift = round_.one(record)
        unanswered = unanswered + 1 if lift.problem == NOT_GIVEN else 0
        if lift.problem:
            problems[record.record_id] = lift.problem
        if lift.problem or lift.renewed or lift.after is not lift.before:
            yield lift
    with services.database.write() as transaction:
        transaction.ledger.set_fact(PROBLEMS_FACT, json.dumps(problems))


class _Round:
    """One round over the records.

    A renewed time stamp that ends no later than the one before gains nothing: while the server goes on with the same
    certificate, records whose time stamps end as late are left as they are.
    """

    def __init__(self, services: Services, by: Actor) -> None:
        self._services = services
        self._by = by
        self._gains_nothing_from: datetime | None = None
        self.known: dict[str, str] = {}

    def is_due(self, record: Record) -> bool:
        """Say whether a record's seal is below what is wanted, or its newest time stamp ends soon."""
        return not record.seal_level.reaches(self._wanted(record)) or self._is_to_renew(record)

    def _wanted(self, record: Record) -> SealLevel:
        return record.seal_wanted.or_higher(self._services.lifter.level_wanted)

    def _is_to_renew(self, record: Record) -> bool:
        ends = record.stamp_ends_at
        if ends is None or (self._gains_nothing_from is not None and ends >= self._gains_nothing_from):
            return False
        return ends - self._services.clock.now() < timedelta(days=self._services.settings.renew_days)

    def one(self, row: Record) -> Lift:
        """Lift one record; whatever our own parts refuse is told, and the next one is gone on with."""
        try:
            stored = load_archived(self._services, row.record_id)
            if stored is None:
                raise RecordUnreadableError(object_id=object_id(row.record_id))
            if stored != row:
                adopt(self._services, self._by, stored)
            return self._lifted(stored) if self.is_due(stored) else self._told(stored, stored)
        except FormsServiceError as error:  # an evidence mismatch too: nothing was stored, and it is told
            self._write_down(row, error.slug)
            return self._told(row, row, problem=error.slug)

    def _lifted(self, stored: Record) -> Lift:
        name = object_id(stored.record_id)
        old_pdf = self._services.archive.read(name, AGREEMENT)
        wanted = self._wanted(stored)
        renewing = stored.seal_level.reaches(wanted)
        lifter = self._services.lifter
        lifted = lifter.renew(old_pdf) if renewing else lifter.lift(old_pdf, wanted=wanted)
        problem = lifted.problem.slug if lifted.problem else ""
        if renewing and not problem and not _ends_later(lifted, stored):
            self._gains_nothing_from = lifted.stamp_ends_at
            return self._told(stored, stored)
        changed = self._stored(stored, old_pdf, lifted) if lifted.pdf != old_pdf else stored
        if problem:
            self._write_down(stored, problem)
        return self._told(stored, changed, problem=problem, renewed=renewing and changed is not stored)

    def _stored(self, stored: Record, old_pdf: bytes, lifted: LiftedSeal) -> Record:
        services, name, now = self._services, object_id(stored.record_id), self._services.clock.now()
        if not lifted.pdf.startswith(old_pdf):
            raise LiftChangedFileError(document_id=stored.document_id)
        files = {one: services.archive.read(name, one) for one in services.archive.names(name) if one != RECORD}
        changed = replace(
            stored.after(stored.files[AGREEMENT]),
            version=stored.version + 1,
            archived_at=now,
            seal_level=lifted.level,
            seal_wanted=min(self._wanted(stored), lifted.most, key=tuple(SealLevel).index),
            stamp_ends_at=lifted.stamp_ends_at,
        )
        services.inspector.read_back(lifted.pdf, self._expected(changed, files[EVIDENCE], lifted.pdf))
        what = {"act": str(Act.LIFT_SEAL), "reason": "", "old": str(stored.seal_level), "new": str(lifted.level)}
        files |= {AGREEMENT: lifted.pdf, **act_file(files, self._by, now, what)}
        facts = {"from": str(stored.seal_level), "to": str(lifted.level)}
        record, _ = store_version(services, self._by, changed, files, act=Act.LIFT_SEAL, facts=facts)
        return record

    def _expected(self, changed: Record, evidence_json: bytes, lifted_pdf: bytes) -> Expectation:
        """Give what the lifted file must hold: all that it held when it was sealed, at the level it has now."""
        evidence = read_json(evidence_json)
        facts = SealingFacts(
            paper=archived_paper(self._services, changed, evidence),
            inks=archived_inks(evidence),
            evidence_sha256=changed.files[EVIDENCE],
        )
        sealed = replace(self._as_sealed(changed, lifted_pdf), seal_level=changed.seal_level)
        return expectation(sealed, facts, lifted_pdf)

    def _as_sealed(self, changed: Record, pdf: bytes) -> Record:
        """Give the record as it was embedded: of the first version whose file this one begins with."""
        archive, name = self._services.archive, object_id(changed.record_id)
        first = next(
            version
            for version in range(1, changed.version)
            if pdf.startswith(archive.read(name, AGREEMENT, version=version))
        )
        return parse_record(name, archive.read(name, RECORD, version=first))

    def _write_down(self, record: Record, slug: str) -> None:
        """Write why a record was not lifted, once: the same reason again the next day tells nothing new."""
        if self.known.get(record.record_id) == slug:
            return
        what = AuditFacts(
            act=Act.LIFT_SEAL, object_kind="record", object_id=record.record_id, outcome="failed",
            facts={"reason": slug},
        )  # fmt: skip
        with self._services.database.write() as transaction:
            transaction.ledger.audit(self._by, self._services.clock.now(), what)

    def _told(self, before: Record, after: Record, *, problem: str = "", renewed: bool = False) -> Lift:
        return Lift(
            record_id=before.record_id,
            document_id=before.document_id if self._by.sight.shows(before) else "",
            before=before.seal_level,
            after=after.seal_level,
            renewed=renewed,
            problem=problem,
        )


def _ends_later(lifted: LiftedSeal, stored: Record) -> bool:
    ends, ended = lifted.stamp_ends_at, stored.stamp_ends_at
    return ends is not None and (ended is None or ends > ended)
