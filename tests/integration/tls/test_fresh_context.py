"""TLS of a running server: a renewed or replaced certificate serves without a restart, a broken one never."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from forms_service.errors import TlsFilesUnusableError
from forms_service.tls.authority import Pair, make_authority, make_server
from forms_service.tls.fresh_context import LOOKED_AT_EVERY, FreshContext
from forms_service.tls.server_files import ServerCertificate
from tests.conftest import NOW, make_settings
from tests.web.tls import own_config

HOST = "forms.example.org"
LATER = NOW + LOOKED_AT_EVERY


def shown(context: ssl.SSLContext) -> x509.Certificate:
    """Shake hands in memory and give the certificate that a device is shown."""
    to_server, to_device = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    device = trusting.wrap_bio(to_device, to_server)
    server = context.wrap_bio(to_server, to_device, server_side=True)
    for side in (device, server, device):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return x509.load_der_x509_certificate(device.getpeercert(binary_form=True))


def city_pair(now: datetime = NOW) -> Pair:
    """Make a certificate of a city's authority."""
    return make_server(make_authority(HOST, now=now), HOST, now=now)


class Server:
    """A server's TLS with the city's certificate, or one of our own, under a time that the test says."""

    def __init__(self, folder: Path, *, of_the_city: bool) -> None:
        self.certificate, self.key = folder / "city.crt", folder / "city.key"
        self.made = 0
        more = {"FORMS_CONFIG": str(own_config(folder)), "FORMS_ORIGIN": f"https://{HOST}"}
        if of_the_city:
            more |= {"FORMS_TLS_CERTIFICATE": str(self.certificate), "FORMS_TLS_KEY": str(self.key)}
        self._files = ServerCertificate(make_settings(folder, **more))
        self._fresh = FreshContext(self._files)

    def put(self, pair: Pair, *, certificate: bool = True, key: bool = True) -> None:
        """Write the city's files, or one of them."""
        if certificate:
            self.certificate.write_bytes(pair.certificate.public_bytes(serialization.Encoding.PEM))
        if key:
            form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            self.key.write_bytes(pair.key.private_bytes(serialization.Encoding.PEM, *form))

    def at(self, now: datetime) -> x509.Certificate:
        """Give what a device is shown that comes at an instant."""

        def make() -> ssl.SSLContext:
            self.made += 1
            files = self._files.prepare(now)
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(files.certificate, files.key)
            return context

        context = self._fresh.current(now, make)
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        return shown(context)


def test_our_own_certificate_is_renewed_while_the_server_runs(tmp_path):
    """Nobody restarts for a year: 30 days before the end a device is shown the next one."""
    server = Server(tmp_path, of_the_city=False)
    first = server.at(NOW)
    ends = first.not_valid_after_utc
    assert server.at(ends - timedelta(days=30)) == first
    second = server.at(ends - timedelta(days=29))
    assert second.serial_number != first.serial_number
    assert server.at(ends - timedelta(days=28)) == second
    assert server.made == 2


def test_a_replaced_certificate_serves_from_the_next_look_on(tmp_path):
    """The city puts both files in place: seconds later they serve, and between looks no file is read."""
    server = Server(tmp_path, of_the_city=True)
    first, second = city_pair(), city_pair()
    server.put(first)
    assert server.at(NOW) == first.certificate
    server.put(second)
    assert server.at(LATER - timedelta(seconds=1)) == first.certificate
    assert server.at(LATER) == second.certificate
    assert server.at(NOW) == second.certificate  # a clock that was set back looks again, and changes nothing
    assert server.made == 2


SPOILT: list[Callable[[Server], None]] = [
    lambda server: server.put(city_pair(), key=False),
    lambda server: server.put(city_pair(), certificate=False),
    lambda server: server.put(city_pair(NOW - timedelta(days=800))),
    lambda server: server.certificate.write_bytes(b"half a fi"),
    lambda server: server.key.unlink(),
]


@pytest.mark.parametrize("spoil", SPOILT, ids=["certificate-alone", "key-alone", "ended", "half", "missing"])
def test_what_does_not_fit_leaves_the_one_before_in_service(tmp_path, caplog, spoil):
    """Half of a replacement, or a wrong one, shuts nobody out; the log says it, and the right one serves at last."""
    server = Server(tmp_path, of_the_city=True)
    first, second = city_pair(), city_pair()
    server.put(first)
    assert server.at(NOW) == first.certificate
    spoil(server)
    assert server.at(LATER) == first.certificate
    (said,) = caplog.messages
    assert said.startswith("the TLS certificate before goes on to serve: ")
    assert "city." in said
    server.put(second)
    assert server.at(LATER + LOOKED_AT_EVERY) == second.certificate


def test_a_server_that_has_none_yet_shows_nothing(tmp_path):
    """There is no certificate before the first one that could serve instead."""
    server = Server(tmp_path, of_the_city=True)
    with pytest.raises(TlsFilesUnusableError):
        server.at(NOW)
    pair = city_pair()
    server.put(pair)
    assert server.at(NOW) == pair.certificate
