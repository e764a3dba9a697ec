"""The seal with real time-stamp servers, and what read-back must catch."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from forms_service.domain.record import SealLevel
from forms_service.domain.signature import Ink, Point
from forms_service.errors import FormsServiceError, SealKeyUnusableError
from forms_service.ports import Expectation
from forms_service.workflow import find, verify
from forms_service.workflow.archived_paper import archived_inks
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.stored_json import read_json
from tests.conftest import example, make_services
from tests.counterparts.timestamps import silent_server, time_stamp_server


def completed(services, by):
    """Complete the usual case."""
    values, signatures = example("lead-agreement")
    return complete(services, by, CompletionRequest(form="lead-agreement", values=values, signatures=signatures)).record


def test_with_a_time_stamp_server_the_seal_is_b_t(tmp_path, by):
    """Certomancer's time stamp is in the seal, and the record says so."""
    with time_stamp_server(tmp_path / "tsa") as url:
        services = make_services(tmp_path, FORMS_TSA_URL=url)
        record = completed(services, by)
    assert (record.seal_level, record.seal_wanted) == (SealLevel.B_T, SealLevel.B_T)
    verdict = verify.verify(services, by, find.open_document(services, by, record.document_id))
    assert (verdict.file.outcome, verdict.file.level) == ("unchanged", SealLevel.B_T)


def test_a_server_that_never_answers_leaves_an_honest_b_b(tmp_path, by):
    """After a bounded wait the document is sealed without a time stamp, and says so."""
    with silent_server() as url:
        record = completed(make_services(tmp_path, FORMS_TSA_URL=url), by)
    assert (record.seal_level, record.seal_wanted) == (SealLevel.B_B, SealLevel.B_T)


@pytest.fixture
def sealed(services, by):
    """Give a sealed file, and what read-back expects of it."""
    record = completed(services, by)
    name = f"urn:uuid:{record.record_id}"
    pdf = services.archive.read(name, "agreement.pdf")
    evidence = read_json(services.archive.read(name, "evidence.json"))
    data = next(bytes(one[0]) for one in PdfReader(BytesIO(pdf)).attachments.values())
    expected = Expectation(
        texts=tuple(text for _, text in evidence["lines"]),
        ink=archived_inks(evidence),
        embedded={"agreement-data.json": hashlib.sha256(data).hexdigest()},
        sha256=hashlib.sha256(pdf).hexdigest(),
        level=SealLevel.B_B,
    )
    return pdf, expected


def slug_of(services, pdf, expected) -> str:
    """Give the slug with which read-back refuses."""
    with pytest.raises(FormsServiceError) as refused:
        services.inspector.read_back(pdf, expected)
    return refused.value.slug


def test_read_back_accepts_what_was_sealed(services, sealed):
    """The bytes as they were sealed hold everything."""
    services.inspector.read_back(*sealed)


def test_read_back_catches_each_thing_that_is_missing(services, sealed):
    """Digest, level, text, stroke and embedded file: each has its slug."""
    pdf, expected = sealed
    stray = Ink(strokes=((Point(1, 2, 0, None), Point(3, 4, 5, None)),))
    assert slug_of(services, pdf, replace(expected, sha256="0" * 64)) == "read-back-digest"
    assert slug_of(services, pdf, replace(expected, level=SealLevel.B_T)) == "read-back-seal"
    assert slug_of(services, pdf, replace(expected, texts=("something else",))) == "read-back-text-missing"
    assert slug_of(services, pdf, replace(expected, ink={"person": stray})) == "read-back-ink-missing"
    assert slug_of(services, pdf, replace(expected, embedded={"agreement-data.json": "0" * 64})) == "read-back-embedded"
    assert slug_of(services, pdf, replace(expected, embedded={"other.json": "0" * 64})) == "read-back-embedded"


def test_read_back_catches_one_missing_stroke(services, sealed):
    """A signature that lost its last stroke is not the signature."""
    pdf, expected = sealed
    more = {name: Ink(strokes=(*ink.strokes, ink.strokes[0])) for name, ink in expected.ink.items()}
    assert slug_of(services, pdf, replace(expected, ink=more)) == "read-back-ink-missing"


def test_read_back_catches_a_broken_seal(services, sealed):
    """A flipped byte inside the sealed range breaks the seal."""
    pdf, expected = sealed
    broken = bytearray(pdf)
    broken[200] ^= 1
    digest = hashlib.sha256(broken).hexdigest()
    assert slug_of(services, bytes(broken), replace(expected, sha256=digest)) == "read-back-seal"


def test_read_back_catches_lost_conformance(services, sealed):
    """A file whose metadata no longer claims both standards is refused, however good its seal."""
    pdf, expected = sealed
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    del writer.root_object["/AcroForm"]
    for page in writer.pages:
        page.pop("/Annots", None)
    del writer.root_object["/Metadata"]
    del writer.root_object["/Perms"]
    stripped = BytesIO()
    writer.write(stripped)
    resealed = services.sealer.seal(stripped.getvalue(), sealed_at=services.clock.now()).sealed_pdf
    digest = hashlib.sha256(resealed).hexdigest()
    assert slug_of(services, resealed, replace(expected, sha256=digest)) == "read-back-conformance"


def test_a_key_that_does_not_fit_is_refused(tmp_path):
    """A key file that is no PKCS#12, or another's passphrase, is told at start."""
    make_services(tmp_path)
    (tmp_path / "keys" / "seal.pass").write_text("wrong")
    with pytest.raises(SealKeyUnusableError):
        make_services(tmp_path)
