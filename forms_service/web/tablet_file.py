"""The desk's door for a tablet that reaches no network: bring the file it saved, take the receipts back to it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from forms_service.errors import InvalidInputError, UploadMissingError
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import WORDS, said
from forms_service.web.page_words import need_words
from forms_service.web.refusals import remember_error
from forms_service.workflow.bring_file import MOST_ENVELOPES, Brought, Outcome, bring_file, receipts_file
from forms_service.workflow.permission import Act, permit

views = Blueprint("tablet_file", __name__, url_prefix="/desk/tablet-file")
OUTCOMES = {
    Outcome.ARCHIVED: "Archived",
    Outcome.HELD: "Held for a person",
    Outcome.NOT_YET: "Not yet: bring the file again",
    Outcome.REFUSED: "Refused: it stays on the tablet",
}


@views.get("")
def page() -> ResponseReturnValue:
    """Ask for the file."""
    permit(current_actor(), Act.SETTLE)
    return _page([], "")


@views.post("")
def bring() -> ResponseReturnValue:
    """Take the file, and show what became of each envelope."""
    permit(current_actor(), Act.SETTLE)
    supplied = request.files.get("file")
    try:
        if supplied is None or not supplied.filename:
            raise UploadMissingError
        brought = bring_file(current_services(), current_actor(), supplied.read())
    except InvalidInputError as error:
        remember_error(error)
        return _page([], said(error)), WORDS[error.slug].status
    return _page(brought, "")


def _page(brought: Sequence[Brought], error: str) -> str:
    rows = [(one, OUTCOMES[one.outcome], need_words(one.slug)[0] if one.slug else "") for one in brought]
    kept = [one.stored.digest for one in brought if one.stored and one.stored.receipt]
    return render_template("desk/tablet_file.html", rows=rows, kept=kept, error=error)


@views.post("/receipts")
def receipts() -> ResponseReturnValue:
    """Give the receipts as a file that the tablet reads."""
    digests = request.form.getlist("digest")[:MOST_ENVELOPES]
    answer = make_response(receipts_file(current_services(), current_actor(), digests))
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = 'attachment; filename="forms-receipts.json"'
    return answer
