"""``settings check --url``: what a device out there meets, at our own server and at a careless one."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from forms_service.cli.findings import Level
from forms_service.cli.outside import check_outside
from forms_service.tls.authority import make_authority, make_server
from tests.web.tls import free_port


def outside(url: str, authority: Path | None) -> dict[str, str]:
    """Give the problems that a look from outside finds, by their place."""
    return {one.place: one.words for one in check_outside(url, authority=authority) if one.level is Level.PROBLEM}


def test_from_outside_everything_is_well(device):
    """Chain, name, days, versions, headers, parts and scripts, as a tablet would meet them."""
    url = f"https://localhost:{device.port}"
    assert outside(url, device.authority) == {}
    places = [one.place for one in check_outside(url, authority=device.authority)]
    assert {"secure context", "certificate", "TLS version", "headers", "/health", "/ready", "service worker"} <= set(
        places
    )


def test_from_outside_an_unknown_authority_is_told_with_the_way_out(device):
    """The machine's own trust does not know it."""
    assert "--ca" in outside(f"https://localhost:{device.port}", None)["certificate"]


class Careless(BaseHTTPRequestHandler):
    """A server that does nothing right, as a proxy with a bad configuration."""

    def do_GET(self):
        """Answer everything as a page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", "visit=1")
        self.end_headers()
        self.wfile.write(b'<script src="/app.js"></script>')

    def log_message(self, *_):
        """Say nothing."""


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_from_outside_a_careless_server_is_told(tmp_path):
    """Old TLS, missing headers, open cookies and scripts that come as pages are each told."""
    pair = make_server(
        authority := make_authority("localhost", now=datetime.now(UTC)), "localhost", now=datetime.now(UTC)
    )
    (tmp_path / "server.pem").write_bytes(pair.pem())
    (tmp_path / "ca.crt").write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    server = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    told = outside(f"https://localhost:{server.server_port}", tmp_path / "ca.crt")
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()
    assert set(told) == {"TLS version", "headers", "service worker"}
    for word in ("Strict-Transport-Security", "Content-Security-Policy", "Secure", "HttpOnly", "__Host-"):
        assert word in told["headers"]


@pytest.mark.parametrize(
    ("url", "place"),
    [("ftp://x", "url"), ("https://[", "url"), ("nonsense", "url"), ("http://forms.invalid", "secure context")],
)
def test_from_outside_an_address_that_can_not_be_right_is_told(url, place):
    """Another scheme, no name, or plain http beyond localhost."""
    assert place in outside(url, None)


def test_from_outside_nobody_there_is_told():
    """A port where nobody listens is one problem, not a traceback."""
    assert "connection" in outside(f"https://localhost:{free_port()}", None)
