"""Make the signed agreement: render once with the ink, stamp, seal, read back, archive (DESIGN 5 and 6).

1. Read the signatures; a refusal makes no document and raises a nameless count.
2. Make the paper anew from the values and compare its digest with the one signed.
3. Judge the ink: every required block, its least ink, no stroke set seen before.
4. Judge sameness by the input digest: same input, same record; other input is held.
5. Build every file in memory, read the sealed one back, then archive, then write the row.

What must be looked at by a person is kept with everything that was sent before the refusal is raised. What a tablet
sent in envelopes is kept already, so that ``complete_sent`` holds and counts nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forms_service.domain.conditions import holds
from forms_service.domain.evidence import input_digest
from forms_service.domain.forms import SignatureBlock, Stage
from forms_service.domain.numbers import draw_uuid
from forms_service.domain.record import Mode, Record
from forms_service.domain.signature import BlockSignature, Ink, SignatureSet, check_ink, stroke_set_digest
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.errors import (
    EvidenceMismatchError,
    Fault,
    InvalidInputError,
    OtherContentError,
    PersonRefusedError,
    PresentedDigestMismatchError,
    SayBackMissingError,
    SignaturesError,
    SignedOnOtherDateError,
    StrokesSeenBeforeError,
)
from forms_service.ports import Actor, AuditFacts, Services
from forms_service.workflow.archiving import RecordDraft, Sent, archive_record
from forms_service.workflow.hold import hold_for_person
from forms_service.workflow.paper import Paper, PaperRequest, make_paper
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.record_versions import AGREEMENT, load_archived, object_id, put_row
from forms_service.workflow.screen import count_declined, refuse_contradiction

CLOCKS_APART_S = 300  # a tablet's clock that runs ahead by less is no lie (DOMAIN 4, row 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """Everything that was sent.

    Attributes:
        signatures: Parsed JSON of ``signatures.json`` (shape in ``examples/README.md``).
        sent: What a tablet signed and sealed, for the archive.
    """

    form: str
    values: Mapping[str, object]
    signatures: object
    language: str = "en"
    form_version: int | None = None
    mode: Mode = Mode.TABLET
    sent: Sent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The archived record and where it lies.

    Attributes:
        is_new: False when the very same input was archived before.
    """

    record: Record
    locator: str
    is_new: bool


def complete(services: Services, by: Actor, request: CompletionRequest) -> Completed:
    """Archive a signed paper, once.

    Raises:
        PersonRefusedError: The person said no, or no to what the form can not do without; a nameless count is kept,
            nothing else.
        SayBackMissingError: The person could not say back what the paper means; nothing is kept.
        InvalidInputError: Faults in values or signatures; nothing is kept.
        EvidenceMismatchError: Digest, date, content or strokes do not agree; all that was sent is held.
        RenderingError, SealingError, ArchiveError: Nothing is visible; the same call may be made again.
    """
    permit(by, Act.COMPLETE)
    signatures = parse_signature_set(request.signatures)
    if signatures.outcome == "refused":
        count_declined(services, by, request.form)
        raise PersonRefusedError
    paper = make_paper(services, by, _paper_request(services, request, signatures))
    try:
        return _completed(services, by, request, paper, signatures)
    except PersonRefusedError:
        count_declined(services, by, request.form)
        raise
    except EvidenceMismatchError as error:
        hold_for_person(services, by, paper, request.values, request.signatures, error.slug)
        raise


def complete_sent(services: Services, by: Actor, request: CompletionRequest) -> Completed:
    """Archive what came in envelopes that are kept, once, exactly as ``complete``; nothing is held and nothing counted.

    Raises:
        FormsServiceError: As ``complete``; ``PersonRefusedError`` for values that say no.
    """
    permit(by, Act.COMPLETE)
    signatures = parse_signature_set(request.signatures)
    paper = make_paper(services, by, _paper_request(services, request, signatures))
    return _completed(services, by, request, paper, signatures)


def _completed(
    services: Services, by: Actor, request: CompletionRequest, paper: Paper, signatures: SignatureSet
) -> Completed:
    """Archive a paper whose values say yes and agree with each other, under ink that was judged."""
    if holds(paper.definition.declined_when, paper.values):
        raise PersonRefusedError
    refuse_contradiction(services, paper)
    _refuse_unsaid(paper)
    return _archive_once(services, by, request, _Signed.judged(services, paper, signatures))


def _paper_request(services: Services, request: CompletionRequest, signatures: SignatureSet) -> PaperRequest:
    return PaperRequest(
        form=request.form,
        values=request.values,
        language=request.language,
        form_version=request.form_version,
        document_id=signatures.document_id,
        presented_on=_presented_on(services, signatures),
        require=(Stage.SCREENING, Stage.BEFORE, Stage.SIGNING),
    )


def _refuse_unsaid(paper: Paper) -> None:
    unsaid = [field.id for field in paper.definition.fields_at(Stage.SIGNING) if paper.values.get(field.id) is False]
    if unsaid:
        raise SayBackMissingError(questions=", ".join(unsaid))


def _presented_on(services: Services, signatures: SignatureSet) -> date | None:
    shown_at = signatures.presentation.shown_at if signatures.presentation else None
    person = signatures.blocks.get("person")
    moment = shown_at or (person.signed_at if person else None)
    return moment.astimezone(services.settings.zone).date() if moment else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    """A paper with the ink that was judged good in form; times and digest are compared on the way in."""

    paper: Paper
    signatures: SignatureSet
    inks: Mapping[str, Ink]
    stroke_digests: Mapping[str, str]
    signed_at: datetime

    @classmethod
    def judged(cls, services: Services, paper: Paper, signatures: SignatureSet) -> _Signed:
        inks = _judged_inks(services, paper, signatures)
        if signatures.presented_digest != paper.digest:
            raise PresentedDigestMismatchError(
                document_id=paper.document_id, got=signatures.presented_digest[:12], expected=paper.digest[:12]
            )
        signed_at = _signed_at(signatures)
        signed_on = signed_at.astimezone(services.settings.zone).date()
        if paper.definition.period is not None and signed_on != paper.presented_on:
            raise SignedOnOtherDateError(
                document_id=paper.document_id, expected=paper.presented_on.isoformat(), got=signed_on.isoformat()
            )
        digests = {block_id: stroke_set_digest(ink) for block_id, ink in inks.items()}
        return cls(paper=paper, signatures=signatures, inks=inks, stroke_digests=digests, signed_at=signed_at)


def _signed_at(signatures: SignatureSet) -> datetime:
    """Give when the person's pen came down; with a directed signature the witness's did it for them."""
    block = signatures.blocks.get("person") or next(iter(signatures.blocks.values()))
    return block.signed_at


def _judged_inks(services: Services, paper: Paper, signatures: SignatureSet) -> dict[str, Ink]:
    faults: list[Fault] = []
    inks: dict[str, Ink] = {}
    for block in paper.definition.blocks:
        given = signatures.blocks.get(block.id)
        faults += _block_faults(services, paper, block, given)
        if given is not None and given.ink is not None:
            inks[block.id] = given.ink
    known = {block.id for block in paper.definition.blocks}
    for block_id in sorted(set(signatures.blocks) - known):
        faults.append(_fault("signature-block-unknown", block_id, "the form has no such block"))
    if faults:
        raise SignaturesError(faults)
    return inks


def _block_faults(services: Services, paper: Paper, block: SignatureBlock, given: BlockSignature | None) -> list[Fault]:
    if given is None or given.ink is None:
        missing = holds(block.applies, paper.values) and holds(block.required, paper.values)
        return [_fault("signature-missing", block.id, "ink is required here")] if missing else []
    if not holds(block.applies, paper.values):
        return [_fault("signature-not-asked", block.id, "nobody signs here with these values")]
    faults = []
    if (given.signed_at - services.clock.now()).total_seconds() > CLOCKS_APART_S:
        faults.append(_fault("date-in-future", block.id, "signed_at must not be in the future"))
    is_mark = block.id == "person" and paper.values.get("manner") == "mark"
    try:
        check_ink(
            given.ink, block.width_hundredths_mm, block.height_hundredths_mm,
            least=block.least_mark if is_mark else block.least_ink,
        )  # fmt: skip
    except InvalidInputError as error:
        faults.append(_fault(error.slug, block.id, str(error)))
    return faults


def _fault(slug: str, block_id: str, message: str) -> Fault:
    return Fault(slug=slug, place=f"blocks.{block_id}", message=message)


def _archive_once(services: Services, by: Actor, request: CompletionRequest, signed: _Signed) -> Completed:
    """Answer with the stored record when the same input was archived, else archive it."""
    digest = input_digest(
        signed.paper.document_id,
        signed.paper.definition.digest,
        signed.paper.language,
        signed.paper.values,
        signed.signatures.to_json(),
    )
    record_id = _reserved_record_id(services, signed.paper.document_id)
    stored = load_archived(services, record_id)
    if stored is not None:
        return _same_or_held(services, by, stored, digest)
    _refuse_seen_strokes(services, signed)
    draft = RecordDraft(
        paper=signed.paper,
        record_id=record_id,
        contact_id=record_id,
        mode=request.mode,
        inks=signed.inks,
        signatures=signed.signatures.to_json(),
        stroke_digests=tuple(signed.stroke_digests.values()),
        signed_at=signed.signed_at,
        input_digest=digest,
        sent=request.sent,
    )
    record, locator = archive_record(services, by, draft)
    return Completed(record=record, locator=locator, is_new=True)


def _reserved_record_id(services: Services, document_id: str) -> str:
    """Give the record id of a document id; after a crash it is the one its object already bears."""
    with services.database.write() as transaction:
        known = transaction.book.record(document_id)
        if known is not None:
            return known.record_id
        fresh = draw_uuid(services.chance.bits)
        return transaction.ledger.reserve_record_id(document_id, fresh)


def _same_or_held(services: Services, by: Actor, stored: Record, digest: str) -> Completed:
    permit(by, Act.COMPLETE, stored)
    if stored.input_digest != digest:
        raise OtherContentError(document_id=stored.document_id)
    with services.database.write() as transaction:
        is_put = put_row(transaction, stored)
        what = AuditFacts(
            act=Act.RECOVER if is_put else Act.VIEW, object_kind="record", object_id=stored.record_id,
            facts={"what": "same"},
        )  # fmt: skip
        transaction.ledger.audit(by, services.clock.now(), what)
    return Completed(
        record=stored, locator=services.archive.locator(object_id(stored.record_id), AGREEMENT), is_new=False
    )


def _refuse_seen_strokes(services: Services, signed: _Signed) -> None:
    seen: set[str] = set()
    with services.database.read() as transaction:
        for block_id, digest in signed.stroke_digests.items():
            if digest in seen or transaction.book.has_stroke_digest(digest, but=signed.paper.document_id):
                raise StrokesSeenBeforeError(document_id=signed.paper.document_id, block=block_id)
            seen.add(digest)
