"""The audit trail: what was done to it is told apart, whoever did it."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from forms_service.domain.evidence import Checkpoint, parse_checkpoint
from forms_service.errors import ArchiveError, SignedContentBrokenError
from forms_service.ports import AuditFacts, TrailSearch
from forms_service.workflow.audit_trail import check_trail, take_checkpoint, take_checkpoint_if_due
from forms_service.workflow.needs import what_needs_me
from tests.conftest import make_services


@pytest.fixture
def services(services, by):
    """Give services with a few entries and one checkpoint."""
    add_entries(services, by, 3)
    take_checkpoint(services, by)
    add_entries(services, by, 3)
    return services


def add_entries(services, by, count: int) -> None:
    """Let something happen."""
    for number in range(count):
        with services.database.write() as transaction:
            what = AuditFacts(act="view", object_kind="record", object_id=str(number))
            transaction.ledger.audit(by, services.clock.now(), what)


@contextmanager
def past_the_triggers(services):
    """Change the table as somebody with the file in hand can."""
    with closing(sqlite3.connect(services.settings.database)) as connection:
        for name in ("audit_refuses_update", "audit_refuses_delete", "audit_has_no_gap"):
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()


def slugs(services, by) -> list[tuple[str, str]]:
    """Give slug and place of each finding."""
    return [(one.slug, one.place) for one in check_trail(services, by).findings]


def checkpoint_file(services):
    """Give the one checkpoint's file."""
    (file,) = services.settings.checkpoints.glob("*.p7m")
    return file


def test_an_untouched_trail_holds(services, by):
    """Every entry follows, the checkpoint fits, and the walk is itself in the trail."""
    verdict = check_trail(services, by)
    assert (verdict.holds, verdict.entries, verdict.checkpoints, verdict.findings) == (True, 7, 1, ())
    assert check_trail(services, by).entries == 8


def test_an_edited_entry_is_named(services, by):
    """One word changed, years later."""
    with past_the_triggers(services) as connection:
        connection.execute("UPDATE audit SET object_id = 'other' WHERE sequence = 2")
    assert slugs(services, by) == [("entry-edited", "2")]


def test_a_missing_entry_is_named(services, by):
    """One row gone from the middle: the hole is named, and the checkpoint no longer fits."""
    with past_the_triggers(services) as connection:
        connection.execute("DELETE FROM audit WHERE sequence = 2")
    assert slugs(services, by) == [("entry-missing", "2"), ("log-rewritten", "4")]


def test_a_tail_cut_off_is_named(services, by):
    """What the checkpoint has seen is not there any more; the rest of the chain is whole."""
    with past_the_triggers(services) as connection:
        connection.execute("DELETE FROM audit WHERE sequence > 2")
    assert slugs(services, by) == [("tail-cut-off", "3")]


def test_a_rewritten_log_is_named(tmp_path, services, by):
    """A whole new chain, made with our own code, holds in itself and is still not the one that was signed."""
    other = make_services(tmp_path / "other")
    add_entries(other, by, 9)
    with closing(sqlite3.connect(other.settings.database)) as source:
        rows = source.execute("SELECT * FROM audit ORDER BY sequence").fetchall()
    with past_the_triggers(services) as connection:
        connection.execute("DELETE FROM audit")
        connection.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    assert slugs(services, by) == [("log-rewritten", "4")]


@pytest.mark.parametrize("content", [b"", b"no message", b"0\x80"])
def test_a_checkpoint_that_is_none_is_named(services, by, content):
    """Rubbish in the second place is an anchor that does not hold, never a traceback."""
    file = checkpoint_file(services)
    file.chmod(0o600)
    file.write_bytes(content)
    assert slugs(services, by) == [("anchor-mismatch", file.name), ("checkpoint-overdue", "")]


def test_a_changed_or_foreign_checkpoint_is_named(tmp_path, services, by):
    """Another head in the signed bytes, and a checkpoint that another installation's key signed."""
    file = checkpoint_file(services)
    other = make_services(tmp_path / "other")
    forged = Checkpoint(count=1, head="0" * 64, at=services.clock.now())
    foreign = other.sealer.sign(forged.canonical(), signed_at=services.clock.now())
    unlike = services.sealer.sign(b"{}", signed_at=services.clock.now())
    changed = file.read_bytes().replace(b'"count":4', b'"count":3')
    assert changed != file.read_bytes()
    for content in (foreign, unlike, changed):
        file.chmod(0o600)
        file.write_bytes(content)
        assert slugs(services, by)[0] == ("anchor-mismatch", file.name)


def test_a_crash_leftover_is_harmless(services, by):
    """A checkpoint half-written is told, and the trail still holds."""
    (services.settings.checkpoints / "half.new").write_bytes(b"half")
    verdict = check_trail(services, by)
    assert [(one.slug, one.place) for one in verdict.findings] == [("crash-leftover", "half.new")]
    assert verdict.holds


def test_a_checkpoint_is_due_each_day(services, by, clock):
    """Within a day none is taken; after a day one; after two without, it is told."""
    assert take_checkpoint_if_due(services, by) is None
    clock.move(days=2)
    assert ("checkpoint-overdue", "") in slugs(services, by)
    taken = take_checkpoint_if_due(services, by)
    assert taken is not None
    assert taken.count == 9
    assert slugs(services, by) == []


def test_two_checkpoints_of_one_count_lie_beside_each_other(services):
    """Nothing is ever written over in the second place."""
    services.checkpoints.put(7, b"first")
    services.checkpoints.put(7, b"second")
    assert [(name, content) for name, content in services.checkpoints.signed() if content in (b"first", b"second")] == [
        ("0000000007-2.p7m", b"second"), ("0000000007.p7m", b"first"),
    ]  # fmt: skip


def test_a_second_place_that_refuses_is_said(tmp_path, services, by):
    """A file where the folder should be: the act is in the trail, the refusal has its slug."""
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    broken = make_services(tmp_path / "other", FORMS_CHECKPOINTS=str(blocked))
    with pytest.raises(ArchiveError) as refused:
        take_checkpoint(replace(services, checkpoints=broken.checkpoints), by)
    assert refused.value.slug == "checkpoint-write-failed"


def test_openssl_opens_a_checkpoint(services):
    """An auditor needs none of our code to read one."""
    told = subprocess.run(
        ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", str(checkpoint_file(services))],
        capture_output=True, check=True,
    )  # fmt: skip
    assert parse_checkpoint(told.stdout).count == 4


@pytest.mark.parametrize(
    "content",
    [b"[]", b"nothing", b'{"count": 1}', b'{"at":"2026-01-01T00:00:00.000Z","count":1,"head":"x","v":"other"}'],
)
def test_what_is_no_checkpoint_is_refused(content):
    """Only the very bytes that a checkpoint writes are one."""
    with pytest.raises(ValueError, match=r"checkpoint|Expecting"):
        parse_checkpoint(content)


def test_a_message_of_nobody_is_refused(services):
    """Whatever bytes come, the refusal is ours."""
    with pytest.raises(SignedContentBrokenError):
        services.inspector.signed_content(b"\x30\x03abc")


def needs(services, by) -> list[str]:
    """Give what waits on the desk."""
    return [one.kind for one in what_needs_me(services, by)]


def test_a_checkpoint_that_was_not_kept_stands_on_the_desk_until_one_is(tmp_path, services, by, clock):
    """Since the first failure, through the next ones, until the second place takes one again."""
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    broken = replace(
        services, checkpoints=make_services(tmp_path / "other", FORMS_CHECKPOINTS=str(blocked)).checkpoints
    )
    first = services.clock.now()
    for _ in range(2):
        with pytest.raises(ArchiveError):
            take_checkpoint(broken, by)
        clock.move(hours=1)
    (need,) = what_needs_me(services, by)
    assert (need.kind, need.since) == ("checkpoint-owed", first)
    with services.database.read() as transaction:
        newest = transaction.ledger.audit_search(TrailSearch(limit=1))[0].entry
    assert (newest.act, newest.outcome, newest.facts) == (
        "checkpoint", "failed", {"reason": "checkpoint-write-failed"},
    )  # fmt: skip
    take_checkpoint(services, by)
    assert needs(services, by) == []
