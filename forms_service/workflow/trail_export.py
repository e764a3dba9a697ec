"""Take a range of the audit trail out as a file; that it was taken, and how much, is written down before a byte leaves.

* Oldest first, every entry with its hash, so that whoever has the whole trail can follow the chain.
* CSV cells are text: what a spreadsheet would run as a formula gets an apostrophe in front. JSON is exact.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from forms_service.domain.evidence import sha256_hex, utc_text
from forms_service.domain.trail import harmless_cell
from forms_service.errors import TrailExportTooLargeError
from forms_service.ports import Actor, AuditFacts, AuditRow, Services, TrailSearch
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.trail import resolved, used_keys, walk_trail

MOST_EXPORTED = 50_000  # about 25 MB, made in memory
COLUMNS = (
    "sequence", "at", "actor", "roles", "source", "act", "object_kind", "object_id", "outcome", "bytes_out", "facts",
    "hash",
)  # fmt: skip


class TrailFormat(StrEnum):
    """How the file is written."""

    CSV = "csv"
    JSON = "json"


def export_trail(services: Services, by: Actor, wanted: TrailSearch, kind: TrailFormat) -> bytes:
    """Give every entry that matches as one file.

    Raises:
        TrailExportTooLargeError: More match than are given at once; a narrower range is asked for.
    """
    permit(by, Act.EXPORT_TRAIL)
    with services.database.read() as transaction:
        rows = list(walk_trail(transaction, replace(resolved(transaction, by, wanted), limit=MOST_EXPORTED + 1)))
    if len(rows) > MOST_EXPORTED:
        raise TrailExportTooLargeError(most=MOST_EXPORTED)
    content = (_csv if kind is TrailFormat.CSV else _json)(rows[::-1])
    facts: dict[str, str | int] = {
        "keys": used_keys(wanted), "entries": len(rows), "format": str(kind), "bytes_out": len(content),
        "sha256": sha256_hex(content),
    }  # fmt: skip
    with services.database.write() as transaction:
        what = AuditFacts(act=Act.EXPORT_TRAIL, object_kind="audit", object_id="", facts=facts)
        transaction.ledger.audit(by, services.clock.now(), what)
    return content


def as_data(row: AuditRow) -> dict[str, object]:
    """Give an entry as JSON-ready data."""
    entry = row.entry
    return {
        "sequence": entry.sequence,
        "at": utc_text(entry.at),
        "actor": entry.actor,
        "roles": list(entry.roles),
        "source": entry.source,
        "act": entry.act,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "outcome": entry.outcome,
        "facts": dict(entry.facts),
        "hash": row.hash,
    }


def _json(rows: Sequence[AuditRow]) -> bytes:
    lines = ",\n".join(json.dumps(as_data(row), ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _csv(rows: Sequence[AuditRow]) -> bytes:
    """Write RFC 4180 with a header; facts are JSON in one cell."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for row in rows:
        told = as_data(row) | {
            "roles": " ".join(row.entry.roles),
            "bytes_out": row.entry.facts.get("bytes_out", ""),
            "facts": json.dumps(dict(row.entry.facts), ensure_ascii=False, sort_keys=True),
        }
        table.writerow([harmless_cell(str(told[name])) for name in COLUMNS])
    return written.getvalue().encode()
