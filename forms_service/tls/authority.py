"""A small authority that can speak for one name only; the only file that makes certificates for servers.

* ECDSA P-256. The authority is constrained to the origin's host and to servers, so that whoever steals it can
  pretend to be nobody else; it makes server certificates and no further authorities.
* A server certificate lasts 397 days at most: browsers refuse longer ones.
* Key and certificate lie in one file (PEM), so that a crash never parts them.

Source: RFC 5280 (4.2.1.10 name constraints); CA/Browser Forum Baseline Requirements 6.3.2.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)  # a device keeps what it trusts; a change means every device again
SERVER_LASTS = timedelta(days=396)
CLOCKS_DIFFER = timedelta(hours=1)
MOST_NAME_CHARACTERS = 64  # of a common name
NO_ADDRESS = ("0.0.0.0/0", "::/0")  # names only: an address in digits is never vouched for


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        """Give both in one text; secret."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


def read_pair(content: bytes) -> Pair:
    """Read what ``Pair.pem`` gave.

    Raises:
        ValueError: It is something else, or the two do not belong together.
    """
    key = serialization.load_pem_private_key(content, password=None)
    certificate = x509.load_pem_x509_certificate(content)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("certificate and key do not belong together")
    return Pair(certificate=certificate, key=key)


def make_authority(host: str, *, now: datetime) -> Pair:
    """Make an authority that can speak for a host (and names below it) only.

    Raises:
        ValueError: The host is no name that can stand in a certificate.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Forms service of {host}")
    nowhere = [x509.IPAddress(ipaddress.ip_network(one)) for one in NO_ADDRESS]
    limits = x509.NameConstraints(permitted_subtrees=[x509.DNSName(host)], excluded_subtrees=nowhere)
    made = (
        _certificate(name, name, key.public_key(), (now - CLOCKS_DIFFER, now + AUTHORITY_LASTS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(limits, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate=made, key=key)


def make_server(authority: Pair, host: str, *, now: datetime) -> Pair:
    """Make a server certificate; it never outlives its authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    ends = min(now + SERVER_LASTS, authority.certificate.not_valid_after_utc)
    issuer = authority.certificate.subject
    made = (
        _certificate(_name(host), issuer, key.public_key(), (now - CLOCKS_DIFFER, ends))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(certificate=made, key=key)


def speaks_for(certificate: x509.Certificate, host: str) -> bool:
    """Say whether a server certificate names a host, as a browser would read it (one star, leftmost label only)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    wanted = {host.lower(), f"*.{host.lower().partition('.')[2]}"}
    return any(one.lower() in wanted for one in names.get_values_for_type(x509.DNSName))


def is_limited_to(certificate: x509.Certificate, host: str) -> bool:
    """Say whether an authority is the one that was made for a host."""
    try:
        limits = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    return limits.permitted_subtrees == [x509.DNSName(host)]


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: CertificatePublicKeyTypes, valid: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:MOST_NAME_CHARACTERS])])
