"""Show what will be signed: a numbered page, entered in the ledger before it leaves."""

from __future__ import annotations

from dataclasses import dataclass

from forms_service.domain.evidence import sha256_hex
from forms_service.ports import Actor, AuditFacts, IssuedNumber, Services
from forms_service.workflow.paper import (
    Paper,
    PaperRequest,
    SigningFacts,
    make_paper,
    presented_at,
    render_job,
    strip_for,
)
from forms_service.workflow.permission import Act, permit


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A page made for reading or for the pen."""

    paper: Paper
    pdf: bytes
    pages: int
    sha256: str


def present(services: Services, by: Actor, request: PaperRequest) -> Presented:
    """Render a presented page or a blank, and enter its number.

    Args:
        services: Every port.
        by: Who asks.
        request: Form, values, language and kind (presented or blank; with values a blank is a prefilled paper).

    Raises:
        InvalidInputError, NotFoundError, NotAllowedNowError, RenderingError, ArchiveError.
    """
    permit(by, Act.PRESENT)
    paper = make_paper(services, by, request)
    page = services.renderer.render(render_job(services, paper, inks={}, made_at=presented_at(services, paper)))
    case_number = str(paper.values.get("case_number", ""))
    stamped = services.stamper.stamp(page, strip_for(services, paper, SigningFacts(case_number=case_number)))
    enter_number(services, by, paper, bytes_out=len(stamped.pdf))
    return Presented(paper=paper, pdf=stamped.pdf, pages=stamped.pages, sha256=sha256_hex(stamped.pdf))


def enter_number(services: Services, by: Actor, paper: Paper, *, bytes_out: int) -> None:
    """Enter a document id in the ledger, with its audit entry."""
    now = services.clock.now()
    number = IssuedNumber(
        document_id=paper.document_id,
        form=paper.definition.form,
        form_version=paper.definition.version,
        language=paper.language,
        presented_digest=paper.digest,
        kind=paper.kind,
        issued_at=now,
        issued_by=by.id,
    )
    with services.database.write() as transaction:
        transaction.ledger.issue(number)
        facts: dict[str, str | int] = {"what": str(paper.kind), "bytes_out": bytes_out}
        what = AuditFacts(act=Act.PRESENT, object_kind="document", object_id=paper.document_id, facts=facts)
        transaction.ledger.audit(by, now, what)
