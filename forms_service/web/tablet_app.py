"""The tablet's app: its page, its manifest and its worker, and what time and build the server has.

None of them needs a session: they are the same for everybody, and hold nothing of anybody.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, jsonify, make_response
from flask.typing import ResponseReturnValue

from forms_service.ports import Services
from forms_service.web.current import current_services
from forms_service.web.security import PERMISSIONS
from forms_service.web.tablet_files import JOURNAL_PATH, READER_PATH, Shell, make_shell, manifest_of, modules

views = Blueprint("tablet_app", __name__, url_prefix="/tablet")
EXTENSION = "forms_service.tablet_app"
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
# A worker has the policy of the answer that brought it: the barcode reader's alone lets WebAssembly run, and nothing else may.
READER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
CAMERA = PERMISSIONS.replace("camera=()", "camera=(self)")
JOURNAL_POLICY = "default-src 'none'"


def set_up(app: Flask, services: Services) -> None:
    """Make this build once: digests are of what is served, until the process ends."""
    static, settings = Path(str(app.static_folder)), services.settings
    page = app.jinja_env.get_template("tablet/shell.html").render(
        agency_name=settings.agency.get("name", ""),
        practice=not settings.production,
        app_version=services.build.get("forms-service", ""),
        modules=modules(static),
    )
    app.extensions[EXTENSION] = make_shell(static, page=page.encode(), manifest=manifest_of(settings.agency))


def page_policy(origin: str) -> str:
    """Give the page's own policy: its workers and its manifest by name, no form that is sent, nothing framed."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; worker-src {origin}/tablet/service_worker.js "
        f"{origin}{READER_PATH} {origin}{JOURNAL_PATH}; "
        f"manifest-src {origin}/tablet/manifest.webmanifest; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _shell() -> Shell:
    shell: Shell = current_app.extensions[EXTENSION]
    return shell


def _answer(content: bytes, mimetype: str, policy: str = "") -> Response:
    answer = make_response(content)
    answer.mimetype = mimetype
    if policy:
        answer.headers["Content-Security-Policy"] = policy
    return answer


@views.get("/")
def page() -> ResponseReturnValue:
    """Give the one page of the app, which alone of all pages may ask for the camera."""
    answer = _answer(_shell().page, "text/html", page_policy(current_services().settings.origin))
    answer.headers["Permissions-Policy"] = CAMERA
    return answer


@views.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Give the web app's manifest."""
    return _answer(_shell().manifest, "application/manifest+json")


@views.get("/service_worker.js")
def service_worker() -> ResponseReturnValue:
    """Give the worker with the list of this build's files before it."""
    return _answer(_shell().worker, "text/javascript", WORKER_POLICY)


@views.get("/reader.js")
def reader() -> ResponseReturnValue:
    """Give the barcode reader's worker: below ``/tablet/``, so that the service worker gives it what it loads."""
    return _answer(_shell().reader, "text/javascript", READER_POLICY)


@views.get("/journal_worker.js")
def journal_worker() -> ResponseReturnValue:
    """Give the worker that writes the second place of what a tablet keeps; it asks nobody for anything."""
    return _answer(_shell().journal, "text/javascript", JOURNAL_POLICY)


@views.get("/now.json")
def now() -> ResponseReturnValue:
    """Say which time it is here and which build is served; a tablet that reads this has really met this service."""
    instant = current_services().clock.now()
    return jsonify(v="now/1", now_ms=round(instant.timestamp() * 1000), build=_shell().build)
