"""``audit``: the trail and its checkpoints."""

from __future__ import annotations

import argparse

from forms_service.cli.terminal import say
from forms_service.ports import Actor, Services
from forms_service.workflow import audit_trail


def audit_verify(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """Walk the chain and hold it against every checkpoint."""
    verdict = audit_trail.check_trail(services, by)
    for one in verdict.findings:
        say(f"{one.slug} {one.place}".rstrip())
    stamped = f", {verdict.time_stamps} of them under an outside time stamp" if verdict.time_stamps else ""
    told = "holds" if verdict.holds else "DOES NOT HOLD"
    say(f"{verdict.entries} entries, {verdict.checkpoints} sound checkpoints{stamped}: {told}")
    return 0 if verdict.holds else 1


def audit_checkpoint(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """Write down, signed, where the trail stands."""
    taken = audit_trail.take_checkpoint(services, by)
    say(f"{taken.count} {taken.head}")
    return 0
