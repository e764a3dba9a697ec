"""A paper before it is signed: its values, its words and their digest.

``present`` shows it, ``complete`` makes it anew from what was sent and compares the digest: the same
form version, values, language and document id always give the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from forms_service.domain.conditions import holds
from forms_service.domain.evidence import presented_digest
from forms_service.domain.forms import FormDefinition, FormVersion, PackStatus, PaperKind, Stage
from forms_service.domain.numbers import draw_document_id, parse_document_id
from forms_service.domain.signature import Ink
from forms_service.domain.values import check_values, complete_values
from forms_service.domain.wording import Line, date_long, digest_lines, page_lines, time_of_day
from forms_service.errors import DocumentIdOfOtherFormError, FormVersionNotInUseError, LanguageUnknownError
from forms_service.ports import Actor, PageBlock, PageContent, RenderJob, Services, Strip

GIVEN_WITH_THE_PAPER = (Stage.SCREENING, Stage.BEFORE, Stage.SIGNING, Stage.ARCHIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The words of one paper.

    Attributes:
        values: Checked values of all stages that were given.
        lines: In the language that is signed.
        control: In English, when the signed language is another.
        presented_on: Local date on which the text is shown; the period counts from it.
    """

    form: FormVersion
    kind: PaperKind
    document_id: str
    language: str
    values: Mapping[str, object]
    lines: tuple[Line, ...]
    control: tuple[Line, ...]
    digest: str
    presented_on: date

    @property
    def definition(self) -> FormDefinition:
        """Give the form's definition."""
        return self.form.definition


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRequest:
    """What a paper is made from.

    Attributes:
        presented_on: Local date; today when None. A ``period_start`` among the values wins.
        require: Stages whose required values must be there.
    """

    form: str
    values: Mapping[str, object]
    language: str = "en"
    kind: PaperKind = PaperKind.PRESENTED
    form_version: int | None = None
    document_id: str = ""
    presented_on: date | None = None
    require: tuple[Stage, ...] = (Stage.BEFORE,)


def local_now(services: Services) -> datetime:
    """Give the agency's local time, without zone, to the minute's fraction."""
    return services.clock.now().astimezone(services.settings.zone).replace(tzinfo=None)


def make_paper(services: Services, by: Actor, request: PaperRequest) -> Paper:
    """Check the values and write the words.

    Raises:
        UnknownFormError, LanguageUnknownError, FormVersionNotInUseError, ValuesError, InvalidInputError.
    """
    form = services.forms.form(request.form, request.form_version)
    definition = form.definition
    _refuse_language(definition, request.language)
    _refuse_not_in_use(services, definition, request.language)
    now = local_now(services)
    presented_on = request.presented_on or now.date()
    completed = complete_values(definition, request.values, sources=_sources(services, by, definition, presented_on))
    require = () if request.kind is PaperKind.BLANK else request.require
    values = check_values(definition, completed, now_local=now, stages=GIVEN_WITH_THE_PAPER, require=require)
    lines = page_lines(definition, request.language, values, request.kind)
    control: tuple[Line, ...] = ()
    if request.language != definition.control_language:
        control = page_lines(definition, definition.control_language, values, request.kind, control=True)
    document_id = _document_id(services, definition, request.document_id)
    digest = presented_digest(
        document_id, definition.form, definition.version, request.language, digest_lines(lines, control)
    )
    return Paper(
        form=form, kind=request.kind, document_id=document_id, language=request.language, values=values,
        lines=lines, control=control, digest=digest, presented_on=_start(values, presented_on),
    )  # fmt: skip


def _start(values: Mapping[str, object], presented_on: date) -> date:
    start = values.get("period_start")
    return date.fromisoformat(start) if isinstance(start, str) else presented_on


def _refuse_language(definition: FormDefinition, language: str) -> None:
    if language not in definition.languages:
        raise LanguageUnknownError(form=definition.form, language=language[:16], known=", ".join(definition.languages))


def _refuse_not_in_use(services: Services, definition: FormDefinition, language: str) -> None:
    if reason := why_not_in_use(services, definition, language):
        raise FormVersionNotInUseError(form=definition.form, version=definition.version, reason=reason)


def why_not_in_use(services: Services, definition: FormDefinition, language: str) -> str:
    """Say what is missing before a form version may be signed in a language; empty when nothing is.

    Practice signs drafts; real records need every approval and certified words (DESIGN 5).
    """
    if not services.settings.production:
        return ""
    approved = {approval.role for approval in definition.approvals}
    missing = [role for role in definition.approvals_needed if role not in approved]
    if missing:
        return f"approval by {', '.join(missing)} is not recorded"
    if definition.packs[language].status is not PackStatus.CERTIFIED:
        return f"the words in {language} are not certified"
    return ""


def _sources(services: Services, by: Actor, definition: FormDefinition, presented_on: date) -> dict[str, object]:
    sources = form_sources(services, definition)
    sources.update({f"account.{key}": value for key, value in by.account.items()})
    if definition.period is not None and definition.period.starts == "signature":
        sources["presentation.date"] = presented_on.isoformat()
    return sources


def form_sources(services: Services, definition: FormDefinition) -> dict[str, object]:
    """Give what fills a form's fields on every paper alike: the agency's facts, the period's days, the approvals."""
    sources = services.settings.sources()
    if definition.period is not None:
        sources["period.days"] = definition.period.days
    for approval in definition.approvals:
        sources[f"approval.{approval.role}.on"] = approval.on.isoformat()
        sources[f"approval.{approval.role}.name"] = approval.name
    return sources


def _document_id(services: Services, definition: FormDefinition, given: str) -> str:
    if not given:
        return str(draw_document_id(definition.code, services.chance.bits))
    parsed = parse_document_id(given)
    if parsed.form_code != definition.code:
        raise DocumentIdOfOtherFormError(document_id=str(parsed), form=definition.form)
    return str(parsed)


def render_job(services: Services, paper: Paper, *, inks: Mapping[str, Ink], made_at: datetime) -> RenderJob:
    """Lay the paper out for the renderer: the signed language first, then the English text without boxes."""
    blocks = tuple(
        PageBlock(
            id=block.id,
            label=paper.definition.pack(paper.language).labels[f"block.{block.id}"],
            width_hundredths_mm=block.width_hundredths_mm,
            height_hundredths_mm=block.height_hundredths_mm,
            ink=inks.get(block.id),
        )
        for block in paper.definition.blocks
        if holds(block.applies, paper.values) or (paper.kind is PaperKind.BLANK and block.id in ("person", "officer"))
    )
    pages = [_content(paper, paper.language, paper.lines, blocks)]
    if paper.control:
        pages.append(_content(paper, paper.definition.control_language, paper.control, ()))
    return RenderJob(
        form=paper.form,
        kind=PaperKind.COMPLETED if inks else paper.kind,
        pages=tuple(pages),
        document_id=paper.document_id,
        author=services.settings.agency.get("name", ""),
        made_at=made_at,
    )


def _content(paper: Paper, language: str, lines: tuple[Line, ...], blocks: tuple[PageBlock, ...]) -> PageContent:
    return PageContent(language=language, title=paper.definition.pack(language).title, lines=lines, blocks=blocks)


def presented_at(services: Services, paper: Paper) -> datetime:
    """Give the instant written into a presented page: local midnight, so that the same day gives the same bytes."""
    return datetime.combine(paper.presented_on, time(), services.settings.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFacts:
    """What the strip says of a signing; all empty before it."""

    signed_at: datetime | None = None
    sealed_at: datetime | None = None
    case_number: str = ""


def strip_for(services: Services, paper: Paper, facts: SigningFacts) -> Strip:
    """Fill the stamp strip; it speaks English, for clerks and courts."""
    definition = paper.definition
    signed = facts.signed_at is not None
    return Strip(
        document_id=paper.document_id,
        form_code=definition.code,
        form_title=definition.pack(definition.control_language).title,
        form_version=definition.version,
        case_number=facts.case_number,
        signed_at=_local_text(services, definition, facts.signed_at),
        sealed_at=_local_text(services, definition, facts.sealed_at),
        manner=manner_text(definition, paper.values) if signed else "",
        digest=paper.digest[:12],
        practice=not services.settings.production,
    )


def _local_text(services: Services, definition: FormDefinition, moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(services.settings.zone)
    pack = definition.pack(definition.control_language)
    return f"{date_long(local.date(), pack)}, {time_of_day(local, pack)}"


def manner_text(definition: FormDefinition, values: Mapping[str, object]) -> str:
    """Say how it was signed: the manner, then the aids."""
    options = definition.pack(definition.control_language).options
    manner = str(values.get("manner", "drawn"))
    aids = values.get("aids")
    words = [options.get(f"manner.{manner}", manner)]
    words += [options.get(f"aids.{aid}", str(aid)) for aid in (aids if isinstance(aids, list) else [])]
    return ", ".join(words)
