"""Lifted and renewed files through the independent readers: veraPDF, qpdf, pdfsig, and pyHanko's own AdES validation."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from forms_service.documents.own_thread import in_own_thread
from forms_service.domain.record import SealLevel
from forms_service.ports import Actor
from forms_service.workflow import find
from forms_service.workflow.lift_seals import lift_seals
from tests.counterparts.seals import completed, sealing_services
from tests.counterparts.verapdf import failures

BY = Actor(id="operator:tester")


@pytest.fixture(scope="module")
def files(tmp_path_factory, authority) -> dict[str, bytes]:
    """Give one record's file as it was sealed, after each lift, and after a renewal."""
    folder = tmp_path_factory.mktemp("lifted")
    first = sealing_services(folder, authority, "B-B")
    record = completed(first, BY)
    found = {"B-B": find.open_document(first, BY, record.document_id)}
    for level in ("B-T", "B-LT", "B-LTA"):
        services = sealing_services(folder, authority, level)
        assert [str(one.after) for one in lift_seals(services, BY)] == [level]
        found[level] = find.open_document(services, BY, record.document_id)
    renewed = services.lifter.renew(found["B-LTA"])
    assert (renewed.level, renewed.problem) == (SealLevel.B_LTA, None)
    found["renewed"] = renewed.pdf
    at_once = completed(services, BY, "mark")
    found["at once"] = find.open_document(services, BY, at_once.document_id)
    return found


def test_a_lifted_file_still_conforms(files, tmp_path):
    """No rule of PDF/A-3a or PDF/UA-1 fails, whatever was appended; and the structure is sound."""
    written = []
    for name, pdf in files.items():
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(pdf)
        written.append(file)
    assert failures(written) == []
    for file in written:
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (file.name, done.stdout, done.stderr)
        said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
        assert said.count("Signature is Valid") == 1, said


def test_pyhanko_allows_what_was_appended(files, authority):
    """Intact, valid, trusted, and within what the seal permits: nothing that a reader sees was touched."""
    root = asn1_x509.Certificate.load(authority.root_certificate_der)
    for name, pdf in files.items():
        seal = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
        nobody_asked = ValidationContext(trust_roots=[root], allow_fetching=False)
        status = in_own_thread(partial(validate_pdf_signature, seal, nobody_asked))
        assert status.bottom_line, name
        assert status.docmdp_ok, name


def test_pyhankos_own_validation_calls_it_long_term(authority, files):
    """AdES validation with archive data (ETSI EN 319 102-1 5.6.3), asking nobody: passed for B-LTA, not for less."""
    root = asn1_x509.Certificate.load(authority.root_certificate_der)
    strict = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require"))
    policy = CertValidationPolicySpec(SimpleTrustManager.build(trust_roots=[root]), revinfo_policy=strict)
    offline = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(cert_validation_policy=policy, revinfo_gathering_policy=offline)
    )
    now = datetime.now(UTC)
    timing = ValidationTimingInfo(validation_time=now, best_signature_time=now, point_in_time_validation=True)
    passed = {}
    for name in ("B-B", "at once"):
        seal = PdfFileReader(BytesIO(files[name])).embedded_regular_signatures[0]
        asked = ades_lta_validation(seal, spec, timing_info=timing)
        passed[name] = in_own_thread(partial(asyncio.run, asked)).ades_subindic is AdESPassed.OK
    assert passed == {"B-B": False, "at once": True}


def withdrawal(root_key: Path, root: bytes, serial: int, at: datetime) -> asn1_crl.CertificateList:
    """Give what the authority publishes when it withdraws a certificate."""
    key = serialization.load_pem_private_key(root_key.read_bytes(), None)
    gone = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(root).subject)
        .last_update(at)
        .next_update(at + timedelta(days=3650))
        .add_revoked_certificate(gone)
        .sign(key, hashes.SHA256())
    )
    return asn1_crl.CertificateList.load(made.public_bytes(serialization.Encoding.DER))


def test_a_certificate_that_is_withdrawn_later_makes_no_old_seal_worse(tmp_path, authority):
    """Its authority withdraws it a year after: the file is as valid as before, even where it holds that very news."""
    services = sealing_services(tmp_path, authority, "B-LTA")
    pdf = find.open_document(services, BY, completed(services, BY).document_id)
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=365)
    key = authority.root_file.with_name("root.pem")
    serial = services.sealer.certificate.serial_number
    news = withdrawal(key, authority.root_certificate_der, serial, later)
    file = BytesIO(pdf)
    writer = IncrementalPdfFileWriter(file)
    DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=[news])
    writer.write_in_place()
    told = services.inspector.verify(file.getvalue(), now=later + timedelta(days=700))
    assert (told.outcome, told.level) == ("unchanged", SealLevel.B_LTA)
