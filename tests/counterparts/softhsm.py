"""SoftHSM: real tokens in a folder, with keys made in them; to be pulled out and put back."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "20461357"
KEY, CERTIFICATE = "city seal key", "city seal certificate"


@dataclass(frozen=True)
class Token:
    """A token with a key and its certificate.

    Attributes:
        folder: Where SoftHSM keeps it.
        pin_file: The PIN, for its owner alone.
        chain_file: The key's certificate and its issuer's, as PEM.
    """

    label: str
    folder: Path
    pin_file: Path
    chain_file: Path

    def variables(self, **more: str) -> dict[str, str]:
        """Give what names the token to the service."""
        parts = {
            "module": str(MODULE),
            "token": self.label,
            "key": KEY,
            "certificate": CERTIFICATE,
            "pin": str(self.pin_file),
        }
        return {f"FORMS_SEAL_PKCS11_{name.upper()}": value for name, value in (parts | more).items()}

    @contextmanager
    def pulled_out(self) -> Iterator[None]:
        """Take the token away for a while; what was open on it is lost."""
        away = self.folder.parent.parent / self.folder.name
        self.folder.rename(away)
        lose_sessions()
        yield
        away.rename(self.folder)

    def forget_key(self) -> None:
        """Destroy the key in the token."""
        with pkcs11.lib(str(MODULE)).get_token(token_label=self.label).open(rw=True) as session:
            session.get_key(ObjectClass.PRIVATE_KEY, label=KEY).destroy()


def lose_sessions() -> None:
    """End every session as a device does that loses power."""
    pkcs11.lib(str(MODULE)).reinitialize()


class SoftHsm:
    """Makes tokens.

    Args:
        folder: Empty; its ``softhsm2.conf`` must be what the environment names.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tokens = folder / "tokens"
        self._tokens.mkdir()
        (folder / "softhsm2.conf").write_text(f"directories.tokendir = {self._tokens}\nlog.level = ERROR\n")

    def token(self, label: str, *, kind: str = "ec", now: datetime) -> Token:
        """Make a token and, in it, a key (ECDSA P-256, or RSA with 3072 bits) that can not be taken out."""
        before = set(self._tokens.iterdir())
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", PIN]
        subprocess.run(command, check=True, capture_output=True)
        (folder,) = set(self._tokens.iterdir()) - before
        pin_file, chain_file = self._folder / f"{label}.pin", self._folder / f"{label}.pem"
        pin_file.touch(0o600)
        pin_file.write_text(f"{PIN}\n")
        lose_sessions()
        with pkcs11.lib(str(MODULE)).get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
            public = _key_pair(session, kind)
            certificate, issuer = _certificates(public, now)
            stored = {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            }
            stored |= {Attribute.TOKEN: True, Attribute.LABEL: CERTIFICATE}
            stored |= {Attribute.SUBJECT: certificate.subject.public_bytes()}
            der = certificate.public_bytes(serialization.Encoding.DER)
            session.create_object({**stored, Attribute.VALUE: der})
        chain_file.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (certificate, issuer)))
        return Token(label=label, folder=folder, pin_file=pin_file, chain_file=chain_file)


def _key_pair(session: pkcs11.Session, kind: str) -> bytes:
    """Make a pair in the token; give the public key, DER."""
    if kind == "rsa":
        public, _ = session.generate_keypair(KeyType.RSA, 3072, store=True, label=KEY)
        return encode_rsa_public_key(public)
    curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
    public, _ = parameters.generate_keypair(store=True, label=KEY)
    return encode_ec_public_key(public)


def _certificates(public: bytes, now: datetime) -> tuple[x509.Certificate, x509.Certificate]:
    """Give a certificate for a public key, and that of the city's authority that issued it."""
    authority = ec.generate_private_key(ec.SECP256R1())
    city = name("City authority")
    issuer = builder(city, city, now).public_key(authority.public_key()).sign(authority, hashes.SHA256())
    own = (
        builder(name("City of Example, records"), city, now)
        .public_key(serialization.load_der_public_key(public))
        .sign(authority, hashes.SHA256())
    )
    return own, issuer


def name(words: str) -> x509.Name:
    """Give a name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def builder(subject: x509.Name, issuer: x509.Name, now: datetime) -> x509.CertificateBuilder:
    """Begin a certificate for ten years."""
    begun = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    numbered = begun.serial_number(x509.random_serial_number())
    return numbered.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=3650))


@contextmanager
def soft_hsm(folder: Path) -> Iterator[SoftHsm]:
    """Give SoftHSM in an empty folder; the environment names it before the module is first loaded."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        yield SoftHsm(folder)
