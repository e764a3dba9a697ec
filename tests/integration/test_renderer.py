"""What a layout may do, and that nothing is let pass in silence."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfWriter

from forms_service.domain.forms import FormVersion, PaperKind
from forms_service.errors import PageNotStampableError, RenderingError
from forms_service.ports import Actor, Strip
from forms_service.workflow.paper import PaperRequest, make_paper, presented_at, render_job
from tests.conftest import example

BY = Actor(id="operator:tester")
STRIP = Strip(
    document_id="LEAD-7Q2F9-KDM3X-3", form_code="LEAD", form_title="LEAD agreement", form_version=1, case_number="",
    signed_at="", sealed_at="", manner="", digest="0123456789ab", practice=False,
)  # fmt: skip


def job(services, **files: bytes):
    """Give the usual job with files of the form folder changed."""
    paper = make_paper(services, BY, PaperRequest(form="lead-agreement", values=example("lead-agreement")[0]))
    changed = {**paper.form.files, **{name.replace("_", "."): content for name, content in files.items()}}
    paper = replace(paper, form=FormVersion(definition=paper.form.definition, files=changed))
    return render_job(services, paper, inks={}, made_at=presented_at(services, paper))


LAYOUTS = {
    "template-syntax": [b"<p>{% for %}", b"<p>{{ title | tojson }}", b"\xff", b"<p>{{ 1 / 0 }}"],
    "template-undefined-name": [b"<p>{{ nothing }}", b"<p>{{ title.nothing }}"],
    "template-unsafe": [b"<p>{{ title.__class__.__mro__ }}", b"<p>{{ pages.append(1) }}"],
    "asset-missing": [
        b"<html lang=en><title>t</title><img src='form:///nothing.png' alt=x>",
        b"<html lang=en><title>t</title><img src='file:///etc/hostname' alt=x>",
        b"<html lang=en><title>t</title><link rel=attachment href='file:///etc/hostname'>",
        b"<html lang=en><title>t</title><link rel=stylesheet href='http://localhost:9/x.css'>",
    ],
}


@pytest.mark.parametrize(("slug", "layout"), [(slug, one) for slug, many in LAYOUTS.items() for one in many])
def test_a_layout_that_reaches_too_far_is_refused(services, slug, layout):
    """Syntax, unknown names, the interpreter, the disk and the network: each is refused with its slug and place."""
    with pytest.raises(RenderingError) as refused:
        services.renderer.render(job(services, form_html=layout))
    assert refused.value.slug == slug
    assert "form.html" in str(refused.value) or slug == "asset-missing"


def test_what_the_engine_calls_an_error_stops_the_job(services):
    """A picture without a text alternative is an error of the engine, not a line in a log."""
    picture = b"<html lang=en><title>t</title><img src='form:///form.css' alt=x>"
    with pytest.raises(RenderingError) as refused:
        services.renderer.render(job(services, form_html=picture))
    assert refused.value.slug == "engine-reported-error"


def test_the_same_job_gives_the_same_bytes(services):
    """Same job, same digest."""
    one = job(services)
    assert services.renderer.render(one) == services.renderer.render(one)


def test_data_is_never_a_template(services):
    """Braces in a name are a name."""
    values = {**example("lead-agreement")[0], "person_name_as_given": "{{ 7*7 }} <b>x</b>"}
    paper = make_paper(services, BY, PaperRequest(form="lead-agreement", values=values))
    pdf = services.renderer.render(render_job(services, paper, inks={}, made_at=presented_at(services, paper)))
    said = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    assert "{{ 7*7 }} <b>x</b>" in said


def test_the_usual_case_fits_one_page_in_each_language(services):
    """One page a person can follow; another language is followed by its English page."""
    for form in ("lead-agreement", "social-referral"):
        for language, pages in (("en", 1), ("es", 2)):
            paper = make_paper(services, BY, PaperRequest(form=form, values=example(form)[0], language=language))
            pdf = services.renderer.render(render_job(services, paper, inks={}, made_at=presented_at(services, paper)))
            assert len(pypdfium2.PdfDocument(pdf)) == pages, (form, language)


def pixels(pdf: bytes):
    """Rasterise the first page at 100 dpi."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=100 / 72).to_pil().convert("RGB")


def test_the_stamp_changes_nothing_outside_its_boxes(services):
    """With the stamp's boxes painted white before and after, every other pixel is equal."""
    page = services.renderer.render(job(services))
    before, after = pixels(page), pixels(services.stamper.stamp(page, STRIP).pdf)
    width, height = before.size
    for image in (before, after):
        image.paste("white", (0, round(height - 33 * 100 / 25.4), width, height))
        image.paste("white", (round(width - 34 * 100 / 25.4), 0, width, round(31 * 100 / 25.4)))
    assert hashlib.sha256(before.tobytes()).digest() == hashlib.sha256(after.tobytes()).digest()


def test_both_codes_of_every_page_are_read(services):
    """Two codes a page, each with its page's number, by an independent reader at 200 dpi."""
    values = example("lead-agreement")[0]
    paper = make_paper(
        services, BY, PaperRequest(form="lead-agreement", values=values, language="es", kind=PaperKind.BLANK)
    )
    page = services.renderer.render(render_job(services, paper, inks={}, made_at=presented_at(services, paper)))
    stamped = services.stamper.stamp(page, replace(STRIP, practice=True))
    document = pypdfium2.PdfDocument(stamped.pdf)
    for number, one in enumerate(document, start=1):
        found = zxingcpp.read_barcodes(one.render(scale=200 / 72).to_pil().convert("L"))
        wanted = f"FS1-LEAD/1-7Q2F9KDM3X3-{number}/{len(document)}"
        assert [code.text for code in found] == [wanted, wanted]


@pytest.mark.parametrize(
    ("pages", "size", "turned", "problem"),
    [(1, (595, 842), 0, "595 x 842"), (1, (612, 792), 90, "turned by 90"), (100, (612, 792), 0, "at most 99")],
)
def test_a_page_that_can_not_take_the_strip_is_refused(services, pages, size, turned, problem):
    """Another size, a turned page and more pages than the codes can count."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(*size).rotate(turned)
    written = BytesIO()
    writer.write(written)
    with pytest.raises(PageNotStampableError, match=problem):
        services.stamper.stamp(written.getvalue(), STRIP)


def test_what_is_no_pdf_can_not_take_the_strip(services):
    """Bytes that no reader opens are refused, without a traceback."""
    with pytest.raises(PageNotStampableError):
        services.stamper.stamp(b"no pdf", STRIP)


def test_a_stamp_without_a_glyph_is_refused(services):
    """A case number that no font can write is refused before it is drawn."""
    page = services.renderer.render(job(services))
    with pytest.raises(RenderingError) as refused:
        services.stamper.stamp(page, replace(STRIP, case_number="案"))
    assert refused.value.slug == "glyph-missing"


@pytest.mark.parametrize("word", ["COPY", "VOID"])
def test_an_overprint_is_drawn_and_said(services, word):
    """COPY and VOID stand across the page and in the strip."""
    page = services.renderer.render(job(services))
    stamped = services.stamper.stamp(page, replace(STRIP, mark=word)).pdf
    assert pypdfium2.PdfDocument(BytesIO(stamped))[0].get_textpage().get_text_range().count(word) >= 2
