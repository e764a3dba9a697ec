"""Content signed with the seal's key: a CMS message that holds what it signs, as ``openssl cms -verify`` opens it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign import signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_cms_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from forms_service.documents.own_thread import in_own_thread
from forms_service.errors import SignedContentBrokenError

# What the readers of a message raise when it is not one.
_READER_ERRORS = (SignatureValidationError, PathError, ValueError, TypeError, KeyError, IndexError, AttributeError)


def signed_message(signer: signers.Signer, content: bytes, signed_at: datetime) -> bytes:
    """Give a CMS message (DER) that holds a content and signs it."""
    attributes = PdfCMSSignedAttributes(signing_time=signed_at)
    message: cms.ContentInfo = in_own_thread(
        lambda: asyncio.run(
            signer.async_sign_general_data(content, "sha256", detached=False, signed_attr_settings=attributes)
        )
    )
    return bytes(message.dump())


def content_of(signed: bytes, ours: Mapping[bytes, x509.Certificate]) -> bytes:
    """Give the content of a message that one of our keys signed.

    Args:
        signed: The message, DER.
        ours: Our certificates by their SHA-256.

    Raises:
        SignedContentBrokenError: It was changed, is no message, or somebody else signed it.
    """
    try:
        message = cms.ContentInfo.load(signed, strict=True)["content"]
        certificate = ours[message["certificates"][0].chosen.sha256]
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = in_own_thread(lambda: asyncio.run(async_validate_cms_signature(message, validation_context=context)))
        content = bytes(message["encap_content_info"]["content"].native)
    except _READER_ERRORS as error:
        raise SignedContentBrokenError(problem=type(error).__name__) from error
    if not (status.intact and status.valid and status.trusted and had_not_ended(certificate, _signed_at(message))):
        raise SignedContentBrokenError(problem="the signature does not hold")
    return content


def had_not_ended(ours: x509.Certificate, signed_at: datetime | None) -> bool:
    """Say whether one of our certificates had not ended when it signed; one that ended since makes no old seal worse.

    That time is the signature's own word: whoever held the key could write another. The archive's digests, time stamps
    and checkpoints say when a thing was there.
    """
    return signed_at is not None and bool(signed_at <= ours.not_valid_after)


def _signed_at(message: cms.SignedData) -> datetime | None:
    attributes = {one["type"].native: one["values"] for one in message["signer_infos"][0]["signed_attrs"]}
    found = attributes.get("signing_time")
    return found[0].native if found else None
