"""Every form, language, manner, aid and kind by way of Word: as conformant as by way of HTML, and saying the same.

Reading order is taken from the tags, by pdfium: what a reader for the blind would say.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from pypdf import PdfReader

from forms_service.domain.forms import PaperKind
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.errors import FormsServiceError
from forms_service.ports import Actor, Services
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.find import open_document
from forms_service.workflow.paper import PaperRequest, make_paper, presented_at, render_job
from forms_service.workflow.present import present
from tests.conformance.test_conformance import assert_said, value_sets, variants
from tests.conftest import SCALE, example, make_services
from tests.counterparts.tags import as_read
from tests.counterparts.verapdf import failures
from tests.word_files import word_services

BY = Actor(id="operator:tester")
GENERATED = 15 * SCALE
# The other variants add lines of the same kinds, and every line is looked for at each render anyway.
VARIANTS = ("", "all-aids", "mark", "es", "es-all-aids", "es-directed")
CASES = [(form, name) for form, name in variants() if name in VARIANTS]
TITLE = re.compile(rb"<rdf:li xml:lang=\"x-default\">([^<]*)</rdf:li>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The same paper by both ways, before stamp and seal."""

    name: str
    word: bytes
    html: bytes


@pytest.fixture(scope="module")
def word(tmp_path_factory) -> Services:
    """Give the services over the Word forms."""
    return word_services(tmp_path_factory.mktemp("word"))


@pytest.fixture(scope="module")
def pairs(word, tmp_path_factory) -> list[Pair]:
    """Give examples completed, and every kind of page without ink, by both ways."""
    html = make_services(tmp_path_factory.mktemp("html"))
    jobs = [*_completed(), *_unsigned()]
    return [Pair(name=name, word=_rendered(word, one), html=_rendered(html, one)) for name, one in jobs]


def _completed():
    for form, name in CASES:
        values, signatures = example(form, name)
        language = "es" if name.startswith("es") else "en"
        yield f"completed-{form}-{name or 'usual'}", (form, language, values, PaperKind.PRESENTED, signatures)


def _unsigned():
    for form in ("lead-agreement", "social-referral"):
        for language in ("en", "es"):
            values = example(form)[0]
            for name, kind, given_values in (
                ("presented", PaperKind.PRESENTED, values),
                ("blank", PaperKind.BLANK, {}),
                ("prefilled", PaperKind.BLANK, values),
            ):
                yield f"{name}-{form}-{language}", (form, language, given_values, kind, None)


def _rendered(services: Services, one) -> bytes:
    form, language, values, kind, signatures = one
    signed = parse_signature_set(signatures) if signatures else None
    number = signed.document_id if signed else {"lead-agreement": "LEAD-7Q2F9-KDM3X-3"}.get(form, "")
    request = PaperRequest(form=form, values=values, language=language, kind=kind, document_id=number)
    paper = make_paper(services, BY, request)
    inks = {name: block.ink for name, block in signed.blocks.items() if block.ink} if signed else {}
    return services.renderer.render(render_job(services, paper, inks=inks, made_at=presented_at(services, paper)))


def _of_itself(pdf: bytes) -> dict[str, object]:
    """Give what a file says of itself."""
    reader = PdfReader(BytesIO(pdf))
    said = reader.metadata
    packet = reader.root_object["/Metadata"].get_data()
    return {
        "title": said.title, "author": said.author, "created": said.creation_date, "language": str(reader.root_object["/Lang"]),
        "titles": TITLE.findall(packet), "claims": [claim in packet for claim in (b"pdfuaid", b"pdfaid:part", b"pdfaid:conformance")],
        "shown": reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"].value,
    }  # fmt: skip


def test_both_ways_say_the_same_in_the_same_order(pairs):
    """Values, words and numbers of clauses, as a reader for the blind says them, letter by letter."""
    for pair in pairs:
        read = as_read(pair.word)
        assert len(read) > 500, pair.name
        assert read == as_read(pair.html), pair.name


def test_both_ways_say_the_same_of_themselves(pairs):
    """Title, author, date, language and claims."""
    for pair in pairs:
        assert _of_itself(pair.word) == _of_itself(pair.html), pair.name


def test_a_usual_case_has_as_many_pages_by_both_ways(pairs):
    """One page a person can follow, in each language, and the English one beside the Spanish."""
    for pair in pairs:
        if pair.name.endswith("usual") or pair.name.startswith("presented"):
            assert len(PdfReader(BytesIO(pair.word)).pages) == len(PdfReader(BytesIO(pair.html)).pages), pair.name


def test_each_signature_has_its_words_and_each_language_its_name(pairs):
    """A figure for each box with ink, with who signed; the English page of a Spanish paper says that it is English."""
    pair = next(one for one in pairs if one.name == "completed-lead-agreement-es-all-aids")
    reader = PdfReader(BytesIO(pair.word))
    found = (reader.get_object(number) for number in reader.xref[0])
    tags = [one for one in found if isinstance(one, dict) and one.get("/Type") == "/StructElem"]
    figures = [str(one["/Alt"]) for one in tags if one.get("/S") == "/Figure"]
    assert len(figures) == 4
    assert all(": " in figure for figure in figures)
    assert any(str(one.get("/Lang", "")).startswith("en") for one in tags)
    assert str(reader.root_object["/Lang"]) == "es"


def test_every_page_by_way_of_word_conforms(word, pairs, tmp_path):
    """No rule of PDF/A-3a or PDF/UA-1 fails: each kind, each variant sealed, and generated values."""
    files = []
    for pair in pairs:
        files.append(tmp_path / f"{pair.name}.pdf")
        files[-1].write_bytes(pair.word)
    for form, name in CASES:
        values, signatures = example(form, name)
        language = "es" if name.startswith("es") else "en"
        request = CompletionRequest(form=form, values=values, signatures=signatures, language=language)
        record = complete(word, BY, request).record
        files.append(tmp_path / f"sealed-{form}-{name or 'usual'}.pdf")
        files[-1].write_bytes(open_document(word, BY, record.document_id))
    generated = _generated(word, tmp_path)
    assert failures([*files, *generated]) == []
    for file in files:
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (file.name, done.stdout, done.stderr)


def _generated(word: Services, folder: Path) -> list[Path]:
    made: list[Path] = []
    refusals: set[str] = set()

    @seed(20261128)
    @settings(max_examples=GENERATED, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(value_sets())
    def render(one) -> None:
        form, language, values = one
        try:
            shown = present(word, BY, PaperRequest(form=form, values=values, language=language))
        except FormsServiceError as refused:
            refusals.add(refused.slug)
            return
        assert_said(shown)
        made.append(folder / f"generated-{len(made):04d}.pdf")
        made[-1].write_bytes(shown.pdf)

    render()
    assert refusals <= {"glyph-missing", "value-missing", "text-has-control-characters"}
    assert len(made) >= GENERATED * 0.8
    return made
