"""Pages by way of Word layouts: every trap of docxtpl closed, nothing left out in silence, the same bytes each time."""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader

from forms_service.documents.engines import Engines
from forms_service.documents.fonts import FontFolder
from forms_service.documents.ink import pdf_operators
from forms_service.documents.office import LibreOffice, OfficeProgram
from forms_service.documents.word_renderer import WordRenderer
from forms_service.domain.forms import FormVersion
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.errors import RenderingError
from forms_service.ports import Actor, RenderJob, Services
from forms_service.settings import ROOT
from forms_service.workflow.paper import PaperRequest, make_paper, presented_at, render_job
from tests.conftest import example
from tests.word_files import document, paragraph, spoiled, word_services

BY = Actor(id="operator:tester")
FIRST_TAG = "{%p for item in pages[0].items %}"
FOOTNOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="2"><w:p><w:r>'
    "<w:t>{}</w:t></w:r></w:p></w:footnote></w:footnotes>"
)


@pytest.fixture(scope="module")
def services(tmp_path_factory) -> Services:
    """Give the services over the Word forms; they render only, so all tests share them."""
    return word_services(tmp_path_factory.mktemp("word"))


def job(
    services: Services, layout: bytes | None = None, *, signed: bool = False, language: str = "en", **values
) -> RenderJob:
    """Give the usual job, with another layout, with ink, or with other values."""
    given, signatures = example("lead-agreement")
    request = PaperRequest(form="lead-agreement", values={**given, **values}, language=language)
    paper = make_paper(services, BY, request)
    if layout is not None:
        files = {**paper.form.files, "form.docx": layout}
        paper = replace(paper, form=FormVersion(definition=paper.form.definition, files=files))
    blocks = parse_signature_set(signatures).blocks if signed else {}
    inks = {name: block.ink for name, block in blocks.items() if block.ink}
    return render_job(services, paper, inks=inks, made_at=presented_at(services, paper))


def said(pdf: bytes) -> str:
    """Give a page's text as an independent reader finds it, lines joined."""
    text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    return " ".join(text.split())


def refusal(services: Services, layout: bytes, **more) -> RenderingError:
    """Give how a layout is refused."""
    with pytest.raises(RenderingError) as refused:
        services.renderer.render(job(services, layout, **more))
    return refused.value


@pytest.mark.parametrize(
    "name",
    [
        "Smith & Sons <b>LLC</b>", "{{ 7*7 }}", "{% raw %}", "{_{ y }_} {_% x %_}", "&amp; &#123;", "]]> <w:br/>", "{# x #}",
        "{{r x }} {%p if x %}", "“Quoted” ‘name’", "A" * 120,
    ],
)  # fmt: skip
def test_a_value_is_never_markup_nor_a_tag(services, name):
    """Ampersands, brackets and braces come out as they were written, and the rest of the page is there."""
    pdf = services.renderer.render(job(services, person_name_as_given=name))
    folded = "".join(said(pdf).split())
    assert "".join(name.split()) in folded
    assert "Crisisline" in folded


@pytest.mark.parametrize("character", ["\n", "\t", "\a", "\f", "\x00", "\u200b"])
def test_control_characters_never_reach_the_layout(services, character):
    """They would change its structure: a line that holds one is refused before the layout is filled."""
    usual = job(services)
    page = usual.pages[0]
    line = replace(page.lines[1], text=f"one{character}two")
    bad = replace(usual, pages=(replace(page, lines=(page.lines[0], line, *page.lines[2:])),))
    with pytest.raises(RenderingError) as refused:
        services.renderer.render(bad)
    assert refused.value.slug == "glyph-missing"


def test_a_footnote_is_not_rendered_twice(services):
    """The library renders notes once for each section; tags in them are refused, and what a person wrote is none."""
    tagged = spoiled(parts={"word/footnotes.xml": FOOTNOTES.format("{{ pages[0].title }}")})
    assert "word-tag-outside-body" in str(refusal(services, tagged))
    sections = spoiled(
        ("<w:sectPr>", '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p><w:sectPr>'),
        parts={"word/footnotes.xml": FOOTNOTES.format("")},
    )
    assert "{{7*7}}" in "".join(
        said(services.renderer.render(job(services, sections, person_name_as_given="{{ 7*7 }}"))).split()
    )


def test_the_title_is_not_escaped_twice(services):
    """Title and author stand in the file as they are, not as markup."""
    usual = job(services)
    page = replace(usual.pages[0], title="Smith & <Sons>")
    pdf = services.renderer.render(replace(usual, pages=(page,), author="Police & Sheriff"))
    reader = PdfReader(BytesIO(pdf))
    assert (reader.metadata.title, reader.metadata.author) == ("Smith & <Sons>", "Police & Sheriff")
    assert "Smith &amp; &lt;Sons&gt;</" in reader.root_object["/Metadata"].get_data().decode()
    assert "&amp;amp;" not in reader.root_object["/Metadata"].get_data().decode()


LAYOUTS = {
    "template-undefined-name": ["{{ nothing }}", "{{ pages[0].nothing }}"],
    "template-unsafe": [
        "{{ pages.__class__.__mro__ }}", "{{ signature.__globals__ }}", "{{ signature.__self__._template }}",
        "{{ gap.__globals__.Path }}", "{{ pages[0].items.__getattribute__ }}",
    ],
    "template-syntax": [
        "{% for %}", "{{ gap(1 / 0) }}", "{{ pages | tojson }}", "{{ pages | attr('x') }}", "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}", "{% extends 'x' %}", "{% if kind %}", "{{ signature('nobody').x }}",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("slug", "tag"), [(slug, one) for slug, many in LAYOUTS.items() for one in many])
def test_a_layout_that_reaches_too_far_is_refused(services, slug, tag):
    """Unknown names, the interpreter, files and syntax: each with its slug and the paragraph."""
    escaped = tag.replace("&", "&amp;").replace("<", "&lt;")
    found = refusal(services, spoiled(("<w:body>", f"<w:body>{paragraph(escaped)}")))
    assert found.slug in {slug, "template-undefined-name" if "'nobody'" in tag else slug}
    assert re.search(r"form\.docx:(paragraph \d+|body)", str(found))


def test_an_unknown_name_is_found_in_word_by_its_paragraph(services):
    """The library says no place for a name that is not given; the third paragraph is the third."""
    layout = spoiled(("<w:body>", f"<w:body>{paragraph('')}{paragraph('{{ title }}')[:-6]}</w:p>"))
    assert "form.docx:paragraph 2" in str(refusal(services, layout))


def test_escaping_can_not_be_switched_off(services):
    """What a layout declares does not make markup of a value."""
    body = "{% autoescape false %}{{ pages[0].title }}{% endautoescape %}"
    layout = spoiled(("{{ line.text }}", body))
    usual = job(services, layout)
    line = replace(usual.pages[0].lines[0], text="a < b & c")
    page = replace(usual.pages[0], title="a < b & c", lines=(line, *usual.pages[0].lines[1:]))
    assert "a < b & c" in said(services.renderer.render(replace(usual, pages=(page,))))


def test_a_block_that_is_left_open_is_refused(services):
    """The library would mend what is not well-formed, and drop the rest of the page."""
    table = "<w:tbl><w:tblGrid/><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"
    broken = paragraph("{% if kind == 'none' %}") + table.format(paragraph("{% endif %}"))
    found = refusal(services, spoiled(("<w:body>", f"<w:body>{broken}")))
    assert (found.slug, "same level" in str(found)) == ("template-syntax", True)


def test_a_line_that_is_left_out_is_refused(services):
    """A page without a sentence that was signed is no page, whoever took it out; its line is named."""
    layout = spoiled(("{%p for clause in item.clauses %}", "{%p for clause in item.clauses[1:] %}"))
    found = refusal(services, layout)
    assert (found.slug, found.facts) == ("line-not-on-page", {"line": "L-2"})


def test_lines_in_another_order_are_refused(services):
    """The order of reading is signed too."""
    layout = spoiled((FIRST_TAG, "{%p for item in pages[0].items[::-1] %}"))
    assert refusal(services, layout).slug == "line-not-on-page"


def test_ink_without_a_place_is_refused(services):
    """A layout without the place, and one with two."""
    once = "{{ signature(row[0].id) }}"
    without = spoiled((once, ""), (once, ""), (once, ""), (once, ""))
    twice = spoiled((once, once * 2), (once, once), (once, once))
    for layout in (without, twice):
        found = refusal(services, layout, signed=True)
        assert (found.slug, found.facts["block"]) == ("ink-has-no-place", "person")


def test_ink_may_be_placed_by_name(services):
    """A layout that names its signers, as one writes it by hand: signature("person")."""
    layout = spoiled(("{{ signature(row[0].id) }}", '{{ signature("person") }}'))
    usual = job(services, layout, signed=True)
    pdf = services.renderer.render(usual)
    drawn = PdfReader(BytesIO(pdf)).pages[0].get_contents().get_data().decode("latin-1")
    assert [pdf_operators(block.ink) in drawn for block in usual.pages[0].blocks] == [True, True]


def test_the_same_job_gives_the_same_bytes(services, tmp_path):
    """Another LibreOffice, started later, makes the same file."""
    usual = job(services, signed=True, language="es")
    other = WordRenderer(FontFolder(ROOT / "config/fonts"), LibreOffice(ROOT / "config/fonts"))
    assert services.renderer.render(usual) == other.render(usual)


def test_a_font_that_is_not_bundled_is_refused(services):
    """Word would take another one and say nothing."""
    layout = spoiled(('w:ascii="Noto Sans"', 'w:ascii="Arial"'), part="word/styles.xml")
    assert "word-font-unknown" in str(refusal(services, layout))


def test_all_fonts_are_embedded_and_bundled(services):
    """Nothing else is found by LibreOffice, whatever fonts the machine has."""
    fonts = set()
    for page in PdfReader(BytesIO(services.renderer.render(job(services, signed=True, language="es")))).pages:
        for font in page["/Resources"]["/Font"].values():
            fonts.add(font["/BaseFont"].partition("+")[2])
            assert font["/FontDescriptor"]["/FontFile2"].get_data()
    assert fonts == {"NotoSans-Regular", "NotoSans-Bold"}


def test_a_hostile_file_never_reaches_libreoffice(services):
    """The renderer checks again: a layout that came from elsewhere than a folder is refused too."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://127.0.0.1:9/"'
        ' TargetMode="External"/></Relationships>'
    )
    found = refusal(services, document(paragraph("{{ kind }}"), {"word/_rels/document.xml.rels": relations}))
    assert (found.slug, "word-remote-image" in str(found)) == ("template-unsafe", True)


def test_libreoffice_fetches_nothing_even_when_the_checks_are_passed_by():
    """Handed a file with a remote picture and an included file directly, it asks nobody and reads nothing."""
    asked: list[object] = []
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asked.append(listener.accept()), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.png"
    instruction = f'INCLUDEPICTURE "{url}" \\d'
    included = 'INCLUDETEXT "/etc/hostname"'
    fields = "".join(
        f'<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText>{one}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>old</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        for one in (instruction, included)
    )
    office = LibreOffice(ROOT / "config/fonts")
    try:
        pdf = office.convert(document(fields + paragraph("Ready.")), needed_by="x")
    finally:
        office.close()
    assert asked == []
    assert Path("/etc/hostname").read_text("utf-8").strip() not in said(pdf)
    listener.close()


def test_without_libreoffice_other_forms_are_made(services):
    """The refusal names the form; a form whose layout is HTML does not care."""
    fonts = FontFolder(ROOT / "config/fonts")
    lacking = WordRenderer(fonts, LibreOffice(fonts.place, program=OfficeProgram(python=Path("/nowhere"))))
    form = services.forms.form("lead-agreement")
    engines = Engines({"docx": lacking, "html": services.renderer})
    assert engines.lacking(form) == "LibreOffice"
    with pytest.raises(RenderingError, match="lead-agreement 1 needs it") as refused:
        engines.render(job(services))
    assert refused.value.slug == "office-missing"
    assert services.renderer.lacking(form) == ""
