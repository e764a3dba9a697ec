"""Administration of accounts: the list, a new one, and what can be done to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.domain.days import day_ends, parse_day
from forms_service.errors import InvalidInputError, NotFoundError
from forms_service.ports import Account, Actor, Services
from forms_service.web import session
from forms_service.web.current import current_account, current_actor, current_services
from forms_service.web.error_words import WORDS, said
from forms_service.workflow import accounts, roles_held
from forms_service.workflow.factors import codes_left, has_factor, reset_factor
from forms_service.workflow.permission import Act
from forms_service.workflow.sign_in import standing

views = Blueprint("accounts", __name__, url_prefix="/accounts")
PAGE_ROWS = 25
ACTS: Mapping[str, tuple[Act, Callable[[Services, Actor, str], Account]]] = {
    "disable": (Act.DISABLE_ACCOUNT, accounts.disable_account),
    "unlock": (Act.UNLOCK_ACCOUNT, accounts.unlock_account),
    "reset-factor": (Act.RESET_FACTOR, reset_factor),
}
STANDINGS = {
    "active": "Active", "locked": "Locked", "disabled": "Disabled", "disused": "Unused for 90 days", "ended": "Ended",
}  # fmt: skip
_NEEDED = {"name": "a sign-in name", "full_name": "the name that forms print", "password": "a password"}
_PLACES = {
    "password-too-short": "password",
    "password-too-easy": "password",
    "text-has-control-characters": "full_name",
    "roles-missing": "role",
    "role-unknown": "role",
    "roles-conflict": "role",
}


class RoleWords(NamedTuple):
    """A role, in words."""

    title: str
    words: str


ROLE_WORDS: Mapping[str, RoleWords] = {
    "officer": RoleWords("Officer", "Signs papers with people; sees own records and those of recent contacts"),
    "clerk": RoleWords("Clerk", "Finds records, gives case numbers; no screening, no victims"),
    "supervisor": RoleWords("Supervisor", "Settles what is held, sees screening, releases locked accounts"),
    "records_supervisor": RoleWords("Records supervisor", "Keeps closed records, exports, checks the archive"),
    "template_owner": RoleWords("Template owner", "Keeps the words of the forms"),
    "administrator": RoleWords("Administrator", "Keeps accounts and the service; sees no record"),
    "auditor": RoleWords("Auditor", "Reads and reviews the audit trail; opens no record"),
}


def known_roles() -> list[tuple[str, RoleWords]]:
    """Give every role of the table with its words; one that an agency made has its name alone."""
    roles = current_services().roles.roles
    return [(role, ROLE_WORDS.get(role, RoleWords(role.replace("_", " ").capitalize(), ""))) for role in roles]


def role_names(roles: Iterable[str]) -> str:
    """Give the titles of roles in a line."""
    titles = {role: words.title for role, words in known_roles()}
    return ", ".join(titles.get(role, role) for role in roles)


@views.get("")
def listed() -> ResponseReturnValue:
    """List accounts by sign-in name; a page begins with a name, so that none is missed or shown twice."""
    services, begin = current_services(), request.args.get("from", "")[:40]
    found, following = accounts.accounts_from(services, current_actor(), begin, PAGE_ROWS)
    rows = [(one, str(standing(one, services.clock.now()))) for one in found]
    return render_template("accounts/list.html", rows=rows, following=following, begin=begin, words=STANDINGS)


@views.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make an account; its owner changes the password at the first sign-in."""
    session.proved(Act.ADD_ACCOUNT)
    if request.method != "POST":
        return render_template("accounts/new.html", given={}, errors={}, roles=known_roles(), held=())
    given, held = request.form, tuple(request.form.getlist("role"))
    errors = {name: f"Enter {words}." for name, words in _NEEDED.items() if not given.get(name, "").strip()}
    ends_at, fault = _end(given.get("until", ""))
    errors |= {"until": fault} if fault else {}
    if errors:
        return render_template("accounts/new.html", given=given, errors=errors, roles=known_roles(), held=held), 422
    wanted = accounts.NewAccount(
        name=given.get("name", "").strip().lower(), password=given.get("password", ""),
        full_name=given.get("full_name", ""), badge=given.get("badge", ""), phone=given.get("phone", ""),
        roles=held, ends_at=ends_at, must_change_password=True,
    )  # fmt: skip
    try:
        made = accounts.add_account(current_services(), current_actor(), wanted)
    except InvalidInputError as error:
        errors = {_PLACES.get(error.slug, "name"): said(error)}
        return render_template("accounts/new.html", given=given, errors=errors, roles=known_roles(), held=held), WORDS[
            error.slug
        ].status
    return redirect(url_for("accounts.one", name=made.name))


def _end(day: str) -> tuple[datetime | None, str]:
    """Give the end of a day where the agency is, none for no day, or the words of what is wrong with it."""
    if not day.strip():
        return None, ""
    try:
        return day_ends(parse_day(day), current_services().settings.zone), ""
    except ValueError:
        return None, "Enter a real date, or leave it empty."


@views.get("/<name>")
def one(name: str) -> ResponseReturnValue:
    """Show an account and what can be done to it."""
    return _page(name, {})


def _page(name: str, faults: Mapping[str, str]) -> ResponseReturnValue:
    services = current_services()
    account, factors = accounts.account_and_factors(services, current_actor(), name)
    own, zone = current_account(), services.settings.zone
    last = account.ends_at.astimezone(zone) - timedelta(microseconds=1) if account.ends_at else None
    page = render_template(
        "accounts/one.html", one=account, standing=str(standing(account, services.clock.now())), words=STANDINGS,
        has_factor=has_factor(factors), factors=factors, codes_left=codes_left(factors), last=last, faults=faults,
        is_own=own is not None and own.id == account.id, roles=known_roles(), role_names=role_names(account.roles),
    )  # fmt: skip
    return (page, 422) if faults else page


@views.post("/<name>/password")
def set_password(name: str) -> ResponseReturnValue:
    """Give somebody who forgot theirs a password that they change at the next sign-in."""
    session.proved(Act.SET_PASSWORD)
    try:
        accounts.set_password(current_services(), current_actor(), name, request.form.get("password", ""))
    except InvalidInputError as error:
        return _page(name, {"password": said(error)})
    return redirect(url_for("accounts.one", name=name))


@views.post("/<name>/roles")
def change_roles(name: str) -> ResponseReturnValue:
    """Give an account other roles."""
    session.proved(Act.CHANGE_ROLES)
    try:
        roles_held.change_roles(current_services(), current_actor(), name, tuple(request.form.getlist("role")))
    except InvalidInputError as error:
        return _page(name, {"role": said(error)})
    return redirect(url_for("accounts.one", name=name))


@views.post("/<name>/end")
def set_end(name: str) -> ResponseReturnValue:
    """Set an account's last day, or none."""
    session.proved(Act.SET_END)
    ends_at, fault = _end(request.form.get("until", ""))
    if fault:
        return _page(name, {"until": fault})
    accounts.set_end(current_services(), current_actor(), name, ends_at)
    return redirect(url_for("accounts.one", name=name))


@views.post("/<name>/<act>")
def do(name: str, act: str) -> ResponseReturnValue:
    """Disable or release an account, or take its second factors away."""
    if act not in ACTS:
        raise NotFoundError(kind="act", name=act[:40])
    needed, run = ACTS[act]
    session.proved(needed)
    run(current_services(), current_actor(), name)
    return redirect(url_for("accounts.one", name=name))
