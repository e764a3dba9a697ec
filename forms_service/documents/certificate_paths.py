"""The way from a certificate to a trusted one: asked of its authorities now, or judged by what a file holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.fetchers import Fetchers
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

# What pyHanko raises when a path does not hold, or when foreign bytes are none.
PATH_ERRORS = (
    PathError, ValidationError, SignatureValidationError, SigningError, ValueError, TypeError, KeyError, IndexError,
    AttributeError, OSError, NotImplementedError,
)  # fmt: skip


def asking(anchors: Sequence[x509.Certificate], fetchers: Fetchers) -> ValidationContext:
    """Give a context that asks now, and insists on an answer for every certificate but the trusted one."""
    return ValidationContext(
        trust_roots=list(anchors), allow_fetching=True, fetchers=fetchers, revocation_mode="require"
    )  # fmt: skip


def remembering(
    anchors: Sequence[x509.Certificate], known: DocumentSecurityStore | None, *, at: datetime, strict: bool
) -> ValidationContext:
    """Give a context that asks nobody: what was known in the file decides, for a moment in the past.

    Args:
        anchors: Trusted certificates.
        known: The validation data of a file.
        at: The moment at which a certificate must have been good; what was told later speaks for it as well.
        strict: Whether a certificate is refused of which nothing is known for that moment; else only its path is judged.
    """
    settings = _in_the_past(anchors, at, strict=strict)
    if known is None:
        return ValidationContext(**settings, ocsps=[], crls=[])
    context: ValidationContext = known.as_validation_context(settings)
    return context


def _in_the_past(anchors: Sequence[x509.Certificate], at: datetime, *, strict: bool) -> dict[str, Any]:
    rule = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED if strict else RevocationCheckingRule.NO_CHECK
    policy = CertRevTrustPolicy(
        RevocationCheckingPolicy(ee_certificate_rule=rule, intermediate_ca_cert_rule=rule), retroactive_revinfo=True
    )
    return {"trust_roots": list(anchors), "moment": at.astimezone(UTC), "revinfo_policy": policy}


def but(anchors: Sequence[x509.Certificate], one: x509.Certificate) -> tuple[x509.Certificate, ...]:
    """Give trusted certificates without one: a seal that is trusted by itself alone is spoken for by nobody."""
    return tuple(anchor for anchor in anchors if anchor.sha256 != one.sha256)


def trusting_itself(*signed: cms.SignedData) -> ValidationContext:
    """Give a context in which each of these is signed by whom it says: only whether it is sound is asked.

    Raises:
        ValueError: One holds no certificate of its signer.
    """
    return ValidationContext(trust_roots=[signer_of(one)[0] for one in signed], allow_fetching=False)


async def path_of(
    certificate: x509.Certificate, beside: Iterable[x509.Certificate], context: ValidationContext, *, stamps: bool
) -> ValidationPath:
    """Give the path from a certificate to a trusted one.

    Args:
        certificate: Whose path.
        beside: Certificates that came with it.
        context: Of ``asking`` or ``remembering``.
        stamps: Whether it must be allowed to stamp time.

    Raises:
        Exception: One of ``PATH_ERRORS``; there is none that holds.
    """
    validator = CertificateValidator(certificate, intermediate_certs=list(beside), validation_context=context)
    usage = {"time_stamping"} if stamps else set()
    found: ValidationPath = await validator.async_validate_usage(set(), usage)  # type: ignore[no-untyped-call]  # pyHanko left it untyped
    return found


def signer_of(signed: cms.SignedData) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """Give whose signature it is, and the certificates that came with it.

    Raises:
        ValueError: No certificate fits.
    """
    certificates = list(_certificates(signed))
    wanted = signed["signer_infos"][0]["sid"].chosen
    for one in certificates:
        if one.serial_number == wanted["serial_number"].native and one.issuer == wanted["issuer"]:
            return one, [other for other in certificates if other is not one]
    raise ValueError("no certificate of the signer")


def _certificates(signed: cms.SignedData) -> Iterator[x509.Certificate]:
    for choice in signed["certificates"]:
        if choice.name == "certificate":
            yield choice.chosen


def ends_at(path: ValidationPath) -> datetime:
    """Give when the first certificate of a path ends; the trusted one is left out, unless it is the only one."""
    below = list(path.iter_certs(include_root=False)) or list(path.iter_certs(include_root=True))
    found: datetime = min(one.not_valid_after for one in below)
    return found
