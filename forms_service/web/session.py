"""The signed-in session, and the lock that keeps a device that was handed over on the person's screens.

* The session cookie holds a random token; the ledger keeps its digest only.
* The signed visit cookie names the session it belongs to, so that neither works without the other.
* A session that still owes its second factor opens the pages that ask for it, and nothing else.
* While a draft is handed over, every page but the person's answers with the person's page; the officer
  takes the device back with their password.
"""

from __future__ import annotations

from flask import Response, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.evidence import sha256_hex
from forms_service.ports import Account
from forms_service.web.current import cookie_name, current_account, current_actor, current_services, current_session
from forms_service.workflow.own_facts import owes_facts
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.second_factor import require_proof
from forms_service.workflow.sign_in import Visit, visit

OPEN_TO_ALL = frozenset({
    "tablet_app.page", "tablet_app.manifest", "tablet_app.service_worker", "tablet_app.reader",
    "tablet_app.journal_worker", "tablet_app.now",
    "static", "health.health", "health.ready", "signin.first_account", "signin.sign_in_page", "factor.ask_anybody",
    "factor.passkey_alone", "trust.page", "trust.certificate", "trust.profile", "trust.address_code",
    "sign_on.begin", "sign_on.back", "sign_on.signed_out",
    "tablet.enrol", "tablet.envelope", "tablet.check", "tablet.author", "tablet.half_signed", "copy_link.page", "copy_link.fetch",
})  # fmt: skip
# A device's own signature, or a link's token, is the right here: whoever is signed in plays no part, and their session is
# not kept alive.
DEVICE_DOORS = frozenset({
    "tablet.enrol", "tablet.envelope", "tablet.check", "copy_link.page", "copy_link.fetch",
})  # fmt: skip
PERSONS_OWN = frozenset({
    "static", "health.health", "health.ready", "signin.take_back", "signin.sign_out_page", "factor.ask_own",
    "sign_on.prove", "sign_on.back",
})  # fmt: skip
ALWAYS = frozenset({"static", "health.health", "health.ready", "signin.sign_out_page"})
BOUND, HANDED, NO_DRAFT, ASKED = "bound", "handed", "none", "asked"


def load_session() -> None:
    """Find out who is signed in; both cookies must belong together."""
    if request.endpoint in DEVICE_DOORS:
        _note(None)
        return
    token = request.cookies.get(session_cookie(), "")
    bound = session.get(BOUND) == sha256_hex(token.encode()) if token else False
    found = visit(current_services(), token) if bound else None
    _note(found)


def _note(found: Visit | None) -> None:
    g.session = found.session if found else None
    g.owner = found.account if found else None
    g.account = found.account if found and found.session.complete else None


def refuse_strangers() -> AnyResponse | None:
    """Send somebody who is not signed in to the sign-in page."""
    if request.endpoint in OPEN_TO_ALL or request.endpoint is None or current_account() is not None:
        return None
    if (request.blueprint or "") == "verify" and current_services().settings.verify_open_to_strangers:
        return None
    back = request.full_path.rstrip("?") if request.method != "POST" else "/"
    if current_session() is not None:
        return None if _asks_who_it_is() else redirect(url_for("factor.give", next=back))
    return redirect(url_for("signin.sign_in_page", next=back))


def keep_with_person() -> AnyResponse | None:
    """Keep a device that was handed over on the person's screens."""
    if HANDED not in session or current_account() is None:
        return None
    if request.blueprint == "person" or request.endpoint in PERSONS_OWN:
        return None
    return redirect(url_for("person.welcome"))


def keep_to_password() -> AnyResponse | None:
    """Let nobody go on with a password that somebody else typed."""
    account = current_account()
    if account is None or not account.must_change_password or HANDED in session:
        return None
    if _asks_who_it_is() or request.endpoint == "account.password":
        return None
    return redirect(url_for("account.password"))


def keep_to_facts() -> AnyResponse | None:
    """Let nobody who signed on go on before it is known what forms print of them."""
    account = current_account()
    if account is None or HANDED in session or request.endpoint == "account.facts" or request.blueprint == "sign_on":
        return None
    if _asks_who_it_is() or not owes_facts(current_services(), account):
        return None
    return redirect(url_for("account.facts"))


def _asks_who_it_is() -> bool:
    return request.blueprint == "factor" or request.endpoint in ALWAYS


def proved(act: Act) -> None:
    """Ask for a fresh proof of who is there, where an act needs one; call it before the page is shown, and at the act.

    Raises:
        NotPermittedError: No role of theirs allows the act: nobody proves anything for what they may not do.
        ProofNeededError: There is none; answered with the page that asks for it, then back here.
    """
    permit(current_actor(), act)
    require_proof(current_services(), current_session(), act)


def session_cookie() -> str:
    """Give the name of the session's cookie."""
    return cookie_name(current_services().settings, "session")


def begin(response: AnyResponse, account: Account, token: str) -> AnyResponse:
    """Put a new session's token into its cookie; the visit begins anew, so that nothing planted before lives on."""
    session.clear()
    return renew(response, account, token)


def renew(response: AnyResponse, account: Account, token: str) -> AnyResponse:
    """Put a session's changed token into its cookie; the visit goes on."""
    settings = current_services().settings
    session[BOUND] = sha256_hex(token.encode())
    _note(visit(current_services(), token))
    g.owner = account
    response.set_cookie(
        session_cookie(), token, httponly=True, samesite="Lax", path="/",
        secure=settings.origin.startswith("https://"), max_age=settings.session_hours * 3600,
    )  # fmt: skip
    return response


def forget() -> None:
    """Let this request go on as a stranger's, and the visit begin anew."""
    session.clear()
    _note(None)


def end(response: Response | AnyResponse) -> AnyResponse:
    """Remove both cookies' content."""
    forget()
    response.delete_cookie(session_cookie(), path="/")
    return response


def ask(challenge_id: str) -> None:
    """Keep which challenge this browser was asked."""
    session[ASKED] = challenge_id


def asked() -> str:
    """Give which challenge this browser was asked last, once; empty when none."""
    return str(session.pop(ASKED, ""))


def is_asked(challenge_id: str) -> bool:
    """Say whether this browser was asked a challenge last; if so, that is used up."""
    return bool(challenge_id) and session.get(ASKED) == challenge_id and bool(asked())


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
