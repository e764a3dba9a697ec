"""The audit chain and its checkpoints."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.evidence import (
    FIRST_HASH,
    AuditEntry,
    Checkpoint,
    canonical_json,
    chain_hash,
    check_text,
    input_digest,
    normal_text,
    verify_chain,
)
from forms_service.errors import TextHasControlCharactersError

AT = datetime(2026, 11, 21, 18, 0, 0, 123456, tzinfo=UTC)


def chain(count: int) -> list[tuple[AuditEntry, str]]:
    """Give a good chain of entries with their hashes."""
    found, previous = [], FIRST_HASH
    for sequence in range(1, count + 1):
        entry = AuditEntry(
            sequence=sequence, at=AT, actor="operator:a", roles=(), source="shell", act="view", object_kind="record",
            object_id=str(sequence), outcome="done", facts={"n": sequence},
        )  # fmt: skip
        previous = chain_hash(entry, previous)
        found.append((entry, previous))
    return found


def test_a_good_chain_holds():
    """Nothing edited, nothing missing."""
    assert verify_chain(chain(5)) == ""
    assert verify_chain([]) == ""


def test_an_edited_entry_is_named():
    """Whoever edits an entry can not make its hash fit."""
    entries = chain(5)
    entries[2] = (replace(entries[2][0], object_id="other"), entries[2][1])
    assert verify_chain(entries) == "edited-at-3"


def test_a_missing_entry_is_named():
    """An entry taken out leaves a gap."""
    entries = chain(5)
    del entries[2]
    assert verify_chain(entries) == "gap-at-3"


def test_a_hash_that_was_replaced_is_named():
    """Whoever edits only the stored hash is found at that entry."""
    entries = chain(3)
    entries[1] = (entries[1][0], "not hexadecimal")
    assert verify_chain(entries) == "edited-at-2"


def test_each_fact_of_an_entry_is_in_its_hash():
    """No fact of an entry can be changed without changing its hash."""
    entry, stored = chain(1)[0]
    changed = {
        "sequence": 2, "at": AT + timedelta(milliseconds=1), "actor": "b", "roles": ("clerk",), "source": "web", "act": "copy",
        "object_kind": "draft", "object_id": "2", "outcome": "refused", "facts": {"n": 2},
    }  # fmt: skip
    assert set(changed) == set(AuditEntry.__slots__)
    assert all(chain_hash(replace(entry, **{name: value}), FIRST_HASH) != stored for name, value in changed.items())


def test_the_input_digest_is_over_each_of_its_parts():
    """The order of keys does not matter; any other difference does."""
    sent = {
        "document_id": "SR-00000-00005-5",
        "form_digest": "ab",
        "language": "en",
        "values": {"b": 1, "a": "x"},
        "signatures": {"blocks": {}},
    }
    digest = input_digest(**sent)
    assert digest == input_digest(**{**sent, "values": {"a": "x", "b": 1}})
    for name, other in {
        "document_id": "x",
        "form_digest": "ac",
        "language": "es",
        "values": {},
        "signatures": {},
    }.items():
        assert input_digest(**{**sent, name: other}) != digest


@pytest.mark.parametrize("value", [2**53, -(2**53), {"a": [10**30]}, "\ud800"])
def test_what_has_no_canonical_bytes_is_refused(value):
    """A whole number past 53 bits or half a character would be written differently elsewhere."""
    with pytest.raises(ValueError, match=r"53 bits|surrogates"):
        canonical_json(value)


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(), lambda more: st.lists(more) | st.dictionaries(st.text("abz_1", max_size=4), more)))  # fmt: skip
def test_canonical_bytes_are_read_back(value):
    """Canonical JSON is JSON: what is written is what is read, and writing it again gives the same bytes."""
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@given(st.text())
def test_normal_text_is_normal(text):
    """Normal form made again is the same; a text that may stand on a page still may."""
    normal = normal_text(text)
    assert normal_text(normal) == normal
    with contextlib.suppress(TextHasControlCharactersError):
        check_text(text)
        check_text(normal)


def test_times_are_written_in_utc_to_the_millisecond():
    """A checkpoint's bytes are the same on every machine."""
    written = Checkpoint(count=5, head="ab", at=AT).canonical()
    assert written == b'{"at":"2026-11-21T18:00:00.123Z","count":5,"head":"ab","v":"checkpoint/1"}'
