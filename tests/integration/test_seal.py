"""The seal with real time-stamp servers, and what read-back must catch."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from asn1crypto import tsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader, PdfWriter

from forms_service.documents.inspect import PdfInspector
from forms_service.documents.seal import PadesSealer
from forms_service.documents.seal_key import open_seal_key, pkcs12_key
from forms_service.domain.record import SealLevel
from forms_service.domain.signature import Ink, Point
from forms_service.errors import FormsServiceError, SealKeyUnusableError
from forms_service.ports import Expectation
from forms_service.workflow import find, verify
from forms_service.workflow.archived_paper import archived_inks
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.stored_json import read_json
from tests.conftest import example, make_services
from tests.counterparts.timestamps import lying_server


def completed(services, by):
    """Complete the usual case."""
    values, signatures = example("lead-agreement")
    return complete(services, by, CompletionRequest(form="lead-agreement", values=values, signatures=signatures)).record


def test_with_a_time_stamp_server_the_seal_is_b_t(tmp_path, by, authority):
    """Certomancer's time stamp is in the seal, and the record says so."""
    services = make_services(tmp_path, FORMS_TSA_URL=authority.time_stamp_url)
    record = completed(services, by)
    assert (record.seal_level, record.seal_wanted) == (SealLevel.B_T, SealLevel.B_T)
    verdict = verify.verify(services, by, find.open_document(services, by, record.document_id))
    assert (verdict.file.outcome, verdict.file.level) == ("unchanged", SealLevel.B_T)


def is_honest_b_b(folder, by, url: str) -> bool:
    """Say whether a document completed with a time-stamp server is sealed without a stamp, and says so."""
    record = completed(make_services(folder, FORMS_TSA_URL=url), by)
    return (record.seal_level, record.seal_wanted) == (SealLevel.B_B, SealLevel.B_T)


def test_a_server_that_never_answers_leaves_an_honest_b_b(tmp_path, by, silent_time_stamp_url):
    """After a bounded wait the document is sealed without a time stamp, and says so."""
    assert is_honest_b_b(tmp_path, by, silent_time_stamp_url)


def test_a_server_that_answers_rubbish_leaves_an_honest_b_b(tmp_path, by, rubbish_time_stamp_url):
    """What is no time stamp goes into no seal and stops no document."""
    assert is_honest_b_b(tmp_path, by, rubbish_time_stamp_url)


def test_a_server_that_is_not_there_leaves_an_honest_b_b(tmp_path, by):
    """A name that leads nowhere and a closed port are the same: no time stamp now."""
    assert is_honest_b_b(tmp_path / "port", by, "http://localhost:9/tsa")
    assert is_honest_b_b(tmp_path / "name", by, "http://nowhere.invalid/tsa")


def test_a_stamp_over_something_else_leaves_an_honest_b_b(tmp_path, by, authority):
    """A sound stamp that is over another digest, or answers another question, is none of ours."""

    def over_another_digest(asked: bytes) -> bytes:
        request = tsp.TimeStampReq.load(asked)
        request["message_imprint"]["hashed_message"] = b"\x00" * 32
        return request.dump(force=True)

    def with_another_nonce(asked: bytes) -> bytes:
        request = tsp.TimeStampReq.load(asked)
        request["nonce"] = 1
        return request.dump(force=True)

    for name, change in {"digest": over_another_digest, "nonce": with_another_nonce}.items():
        with lying_server(authority.time_stamp_url, change) as url:
            assert is_honest_b_b(tmp_path / name, by, url)


def test_a_stamp_too_large_for_its_place_leaves_an_honest_b_b(tmp_path, by, authority):
    """What does not fit is told before the place in the file is cut; one byte of room less would be too little here."""
    services = make_services(tmp_path)
    sealer = PadesSealer(open_seal_key(services.settings), authority.time_stamp_url, most_stamp_bytes=64)
    assert completed(replace(services, sealer=sealer), by).seal_level is SealLevel.B_B


def test_the_seal_bears_the_time_of_the_service(services, sealed):
    """Signing time and the strip agree: both are the clock's, not the machine's."""
    seal = PdfFileReader(BytesIO(sealed[0])).embedded_regular_signatures[0]
    assert seal.self_reported_timestamp == services.clock.now().replace(microsecond=0)


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


def test_read_back_catches_one_point_that_moved(services, sealed):
    """A signature bent in its middle is not the signature, though each stroke begins and ends as it should."""
    pdf, expected = sealed
    first = expected.ink["person"].strokes[0]
    middle = len(first) // 2
    bent = (*first[:middle], replace(first[middle], y=first[middle].y + 40), *first[middle + 1 :])
    moved = Ink(strokes=(bent, *expected.ink["person"].strokes[1:]))
    assert slug_of(services, pdf, replace(expected, ink={"person": moved})) == "read-back-ink-missing"


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


def test_an_agencys_own_key_seals_with_its_chain(tmp_path, by, authority):
    """A key from an authority, its certificates beside it, has room for them and a time stamp."""
    services = make_services(tmp_path)
    sealer = PadesSealer(pkcs12_key(authority.sealer_pkcs12, authority.passphrase_file), authority.time_stamp_url)
    inspector = PdfInspector([sealer.certificate], limit_bytes=services.settings.upload_limit_bytes)
    services = replace(services, sealer=sealer, inspector=inspector)
    record = completed(services, by)
    assert record.seal_level is SealLevel.B_T
    assert not sealer.is_test_seal
    sealed_pdf = find.open_document(services, by, record.document_id)
    assert verify.verify(services, by, sealed_pdf).file.outcome == "unchanged"
