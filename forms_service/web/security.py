"""What every answer carries and every request must have.

* No inline script or style anywhere: the policy allows only our own files.
* Only the configured origin's host is answered (``/health`` and ``/ready`` answer on any name, for probes).
* Private pages are never stored by a browser; static files may be.
* Every POST carries a token (Flask-WTF), tied to the signed visit cookie.
* A body that is too large is read to its end and thrown away, so that the refusal can be read.

Source: OWASP HTTP Headers Cheat Sheet; CSP Level 3.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from forms_service.errors import HostUnknownError
from forms_service.ports import Services
from forms_service.settings import Settings
from forms_service.web import rate_limits, session, size_limits
from forms_service.web.current import cookie_name, current_services
from forms_service.web.request_body import SAFE_METHODS

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Chromium's own viewer styles the page it wraps around a PDF; nothing else may load in it.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"
SECRET_FACT = "web_signing_key"  # noqa: S105  # a fact's name, not a secret
SIGNED_DOORS = session.DEVICE_DOORS | {"tablet.author", "tablet.half_signed"}
FOR_PROBES = frozenset({"health.health", "health.ready"})


def set_up(app: Flask, settings: Settings, services: Services) -> None:
    """Set limits, cookies and headers on the application; the order of the checks is the order here."""
    https = settings.origin.startswith("https://")
    app.config.update(
        SECRET_KEY=signing_key(services),
        MAX_CONTENT_LENGTH=settings.post_limit_bytes,
        MAX_FORM_MEMORY_SIZE=settings.post_limit_bytes,
        SESSION_COOKIE_NAME=cookie_name(settings, "visit"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,  # checked below, after it is known who is there and how much they may send
    )
    rate_limits.set_up(app)
    tokens = CSRFProtect(app)
    app.before_request(refuse_foreign_host)
    app.before_request(session.load_session)
    app.before_request(session.refuse_strangers)
    app.before_request(session.keep_with_person)
    app.before_request(session.keep_to_password)
    app.before_request(session.keep_to_facts)
    app.before_request(size_limits.set_limit)
    app.before_request(rate_limits.refuse_too_many)
    app.before_request(lambda: check_token(tokens))
    app.after_request(add_headers)


def check_token(tokens: CSRFProtect) -> None:
    """Refuse a post without its page's token; a tablet's app has no page, and signs what it sends."""
    if request.method not in SAFE_METHODS and request.endpoint not in SIGNED_DOORS:
        tokens.protect()


def signing_key(services: Services) -> str:
    """Give the key that signs the visit cookie; made once, it opens nothing but that cookie's signature."""
    with services.database.read() as transaction:
        known = transaction.ledger.fact(SECRET_FACT)
    if known:  # where nothing can be written, pages still say so
        return known
    with services.database.write() as transaction:
        known = transaction.ledger.fact(SECRET_FACT)
        if not known:
            known = f"{services.chance.bits(256):064x}"
            transaction.ledger.set_fact(SECRET_FACT, known)
    return known


def refuse_foreign_host() -> None:
    """Refuse a request whose Host header is not the configured origin's.

    Raises:
        HostUnknownError: Another name or port, as a rebinding attack would send.
    """
    settings = current_services().settings
    if request.endpoint not in FOR_PROBES and request.host != urlsplit(settings.origin).netloc:
        raise HostUnknownError


def add_headers(response: Response) -> Response:
    """Put the policy headers on an answer, unless its view chose stricter ones."""
    headers = response.headers
    is_pdf = response.mimetype == "application/pdf"
    headers.setdefault("Content-Security-Policy", PDF_POLICY if is_pdf else PAGE_POLICY)
    headers.setdefault("X-Frame-Options", "SAMEORIGIN" if is_pdf else "DENY")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if current_services().settings.origin.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    headers["Cache-Control"] = _cache_rule()
    return response


def _cache_rule() -> str:
    if request.endpoint != "static":
        return "no-store"
    if "v" in request.args:  # asked for with its digest: never changes
        return "public, max-age=31536000, immutable"
    # Vendored fonts and pictures are named by vendored CSS; our modules import each other, and must fit together.
    return "public, max-age=86400" if request.path.startswith("/static/uswds/") else "no-cache"
