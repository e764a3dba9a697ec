"""The signed-in session, and the lock that keeps a device that was handed over on the person's screens.

* The session cookie holds a random token; the ledger keeps its digest only.
* The signed visit cookie names the session it belongs to, so that neither works without the other.
* While a draft is handed over, every page but the person's answers with the person's page; the officer
  takes the device back with their password.
"""

from __future__ import annotations

from flask import Response, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.evidence import sha256_hex
from forms_service.ports import Account
from forms_service.web.current import cookie_name, current_account, current_services
from forms_service.workflow.sign_in import visit

OPEN_TO_ALL = frozenset({"static", "health.health", "signin.first_account", "signin.sign_in_page"})
PERSONS_OWN = frozenset({"static", "health.health", "signin.take_back", "signin.sign_out_page"})
BOUND, HANDED, NO_DRAFT = "bound", "handed", "none"


def load_session() -> None:
    """Find out who is signed in; both cookies must belong together."""
    token = request.cookies.get(session_cookie(), "")
    bound = session.get(BOUND) == sha256_hex(token.encode()) if token else False
    found = visit(current_services(), token) if bound else None
    g.session = found.session if found else None
    g.owner = found.account if found else None
    g.account = found.account if found and found.session.complete else None


def refuse_strangers() -> AnyResponse | None:
    """Send somebody who is not signed in to the sign-in page."""
    if request.endpoint in OPEN_TO_ALL or request.endpoint is None or current_account() is not None:
        return None
    if (request.blueprint or "") == "verify" and current_services().settings.verify_open_to_strangers:
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("signin.sign_in_page", next=back))


def keep_with_person() -> AnyResponse | None:
    """Keep a device that was handed over on the person's screens."""
    if HANDED not in session or current_account() is None:
        return None
    if request.blueprint == "person" or request.endpoint in PERSONS_OWN:
        return None
    return redirect(url_for("person.welcome"))


def session_cookie() -> str:
    """Give the name of the session's cookie."""
    return cookie_name(current_services().settings, "session")


def begin(response: AnyResponse, account: Account, token: str) -> AnyResponse:
    """Put a new session's token into its cookie; the visit begins anew, so that nothing planted before lives on."""
    settings = current_services().settings
    session.clear()
    session[BOUND] = sha256_hex(token.encode())
    g.account = account
    response.set_cookie(
        session_cookie(), token, httponly=True, samesite="Lax", path="/",
        secure=settings.origin.startswith("https://"), max_age=settings.session_hours * 3600,
    )  # fmt: skip
    return response


def end(response: Response | AnyResponse) -> AnyResponse:
    """Remove both cookies' content."""
    session.clear()
    response.delete_cookie(session_cookie(), path="/")
    return response


def hand_over(draft_id: str) -> None:
    """Lock the device on the person's screens of a draft."""
    session[HANDED] = draft_id


def handed_draft() -> str:
    """Give the id of the draft that is handed over, empty when none is."""
    return str(session.get(HANDED, ""))


def is_draft(handed: str) -> bool:
    """Say whether what is handed over is a draft, and not the farewell after somebody said no."""
    return handed not in ("", NO_DRAFT)


def keep_without_draft() -> None:
    """Keep the device on the person's farewell after their draft was erased."""
    session[HANDED] = NO_DRAFT


def take_back() -> None:
    """End the hand-over."""
    session.pop(HANDED, None)
