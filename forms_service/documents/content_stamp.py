"""Time stamps over any content (RFC 3161), as ``openssl ts -verify`` checks them: an outside witness for the trail."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime

from asn1crypto import cms, tsp, x509
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

from forms_service.documents.certificate_paths import PATH_ERRORS, path_of, remembering, signer_of, trusting_itself
from forms_service.documents.own_thread import in_own_thread
from forms_service.documents.seal import MOST_STAMP_BYTES
from forms_service.documents.time_stamp import JudgedTimeStamper
from forms_service.errors import TimeStampBrokenError, TimeStampNotGivenError, TimeStampOfOtherContentError


class ContentTimeStamps:
    """Asks for time stamps and judges them.

    Args:
        tsa_url: Time-stamp server, or empty.
        anchors: What a time stamp's certificate must lead to; without any nobody judges who gave it.
    """

    def __init__(self, tsa_url: str, anchors: tuple[x509.Certificate, ...]) -> None:
        self._tsa_url = tsa_url
        self._anchors = anchors

    @property
    def is_on(self) -> bool:
        """Say whether there is a server to ask."""
        return bool(self._tsa_url)

    def stamp(self, content: bytes) -> bytes:
        """Give a server's answer over a content (DER, ``TimeStampResp``).

        Raises:
            TimeStampNotGivenError: There is none to be had.
        """
        asked = JudgedTimeStamper(self._tsa_url, most_bytes=MOST_STAMP_BYTES)
        digest = hashlib.sha256(content).digest()
        try:
            token = in_own_thread(lambda: asyncio.run(asked.async_timestamp(digest, "sha256")))
        except TimestampRequestError as error:
            raise TimeStampNotGivenError(problem=type(error.__cause__ or error).__name__) from error
        answer = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})
        return bytes(answer.dump())

    def judge(self, stamp: bytes, content: bytes) -> datetime:
        """Give when a content was there.

        Raises:
            TimeStampBrokenError: It is no sound time stamp, or of nobody who is trusted.
            TimeStampOfOtherContentError: It is sound, and over something else.
        """
        try:
            return in_own_thread(lambda: asyncio.run(self._judged(stamp, content)))
        except PATH_ERRORS as error:
            raise TimeStampBrokenError(problem=type(error).__name__) from error

    async def _judged(self, stamp: bytes, content: bytes) -> datetime:
        token: cms.SignedData = tsp.TimeStampResp.load(stamp, strict=True)["time_stamp_token"]["content"]
        said = token["encap_content_info"]["content"].parsed
        imprint = said["message_imprint"]
        told = await validate_tst_signed_data(token, trusting_itself(token), lambda _: imprint["hashed_message"].native)
        if not (told["intact"] and told["valid"]):
            raise TimeStampBrokenError(problem="its signature does not hold")
        if imprint["hashed_message"].native != hashlib.sha256(content).digest():
            raise TimeStampOfOtherContentError
        at: datetime = said["gen_time"].native
        if self._anchors:
            certificate, beside = signer_of(token)
            await path_of(
                certificate, beside, remembering(self._anchors, None, at=at, strict=False), stamps=True
            )  # fmt: skip
        return at
