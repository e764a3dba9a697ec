"""The certificates that time stamps and the seal's own certificate must lead to, as the settings name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from asn1crypto import pem, x509

from forms_service.errors import SealCertificateUnusableError


def read_anchors(files: Sequence[Path]) -> tuple[x509.Certificate, ...]:
    """Give every certificate of some files, PEM (one or several) or DER.

    Raises:
        SealCertificateUnusableError: A file can not be read, or holds no certificate.
    """
    return tuple(one for file in files for one in _certificates(file))


def _certificates(file: Path) -> Iterator[x509.Certificate]:
    try:
        content = file.read_bytes()
        ders = [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
        for der in ders:
            certificate = x509.Certificate.load(der, strict=True)
            _ = certificate.subject.human_friendly  # what is read late would be found late
            yield certificate
    except (OSError, ValueError, TypeError) as error:
        raise SealCertificateUnusableError(file=file.name, problem=type(error).__name__) from error
