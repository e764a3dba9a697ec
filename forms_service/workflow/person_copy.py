"""The person's copy of an archived record: what the desk prints and what a link opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from forms_service.domain.forms import FormDefinition
from forms_service.domain.person_copy import PersonCopy, Shown, person_copy
from forms_service.domain.record import Record
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.ports import Services
from forms_service.workflow.archived_paper import archived_paper
from forms_service.workflow.record_versions import EVIDENCE, object_id
from forms_service.workflow.stored_json import read_json


def copy_of(services: Services, record: Record) -> PersonCopy:
    """Make the copy from the words that were shown and the times at which they were signed.

    Raises:
        RecordUnreadableError: The evidence is not what we wrote.
    """
    evidence = read_json(services.archive.read(object_id(record.record_id), EVIDENCE))
    paper = archived_paper(services, record, evidence)
    shown = Shown(
        document_id=record.document_id, language=record.language, lines=paper.lines, english=paper.control,
        signed=record.signed_at.astimezone(services.settings.zone), blocks=_blocks(services, paper.definition, evidence),
        values=record.values, practice=record.practice,
    )  # fmt: skip
    return person_copy(paper.definition, shown)


def _blocks(services: Services, definition: FormDefinition, evidence: Mapping[str, object]) -> dict[str, datetime]:
    """Give when each block was signed, in the order of the page."""
    signed = parse_signature_set(evidence["signatures"]).blocks
    zone = services.settings.zone
    return {one.id: signed[one.id].signed_at.astimezone(zone) for one in definition.blocks if one.id in signed}
