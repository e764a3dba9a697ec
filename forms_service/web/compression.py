"""Sends our own files and the tablet's app compressed, so that a first visit over a weak signal ends.

Only what is the same for everybody is compressed: an answer with somebody's words in it would tell their length.

Source: RFC 9110, 8.4.1.3; BREACH (CVE-2013-3587) for what is left alone.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

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


@lru_cache(maxsize=256)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def compress(response: Response) -> Response:
    """Compress an answer that may be, for who takes it."""
    if request.endpoint not in FOR_EVERYBODY or response.mimetype not in TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or request.accept_encodings["gzip"] <= 0 or request.method != "GET":
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) >= SMALL_BYTES:
        response.set_data(_compressed(content))
        response.headers["Content-Encoding"] = "gzip"
        tag, _ = response.get_etag()
        if tag:
            response.set_etag(tag, weak=True)
    return response
