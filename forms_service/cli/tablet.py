"""``tablet``: the keys that tablets seal to and whose receipts they trust, and the file of what a tablet could not send."""

from __future__ import annotations

import argparse

from forms_service.cli.terminal import read_file, say, write_file
from forms_service.ports import Actor, Services
from forms_service.workflow.bring_file import MOST_FILE_BYTES, Outcome, bring_file, receipts_file
from forms_service.workflow.tablet_keys import renew_tablet_keys


def tablet_new_keys(services: Services, by: Actor, _: argparse.Namespace) -> int:
    """Make new keys for the next start and name them."""
    for name, thumbprint in renew_tablet_keys(services, by).items():
        say(f"{name}: {thumbprint}")
    say("They are used from the next start on; the earlier ones stay. Put both files into the backup of the keys now.")
    return 0


def tablet_receive(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Take a tablet's file; one line for each envelope: place, outcome, reason, id. 1 when something was not taken."""
    brought = bring_file(services, by, read_file(arguments.file, MOST_FILE_BYTES + 1))
    for one in brought:
        say(" ".join([str(one.place), one.outcome, one.slug or "-", one.stored.envelope_id if one.stored else "-"]))
    if arguments.receipts:
        digests = [one.stored.digest for one in brought if one.stored]
        write_file(arguments.receipts, receipts_file(services, by, digests))
    return 1 if any(one.outcome in (Outcome.NOT_YET, Outcome.REFUSED) for one in brought) else 0
