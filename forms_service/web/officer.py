"""The officer's way: start, screening, the form section by section, a last look, and the hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.domain.conditions import holds
from forms_service.domain.forms import Field, FormVersion
from forms_service.errors import Fault, NotFoundError, ScreeningAnswersError, ValuesError
from forms_service.web import hand_over, screening_page
from forms_service.web.current import current_actor, current_services
from forms_service.web.draft_content import DraftContent
from forms_service.web.drafts import OpenDraft, opened
from forms_service.web.page_words import shown_values
from forms_service.web.posted import (
    change_group,
    error_lines,
    only_applying,
    read_answers,
    section_faults,
    without_empty_items,
)
from forms_service.web.questions import asked_in
from forms_service.workflow.draft import drop_draft, my_drafts, start_draft
from forms_service.workflow.paper import local_now
from forms_service.workflow.permission import Act, allows
from forms_service.workflow.screen import count_declined, screen

views = Blueprint("officer", __name__)
# Where those start who complete no papers: the first whose act their roles allow.
HOMES = ((Act.SEE_NEEDS, "desk.needs"), (Act.VERIFY, "verify.page"))
NOWHERE = "desk.needs"  # says what is not allowed
STEPS = ("Screening", "Form", "Read", "Sign", "Done")


@views.get("/")
def start() -> ResponseReturnValue:
    """Show the forms to start and the drafts to go on with."""
    services, by = current_services(), current_actor()
    if not allows(by, Act.COMPLETE):
        return redirect(url_for(next((home for act, home in HOMES if allows(by, act)), NOWHERE)))
    newest = {form.definition.form: form for form in services.forms.forms()}
    drafts = [_draft_row(draft.id) for draft in my_drafts(services, by)]
    return render_template("start.html", choices=[_choice(form) for form in newest.values()], drafts=drafts)


def _choice(form: FormVersion) -> dict[str, object]:
    """Describe a form by the row of the decision table that leads to it."""
    definition = form.definition
    rows = [row for row in current_services().screening.rows if row.form == definition.form]
    cause = rows[0].when.get("probable_cause") if rows else None
    pack = definition.pack(definition.control_language)
    names = [definition.pack(tag).name for tag in definition.languages]
    return {"form": definition.form, "title": pack.title, "cause": cause[0] if cause else None,
            "days": definition.period.days if definition.period else 0, "languages": names}  # fmt: skip


def _draft_row(draft_id: str) -> dict[str, object]:
    one = opened(draft_id)
    name = one.content.values.get("person_name_as_given", "")
    return {"id": one.id, "title": one.staff_pack.title, "name": name, "step": one.draft.step,
            "changed_at": one.draft.changed_at}  # fmt: skip


@views.post("/drafts")
def begin() -> ResponseReturnValue:
    """Open a draft of the chosen form."""
    services = current_services()
    draft = start_draft(services, current_actor(), request.form.get("form", ""), DraftContent().to_text())
    return redirect(url_for("officer.resume", draft_id=draft.id))


@views.get("/drafts/<draft_id>")
def resume(draft_id: str) -> ResponseReturnValue:
    """Go on where the draft stands."""
    one = opened(draft_id)
    if one.draft.step == "screening" and one.is_screened:
        return redirect(url_for("officer.screening", draft_id=one.id))
    if one.next_section:
        return redirect(url_for("officer.section", draft_id=one.id, name=one.next_section))
    return redirect(url_for("officer.check", draft_id=one.id))


@views.post("/drafts/<draft_id>/drop")
def drop(draft_id: str) -> ResponseReturnValue:
    """Erase a draft."""
    drop_draft(current_services(), current_actor(), draft_id)
    return redirect(url_for("officer.start"))


@views.route("/drafts/<draft_id>/screening", methods=["GET", "POST"])
def screening(draft_id: str) -> ResponseReturnValue:
    """Ask the screening questions and say where they lead."""
    one = opened(draft_id)
    if request.method != "POST":
        return _screening_page(one, one.content.answers or _usual(screening_page.fields_of(one.definition)), {})
    asked = screening_page.fields_of(one.definition)
    given = read_answers(asked, request.form)
    changed = change_group(asked, given, request.form)
    if changed is not None:
        return _screening_page(one, changed, {})
    given = without_empty_items(asked, given)
    try:
        answers = screening_page.table_answers(one.definition.form, given)
        result = screen(current_services(), current_actor(), answers, draft_id=one.id)
    except ScreeningAnswersError as error:
        faults = screening_page.open_questions(one.definition, given, error)
        return _screening_page(one, given, _screening_errors(one, faults)), 422
    if result.form != one.definition.form:
        if not result.count_nameless:
            one.keep(replace(one.content, answers=given), step="screening")
        return render_template("screening_end.html", result=result, draft=one, steps=STEPS)
    return _screened(one, given)


def _screened(one: OpenDraft, given: dict[str, object]) -> ResponseReturnValue:
    """Keep the answers of a screening that leads to the form."""
    stated = screening_page.form_values(one.definition, given)
    values = only_applying(one.definition, {**one.content.values, **stated})
    faults = screening_page.own_faults(current_services(), one.definition, values)
    if faults:
        return _screening_page(one, given, _screening_errors(one, faults)), 422
    content = replace(one.content.with_values(values, section="screening"), answers=given)
    one.keep(content, step="form")
    return redirect(url_for("officer.resume", draft_id=one.id))


def _screening_errors(one: OpenDraft, faults: Sequence[Fault]) -> dict[str, str]:
    words = screening_page.words_of(one.staff_pack)
    packs = {**one.definition.packs, one.definition.control_language: words}
    return error_lines(replace(one.definition, packs=packs), faults)


def _screening_page(one: OpenDraft, given: Mapping[str, object], errors: Mapping[str, str]) -> str:
    sheet = replace(one.sheet(given, errors), pack=screening_page.words_of(one.staff_pack))
    questions = sheet.questions(screening_page.fields_of(one.definition))
    return render_template("screening.html", draft=one, questions=questions, errors=errors, steps=STEPS)


@views.route("/drafts/<draft_id>/form/<name>", methods=["GET", "POST"])
def section(draft_id: str, name: str) -> ResponseReturnValue:
    """Ask one section of the form; all its faults are told together and every answer stays."""
    one = opened(draft_id)
    if name not in one.sections:
        raise NotFoundError(kind="section", name=name[:40])
    asked = asked_in(one.definition, name)
    if request.method != "POST":
        return _section_page(one, name, {**_presets(one, name), **one.content.values}, {})
    others = {key: value for key, value in one.content.values.items() if key not in {field.id for field in asked}}
    values = {**others, **read_answers(asked, request.form)}
    changed = change_group(asked, values, request.form)
    if changed is not None:
        return _section_page(one, name, changed, {})
    values = only_applying(one.definition, without_empty_items(asked, values))
    faults = section_faults(current_services(), one.definition, values, asked)
    if faults:
        return _section_page(one, name, values, error_lines(one.definition, faults)), 422
    one.keep(one.content.with_values(values, section=name), step="form")
    return redirect(url_for("officer.resume", draft_id=one.id))


def _presets(one: OpenDraft, name: str) -> dict[str, object]:
    """Give what most often is the answer, to be looked at and changed: the contact is now, ink is drawn."""
    return {} if name in one.content.sections_done else _usual(asked_in(one.definition, name))


def _usual(asked: Sequence[Field]) -> dict[str, object]:
    now = local_now(current_services()).isoformat(timespec="minutes")
    usual = {
        "contact_at": now, "language_spoken": "en", "interpreter_needed": False, "manner": "drawn",
        "supervision_checked_at": now,
    }  # fmt: skip
    return {field.id: usual[field.id] for field in asked if field.id in usual}


def _section_page(one: OpenDraft, name: str, values: dict[str, object], errors: dict[str, str]) -> str:
    questions = one.sheet(values, errors).questions(asked_in(one.definition, name))
    return render_template(
        "section.html", draft=one, name=name, questions=questions, errors=errors, steps=STEPS,
        known=one.content.values,
    )  # fmt: skip


@views.get("/drafts/<draft_id>/check")
def check(draft_id: str) -> ResponseReturnValue:
    """Show every answer once more, and ask for the language that the person reads."""
    return _check_page(opened(draft_id), {})


@views.post("/drafts/<draft_id>/present")
def present(draft_id: str) -> ResponseReturnValue:
    """Make the numbered text and hand the device to the person."""
    one = opened(draft_id)
    if _is_declined(one):
        return redirect(url_for("officer.check", draft_id=one.id))
    try:
        hand_over.show_in(one, request.form.get("language", ""))
    except ValuesError as error:
        return _check_page(one, error_lines(one.definition, error.faults)), 422
    return redirect(url_for("person.welcome"))


@views.post("/drafts/<draft_id>/decline")
def decline(draft_id: str) -> ResponseReturnValue:
    """Close a draft whose answers end it as declined: count it and erase it."""
    one = opened(draft_id)
    if not _is_declined(one):
        return redirect(url_for("officer.check", draft_id=one.id))
    count_declined(current_services(), current_actor(), one.definition.form, draft_id=one.id)
    return redirect(url_for("officer.start"))


def _is_declined(one: OpenDraft) -> bool:
    return holds(one.definition.declined_when, one.content.values)


def _check_page(one: OpenDraft, errors: dict[str, str]) -> str:
    places = {field.id: field.section for field in one.definition.fields}
    links = {place: places.get(place.partition(".")[0], "") for place in errors}
    parts = []
    for name in one.sections:
        ids = {field.id for field in asked_in(one.definition, name)}
        values = {key: value for key, value in one.content.values.items() if key in ids}
        parts.append((name, shown_values(one.definition, values)))
    packs = [one.definition.pack(tag) for tag in one.definition.languages]
    wanted = one.content.values.get("reads_in") or one.content.values.get("language_spoken")
    chosen = wanted if wanted in one.definition.languages else one.definition.control_language
    return render_template(
        "check.html",
        draft=one,
        parts=parts,
        errors=errors,
        links=links,
        packs=packs,
        chosen=chosen,
        steps=STEPS,
        declined=_is_declined(one),
    )
