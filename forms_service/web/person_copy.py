"""The person's copy at the desk: printed, handed out, and the link to it ended."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.domain.addition import AdditionKind
from forms_service.domain.numbers import qr_payload
from forms_service.errors import ValuesError
from forms_service.web import record
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import said
from forms_service.web.refusals import remember_error
from forms_service.workflow.add_to_record import NewAddition, add_to_record
from forms_service.workflow.copy_link import end_links
from forms_service.workflow.find import open_copy
from forms_service.workflow.paper import local_now
from forms_service.workflow.permission import Act, permit

views = Blueprint("person_copy", __name__, url_prefix="/records")
HANDED_OUT = "paper"
REASON = "person_copy_reason"


@views.get("/<document_id>/copy")
def page(document_id: str) -> ResponseReturnValue:
    """Show the person's copy, to print; each look is written down."""
    services = current_services()
    found, copy = open_copy(services, current_actor(), document_id)
    code = services.one_time_codes.picture(qr_payload(found.document_id, found.form_version, 1, 1))
    return render_template("person_copy.html", copy=copy, code=code)


@views.post("/<document_id>/copy")
def tell(document_id: str) -> ResponseReturnValue:
    """Keep how the person got their copy at the desk."""
    services, by = current_services(), current_actor()
    permit(by, Act.ADD_TO_RECORD)
    wanted = NewAddition(kind=AdditionKind.PERSON_COPY, values=_told(), at=services.clock.now())
    try:
        add_to_record(services, by, document_id, wanted)
    except ValuesError as error:
        remember_error(error)
        is_reason = any(one.place == REASON for one in error.faults)
        return record.shown(document_id, copy_error="Say why, in a few words." if is_reason else said(error))
    return redirect(url_for("record.page", document_id=document_id))


def _told() -> dict[str, object]:
    way = request.form.get("way", "")
    if way == HANDED_OUT:
        return {"person_copy": way, "person_copy_at": local_now(current_services()).isoformat(timespec="minutes")}
    return {"person_copy": way, REASON: request.form.get("reason", "")}


@views.post("/<document_id>/copy/end-link")
def end_link(document_id: str) -> ResponseReturnValue:
    """End the links to a record's copy."""
    end_links(current_services(), current_actor(), document_id)
    return redirect(url_for("record.page", document_id=document_id))
