"""Every level of a seal, reached at once or by a lift, with a real authority; and what read-back must not believe."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from forms_service.documents.certificate_paths import signer_of
from forms_service.documents.content_stamp import ContentTimeStamps
from forms_service.documents.seal import PadesSealer
from forms_service.documents.seal_key import pkcs12_key
from forms_service.documents.seal_level import SealLevels
from forms_service.domain.record import SealLevel
from forms_service.errors import PdfUnreadableError, ReadBackSealError, SealCertificateUnusableError
from forms_service.ports import Expectation
from forms_service.workflow import find, verify
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.present import present
from tests.conftest import NOW, HeldClock, example, make_services
from tests.counterparts.seals import completed, sealing_services
from tests.counterparts.timestamps import BRIEF, authority_server

LTA = SealLevel.B_LTA


def level_now(services, pdf: bytes) -> SealLevel | None:
    """Give the level that a file has at the services' time."""
    verdict = services.inspector.verify(pdf, now=services.clock.now())
    assert verdict.outcome == "unchanged", verdict.reasons
    return verdict.level


@pytest.mark.parametrize("level", [*SealLevel])
def test_a_seal_reaches_the_level_wanted_at_once(tmp_path, by, authority, level):
    """The record says the level, read-back found it, and whoever brings the file is told it."""
    services = sealing_services(tmp_path, authority, str(level))
    record = completed(services, by)
    assert (record.seal_level, record.seal_wanted) == (level, level)
    assert (record.stamp_ends_at is not None) is (level is LTA)
    verdict = verify.verify(services, by, find.open_document(services, by, record.document_id))
    assert (verdict.file.outcome, verdict.file.level, verdict.record) == ("unchanged", level, "current")
    assert not [one for one in what_needs_me(services, by) if one.kind.startswith("seal")]


def test_without_the_setting_a_time_stamp_server_means_b_t(tmp_path, by, authority):
    """Nothing changes for who named a server before there were levels."""
    services = make_services(tmp_path, FORMS_TSA_URL=authority.time_stamp_url)
    assert (services.settings.seal_level, completed(services, by).seal_level) == ("B-T", SealLevel.B_T)


def test_level_b_b_asks_no_time_stamp_server(tmp_path, by, silent_time_stamp_url):
    """A server may be there for the audit trail alone."""
    services = make_services(tmp_path, FORMS_TSA_URL=silent_time_stamp_url, FORMS_SEAL_LEVEL="B-B")
    record = completed(services, by)
    assert (record.seal_level, record.seal_wanted) == (SealLevel.B_B, SealLevel.B_B)


def test_a_seal_that_nobody_speaks_for_wants_b_t_at_most(tmp_path, by, authority):
    """TEST SEAL signs itself: no authority could say that it was withdrawn, so that nothing above B-T is claimed or owed."""
    services = make_services(
        tmp_path, FORMS_TSA_URL=authority.time_stamp_url, FORMS_SEAL_LEVEL="B-LTA", FORMS_SEAL_TRUSTED=str(authority.root_file)
    )  # fmt: skip
    record = completed(services, by)
    assert (record.seal_level, record.seal_wanted, services.lifter.level_wanted) == (SealLevel.B_T,) * 3
    assert services.lifter.lift(find.open_document(services, by, record.document_id), wanted=LTA).most is SealLevel.B_T


def test_a_withdrawn_certificate_is_not_spoken_for(tmp_path, by, authority):
    """What was signed is kept with its time stamp; the level above is owed and never claimed."""
    services = sealing_services(tmp_path, authority, "B-LTA", key=authority.withdrawn_pkcs12)
    record = completed(services, by)
    assert (record.seal_level, record.seal_wanted) == (SealLevel.B_T, LTA)
    lifted = services.lifter.lift(find.open_document(services, by, record.document_id), wanted=LTA)
    assert lifted.problem.slug == "seal-certificate-withdrawn"


def test_a_time_stamp_of_nobody_trusted_is_no_ground_to_build_on(tmp_path, by, authority):
    """The settings name another authority: B-T it is, and why stands in the problem."""
    with authority_server(tmp_path / "other") as other:
        services = sealing_services(tmp_path, other, "B-LTA", FORMS_TSA_URL=authority.time_stamp_url)
        record = completed(services, by)
        lifted = services.lifter.lift(find.open_document(services, by, record.document_id), wanted=LTA)
    assert (record.seal_level, lifted.problem.slug) == (SealLevel.B_T, "time-stamp-not-trusted")


def test_a_seal_of_nobody_trusted_is_not_lifted(tmp_path, by, authority):
    """The time stamp is trusted, the seal's issuer is not."""
    with authority_server(tmp_path / "other") as other:
        services = sealing_services(tmp_path, authority, "B-LTA", key=other.sealer_pkcs12)
        record = completed(services, by)
        lifted = services.lifter.lift(find.open_document(services, by, record.document_id), wanted=LTA)
    assert (record.seal_level, lifted.problem.slug) == (SealLevel.B_T, "seal-issuer-not-trusted")


def test_a_time_stamp_server_may_be_trusted_by_its_own_certificate(tmp_path, by, authority):
    """The settings name it directly, not its issuer; it ends when it ends itself."""
    stamp = ContentTimeStamps(authority.brief_time_stamp_url, ()).stamp(b"x")
    server, _ = signer_of(tsp.TimeStampResp.load(stamp)["time_stamp_token"]["content"])
    (tmp_path / "server.crt").write_bytes(server.dump())
    services = sealing_services(
        tmp_path, authority, "B-LTA", FORMS_TSA_URL=authority.brief_time_stamp_url,
        FORMS_SEAL_TRUSTED=f"{tmp_path / 'server.crt'}:{authority.root_file}",
    )  # fmt: skip
    record = completed(services, by)
    assert (record.seal_level, record.stamp_ends_at) == (LTA, server.not_valid_after)


def test_a_seal_that_is_trusted_by_itself_alone_is_spoken_for_by_nobody(tmp_path, by, authority):
    """Its own certificate among the trusted ones is not the word of an authority."""
    with authority_server(tmp_path / "other") as other:
        own = sealing_services(tmp_path, other, "B-T").sealer.certificate
        (tmp_path / "own.crt").write_bytes(own.dump())
        trusted = f"{tmp_path / 'own.crt'}:{authority.root_file}"
        services = sealing_services(
            tmp_path, authority, "B-LTA", key=other.sealer_pkcs12, FORMS_SEAL_TRUSTED=trusted
        )  # fmt: skip
        record = completed(services, by)
        lifted = services.lifter.lift(find.open_document(services, by, record.document_id), wanted=LTA)
    assert (record.seal_level, lifted.problem.slug) == (SealLevel.B_T, "seal-issuer-not-trusted")


def test_an_authority_that_does_not_answer_leaves_b_t(tmp_path, by, authority):
    """Time stamps come, but nobody tells whether the seal's certificate was withdrawn."""
    with authority_server(tmp_path / "other") as other:
        trusted = f"{authority.root_file}:{other.root_file}"
        services = sealing_services(
            tmp_path, authority, "B-LTA", key=other.sealer_pkcs12, FORMS_SEAL_TRUSTED=trusted
        )  # fmt: skip
    record = completed(services, by)
    assert (record.seal_level, record.seal_wanted) == (SealLevel.B_T, LTA)
    lifted = services.lifter.lift(find.open_document(services, by, record.document_id), wanted=LTA)
    assert lifted.problem.slug == "certificate-status-not-told"
    assert lifted.pdf == find.open_document(services, by, record.document_id)


def test_a_seal_outlives_its_certificate(tmp_path, by, authority):
    """Years after the seal's certificate ended the file is as valid as on its first day, and so is its level."""
    clock = HeldClock()
    services = sealing_services(tmp_path, authority, "B-LTA", key=authority.brief_sealer_pkcs12, clock=clock)
    record = completed(services, by)
    pdf = find.open_document(services, by, record.document_id)
    clock.move(days=3650)
    assert services.sealer.certificate.not_valid_after < clock.now()
    assert level_now(services, pdf) is LTA


def test_without_renewal_the_level_ends_with_the_time_stamps_certificate(tmp_path, by, authority):
    """It says so: B-LTA until that day, B-T after; the seal itself stays whole."""
    clock = HeldClock()
    services = sealing_services(
        tmp_path, authority, "B-LTA", clock=clock, FORMS_TSA_URL=authority.brief_time_stamp_url
    )  # fmt: skip
    pdf = find.open_document(services, by, completed(services, by).document_id)
    clock.instant = NOW + BRIEF - timedelta(days=1)
    assert level_now(services, pdf) is LTA
    clock.move(days=10)
    assert level_now(services, pdf) is SealLevel.B_T


@pytest.fixture
def lifted(tmp_path, by, authority):
    """Give services and a B-LTA file."""
    services = sealing_services(tmp_path, authority, "B-LTA")
    return services, find.open_document(services, by, completed(services, by).document_id)


def revisions(pdf: bytes) -> list[int]:
    """Give where each revision of a file ends."""
    ends, at = [], 0
    while (at := pdf.find(b"%%EOF", at)) >= 0:
        at += len(b"%%EOF")
        ends.append(at + len(pdf[at : at + 2]) - len(pdf[at : at + 2].lstrip(b"\r\n")))
    return ends


def test_a_file_cut_back_has_the_level_of_what_is_left(lifted):
    """Without the archive time stamp it is B-LT, without the validation data B-T."""
    services, pdf = lifted
    levels = [level_now(services, pdf[:end]) for end in revisions(pdf) if end > pdf.index(b"/DocMDP")]
    assert levels[-1] is LTA
    assert set(levels) == {SealLevel.B_T, SealLevel.B_LT, LTA}


def test_a_claim_is_not_believed(lifted, by, authority):
    """Validation data without what the authorities said, and a broken time stamp, give no level."""
    services, pdf = lifted
    sealed = PadesSealer(pkcs12_key(authority.sealer_pkcs12, authority.passphrase_file), authority.time_stamp_url)
    b_t = sealed.seal(pdf[: revisions(pdf)[0]], sealed_at=NOW).sealed_pdf
    file = BytesIO(b_t)
    writer = IncrementalPdfFileWriter(file)
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=[sealed.certificate])
    writer.write_in_place()
    levels = SealLevels((PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0].signer_cert,))
    for anchors in (services.inspector._levels, levels):
        seal = PdfFileReader(BytesIO(file.getvalue())).embedded_regular_signatures[0]
        assert anchors.standing(seal).level is SealLevel.B_T
    stamp = PdfFileReader(BytesIO(pdf)).embedded_timestamp_signatures[-1]
    at = pdf.index(stamp.pkcs7_content[-40:].hex().encode())
    broken = pdf[:at] + (b"00" if pdf[at : at + 2] != b"00" else b"11") + pdf[at + 2 :]
    seal = PdfFileReader(BytesIO(broken)).embedded_regular_signatures[0]
    assert services.inspector._levels.standing(seal).level is not LTA


def test_read_back_refuses_a_level_that_is_not_there(lifted):
    """A record would say B-LTA of a file whose archive time stamp is missing."""
    services, pdf = lifted
    short = pdf[: revisions(pdf)[-2]]
    expected = Expectation(texts=(), ink={}, embedded={}, sha256=hashlib.sha256(pdf).hexdigest(), level=LTA)
    services.inspector.read_back(pdf, expected)
    with pytest.raises(ReadBackSealError, match="level"):
        services.inspector.read_back(short, replace(expected, sha256=hashlib.sha256(short).hexdigest()))


def test_a_file_with_no_seal_is_not_lifted(services, by):
    """There is nothing to lift in rubbish, nor in a page that nobody sealed."""
    request = PaperRequest(form="lead-agreement", values=example("lead-agreement")[0], language="en")
    for pdf in (b"rubbish", b"%PDF-1.7 rubbish", present(services, by, request).pdf):
        with pytest.raises(PdfUnreadableError):
            services.lifter.lift(pdf, wanted=LTA)


@pytest.mark.parametrize(
    "content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_trusted_file_that_is_no_certificate_stops_the_start(tmp_path, authority, content):
    """Nobody starts with less trust than they think they have."""
    file = tmp_path / "trusted.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SealCertificateUnusableError, match="trusted"):
        sealing_services(tmp_path, authority, "B-LTA", FORMS_SEAL_TRUSTED=str(file))
