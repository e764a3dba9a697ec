"""``serve``: settle what a start settles, and hand over to gunicorn."""

from __future__ import annotations

import argparse
import os
import sys
from urllib.parse import urlsplit

from forms_service.cli.terminal import say
from forms_service.errors import ArchiveError
from forms_service.ports import Actor, Services
from forms_service.workflow import accounts, audit_trail, first_start, upkeep


def serve(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Settle what a first start settles, say where the service is, and hand over to gunicorn."""
    first_start.refuse_unsafe(services)
    for line in upkeep.start_up(services, by):
        say(f"recovered: {line}")
    _checkpoint_at_start(services, by)
    made = first_start.seed_practice(services, by, services.practice_cases())
    if made:
        say(f"PRACTICE: {made} synthetic cases are on the desk")
    settings = services.settings
    parts = urlsplit(settings.origin)
    bind = arguments.bind or f"127.0.0.1:{(parts.port or 8080) if settings.is_local else 8080}"
    code = accounts.first_account_code(services)
    if code:
        say(f"First account: open {settings.origin} and enter the code {code}")
    say(f"The forms service is on {settings.origin}")
    sys.stdout.flush()
    program = [sys.executable, "-m", "gunicorn", "--bind", bind, "--workers", "1", "--threads", "8", "--timeout", "120"]
    program += ["--worker-class", "gthread", "--forwarded-allow-ips", settings.trusted_proxy or "127.0.0.1"]
    program += ["--no-control-socket", "forms_service.wiring:app()"]
    os.execv(sys.executable, program)  # noqa: S606  # no shell is wanted: this process becomes the server


def _checkpoint_at_start(services: Services, by: Actor) -> None:
    """Take the day's checkpoint; a second place that refuses stops no start, and is said."""
    try:
        audit_trail.take_checkpoint_if_due(services, by)
    except ArchiveError as error:
        say(f"WARNING: {error.slug}: {error}")
    if services.checkpoints.shares_disk_with(services.settings.database):
        say("WARNING: checkpoints lie on the disk of the database; let FORMS_CHECKPOINTS name a second place")
