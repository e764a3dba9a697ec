"""Lifts a seal: appends time stamps and validation data as incremental updates; the only file that does.

One rung after the other, so that what was reached holds when the next does not answer:

* B-T: a document time stamp, where the seal holds none.
* B-LT: the certificates of seal and time stamps, and what their authorities say of them now (DSS).
* B-LTA: a document time stamp over all that. Renewing is another one, after what is said of the newest before it.

The bytes that were there stay as they are; DocMDP 1 allows exactly this (ISO 32000-2 12.8.2.2).
A seal whose certificate names nobody who could tell that it was withdrawn reaches B-T at most (docs/adr/0015).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import cms, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, InsufficientRevinfoError, RevokedError
from pyhanko_certvalidator.path import ValidationPath

from forms_service.documents.bounded_fetch import bounded_fetchers
from forms_service.documents.certificate_paths import PATH_ERRORS, asking, but, path_of, signer_of
from forms_service.documents.own_thread import in_own_thread
from forms_service.documents.seal import MOST_STAMP_BYTES
from forms_service.documents.seal_level import SealLevels, sound_stamps
from forms_service.documents.time_stamp import JudgedTimeStamper
from forms_service.domain.record import SealLevel
from forms_service.errors import (
    CertificateStatusNotToldError,
    PdfUnreadableError,
    SealCertificateEndedError,
    SealCertificateWithdrawnError,
    SealFailedError,
    SealingError,
    SealIssuerNotTrustedError,
    TimeStampNotGivenError,
    TimeStampNotTrustedError,
)
from forms_service.ports import LiftedSeal

TIMEOUT_S = 15  # for one rung: a person may be waiting, and what is owed is made up for
_DIGEST = "sha256"
_DATA_BEFORE_STAMP = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
_RUNGS = (SealLevel.B_T, SealLevel.B_LT, SealLevel.B_LTA)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSettings:
    """What a lift is done with.

    Attributes:
        level: That the settings ask for.
        tsa_url: Time-stamp server (RFC 3161); empty for none, and then nothing is lifted.
        anchors: What time stamps and seals must lead to.
    """

    level: SealLevel
    tsa_url: str
    anchors: tuple[x509.Certificate, ...]
    most_stamp_bytes: int = MOST_STAMP_BYTES


class PadesLifter:
    """Lifts and renews.

    Args:
        settings: How far and with whom.
        certificate: Of the present seal.
    """

    def __init__(self, settings: LiftSettings, certificate: x509.Certificate) -> None:
        self._settings = settings
        self._levels = SealLevels(settings.anchors)
        self._wanted = min(settings.level, _most(certificate), key=tuple(SealLevel).index)

    @property
    def level_wanted(self) -> SealLevel:
        """Give the level that the settings ask for, as far as the present seal can reach it."""
        return self._wanted

    def lift(self, sealed_pdf: bytes, *, wanted: SealLevel) -> LiftedSeal:
        """Append what a seal lacks, as far as everybody answers; what hinders the next rung is told, not raised.

        Raises:
            PdfUnreadableError: It is no PDF with one seal.
        """
        climb: Mapping[SealLevel, _Rung] = {
            SealLevel.B_T: self._stamped,
            SealLevel.B_LT: self._with_data,
            SealLevel.B_LTA: self._archived,
        }
        most = _most(signer_of(_seal(sealed_pdf).signed_data)[0])
        goal = min(wanted, most, key=tuple(SealLevel).index)
        begun = self._levels.standing(_seal(sealed_pdf)).level
        rungs = [climb[one] for one in _RUNGS if goal.reaches(one) and not begun.reaches(one)]
        return self._climbed(sealed_pdf, rungs, most)

    def renew(self, sealed_pdf: bytes) -> LiftedSeal:
        """Append another archive time stamp.

        Raises:
            PdfUnreadableError: As ``lift``.
        """
        return self._climbed(sealed_pdf, [self._archived], SealLevel.B_LTA)

    def _climbed(self, pdf: bytes, rungs: Sequence[_Rung], most: SealLevel) -> LiftedSeal:
        problem: SealingError | None = None
        for rung in rungs:
            try:
                pdf = _answered(rung, pdf)
            except SealingError as error:
                problem = error
                break
        standing = self._levels.standing(_seal(pdf))
        return LiftedSeal(
            pdf=pdf, level=standing.level, most=most, stamp_ends_at=standing.stamp_ends_at, problem=problem
        )  # fmt: skip

    def _timestamper(self) -> JudgedTimeStamper:
        return JudgedTimeStamper(self._settings.tsa_url, most_bytes=self._settings.most_stamp_bytes)

    async def _stamped(self, pdf: bytes) -> bytes:
        output = BytesIO()
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        await PdfTimeStamper(self._timestamper()).async_timestamp_pdf(writer, _DIGEST, output=output)
        return output.getvalue()

    async def _with_data(self, pdf: bytes) -> bytes:
        """Append what the authorities say now of the seal's certificate and of every time stamp's."""
        async with bounded_fetchers() as fetchers:
            file = BytesIO(pdf)
            seal = _seal_in(PdfFileReader(file))
            context = asking(but(self._settings.anchors, seal.signer_cert), fetchers)
            stamps = await sound_stamps(seal)
            paths = [await _stamp_path(one.token, context) for one in stamps]
            paths.append(await self._seal_path(seal, context))
            writer = IncrementalPdfFileWriter(file)
            DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=paths, validation_context=context)
            writer.write_in_place()  # type: ignore[no-untyped-call]  # pyHanko left it untyped
        return file.getvalue()

    async def _archived(self, pdf: bytes) -> bytes:
        """Append what is said of the newest time stamp and of the server's certificate, and a time stamp over all."""
        async with bounded_fetchers() as fetchers:
            context = asking(self._settings.anchors, fetchers)
            stamps = await sound_stamps(_seal(pdf))
            paths = [await _stamp_path(one.token, context) for one in stamps[-1:]]
            timestamper = self._timestamper()
            await timestamper.async_dummy_response(_DIGEST)
            output = BytesIO()
            try:
                await PdfTimeStamper(timestamper).async_timestamp_pdf(
                    IncrementalPdfFileWriter(BytesIO(pdf)), _DIGEST, context, validation_paths=paths, output=output,
                    dss_settings=_DATA_BEFORE_STAMP,
                )  # fmt: skip
            except TimestampRequestError:
                raise
            except PATH_ERRORS as error:
                raise _stamp_problem(error) from error
        return output.getvalue()

    async def _seal_path(self, seal: EmbeddedPdfSignature, context: ValidationContext) -> ValidationPath:
        """Give the seal's path as its authorities speak now; one they withdrew is refused, whenever it sealed."""
        certificate, beside = signer_of(seal.signed_data)
        try:
            return await path_of(certificate, beside, context, stamps=False)
        except RevokedError as error:
            raise SealCertificateWithdrawnError from error
        except ExpiredError as error:
            raise SealCertificateEndedError from error
        except InsufficientRevinfoError as error:
            raise CertificateStatusNotToldError(whose="the seal") from error
        except PATH_ERRORS as error:
            raise SealIssuerNotTrustedError(problem=type(error).__name__) from error


_Rung = Callable[[bytes], Awaitable[bytes]]


def _answered(rung: _Rung, pdf: bytes) -> bytes:
    """Climb a rung within its time; whatever it meets becomes one of our errors."""

    async def within_time() -> bytes:
        async with asyncio.timeout(TIMEOUT_S):
            return await rung(pdf)

    try:
        return in_own_thread(lambda: asyncio.run(within_time()))
    except TimestampRequestError as error:
        raise TimeStampNotGivenError(problem=type(error.__cause__ or error).__name__) from error
    except TimeoutError as error:  # a time stamp has a shorter time of its own
        raise CertificateStatusNotToldError(whose="the chain") from error
    except (PdfError, *PATH_ERRORS) as error:
        raise SealFailedError(problem=type(error).__name__) from error


def _most(certificate: x509.Certificate) -> SealLevel:
    """Give the most that seals of a certificate can reach: one that nobody speaks for is B-T at most."""
    has_authority = bool(certificate.ocsp_urls or certificate.crl_distribution_points)
    return SealLevel.B_LTA if has_authority and certificate.self_signed == "no" else SealLevel.B_T


def _seal(pdf: bytes) -> EmbeddedPdfSignature:
    try:
        return _seal_in(PdfFileReader(BytesIO(pdf)))
    except (PdfError, *PATH_ERRORS) as error:
        raise PdfUnreadableError(problem=type(error).__name__) from error


def _seal_in(reader: PdfFileReader) -> EmbeddedPdfSignature:
    seals = reader.embedded_regular_signatures
    if len(seals) != 1:
        raise PdfUnreadableError(problem="not exactly one seal")
    seal: EmbeddedPdfSignature = seals[0]
    return seal


async def _stamp_path(token: cms.SignedData, context: ValidationContext) -> ValidationPath:
    try:
        certificate, beside = signer_of(token)
        return await path_of(certificate, beside, context, stamps=True)
    except PATH_ERRORS as error:
        raise _stamp_problem(error) from error


def _stamp_problem(error: Exception) -> SealingError:
    if isinstance(error, InsufficientRevinfoError):
        return CertificateStatusNotToldError(whose="the time-stamp server")
    return TimeStampNotTrustedError(problem=type(error).__name__)
