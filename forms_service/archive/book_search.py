"""Turn what a clerk looks for into one query over the book's keys.

Nothing a clerk types reaches the query as a pattern: words are folded to letters and digits first.
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, tuple_

from forms_service.archive.folding import LEAST_FRAGMENT, document_key, joined, parts_of
from forms_service.archive.tables import record, record_key
from forms_service.domain.record import RecordState
from forms_service.domain.roles import Sight
from forms_service.ports import Search

MOST_ROWS = 500
_LAST_CHARACTER = "\U0010ffff"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_YEAR = re.compile(r"[0-9]{4}")


def search_query(wanted: Search, sight: Sight, last_seen: tuple[str, str] | None) -> Select[str]:
    """Give the query for the stored records that match, newest signature first.

    Args:
        wanted: What is looked for.
        sight: Which records exist for whoever looks.
        last_seen: ``signed_at`` and document id of the last row seen, to go on after it.
    """
    newest_first = tuple_(record.c.signed_at, record.c.document_id)
    conditions = [
        in_sight(sight),
        _words(wanted.words),
        _officer(wanted.officer),
        _born(wanted.date_of_birth),
        _filters(wanted),
        newest_first < tuple_(*last_seen) if last_seen else true(),
    ]
    order = (record.c.signed_at.desc(), record.c.document_id.desc())
    return select(record.c.stored).where(*conditions).order_by(*order).limit(max(1, min(wanted.limit, MOST_ROWS)))


def in_sight(sight: Sight) -> ColumnElement[bool]:
    """Give the condition that ``Sight.shows`` is, for the database."""
    parts = [
        true() if sight.everything else false(),
        record.c.officer_id == sight.own if sight.own else false(),
        record.c.contact_at >= sight.contact_since if sight.contact_since else false(),
    ]
    return and_(or_(*parts), true() if sight.closed else record.c.state != str(RecordState.CLOSED))


def _filters(wanted: Search) -> ColumnElement[bool]:
    first, last = wanted.signed_from, wanted.signed_to
    return and_(
        record.c.form == wanted.form if wanted.form else true(),
        record.c.state == wanted.state if wanted.state else true(),
        record.c.signed_on >= first.isoformat() if first else true(),
        record.c.signed_on <= last.isoformat() if last else true(),
    )


def _born(date_of_birth: str) -> ColumnElement[bool]:
    text = date_of_birth.strip()
    if _YEAR.fullmatch(text):
        return record.c.date_of_birth.between(f"{text}-01-01", f"{text}-12-31")
    return record.c.date_of_birth == text if text else true()


def _words(words: str) -> ColumnElement[bool]:
    """Each word matches the start of a name's word or a fragment of a number, or all together are one fragment."""
    found = [word for word in words.split() if joined(word)]
    if not found:
        return false() if words.strip() else true()
    each = and_(*(or_(_starts_a_name("name", word), _fragment(word)) for word in found))
    return or_(each, _fragment(words)) if len(found) > 1 else each


def _officer(officer: str) -> ColumnElement[bool]:
    found = [word for word in officer.split() if joined(word)]
    if not found:
        return false() if officer.strip() else true()
    return and_(*(or_(_starts_a_name("officer", word), _has_key("badge", joined(word))) for word in found))


def _starts_a_name(kind: str, word: str) -> ColumnElement[bool]:
    """``o'brien`` starts a name written together, or each of its parts starts one."""
    parts = parts_of(word)
    together = _has_start(kind, "".join(parts))
    return or_(together, and_(*(_has_start(kind, part) for part in parts))) if len(parts) > 1 else together


def _has_start(kind: str, start: str) -> ColumnElement[bool]:
    keys = record_key.c.key >= start, record_key.c.key < start + _LAST_CHARACTER
    return _in_keys(record_key.c.kind == kind, *keys)


def _has_key(kind: str, key: str) -> ColumnElement[bool]:
    return _in_keys(record_key.c.kind == kind, record_key.c.key == key)


def _fragment(text: str) -> ColumnElement[bool]:
    if len(joined(text)) < LEAST_FRAGMENT:
        return false()
    if _SHA256.fullmatch(text.strip().lower()):
        return _has_key("file", text.strip().lower())
    case = and_(record_key.c.kind == "case", record_key.c.key.contains(joined(text), autoescape=True))
    numbered = record_key.c.kind.in_(("document", "card"))
    document = and_(numbered, record_key.c.key.contains(document_key(text), autoescape=True))
    return or_(_in_keys(case), _in_keys(document))


def _in_keys(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return record.c.record_id.in_(select(record_key.c.record_id).where(*conditions))
