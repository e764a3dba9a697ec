"""Who is asked about certificates, and how long, how often and how much is listened to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.errors import CRLFetchError, OCSPFetchError
from pyhanko_certvalidator.fetchers.common_utils import FetchKind

from forms_service.documents import bounded_fetch
from forms_service.documents.bounded_fetch import bounded_fetchers
from forms_service.documents.own_thread import in_own_thread
from tests.counterparts.timestamps import PASSPHRASE


@contextmanager
def answering(status: int, body: bytes, headers: dict[str, str] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve one answer to everything; give the address, and what was asked."""
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join(timeout=10)


def listed_at(authority, url: str) -> x509.Certificate:
    """Give the seal's certificate, as if it named another address for its list."""
    found = pkcs12.load_pkcs12(authority.sealer_pkcs12.read_bytes(), PASSPHRASE.encode()).cert
    one = x509.Certificate.load(found.certificate.public_bytes(Encoding.DER))
    (point,) = one.crl_distribution_points
    point["distribution_point"].chosen[0] = x509.GeneralName("uniform_resource_identifier", f"{url}/list.crl")
    one._crl_distribution_points_value = [point]
    one._processed_extensions = True
    return one


def fetched(one: x509.Certificate):
    """Ask for the list of a certificate."""

    async def ask():
        async with bounded_fetchers() as fetchers:
            return list(await fetchers.crl_fetcher.fetch(one, use_deltas=False))

    return in_own_thread(lambda: asyncio.run(ask()))


def test_a_list_is_fetched(authority):
    """From the address that the certificate names."""
    found = pkcs12.load_pkcs12(authority.sealer_pkcs12.read_bytes(), PASSPHRASE.encode()).cert
    assert len(fetched(x509.Certificate.load(found.certificate.public_bytes(Encoding.DER)))) == 1


def test_no_redirect_is_followed(authority):
    """Who is named is asked, and nobody else."""
    with answering(200, b"") as (elsewhere, asked), answering(302, b"", {"Location": f"{elsewhere}/x"}) as (url, first):
        with pytest.raises(CRLFetchError):
            fetched(listed_at(authority, url))
        assert (first, asked) == (["/list.crl"], [])


def test_an_answer_that_is_too_large_is_none(authority):
    """Reading ends at the limit."""
    with answering(200, b"\x30" * (bounded_fetch.MOST_BYTES + 1)) as (url, _), pytest.raises(CRLFetchError):
        fetched(listed_at(authority, url))


def test_who_never_answers_is_left(authority, silent_time_stamp_url):
    """An error of the connection after some seconds, so that another address is asked next."""
    one = listed_at(authority, silent_time_stamp_url.removesuffix("/tsa"))
    with pytest.raises(CRLFetchError):
        fetched(one)


def test_questions_are_counted(authority):
    """A chain that names a hundred addresses does not get a hundred questions."""
    root = x509.Certificate.load(authority.root_certificate_der)
    found = pkcs12.load_pkcs12(authority.sealer_pkcs12.read_bytes(), PASSPHRASE.encode()).cert
    one = x509.Certificate.load(found.certificate.public_bytes(Encoding.DER))

    async def ask():
        async with bounded_fetchers() as fetchers:
            for _ in range(bounded_fetch.LIMITS.max_requests):
                fetchers.ocsp_fetcher._budget.charge(FetchKind.OCSP)
            await fetchers.ocsp_fetcher.fetch(one, AuthorityWithCert(root))

    with pytest.raises(OCSPFetchError, match="limit"):
        in_own_thread(lambda: asyncio.run(ask()))
