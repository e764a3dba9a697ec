"""Time stamps by RFC 3161 over HTTP, judged before they go into a seal; the only file that asks for one.

A server that is slow, away, or answers rubbish, another document's stamp or too much of it, is no time stamp.
"""

from __future__ import annotations

import asyncio

from asn1crypto import cms
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

from forms_service.documents.certificate_paths import trusting_itself

TIMEOUT_S = 5

# What the readers of a foreign answer raise.
_READER_ERRORS = (
    SignatureValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, NotImplementedError,
)  # fmt: skip


class JudgedTimeStamper(HTTPTimeStamper):
    """Asks a server, for a bounded time, and lets nothing through but a sound stamp over what was asked.

    Who the server is, is not judged here: the agency names it in its settings, and a verifier trusts its issuer or not.
    """

    def __init__(self, url: str, *, most_bytes: int) -> None:
        super().__init__(url, timeout=TIMEOUT_S)
        self._most_bytes = most_bytes

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Give a time stamp over a digest.

        Raises:
            TimestampRequestError: There is none to be had, or it is not sound, not over this digest, or too large.
        """
        try:
            async with asyncio.timeout(TIMEOUT_S):
                token = await super().async_timestamp(message_digest, md_algorithm)
            told = await _judged(token, message_digest)
        except _READER_ERRORS as error:
            raise TimestampRequestError(f"no time stamp: {type(error).__name__}") from error
        if not (told["intact"] and told["valid"]):
            raise TimestampRequestError("the time stamp is not sound")
        if len(token.dump()) > self._most_bytes:
            raise TimestampRequestError("the time stamp is too large")
        return token


async def _judged(token: cms.ContentInfo, message_digest: bytes) -> dict[str, object]:
    signed = token["content"]
    told: dict[str, object] = await validate_tst_signed_data(signed, trusting_itself(signed), lambda _: message_digest)
    return told
