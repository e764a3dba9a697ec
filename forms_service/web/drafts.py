"""A draft with its form and content, as the views of the flow need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.domain.forms import FormDefinition, LanguagePack
from forms_service.ports import Draft, Services
from forms_service.web.current import current_actor, current_services
from forms_service.web.draft_content import DraftContent
from forms_service.web.questions import Sheet, asked_sections
from forms_service.workflow.draft import keep_draft, open_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """A draft that its owner has open."""

    draft: Draft
    content: DraftContent
    definition: FormDefinition

    @property
    def id(self) -> str:
        """Give the draft's id."""
        return self.draft.id

    @property
    def staff_pack(self) -> LanguagePack:
        """Give the words for staff: the control language."""
        return self.definition.pack(self.definition.control_language)

    @property
    def is_screened(self) -> bool:
        """Say whether the form starts with screening."""
        return current_services().screening.names_form(self.definition.form)

    @property
    def sections(self) -> tuple[str, ...]:
        """Give the sections with questions, screening apart."""
        return asked_sections(self.definition, screened=self.is_screened)

    @property
    def next_section(self) -> str:
        """Give the first section that was not sent yet, empty when all were."""
        return next((one for one in self.sections if one not in self.content.sections_done), "")

    def sheet(self, values: Mapping[str, object], errors: Mapping[str, str] | None = None) -> Sheet:
        """Give the questions' sheet for staff."""
        return Sheet(pack=self.staff_pack, values=values, errors=errors or {})

    def keep(self, content: DraftContent, *, step: str) -> None:
        """Write the draft."""
        keep_draft(current_services(), current_actor(), self.draft, step=step, content=content.to_text())


def opened(draft_id: str) -> OpenDraft:
    """Open a draft of the signed-in account.

    Raises:
        NotFoundError: No such draft, or another's.
    """
    services: Services = current_services()
    draft = open_draft(services, current_actor(), draft_id)
    content = DraftContent.from_text(draft.content)
    return OpenDraft(draft=draft, content=content, definition=services.forms.form(draft.form).definition)
