"""The link by which a person fetches their copy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forms_service.domain.copy_link import CopyLink, LinkEnd, is_link_key, is_token
from tests.conftest import NOW

TOKEN, KEY = "A" * 22, "A" * 43


def link(**more) -> CopyLink:
    """Give a link of thirty days and two fetches."""
    facts = {
        "token_sha256": "0" * 64, "record_id": "r", "ciphertext": "sealed", "made_at": NOW,
        "ends_at": NOW + timedelta(days=30), "fetches_left": 2, **more,
    }  # fmt: skip
    return CopyLink(**facts)


def test_a_link_is_open_until_its_time_is_over():
    """Its last instant is already too late."""
    assert link().is_open(NOW + timedelta(days=29, hours=23))
    assert not link().is_open(NOW + timedelta(days=30))


def test_the_last_fetch_leaves_nothing_behind_it():
    """Two fetches: the first counts, the second ends the link and empties it."""
    once = link().fetched_once(NOW)
    assert (once.fetches_left, once.fetched, once.is_open(NOW), once.ciphertext) == (1, 1, True, "sealed")
    twice = once.fetched_once(NOW)
    assert (twice.fetched, twice.is_open(NOW), twice.ciphertext, twice.ended_why) == (2, False, "", "fetched")


def test_an_end_is_not_ended_again():
    """Why a link ended first is what stays."""
    ended = link().ended(NOW, LinkEnd.REVOKED)
    assert ended.ended(NOW + timedelta(days=1), LinkEnd.RECORD) == ended
    assert (ended.ended_why, ended.ciphertext) == ("revoked", "")


@pytest.mark.parametrize("text", ["", "A" * 21, "A" * 23, "A" * 21 + "B", "A" * 21 + "=", "ä" * 22, None, 7])
def test_what_is_no_token_is_told(text):
    """Sixteen bytes as base64url have 22 characters, of which the last holds two bits."""
    assert not is_token(text)
    assert is_token(TOKEN)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "A" * 42 + "=", None])
def test_what_is_no_key_is_told(text):
    """Thirty-two bytes as base64url have 43 characters, of which the last holds four bits."""
    assert not is_link_key(text)
    assert is_link_key(KEY)
