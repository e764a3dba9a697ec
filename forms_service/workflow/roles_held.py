"""Roles of an account: which anybody may hold, who gives others, and the actor that an account is by them.

* Nobody changes their own roles, and nobody holds both halves of an act of two persons.
* A change holds from the account's next request on: the actor is made anew for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from forms_service.errors import (
    NotFoundError,
    OwnRolesError,
    RolesConflictError,
    RolesMissingError,
    RoleUnknownError,
    SignOnAccountError,
)
from forms_service.ports import Account, Actor, Services
from forms_service.workflow.account_rows import named_account, write_account
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.sign_in import Standing, standing


def check_roles(services: Services, roles: Sequence[str]) -> None:
    """Refuse roles that nobody may hold.

    Raises:
        InvalidInputError: ``roles-missing``, ``role-unknown``, ``roles-conflict``.
    """
    if not roles:
        raise RolesMissingError
    known = services.roles.roles
    for role in roles:
        if role not in known:
            raise RoleUnknownError(role=role[:40], known=", ".join(known))
    conflicts = services.roles.conflicts(roles)
    if conflicts:
        raise RolesConflictError(acts=", ".join(conflicts))


def roles_of_position(services: Services, position: str) -> tuple[str, ...]:
    """Give the roles that one person in a position holds.

    Raises:
        InvalidInputError: ``role-unknown``.
    """
    known = services.roles.positions
    if position not in known:
        raise RoleUnknownError(role=position[:40], known=", ".join(known))
    return known[position]


def change_roles(services: Services, by: Actor, name: str, roles: Sequence[str]) -> Account:
    """Give an account other roles; they hold from its next request on.

    Raises:
        NotFoundError: Nobody has that sign-in name.
        NotAllowedNowError: ``own-roles``, ``sign-on-account``.
        InvalidInputError: As ``check_roles``.
    """
    permit(by, Act.CHANGE_ROLES)
    check_roles(services, roles)
    now = services.clock.now()
    with services.database.write() as transaction:
        account = named_account(transaction, name)
        if by.id == f"account:{account.id}":
            raise OwnRolesError
        if account.signs_on:
            raise SignOnAccountError(name=account.name)
        changed = replace(account, roles=tuple(roles))
        facts = {"before": " ".join(account.roles), "after": " ".join(roles)}
        write_account(transaction, by, now, changed, Act.CHANGE_ROLES, facts)
    return changed


def actor_of(services: Services, account: Account, *, source: str) -> Actor:
    """Give the actor that an account is now: its roles, and what they allow at this moment."""
    since = services.clock.now().astimezone(services.settings.zone) - timedelta(hours=services.roles.recent_hours)
    return Actor(
        id=f"account:{account.id}",
        roles=account.roles,
        permissions=services.roles.permissions(account.roles),
        contact_since=since.strftime("%Y-%m-%dT%H:%M"),
        account={"name": account.full_name, "badge": account.badge, "phone": account.phone},
        source=source,
    )


def act_as(services: Services, by: Actor, name: str) -> Actor:
    """Give the actor of an account to the shell's operator, who then may do no more than the account.

    Raises:
        NotFoundError: Nobody has that sign-in name, or it may not sign in.
    """
    with services.database.read() as transaction:
        account = transaction.ledger.account_named(name)
    if account is None or standing(account, services.clock.now()) is not Standing.ACTIVE:
        raise NotFoundError(kind="account", name=name[:40])
    return actor_of(services, account, source=f"{by.source} {by.id}")
