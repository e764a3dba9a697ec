"""What a provider's claims mean: roles, the second factor, a name that is free; whatever has another shape says nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.sign_on import account_name, is_cut, mapped_roles, shows_factor, texts_of
from forms_service.workflow.accounts import NAME

TABLE = {"a": ("officer", "supervisor"), "b": ("officer",), "c": ()}


@pytest.mark.parametrize(
    ("claim", "roles"),
    [("a", ("officer", "supervisor")), (["b", "a"], ("officer", "supervisor")), (["x"], ()), (["c"], ()), (None, ()),
     (5, ()), ([5, None, "b", ["a"]], ("officer",)), ({"a": 1}, ()), ("A", ()), ([], ())],
)  # fmt: skip
def test_roles_come_from_known_values_only(claim, roles):
    """One text or a list; each role once; letter for letter."""
    assert mapped_roles({"roles": claim}, "roles", TABLE) == roles
    assert mapped_roles({}, "roles", TABLE) == ()


@pytest.mark.parametrize(
    ("claims", "name", "cut"),
    [({"_claim_names": {"groups": "src1"}}, "groups", True), ({"_claim_names": {"groups": "src1"}}, "roles", False),
     ({"_claim_names": "groups"}, "groups", False), ({"hasgroups": True}, "groups", True),
     ({"hasgroups": "true"}, "groups", True), ({"hasgroups": True}, "roles", False), ({"hasgroups": 2}, "groups", False),
     ({}, "groups", False)],
)  # fmt: skip
def test_a_claim_that_was_left_out_is_known(claims, name, cut):
    """Both ways in which Entra ID says that there are too many groups."""
    assert is_cut(claims, name) is cut


@pytest.mark.parametrize(
    ("claims", "shown"),
    [({"amr": ["pwd", "mfa"]}, True), ({"amr": ["pwd"]}, False), ({"acr": "high"}, True), ({"acr": ["low"]}, False),
     ({}, False), ({"amr": {"mfa": 1}}, False)],
)  # fmt: skip
def test_a_factor_is_shown_by_any_named_value(claims, shown):
    """Without evidence that is named, nothing shows it."""
    assert shows_factor(claims, {"amr": ("mfa", "hwk"), "acr": ("high",)}) is shown
    assert not shows_factor(claims, {})


@pytest.mark.parametrize(
    ("called", "name"),
    [("dreyes@dallas.example", "dreyes"), ("Dana.Reyes", "dana.reyes"), ("1dana", "dana"), ("", "user"), (None, "user"),
     ("x", "user"), ("Ж@x", "user"), ("a" * 99, "a" * 32), (["kim", "lee"], "kim"), ("taken", "taken-3")],
)  # fmt: skip
def test_a_name_resembles_what_the_provider_says(called, name):
    """One that is taken, by whomever, gets a number."""
    assert account_name({"preferred_username": called}, {"taken", "taken-2"}.__contains__) == name


@given(st.text(), st.sets(st.text()))
def test_any_name_is_one_that_an_account_may_have(called, taken):
    """Whatever the provider calls somebody."""
    name = account_name({"preferred_username": called}, taken.__contains__)
    assert NAME.fullmatch(name)
    assert name not in taken
    assert re.fullmatch(r"[ -~]+", name)


def test_texts_are_texts():
    """Numbers and objects among them are no text."""
    assert texts_of({"a": [1, "b", None]}, "a") == ("b",)
