"""A request's body where nobody will use it."""

from __future__ import annotations

from flask import Request

DRAINED_BYTES = 256 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def drain(supplied: Request) -> None:
    """Read a body to its end and throw it away, up to a bound; a client that still sends can not read an answer."""
    stream = supplied.environ["wsgi.input"]
    left = min(supplied.content_length or DRAINED_BYTES, DRAINED_BYTES)
    while left > 0 and (chunk := stream.read(min(CHUNK_BYTES, left))):
        left -= len(chunk)
