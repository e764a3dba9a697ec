"""First account, sign in, sign out, and taking a device back from the person."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from forms_service.errors import (
    ArchiveError,
    ChallengeEndedError,
    FactorRefusedError,
    FormsServiceError,
    SignInRefusedError,
)
from forms_service.ports import Account, Actor
from forms_service.web import session
from forms_service.web.current import (
    current_account,
    current_actor,
    current_services,
    current_session,
    current_visit,
    owner_actor,
)
from forms_service.web.error_words import WORDS, ErrorWords, said
from forms_service.web.refusals import remember_error
from forms_service.workflow.accounts import NewAccount, add_first_account
from forms_service.workflow.audit_trail import take_checkpoint_if_due
from forms_service.workflow.factors import factors_of, has_factor
from forms_service.workflow.second_factor import Given, prove
from forms_service.workflow.sign_in import FACTORS, SINGLE_SIGN_ON, sign_in, sign_out
from forms_service.workflow.sign_on import can_prove

views = Blueprint("signin", __name__)
LOG = logging.getLogger(__name__)
LOCAL = frozenset({"signin.sign_in_page", "factor.passkey_alone"})  # what is not single sign-on
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
    if request.method != "POST":
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
        errors = {_PLACES.get(error.slug, "name"): said(error)}
        return render_template("first_account.html", given=given, errors=errors), WORDS[error.slug].status
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
    following = own_path(request.values.get("next", "/"))
    if current_account() is not None:
        return redirect(following)
    if request.method != "POST":
        return sign_in_form(None)
    if not has_read_notice():
        return sign_in_form(UNREAD)
    try:
        return _open(request.form.get("name", ""), request.form.get("password", ""), following)
    except SignInRefusedError as error:
        return sign_in_form(WORDS[error.slug])


def has_read_notice() -> bool:
    """Say whether the notice was acknowledged, where there is one."""
    return not current_services().settings.sign_in_notice or request.form.get("notice") == "read"


def sign_in_form(refused: ErrorWords | None) -> ResponseReturnValue:
    """Show the form to sign in; a name that was typed stays, a password never."""
    page = render_template(
        "sign_in.html", name=request.form.get("name", ""), refused=refused,
        following=own_path(request.values.get("next", "/")), notice=current_services().settings.sign_in_notice,
        sign_on=current_services().settings.sign_on, is_local=request.endpoint in LOCAL and request.method == "POST",
    )  # fmt: skip
    return (page, refused.status) if refused else page


UNREAD = ErrorWords(
    status=422, title="The notice is not acknowledged", words="Read it and tick that you did, then sign in."
)


def _open(name: str, password: str, following: str) -> ResponseReturnValue:
    return opened(*sign_in(current_services(), current_actor(), name, password), following)


def opened(account: Account, token: str, following: str) -> Response:
    """Answer an opened session: go on to what was wanted, or to the second factor that it owes."""
    response = session.begin(redirect(following), account, token)
    if current_account() is None:
        response.location = url_for("factor.give", next=following)
        return response
    try:
        take_checkpoint_if_due(current_services(), Actor(id=SERVICE, source=current_actor().source))
    except ArchiveError as error:  # nobody is kept out for it; ``audit verify`` says that one is overdue
        LOG.warning("no checkpoint", extra={"slug": error.slug})
    if may_put_off(account):
        response.location = url_for("factor.enrol", next=following)
    return response


def may_put_off(account: Account) -> bool:
    """Say whether somebody signed in with a password alone and is asked for a second factor, which can wait."""
    by_password = current_visit().session.method == "password"
    return by_password and not has_factor(factors_of(current_services(), account.id))


def own_path(supplied: str) -> str:
    """Give a path of this service; anything that could lead elsewhere becomes the start page."""
    try:
        parts = urlsplit(supplied)
    except ValueError:  # brackets that hold no address
        return "/"
    is_own = not parts.scheme and not parts.netloc and supplied.startswith("/") and "\\" not in supplied
    return supplied if is_own else "/"


@views.post("/sign-out")
def sign_out_page() -> ResponseReturnValue:
    """End the session here and in the ledger; whoever signed on at a provider hears that they may be signed in there."""
    here, token = current_session(), request.cookies.get(session.session_cookie(), "")
    if token and here is not None:
        sign_out(current_services(), owner_actor(), token)
    signed_on = here is not None and here.method == SINGLE_SIGN_ON
    response = make_response(redirect(url_for("sign_on.signed_out" if signed_on else "signin.sign_in_page")))
    return session.end(response)


@views.route("/take-back", methods=["GET", "POST"])
def take_back() -> ResponseReturnValue:
    """Give a device that was handed over back to its officer, who proves that they are there."""
    account = current_account()
    draft_id = session.handed_draft()
    if account is None or not draft_id:
        return redirect(url_for("officer.start"))
    facts = {"ways": ways(account), "refused": None}
    if request.method != "POST":
        return render_template("take_back.html", **facts)
    try:
        account, token = prove(current_services(), current_actor(), current_visit(), given())
    except (FactorRefusedError, ChallengeEndedError) as error:
        words = WORDS["sign-in-refused" if "password" in ways(account) else error.slug]
        return render_template("take_back.html", **facts | {"refused": words}), words.status
    return taken_back(account, token)


def taken_back(account: Account, token: str) -> Response:
    """Answer the proof that brought a device back: on to the draft that was handed over, as its officer."""
    draft_id = session.handed_draft()
    following = url_for("officer.resume", draft_id=draft_id) if session.is_draft(draft_id) else url_for("officer.start")
    return session.begin(redirect(following), account, token)


def ways(account: Account) -> frozenset[str]:
    """Give the ways in which an account can prove who is there; a password only where practice mode lets it do."""
    kinds = frozenset(str(one.kind) for one in factors_of(current_services(), account.id)) & FACTORS
    if can_prove(current_services(), current_visit()):
        kinds |= {"sign_on"}
    return kinds or (frozenset() if current_services().settings.production else frozenset({"password"}))


def given() -> Given:
    """Read what somebody gave to prove who they are."""
    form = request.form
    return Given(
        code=form.get("code", "").strip(), passkey=form.get("answer", ""), challenge_id=session.asked(),
        password=form.get("password", ""),
    )  # fmt: skip
