"""Says whether this process answers, and whether every part can do its work; the pages of watchdogs and proxies.

* ``/health`` asks nothing of any part: a watchdog that restarts the process must not do so for a full disk.
* ``/ready`` really uses each part, a write to the disk included. It needs no sign-in, so its answer is kept for some
  seconds, and names parts, never causes; those stand in the log. Forms that need a program which this machine has not
  are named too: the others can be made, so that is no failure.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from forms_service.errors import FormsServiceError
from forms_service.ports import Services
from forms_service.web.current import current_services
from forms_service.workflow.audit_trail import CHECKPOINT_FACT
from forms_service.workflow.daily import FAILED_FACT
from forms_service.workflow.outside_stamp import TIME_STAMP_FACT

views = Blueprint("health", __name__)
log = logging.getLogger(__name__)
KEPT_FOR = timedelta(seconds=5)  # whoever asks in a loop makes one write every five seconds, not hundreds
OWED = {"checkpoint": CHECKPOINT_FACT, "time-stamp": TIME_STAMP_FACT, "upkeep": FAILED_FACT}
_EXTENSION = "forms_service.readiness"


class Readiness:
    """The last answer of every part; one thread asks, the others wait for its answer."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._asked_at: datetime | None = None
        self._failing: tuple[str, ...] = ()

    def failing(self, services: Services) -> tuple[str, ...]:
        """Give the names of the parts that can not do their work."""
        now = services.clock.now()
        with self._asking:
            if self._asked_at is None or not timedelta(0) <= now - self._asked_at < KEPT_FOR:
                self._failing = failing_parts(services)
                self._asked_at = now
            return self._failing


def failing_parts(services: Services) -> tuple[str, ...]:
    """Use each part and give the names of those that fail; a surprise is a failure too."""
    return tuple(name for name, ping in parts(services).items() if not _answers(name, ping))


def parts(services: Services) -> Mapping[str, Callable[[], object]]:
    """Give how each part is asked."""
    return {
        "archive": services.archive.ping,
        "database": services.database.ping,
        "seal": services.sealer.ping,
        "checkpoints": services.checkpoints.ping,
        "forms": services.forms.forms,
    }


def owed_parts(services: Services) -> tuple[str, ...]:
    """Name what the service still owes and makes up for by itself; nothing of it stops the work."""
    with services.database.read() as transaction:
        return tuple(name for name, fact in OWED.items() if transaction.ledger.fact(fact))


def lacking_forms(services: Services) -> Mapping[str, str]:
    """Give each form that can not be made here, with the program it needs."""
    told = {
        f"{form.definition.form} {form.definition.version}": services.renderer.lacking(form)
        for form in services.forms.forms()
    }
    return {form: program for form, program in told.items() if program}


def _answers(name: str, ping: Callable[[], object]) -> bool:
    try:
        ping()
    except FormsServiceError as error:
        log.warning("not ready", extra={"part": name, "slug": error.slug})
        return False
    except Exception:
        log.exception("not ready", extra={"part": name})
        return False
    return True


@views.get("/health")
def health() -> ResponseReturnValue:
    """Say that this process answers."""
    return jsonify(status="ok")


@views.get("/ready")
def ready() -> ResponseReturnValue:
    """Say whether every part works: 200, or 503 with the names of those that do not."""
    readiness: Readiness = current_app.extensions.setdefault(_EXTENSION, Readiness())
    failing = readiness.failing(current_services())
    answer = {"status": "failing" if failing else "ok", "failing": failing}
    owed = () if "database" in failing else owed_parts(current_services())
    lacking = {} if "forms" in failing else lacking_forms(current_services())
    more = {"owed": owed, "lacking": lacking}
    return jsonify(answer | {name: one for name, one in more.items() if one}), 503 if failing else 200
