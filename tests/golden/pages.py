"""What a golden folder holds: values and ink, each page's text and places, and the digest of its bytes.

``<form>-<language>/input.json`` is what was signed; ``pages.txt`` has each run of text with its box, and each drawn
box of ink, in mm from the page's top left, reviewable in a diff; ``render.sha256`` is the digest of the rendered page
with the versions it holds for. Under other versions only ``pages.txt`` decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]

from forms_service.domain.evidence import sha256_hex
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.ports import Actor, Services
from forms_service.workflow.paper import PaperRequest, make_paper, render_job
from tests.conftest import example

FOLDER = Path(__file__).resolve().parent
_INSET_PT = 0.4
CASES = [(form, language) for form in ("lead-agreement", "social-referral") for language in ("en", "es")]


def usual_input(form: str, language: str) -> dict[str, object]:
    """Give the usual example, as ``script/golden`` freezes it."""
    values, signatures = example(form, "es" if language == "es" else "")
    return {"values": values, "signatures": signatures}


def rendered(services: Services, form: str, language: str) -> bytes:
    """Render what a golden folder's ``input.json`` says, with its ink."""
    given = json.loads((FOLDER / f"{form}-{language}" / "input.json").read_text("utf-8"))
    values, given = given["values"], given["signatures"]
    signatures = parse_signature_set(given)
    request = PaperRequest(form=form, values=values, language=language, document_id=signatures.document_id)
    paper = make_paper(services, Actor(id="operator:golden"), request)
    inks = {name: block.ink for name, block in signatures.blocks.items() if block.ink}
    return services.renderer.render(
        render_job(services, paper, inks=inks, made_at=signatures.blocks["person"].signed_at)
    )


def pages_text(pdf: bytes) -> str:
    """Give each run of text and each drawn path of every page: left, top, width, height in mm, and what it says."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(
            f"--- page {number} ---\n" + "\n".join([*_texts(page), *_paths(page)]) + "\n"
            for number, page in enumerate(document, start=1)
        )


def _texts(page: pypdfium2.PdfPage) -> Iterator[str]:
    text = page.get_textpage()
    for index in range(text.count_rects()):
        left, bottom, right, top = box = text.get_rect(index)
        inside = (left + _INSET_PT, bottom + _INSET_PT, right - _INSET_PT, top - _INSET_PT)  # not the neighbour's edge
        yield f"{_place(page, box)}  {' '.join(text.get_text_bounded(*inside).split())}"


def _paths(page: pypdfium2.PdfPage) -> Iterator[str]:
    for drawn in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH]):
        yield f"{_place(page, drawn.get_bounds())}  (drawn)"


def _place(page: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = box
    sizes_pt = (left, page.get_height() - top, right - left, top - bottom)
    return " ".join(f"{size_pt * 25.4 / 72:6.1f}" for size_pt in sizes_pt)


def digest_line(services: Services, pdf: bytes) -> str:
    """Give the digest with the versions it holds for."""
    versions = {
        name: version for name, version in services.build.items() if name in ("weasyprint", "pydyf", "fonttools")
    }
    return f"{sha256_hex(pdf)} {json.dumps(versions, sort_keys=True)}\n"
