"""Build a record's files from what was signed, seal its page, and read the sealed one back before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from forms_service.domain.evidence import canonical_json, sha256_hex
from forms_service.domain.forms import FormVersion, Stage
from forms_service.domain.record import Mode, Record, RecordState, SealLevel
from forms_service.domain.signature import Ink
from forms_service.domain.values import page_values
from forms_service.errors import ArchiveError
from forms_service.ports import Actor, EmbeddedFile, Expectation, Services
from forms_service.workflow.paper import Paper, SigningFacts, render_job, strip_for
from forms_service.workflow.permission import Act
from forms_service.workflow.record_versions import AGREEMENT, ENVELOPES, EVIDENCE, INTERNAL, PAGE, store_version

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
