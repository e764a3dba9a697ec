"""Where the seal's key comes from: a PKCS#12 file, its passphrase in a file beside it, or a token (``pkcs11_key.py``).

The first start of a practice installation makes TEST SEAL.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.sign import signers

from forms_service.documents.pkcs11_key import TokenSigner
from forms_service.errors import SealKeyUnusableError
from forms_service.secret_files import write_new
from forms_service.settings import Settings

TEST_SEAL_NAME = "TEST SEAL - not for real records"
PIN_NOTE = "seal-pin-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealKey:
    """A key that was opened.

    Attributes:
        signer: Signs with it, and knows its certificates.
        certificate: The key's own.
        ping: Raises SealingError when the key can not be reached.
    """

    signer: signers.Signer
    certificate: asn1_x509.Certificate
    ping: Callable[[], None]

    def __post_init__(self) -> None:
        # asn1crypto keeps a name's dictionary before it has filled it: the first of two threads that seal at once
        # would leave the other one without the name.
        _ = self.certificate.subject.native


def open_seal_key(settings: Settings) -> SealKey:
    """Open the key that the settings name.

    Raises:
        SealKeyUnusableError, SealTokenUnusableError, SealPinRefusedError: It can not be used.
    """
    if settings.seal_token is None:
        return pkcs12_key(settings.seal_key, settings.seal_passphrase)
    signer = TokenSigner(settings.seal_token, settings.seal_key.with_name(PIN_NOTE))
    return SealKey(signer=signer, certificate=signer.signing_cert, ping=signer.ping)


def pkcs12_key(key: Path, passphrase: Path) -> SealKey:
    """Read a key from a PKCS#12 file, once.

    Args:
        key: The file.
        passphrase: File that holds its passphrase in one line.

    Raises:
        SealKeyUnusableError: A file is missing, or they do not fit.
    """
    try:
        words = passphrase.read_text("utf-8").strip().encode()
        signer = signers.SimpleSigner.load_pkcs12_data(key.read_bytes(), other_certs=[], passphrase=words)
    except (OSError, ValueError) as error:
        raise SealKeyUnusableError(key=key.name) from error
    if signer is None or signer.signing_cert is None:
        raise SealKeyUnusableError(key=key.name)
    return SealKey(signer=signer, certificate=signer.signing_cert, ping=lambda: None)


def make_test_seal(key: Path, passphrase: Path, *, now: datetime) -> None:
    """Make TEST SEAL (self-signed, ECDSA P-256) for a practice installation.

    Both files are written for their owner only; nothing is written over.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, TEST_SEAL_NAME)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    words = secrets.token_urlsafe(24)
    encryption = serialization.BestAvailableEncryption(words.encode())
    content = pkcs12.serialize_key_and_certificates(b"test seal", private, certificate, None, encryption)
    key.parent.mkdir(parents=True, exist_ok=True)
    write_new(passphrase, words.encode() + b"\n")
    write_new(key, content)
