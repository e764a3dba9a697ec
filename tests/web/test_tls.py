"""A really running server that ends TLS itself: what devices trust, what every answer carries, how cookies are set."""

from __future__ import annotations

import json
import os
import plistlib
import re
import socket
import ssl
import subprocess
import time
from hashlib import sha256

import pytest
import zxingcpp
from cryptography import x509
from PIL import Image

from forms_service.settings import ROOT
from tests.conftest import environment
from tests.web.conftest import PROGRAM, SIGN_IN
from tests.web.tls import Device

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cache-Control": "no-store",
}
TOLD_ANYWAY = {"Server", "Date", "Connection", "Content-Type", "Content-Length", "Vary", "Set-Cookie", "Location"}


@pytest.mark.parametrize("path", ["/sign-in", "/desk", "/nothing", "/trust", "/health"])
def test_the_safe_headers_are_there_whole(device, path):
    """Each header with its whole value, on pages, redirects, refusals and for probes; and no other is sent."""
    answer = device.ask("GET", path)
    assert {name: answer.header(name) for name in SAFE_HEADERS} == SAFE_HEADERS
    assert {name for name, _ in answer.headers} - set(SAFE_HEADERS) <= TOLD_ANYWAY


def test_nobody_is_told_which_version_serves(device):
    """An attacker who collects versions finds none in the headers."""
    assert not re.search(r"[0-9]", device.ask("GET", "/sign-in").header("Server"))


def test_cookies_are_pinned_to_the_host_and_hidden_from_scripts(device):
    """Both cookies: __Host-, Secure, HttpOnly, SameSite, the whole path and no domain."""
    signed_in = Device(device.port, device.authority)
    answer = signed_in.sign_in(SIGN_IN)
    assert answer.status == 302, answer.body
    cookies = answer.cookies()
    assert set(cookies) == {"__Host-forms_visit", "__Host-forms_session"}
    for name, flags in cookies.items():
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags, name
        assert not [one for one in flags if one.lower().startswith("domain")], name
    assert signed_in.ask("GET", "/desk").status == 200
    assert device.ask("GET", "/desk").status == 302


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(
    ("version", "spoken"),
    [(ssl.TLSVersion.TLSv1_1, ""), (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")],
)
def test_tls_is_1_2_or_newer(device, version, spoken):
    """An older version is refused by the server, even where the client would speak it."""
    context = device.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("localhost", device.port), timeout=10) as plain:
        if not spoken:
            with pytest.raises(ssl.SSLError, match=r"(?i)version|alert|protocol"):
                context.wrap_socket(plain, server_hostname="localhost")
            return
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            assert secured.version() == spoken


def test_a_device_that_does_not_trust_the_authority_stays_out(device):
    """The public authorities of the machine do not vouch for it."""
    plain = socket.create_connection(("localhost", device.port), timeout=10)
    with plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_plain_http_gets_no_page(device):
    """Whoever speaks http to the port reads nothing of ours."""
    with socket.create_connection(("localhost", device.port), timeout=10) as plain:
        plain.sendall(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            got = plain.recv(4096)
        except ConnectionError:
            got = b""
    assert b"<html" not in got
    assert b"200" not in got.split(b"\r\n")[0]


def test_everything_a_device_needs_is_handed_out(device):
    """The certificate, the Apple profile and the page tell one and the same authority, and no secret."""
    certificate = device.ask("GET", "/trust/authority.crt")
    assert certificate.header("Content-Type") == "application/x-x509-ca-cert"
    found = x509.load_der_x509_certificate(certificate.body)
    profile = device.ask("GET", "/trust/authority.mobileconfig")
    assert profile.header("Content-Type") == "application/x-apple-aspen-config"
    payload = plistlib.loads(profile.body)["PayloadContent"][0]
    assert (payload["PayloadType"], payload["PayloadContent"]) == ("com.apple.security.root", certificate.body)
    page = device.ask("GET", "/trust").body.decode()
    shown = re.sub(r"[^0-9A-F]", "", re.search(r'font-mono-md">(.*?)</p>', page)[1].replace("<br>", ""))
    assert shown == sha256(certificate.body).hexdigest().upper()
    assert x509.load_pem_x509_certificate(device.authority.read_bytes()) == found
    for word in ("iPad", "Android", "group policy"):
        assert word in page
    assert b"PRIVATE" not in profile.body + certificate.body + page.encode()


def test_the_code_on_the_trust_page_holds_its_address(device):
    """An independent reader scans what the page draws."""
    drawn = device.ask("GET", "/trust/address.svg").body.decode()
    picture = picture_of(drawn)
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [f"https://localhost:{device.port}/trust"]


def picture_of(svg: str) -> Image.Image:
    """Draw segno's SVG, whose dark modules are horizontal lines of one path."""
    side, scale = int(re.search(r'width="(\d+)"', svg)[1]), 4
    picture = Image.new("L", (side, side), 255)
    x = y = 0.0
    for kind, numbers in re.findall(r"([Mmh])([-0-9. ]+)", re.search(r' d="([^"]+)"', svg)[1]):
        values = [float(one) for one in re.findall(r"-?[0-9.]+", numbers)]
        if kind == "M":
            x, y = values
        elif kind == "m":
            x, y = x + values[0], y + values[1]
        else:
            picture.paste(
                0,
                (round(x * scale), round((y - 0.5) * scale), round((x + values[0]) * scale), round((y + 0.5) * scale)),
            )
            x += values[0]
    return picture


def test_the_shell_prints_the_same_fingerprint(device):
    """IT reads it on the server itself."""
    folder = device.authority.parents[2]
    more = {"FORMS_CONFIG": str(folder / "config"), "FORMS_ORIGIN": f"https://localhost:{device.port}"}
    said = subprocess.run(
        [PROGRAM, "tls", "show"],
        env={**os.environ, **environment(folder, **more)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    body = device.ask("GET", "/trust/authority.crt").body
    assert sha256(body).hexdigest().upper() in said.replace(":", "")
    assert str(device.authority) in said


def test_a_running_service_is_ready(device):
    """Behind TLS the probe pages answer as they do without."""
    assert json.loads(device.ask("GET", "/ready").body) == {"status": "ok", "failing": []}


def test_a_certificate_that_is_made_anew_serves_without_a_restart(device):
    """Its file is taken away: seconds later the running server shows another one, of the same authority."""

    def serial() -> int:
        plain = socket.create_connection(("localhost", device.port), timeout=10)
        with plain, device.context().wrap_socket(plain, server_hostname="localhost") as secured:
            return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True)).serial_number

    before = serial()
    (device.authority.parent / "server.pem").unlink()
    until = time.monotonic() + 60
    while serial() == before:
        assert time.monotonic() < until
        time.sleep(0.5)
    assert device.ask("GET", "/health").status == 200
