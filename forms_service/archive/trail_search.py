"""Search the audit trail by what its indexes hold, page by page, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, Select, or_, select

from forms_service.archive.tables import audit
from forms_service.domain.evidence import AuditEntry, utc_text
from forms_service.ports import AuditRow, TrailSearch

SEARCHES = "search"


def trail_query(wanted: TrailSearch) -> Select[tuple[object, ...]]:
    """Give the query of a search of the trail."""
    query = select(audit).where(*_conditions(wanted), *_bounds(wanted))
    return query.order_by(audit.c.sequence.desc()).limit(wanted.limit)


def _conditions(wanted: TrailSearch) -> Iterator[ColumnElement[bool]]:
    for name in ("act", "object_kind", "object_id", "outcome", "source"):
        value = getattr(wanted, name)
        if value:
            yield audit.c[name] == value
    if wanted.actor.endswith(":"):
        yield audit.c.actor > wanted.actor
        yield audit.c.actor < f"{wanted.actor[:-1]};"  # the character after the colon
    elif wanted.actor:
        yield audit.c.actor == wanted.actor
    if wanted.about:
        yield _is_about(wanted.about)


def _is_about(ids: tuple[str, ...]) -> ColumnElement[bool]:
    shown = [audit.c.facts.contains(one, autoescape=True) for one in ids]
    return or_(audit.c.object_id.in_(ids), (audit.c.object_kind == SEARCHES) & or_(*shown))


def _bounds(wanted: TrailSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.from_at is not None:
        yield audit.c.at >= utc_text(wanted.from_at)
    if wanted.to_at is not None:
        yield audit.c.at < utc_text(wanted.to_at)
    if wanted.after:
        yield audit.c.sequence > wanted.after
    if wanted.before:
        yield audit.c.sequence < wanted.before


def audit_row(row: RowMapping) -> AuditRow:
    """Give a row of the table as an entry with its hash."""
    facts = {
        **row,
        "at": datetime.fromisoformat(row["at"]),
        "roles": tuple(json.loads(row["roles"])),
        "facts": json.loads(row["facts"]),
    }
    stored = facts.pop("hash")
    return AuditRow(entry=AuditEntry(**facts), hash=stored)
