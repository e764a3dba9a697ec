"""Passwords as argon2id hashes.

Cost: 19 MiB, two passes, one lane.
Source: OWASP Password Storage Cheat Sheet (argon2id, second row); a server process stays small with it.
"""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1


class Argon2Passwords:
    """The port ``Passwords`` on argon2-cffi."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, salt_len=16, type=Type.ID
        )

    def hash(self, password: str) -> str:
        """Give the encoded hash, with its own salt."""
        return self._hasher.hash(password)

    def verify(self, encoded: str, password: str) -> bool:
        """Compare; an empty or foreign hash takes the same work and answers no."""
        try:
            self._hasher.verify(encoded or self._nobody, password)
        except InvalidHashError:
            return self.verify("", password)
        except VerificationError:
            return False
        return bool(encoded)

    @cached_property
    def _nobody(self) -> str:
        """Give a hash that no password opens by more than chance, at the cost of a real one."""
        return self._hasher.hash("nobody")
