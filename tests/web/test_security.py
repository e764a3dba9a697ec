"""What every answer carries and every request must have."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest

from forms_service.settings import ROOT
from forms_service.web.app import create_app
from forms_service.web.security import PAGE_POLICY, PERMISSIONS
from forms_service.web.tablet_app import CAMERA, READER_POLICY
from tests.conftest import make_services
from tests.web.conftest import Visitor
from tests.web.papers import hand_over, read, sign

PAGES = ROOT / "forms_service" / "web" / "pages"


def test_every_page_carries_the_policy(visitor):
    """Pages load only our own files, are framed by nobody and stored by no browser."""
    headers = visitor.get("/desk").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


TABLET_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src http://localhost:8080/tablet/service_worker.js "
    "http://localhost:8080/tablet/reader.js http://localhost:8080/tablet/journal_worker.js; "
    "manifest-src http://localhost:8080/tablet/manifest.webmanifest; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding, Cookie",
}


@pytest.mark.parametrize(
    ("path", "kind", "policy"),
    [
        ("", "text/html; charset=utf-8", TABLET_HEADERS["Content-Security-Policy"]),
        ("service_worker.js", "text/javascript; charset=utf-8", "default-src 'none'; connect-src 'self'"),
        ("reader.js", "text/javascript; charset=utf-8", READER_POLICY),
        ("journal_worker.js", "text/javascript; charset=utf-8", "default-src 'none'"),
        ("manifest.webmanifest", "application/manifest+json", PAGE_POLICY),
    ],
)
def test_the_tablets_app_carries_its_own_policy_whole(stranger, path, kind, policy):
    """Each header with its whole value and no other, without a session: its workers and its manifest by name."""
    headers = dict(stranger.get(f"/tablet/{path}").headers)
    length = headers.pop("Content-Length")
    assert int(length) > 0
    camera = {} if path else {"Permissions-Policy": CAMERA}
    assert headers == {**TABLET_HEADERS, "Content-Type": kind, "Content-Security-Policy": policy, **camera}


def test_only_what_is_the_same_for_everybody_is_compressed(visitor):
    """A page with somebody's words in it would tell by its length what they are (BREACH)."""
    takes = {"Accept-Encoding": "gzip"}
    assert visitor.get("/static/forms.css", headers=takes).headers["Content-Encoding"] == "gzip"
    assert visitor.get("/tablet/", headers=takes).headers["Content-Encoding"] == "gzip"
    for path in ("/desk", "/forms.json", "/tablet/now.json", "/health"):
        assert "Content-Encoding" not in visitor.get(path, headers=takes).headers


@pytest.mark.parametrize(
    ("taken", "coding", "unpacked"), [("gzip", "gzip", gzip.decompress), ("gzip, br", "br", brotli.decompress)]
)
def test_a_compressed_file_is_the_file_and_is_not_sent_twice(stranger, taken, coding, unpacked):
    """Unpacked it has the same bytes; who has it is told that it did not change; who takes neither gets it plain."""
    takes = {"Accept-Encoding": taken}
    packed = stranger.get("/static/forms.css", headers=takes)
    plain = stranger.get("/static/forms.css")
    assert packed.headers["Content-Encoding"] == coding
    assert unpacked(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    again = stranger.get("/static/forms.css", headers={**takes, "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Content-Encoding" not in stranger.get("/static/forms.css", headers={"Accept-Encoding": "gzip;q=0"}).headers


@pytest.mark.parametrize("page", sorted(PAGES.rglob("*.html")), ids=lambda path: path.name)
def test_no_page_has_script_or_style_of_its_own(page):
    """Nothing inline: neither scripts, nor styles, nor handlers."""
    text = page.read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)


def test_a_sealed_pdf_is_framed_by_our_own_pages_only(visitor):
    """The viewer may show it, another site may not."""
    hand_over(visitor, "social-referral")
    read(visitor)
    done = sign(visitor, "person", "officer").headers["Location"]
    headers = visitor.get(done.replace("/done", "/agreement.pdf")).headers
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["http://127.0.0.1:8080", "http://evil.example:8080", "http://localhost:9999"])
def test_another_host_is_refused(visitor, host):
    """A name that points here by a trick gets no answer."""
    answer = visitor.client.get("/desk", base_url=host)
    assert answer.status_code == 421
    assert "host-unknown" in answer.text


@pytest.mark.parametrize("path", ["/drafts", "/sign-out", "/verify", "/person/no"])
def test_a_post_without_its_token_is_refused(visitor, path):
    """Another site can not post in an officer's name."""
    answer = visitor.client.post(path, base_url=visitor.origin, data={"form": "lead-agreement"})
    assert answer.status_code == 400
    assert "form-post-invalid" in answer.text


def test_a_post_with_anothers_token_is_refused(visitor, app, services):
    """A token belongs to the visit it was made for."""
    other = Visitor(app, services.settings.origin)
    token = re.search(r'csrf_token" value="([^"]+)"', other.get("/sign-in").text)[1]
    answer = visitor.client.post("/drafts", base_url=visitor.origin, data={"form": "x", "csrf_token": token})
    assert answer.status_code == 400


def test_static_files_asked_for_by_digest_are_kept_by_browsers(stranger):
    """A file whose address holds its digest never changes; one without it is asked for again."""
    assert "immutable" in stranger.get("/static/forms.css?v=abc").headers["Cache-Control"]
    assert stranger.get("/static/forms.css").headers["Cache-Control"] == "no-cache"


def test_a_form_post_that_is_too_large_is_refused(visitor):
    """A page that takes answers takes no megabytes."""
    answer = visitor.post("/drafts", {"form": "x" * 5_000_000}, page="/")
    assert answer.status_code == 413
    assert "upload-too-large" in answer.text


def test_behind_tls_cookies_are_pinned_to_the_host(tmp_path: Path):
    """With an https origin both cookies bear the __Host- prefix and Secure, and HSTS is sent."""
    services = make_services(tmp_path, FORMS_ORIGIN="https://forms.example.org", FORMS_TRUSTED_PROXY="127.0.0.1")
    answer = Visitor(create_app(services.settings, services), services.settings.origin).get("/first-account")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-forms_visit=")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_the_audit_knows_the_address_that_the_trusted_proxy_tells(tmp_path: Path):
    """Only the named proxy's word about the client's address counts."""
    services = make_services(tmp_path, FORMS_TRUSTED_PROXY="127.0.0.1")
    visitor = Visitor(create_app(services.settings, services), services.settings.origin)
    forwarded = {"X-Forwarded-For": "198.51.100.7"}
    with visitor.client.application.test_request_context(
        "/", headers=forwarded, environ_base={"REMOTE_ADDR": "127.0.0.1"}
    ):
        from forms_service.web.current import source_address  # noqa: PLC0415  # needs the request around it

        assert source_address(services.settings) == "198.51.100.7"
    with visitor.client.application.test_request_context(
        "/", headers=forwarded, environ_base={"REMOTE_ADDR": "203.0.113.9"}
    ):
        assert source_address(services.settings) == "203.0.113.9"


def test_nothing_a_person_typed_reaches_the_page_unescaped(visitor):
    """Markup in a name is shown as text."""
    hand_over(visitor, "social-referral", person={"person_name_as_given": "<b>Rosa</b> {{ 7*7 }}"})
    page = visitor.get("/person/read").text
    assert "&lt;b&gt;Rosa&lt;/b&gt; {{ 7*7 }}" in page
