"""Sends our own files and the tablet's app compressed, so that a first visit over a weak signal ends.

Only what is the same for everybody is compressed: an answer with somebody's words in it would tell their length.

Source: RFC 9110, 8.4.1; RFC 7932 (Brotli); BREACH (CVE-2013-3587) for what is left alone.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache

import brotli  # type: ignore[import-untyped]  # it ships no types
from flask import Response, request

FOR_EVERYBODY = frozenset(
    {
        "static",
        "tablet_app.page",
        "tablet_app.manifest",
        "tablet_app.service_worker",
        "tablet_app.reader",
        "tablet_app.journal_worker",
        "tablet.forms",
    }
)
TEXTS = frozenset({
    "text/html", "text/css", "text/javascript", "application/manifest+json", "application/json", "image/svg+xml", "application/wasm",
})  # fmt: skip
SMALL_BYTES = 512  # below it the header costs what compression saves
LARGE_BYTES = (
    600_000  # the reader of licences takes 2.7 s at the best quality and 0.1 s at this one, for an eighth more
)


# The smaller first; a browser takes Brotli only where nobody on the way can meddle.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=11 if len(content) < LARGE_BYTES else 9),
    "gzip": lambda content: gzip.compress(content, 9, mtime=0),
}


@lru_cache(maxsize=512)
def _compressed(content: bytes, coding: str) -> bytes:
    return CODINGS[coding](content)


def compress(response: Response) -> Response:
    """Compress an answer that may be, for who takes it."""
    if request.endpoint not in FOR_EVERYBODY or response.mimetype not in TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    coding = next((one for one in CODINGS if request.accept_encodings[one] > 0), "")
    if response.status_code != 200 or not coding or request.method != "GET":
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) >= SMALL_BYTES:
        response.set_data(_compressed(content, coding))
        response.headers["Content-Encoding"] = coding
        tag, _ = response.get_etag()
        if tag:
            response.set_etag(tag, weak=True)
    return response
