"""A database that refuses writes: the act is not done, the log and everybody is told, until a write succeeds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from forms_service.archive.database import SqliteDatabase
from forms_service.errors import ArchiveError, DatabaseWriteError, NotFoundError
from forms_service.ports import AuditFacts, TrailSearch
from forms_service.workflow.accounts import NewAccount, add_account
from forms_service.workflow.audit_trail import check_trail
from forms_service.workflow.sign_in import sign_in, signed_in
from forms_service.workflow.trail import search_trail
from forms_service.workflow.watched import Trouble, WatchedDatabase
from tests.full_disk import FullDisk

PASSWORD = "a calm river at noon"  # noqa: S105  # a test's own


@pytest.fixture
def disk(services) -> FullDisk:
    """Give the disk under the database."""
    return FullDisk(services.database)


@pytest.fixture
def watched(services, clock) -> WatchedDatabase:
    """Watch the real database."""
    return WatchedDatabase(services.database, clock)


def write_until_refused(services, by) -> ArchiveError:
    """Write entries until one does not fit; give the refusal."""
    return until_refused(lambda: write_entry(services, by))


def until_refused(act: Callable[[], object]) -> ArchiveError:
    """Do something until it is refused; give the refusal."""
    for _ in range(10_000):
        try:
            act()
        except ArchiveError as error:
            return error
    pytest.fail("never refused")


def write_entry(services, by) -> None:
    """Write one entry."""
    with services.database.write() as transaction:
        what = AuditFacts(act="view", object_kind="record", object_id="x" * 50)
        transaction.ledger.audit(by, services.clock.now(), what)


def test_a_full_disk_is_remembered_and_logged(services, watched, disk, by, clock, caplog):
    """Since when and why, with one ERROR line for each refused write; the first moment stays."""
    services = replace(services, database=watched)
    disk.fill()
    with caplog.at_level(logging.ERROR):
        assert write_until_refused(services, by).facts == {"reason": "SQLITE_FULL"}
    since = clock.now()
    clock.move(minutes=5)
    write_until_refused(services, by)
    assert watched.trouble == Trouble(slug="database-write-failed", reason="SQLITE_FULL", since=since)
    assert "the database can not be written" in caplog.text


def test_no_audit_row_no_act(services, watched, disk, by):
    """What can not be written down is not given, and the trail holds whole."""
    services = replace(services, database=watched)
    disk.fill()
    write_until_refused(services, by)
    refused = until_refused(lambda: search_trail(services, by, TrailSearch()))
    assert refused.slug == "database-write-failed"
    disk.free()
    assert check_trail(services, by).holds


def test_a_write_that_succeeds_ends_it(services, watched, disk, by):
    """As soon as there is room again nothing stands any more."""
    services = replace(services, database=watched)
    disk.fill()
    write_until_refused(services, by)
    watched.look()
    assert watched.trouble is not None
    disk.free()
    watched.look()
    assert watched.trouble is None


def test_a_ping_finds_a_full_disk_before_somebody_needs_it(watched, disk):
    """Each ping writes more than fits into room that is left by chance."""
    watched.ping()
    disk.fill()
    for _ in range(2):
        with pytest.raises(DatabaseWriteError):
            watched.ping()
    disk.free()
    watched.ping()
    assert watched.trouble is None


def test_a_refusal_of_ours_is_no_trouble(watched):
    """An act that is not allowed says nothing about the disk."""
    with pytest.raises(NotFoundError), watched.write():
        raise NotFoundError(kind="x", name="y")
    assert watched.trouble is None
    with watched.read() as transaction:
        assert transaction.ledger.fact("write_probe") == ""


def test_a_folder_that_can_not_be_made_is_trouble(tmp_path, services, clock):
    """A file where the database's folder should be: said, with the reason, and nothing is made."""
    (tmp_path / "blocked").write_bytes(b"")
    watched = WatchedDatabase(SqliteDatabase(tmp_path / "blocked" / "x.sqlite3", zone=services.settings.zone), clock)
    watched.look()
    assert watched.trouble is not None
    assert (watched.trouble.slug, watched.trouble.reason) == ("database-write-failed", "EEXIST")


def test_a_session_goes_on_while_nothing_can_be_written(services, disk, clock, by):
    """Who is signed in can still read why nothing is done; the session only ends earlier."""
    wanted = NewAccount(name="dreyes", password=PASSWORD, full_name="Dana Reyes", roles=("officer",))
    add_account(services, by, wanted)
    _, token = sign_in(services, by, "dreyes", PASSWORD)
    disk.fill()
    write_until_refused(services, by)
    for _ in range(2):
        clock.move(minutes=14)
        assert signed_in(services, token) is not None
    disk.free()
