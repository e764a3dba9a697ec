"""What gunicorn asks when it ends TLS: 1.2 at the least, whatever the machine's own default is."""

from __future__ import annotations

import ssl
from collections.abc import Callable


def ssl_context(_config: object, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Give the context of each connection (gunicorn's server hook)."""
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
