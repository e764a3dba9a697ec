"""What a golden folder holds: the page's text, reviewable in a diff, and the digest of its bytes.

``<form>-<language>/pages.txt`` is the text of every page of the usual example; ``render.sha256`` is the digest of the
rendered page with the versions it holds for. Under other versions only ``pages.txt`` decides.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from forms_service.domain.evidence import sha256_hex
from forms_service.domain.signature import parse_signature_set
from forms_service.ports import Actor, Services
from forms_service.workflow.paper import PaperRequest, make_paper, render_job
from tests.conftest import example

FOLDER = Path(__file__).resolve().parent
CASES = [(form, language) for form in ("lead-agreement", "social-referral") for language in ("en", "es")]


def rendered(services: Services, form: str, language: str) -> bytes:
    """Render the usual example of a form in a language, with its ink."""
    values, given = example(form, "es" if language == "es" else "")
    signatures = parse_signature_set(given)
    request = PaperRequest(form=form, values=values, language=language, document_id=signatures.document_id)
    paper = make_paper(services, Actor(id="operator:golden"), request)
    inks = {name: block.ink for name, block in signatures.blocks.items() if block.ink}
    return services.renderer.render(
        render_job(services, paper, inks=inks, made_at=signatures.blocks["person"].signed_at)
    )


def pages_text(pdf: bytes) -> str:
    """Give the text of every page."""
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join(f"--- page {number} ---\n{page.extract_text()}\n" for number, page in enumerate(pages, start=1))


def digest_line(services: Services, pdf: bytes) -> str:
    """Give the digest with the versions it holds for."""
    versions = {
        name: version for name, version in services.build.items() if name in ("weasyprint", "pydyf", "fonttools")
    }
    return f"{sha256_hex(pdf)} {json.dumps(versions, sort_keys=True)}\n"
