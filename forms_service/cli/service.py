"""``serve``: settle what a start settles, and hand over to gunicorn."""

from __future__ import annotations

import argparse
import os
import sys
from urllib.parse import urlsplit

from forms_service import secret_files
from forms_service.cli.terminal import say
from forms_service.cli.tls import spaced
from forms_service.errors import ArchiveError
from forms_service.ports import Actor, Services
from forms_service.settings import Settings
from forms_service.workflow import accounts, audit_trail, first_start, form_versions, seal_keys, upkeep
from forms_service.workflow.receive_envelope import finish_received


def serve(services: Services, by: Actor, arguments: argparse.Namespace) -> int:
    """Settle what a first start settles, say where the service is, and hand over to gunicorn."""
    first_start.refuse_unsafe(services, tls=arguments.tls)
    secret_files.refuse_exposed(services.settings.secret_files)
    tls_options = _tls_options(services) if arguments.tls else []
    for line in upkeep.start_up(services, by):
        say(f"recovered: {line}")
    form_versions.note_form_versions(services)
    finished = finish_received(services, by)
    if finished:
        say(f"recovered: {finished} envelopes of tablets, which were kept and not answered yet")
    if seal_keys.note_certificates(services, by):
        say("The certificates of the seal are not those of the last start: the audit trail names them")
    _checkpoint_at_start(services, by)
    made = first_start.seed_practice(services, by, services.practice_cases())
    if made:
        say(f"PRACTICE: {made} synthetic cases are on the desk")
    settings = services.settings
    bind = arguments.bind or usual_address(settings, tls=arguments.tls)
    code = accounts.first_account_code(services)
    if code:
        say(f"First account: open {settings.origin} and enter the code {code}")
    say(f"The forms service is on {settings.origin}")
    sys.stdout.flush()
    program = [sys.executable, "-m", "gunicorn", "--bind", bind, "--workers", "1", "--threads", "8", "--timeout", "120"]
    program += ["--worker-class", "gthread", "--forwarded-allow-ips", settings.trusted_proxy or "127.0.0.1"]
    program += [*tls_options, "--no-control-socket", "forms_service.wiring:app()"]
    os.execv(sys.executable, program)  # noqa: S606  # no shell is wanted: this process becomes the server


def usual_address(settings: Settings, *, tls: bool) -> str:
    """Give where to listen: every network card only where we end TLS ourselves for other machines."""
    port = urlsplit(settings.origin).port
    if tls:
        return f"{'127.0.0.1' if settings.is_local else '0.0.0.0'}:{port or 443}"  # noqa: S104  # behind TLS, as asked
    return f"127.0.0.1:{(port or 8080) if settings.is_local else 8080}"


def _tls_options(services: Services) -> list[str]:
    """Make or renew what TLS needs, say what devices must trust, and give gunicorn's options."""
    files = services.tls.prepare(services.clock.now())
    authority = services.tls.authority()
    if authority:
        say(f"Devices trust this service by {services.settings.origin}/trust")
        say(f"SHA-256 of its authority: {spaced(authority.sha256)}")
    options = ["--certfile", str(files.certificate), "--keyfile", str(files.key)]
    return [*options, "--config", "python:forms_service.cli.server_tls"]


def _checkpoint_at_start(services: Services, by: Actor) -> None:
    """Take the day's checkpoint; a second place that refuses stops no start, and is said."""
    try:
        audit_trail.take_checkpoint_if_due(services, by)
    except ArchiveError as error:
        say(f"WARNING: {error.slug}: {error}")
    if services.checkpoints.shares_disk_with(services.settings.database):
        say("WARNING: checkpoints lie on the disk of the database; let FORMS_CHECKPOINTS name a second place")
