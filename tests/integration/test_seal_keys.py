"""The seal's keys over the years: another key, one that ended, and certificates that nobody put there openly."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms_service.documents.inspect import PdfInspector
from forms_service.documents.seal import PadesSealer
from forms_service.documents.seal_certificates import SealCertificates
from forms_service.documents.seal_key import make_test_seal, pkcs12_key
from forms_service.errors import EvidenceMismatchError, SealCertificateUnusableError
from forms_service.ports import Services
from forms_service.workflow import audit_trail, find, verify
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.paper import PaperRequest
from forms_service.workflow.present import present
from forms_service.workflow.seal_keys import note_certificates
from tests.conftest import NOW, example, make_services


def sealed(services: Services, by) -> bytes:
    """Complete the usual case and give its sealed PDF."""
    values, signatures = example("lead-agreement")
    request = CompletionRequest(form="lead-agreement", values=values, signatures=signatures)
    return find.open_document(services, by, complete(services, by, request).record.document_id)


def with_another_key(folder: Path) -> Services:
    """Put another key in the first one's place and start again."""
    keys = folder / "keys"
    for name in ("seal.p12", "seal.pass"):
        (keys / name).rename(keys / f"former-{name}")
    make_test_seal(keys / "seal.p12", keys / "seal.pass", now=NOW)
    return make_services(folder)


def test_another_key_makes_no_old_seal_foreign(tmp_path, by):
    """Seals and checkpoints of the first key still verify after the second one came; so do the second one's."""
    first = make_services(tmp_path)
    old_pdf = sealed(first, by)
    audit_trail.take_checkpoint(first, by)
    second = with_another_key(tmp_path)
    assert second.sealer.certificate != first.sealer.certificate
    verdict = verify.verify(second, by, old_pdf)
    assert (verdict.file.outcome, verdict.record) == ("unchanged", "current")
    assert audit_trail.check_trail(second, by).holds
    number = find.open_record(second, by, verdict.file.document_id)
    assert number.version == 1


def test_a_seal_of_a_key_that_was_never_here_is_foreign(tmp_path, by):
    """Another installation's seal looks the same and is not ours."""
    verdict = verify.verify(make_services(tmp_path / "here"), by, sealed(make_services(tmp_path / "there"), by))
    assert verdict.file.outcome == "not_ours"


def test_a_change_of_keys_stands_in_the_trail_once(tmp_path, by):
    """The first start, a new key, and a certificate that somebody slipped in: each is written once, a change is told."""
    first = make_services(tmp_path / "here")
    assert not note_certificates(first, by)
    assert not note_certificates(first, by)
    second = with_another_key(tmp_path / "here")
    assert note_certificates(second, by)
    stranger = make_services(tmp_path / "there").sealer.certificate
    SealCertificates(tmp_path / "here" / "keys" / "seal.certificates").keep(stranger)
    third = make_services(tmp_path / "here")
    assert note_certificates(third, by)
    with third.database.read() as transaction:
        facts = [dict(one)["facts"] for one in transaction.ledger.audit_entries()]
    assert [one["trusted"] for one in facts] == [1, 2, 3]
    assert facts[2]["added"] == stranger.sha256.hex()[:16]


def test_a_test_seal_of_practice_is_never_ours_with_real_records(tmp_path):
    """Its key was kept like any practice thing."""
    services = make_services(tmp_path)
    kept = SealCertificates(tmp_path / "keys" / "seal.certificates")
    assert [one.sha256 for one in kept.every(production=False)] == [services.sealer.certificate.sha256]
    assert kept.every(production=True) == ()


def test_a_key_that_ended_is_judged_by_when_it_sealed(tmp_path, by):
    """What it sealed while it was good stays good; what it sealed afterwards is not trusted."""
    services = make_services(tmp_path)
    began = datetime(2014, 1, 1, tzinfo=UTC)
    make_test_seal(tmp_path / "old.p12", tmp_path / "old.pass", now=began)
    sealer = PadesSealer(pkcs12_key(tmp_path / "old.p12", tmp_path / "old.pass"), "")
    inspector = PdfInspector([sealer.certificate], limit_bytes=services.settings.upload_limit_bytes)
    request = PaperRequest(form="lead-agreement", values=example("lead-agreement")[0], language="en")
    stamped = present(services, by, request).pdf
    good = sealer.seal(stamped, sealed_at=began.replace(year=2020)).sealed_pdf
    late = sealer.seal(stamped, sealed_at=began.replace(year=2025)).sealed_pdf
    assert "certificate-not-trusted" not in inspector.verify(good, now=NOW).reasons
    assert "certificate-not-trusted" in inspector.verify(late, now=NOW).reasons
    assert inspector.signed_content(sealer.sign(b"checkpoint", signed_at=began.replace(year=2020))) == b"checkpoint"
    with pytest.raises(EvidenceMismatchError):
        inspector.signed_content(sealer.sign(b"checkpoint", signed_at=began.replace(year=2025)))


@pytest.mark.parametrize(
    "content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_that_is_no_certificate_stops_the_start(tmp_path, content):
    """Nobody starts with less trust than they think they have."""
    make_services(tmp_path)
    (tmp_path / "keys" / "seal.certificates" / "odd.pem").write_bytes(content)
    with pytest.raises(SealCertificateUnusableError, match="odd"):
        make_services(tmp_path)


def test_a_certificate_under_another_name_stops_the_start(tmp_path):
    """Its file is named by its fingerprint, so that a list of names is a list of certificates."""
    make_services(tmp_path)
    (file,) = (tmp_path / "keys" / "seal.certificates").glob("*.pem")
    file.rename(file.with_name("other.pem"))
    with pytest.raises(SealCertificateUnusableError, match="fingerprint"):
        make_services(tmp_path)


def test_a_folder_that_takes_no_certificate_stops_the_start(tmp_path):
    """A seal nobody could verify later is not begun with."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "seal.certificates").write_bytes(b"a file where the folder should be")
    with pytest.raises(SealCertificateUnusableError):
        make_services(tmp_path)
