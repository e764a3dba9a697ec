"""The tablet's doors: parse, call one use case, answer."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from forms_service.web.current import current_actor, current_services
from forms_service.workflow.tablet_forms import tablet_forms

views = Blueprint("tablet", __name__, url_prefix="/tablet")


@views.get("/forms.json")
def forms() -> ResponseReturnValue:
    """Give all that a tablet keeps; who has it already is told that nothing changed."""
    data = tablet_forms(current_services(), current_actor())
    answer = jsonify(data)
    answer.set_etag(data["digest"])
    return answer.make_conditional(request)
