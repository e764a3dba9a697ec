"""The serving process's own clock: looks now and then whether the daily upkeep is due, in a thread of its own.

No cron job, no second daemon. Of several processes one takes the claim. It ends with the process, wherever it stands:
what it does may be cut off at any point.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

from flask import Flask

from forms_service.errors import FormsServiceError
from forms_service.ports import Services
from forms_service.web.current import EXTENSION
from forms_service.workflow.daily import TIMER, claim, note_failure, run_daily

FIRST_S, EVERY_S = 60, 600
PAUSE_S = 1  # between two records, so that requests always come first
LOG = logging.getLogger(__name__)


class Timer:
    """Looks, and does what is due.

    Args:
        services: Every port, the watched database among them.
        first_s: Seconds until the first look.
        every_s: Seconds between looks.
        pause_s: Seconds between two things that are done.
    """

    def __init__(
        self, services: Services, *, first_s: float = FIRST_S, every_s: float = EVERY_S, pause_s: float = PAUSE_S
    ) -> None:
        self._services = services
        self._first_s, self._every_s, self._pause_s = first_s, every_s, pause_s
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the thing that is being done."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        wait_s = self._first_s
        while not self._ending.wait(wait_s):
            self.look()
            wait_s = self._every_s

    def look(self) -> None:
        """Do what is due, if it is and nobody else does it; whatever happens is told, and the thread lives on."""
        try:
            if not claim(self._services):
                return
            for _ in run_daily(self._services, TIMER):
                if self._ending.wait(self._pause_s):
                    return
        except Exception as error:
            slug = error.slug if isinstance(error, FormsServiceError) else "error"
            LOG.exception("the daily upkeep ended before its end", extra={"slug": slug})
            with suppress(Exception):  # the database itself: the log has said it
                note_failure(self._services, TIMER, slug)


def start_timer(app: Flask) -> Timer:
    """Start the timer of a serving process."""
    timer = Timer(app.extensions[EXTENSION])
    timer.start()
    return timer
