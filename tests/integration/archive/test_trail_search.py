"""The audit trail searched: each part filters, all given parts hold together, and pages go on by key."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from forms_service.archive.database import SqliteDatabase
from forms_service.domain.evidence import FIRST_HASH, chain_hash
from forms_service.ports import Actor, AuditFacts, TrailSearch
from tests.integration.archive.samples import AT

ZONE = ZoneInfo("America/Los_Angeles")
CLERK = Actor(id="account:1", roles=("clerk",), source="192.0.2.7")
SHELL = Actor(id="operator:root")
NEAR = Actor(id="operator;", source="x")  # sorts right after every operator


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the place of the database."""
    return tmp_path / "forms.sqlite3"


@pytest.fixture
def database(file: Path) -> SqliteDatabase:
    """Give a trail of six entries, an hour apart."""
    made = SqliteDatabase(file, zone=ZONE)
    entries = (
        (CLERK, AuditFacts(act="view", object_kind="record", object_id="r-1", facts={"what": "pdf"})),
        (CLERK, AuditFacts(act="find", object_kind="search", object_id="", facts={"shown": "r-1 r-2"})),
        (SHELL, AuditFacts(act="view", object_kind="record", object_id="r-2")),
        (NEAR, AuditFacts(act="view", object_kind="document", object_id="LEAD-1", outcome="refused")),
        (SHELL, AuditFacts(act="export", object_kind="archive", object_id="", facts={"note": "r-1"})),
        (CLERK, AuditFacts(act="sign_out", object_kind="account", object_id="account:1")),
    )
    for number, (by, what) in enumerate(entries):
        with made.write() as transaction:
            transaction.ledger.audit(by, AT + timedelta(hours=number), what)
    return made


def found(database: SqliteDatabase, **wanted: object) -> list[int]:
    """Give the sequences that a search finds."""
    with database.read() as transaction:
        rows = transaction.ledger.audit_search(TrailSearch(**wanted))  # type: ignore[arg-type]  # parts of a search
    return [row.entry.sequence for row in rows]


@pytest.mark.parametrize(
    ("wanted", "sequences"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"actor": "account:1"}, [6, 2, 1]),
        ({"actor": "account"}, []),
        ({"actor": "operator:"}, [5, 3]),
        ({"act": "view"}, [4, 3, 1]),
        ({"object_kind": "record"}, [3, 1]),
        ({"object_id": "r-1"}, [1]),
        ({"outcome": "refused"}, [4]),
        ({"source": "192.0.2.7"}, [6, 2, 1]),
        ({"about": ("r-1",)}, [2, 1]),
        ({"about": ("r-2", "LEAD-1")}, [4, 3, 2]),
        ({"about": ("r_1", "%")}, []),
        ({"from_at": AT + timedelta(hours=4)}, [6, 5]),
        ({"to_at": AT + timedelta(hours=2)}, [2, 1]),
        ({"after": 4}, [6, 5]),
        ({"before": 3}, [2, 1]),
        ({"actor": "account:1", "act": "view"}, [1]),
    ],
)
def test_each_part_filters(database: SqliteDatabase, wanted: Mapping[str, object], sequences: list[int]) -> None:
    """What is given must all hold; what is empty does not count."""
    assert found(database, **wanted) == sequences


def test_pages_go_on_by_key(database: SqliteDatabase) -> None:
    """The next page begins below the last row seen, also when entries came between."""
    assert found(database, limit=4) == [6, 5, 4, 3]
    with database.write() as transaction:
        transaction.ledger.audit(CLERK, AT, AuditFacts(act="view", object_kind="record", object_id="r-1"))
    assert found(database, limit=4, before=3) == [2, 1]


def test_a_row_is_the_entry_with_its_hash(database: SqliteDatabase) -> None:
    """What the search gives is what the chain covers."""
    with database.read() as transaction:
        first = transaction.ledger.audit_search(TrailSearch(before=2))[0]
    assert first.hash == chain_hash(first.entry, FIRST_HASH)
    assert (first.entry.roles, first.entry.facts) == (("clerk",), {"what": "pdf"})


def test_no_search_reads_the_whole_trail(database: SqliteDatabase, file: Path) -> None:
    """By actor, act and object an index finds the newest entries; nothing is sorted."""
    database.ping()
    query = "EXPLAIN QUERY PLAN SELECT * FROM audit WHERE {} = 'x' ORDER BY sequence DESC LIMIT 5"
    with closing(sqlite3.connect(file)) as connection:
        plans = [str(connection.execute(query.format(name)).fetchall()) for name in ("actor", "act", "object_id")]
    assert all("USING INDEX" in plan and "TEMP B-TREE" not in plan for plan in plans)
