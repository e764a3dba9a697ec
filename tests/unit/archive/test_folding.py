"""Folding: what is typed and what is stored meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.archive.folding import document_key, joined, name_keys


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("José", "jose"),
        ("JOSE", "josé"),
        ("O'Brien", "obrien"),
        ("O Brien", "obrien"),
        ("Smith-Jones", "smithjones"),
        ("Smith Jones", "smithjones"),
        ("de la Cruz", "delacruz"),
        ("Nguyễn Văn Đức", "duc"),
        ("Straße", "strasse"),
        ("Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("Пётр Йорк", "петр"),
        ("I\u0307pek", "ipek"),
        ("Jose\u0301", "josé"),
    ],
)
def test_a_name_is_found_as_people_type_it(stored: str, typed: str) -> None:
    """Accents, case, punctuation and spacing do not count."""
    assert joined(typed) in name_keys(stored)


@pytest.mark.parametrize("typed", ["LEAD-7Q2F0-KDM31-3", "lead7q2fokdm3i3", "Lead 7q2fO kdm3L 3"])
def test_a_document_id_is_read_as_crockford_reads_it(typed: str) -> None:
    """O is 0, I and L are 1, dashes and case do not count."""
    assert document_key(typed) == document_key("LEAD-7Q2F0-KDM31-3")


@given(st.text())
def test_keys_hold_letters_and_digits_only(name: str) -> None:
    """No key holds a character that a pattern could mean something by."""
    assert all(key.isalnum() or not key.isascii() for key in name_keys(name))
    assert "" not in name_keys(name)
