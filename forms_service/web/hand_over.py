"""Showing the text to the person: a numbered paper in a language, and the device locked on their screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from forms_service.domain.forms import Stage
from forms_service.web import session
from forms_service.web.current import current_actor, current_services
from forms_service.web.draft_content import DraftContent
from forms_service.web.drafts import OpenDraft, opened
from forms_service.web.person_language import set_person_page
from forms_service.workflow.paper import Paper, PaperRequest, local_now, make_paper
from forms_service.workflow.present import present
from forms_service.workflow.screen import refuse_contradiction

NEEDED = (Stage.SCREENING, Stage.BEFORE)


def moment() -> datetime:
    """Give the present instant with the agency's local offset."""
    services = current_services()
    return services.clock.now().astimezone(services.settings.zone).replace(microsecond=0)


def show_in(one: OpenDraft, language: str) -> OpenDraft:
    """Show the text in a language; a language shown before keeps its number.

    Raises:
        ValuesError, NotAllowedNowError, RenderingError: The paper can not be made; nothing is handed over.
    """
    content = one.content
    known = content.papers.get(language)
    if known is None or known["presented_on"] != local_now(current_services()).date().isoformat():
        content = _numbered(one, content, language)
    viewed = [*_viewed(content), language]
    facts = {**content.presentation, "languages_viewed": list(dict.fromkeys(viewed)), "shown_at": moment().isoformat()}
    content = replace(content, language=language, presentation=facts, blocks={})
    one.keep(content, step="read")
    session.hand_over(one.id)
    set_person_page(one.definition.form, language)
    return opened(one.id)


def _viewed(content: DraftContent) -> list[str]:
    viewed = content.presentation.get("languages_viewed", [])
    return [str(one) for one in viewed] if isinstance(viewed, list) else []


def _numbered(one: OpenDraft, content: DraftContent, language: str) -> DraftContent:
    services, by = current_services(), current_actor()
    request = PaperRequest(form=one.definition.form, values=content.values, language=language, require=NEEDED)
    paper = make_paper(services, by, request)
    refuse_contradiction(services, paper)
    presented = present(services, by, replace(request, document_id=paper.document_id)).paper
    facts = {
        "document_id": presented.document_id,
        "digest": presented.digest,
        "presented_on": presented.presented_on.isoformat(),
    }
    return replace(content, papers={**content.papers, language: facts})


def paper_shown(one: OpenDraft) -> Paper:
    """Give the paper that the person is reading, made anew from the draft."""
    services = current_services()
    request = PaperRequest(
        form=one.definition.form, values=one.content.values, language=one.content.language,
        document_id=one.content.paper["document_id"], require=NEEDED,
    )  # fmt: skip
    return make_paper(services, current_actor(), request)


def date_has_turned(one: OpenDraft) -> bool:
    """Say whether the text was shown for another date than today, so that a printed last day no longer holds."""
    today = local_now(current_services()).date().isoformat()
    return one.definition.period is not None and one.content.paper.get("presented_on") != today
