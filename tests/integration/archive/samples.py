"""Synthetic objects and records for the archive's tests."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forms_service.archive.disk import Disk
from forms_service.archive.folder_store import FolderArchive
from forms_service.domain.record import Mode, Record, RecordState, SealLevel
from forms_service.ports import Account, Receipt

AT = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
ACCOUNT = Account(
    id="1", name="ruiz", full_name="Sam Ruiz", badge="417", phone="503 555 0100", password_hash="h",  # noqa: S106 - no secret
    roles=("officer",), created_at=AT, last_active_at=AT,
)  # fmt: skip
OBJECT_ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
OTHER_ID = "urn:uuid:00000000-0000-4000-8000-000000000002"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"
FIRST = {"agreement.pdf": PDF, "page.pdf": b"%PDF page\n%%EOF\n", "record.json": b'{"version":1}', "notes.txt": b"one"}
SECOND = {
    **FIRST,
    "agreement.pdf": PDF + b"2\n%%EOF\n",
    "record.json": b'{"version":2}',
    "acts/0001.json": b'{"act":1}',
}


class QuickDisk(Disk):
    """Syncs nothing: a killed process loses nothing the kernel has, so that in these tests it would only take time."""

    def sync_file(self, descriptor: int) -> None:
        """Do nothing."""

    def sync_folder(self, folder: Path) -> None:
        """Do nothing."""


def store(archive: FolderArchive, files: Mapping[str, bytes], *, head: int, object_id: str = OBJECT_ID) -> Receipt:
    """Store a version."""
    return archive.add_version(
        object_id, expected_head=head, files=files, message="complete", by="account:1", at=AT
    )  # fmt: skip


def record(number: int, name: str = "Ana Example", **changes: object) -> Record:
    """Give a record; higher numbers were signed later."""
    signed_at = AT + timedelta(minutes=number)
    made = Record(
        record_id=str(uuid.UUID(int=number)),
        document_id=f"LEAD-{number:05d}-KDM3X-7",
        contact_id=str(uuid.UUID(int=number)),
        version=1,
        state=RecordState.ARCHIVED,
        practice=True,
        form="lead-agreement",
        form_code="LEAD",
        form_version=1,
        form_digest="d" * 64,
        language="en",
        mode=Mode.TABLET,
        manner="drawn",
        values={"person_name_as_given": name, "date_of_birth": "1990-02-03", "officer_name": "Sam Ruiz", "officer_badge": "417"},
        case_number="",
        presented_digest="p" * 64,
        input_digest="i" * 64,
        stroke_digests=(f"stroke-{number}",),
        signed_at=signed_at,
        sealed_at=signed_at,
        archived_at=signed_at,
        seal_level=SealLevel.B_B,
        seal_wanted=SealLevel.B_T,
        retention_class="community-policing-agreement",
        files={"agreement.pdf": "a" * 64},
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # tests name the record's own fields
