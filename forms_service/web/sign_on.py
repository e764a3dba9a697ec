"""Single sign-on: off to the provider, back from it, and out of it.

* A post is answered with a page that goes on by itself: were it a redirect, the policy on forms would have to name
  every address that the provider may lead over.
* What comes back counts in the browser that was sent, by its signed visit cookie, and nowhere else.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.errors import (
    FormsServiceError,
    NotFoundError,
    SignOnAwayError,
    SignOnClaimsCutError,
    SignOnEndedError,
    SignOnRefusedError,
    SignOnRolesConflictError,
    SignOnRolesMissingError,
)
from forms_service.ports import SignOnAnswer
from forms_service.web import session
from forms_service.web.current import current_account, current_actor, current_services, current_session, current_visit
from forms_service.web.error_words import WORDS
from forms_service.web.signin import (
    UNREAD,
    has_read_notice,
    nobody_can_sign_in,
    opened,
    own_path,
    sign_in_form,
    taken_back,
    ways,
)
from forms_service.workflow import sign_on
from forms_service.workflow.sign_in import SINGLE_SIGN_ON

views = Blueprint("sign_on", __name__)
OUT = (SignOnRolesMissingError, SignOnRolesConflictError)  # whoever has no role any more is signed out with it
REFUSALS = (SignOnAwayError, SignOnClaimsCutError, SignOnEndedError, SignOnRefusedError, *OUT)


@views.post("/sign-on")
def begin() -> ResponseReturnValue:
    """Send somebody to the provider, once the notice is acknowledged."""
    if nobody_can_sign_in() or current_account() is not None:
        return redirect(url_for("signin.sign_in_page"))
    if not has_read_notice():
        return sign_in_form(UNREAD)
    following = own_path(request.form.get("next", "/"))
    try:
        return _going(sign_on.begin_sign_on(current_services(), current_actor(), following))
    except SignOnAwayError as error:
        return sign_in_form(WORDS[error.slug])


@views.post("/sign-on/prove")
def prove() -> ResponseReturnValue:
    """Send somebody to the provider to prove anew who they are."""
    here = current_visit()
    if not sign_on.can_prove(current_services(), here):
        raise NotFoundError(kind="page", name="proof")
    following = own_path(request.form.get("next", "/"))
    try:
        return _going(sign_on.begin_proof(current_services(), current_actor(), here, following))
    except SignOnAwayError as error:
        return _proof_page(error)


def _going(departure: sign_on.Departure) -> ResponseReturnValue:
    session.ask(departure.state)
    host = urlsplit(departure.address).hostname
    return render_template(
        "sign_on/going.html", address=departure.address, host=host, handed=bool(session.handed_draft())
    )


@views.get("/sign-on/back")
def back() -> ResponseReturnValue:
    """Take what the provider sent a browser back with: a sign-in, or a proof of whoever is signed in."""
    if request.method != "GET":  # asking for the head of an answer uses nothing up
        return ""
    given = request.args
    state = given.get("state", "") if session.is_asked(given.get("state", "")) else ""
    answer = SignOnAnswer(
        state=state, code=given.get("code", ""), error=given.get("error", ""), issuer=given.get("iss", "")
    )  # fmt: skip
    if current_account() is not None:
        return _proved(answer)
    try:
        done = sign_on.finish_sign_on(current_services(), current_actor(), answer)
    except REFUSALS as error:
        return sign_in_form(WORDS[error.slug])
    return opened(done.account, done.token, done.following)


def _proved(answer: SignOnAnswer) -> ResponseReturnValue:
    here = current_visit()
    if here.session.method != SINGLE_SIGN_ON:
        return redirect("/")
    try:
        done = sign_on.finish_proof(current_services(), current_actor(), here, answer)
    except OUT as error:
        session.forget()  # first, so that the page greets nobody any more
        response = make_response(sign_in_form(WORDS[error.slug]))
        response.delete_cookie(session.session_cookie(), path="/")
        return response
    except REFUSALS as error:
        return _proof_page(error)
    if session.handed_draft():
        return taken_back(done.account, done.token)
    return session.renew(redirect(done.following), done.account, done.token)


def _proof_page(error: FormsServiceError) -> ResponseReturnValue:
    """Show the page again that asked for the proof."""
    words, template = WORDS[error.slug], "take_back.html" if session.handed_draft() else "factor/confirm.html"
    page = render_template(template, ways=ways(current_visit().account), refused=words, following="/")
    return page, words.status


@views.get("/signed-out")
def signed_out() -> ResponseReturnValue:
    """Say that one is signed out here, and offer to sign out at the provider, where it has a way."""
    if current_services().settings.sign_on is None or current_session() is not None:
        return redirect(url_for("signin.sign_in_page"))
    address = sign_on.provider_end_address(current_services())
    return render_template("sign_on/signed_out.html", address=address, sign_on=current_services().settings.sign_on)
