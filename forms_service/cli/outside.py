"""The service as a device out there meets it: chain, name, days, TLS version, headers, parts, service worker.

Run it on a machine that is not the server: only then does it go the way that a tablet goes.
Every answer is bounded in time and size; a redirect is followed once, within the same origin.
"""

from __future__ import annotations

import re
import socket
import ssl
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from forms_service.cli.findings import Finding, good, problem, warning
from forms_service.settings import LOOPBACK

TIMEOUT_SECONDS = 10
MOST_BYTES = 1024 * 1024
RENEWED_WITHIN_DAYS = 30
SCRIPT_TYPES = frozenset({"text/javascript", "application/javascript"})
EXPECTED = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    text: str


class Outside:
    """One address, asked with the machine's trust or with one authority."""

    def __init__(self, url: str, authority: Path | None) -> None:
        parts = urlsplit(url)
        self.https = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.https else 80)
        self.known = parts.scheme in ("http", "https") and bool(self.host)
        self._authority = authority

    def context(self) -> ssl.SSLContext:
        """Give TLS that checks chain and name."""
        return ssl.create_default_context(cafile=str(self._authority) if self._authority else None)

    def ask(self, path: str) -> Answer:
        """Read one page; a redirect within the service is followed once.

        Raises:
            OSError, HTTPException: There is no answer.
        """
        answer = self._ask(path)
        location = urlsplit(answer.headers.get("Location", ""))
        if 300 <= answer.status < 400 and not location.netloc and location.path:
            return self._ask(location.path)
        return answer

    def _ask(self, path: str) -> Answer:
        if self.https:
            connection: HTTPConnection = HTTPSConnection(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=self.context()
            )
        else:
            connection = HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", path)
            got = connection.getresponse()
            text = got.read(MOST_BYTES).decode("utf-8", "replace")
            return Answer(status=got.status, headers=got.headers, text=text)
        finally:
            connection.close()


def check_outside(url: str, *, authority: Path | None = None) -> Iterator[Finding]:
    """Give what was found at an address, the connection first; without a connection there is no more."""
    try:
        outside = Outside(url, authority)
    except ValueError:
        outside = Outside("", authority)
    if not outside.known:
        yield problem("url", "expected https://name[:port]")
        return
    yield secure_context(outside)
    try:
        if outside.https:
            yield from check_tls(outside)
        yield from check_pages(outside)
    except ssl.SSLCertVerificationError as error:
        yield problem("certificate", f"{error.verify_message}; with an authority of our own give --ca authority.crt")
    except (OSError, HTTPException) as error:
        yield problem("connection", f"{outside.host}:{outside.port}: {error}")


def secure_context(outside: Outside) -> Finding:
    """Say whether browsers let passkeys, service workers and cryptography run there."""
    if outside.https or outside.host in LOOPBACK:
        return good("secure context", "yes")
    return problem("secure context", "browsers allow it with https or on localhost only")


def check_tls(outside: Outside) -> Iterator[Finding]:
    """Check chain, name, days and versions.

    Raises:
        OSError: There is no connection, or no trusted one.
    """
    with (
        socket.create_connection((outside.host, outside.port), TIMEOUT_SECONDS) as plain,
        outside.context().wrap_socket(plain, server_hostname=outside.host) as secured,
    ):
        yield good("certificate", f"the chain is trusted and names {outside.host}")
        yield _expiry(str((secured.getpeercert() or {}).get("notAfter", "")))
        yield good("TLS version", str(secured.version()))
    old = "takes TLS 1.1, which is broken; 1.2 is the least"
    yield problem("TLS version", old) if _speaks_old(outside) else good("TLS version", "nothing older than 1.2")


def _expiry(ends: str) -> Finding:
    left = int((ssl.cert_time_to_seconds(ends) - datetime.now(UTC).timestamp()) // 86_400)
    say = warning if left < RENEWED_WITHIN_DAYS else good
    return say("certificate", f"{left} days are left")


def _speaks_old(outside: Outside) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # nothing is sent: only whether the server would speak it
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        with (
            socket.create_connection((outside.host, outside.port), TIMEOUT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=outside.host),
        ):
            return True
    except OSError:
        return False


def check_pages(outside: Outside) -> Iterator[Finding]:
    """Check headers, parts and scripts.

    Raises:
        OSError, HTTPException: There is no answer.
    """
    page = outside.ask("/sign-in")
    if page.status != 200:
        reason = "its origin setting is another address" if page.status == 421 else "expected 200"
        yield problem("/sign-in", f"answers {page.status}; {reason}")
    yield from check_headers(page, https=outside.https)
    for path in ("/health", "/ready"):
        answer = outside.ask(path)
        told = good if answer.status == 200 else problem
        yield told(path, f"{answer.status} {answer.text[:200]}".strip())
    yield check_worker(outside, page)


def check_headers(page: Answer, *, https: bool) -> Iterator[Finding]:
    """Check that nothing on the way took a safe header or a cookie's flag away."""
    expected = {**EXPECTED, **({"Strict-Transport-Security": "max-age="} if https else {})}
    missing = [name for name, value in expected.items() if value not in page.headers.get(name, "")]
    if "unsafe" in page.headers.get("Content-Security-Policy", ""):
        missing.append("Content-Security-Policy without unsafe")
    cookies = page.headers.get_all("Set-Cookie", [])
    flags = ["HttpOnly", "SameSite", *(["Secure"] if https else [])]
    missing += [f"cookie flag {flag}" for flag in flags if any(flag not in one for one in cookies)]
    missing += ["cookie prefix __Host-" for one in cookies if https and not one.startswith("__Host-")]
    yield (
        problem("headers", f"missing: {', '.join(missing)}")
        if missing
        else good("headers", "all safe headers are there")
    )


def check_worker(outside: Outside, page: Answer) -> Finding:
    """Say whether a service worker could be registered: a secure context, and scripts that come as scripts."""
    place = "service worker"
    found = re.search(r'<script[^>]*\bsrc="(/[^"]+)"', page.text)
    if found is None:
        return problem(place, "the page names no script of its own")
    script = outside.ask(found[1])
    kind = script.headers.get_content_type()
    if script.status != 200 or kind not in SCRIPT_TYPES:
        return problem(place, f"{found[1]} answers {script.status} as {kind}; expected 200 as text/javascript")
    if secure_context(outside) != good("secure context", "yes"):
        return problem(place, "not without a secure context")
    return good(place, "could be registered")
