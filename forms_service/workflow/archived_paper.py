"""The paper of an archived record, from what the archive kept: no form folder on disk is needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forms_service.domain.forms import FormVersion, LineKind, PaperKind
from forms_service.domain.record import Record
from forms_service.domain.signature import Ink
from forms_service.domain.signature_reading import parse_signature_set
from forms_service.domain.wording import Line
from forms_service.errors import FormFolderError, RecordUnreadableError, UnknownFormError
from forms_service.ports import Services
from forms_service.workflow.paper import Paper


def archived_paper(services: Services, record: Record, evidence: Mapping[str, object]) -> Paper:
    """Rebuild the paper's words from the evidence and its form from the form object.

    Raises:
        RecordUnreadableError: The evidence is not what we wrote.
    """
    try:
        return Paper(
            form=archived_form(services, record),
            kind=PaperKind.PRESENTED,
            document_id=record.document_id,
            language=record.language,
            values=record.values,
            lines=_lines(evidence["lines"]),
            control=_lines(evidence["control_lines"]),
            digest=record.presented_digest,
            presented_on=date.fromisoformat(str(evidence["presented_on"])),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise RecordUnreadableError(object_id=record.record_id) from error


def archived_form(services: Services, record: Record) -> FormVersion:
    """Give the form version that a record was signed on, from the form object."""
    name = f"urn:forms-service:form:{record.form_digest}"
    files = {one: services.archive.read(name, one) for one in services.archive.names(name)}
    return services.forms.archived(record.form, record.form_version, files)


def form_of(services: Services, record: Record) -> FormVersion:
    """Give the form version that a record was signed on: the one in its folder where that is whole and the same."""
    try:
        known = services.forms.form(record.form, record.form_version)
    except (UnknownFormError, FormFolderError):
        return archived_form(services, record)
    return known if known.definition.digest == record.form_digest else archived_form(services, record)


def _lines(stored: object) -> tuple[Line, ...]:
    """Give the lines as they were; how they were laid out no longer matters, the page itself is kept."""
    if not isinstance(stored, list):
        raise TypeError(type(stored).__name__)
    return tuple(Line(id=str(one), kind=LineKind.NOTE, section="", text=str(text)) for one, text in stored)


def archived_inks(evidence: Mapping[str, object]) -> dict[str, Ink]:
    """Give the ink of every block, by block id."""
    signatures = parse_signature_set(evidence["signatures"])
    return {block_id: block.ink for block_id, block in signatures.blocks.items() if block.ink is not None}
