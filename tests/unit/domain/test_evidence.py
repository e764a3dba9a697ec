"""The audit chain and its checkpoints."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from forms_service.domain.evidence import FIRST_HASH, AuditEntry, Checkpoint, chain_hash, verify_chain

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


def test_times_are_written_in_utc_to_the_millisecond():
    """A checkpoint's bytes are the same on every machine."""
    written = Checkpoint(count=5, head="ab", at=AT).canonical()
    assert written == b'{"at":"2026-11-21T18:00:00.123Z","count":5,"head":"ab","v":"checkpoint/1"}'
