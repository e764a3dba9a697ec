"""The seal: PAdES by pyHanko, invisible, certified with no changes allowed; the only file that makes one.

* Key and certificate come from a PKCS#12 file; its passphrase from a file beside it.
* With a time-stamp server the seal is B-T; when it gives no good time stamp in time, the document is sealed B-B
  and says so: it is lifted later, never held up.
* The first start of a practice installation makes TEST SEAL.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from forms_service.documents.own_thread import in_own_thread
from forms_service.documents.signed_content import signed_message
from forms_service.documents.time_stamp import JudgedTimeStamper
from forms_service.domain.record import SealLevel
from forms_service.errors import SealFailedError, SealKeyUnusableError
from forms_service.ports import SealedDocument
from forms_service.secret_files import write_new

TEST_SEAL_NAME = "TEST SEAL - not for real records"
FIELD = "Seal"
_SIGNATURE_BYTES = 2048  # signature, attributes and their frame; certificates and stamp come on top
MOST_STAMP_BYTES = 16_384


class PadesSealer:
    """Seals with a key that is read once.

    Args:
        key: PKCS#12 file.
        passphrase: File that holds its passphrase in one line.
        tsa_url: RFC 3161 time-stamp server, or empty.
        most_stamp_bytes: Room for a time stamp beside our own certificate; a larger one is none.

    Raises:
        SealKeyUnusableError: A file is missing, or they do not fit.
    """

    def __init__(self, key: Path, passphrase: Path, tsa_url: str, *, most_stamp_bytes: int = MOST_STAMP_BYTES) -> None:
        try:
            words = passphrase.read_text("utf-8").strip().encode()
            signer = signers.SimpleSigner.load_pkcs12_data(key.read_bytes(), other_certs=[], passphrase=words)
        except (OSError, ValueError) as error:
            raise SealKeyUnusableError(key=key.name) from error
        if signer is None or signer.signing_cert is None:
            raise SealKeyUnusableError(key=key.name)
        self._signer = signer
        self._tsa_url = tsa_url
        self._most_stamp_bytes = most_stamp_bytes
        chain = [signer.signing_cert, *signer.cert_registry]
        self._room_bytes = _SIGNATURE_BYTES + sum(len(one.dump()) for one in chain)

    @property
    def certificate(self) -> asn1_x509.Certificate:
        """Give the seal's certificate, for whoever judges seals."""
        found: asn1_x509.Certificate = self._signer.signing_cert
        return found

    @property
    def is_test_seal(self) -> bool:
        """Say whether the key is the TEST SEAL made at first start."""
        return TEST_SEAL_NAME in self.certificate.subject.human_friendly

    @property
    def level_wanted(self) -> SealLevel:
        """Give the level that the settings ask for."""
        return SealLevel.B_T if self._tsa_url else SealLevel.B_B

    def seal(self, pdf: bytes, *, sealed_at: datetime) -> SealedDocument:
        """Seal a document; when no time stamp can be had, the level says so.

        Raises:
            SealFailedError: The document can not be sealed.
        """
        if self._tsa_url:
            try:
                sealed_pdf = self._sealed(
                    pdf, sealed_at, JudgedTimeStamper(self._tsa_url, most_bytes=self._most_stamp_bytes)
                )
            except SealFailedError as error:
                if not isinstance(error.__cause__, TimestampRequestError):
                    raise
            else:
                return SealedDocument(sealed_pdf=sealed_pdf, level=SealLevel.B_T)
        return SealedDocument(sealed_pdf=self._sealed(pdf, sealed_at, None), level=SealLevel.B_B)

    def _sealed(self, pdf: bytes, sealed_at: datetime, timestamper: TimeStamper | None) -> bytes:
        meta = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        signer = signers.PdfSigner(meta, signer=self._signer, timestamper=timestamper)
        room = self._room_bytes + (self._most_stamp_bytes if timestamper else 0)
        try:
            return in_own_thread(lambda: asyncio.run(_signed(signer, pdf, sealed_at, room_bytes=room)))
        except (SigningError, PdfError, TimestampRequestError, OSError, ValueError) as error:
            raise SealFailedError(problem=type(error).__name__) from error

    def sign(self, content: bytes, *, signed_at: datetime) -> bytes:
        """Sign any content; give a CMS message that holds it."""
        return signed_message(self._signer, content, signed_at)

    def ping(self) -> None:
        """Raise SealKeyUnusableError when the certificate is not valid now."""
        now = datetime.now(UTC)
        if not self.certificate.not_valid_before <= now <= self.certificate.not_valid_after:
            raise SealKeyUnusableError(key="its certificate has expired")


async def _signed(signer: signers.PdfSigner, pdf: bytes, sealed_at: datetime, *, room_bytes: int) -> bytes:
    """Sign at a given time: pyHanko's ``sign_pdf``, step by step, with our clock instead of the machine's."""
    session = signer.init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf)))
    session.system_time = sealed_at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * room_bytes)  # in hexadecimal
    output = BytesIO()
    prepared, _ = document.digest_tbs_document(output=output)
    attributes = PdfCMSSignedAttributes(signing_time=sealed_at)
    sealed = await document.perform_signature(prepared.document_digest, attributes)
    await sealed.post_signature_processing(output)
    return output.getvalue()


def make_test_seal(key: Path, passphrase: Path, *, now: datetime) -> None:
    """Make TEST SEAL (self-signed, ECDSA P-256) for a practice installation.

    Both files are written for their owner only; nothing is written over.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, TEST_SEAL_NAME)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    words = secrets.token_urlsafe(24)
    encryption = serialization.BestAvailableEncryption(words.encode())
    content = pkcs12.serialize_key_and_certificates(b"test seal", private, certificate, None, encryption)
    key.parent.mkdir(parents=True, exist_ok=True)
    write_new(passphrase, words.encode() + b"\n")
    write_new(key, content)
