"""What a view may ask of the running request: the services, who acts, and how the page is opened."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, g, request

from forms_service.ports import Account, Actor, Services, Session
from forms_service.settings import Settings
from forms_service.workflow.permission import Act
from forms_service.workflow.roles_held import actor_of
from forms_service.workflow.sign_in import Visit
from forms_service.workflow.watched import Trouble, WatchedDatabase

EXTENSION = "forms_service"
WATCH = "forms_service_watch"
VISITOR = "visitor"


def current_services() -> Services:
    """Give the ports that ``create_app`` was handed."""
    services: Services = current_app.extensions[EXTENSION]
    return services


def current_trouble() -> Trouble | None:
    """Give why nothing can be written down now; None when it can."""
    watched: WatchedDatabase = current_app.extensions[WATCH]
    return watched.trouble


def current_account() -> Account | None:
    """Give the signed-in account, None for a visitor."""
    account: Account | None = g.get("account")
    return account


def current_session() -> Session | None:
    """Give the session, complete or still owing its second factor; None for a visitor."""
    session: Session | None = g.get("session")
    return session


def current_actor() -> Actor:
    """Give who acts: the signed-in account, or a visitor who has signed in nowhere."""
    services = current_services()
    source, device = source_address(services.settings), browser_name(request.user_agent.string)
    account = current_account()
    if account is not None:
        return replace(actor_of(services, account, source=source), device=device)
    opened = {Act.VERIFY: services.settings.verify_open_to_strangers, Act.FETCH_COPY: services.settings.copy_link}
    open_acts = {act for act, is_open in opened.items() if is_open}
    return Actor(id=VISITOR, permissions=frozenset(open_acts), source=source, device=device)


def current_visit() -> Visit:
    """Give the session and its owner, complete or still owing its second factor.

    Raises:
        RuntimeError: Nobody is there; ``web/session.py`` lets no such request come here.
    """
    session, owner = current_session(), g.get("owner")
    if session is None or owner is None:
        raise RuntimeError(request.endpoint)
    return Visit(session=session, account=owner)


def owner_actor() -> Actor:
    """Give the session's owner as who acts, also while the session still owes its second factor."""
    return replace(
        actor_of(current_services(), current_visit().account, source=current_actor().source),
        device=current_actor().device,
    )


BROWSERS = (
    ("Edg", "Edge"), ("Firefox", "Firefox"), ("SamsungBrowser", "Samsung Internet"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(user_agent: str) -> str:
    """Give browser and system in short, for people to know their own by; never more than what is listed here."""
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "Another browser")
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "another system")
    return f"{browser} on {system}"


def source_address(settings: Settings) -> str:
    """Give the address a request comes from; a proxy's word counts only from the trusted proxy."""
    direct = request.remote_addr or ""
    if settings.trusted_proxy and direct == settings.trusted_proxy and request.access_route:
        return request.access_route[-1]
    return direct


def cookie_name(settings: Settings, name: str) -> str:
    """Give a cookie's name; behind TLS the ``__Host-`` prefix pins it to this host, path / and Secure."""
    prefix = "__Host-" if settings.origin.startswith("https://") else ""
    return f"{prefix}forms_{name}"
