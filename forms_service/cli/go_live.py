"""``go-live``: what must be settled before real records are made."""

from __future__ import annotations

import argparse

from forms_service.cli.terminal import say
from forms_service.ports import Actor, Services
from forms_service.workflow import go_live


def go_live_list(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """List every line: green or open, who said what and when; exit 1 while one is open."""
    lines = go_live.go_live_lines(services, by)
    for one in lines:
        told = (
            f"  {one.statement.name}: {one.statement.words} ({one.statement.said_at:%Y-%m-%d})" if one.statement else ""
        )
        say(
            f"{'green' if one.is_green else 'open':<6} {one.name}{f'  not yet: {one.found}' if one.found else ''}{told}"
        )
    return 0 if all(one.is_green for one in lines) else 1


def go_live_state(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Enter who decided a line, and what."""
    go_live.state_line(services, by, arguments.line, name=arguments.name, words=arguments.words)
    return 0


def go_live_sign(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """Sign the statements, once every line is green."""
    say(go_live.sign_go_live(services, by))
    return 0
