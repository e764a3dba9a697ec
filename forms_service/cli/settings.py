"""``settings check``: everything that is wrong, together, from inside or from outside."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from forms_service.cli.findings import Finding, tell
from forms_service.cli.outside import check_outside
from forms_service.ports import Actor

CheckSetup = Callable[[], Iterable[Finding]]


def settings_check(check_setup: CheckSetup, _by: Actor, arguments: argparse.Namespace) -> int:
    """Check the settings of this machine, or with ``--url`` what a device out there meets."""
    if arguments.url:
        return tell(check_outside(arguments.url, authority=Path(arguments.ca) if arguments.ca else None))
    return tell(check_setup())
