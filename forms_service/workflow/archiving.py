"""Build a record's files, read the sealed one back, store them, then write the row (DESIGN 6).

The order matters: a crash may leave an extra object, never a row without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from forms_service.domain.evidence import canonical_json, sha256_hex
from forms_service.domain.forms import FormVersion, Stage
from forms_service.domain.record import (
    SEALED_FILE,
    Mode,
    Record,
    RecordState,
    SealLevel,
    record_from_json,
    record_to_json,
)
from forms_service.domain.signature import Ink
from forms_service.domain.values import page_values
from forms_service.errors import ArchiveError, RecordUnreadableError
from forms_service.ports import Actor, AuditFacts, EmbeddedFile, Expectation, Services, Transaction
from forms_service.workflow.paper import Paper, SigningFacts, render_job, strip_for
from forms_service.workflow.permission import Act
from forms_service.workflow.stored_json import read_json

AGREEMENT, PAGE, RECORD, INTERNAL, EVIDENCE = (
    SEALED_FILE,
    "page.pdf",
    "record.json",
    "internal.json",
    "evidence.json",
)
ENVELOPES = "envelopes.json"  # only of what a tablet sent
AGREEMENT_DATA = "agreement-data.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a tablet sent, kept with the record.

    Attributes:
        facts: For the evidence: the device, and each envelope's digest.
        envelopes: Content of ``envelopes.json``: each envelope exactly as it came, and the key that signed it.
    """

    facts: Mapping[str, object]
    envelopes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraft:
    """A signed paper on its way into the archive."""

    paper: Paper
    record_id: str
    contact_id: str
    mode: Mode
    inks: Mapping[str, Ink]
    signatures: Mapping[str, object]
    stroke_digests: tuple[str, ...]
    signed_at: datetime
    input_digest: str
    sent: Sent | None = None


def object_id(record_id: str) -> str:
    """Give the archive's name for a record."""
    return f"urn:uuid:{record_id}"


def archive_record(services: Services, by: Actor, draft: RecordDraft) -> tuple[Record, str]:
    """Archive version 1 of a record.

    Returns:
        The record and a printable place.
    """
    keep_form(services, by, draft.paper.form)
    made_at = draft.signed_at
    page_pdf = services.renderer.render(render_job(services, draft.paper, inks=draft.inks, made_at=made_at))
    evidence = _evidence(services, draft)
    files = {PAGE: page_pdf, EVIDENCE: evidence, INTERNAL: _internal(draft.paper)}
    if draft.sent is not None:
        files[ENVELOPES] = draft.sent.envelopes
    record, sealed_pdf = seal_record(services, _record(services, by, draft), page_pdf, _facts(draft, files))
    files[AGREEMENT] = sealed_pdf
    return store_version(services, by, record, files, act=Act.COMPLETE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingFacts:
    """What sealing needs beside the record: the paper, its ink and the evidence's digest."""

    paper: Paper
    inks: Mapping[str, Ink]
    evidence_sha256: str


def _facts(draft: RecordDraft, files: Mapping[str, bytes]) -> SealingFacts:
    return SealingFacts(paper=draft.paper, inks=draft.inks, evidence_sha256=sha256_hex(files[EVIDENCE]))


def _record(services: Services, by: Actor, draft: RecordDraft) -> Record:
    paper, now = draft.paper, services.clock.now()
    return Record(
        record_id=draft.record_id,
        document_id=paper.document_id,
        contact_id=draft.contact_id,
        version=1,
        state=RecordState.ARCHIVED,
        practice=not services.settings.production,
        form=paper.definition.form,
        form_code=paper.definition.code,
        form_version=paper.definition.version,
        form_digest=paper.definition.digest,
        language=paper.language,
        mode=draft.mode,
        manner=str(paper.values.get("manner", "drawn")),
        values=dict(page_values(paper.definition, paper.values)),
        case_number=str(paper.values.get("case_number", "")),
        presented_digest=paper.digest,
        input_digest=draft.input_digest,
        stroke_digests=draft.stroke_digests,
        signed_at=draft.signed_at,
        sealed_at=now,
        archived_at=now,
        seal_level=SealLevel.B_B,
        seal_wanted=services.lifter.level_wanted,
        retention_class=paper.definition.retention_class,
        files={},
        officer_id=by.id,
    )


def seal_record(services: Services, record: Record, page_pdf: bytes, facts: SealingFacts) -> tuple[Record, bytes]:
    """Stamp and seal a page, and read the sealed bytes back before they count.

    Returns:
        The record with the seal's level, and the sealed PDF.

    Raises:
        SealingError, EvidenceMismatchError: The bytes do not hold what they must.
    """
    signing = SigningFacts(signed_at=record.signed_at, sealed_at=record.sealed_at, case_number=record.case_number)
    strip = strip_for(services, facts.paper, signing)
    data = _agreement_data(record, facts)
    stamped_pdf = services.stamper.stamp(page_pdf, strip, embed=(data,)).pdf
    sealed = services.sealer.seal(stamped_pdf, sealed_at=record.sealed_at)
    named = replace(record, seal_level=sealed.level, seal_wanted=services.lifter.level_wanted)
    named, sealed_pdf = _lifted_at_once(services, named, sealed.sealed_pdf)
    services.inspector.read_back(sealed_pdf, expectation(named, facts, sealed_pdf))
    return named, sealed_pdf


def _lifted_at_once(services: Services, record: Record, sealed_pdf: bytes) -> tuple[Record, bytes]:
    """Lift a seal that was just made; where no time stamp was given a moment ago, nobody is asked again."""
    if not record.is_owed_a_lift or record.seal_level is SealLevel.B_B:
        return record, sealed_pdf
    lifted = services.lifter.lift(sealed_pdf, wanted=record.seal_wanted)
    return replace(record, seal_level=lifted.level, stamp_ends_at=lifted.stamp_ends_at), lifted.pdf


def expectation(record: Record, facts: SealingFacts, sealed_pdf: bytes) -> Expectation:
    """Give what a sealed file must hold; the record as it is embedded, with the level that the file is said to have."""
    data = _agreement_data(record, facts)
    return Expectation(
        texts=(*(line.text for line in (*facts.paper.lines, *facts.paper.control)), *_strip_texts(record)),
        ink=facts.inks,
        embedded={data.name: sha256_hex(data.content)},
        sha256=sha256_hex(sealed_pdf),
        level=record.seal_level,
    )


def _strip_texts(record: Record) -> tuple[str, ...]:
    return (record.document_id, record.presented_digest[:12], record.case_number or "CASE NO. OPEN")


def _agreement_data(record: Record, facts: SealingFacts) -> EmbeddedFile:
    """Give the data embedded in the page: only what the page shows, plus the digest of the evidence."""
    content = canonical_json(
        {
            "v": "agreement-data/1",
            "document_id": record.document_id,
            "form": record.form,
            "form_version": record.form_version,
            "language": record.language,
            "version": record.version,
            "case_number": record.case_number,
            "practice": record.practice,
            "values": dict(record.values),
            "presented_digest": record.presented_digest,
            "evidence_sha256": facts.evidence_sha256,
            "signed_at": record.signed_at.isoformat(),
        }
    )
    return EmbeddedFile(
        name=AGREEMENT_DATA,
        media_type="application/json",
        content=content,
        description="The values this page shows",
        modified_at=record.sealed_at,
    )


def _evidence(services: Services, draft: RecordDraft) -> bytes:
    """Give the words shown in order, the strokes with their times, and what rendered them; stays in the archive."""
    paper = draft.paper
    return canonical_json(
        {
            "v": "evidence/1",
            "document_id": paper.document_id,
            "presented_digest": paper.digest,
            "presented_on": paper.presented_on.isoformat(),
            "language": paper.language,
            "lines": [[line.id, line.text] for line in paper.lines],
            "control_lines": [[line.id, line.text] for line in paper.control],
            "signatures": dict(draft.signatures),
            "build": dict(services.build),
            **({"sent": dict(draft.sent.facts)} if draft.sent is not None else {}),
        }
    )


def _internal(paper: Paper) -> bytes:
    """Give what never leaves with a copy: screening answers, victims, internal fields."""
    kept = {
        field.id: paper.values[field.id]
        for field in paper.definition.fields
        if field.id in paper.values and (field.internal or field.stage in (Stage.SCREENING, Stage.SIGNING))
    }
    return canonical_json({"v": "internal/1", "values": kept})


def store_version(
    services: Services,
    by: Actor,
    record: Record,
    files: Mapping[str, bytes],
    *,
    act: Act,
    facts: Mapping[str, str | int] | None = None,
) -> tuple[Record, str]:
    """Store a version's files, then its row and its audit entry in one transaction.

    Args:
        services: Every port.
        by: Who acts.
        record: With ``version`` set; its ``files`` are filled in here.
        files: Every file of the new state but ``record.json``.
        act: For the audit trail.
        facts: For the audit trail, beside the version.
    """
    named = store_files(services, by, record, files, act=act)
    with services.database.write() as transaction:
        write_row(services, transaction, by, named, act=act, facts=facts)
    return named, services.archive.locator(object_id(named.record_id), AGREEMENT)


def store_files(services: Services, by: Actor, record: Record, files: Mapping[str, bytes], *, act: Act) -> Record:
    """Store a version's files, and give the record with their digests; its row is the caller's to write."""
    named = replace(record, files={name: sha256_hex(content) for name, content in sorted(files.items())})
    services.archive.add_version(
        object_id(record.record_id),
        expected_head=record.version - 1,
        files={**files, RECORD: canonical_json(record_to_json(named))},
        message=str(act),
        by=by.id,
        at=services.clock.now(),
    )
    return named


def write_row(
    services: Services,
    transaction: Transaction,
    by: Actor,
    record: Record,
    *,
    act: Act,
    facts: Mapping[str, str | int] | None = None,
) -> None:
    """Write a stored version's row and its audit entry."""
    transaction.book.put(record)
    told = {"version": record.version, **(facts or {})}
    what = AuditFacts(act=act, object_kind="record", object_id=record.record_id, facts=told)
    transaction.ledger.audit(by, services.clock.now(), what)


def act_file(files: Mapping[str, bytes], by: Actor, at: datetime, content: Mapping[str, object]) -> dict[str, bytes]:
    """Give the next ``acts/NNNN.json`` of a record: what was done, by whom and when."""
    number = sum(one.startswith("acts/") for one in files) + 1
    told = {"v": "act/1", "by": by.id, "at": at.isoformat(), **content}
    return {f"acts/{number:04d}.json": canonical_json(told)}


def keep_form(services: Services, by: Actor, form: FormVersion) -> None:
    """Copy a form version's folder into the archive at its first use, by its digest."""
    name = f"urn:forms-service:form:{form.definition.digest}"
    if services.archive.head(name):
        return
    try:
        services.archive.add_version(
            name, expected_head=0, files=form.files, message="form version first used", by=by.id,
            at=services.clock.now(),
        )  # fmt: skip
    except ArchiveError:
        if not services.archive.head(name):  # another process was first: then it is there
            raise


def load_archived(services: Services, record_id: str) -> Record | None:
    """Give a record as its object's head says, which is the truth; None when there is no such object.

    Raises:
        RecordUnreadableError: The object is there, but its record.json is not what we wrote.
    """
    name = object_id(record_id)
    if not services.archive.head(name):
        return None
    return parse_record(name, services.archive.read(name, RECORD))


def parse_record(name: str, content: bytes) -> Record:
    """Read ``record.json``; anything else in it is the archive's fault, by the object's name."""
    try:
        return record_from_json(read_json(content))
    except (KeyError, ValueError, TypeError) as error:
        raise RecordUnreadableError(object_id=name) from error
