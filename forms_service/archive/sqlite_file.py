"""The SQLite file: how it is made, and how each connection to it is set.

* ``auto_vacuum`` and ``secure_delete`` are there from the first page on; they can not be had later.
* A new database is made whole beside its place and linked in at once: nobody ever sees half a schema.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import create_engine, insert
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from forms_service.archive.tables import METADATA, SCHEMA_VERSION, schema_version

BUSY_TIMEOUT_MS = 30_000  # a writer waits this long for its turn; a turn takes milliseconds

_EACH_CONNECTION = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # without it REPLACE would delete an audit entry past its trigger
    "PRAGMA trusted_schema = OFF",
)


def connect(file: Path) -> sqlite3.Connection:
    """Open the database; transactions are begun and ended by whoever uses the connection.

    Raises:
        sqlite3.Error: It can not be opened.
    """
    connection = sqlite3.connect(file.as_uri() + "?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    for pragma in _EACH_CONNECTION:
        connection.execute(pragma)
    return connection


def make_database(file: Path) -> None:
    """Make the database if there is none.

    Raises:
        OSError, sqlite3.Error: The disk refused.
    """
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{uuid.uuid4().hex}.new")
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        _fill(draft)
        with suppress(FileExistsError):  # another process was first
            os.link(draft, file)
        _sync_folder(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def _fill(draft: Path) -> None:
    with closing(connect(draft)) as connection:
        connection.execute("PRAGMA auto_vacuum = FULL")  # before the first page
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=NullPool)
        _make_schema(engine, connection)
    # Only now: closing a WAL database swallows a failed checkpoint, and the schema would stay behind in the log.
    with closing(connect(draft)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # kept in the file
    with draft.open("rb") as made:
        os.fsync(made.fileno())


def _make_schema(engine: Engine, connection: sqlite3.Connection) -> None:
    with engine.connect() as made:
        connection.execute("BEGIN IMMEDIATE")  # after SQLAlchemy's own first look, which ends in a rollback
        METADATA.create_all(made)
        made.execute(insert(schema_version), {"version": SCHEMA_VERSION})
        connection.execute("COMMIT")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unreadable_reason(file: Path) -> str:
    """Say why a database can not be read; empty when it can. Opens it for reading only, and brings nothing up."""
    try:
        with closing(sqlite3.connect(file.as_uri() + "?mode=ro", uri=True)) as connection:
            connection.execute("SELECT version FROM schema_version").fetchone()
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorname", "") or type(error).__name__
    return ""


def is_up_to_date(file: Path) -> bool:
    """Say whether a database can be read and has this version's tables; opens it for reading only."""
    if unreadable_reason(file):
        return False
    with closing(sqlite3.connect(file.as_uri() + "?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT version FROM schema_version").fetchone() == (SCHEMA_VERSION,))
