"""The database behind the Database port: SQLite in a file, book and ledger inside one transaction.

* Writers take turns (BEGIN IMMEDIATE); readers see one state from their first query on.
* What a writing transaction did holds when the block has ended, and not at all when it raised.
* Many processes may use one file; each opens its own connections, also after a fork.

Example::

    database = SqliteDatabase(Path("var/forms.sqlite3"), zone=ZoneInfo("America/Los_Angeles"))
    with database.write() as transaction:
        transaction.book.put(record)
        transaction.ledger.audit(by, now, AuditFacts(act="complete", object_kind="record", object_id=record.record_id))
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from forms_service.archive.book import TableBook
from forms_service.archive.ledger import TableLedger
from forms_service.archive.migrations import migrate
from forms_service.archive.sqlite_file import connect, make_database
from forms_service.archive.tables import SCHEMA_VERSION, schema_version
from forms_service.errors import ArchiveError, DatabaseTooNewError, DatabaseUnreadableError, DatabaseWriteError
from forms_service.ports import Transaction

_BEGIN = "forms_begin"
_UNREADABLE = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_CANTOPEN", "SQLITE_FORMAT"})


class SqliteDatabase:
    """Book and ledger in one SQLite file, made at first use."""

    def __init__(self, file: Path, *, zone: tzinfo) -> None:
        self._file = file.absolute()
        self._zone = zone
        self._engines: dict[int, Engine] = {}
        self._opening = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a writing transaction; commit at the end, roll back on any error.

        Raises:
            DatabaseWriteError: The database refused: full, failing, locked for too long.
            DatabaseUnreadableError: It is no database, or a damaged one.
            DatabaseTooNewError: A newer version of this service wrote it.
        """
        with _failures(DatabaseWriteError), self._transaction("BEGIN IMMEDIATE") as transaction:
            yield transaction

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a reading transaction.

        Raises:
            DatabaseUnreadableError, DatabaseTooNewError: As for ``write``.
        """
        with _failures(DatabaseUnreadableError), self._transaction("BEGIN") as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        with self._engine().connect() as connection:
            connection.execution_options(**{_BEGIN: begin})
            with connection.begin():
                yield Transaction(book=TableBook(connection, zone=self._zone), ledger=TableLedger(connection))

    def ping(self) -> None:
        """Raise ArchiveError when the database does not answer."""
        with self.read() as transaction:
            transaction.ledger.has_accounts()

    def _engine(self) -> Engine:
        """Give this process's engine; connections of a parent process must not be used after a fork."""
        process = os.getpid()
        with self._opening:
            if process not in self._engines:
                self._engines[process] = self._opened()
            return self._engines[process]

    def _opened(self) -> Engine:
        try:
            make_database(self._file)
            migrate(self._file)
        except OSError as error:
            raise DatabaseWriteError(reason=errno.errorcode.get(error.errno or 0, type(error).__name__)) from error
        except sqlite3.Error as error:
            raise _as_ours(error, DatabaseWriteError) from error
        engine = _new_engine(self._file)
        _check_schema(engine)
        return engine


def _new_engine(file: Path) -> Engine:
    engine = create_engine(
        "sqlite://", creator=lambda: connect(file), poolclass=QueuePool, pool_timeout=30, max_overflow=50,
        hide_parameters=True,
    )  # fmt: skip

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def _check_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        found = connection.execute(select(schema_version.c.version)).scalar()
    if found is None or found < 1:
        raise DatabaseUnreadableError(reason="it names no schema")
    if found > SCHEMA_VERSION:
        raise DatabaseTooNewError(got=found, expected=SCHEMA_VERSION)


@contextmanager
def _failures(kind: type[DatabaseWriteError | DatabaseUnreadableError]) -> Iterator[None]:
    """Turn what the database refuses into the archive's own errors; never with what was being written."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _as_ours(error.orig if isinstance(error, DBAPIError) else error, kind) from error


def _as_ours(error: BaseException | None, kind: type[ArchiveError]) -> ArchiveError:
    reason = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if any(reason.startswith(name) for name in _UNREADABLE):
        return DatabaseUnreadableError(reason=reason)
    return kind(reason=reason)
