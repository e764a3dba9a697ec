"""Every certificate that sealed here, so that a new key makes no old seal foreign.

One PEM file each, named by its fingerprint, beside the key. The present one is added when the key is opened: to change
the key is to put other files in its place and start again. A certificate that came in any other way is told by the
trail (``workflow/seal_keys.py``).
"""

from __future__ import annotations

from pathlib import Path

from asn1crypto import pem, x509

from forms_service.documents.seal_key import TEST_SEAL_NAME
from forms_service.errors import SealCertificateUnusableError
from forms_service.secret_files import write_over

ENDING = ".pem"


class SealCertificates:
    """The folder of certificates, made at first use.

    Args:
        folder: Beside the key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def keep(self, certificate: x509.Certificate) -> None:
        """Add a certificate, unless it is there.

        Raises:
            SealCertificateUnusableError: It can not be written.
        """
        file = self._folder / f"{certificate.sha256.hex()}{ENDING}"
        if file.exists():
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_over(file, pem.armor("CERTIFICATE", certificate.dump()))
        except OSError as error:
            raise SealCertificateUnusableError(file=file.name, problem=type(error).__name__) from error

    def every(self, *, production: bool) -> tuple[x509.Certificate, ...]:
        """Give every certificate; with real records never one of a test seal.

        Raises:
            SealCertificateUnusableError: A file holds no certificate, or another than its name says.
        """
        found = tuple(map(_read, sorted(self._folder.glob(f"*{ENDING}"))))
        return tuple(one for one in found if not (production and TEST_SEAL_NAME in one.subject.human_friendly))


def _read(file: Path) -> x509.Certificate:
    try:
        _, _, content = pem.unarmor(file.read_bytes())
        certificate = x509.Certificate.load(content, strict=True)
        named = certificate.sha256.hex() == file.stem
    except (OSError, ValueError, TypeError) as error:
        raise SealCertificateUnusableError(file=file.name, problem=type(error).__name__) from error
    if not named:
        raise SealCertificateUnusableError(file=file.name, problem="its name is not its fingerprint")
    return certificate
