"""What somebody at the desk tells of a paper after signing: the hand-over, and the review of one without a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.domain.addition import AdditionKind, fields_of
from forms_service.domain.conditions import NEVER
from forms_service.domain.forms import Field, FormDefinition
from forms_service.domain.record import Record
from forms_service.errors import AdditionEmptyError, ValuesError
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import said
from forms_service.web.posted import change_group, error_lines, read_answers, without_empty_items
from forms_service.web.questions import Sheet
from forms_service.web.refusals import remember_error
from forms_service.web.told_words import told_words
from forms_service.workflow.add_to_record import NewAddition, add_to_record
from forms_service.workflow.archived_paper import form_of
from forms_service.workflow.find import open_record
from forms_service.workflow.open_additions import told_of
from forms_service.workflow.permission import Act, permit

views = Blueprint("additions", __name__, url_prefix="/records")


@views.route("/<document_id>/hand-over", methods=["GET", "POST"])
def hand_over(document_id: str) -> ResponseReturnValue:
    """Ask how the hand-over went; each part may be told by itself, and again."""
    permit(current_actor(), Act.ADD_TO_RECORD)
    record = open_record(current_services(), current_actor(), document_id)
    definition = form_of(current_services(), record).definition
    asked = _asked(definition)
    if request.method != "POST":
        return _page(record, definition, {}, {})
    given = read_answers(asked, request.form)
    changed = change_group(asked, given, request.form)
    if changed is not None:
        return _page(record, definition, changed, {})
    values = without_empty_items(asked, given)
    try:
        add(document_id, AdditionKind.HAND_OVER, values)
    except ValuesError as error:
        remember_error(error)
        return _page(record, definition, values, error_lines(definition, error.faults)), 422
    except AdditionEmptyError as error:
        remember_error(error)
        return _page(record, definition, values, {asked[0].id: said(error)}), 422
    return redirect(url_for("record.page", document_id=document_id))


@views.post("/<document_id>/hand-over/review")
def review(document_id: str) -> ResponseReturnValue:
    """Keep what a supervisor found of an officer who left without a release."""
    add(document_id, AdditionKind.REVIEW, {"review_text": request.form.get("review_text", "")})
    return redirect(url_for("record.page", document_id=document_id))


def add(document_id: str, kind: AdditionKind, values: Mapping[str, object]) -> None:
    """Add to a record what was told on a page."""
    services = current_services()
    wanted = NewAddition(kind=kind, values=values, at=services.clock.now())
    add_to_record(services, current_actor(), document_id, wanted)


def _asked(definition: FormDefinition) -> tuple[Field, ...]:
    """Give the questions; none must be answered, since each part may be told when it is known."""
    return tuple(replace(one, required=NEVER) for one in fields_of(definition, AdditionKind.HAND_OVER))


def _page(record: Record, definition: FormDefinition, values: Mapping[str, object], errors: Mapping[str, str]) -> str:
    pack = definition.pack(definition.control_language)
    told = told_of(current_services(), record)
    known = {name: one.value for name, one in told.values.items()}
    sheet = Sheet(pack=pack, values=values, errors=errors)
    return render_template(
        "hand_over.html", record=record, title=pack.title, questions=sheet.questions(_asked(definition)), errors=errors,
        known=known, told=told_words(definition, told), numbers=current_services().settings.bh_numbers,
    )  # fmt: skip
