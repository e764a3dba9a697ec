"""The link by which a person fetches their copy: two secrets made on the tablet, and what this service may know of them.

* The address holds the *token* (128 bits), the fragment behind it the *key* (256 bits), which no browser sends to anybody.
* Here stand only the token's SHA-256 and the ciphertext for that key. Whoever reads the database can open nothing.
* A link ends by time, by count, by hand, and with the record: closing, void and expunction leave nothing behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

_TOKEN = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")  # 16 bytes as base64url: the last character has four bits of nothing
_KEY = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")  # 32 bytes


class LinkEnd(StrEnum):
    """Why a link ended."""

    FETCHED = "fetched"
    EXPIRED = "expired"
    REVOKED = "revoked"
    RECORD = "record"  # closed, void, superseded or gone


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLink:
    """One link.

    Attributes:
        token_sha256: Hex digest of the token's characters; what it is known by.
        ciphertext: Compact JWE; empty once the link has ended.
        fetches_left: How often it may still be fetched.
        fetched: How often it was.
    """

    token_sha256: str
    record_id: str
    ciphertext: str
    made_at: datetime
    ends_at: datetime
    fetches_left: int
    fetched: int = 0
    ended_at: datetime | None = None
    ended_why: str = ""

    def is_open(self, now: datetime) -> bool:
        """Say whether something can be fetched."""
        return self.ended_at is None and now < self.ends_at

    def fetched_once(self, now: datetime) -> CopyLink:
        """Give the link after it was fetched; the last time ends it."""
        counted = replace(self, fetches_left=self.fetches_left - 1, fetched=self.fetched + 1)
        return counted if counted.fetches_left > 0 else counted.ended(now, LinkEnd.FETCHED)

    def ended(self, now: datetime, why: LinkEnd) -> CopyLink:
        """Give the link with nothing behind it; one that had ended stays as it was."""
        return self if self.ended_at else replace(self, ciphertext="", ended_at=now, ended_why=str(why))


def is_token(text: object) -> bool:
    """Say whether a text may be a token."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def is_link_key(text: object) -> bool:
    """Say whether a text may be a key: 32 bytes as base64url."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None
