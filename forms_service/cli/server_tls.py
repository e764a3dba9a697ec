"""What gunicorn asks at each connection when it ends TLS: ``tls/fresh_context.py`` answers."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from forms_service.settings import read_settings
from forms_service.tls.fresh_context import FreshContext
from forms_service.tls.server_files import ServerCertificate


def ssl_context(_config: object, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Give the context of a connection (gunicorn's server hook)."""
    return _of_this_process().current(datetime.now(UTC), default)


@cache
def _of_this_process() -> FreshContext:
    return FreshContext(ServerCertificate(read_settings(os.environ)))
