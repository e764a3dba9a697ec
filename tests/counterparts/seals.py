"""Services whose seal comes from the authority of the tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from forms_service.domain.record import Record
from forms_service.ports import Actor, Services
from forms_service.workflow.complete import CompletionRequest, complete
from tests.conftest import HeldClock, example, make_services
from tests.counterparts.timestamps import Authority


def sealing_services(
    folder: Path, authority: Authority, level: str, *, key: Path | None = None, clock: HeldClock | None = None, **more: str
) -> Services:  # fmt: skip
    """Give services that seal with a certificate of the authority, up to a level."""
    variables = {
        "FORMS_TSA_URL": authority.time_stamp_url,
        "FORMS_SEAL_LEVEL": level,
        "FORMS_SEAL_TRUSTED": str(authority.root_file),
        "FORMS_SEAL_KEY": str(key or authority.sealer_pkcs12),
        "FORMS_SEAL_PASSPHRASE": str(authority.passphrase_file),
        **more,
    }
    return make_services(folder, clock, **{name: value for name, value in variables.items() if value})


def completed(services: Services, by: Actor, name: str = "") -> Record:
    """Complete an example of the usual form."""
    values, signatures = example("lead-agreement", name)
    request = CompletionRequest(form="lead-agreement", values=values, signatures=signatures)
    return complete(services, by, request).record


def row_of(services: Services, record: Record) -> Record:
    """Give a record as the book has it now."""
    with services.database.read() as transaction:
        found = transaction.book.record(record.document_id)
    assert found is not None
    return found


def with_row(services: Services, record: Record, **changes: object) -> Record:
    """Write a record's row with other facts."""
    changed = replace(record, **changes)
    with services.database.write() as transaction:
        transaction.book.put(changed)
    return changed
