"""Passwords: hashed with argon2id, and told why when they are easy to guess."""

from __future__ import annotations

import pytest

from forms_service.signin.passwords import Argon2Passwords

PASSWORDS = Argon2Passwords()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password1234", "This is a very common password."),
        ("qwertyuiop12", "This is similar to a commonly used password."),
        ("letmeinletmein", "Repeats like"),
        ("dreyesdreyes", ""),
        ("20262026202620262026", ""),
    ],
)
def test_an_easy_password_is_told_why(password, reason):
    """Common ones, repeats, rows of keys and the person's own name; each with a reason in words."""
    found = PASSWORDS.weakness(password, ["dreyes", "Dallas"])
    assert found
    assert found.startswith(reason)
    assert found.endswith(".")


@pytest.mark.parametrize(
    "password", ["a calm river at noon", "correct horse battery", "x" * 72 + "unlikely lantern " * 20]
)
def test_words_that_do_not_belong_together_are_good(password):
    """A sentence of a few words is good enough, and length alone never harms."""
    assert bool(PASSWORDS.weakness(password, ["dreyes"])) is password.startswith("xxx")
