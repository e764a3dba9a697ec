"""What TLS is spoken with, kept fresh while the server runs: a certificate that was replaced, or that we renewed."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from forms_service.errors import TlsFilesUnusableError
from forms_service.ports import ServerFiles, TlsFiles

log = logging.getLogger(__name__)
LOOKED_AT_EVERY = timedelta(seconds=5)


class FreshContext:
    """Gives each connection its context: 1.2 or newer, with the certificate that is there now.

    One that does not fit its key or the address, is out of date or half written changes nothing: what served before
    goes on to serve, and the log says why.

    Args:
        files: Judges the city's files, and renews our own.
    """

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._one_at_a_time = threading.Lock()
        self._context: ssl.SSLContext | None = None
        self._made_of: tuple[tuple[int, int, int], ...] = ()
        self._looked_at: datetime | None = None

    def current(self, now: datetime, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """Give the context of a connection that begins now.

        Args:
            now: The present instant.
            make: Gives a context with what the files hold.

        Raises:
            TlsFilesUnusableError, OSError: The first one can not be made.
        """
        with self._one_at_a_time:
            if self._context is None:
                return self._looked(now, make)
            if self._looked_at is not None and timedelta(0) <= now - self._looked_at < LOOKED_AT_EVERY:
                return self._context
            try:
                return self._looked(now, make)
            except (TlsFilesUnusableError, OSError) as error:  # ssl.SSLError is an OSError
                log.warning("the TLS certificate before goes on to serve: %s", error)
                return self._context

    def _looked(self, now: datetime, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """Give a new context when the files are others than those of the one before."""
        self._looked_at = now
        made_of = _state(self._files.prepare(now))
        if self._context is None or made_of != self._made_of:
            context = make()
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            self._context, self._made_of = context, made_of
        return self._context


def _state(files: ServerFiles) -> tuple[tuple[int, int, int], ...]:
    return tuple(_of(one) for one in (files.certificate, files.key))


def _of(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
