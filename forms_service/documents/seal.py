"""The seal: PAdES by pyHanko, invisible, certified with no changes allowed; the only file that makes one.

* Key and certificate come from ``seal_key.py``.
* With a time-stamp server the seal is B-T; when it gives no good time stamp in time, the document is sealed B-B
  and says so: it is lifted later, never held up.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from forms_service.documents.own_thread import in_own_thread
from forms_service.documents.seal_key import TEST_SEAL_NAME, SealKey
from forms_service.documents.signed_content import signed_message
from forms_service.documents.time_stamp import JudgedTimeStamper
from forms_service.domain.record import SealLevel
from forms_service.errors import SealFailedError, SealKeyUnusableError
from forms_service.ports import SealedDocument

FIELD = "Seal"
_SIGNATURE_BYTES = 2048  # signature, attributes and their frame; certificates and stamp come on top
MOST_STAMP_BYTES = 16_384


class PadesSealer:
    """Seals with a key that was opened once.

    Args:
        key: The key and its certificates.
        tsa_url: RFC 3161 time-stamp server, or empty.
        most_stamp_bytes: Room for a time stamp beside our own certificate; a larger one is none.
    """

    def __init__(self, key: SealKey, tsa_url: str, *, most_stamp_bytes: int = MOST_STAMP_BYTES) -> None:
        self._key = key
        self._signer = key.signer
        self._tsa_url = tsa_url
        self._most_stamp_bytes = most_stamp_bytes
        chain = [self.certificate, *self._signer.cert_registry]
        self._room_bytes = _SIGNATURE_BYTES + sum(len(one.dump()) for one in chain)

    @property
    def certificate(self) -> x509.Certificate:
        """Give the seal's certificate, for whoever judges seals."""
        return self._key.certificate

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
        """Raise SealingError when the certificate is not valid now, or its key can not be reached."""
        now = datetime.now(UTC)
        if not self.certificate.not_valid_before <= now <= self.certificate.not_valid_after:
            raise SealKeyUnusableError(key="its certificate has expired")
        self._key.ping()


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
