"""Opens PDFs again: our own after sealing, anybody's at the verify desk.

* ``read_back`` proves that sealed bytes hold what they must before a record counts as archived (DESIGN 2.9):
  digest, seal and level, every text, every stroke, both conformance claims, every embedded file.
* ``verify`` judges any file by its seal: one of ours and whole, one of ours and changed, or not ours.

A supplied file is hostile: its size is bounded, and whatever the readers raise becomes ``pdf-unreadable``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from forms_service.documents.certificate_paths import trusting_itself
from forms_service.documents.ink import pen_moves
from forms_service.documents.metadata import embedded_files, missing_claims
from forms_service.documents.own_thread import in_own_thread
from forms_service.documents.seal_level import SealLevels
from forms_service.documents.signed_content import content_of, had_not_ended
from forms_service.domain.evidence import sha256_hex
from forms_service.domain.record import SealLevel
from forms_service.domain.signature import Ink
from forms_service.errors import (
    PdfUnreadableError,
    ReadBackConformanceError,
    ReadBackDigestError,
    ReadBackEmbeddedError,
    ReadBackInkMissingError,
    ReadBackSealError,
    ReadBackTextMissingError,
    UploadTooLargeError,
)
from forms_service.ports import Expectation, FileVerdict

AGREEMENT_DATA = "agreement-data.json"
_MOVES = re.compile(rb"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?) ([mlc])\b")  # of a curve its end, the last two numbers
# What the two readers raise on hostile bytes; anything else is our bug and must be seen.
_READER_ERRORS = (
    PdfError, PyPdfError, SigningError, SignatureValidationError, PathError, ValueError, TypeError, KeyError,
    IndexError, AttributeError, RecursionError, NotImplementedError, OverflowError, ArithmeticError, AssertionError,
    OSError, MemoryError,
)  # fmt: skip


class PdfInspector:
    """Reads back and verifies.

    Args:
        certificates: The seal certificates that are ours: the present one and earlier ones.
        limit_bytes: Largest file that is opened.
        anchors: What time stamps and seals above B-T must lead to.
    """

    def __init__(
        self, certificates: Sequence[x509.Certificate], *, limit_bytes: int, anchors: Sequence[x509.Certificate] = ()
    ) -> None:
        self._levels = SealLevels(tuple(anchors))
        self._ours = {certificate.sha256: certificate for certificate in certificates}
        self._limit_bytes = limit_bytes

    def read_back(self, sealed_pdf: bytes, expected: Expectation) -> None:
        """Refuse sealed bytes that do not hold what they must.

        Raises:
            ReadBackDigestError, ReadBackSealError, ReadBackTextMissingError, ReadBackInkMissingError,
            ReadBackConformanceError, ReadBackEmbeddedError.
        """
        digest = sha256_hex(sealed_pdf)
        if digest != expected.sha256:
            raise ReadBackDigestError(got=digest[:12], expected=expected.sha256[:12])
        self._check_seal(sealed_pdf, expected.level)
        reader = PdfReader(BytesIO(sealed_pdf))
        _check_texts(reader, expected.texts)
        _check_ink(reader, expected.ink)
        _check_claims(reader)
        _check_embedded(reader, expected.embedded)

    @property
    def trusted(self) -> tuple[str, ...]:
        """Give the SHA-256 (hex) of each certificate whose seals are ours."""
        return tuple(one.hex() for one in self._ours)

    def _check_seal(self, sealed_pdf: bytes, level: SealLevel) -> None:
        try:
            seals = PdfFileReader(BytesIO(sealed_pdf)).embedded_regular_signatures
            verdict = self._judge(seals[0]) if len(seals) == 1 else None
            reached = self._levels.standing(seals[0]).level if verdict else None
        except _READER_ERRORS as error:
            raise ReadBackSealError(problem=type(error).__name__) from error
        if verdict is None:
            raise ReadBackSealError(problem="not exactly one seal of ours")
        problems = _problems(verdict)
        if problems:
            raise ReadBackSealError(problem=", ".join(problems))
        if reached is not level:
            raise ReadBackSealError(problem=f"level {reached}, expected {level}")

    def _judge(self, seal: EmbeddedPdfSignature) -> PdfSignatureStatus | None:
        """Judge one seal; None when its certificate is not ours."""
        ours = self._ours.get(seal.signer_cert.sha256)
        if ours is None:
            return None
        context = ValidationContext(trust_roots=[ours], allow_fetching=False)
        stamps = trusting_itself(*extract_tst_data_iter(seal.signer_info, signed=False))  # judged by SealLevels
        return in_own_thread(lambda: validate_pdf_signature(seal, context, stamps))

    def signed_content(self, signed: bytes) -> bytes:
        """Give the content of a CMS message that a key of ours signed.

        Raises:
            SignedContentBrokenError: It was changed, is no message, or somebody else signed it.
        """
        return content_of(signed, self._ours)

    def verify(self, supplied_pdf: bytes, *, now: datetime) -> FileVerdict:
        """Judge any file by its seal; its level as it is at that time.

        Raises:
            UploadTooLargeError: It is larger than what is opened.
            PdfUnreadableError: It is no PDF that can be read.
        """
        if len(supplied_pdf) > self._limit_bytes:
            raise UploadTooLargeError(got=len(supplied_pdf), limit=self._limit_bytes)
        if b"%PDF-" not in supplied_pdf[:1024]:
            raise PdfUnreadableError(problem="it does not begin as one")
        try:
            return self._verdict(supplied_pdf, now)
        except _READER_ERRORS as error:
            raise PdfUnreadableError(problem=type(error).__name__) from error

    def _verdict(self, supplied_pdf: bytes, now: datetime) -> FileVerdict:
        reader = PdfFileReader(BytesIO(supplied_pdf))
        if reader.encrypted:
            raise PdfUnreadableError(problem="it is encrypted")
        seals = reader.embedded_regular_signatures
        if not seals:
            return _not_ours(supplied_pdf, "no-seal")
        judged = [(seal, self._judge(seal)) for seal in seals]
        ours = [(seal, status) for seal, status in judged if status is not None]
        if not ours:
            return _not_ours(supplied_pdf, "foreign-seal")
        seal, status = ours[0]
        reasons = _problems(status)
        if _has_loose_end(seal, supplied_pdf) and "bytes-after-seal" not in reasons:
            reasons = (*reasons, "bytes-after-seal")
        if len(judged) > 1:
            reasons = (*reasons, "another-signature")
        data = {} if reasons else _agreement_data(supplied_pdf)
        if not reasons and not data:
            reasons = ("agreement-data-missing",)
        return FileVerdict(
            outcome="changed" if reasons else "unchanged",
            reasons=reasons,
            document_id=str(data.get("document_id", "")),
            sha256=sha256_hex(supplied_pdf),
            sealed_at=seal.self_reported_timestamp,
            level=self._levels.standing(seal, now).level,
            practice=data.get("practice") is True,
        )


def _not_ours(supplied_pdf: bytes, reason: str) -> FileVerdict:
    return FileVerdict(
        outcome="not_ours", reasons=(reason,), document_id="", sha256=sha256_hex(supplied_pdf), sealed_at=None,
        level=None, practice=False,
    )  # fmt: skip


def _problems(status: PdfSignatureStatus) -> tuple[str, ...]:
    """Give what is wrong with a seal of ours, as slugs.

    What a lift appends (validation data, a document time stamp) is allowed by DocMDP and counts as whole.
    """
    whole = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    found = {
        "digest-broken": not status.intact,
        "signature-broken": not status.valid,
        "certificate-not-trusted": not (
            status.trusted and had_not_ended(status.signing_cert, status.signer_reported_dt)
        ),
        "bytes-after-seal": not whole,
        "docmdp-violated": not status.docmdp_ok,
    }
    return tuple(slug for slug, is_so in found.items() if is_so)


def _has_loose_end(seal: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Say whether bytes follow the seal that are no whole later revision of the file.

    pyHanko judges revisions; what stands after the last one is not its concern, but it is ours.
    """
    end = int(seal.byte_range[2]) + int(seal.byte_range[3])
    has_later_revision = seal.reader.xrefs.total_revisions > seal.signed_revision + 1
    return end != len(pdf) and not (has_later_revision and pdf.rstrip(b"\r\n").endswith(b"%%EOF"))


def _agreement_data(pdf: bytes) -> Mapping[str, object]:
    content = embedded_files(PdfReader(BytesIO(pdf))).get(AGREEMENT_DATA)
    found = json.loads(content) if content is not None else {}
    return found if isinstance(found, dict) else {}


def _folded(text: str) -> str:
    """Give text without spaces, in one form of ligatures and accents: line breaks of a page do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _check_texts(reader: PdfReader, texts: Sequence[str]) -> None:
    said = _folded("".join(page.extract_text() for page in reader.pages))
    for number, text in enumerate(texts, start=1):
        if _folded(text) not in said:
            raise ReadBackTextMissingError(number=number, count=len(texts))


def _check_ink(reader: PdfReader, inks: Mapping[str, Ink]) -> None:
    """Look for each block's strokes among the pen moves of the pages, whole and in order."""
    moves = [move for page in reader.pages for move in _drawn_moves(page.get_contents())]
    for block, ink in inks.items():
        wanted = list(pen_moves(ink))
        if not any(moves[at : at + len(wanted)] == wanted for at in range(len(moves) - len(wanted) + 1)):
            raise ReadBackInkMissingError(block=block)


def _drawn_moves(contents: object) -> list[tuple[str, float, float]]:
    data = contents.get_data() if hasattr(contents, "get_data") else b""
    return [(operator.decode(), float(x), float(y)) for x, y, operator in _MOVES.findall(data)]


def _check_claims(reader: PdfReader) -> None:
    for claim in missing_claims(reader):
        raise ReadBackConformanceError(claim=claim)


def _check_embedded(reader: PdfReader, expected: Mapping[str, str]) -> None:
    found = {name: sha256_hex(content) for name, content in embedded_files(reader).items()}
    for name, digest in expected.items():
        if found.get(name) != digest:
            raise ReadBackEmbeddedError(name=name)
