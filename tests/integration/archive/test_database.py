"""The database file: how it is set, what it refuses, and what it never does."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from forms_service.archive.database import SqliteDatabase
from forms_service.archive.sqlite_file import connect
from forms_service.archive.tables import METADATA, SCHEMA_VERSION
from forms_service.domain.evidence import canonical_json
from forms_service.domain.record import record_to_json
from forms_service.domain.roles import Sight
from forms_service.errors import ArchiveError, DatabaseTooNewError, DatabaseUnreadableError, DatabaseWriteError
from forms_service.ports import Actor, AuditFacts, Database, Search
from tests.integration.archive.samples import ACCOUNT, AT, record

HERE = Path(__file__).parent
ZONE = ZoneInfo("America/Los_Angeles")
BY = Actor(id="operator:tester")
WHAT = AuditFacts(act="complete", object_kind="record", object_id="1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a place whose folder is not there yet."""
    return tmp_path / "var" / "forms.sqlite3"


@pytest.fixture
def database(file: Path) -> SqliteDatabase:
    """Give a database that is not there yet."""
    return SqliteDatabase(file, zone=ZONE)


def pragma(file: Path, name: str) -> object:
    """Ask a connection of the product."""
    with closing(connect(file)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_the_file_is_made_as_it_can_not_be_made_later(database: SqliteDatabase, file: Path) -> None:
    """Write-ahead log, full sync, overwriting of erased bytes and shrinking are on; the file is private."""
    port: Database = database
    port.ping()
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "auto_vacuum": 1,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }
    assert {name: pragma(file, name) for name in expected} == expected
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(connect(file)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = {row[1] for row in connection.execute("PRAGMA table_info(audit)")}
    assert tables == set(METADATA.tables)
    assert "act" in columns
    assert [one for one in file.parent.iterdir() if one.suffix == ".new"] == []


def test_a_transaction_holds_whole_or_not_at_all(database: SqliteDatabase) -> None:
    """An error in the block undoes book and ledger together."""

    class HaltError(Exception):
        pass

    def fail() -> None:
        with database.write() as transaction:
            transaction.book.put(record(1))
            transaction.ledger.audit(BY, AT, WHAT)
            raise HaltError

    with pytest.raises(HaltError):
        fail()
    with database.read() as transaction:
        assert list(transaction.book.records()) == []
        assert list(transaction.ledger.audit_entries()) == []


def test_an_error_of_somebody_else_is_not_blamed_on_the_database(database: SqliteDatabase) -> None:
    """An OSError inside the block comes out as it is."""
    with pytest.raises(PermissionError), database.write():
        raise PermissionError


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET act = 'view' WHERE sequence = 1",
        "DELETE FROM audit WHERE sequence = 2",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT * FROM audit WHERE sequence = 1",
        "INSERT INTO audit SELECT sequence + 5, at, actor, roles, source, act, object_kind, object_id, outcome, facts, hash FROM audit LIMIT 1",
    ],
)
def test_the_audit_trail_only_grows(database: SqliteDatabase, file: Path, statement: str) -> None:
    """The table itself refuses changes, removals, replacements and gaps."""
    for _ in range(2):
        with database.write() as transaction:
            transaction.ledger.audit(BY, AT, WHAT)
    with (
        closing(connect(file)) as connection,
        pytest.raises(sqlite3.IntegrityError, match=r"audit (only grows|has no gap)"),
    ):
        connection.execute(statement)
    with database.read() as transaction:
        assert [entry["sequence"] for entry in transaction.ledger.audit_entries()] == [1, 2]


@pytest.mark.parametrize("version", [1, 2])
def test_a_database_of_an_earlier_version_is_brought_up(database: SqliteDatabase, file: Path, version: int) -> None:
    """Accounts, records and trail go on, once and whole, and the tables are those of a new database."""
    database.ping()
    wanted = tables_of(file)
    old = file.with_name("old.sqlite3")
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((HERE / "databases" / "version_2.sql").read_text("utf-8"))
        stored = canonical_json(record_to_json(record(1, values={"contact_at": "2026-11-20T13:20"}))).decode()
        connection.execute(
            "INSERT INTO record VALUES ('r', 'LEAD-1', '2026', '2026', 'lead-agreement', 'archived', '', ?)", (stored,)
        )
        for column in ("last_active_at", "failed_at", "locked_at", "disabled_at", "ends_at") if version == 1 else ():
            connection.execute(f"ALTER TABLE account DROP COLUMN {column}")
        connection.execute("UPDATE schema_version SET version = ?", (version,))
        connection.commit()
    for _ in range(2):
        with SqliteDatabase(old, zone=ZONE).read() as transaction:
            assert transaction.ledger.accounts() == [replace(ACCOUNT, roles=FORMER_ROLES)]
            assert len(list(transaction.ledger.audit_entries())) == 1
            recent = Sight(contact_since="2026-11-20T13:20")
            assert len(transaction.book.search(Search(), recent)) == 1
            assert transaction.book.search(Search(), replace(recent, contact_since="2026-11-20T13:21")) == []
    assert tables_of(old) == wanted


FORMER_ROLES = ("officer", "supervisor", "administrator")


def tables_of(file: Path) -> list[tuple[str, str]]:
    """Give each table's columns, and each index that has a name of its own."""
    with closing(connect(file)) as connection:
        columns = [
            (name, column[1])
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for column in connection.execute(f"PRAGMA table_info({name})").fetchall()
        ]
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        return sorted([*columns, *connection.execute(query).fetchall()])


def test_a_newer_schema_is_refused(database: SqliteDatabase, file: Path) -> None:
    """A database that a newer version wrote is neither read nor written."""
    database.ping()
    with closing(connect(file)) as connection:
        connection.execute("UPDATE schema_version SET version = ?", (SCHEMA_VERSION + 1,))
    with pytest.raises(DatabaseTooNewError), SqliteDatabase(file, zone=ZONE).write():
        pytest.fail("opened")


@pytest.mark.parametrize("content", [b"x" * 8192, b"SQLite format 3\x00" + b"\xff" * 8192])
def test_rubbish_is_no_database(database: SqliteDatabase, file: Path, content: bytes) -> None:
    """A file that is no database is said to be unreadable, and is left as it is."""
    file.parent.mkdir()
    file.write_bytes(content)
    for use in (database.read, database.write):
        with pytest.raises(DatabaseUnreadableError), use():
            pytest.fail("opened")
    assert file.read_bytes() == content


def test_another_programs_database_is_refused(database: SqliteDatabase, file: Path) -> None:
    """A database without our tables is not filled with them."""
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE holiday (day TEXT)")
    with pytest.raises(ArchiveError), database.write():
        pytest.fail("opened")


def test_a_damaged_page_is_an_answer_not_a_traceback(database: SqliteDatabase, file: Path) -> None:
    """Bytes that went bad inside the file are reported as unreadable."""
    with database.write() as transaction:
        for number in range(1, 60):
            transaction.book.put(record(number))
    with closing(connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(DatabaseUnreadableError), SqliteDatabase(file, zone=ZONE).read() as transaction:
        list(transaction.book.records())


def test_a_full_disk_undoes_the_whole_transaction(database: SqliteDatabase, file: Path) -> None:
    """When the file can not grow the answer is a refusal, what was there stays, and nothing of the act holds."""
    with database.write() as transaction:
        transaction.book.put(record(1))
    child = os.fork()
    if not child:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, file.stat().st_size))
        status = 1
        try:
            with SqliteDatabase(file, zone=ZONE).write() as transaction:
                for number in range(2, 400):
                    transaction.book.put(record(number))
        except DatabaseWriteError:
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with database.write() as transaction:
        assert [one.record_id for one in transaction.book.records()] == [record(1).record_id]
        transaction.book.put(record(2))


def test_refusals_name_no_person(database: SqliteDatabase, file: Path) -> None:
    """Neither the refusal nor its cause holds what was being written."""
    made = record(1, "Zebulon Quillfeather")
    with database.write() as transaction:
        transaction.book.put(made)
    with closing(connect(file)) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(DatabaseWriteError) as refused, database.write() as transaction:
        transaction.book.put(made)
    assert "Quillfeather" not in f"{refused.value} {refused.value.__cause__}"


def test_many_first_openers_make_one_database(file: Path) -> None:
    """Several threads that find no database end with the same one."""
    failures: list[BaseException] = []

    def first() -> None:
        try:
            with SqliteDatabase(file, zone=ZONE).write() as transaction:
                transaction.ledger.audit(BY, AT, WHAT)
        except BaseException as error:  # noqa: BLE001 - the thread's failure is told below
            failures.append(error)

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with SqliteDatabase(file, zone=ZONE).read() as transaction:
        assert len(list(transaction.ledger.audit_entries())) == 8


def test_a_forked_worker_opens_its_own_connections(database: SqliteDatabase) -> None:
    """A database object used before a fork works in the child and in the parent."""
    with database.write() as transaction:
        transaction.ledger.count("r", "2026-11")
    child = os.fork()
    if not child:
        status = 1
        try:
            with database.write() as transaction:
                transaction.ledger.count("r", "2026-11")
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with database.write() as transaction:
        transaction.ledger.count("r", "2026-11")
        assert transaction.ledger.counts() == [("r", "2026-11", 3)]
