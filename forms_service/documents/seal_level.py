"""Which level a seal has truly reached: judged by the file's own bytes, asking nobody, never by claim.

From the newest time stamp to the oldest each one must be sound and its certificate good at the moment that the next
newer one proves (the newest one now). What the oldest one proves is the moment at which the seal was there, and:

* B-T: a sound time stamp is over the seal, inside it or around it. Who gave it is not judged.
* B-LT: the moment is proved by a trusted authority, and what the file holds (DSS) says of every certificate, of seal and
  of that time stamp, that it led to a trusted one and was not withdrawn at that moment.
* B-LTA: a trusted time stamp that is still good covers a revision which already held all that.

Source: ETSI EN 319 142-1 5.4 and 6.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import (
    extract_tst_data_iter,
    message_imprint_checker,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from forms_service.documents.certificate_paths import (
    PATH_ERRORS,
    but,
    ends_at,
    path_of,
    remembering,
    signer_of,
    trusting_itself,
)
from forms_service.documents.own_thread import in_own_thread
from forms_service.domain.record import SealLevel

_READER_ERRORS = (*PATH_ERRORS, PdfError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealStanding:
    """What a seal has reached.

    Attributes:
        stamp_ends_at: When the certificate of the newest archive time stamp ends; None below B-LTA.
    """

    level: SealLevel
    stamp_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A sound time stamp over a seal.

    Attributes:
        at: What it says, aware.
        covers: Number of the last revision that it covers; of one inside the seal None.
    """

    token: cms.SignedData
    at: datetime
    covers: int | None


class SealLevels:
    """Judges seals by trusted certificates.

    Args:
        anchors: What time stamps and the seal's certificate must lead to; without any no seal is above B-T.
    """

    def __init__(self, anchors: tuple[x509.Certificate, ...]) -> None:
        self._anchors = anchors

    def standing(self, seal: EmbeddedPdfSignature, now: datetime | None = None) -> SealStanding:
        """Give what a sound seal has reached.

        Args:
            seal: Whose own signature holds; that is not judged here.
            now: For the newest time stamp, which is never judged before its own time.
        """
        return in_own_thread(lambda: asyncio.run(self._standing(seal, now)))

    async def _standing(self, seal: EmbeddedPdfSignature, now: datetime | None) -> SealStanding:
        stamps = await sound_stamps(seal)
        if not stamps:
            return SealStanding(level=SealLevel.B_B)
        known = known_in(seal.reader)
        if not self._anchors or known is None:
            return SealStanding(level=SealLevel.B_T)
        newest = max(one.at for one in stamps)
        trusted = await self._trusted(stamps, known, max(now or newest, newest))
        if not trusted or not await self._is_proved(seal, trusted[-1], known):
            return SealStanding(level=SealLevel.B_T)
        for stamp in trusted:
            if stamp.covers is not None and await self._held_all(seal, stamp, trusted[-1]):
                ends = await self._ends_at(trusted[0], known)
                return SealStanding(level=SealLevel.B_LTA, stamp_ends_at=ends)
        return SealStanding(level=SealLevel.B_LT)

    async def _trusted(self, stamps: list[Stamp], known: DocumentSecurityStore, now: datetime) -> list[Stamp]:
        """Give the time stamps that hold one after the other, newest first."""
        found: list[Stamp] = []
        moment = now
        for stamp in reversed(stamps):
            context = remembering(self._anchors, known, at=moment, strict=False)
            if await _leads(stamp.token, context, stamps_time=True):
                found.append(stamp)
                moment = stamp.at
        return found

    async def _is_proved(self, seal: EmbeddedPdfSignature, oldest: Stamp, known: DocumentSecurityStore) -> bool:
        """Say whether a file's data speak for the seal's certificate and the oldest time stamp's."""
        context = remembering(self._anchors, known, at=oldest.at, strict=True)
        others = remembering(but(self._anchors, seal.signer_cert), known, at=oldest.at, strict=True)
        by_stamp = await _leads(oldest.token, context, stamps_time=True)
        return by_stamp and await _leads(seal.signed_data, others, stamps_time=False)

    async def _held_all(self, seal: EmbeddedPdfSignature, stamp: Stamp, oldest: Stamp) -> bool:
        """Say whether the revision that a time stamp covers already held the data."""
        known = known_in(HistoricalResolver(seal.reader, stamp.covers or 0))
        return known is not None and await self._is_proved(seal, oldest, known)

    async def _ends_at(self, stamp: Stamp, known: DocumentSecurityStore) -> datetime:
        certificate, beside = signer_of(stamp.token)
        context = remembering(self._anchors, known, at=stamp.at, strict=False)
        return ends_at(await path_of(certificate, beside, context, stamps=True))


async def sound_stamps(seal: EmbeddedPdfSignature) -> list[Stamp]:
    """Give every sound time stamp over a seal, oldest first: the one inside it, then those around it."""
    checked = message_imprint_checker(seal.signer_info)
    inside = [
        Stamp(token=token, at=_told(token), covers=None)
        for token in extract_tst_data_iter(seal.signer_info, signed=False)
        if await _is_sound(token, checked)
    ]
    around = [
        Stamp(token=one.signed_data, at=_told(one.signed_data), covers=one.signed_revision)
        for one in seal.reader.embedded_timestamp_signatures
        if one.signed_revision > seal.signed_revision and await _covers_its_revision(one)
    ]
    return inside + around


async def _covers_its_revision(one: EmbeddedPdfSignature) -> bool:
    try:
        one.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]  # pyHanko left it untyped
        whole = one.evaluate_signature_coverage() >= SignatureCoverageLevel.ENTIRE_REVISION
        digest = one.compute_digest()
        return whole and await _is_sound(one.signed_data, lambda _: digest)
    except _READER_ERRORS:
        return False


async def _is_sound(token: cms.SignedData, imprint: Callable[[str], bytes]) -> bool:
    try:
        told = await validate_tst_signed_data(token, trusting_itself(token), imprint)
    except _READER_ERRORS:
        return False
    return bool(told["intact"] and told["valid"])


async def _leads(signed: cms.SignedData, context: ValidationContext, *, stamps_time: bool) -> bool:
    try:
        certificate, beside = signer_of(signed)
        await path_of(certificate, beside, context, stamps=stamps_time)
    except PATH_ERRORS:
        return False
    return True


def _told(token: cms.SignedData) -> datetime:
    at: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return at


def known_in(handler: PdfFileReader | HistoricalResolver) -> DocumentSecurityStore | None:
    """Give the validation data that a revision holds; None when it holds none."""
    try:
        found: DocumentSecurityStore = DocumentSecurityStore.read_dss(handler)
    except _READER_ERRORS:
        return None
    return found
