"""What a view may ask of the running request: the services, who acts, and how the page is opened."""

from __future__ import annotations

from flask import current_app, g, request

from forms_service.ports import Account, Actor, Services
from forms_service.settings import Settings
from forms_service.workflow.accounts import actor_of
from forms_service.workflow.permission import Act
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


def current_actor() -> Actor:
    """Give who acts: the signed-in account, or a visitor who has signed in nowhere."""
    services = current_services()
    source = source_address(services.settings)
    account = current_account()
    if account is not None:
        return actor_of(services, account, source=source)
    open_acts = {Act.VERIFY} if services.settings.verify_open_to_strangers else set()
    return Actor(id=VISITOR, permissions=frozenset(open_acts), source=source)


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
