"""A record: one document id, one paper, its versions and its later acts.

* ``record_id`` (UUIDv4) is made at first archiving and stored; it is never derived.
* A correction keeps the document id and raises the version; a superseding agreement has its own.
* What ``record.json`` holds is enough to rebuild the book: the two functions at the end are its only shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from forms_service.domain.addition import Addition, addition_from_json, addition_to_json

SEALED_FILE = "agreement.pdf"  # logical name of the stamped, sealed PDF among a record's files


class RecordState(StrEnum):
    """Where an archived record stands (DOMAIN 3.4); later issues add their own moves."""

    ARCHIVED = "archived"
    SUPERSEDED = "superseded"
    VOID = "void"
    CLOSED = "closed"


class SealLevel(StrEnum):
    """How much the seal proves by itself (ETSI EN 319 142-1)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    def reaches(self, wanted: SealLevel) -> bool:
        """Say whether this level is at least another one."""
        return _LEVELS.index(self) >= _LEVELS.index(wanted)

    def or_higher(self, other: SealLevel) -> SealLevel:
        """Give the higher of two levels."""
        return self if self.reaches(other) else other


_LEVELS = tuple(SealLevel)


class Mode(StrEnum):
    """How the paper was signed."""

    TABLET = "tablet"
    PAPER_PREFILLED = "paper_prefilled"
    PAPER_BLANK = "paper_blank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The current version of an archived record, as the book and ``record.json`` know it.

    Attributes:
        version: Of the record, from 1.
        values: Checked values of stages ``before`` and ``archive`` that are not internal, JSON-ready.
        input_digest: Judges sameness of what was sent (DESIGN 6.3).
        files: Logical name to SHA-256 (hex) of the plain bytes, for every file of this version.
        seal_wanted: The level asked for; when higher than ``seal_level`` the record is owed a lift.
        signed_at: When the person's pen came down, aware.
        old_case_numbers: Earlier case numbers, which still find the record.
        stroke_digests: Digests of its stroke sets; one seen in any other record is refused.
        officer_id: Actor id of who completed it; empty in records of the first versions.
        stamp_ends_at: When the certificate of its newest archive time stamp ends; None below B-LTA.
        earlier_files: SHA-256 (hex) of every sealed file before this one, oldest first, so that a copy is found by it.
        additions: What was told after signing, in the order it was taken.
    """

    record_id: str
    document_id: str
    contact_id: str
    version: int
    state: RecordState
    practice: bool
    form: str
    form_code: str
    form_version: int
    form_digest: str
    language: str
    mode: Mode
    manner: str
    values: Mapping[str, object]
    case_number: str
    old_case_numbers: tuple[str, ...] = ()
    presented_digest: str
    input_digest: str
    stroke_digests: tuple[str, ...]
    signed_at: datetime
    sealed_at: datetime
    archived_at: datetime
    seal_level: SealLevel
    seal_wanted: SealLevel
    retention_class: str
    files: Mapping[str, str]
    officer_id: str = ""
    stamp_ends_at: datetime | None = None
    earlier_files: tuple[str, ...] = ()
    additions: tuple[Addition, ...] = ()

    def after(self, earlier: str) -> Record:
        """Give the record whose sealed file comes after another one, by its SHA-256 (hex); that one still finds it."""
        return replace(self, earlier_files=(*self.earlier_files, earlier))

    @property
    def is_owed_a_lift(self) -> bool:
        """Say whether the seal has not reached the level that was wanted."""
        return not self.seal_level.reaches(self.seal_wanted)

    @property
    def contact_at(self) -> str:
        """Give the local time of the contact (``YYYY-MM-DDTHH:MM``), empty where the form does not ask for it."""
        value = self.values.get("contact_at")
        return value if isinstance(value, str) else ""

    def with_case_number(self, case_number: str) -> Record:
        """Give the record under another case number; the old one still finds it."""
        old = (*self.old_case_numbers, self.case_number) if self.case_number else self.old_case_numbers
        return replace(self, case_number=case_number, old_case_numbers=old)


_TIMES = ("signed_at", "sealed_at", "archived_at")
_LATER = ("officer_id", "stamp_ends_at", "earlier_files", "additions")  # not in records of the first versions


def record_to_json(record: Record) -> dict[str, object]:
    """Give the content of ``record.json``: every attribute, times as ISO 8601 with offset."""
    plain: dict[str, object] = {name: getattr(record, name) for name in Record.__slots__}
    for name in _TIMES:
        plain[name] = getattr(record, name).isoformat()
    for name in ("old_case_numbers", "stroke_digests", "earlier_files"):
        plain[name] = list(getattr(record, name))
    plain["additions"] = [addition_to_json(one) for one in record.additions]
    plain["stamp_ends_at"] = record.stamp_ends_at.isoformat() if record.stamp_ends_at else None
    return {"v": "record/1", **{name: _plain(value) for name, value in plain.items()}}


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return str(value)
    return dict(value) if isinstance(value, Mapping) else value


def record_from_json(stored: Mapping[str, object]) -> Record:
    """Read ``record.json`` back.

    Raises:
        KeyError, ValueError, TypeError: When it is not what ``record_to_json`` wrote; the archive
            floor turns these into its own error with the object's id.
    """
    facts = {name: stored[name] for name in Record.__slots__ if name not in _LATER}
    facts["officer_id"] = str(stored.get("officer_id", ""))
    ends = stored.get("stamp_ends_at")
    facts["stamp_ends_at"] = datetime.fromisoformat(str(ends)) if ends else None
    facts["earlier_files"] = stored.get("earlier_files", [])
    facts["additions"] = tuple(addition_from_json(one) for one in _items(stored.get("additions", [])))
    for name in _TIMES:
        facts[name] = datetime.fromisoformat(str(facts[name]))
    for name in ("old_case_numbers", "stroke_digests", "earlier_files"):
        facts[name] = tuple(_texts(facts[name]))
    kinds = {"state": RecordState, "mode": Mode, "seal_level": SealLevel, "seal_wanted": SealLevel}
    for name, kind in kinds.items():
        facts[name] = kind(str(facts[name]))
    return Record(**facts)  # type: ignore[arg-type]  # the dataclass names every fact; types were set above


def _texts(value: object) -> list[str]:
    return [str(one) for one in _items(value)]


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return value
