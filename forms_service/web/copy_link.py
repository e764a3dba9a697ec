"""The page behind a person's link, the same for everybody and neutral, and the ciphertext that its button fetches.

No session and no cookie is asked for or read: the token in the address is the right to the ciphertext, and the key that
opens it never comes here. Where links are off, or lead to another server, there is nothing under these addresses.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from forms_service.errors import CopyNotHereError
from forms_service.web.current import current_actor, current_services
from forms_service.web.refusals import remember_error
from forms_service.workflow.copy_link import fetch_copy

views = Blueprint("copy_link", __name__, url_prefix="/c")
JOSE, FILE = "application/jose", "pickup/index.html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@cache
def _page(static: Path) -> bytes:
    return (static / FILE).read_bytes()


@views.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    """Give the page; whether anything is behind the link is not looked up."""
    del token  # it is for the page's script
    _refuse_where_off()
    return _guarded(make_response(_page(Path(str(current_app.static_folder)))))


@views.post("/<token>")
def fetch(token: str) -> ResponseReturnValue:
    """Give the ciphertext, or the one answer for everything that gives nothing."""
    request.get_data()  # nothing is expected in it, and too much is refused as everywhere
    _refuse_where_off()
    try:
        sealed = fetch_copy(current_services(), current_actor(), token)
    except CopyNotHereError as error:
        remember_error(error)
        return _guarded(Response(f"{error.slug}\n", status=404, mimetype="text/plain"))
    return _guarded(Response(sealed, mimetype=JOSE))


def _refuse_where_off() -> None:
    settings = current_services().settings
    if settings.copy_link is None or settings.pick_up_folder is not None:
        raise NotFound


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
