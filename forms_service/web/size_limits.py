"""How large a request may be, by route; what is not named takes a form post.

A limit belongs to a route, not to a content type: a form that is larger than any of ours is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import request

from forms_service.settings import Settings
from forms_service.web.current import current_services
from forms_service.workflow.bring_file import MOST_ENVELOPE_BYTES, MOST_FILE_BYTES

SMALL_BYTES = 64 * 1024  # names, passwords, a choice: the longest page of this kind stays below 4 KiB
ENVELOPE_BYTES = MOST_ENVELOPE_BYTES
MULTIPART_BYTES = 64 * 1024  # what multipart wraps around a file


def upload_bytes(settings: Settings) -> int:
    """Give the room for one file."""
    return settings.upload_limit_bytes + MULTIPART_BYTES


def small_bytes(_settings: Settings) -> int:
    """Give the room for a few short answers."""
    return SMALL_BYTES


def form_bytes(settings: Settings) -> int:
    """Give the room for a section of a form, or five blocks of strokes."""
    return settings.post_limit_bytes


def envelope_bytes(_settings: Settings) -> int:
    """Give the room for one envelope of a tablet: 20,000 points of a pen, sealed and signed, are 720 kB."""
    return ENVELOPE_BYTES


def tablet_file_bytes(_settings: Settings) -> int:
    """Give the room for a tablet's file of unsent envelopes."""
    return MOST_FILE_BYTES + MULTIPART_BYTES


LIMITS: Mapping[str, Callable[[Settings], int]] = {
    "signin.first_account": small_bytes,
    "signin.sign_in_page": small_bytes,
    "signin.sign_out_page": small_bytes,
    "signin.take_back": small_bytes,
    "sign_on.begin": small_bytes,
    "sign_on.prove": small_bytes,
    "account.facts": small_bytes,
    "verify.judge": upload_bytes,
    "copy_link.fetch": small_bytes,
    "tablet.enrol": small_bytes,
    "tablet.check": small_bytes,
    "tablet.author": small_bytes,
    "tablet.half_signed": small_bytes,
    "tablet.envelope": envelope_bytes,
    "tablet_file.bring": tablet_file_bytes,
}


def limit_of(endpoint: str, settings: Settings) -> int:
    """Give the largest body, in bytes, that a route takes."""
    return LIMITS.get(endpoint, form_bytes)(settings)


def set_limit() -> None:
    """Set the running request's limit; whoever reads more is refused with ``upload-too-large``."""
    request.max_content_length = limit_of(request.endpoint or "", current_services().settings)
