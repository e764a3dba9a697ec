"""Passwords: hashed with argon2id, and told why when they are easy to guess."""

from __future__ import annotations

import base64

import pytest

from forms_service.signin.passwords import KeptPasswords
from forms_service.signin.pbkdf2 import Pbkdf2Hasher

PASSWORDS = KeptPasswords()


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


@pytest.mark.parametrize("kind", ["argon2id", "pbkdf2"])
def test_a_hash_of_either_kind_is_good_under_either_setting(kind):
    """An agency that changes the setting locks nobody out; new passwords take the new kind."""
    kept, other = KeptPasswords(kind), KeptPasswords({"argon2id": "pbkdf2", "pbkdf2": "argon2id"}[kind])
    encoded = kept.hash("a calm river at noon")
    assert encoded.startswith("$argon2id$" if kind == "argon2id" else "$pbkdf2-sha256$i=600000$")
    for passwords in (kept, other):
        assert passwords.verify(encoded, "a calm river at noon")
        assert not passwords.verify(encoded, "a calm river at night")
        assert not passwords.verify("", "nobody")


@pytest.mark.parametrize(
    "encoded", ["$pbkdf2-sha256$", "$pbkdf2-sha256$i=0$AA==$AA==", "$pbkdf2-sha256$i=99999999$AA==$AA==", "$other$x"]
)
def test_a_hash_that_is_none_opens_nothing(encoded):
    """A row that was spoilt answers no, and never with endless work."""
    assert not KeptPasswords("pbkdf2").verify(encoded, "a calm river at noon")


def test_pbkdf2_agrees_with_a_published_case():
    """RFC 7914, section 11: one round over ``passwd`` and ``salt``, the first 32 bytes."""
    expected = bytes.fromhex("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc")
    encoded = f"$pbkdf2-sha256$i=1${base64.b64encode(b'salt').decode()}${base64.b64encode(expected).decode()}"
    assert Pbkdf2Hasher().verify(encoded, "passwd")
    assert not Pbkdf2Hasher().verify(encoded, "passwd ")
