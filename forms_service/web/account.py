"""One's own account: sessions, second factors, recovery codes, password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.errors import (
    FormsServiceError,
    InvalidInputError,
    LastFactorError,
    NotFoundError,
    PasswordWrongError,
)
from forms_service.ports import FactorKind
from forms_service.web import session
from forms_service.web.current import current_actor, current_services, current_visit
from forms_service.web.error_words import WORDS, ErrorWords, said
from forms_service.web.second_factor import codes_page
from forms_service.workflow import factors, own_account, own_facts
from forms_service.workflow.permission import Act
from forms_service.workflow.sign_in import FACTORS

views = Blueprint("account", __name__, url_prefix="/account")
METHODS = {
    "password": "password", "passkey": "passkey", "totp": "password and authenticator app",
    "code": "password and recovery code", "oidc": "single sign-on",
}  # fmt: skip
FACT_WORDS = {
    "full_name": "the name that forms print",
    "badge": "the badge number that forms print",
    "phone": "the work phone that forms print",
}
KINDS = {FactorKind.PASSKEY: "Passkey", FactorKind.TOTP: "Authenticator app"}


@views.get("")
def page() -> ResponseReturnValue:
    """Show where one is signed in, and with what one signs in."""
    return _page(None)


def _page(refused: ErrorWords | None) -> ResponseReturnValue:
    here, services = current_visit(), current_services()
    known = factors.factors_of(services, here.account.id)
    html = render_template(
        "account/page.html", this_id=here.session.id, methods=METHODS, kinds=KINDS, refused=refused,
        sessions=own_account.my_sessions(services, here), factors=[one for one in known if one.kind in FACTORS],
        codes_left=factors.codes_left(known), own_facts=own_facts.own_facts(services, here.account),
    )  # fmt: skip
    return (html, refused.status) if refused else html


@views.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> ResponseReturnValue:
    """End one of one's own sessions."""
    own_account.end_session(current_services(), current_actor(), current_visit(), session_id)
    return redirect(url_for("account.page"))


@views.post("/sessions/end")
def end_others() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    own_account.end_other_sessions(current_services(), current_actor(), current_visit())
    return redirect(url_for("account.page"))


@views.post("/factors/<factor_id>/name")
def name_factor(factor_id: str) -> ResponseReturnValue:
    """Give an own factor another name."""
    try:
        factors.name_factor(
            current_services(), current_actor(), current_visit(), factor_id, request.form.get("label", "")
        )
    except InvalidInputError as error:
        return _page(WORDS[error.slug])
    return redirect(url_for("account.page"))


@views.post("/factors/<factor_id>/remove")
def remove_factor(factor_id: str) -> ResponseReturnValue:
    """Forget an own factor."""
    try:
        factors.remove_factor(current_services(), current_actor(), current_visit(), factor_id)
    except LastFactorError as error:
        return _page(WORDS[error.slug])
    return redirect(url_for("account.page"))


@views.route("/codes", methods=["GET", "POST"])
def codes() -> ResponseReturnValue:
    """Make new recovery codes, after saying that those before end; they are shown this once."""
    session.proved(Act.RENEW_CODES)
    if request.method != "POST":
        return render_template("account/codes.html")
    return codes_page(url_for("account.page"))


@views.route("/facts", methods=["GET", "POST"])
def facts() -> ResponseReturnValue:
    """Ask what forms print of somebody, as far as their sign-on does not say it."""
    account, services = current_visit().account, current_services()
    asked, must = own_facts.own_facts(services, account), own_facts.owes_facts(services, account)
    if not asked:
        raise NotFoundError(kind="page", name="facts")
    if request.method != "POST":
        return render_template(
            "account/facts.html", asked=asked, must=must, errors={}, given={name: getattr(account, name) for name in asked}
        )  # fmt: skip
    given = {name: request.form.get(name, "") for name in asked}
    errors = {name: f"Enter {FACT_WORDS[name]}." for name in asked if not given[name].strip()}
    try:
        if not errors:
            own_facts.give_facts(services, current_actor(), current_visit(), given)
            return redirect("/" if must else url_for("account.page"))
    except InvalidInputError as error:
        errors = {asked[0]: said(error)}
    return render_template("account/facts.html", asked=asked, must=must, errors=errors, given=given), 422


@views.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change one's own password."""
    here = current_visit()
    if request.method != "POST":
        return render_template("account/password.html", errors={}, must=here.account.must_change_password)
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    if new != again:
        return _password_page({"again": "The new password was typed in two ways. Type it again."}, 422)
    try:
        token = own_account.change_password(current_services(), current_actor(), here, old, new)
    except FormsServiceError as error:
        if not isinstance(error, InvalidInputError | PasswordWrongError):
            raise
        place = "old" if isinstance(error, PasswordWrongError) else "new"
        return _password_page({place: said(error)}, WORDS[error.slug].status)
    return session.renew(redirect(url_for("account.page")), here.account, token)


def _password_page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    must = current_visit().account.must_change_password
    return render_template("account/password.html", errors=errors, must=must), status
