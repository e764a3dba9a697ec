"""The audit trail as a file: whole, harmless in a spreadsheet, and written down with its size."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import datetime

import pytest

from forms_service.archive.sqlite_file import connect
from forms_service.domain.evidence import FIRST_HASH, AuditEntry, sha256_hex, verify_chain
from forms_service.errors import TrailExportTooLargeError
from forms_service.ports import Actor, AuditFacts, TrailSearch
from forms_service.workflow.trail_export import COLUMNS, MOST_EXPORTED, TrailFormat, export_trail

ODD = Actor(id="account:1", roles=("clerk", "officer"), source="=cmd|' /C calc'!A0")


@pytest.fixture
def services(services):
    """Give a trail of three entries, one from a place with a strange name."""
    for number in range(3):
        with services.database.write() as transaction:
            what = AuditFacts(
                act="view", object_kind="record", object_id=f"r-{number}", facts={"what": "pdf", "bytes_out": 7}
            )  # fmt: skip
            transaction.ledger.audit(ODD, services.clock.now(), what)
    return services


def newest(services) -> AuditEntry:
    """Give the newest entry."""
    with services.database.read() as transaction:
        return transaction.ledger.audit_search(TrailSearch(limit=1))[0].entry


def test_json_holds_the_whole_chain(services, by):
    """Whoever has the file can follow the hashes without us."""
    rows = json.loads(export_trail(services, by, TrailSearch(), TrailFormat.JSON))
    entries = []
    for row in rows:
        stored = row.pop("hash")
        at = datetime.fromisoformat(row.pop("at"))
        entries.append((AuditEntry(**row | {"at": at, "roles": tuple(row["roles"])}), stored))
    assert len(entries) == 3
    assert verify_chain(entries) == ""
    assert entries[0][1] != FIRST_HASH


def test_csv_runs_nothing_in_a_spreadsheet(services, by):
    """A cell that would begin a formula is text; the rest is as it is."""
    table = list(csv.reader(io.StringIO(export_trail(services, by, TrailSearch(), TrailFormat.CSV).decode())))
    assert tuple(table[0]) == COLUMNS
    first = dict(zip(COLUMNS, table[1], strict=True))
    assert first["source"] == "'=cmd|' /C calc'!A0"
    assert (first["sequence"], first["at"], first["roles"]) == ("1", "2026-11-21T18:00:00.000Z", "clerk officer")
    assert (first["bytes_out"], first["facts"]) == ("7", '{"bytes_out": 7, "what": "pdf"}')
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)


@pytest.mark.parametrize("kind", list(TrailFormat))
def test_an_export_is_an_entry_with_its_size_and_digest(services, by, kind):
    """The entry is written before the bytes are given, and is not among them."""
    content = export_trail(services, by, TrailSearch(object_id="r-1"), kind)
    entry = newest(services)
    assert (entry.act, entry.object_kind, entry.outcome) == ("export_trail", "audit", "done")
    assert entry.facts == {
        "keys": "object_id", "entries": 1, "format": str(kind), "bytes_out": len(content),
        "sha256": sha256_hex(content),
    }  # fmt: skip


def test_nothing_that_matches_is_a_file_too(services, by):
    """An empty range gives an empty list and a table with its header alone."""
    none = TrailSearch(act="nothing")
    assert json.loads(export_trail(services, by, none, TrailFormat.JSON)) == []
    assert export_trail(services, by, none, TrailFormat.CSV).decode().strip() == ",".join(COLUMNS)


def test_too_much_is_refused(services, by):
    """More than what is made in memory at once asks for a shorter time, and nothing is given."""
    services.database.ping()
    with closing(connect(services.settings.database)) as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO audit "
            "SELECT i, at, actor, roles, source, act, object_kind, object_id, outcome, facts, hash FROM audit, n "
            "WHERE sequence = 1 ORDER BY i",
            (MOST_EXPORTED + 1,),
        )
    with pytest.raises(TrailExportTooLargeError):
        export_trail(services, by, TrailSearch(), TrailFormat.CSV)
    assert newest(services).act == "view"
