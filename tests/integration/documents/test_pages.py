"""The pages themselves: only bundled fonts, room for codes and strip, whole lines, ink that can be heard."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from forms_service.domain.forms import FormVersion, PaperKind
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.errors import RenderingError
from forms_service.ports import Actor, RenderJob, Services
from forms_service.settings import ROOT
from forms_service.workflow.paper import PaperRequest, make_paper, presented_at, render_job
from tests.conftest import example

BY = Actor(id="operator:tester")
FORMS = ("lead-agreement", "social-referral")
MM = 72 / 25.4
LONG = {
    "person_name_as_given": "Anna Maria Wilhelmina " * 5,
    "other_names": "Nguyễn Thị Mẫu Ánh, Ольга Пример-Щукина, Ελένη Παράδειγμα",
    "next_step": "Go to Polk County Behavioral Health, 182 SW Academy Street, and ask for Sam at the window. " * 2,
    "contact_place": "The corner of Main Street and Mill Street, behind the old flour mill by the river, Dallas",
    "lives_at": "In a blue van by the river park, most nights near the boat ramp",
}


def job(services: Services, form: str, language: str = "en", *, kind: PaperKind = PaperKind.PRESENTED, **more: object):
    """Give the job of a form's usual case with values changed; a blank without values when ``more`` is empty."""
    values = {} if kind is PaperKind.BLANK and not more else {**example(form)[0], **more}
    paper = make_paper(services, BY, PaperRequest(form=form, values=values, language=language, kind=kind))
    return render_job(services, paper, inks={}, made_at=presented_at(services, paper))


def completed(services: Services, form: str, name: str = "") -> RenderJob:
    """Give the job of an example with its ink."""
    values, given = example(form, name)
    signatures = parse_signature_set(given)
    language = "es" if name.startswith("es") else "en"
    request = PaperRequest(form=form, values=values, language=language, document_id=signatures.document_id)
    inks = {block_id: block.ink for block_id, block in signatures.blocks.items() if block.ink}
    paper = make_paper(services, BY, request)
    return render_job(services, paper, inks=inks, made_at=presented_at(services, paper))


def with_files(one: RenderJob, **files: bytes) -> RenderJob:
    """Give a job whose form folder has other files."""
    changed = {**one.form.files, **{name.replace("_", "."): content for name, content in files.items()}}
    return replace(one, form=FormVersion(definition=one.form.definition, files=changed))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", [PaperKind.PRESENTED, PaperKind.BLANK])
@pytest.mark.parametrize("more", [{}, LONG])
def test_nothing_is_drawn_where_the_stamp_stands(services, form, kind, more):
    """Strip and corner of every page are white, also of pages that long values made."""
    pdf = services.renderer.render(job(services, form, "es", kind=kind, **more))
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=1).to_pil().convert("L")
        width, height = image.size
        strip = image.crop((0, round(height - 30 * MM), width, height))
        corner = image.crop((round(width - 34 * MM), 0, width, round(29.5 * MM)))
        assert strip.getextrema() == (255, 255)
        assert corner.getextrema() == (255, 255)


@pytest.mark.parametrize("form", FORMS)
def test_no_line_is_torn_between_two_pages(services, form):
    """Each line of a long paper stands whole on one page: people and read-back find it there."""
    one = job(services, form, "es", **LONG)
    pages = [
        "".join(page.get_textpage().get_text_range().split())
        for page in pypdfium2.PdfDocument(services.renderer.render(one))
    ]
    assert len(pages) > 2
    for content in one.pages:
        for line in content.lines:
            assert any("".join(line.text.split()) in page for page in pages), line.id


@pytest.mark.parametrize("form", FORMS)
def test_the_english_page_has_no_signatures(services, form):
    """Ink stands once, on the page in the language that was signed."""
    reader = PdfReader(BytesIO(services.renderer.render(completed(services, form, "es"))))
    drawn = [page.get_contents().get_data().count(b" c\n") for page in reader.pages]
    assert drawn[0] > 0
    assert drawn[1:] == [0] * (len(drawn) - 1)


def figures(node: object) -> list[str]:
    """Give the alternative text of every figure below a node of the structure tree."""
    found = []
    kids = node.get("/K", []) if hasattr(node, "get") else []
    for kid in kids if isinstance(kids, list) else [kids]:
        one = kid.get_object()
        if hasattr(one, "get"):
            found += [str(one["/Alt"])] if one.get("/S") == "/Figure" else figures(one)
    return found


def test_each_signature_is_named_for_those_who_hear_the_page(services):
    """Every ink is a figure whose text says which signature it is and whose."""
    reader = PdfReader(BytesIO(services.renderer.render(completed(services, "lead-agreement", "all-aids"))))
    assert figures(reader.trailer["/Root"]["/StructTreeRoot"]) == [
        "Your signature: Tal",
        "Interpreter: Sam Interpreter, interpreter",
        "Guardian or parent: Kim Guardian, guardian (parent)",
        "Officer: Alex Officer, officer",
    ]


def test_the_file_says_what_it_is(services):
    """Title, language, author and the moment it was made stand in the file; both standards are claimed in one RDF."""
    one = job(services, "lead-agreement", "es")
    reader = PdfReader(BytesIO(services.renderer.render(one)))
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert reader.metadata.title == one.pages[0].title
    assert reader.metadata.author == one.author
    assert reader.metadata.creation_date == one.made_at
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert xmp.count("<rdf:RDF") == 1
    for claim in ('pdfaid:part="3"', 'pdfaid:conformance="A"', 'pdfuaid:part="1"'):
        assert claim in xmp


def elsewhere(script: str, folder: Path, *, fonts: str = "") -> bytes:
    """Run a script in a process that knows the system fonts of one folder, or none; give what it wrote."""
    configuration = folder / "fonts.conf"
    listed = f"<dir>{fonts}</dir>" if fonts else ""
    configuration.write_text(f"<fontconfig>{listed}<cachedir>{folder}/cache</cachedir></fontconfig>", "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, check=True,
        env={"PATH": "/usr/bin:/bin", "FONTCONFIG_FILE": str(configuration), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.stdout


USUAL = """
import sys, tempfile
from pathlib import Path
from tests.conftest import make_services
from tests.integration.documents.test_pages import completed
with tempfile.TemporaryDirectory() as name:
    services = make_services(Path(name))
    sys.stdout.buffer.write(services.renderer.render(completed(services, "lead-agreement", "es")))
"""


def test_a_machine_without_any_font_makes_the_same_bytes(services, tmp_path: Path):
    """Only the bundled fonts are used: another process that knows no system font writes the same file."""
    assert elsewhere(USUAL, tmp_path) == services.renderer.render(completed(services, "lead-agreement", "es"))


FOREIGN = """
import tempfile
from pathlib import Path
from forms_service.errors import RenderingError
from tests.conftest import make_services
from tests.integration.documents.test_pages import HEAD, job, with_files
with tempfile.TemporaryDirectory() as name:
    services = make_services(Path(name))
    layout = HEAD + b"<p style='font-family: Elsewhere'>x"
    try:
        services.renderer.render(with_files(job(services, "social-referral"), form_html=layout))
    except RenderingError as refused:
        print(refused.slug, refused)
"""


def test_a_font_of_the_machine_is_refused(tmp_path: Path):
    """A layout that names a font which only this machine has is refused, with its name."""
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    with TTFont(ROOT / "config" / "fonts" / "NotoSans-Regular.ttf") as font:
        for record in font["name"].names:
            record.string = "Elsewhere"
        font.save(fonts / "Elsewhere.ttf")
    said = elsewhere(FOREIGN, tmp_path, fonts=str(fonts)).decode()
    assert said == "asset-missing font Elsewhere is not in the form folder\n"


def test_only_bundled_fonts_are_embedded(services, tmp_path: Path):
    """An independent reader finds the bundled families, embedded, and no other."""
    file = tmp_path / "page.pdf"
    file.write_bytes(services.renderer.render(job(services, "lead-agreement", **LONG)))
    said = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
    rows = [row.split() for row in said.splitlines()[2:]]
    assert {row[0].split("+")[1] for row in rows} == {"Paper", "Paper-Bold"}
    assert all("yes" in row for row in rows)


HEAD = b"<html lang=en><title>t</title>"
SILENT = {
    "a font of the form": (
        "asset-missing",
        HEAD + b"<style>@font-face { font-family: Paper; src: url(form:///own.ttf) }</style><p>x",
    ),
    "a local font": (
        "asset-missing",
        HEAD + b"<style>@font-face { font-family: Paper; src: local('DejaVu Sans') }</style><p>x",
    ),
    "a letter of the layout that no font has": ("engine-reported-error|asset-missing", HEAD + "<p>案".encode()),
    "a rule that the engine does not know": ("engine-reported-error", HEAD + b"<style>p { colour: red }</style><p>x"),
}


@pytest.mark.parametrize("fault", SILENT)
def test_nothing_is_replaced_in_silence(services, fault):
    """What an engine would put right by itself is refused, so that the author sees it."""
    slugs, layout = SILENT[fault]
    own = (ROOT / "config" / "fonts" / "NotoSans-Regular.ttf").read_bytes()
    one = with_files(job(services, "social-referral"), form_html=layout, own_ttf=own)
    with pytest.raises(RenderingError) as refused:
        services.renderer.render(one)
    assert refused.value.slug in slugs.split("|")


def test_a_refused_job_leaves_the_next_one_as_it_was(services):
    """A form that failed changes nothing for the form after it."""
    usual = job(services, "social-referral")
    before = services.renderer.render(usual)
    with pytest.raises(RenderingError):
        services.renderer.render(with_files(usual, form_html=SILENT["a font of the form"][1]))
    assert services.renderer.render(usual) == before


def test_pages_made_at_once_do_not_disturb_each_other(services):
    """Threads get their own page, or their own refusal, as if they were alone."""
    good = job(services, "social-referral")
    bad = with_files(good, form_html=SILENT["a rule that the engine does not know"][1])
    alone = services.renderer.render(good)
    found: list[object] = []

    def make(one: RenderJob) -> None:
        try:
            found.append(services.renderer.render(one) == alone)
        except RenderingError as refused:
            found.append(refused.slug)

    threads = [threading.Thread(target=make, args=(one,)) for one in (good, bad) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["True"] * 3 + ["engine-reported-error"] * 3


def test_a_glyph_is_missed_before_anything_is_rendered(services):
    """The refusal names the line and the code point."""
    one = job(services, "lead-agreement")
    lines = tuple(replace(line, text=f"{line.text} 案") if line.id == "L-4" else line for line in one.pages[0].lines)
    with pytest.raises(RenderingError) as refused:
        services.renderer.render(replace(one, pages=(replace(one.pages[0], lines=lines),)))
    assert refused.value.facts == {"place": "L-4", "code_point": "U+6848"}


def test_the_forms_share_one_look():
    """Layouts are one text, and the styles differ in nothing but how large and how open the page is."""
    folders = [ROOT / "templates" / form / "1" for form in FORMS]
    assert len({(folder / "form.html").read_text("utf-8") for folder in folders}) == 1
    styles = [(folder / "form.css").read_text("utf-8").splitlines() for folder in folders]
    assert styles[0][1:] == styles[1][1:]
    assert styles[0][0] != styles[1][0]
