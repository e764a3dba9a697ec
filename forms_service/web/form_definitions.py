"""Form definitions as JSON, for clients that draw their own screens."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from forms_service.web.current import current_actor, current_services
from forms_service.workflow.form_definition import form_definition, form_index

views = Blueprint("form_definitions", __name__)


@views.get("/forms.json")
def index() -> Response:
    """List every form version with its digest."""
    return jsonify(forms=form_index(current_services(), current_actor()))


@views.get("/forms/<form>/<int:version>.json")
def definition(form: str, version: int) -> ResponseReturnValue:
    """Give one form version; who has its digest is told that nothing changed."""
    data = form_definition(current_services(), current_actor(), form, version)
    answer = jsonify(data)
    answer.set_etag(data["digest"])
    return answer.make_conditional(request)
