"""``tablet``: the keys that tablets seal to and whose receipts they trust."""

from __future__ import annotations

import argparse

from forms_service.cli.terminal import say
from forms_service.ports import Actor, Services
from forms_service.workflow.tablet_keys import renew_tablet_keys


def tablet_new_keys(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """Make new keys for the next start and name them."""
    for name, thumbprint in renew_tablet_keys(services, by).items():
        say(f"{name}: {thumbprint}")
    say("They are used from the next start on; the earlier ones stay. Put both files into the backup of the keys now.")
    return 0
