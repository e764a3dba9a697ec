"""Brings a database of an earlier version up to this one's tables, in one transaction, at the first opening.

A step is written once and never changed afterwards: somewhere a database has taken it already.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from forms_service.archive.sqlite_file import connect
from forms_service.archive.tables import SCHEMA_VERSION

STEPS: Mapping[int, Sequence[str]] = {
    2: (
        "ALTER TABLE account ADD COLUMN last_active_at TEXT NOT NULL DEFAULT ''",
        "UPDATE account SET last_active_at = created_at",
        "ALTER TABLE account ADD COLUMN failed_at TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE account ADD COLUMN locked_at TEXT",
        "ALTER TABLE account ADD COLUMN disabled_at TEXT",
        "ALTER TABLE account ADD COLUMN ends_at TEXT",
    ),
    3: (
        "ALTER TABLE account ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0",
        "DELETE FROM session",  # nobody proved a second factor yet
        "ALTER TABLE session ADD COLUMN id TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE session ADD COLUMN method TEXT NOT NULL DEFAULT 'password'",
        "ALTER TABLE session ADD COLUMN source TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE session ADD COLUMN proved_at TEXT",
        "ALTER TABLE session ADD COLUMN complete INTEGER NOT NULL DEFAULT 1",
        "CREATE TABLE factor (id VARCHAR NOT NULL PRIMARY KEY, "
        "account_id VARCHAR NOT NULL REFERENCES account (id) ON DELETE CASCADE, kind TEXT NOT NULL, "
        "label TEXT NOT NULL, content TEXT NOT NULL, created_at TEXT NOT NULL, last_used_at TEXT, used_at TEXT)",
        "CREATE INDEX ix_factor_account_id ON factor (account_id)",
        "CREATE TABLE challenge (id VARCHAR NOT NULL PRIMARY KEY, purpose TEXT NOT NULL, account_id TEXT NOT NULL, "
        "content TEXT NOT NULL, ends_at VARCHAR NOT NULL)",
    ),
    4: (
        "CREATE INDEX audit_by_actor ON audit (actor, sequence)",
        "CREATE INDEX audit_by_act ON audit (act, sequence)",
        "CREATE INDEX audit_by_object ON audit (object_id, sequence)",
        "CREATE INDEX audit_by_kind ON audit (object_kind, sequence)",
        "CREATE INDEX audit_by_time ON audit (at)",
    ),
    5: (
        "ALTER TABLE record ADD COLUMN officer_id VARCHAR NOT NULL DEFAULT ''",
        "ALTER TABLE record ADD COLUMN contact_at VARCHAR NOT NULL DEFAULT ''",
        "UPDATE record SET contact_at = coalesce(json_extract(stored, '$.values.contact_at'), '')",
        "CREATE INDEX record_of_officer ON record (officer_id, signed_at)",
        "CREATE INDEX record_contact ON record (contact_at)",
        # Until now every account could do everything, and only practice installations are there: they go on so.
        'UPDATE account SET roles = \'["officer", "supervisor", "administrator"]\' WHERE roles = \'[]\'',
    ),
    6: (
        "CREATE TABLE sign_on (issuer VARCHAR NOT NULL, subject VARCHAR NOT NULL, "
        "account_id VARCHAR NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE, PRIMARY KEY (issuer, subject))",
    ),
    7: (
        "CREATE TABLE device (id VARCHAR NOT NULL PRIMARY KEY, public_key TEXT NOT NULL, "
        "thumbprint VARCHAR NOT NULL UNIQUE, label VARCHAR NOT NULL, enrolled_at TEXT NOT NULL, "
        "enrolled_by TEXT NOT NULL, app_version TEXT NOT NULL, last_seen_at TEXT NOT NULL, unsent INTEGER NOT NULL, "
        "told_counter INTEGER NOT NULL, missing INTEGER NOT NULL, chain_faults INTEGER NOT NULL, revoked_at TEXT, "
        "revoked_by TEXT NOT NULL, revoke_reason TEXT NOT NULL)",
        "CREATE INDEX device_by_label ON device (label, id)",
        "CREATE TABLE envelope (digest VARCHAR NOT NULL PRIMARY KEY, envelope_id VARCHAR NOT NULL, "
        "device_id VARCHAR NOT NULL, counter INTEGER NOT NULL, previous TEXT NOT NULL, kind TEXT NOT NULL, "
        "document_id VARCHAR NOT NULL, signed TEXT NOT NULL, received_at VARCHAR NOT NULL, state VARCHAR NOT NULL, "
        "reason TEXT NOT NULL, detail TEXT NOT NULL, record_id TEXT NOT NULL, receipt TEXT NOT NULL, "
        "author TEXT NOT NULL, settled_at TEXT, settled_by TEXT NOT NULL)",
        "CREATE INDEX envelope_by_id ON envelope (envelope_id, received_at)",
        "CREATE INDEX envelope_of_device ON envelope (device_id, counter)",
        "CREATE INDEX envelope_of_document ON envelope (document_id, received_at)",
        "CREATE INDEX envelope_by_state ON envelope (state, received_at)",
    ),
    8: (
        "CREATE TABLE copy_link (token_sha256 VARCHAR NOT NULL PRIMARY KEY, record_id VARCHAR NOT NULL, "
        "ciphertext TEXT NOT NULL, made_at VARCHAR NOT NULL, ends_at TEXT NOT NULL, fetches_left INTEGER NOT NULL, "
        "fetched INTEGER NOT NULL, ended_at TEXT, ended_why TEXT NOT NULL)",
        "CREATE INDEX ix_copy_link_record_id ON copy_link (record_id)",
        "CREATE TABLE pocket_card (card VARCHAR NOT NULL PRIMARY KEY, record_id VARCHAR NOT NULL)",
    ),
}


def migrate(file: Path) -> None:
    """Take every step that a database lacks; all of them or none. A newer database is left as it is.

    Raises:
        sqlite3.Error: It can not be read or written, or names no schema.
    """
    with closing(connect(file)) as connection:
        if _version(connection) >= SCHEMA_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        found = _version(connection)  # another process may have been first
        for version in range(found + 1, SCHEMA_VERSION + 1):
            for statement in STEPS[version]:
                connection.execute(statement)
        connection.execute("UPDATE schema_version SET version = ?", (SCHEMA_VERSION,))
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT version FROM schema_version").fetchone()
    # Without a number nothing is known of the tables: whoever opens the database refuses it.
    return int(row[0]) if row and row[0] else SCHEMA_VERSION
