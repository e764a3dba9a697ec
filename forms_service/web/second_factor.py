"""The second step of a sign-in, enrolment, a passkey alone, and "Confirm that it is you".

* A browser asks for the options of a passkey when its button is pressed, so that no page grows too old.
* These pages are open to a session that still owes its factor; each asks the use case, which refuses what is too much.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.errors import (
    ChallengeEndedError,
    FactorRefusedError,
    FormsServiceError,
    ProofNeededError,
    SignInRefusedError,
)
from forms_service.ports import Account
from forms_service.web import session
from forms_service.web.current import (
    current_account,
    current_actor,
    current_services,
    current_visit,
    owner_actor,
)
from forms_service.web.error_answers import APP_PATH, answer_refusal
from forms_service.web.error_words import WORDS, ErrorWords
from forms_service.web.signin import (
    UNREAD,
    given,
    has_read_notice,
    nobody_can_sign_in,
    opened,
    own_path,
    sign_in_form,
    ways,
)
from forms_service.workflow import factors
from forms_service.workflow.permission import Act
from forms_service.workflow.second_factor import ask_passkey, give_factor, prove, sign_in_with_passkey

views = Blueprint("factor", __name__)
REFUSALS = (
    "factor-refused", "challenge-ended", "passkey-refused", "passkey-known", "text-has-control-characters",
)  # fmt: skip


def _following() -> str:
    return own_path(request.values.get("next", "/"))


def _options(asked: tuple[str, str]) -> Response:
    """Answer with what the browser's own dialog takes; the visit keeps which challenge it was."""
    session.ask(asked[0])
    return Response(asked[1], mimetype="application/json")


# --- a passkey alone ---------------------------------------------------------------------------------


@views.post("/sign-in/passkey/ask")
def ask_anybody() -> ResponseReturnValue:
    """Ask for any passkey of this service."""
    return _options(ask_passkey(current_services(), None))


@views.post("/sign-in/passkey")
def passkey_alone() -> ResponseReturnValue:
    """Sign in with a passkey: the device has verified the person, so that it is both steps in one."""
    if nobody_can_sign_in() or current_account() is not None:
        return redirect(url_for("signin.sign_in_page"))
    if not has_read_notice():
        return sign_in_form(UNREAD)
    try:
        return opened(*sign_in_with_passkey(current_services(), current_actor(), given()), _following())
    except (SignInRefusedError, ChallengeEndedError) as error:
        return sign_in_form(WORDS[error.slug])


# --- the second step ---------------------------------------------------------------------------------


@views.post("/factors/passkey/use")
def ask_own() -> ResponseReturnValue:
    """Ask for one of the account's own passkeys."""
    return _options(ask_passkey(current_services(), current_visit().account))


@views.route("/sign-in/factor", methods=["GET", "POST"])
def give() -> ResponseReturnValue:
    """Ask for the second factor; with none yet, ask to add one."""
    here = current_visit()
    if here.session.complete:
        return redirect(_following())
    if not factors.has_factor(factors.factors_of(current_services(), here.account.id)):
        return redirect(url_for("factor.enrol", next=_following()))
    if request.method != "POST":
        return _give_page(here.account, None)
    try:
        response = opened(*give_factor(current_services(), current_actor(), here, given()), _following())
    except (FactorRefusedError, ChallengeEndedError) as error:
        return _give_page(here.account, WORDS[error.slug])
    if current_visit().session.method == "code":  # who had to use one sees how many are left
        response.location = url_for("account.page")
    return response


def _give_page(account: Account, refused: ErrorWords | None) -> ResponseReturnValue:
    page = render_template("factor/give.html", ways=ways(account), refused=refused, following=_following())
    return (page, refused.status) if refused else page


# --- enrolment ---------------------------------------------------------------------------------------


@views.get("/sign-in/enrol")
def enrol() -> ResponseReturnValue:
    """Offer to add a passkey or an authenticator app."""
    return _enrol_page(None)


def _enrol_page(refused: ErrorWords | None) -> ResponseReturnValue:
    if current_account() is not None:
        session.proved(Act.ADD_FACTOR)
    known = factors.factors_of(current_services(), current_visit().account.id)
    is_first = not factors.has_factor(known)
    if not is_first and current_account() is None:
        return redirect(url_for("factor.give", next=_following()))
    page = render_template(
        "factor/enrol.html", refused=refused, following=_following(), is_first=is_first,
        must=current_account() is None, signs_on=current_visit().account.signs_on,
    )  # fmt: skip
    return (page, refused.status) if refused else page


@views.post("/factors/passkey/ask")
def ask_new() -> ResponseReturnValue:
    """Ask the browser to make a passkey."""
    return _options(factors.ask_new_passkey(current_services(), current_visit()))


@views.post("/factors/passkey")
def add_passkey() -> ResponseReturnValue:
    """Keep a passkey that the browser made."""
    answer, label = request.form.get("answer", ""), request.form.get("label", "") or owner_actor().device
    try:
        done = factors.add_passkey(
            current_services(), owner_actor(), current_visit(), session.asked(), answer, label=label
        )
    except FormsServiceError as error:
        if error.slug not in REFUSALS:
            raise
        return _enrol_page(WORDS[error.slug])
    return _added(done)


@views.route("/factors/app", methods=["GET", "POST"])
def add_app() -> ResponseReturnValue:
    """Show an authenticator app's secret, and keep it once the app gave a good code."""
    if current_account() is not None:
        session.proved(Act.ADD_FACTOR)
    if request.method != "POST":
        return _app_page(None)
    code, label = request.form.get("code", ""), request.form.get("label", "")
    try:
        done = factors.add_totp(current_services(), owner_actor(), current_visit(), session.asked(), code, label=label)
    except FormsServiceError as error:
        if error.slug not in REFUSALS:
            raise
        return _app_page(_MISTYPED if isinstance(error, FactorRefusedError) else WORDS[error.slug])
    return _added(done)


_MISTYPED = ErrorWords(
    status=403,
    title="That was not the app's code",
    words="Here is a new secret. Remove the one before from the app, add this one, and type the code that shows now.",
)


def _app_page(refused: ErrorWords | None) -> ResponseReturnValue:
    new = factors.new_secret(current_services(), current_visit())
    session.ask(new.challenge_id)
    groups = " ".join(new.secret[at : at + 4] for at in range(0, len(new.secret), 4))
    page = render_template("factor/app.html", new=new, groups=groups, refused=refused, following=_following())
    return (page, refused.status) if refused else page


def _added(done: tuple[Account, str] | None) -> ResponseReturnValue:
    """Go on after a factor was added; with the first one come the recovery codes."""
    response = make_response("")
    if done:
        session.begin(response, *done)
    left = factors.codes_left(factors.factors_of(current_services(), current_visit().account.id))
    if left:
        response = make_response(redirect(_following()))
        return session.begin(response, *done) if done else response
    response.set_data(codes_page(_following()))
    return response


def codes_page(following: str) -> str:
    """Make new recovery codes and show them, this once."""
    codes = factors.new_codes(current_services(), owner_actor(), current_visit())
    return render_template("factor/codes.html", codes=codes, following=following)


# --- a proof before an act ---------------------------------------------------------------------------


@views.app_errorhandler(ProofNeededError)
def ask_for_proof(error: ProofNeededError) -> ResponseReturnValue:
    """Lead to the page that asks for a proof, and back to what was asked; a form is filled in again there.

    A tablet's app has pages of its own: it is told, and leads there itself.
    """
    if request.path.startswith(APP_PATH):
        return answer_refusal(error)
    if request.method == "POST":
        return redirect(url_for("factor.confirm", next=_page_before(), again=1))
    return redirect(url_for("factor.confirm", next=request.full_path.rstrip("?")))


def _page_before() -> str:
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:  # brackets that hold no address
        before = urlsplit("")
    is_own = f"{before.scheme}://{before.netloc}" == current_services().settings.origin
    return own_path(before.path + (f"?{before.query}" if before.query else "")) if is_own else "/"


@views.route("/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Ask for a proof of who is there."""
    account = current_account()
    if account is None:
        return redirect(url_for("factor.give", next=_following()))
    facts = {"ways": ways(account), "following": _following(), "again": request.values.get("again", "") == "1"}
    if request.method != "POST":
        return render_template("factor/confirm.html", **facts, refused=None)
    try:
        done = prove(current_services(), current_actor(), current_visit(), given())
    except (FactorRefusedError, ChallengeEndedError) as error:
        words = WORDS["sign-in-refused" if "password" in ways(account) else error.slug]
        return render_template("factor/confirm.html", **facts, refused=words), words.status
    return session.renew(redirect(_following()), *done)
