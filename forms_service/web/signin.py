"""First account, sign in, sign out, and taking a device back from the person."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.errors import ArchiveError, FormsServiceError, PasswordTooEasyError, SignInRefusedError
from forms_service.ports import Actor
from forms_service.web import session
from forms_service.web.current import current_account, current_actor, current_services
from forms_service.web.error_words import WORDS, ErrorWords
from forms_service.web.refusals import remember_error
from forms_service.workflow.accounts import NewAccount, add_first_account
from forms_service.workflow.audit_trail import take_checkpoint_if_due
from forms_service.workflow.sign_in import sign_in, sign_out

views = Blueprint("signin", __name__)
LOG = logging.getLogger(__name__)
SERVICE = "operator:service"  # what the service does by itself, whoever's sign-in was the occasion


def nobody_can_sign_in() -> bool:
    """Say whether the first account is still to be made."""
    with current_services().database.read() as transaction:
        return not transaction.ledger.has_accounts()


@views.route("/first-account", methods=["GET", "POST"])
def first_account() -> ResponseReturnValue:
    """Make the first account with the code on the server's console."""
    if not nobody_can_sign_in():
        return redirect(url_for("signin.sign_in_page"))
    if request.method == "GET":
        return render_template("first_account.html", given={}, errors={})
    given = request.form
    wanted = NewAccount(
        name=given.get("name", "").strip().lower(), password=given.get("password", ""),
        full_name=given.get("full_name", ""), badge=given.get("badge", ""), phone=given.get("phone", ""),
    )  # fmt: skip
    errors = {name: f"Enter {words}." for name, words in _NEEDED.items() if not given.get(name, "").strip()}
    if errors:
        return render_template("first_account.html", given=given, errors=errors), 422
    try:
        add_first_account(current_services(), current_actor(), given.get("code", ""), wanted)
    except FormsServiceError as error:
        remember_error(error)
        words = WORDS[error.slug]
        reason = f" {error.facts['reason']}" if isinstance(error, PasswordTooEasyError) else ""
        errors = {_PLACES.get(error.slug, "name"): f"{words.title}.{reason} {words.words}"}
        return render_template("first_account.html", given=given, errors=errors), words.status
    return _open(wanted.name, wanted.password, "/")


_NEEDED = {
    "code": "the code from the server's console",
    "name": "a sign-in name",
    "password": "a password",
    "full_name": "the name that forms print",
    "badge": "the badge number that forms print",
    "phone": "the work phone that forms print",
}
_PLACES = {
    "first-account-code-wrong": "code",
    "password-too-short": "password",
    "password-too-easy": "password",
    "text-has-control-characters": "full_name",
}


@views.route("/sign-in", methods=["GET", "POST"])
def sign_in_page() -> ResponseReturnValue:
    """Sign in; a wrong name and a wrong password answer alike."""
    if nobody_can_sign_in():
        return redirect(url_for("signin.first_account"))
    following = _own_path(request.values.get("next", "/"))
    if current_account() is not None:
        return redirect(following)
    notice = current_services().settings.sign_in_notice
    if request.method == "GET":
        return render_template("sign_in.html", name="", refused=None, following=following, notice=notice)
    name = request.form.get("name", "")
    if notice and request.form.get("notice") != "read":
        return render_template("sign_in.html", name=name, refused=_UNREAD, following=following, notice=notice), 422
    try:
        return _open(name, request.form.get("password", ""), following)
    except SignInRefusedError as error:
        words = WORDS[error.slug]
        page = render_template("sign_in.html", name=name, refused=words, following=following, notice=notice)
        return page, words.status


_UNREAD = ErrorWords(
    status=422, title="The notice is not acknowledged", words="Read it and tick that you did, then sign in."
)


def _open(name: str, password: str, following: str) -> ResponseReturnValue:
    account, token = sign_in(current_services(), current_actor(), name, password)
    try:
        take_checkpoint_if_due(current_services(), Actor(id=SERVICE, source=current_actor().source))
    except ArchiveError as error:  # nobody is kept out for it; ``audit verify`` says that one is overdue
        LOG.warning("no checkpoint", extra={"slug": error.slug})
    return session.begin(redirect(following), account, token)


def _own_path(supplied: str) -> str:
    """Give a path of this service; anything that could lead elsewhere becomes the start page."""
    parts = urlsplit(supplied)
    is_own = not parts.scheme and not parts.netloc and supplied.startswith("/") and "\\" not in supplied
    return supplied if is_own else "/"


@views.post("/sign-out")
def sign_out_page() -> ResponseReturnValue:
    """End the session here and in the ledger."""
    token = request.cookies.get(session.session_cookie(), "")
    if token and current_account() is not None:
        sign_out(current_services(), current_actor(), token)
    response = make_response(redirect(url_for("signin.sign_in_page")))
    return session.end(response)


@views.route("/take-back", methods=["GET", "POST"])
def take_back() -> ResponseReturnValue:
    """Give a device that was handed over back to its officer, with the officer's password."""
    account = current_account()
    draft_id = session.handed_draft()
    if account is None or not draft_id:
        return redirect(url_for("officer.start"))
    if request.method == "GET":
        return render_template("take_back.html", refused=None)
    following = url_for("officer.resume", draft_id=draft_id) if session.is_draft(draft_id) else url_for("officer.start")
    try:
        return _open(account.name, request.form.get("password", ""), following)
    except SignInRefusedError as error:
        words = WORDS[error.slug]
        return render_template("take_back.html", refused=words), words.status
