"""The one way out to the provider of single sign-on: a whole answer within a time and a size, or none.

* Only ``https``, or plain ``http`` on loopback where the provider itself is there; certificates as the system trusts.
* No redirect is followed and no proxy asked; what is fetched is decided in ``oidc.py`` alone.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

from forms_service.domain.sign_on import Problem
from forms_service.errors import SignOnAwayError
from forms_service.settings.sign_on import is_safe_address

LIMIT_SECONDS = 5.0  # for the whole answer: somebody stands before the screen
LIMIT_BYTES = 256 * 1024  # ten times the largest key set of a large provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    content: bytes


def exchange(
    address: str, *, loopback: bool, body: str | None = None, headers: Mapping[str, str] | None = None,
    limit_seconds: float = LIMIT_SECONDS,
) -> Answer:  # fmt: skip
    """Send one request and give its answer.

    Args:
        address: Where.
        loopback: Whether plain http on this machine will do.
        body: What is posted; None to get.
        headers: Beside ``Accept: application/json``.
        limit_seconds: For connecting, and again for everything after it.

    Raises:
        SignOnAwayError: No whole answer in time, one that is too large, or an address that is not safe.
    """
    if not is_safe_address(address, loopback=loopback):
        raise SignOnAwayError(reason="an address is not https", problem=Problem.AWAY)
    parts = urlsplit(address)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, limit_seconds)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    ends = Timer(limit_seconds, lambda: None)
    try:
        connection.connect()
        ends = Timer(limit_seconds, _hang_up, [connection.sock])
        ends.daemon = True
        ends.start()
        connection.request(
            "GET" if body is None else "POST", path, body=body, headers={"Accept": "application/json", **(headers or {})}
        )  # fmt: skip
        answer = connection.getresponse()
        content = answer.read(LIMIT_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise SignOnAwayError(reason=type(error).__name__, problem=Problem.AWAY) from error
    finally:
        ends.cancel()
        connection.close()
    if len(content) > LIMIT_BYTES:
        raise SignOnAwayError(reason=f"an answer of more than {LIMIT_BYTES} bytes", problem=Problem.AWAY)
    return Answer(status=answer.status, content=content)


def _connection(scheme: str, host: str, port: int | None, limit_seconds: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=limit_seconds, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=limit_seconds)


def _hang_up(connected: socket.socket) -> None:
    """End an answer that comes in drops, byte by byte, each in time and all of them never."""
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
