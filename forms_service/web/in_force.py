"""Is an agreement in force? Asked with a number or a scanned code; answered with a day and a telephone number."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from forms_service.errors import InvalidInputError
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import WORDS, said
from forms_service.workflow.in_force import InForce, ask_in_force
from forms_service.workflow.permission import Act, permit

views = Blueprint("in_force", __name__, url_prefix="/in-force")


@views.get("")
def page() -> ResponseReturnValue:
    """Ask for the number of the paper."""
    permit(current_actor(), Act.ASK_IN_FORCE)
    return _page("", None, "")


@views.post("")
def answer() -> ResponseReturnValue:
    """Say until when the agreement is in force, or that nothing is known."""
    typed = request.form.get("number", "").strip()[:60]
    try:
        return _page(typed, ask_in_force(current_services(), current_actor(), typed), "")
    except InvalidInputError as error:
        return _page(typed, None, said(error)), WORDS[error.slug].status


def _page(typed: str, found: InForce | None, error: str) -> str:
    return render_template("in_force.html", typed=typed, found=found, error=error)
