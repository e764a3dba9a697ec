"""The port ``TlsFiles``: which certificate the server shows, and what devices must trust for it.

``<config>/keys/authority.pem`` (key and certificate, mode 0600), ``authority.crt`` (what is handed out) and
``server.pem`` are ours. They are not made where the settings name the city's certificate.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization

from forms_service.errors import TlsFilesUnusableError
from forms_service.ports import Authority, ServerFiles
from forms_service.secret_files import write_new, write_over
from forms_service.settings import Settings
from forms_service.tls.authority import Pair, is_limited_to, make_authority, make_server, read_pair, speaks_for

RENEWED_WITHIN = timedelta(days=30)
PUBLIC_MODE = 0o644


class ServerCertificate:
    """The city's certificate, or our own small authority."""

    def __init__(self, settings: Settings) -> None:
        self._city = (settings.tls_certificate, settings.tls_key)
        self._host = settings.host
        self._secret = settings.keys / "authority.pem"
        self._public = settings.keys / "authority.crt"
        self._server = settings.keys / "server.pem"

    def prepare(self, now: datetime) -> ServerFiles:
        """Give the files to serve with.

        Raises:
            TlsFilesUnusableError: They do not fit each other or the address, or are out of date.
        """
        certificate, key = self._city
        if certificate and key:
            _check_city(certificate, key, self._host, now)
            return ServerFiles(certificate=certificate, key=key)
        try:
            self._renew(self._own_authority(now), now)
        except OSError as error:
            raise TlsFilesUnusableError(file=self._secret.parent.name, problem=_reason(error)) from error
        return ServerFiles(certificate=self._server, key=self._server)

    def authority(self) -> Authority | None:
        """Give what devices must trust; None while there is none, or where the city's certificate serves.

        Raises:
            TlsFilesUnusableError: It can not be read.
        """
        if self._city[0] or not self._public.exists():
            return None
        try:
            certificate = x509.load_pem_x509_certificate(self._public.read_bytes())
        except (OSError, ValueError) as error:
            raise TlsFilesUnusableError(file=self._public.name, problem=_reason(error)) from error
        return Authority(
            file=self._public,
            content=certificate.public_bytes(serialization.Encoding.DER),
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            expires_at=certificate.not_valid_after_utc,
        )

    def _own_authority(self, now: datetime) -> Pair:
        if not self._secret.exists():
            self._make_authority(now)
        pair = _read(self._secret)
        if not is_limited_to(pair.certificate, self._host):
            problem = f"it can not speak for {self._host}; move it away, and hand the new one out to every device"
            raise TlsFilesUnusableError(file=self._secret.name, problem=problem)
        if pair.certificate.not_valid_after_utc <= now:
            problem = "it is out of date; move it away, and hand the new one out to every device"
            raise TlsFilesUnusableError(file=self._secret.name, problem=problem)
        handed_out = pair.certificate.public_bytes(serialization.Encoding.PEM)
        if not self._public.exists() or self._public.read_bytes() != handed_out:
            write_over(self._public, handed_out, PUBLIC_MODE)
        return pair

    def _make_authority(self, now: datetime) -> None:
        try:
            made = make_authority(self._host, now=now)
        except ValueError as error:
            raise TlsFilesUnusableError(file=self._secret.name, problem=f"{self._host}: {error}") from error
        self._secret.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another start was first: its authority holds
            write_new(self._secret, made.pem())

    def _renew(self, authority: Pair, now: datetime) -> None:
        if self._server.exists():
            with suppress(TlsFilesUnusableError):  # one that can not be read is made anew
                if _still_serves(_read(self._server).certificate, authority, self._host, now):
                    return
        write_over(self._server, make_server(authority, self._host, now=now).pem())


def _still_serves(certificate: x509.Certificate, authority: Pair, host: str, now: datetime) -> bool:
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except Exception:  # noqa: BLE001  # ValueError, TypeError or InvalidSignature: of another authority in any case
        return False
    # An authority near its own end gives no longer certificate, however often it is asked.
    left_at_best = authority.certificate.not_valid_after_utc - now
    enough = min(RENEWED_WITHIN, left_at_best)
    return speaks_for(certificate, host) and certificate.not_valid_after_utc - now >= enough


def _check_city(certificate_file: Path, key_file: Path, host: str, now: datetime) -> None:
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except (OSError, ValueError) as error:
        raise TlsFilesUnusableError(file=certificate_file.name, problem=_reason(error)) from error
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:  # TypeError: it wants a passphrase
        raise TlsFilesUnusableError(file=key_file.name, problem=_reason(error)) from error
    problem = _problem(certificate, host, now)
    if key.public_key() != certificate.public_key():
        problem = f"the key {key_file.name} does not belong to it"
    if problem:
        raise TlsFilesUnusableError(file=certificate_file.name, problem=problem)


def _problem(certificate: x509.Certificate, host: str, now: datetime) -> str:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return f"it is valid from {certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}"
    return "" if speaks_for(certificate, host) else f"it does not name {host}"


def _read(file: Path) -> Pair:
    try:
        return read_pair(file.read_bytes())
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise TlsFilesUnusableError(file=file.name, problem=_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "can not be read"
    return "it asks for a passphrase" if isinstance(error, TypeError) else "it can not be read as PEM"
