"""``account``: who may sign in."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from forms_service.cli.terminal import read_file, say
from forms_service.domain.days import day_ends
from forms_service.ports import Account, Actor, Services
from forms_service.workflow import accounts, banned_passwords, roles_held
from forms_service.workflow.sign_in import standing


def account_add(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Make an account; the password is asked for, or read from standard input."""
    wanted = accounts.NewAccount(
        name=arguments.name, password=_typed_password(), full_name=arguments.full_name or arguments.name,
        badge=arguments.badge, phone=arguments.phone, roles=_roles(services, arguments),
        ends_at=day_ends(arguments.until, services.settings.zone) if arguments.until else None,
        must_change_password=True,
    )  # fmt: skip
    say(accounts.add_account(services, by, wanted).id)
    return 0


def account_set_password(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Give an account a password that its owner changes at the next sign-in."""
    say(accounts.set_password(services, by, arguments.name, _typed_password()).id)
    return 0


def _typed_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _roles(services: Services, arguments: argparse.Namespace) -> tuple[str, ...]:
    """Give the roles that were named, and those of the position that was."""
    of_position = roles_held.roles_of_position(services, arguments.position) if arguments.position else ()
    return tuple(dict.fromkeys((*arguments.roles, *of_position)))


def account_roles(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Give an account other roles."""
    say(roles_held.change_roles(services, by, arguments.name, _roles(services, arguments)).id)
    return 0


def account_list(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """List every account and whether it may sign in."""
    now = services.clock.now()
    for one in accounts.list_accounts(services, by):
        say(
            f"{one.name:<20} {standing(one, now):<9} last active {one.last_active_at:%Y-%m-%d}  {one.full_name}  ({', '.join(one.roles)}){'  single sign-on' if one.signs_on else ''}"
        )
    return 0


def account_banned_passwords(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Put a list of banned passwords in place, or say what is known of the one that is there."""
    if arguments.update:
        content = read_file(arguments.update, banned_passwords.MOST_BYTES + 1)
        banned_passwords.update_banned(services, by, content)
    found = banned_passwords.show_banned(services, by)
    if found is None:
        say("There is no list of banned passwords yet")
        return 1
    due = "  A NEWER ONE IS DUE" if found.is_old(services.clock.now()) else ""
    say(f"{found.count} banned passwords, list of {found.updated_at:%Y-%m-%d}{due}")
    return 0


def account_act(
    act: Callable[[Services, Actor, str], Account], services: Services, by: Actor, arguments: argparse.Namespace
) -> int:
    """Do one thing to an account by its sign-in name."""
    say(act(services, by, arguments.name).id)
    return 0
