"""What the book keeps of a record beside ``record.json`` itself: columns to filter by and keys to search by.

The fields that every form names alike (DOMAIN 2.1) are searched; a form without one of them has no such key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo

from forms_service.archive.folding import document_key, joined, name_keys
from forms_service.domain.evidence import canonical_json
from forms_service.domain.record import SEALED_FILE, Record, record_to_json

NAME_FIELDS = ("person_name_as_given", "other_names")
OFFICER_FIELDS = ("officer_name",)
BADGE_FIELDS = ("officer_badge",)
BIRTH_FIELD = "date_of_birth"


def utc_key(moment: datetime) -> str:
    """Write an instant so that the order of texts is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def record_row(record: Record, zone: tzinfo) -> dict[str, str]:
    """Give the record's row.

    Args:
        record: The record.
        zone: The agency's, in which the day of signing is told.
    """
    return {
        "record_id": record.record_id,
        "document_id": record.document_id,
        "signed_at": utc_key(record.signed_at),
        "signed_on": record.signed_at.astimezone(zone).date().isoformat(),
        "form": record.form,
        "state": str(record.state),
        "date_of_birth": _text(record.values, BIRTH_FIELD),
        "officer_id": record.officer_id,
        "contact_at": record.contact_at,
        "stored": canonical_json(record_to_json(record)).decode(),
    }


def record_keys(record: Record) -> set[tuple[str, str]]:
    """Give kind and key of everything the record is found by."""
    return {(kind, key) for kind, key in _keys(record) if key}


def _keys(record: Record) -> Iterator[tuple[str, str]]:
    for kind, fields in (("name", NAME_FIELDS), ("officer", OFFICER_FIELDS)):
        for field in fields:
            for key in name_keys(_text(record.values, field)):
                yield kind, key
    for field in BADGE_FIELDS:
        yield "badge", joined(_text(record.values, field))
    for number in (record.case_number, *record.old_case_numbers):
        yield "case", joined(number)
    yield "document", document_key(record.document_id)
    yield from (("card", document_key(_text(one.values, "card"))) for one in record.additions)
    for digest in record.stroke_digests:
        yield "stroke", digest
    for digest in (record.files.get(SEALED_FILE, ""), *record.earlier_files):
        yield "file", digest


def _text(values: Mapping[str, object], field: str) -> str:
    value = values.get(field)
    return value if isinstance(value, str) else ""
