"""Passwords as argon2id (or PBKDF2) hashes, and which are too easy to guess (zxcvbn, offline).

Cost: 19 MiB, two passes, one lane.
Source: OWASP Password Storage Cheat Sheet (argon2id, second row); a server process stays small with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from zxcvbn import zxcvbn

from forms_service.signin.pbkdf2 import Pbkdf2Hasher, is_pbkdf2

ARGON2ID, PBKDF2 = "argon2id", "pbkdf2"
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
LEAST_SCORE = 3  # of 4: beyond 10^8 guesses
LONGEST_JUDGED = 72  # what the judge takes; what follows only makes it harder


class KeptPasswords:
    """The port ``Passwords``: argon2-cffi, or PBKDF2 where an agency must; a hash of either kind goes on to be good.

    Args:
        kind: ``argon2id`` or ``pbkdf2``: how new passwords are hashed.
    """

    def __init__(self, kind: str = ARGON2ID) -> None:
        self._kind = kind
        self._pbkdf2 = Pbkdf2Hasher()
        self._argon2 = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, salt_len=16, type=Type.ID
        )

    def hash(self, password: str) -> str:
        """Give the encoded hash, with its own salt."""
        return self._hasher.hash(password)

    @property
    def _hasher(self) -> PasswordHasher | Pbkdf2Hasher:
        return self._pbkdf2 if self._kind == PBKDF2 else self._argon2

    def verify(self, encoded: str, password: str) -> bool:
        """Compare; an empty or foreign hash takes the same work and answers no."""
        known = encoded or self._nobody
        if is_pbkdf2(known):
            return self._pbkdf2.verify(known, password) and bool(encoded)
        try:
            self._argon2.verify(known, password)
        except InvalidHashError:
            return self.verify("", password)
        except VerificationError:
            return False
        return bool(encoded)

    def weakness(self, password: str, about: Sequence[str]) -> str:
        """Say why a password is easy to guess, empty when it is not: lists of common ones, names, keyboard rows."""
        judged = zxcvbn(password[:LONGEST_JUDGED], user_inputs=list(about))
        if judged["score"] >= LEAST_SCORE:
            return ""
        return str(judged["feedback"]["warning"]) or "This password is easy to guess."

    @cached_property
    def _nobody(self) -> str:
        """Give a hash that no password opens by more than chance, at the cost of a real one."""
        return self._hasher.hash("nobody")
