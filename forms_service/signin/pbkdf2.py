"""Passwords as PBKDF2-HMAC-SHA-256 hashes, for agencies that must use what a FIPS 140 module offers.

The work is OpenSSL's, by the standard library: where the operating system's FIPS provider is on, it is the module's.
Source: NIST SP 800-132; OWASP Password Storage Cheat Sheet (600 000 rounds).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

ROUNDS = 600_000
SALT_BYTES = 16
MOST_ROUNDS = 10_000_000
_ENCODED = re.compile(r"\$pbkdf2-sha256\$i=([0-9]{1,8})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)")


class Pbkdf2Hasher:
    """Hashes and compares."""

    def __init__(self, rounds: int = ROUNDS) -> None:
        self._rounds = rounds

    def hash(self, password: str) -> str:
        """Give the encoded hash, with its own salt."""
        salt = secrets.token_bytes(SALT_BYTES)
        return f"$pbkdf2-sha256$i={self._rounds}${_text(salt)}${_text(_derived(password, salt, self._rounds))}"

    def verify(self, encoded: str, password: str) -> bool:
        """Compare; what is no hash of this kind answers no."""
        found = _ENCODED.fullmatch(encoded)
        if not found or not 0 < int(found[1]) <= MOST_ROUNDS:
            return False
        salt, expected = base64.b64decode(found[2]), base64.b64decode(found[3])
        return hmac.compare_digest(_derived(password, salt, int(found[1])), expected)


def is_pbkdf2(encoded: str) -> bool:
    """Say whether an encoded hash is of this kind."""
    return encoded.startswith("$pbkdf2-sha256$")


def _derived(password: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "surrogatepass"), salt, rounds)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
