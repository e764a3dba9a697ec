"""A record's pages: just done, on the desk, its sealed PDF, and its case number."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import secure_filename

from forms_service.domain.addition import AdditionKind, fields_of
from forms_service.domain.forms import FormDefinition
from forms_service.domain.record import Record
from forms_service.errors import CaseNumberMalformedError
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import said
from forms_service.web.page_words import shown_values
from forms_service.web.refusals import remember_error
from forms_service.web.told_words import told_words
from forms_service.workflow.archived_paper import form_of
from forms_service.workflow.copy_link import links_of
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.find import history, open_document, open_internal, open_record
from forms_service.workflow.open_additions import told_of

views = Blueprint("record", __name__, url_prefix="/records")


def definition_of(record: Record) -> FormDefinition:
    """Give the definition a record was signed under."""
    return form_of(current_services(), record).definition


@views.get("/<document_id>/done")
def done(document_id: str) -> ResponseReturnValue:
    """Show the sealed paper, to print or download it."""
    record = open_record(current_services(), current_actor(), document_id)
    definition = definition_of(record)
    screens = definition.pack(record.language).screens
    title = definition.pack(definition.control_language).title
    return render_template("done.html", record=record, title=title, screens=screens, steps=True)


@views.get("/<document_id>")
def page(document_id: str) -> ResponseReturnValue:
    """Show a record: its PDF, what it says, its history."""
    return shown(document_id)


def shown(document_id: str, *, typed: str = "", error: str = "", copy_error: str = "") -> ResponseReturnValue:
    """Show a record's page, with what was wrong in one of its forms."""
    services, by = current_services(), current_actor()
    record = open_record(services, by, document_id)
    definition = definition_of(record)
    return render_template(
        "record.html", record=record, title=definition.pack(definition.control_language).title,
        language=definition.pack(record.language).name, values=shown_values(definition, record.values),
        told=told_words(definition, told_of(services, record)),
        history=list(reversed(history(services, by, record))), typed=typed, error=error, copy_error=copy_error,
        links=links_of(services, by, record), copies_are_pushed=services.pick_up is not None,
        asks_for_copy=bool(fields_of(definition, AdditionKind.PERSON_COPY)),
    ), (422 if error or copy_error else 200)  # fmt: skip


@views.get("/<document_id>/internal")
def internal(document_id: str) -> ResponseReturnValue:
    """Show screening and victims to those whose role may see them; each look is written down."""
    record, kept = open_internal(current_services(), current_actor(), document_id)
    return render_template("internal.html", record=record, values=shown_values(definition_of(record), kept))


@views.get("/<document_id>/agreement.pdf")
def pdf(document_id: str) -> ResponseReturnValue:
    """Give the sealed PDF of the newest or a named version, to look at or with a human name to keep."""
    services, by = current_services(), current_actor()
    version = request.args.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 5 else None
    sealed_pdf = open_document(services, by, document_id, version=number)
    disposition = "attachment" if "download" in request.args else "inline"
    name = secure_filename(f"Agreement {document_id}{f' version {number}' if number else ''}.pdf")
    headers = {"Content-Disposition": f'{disposition}; filename="{name}"'}
    return Response(sealed_pdf, mimetype="application/pdf", headers=headers)


@views.post("/<document_id>/case-number")
def case_number(document_id: str) -> ResponseReturnValue:
    """Give the record its case number, or another one, as a new version."""
    typed = request.form.get("case_number", "").strip()
    reason = request.form.get("reason", "")[:300]
    try:
        give_case_number(current_services(), current_actor(), document_id, typed, reason=reason)
    except CaseNumberMalformedError as error:
        remember_error(error)
        return shown(document_id, typed=typed, error=said(error))
    return redirect(url_for("record.page", document_id=document_id))
