"""The go-live page: every line that must be green before real records are made, with who said so and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms_service.errors import InvalidInputError, NotReadyToGoLiveError
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import WORDS, said
from forms_service.workflow.go_live import go_live_lines, sign_go_live, state_line

views = Blueprint("go_live", __name__, url_prefix="/go-live")


class LineWords(NamedTuple):
    """What a line asks, in words."""

    title: str
    words: str


LINE_WORDS: Mapping[str, LineWords] = {
    "clauses-approved": LineWords("The prosecutor approved the clauses", "In writing: L-2, L-5, L-6 and L-6c of the LEAD agreement."),
    "period-start": LineWords("When the 60 days start", "At the signature, at the intake, or at the first treatment."),
    "victim-rule": LineWords("What a victim must say", "That they do not object, or that they agree."),
    "minimum-age": LineWords("The least age", "From which age a person may sign the agreement."),
    "outcome-and-warrant": LineWords("Who confirms the outcome", "And who then asks for a warrant."),
    "retention-series": LineWords("How long records are kept", "The series of the schedule for both forms, by the city recorder."),
    "case-number-pattern": LineWords("What a case number looks like", "The pattern in the settings is the agency's."),
    "bh-numbers": LineWords("The numbers of Behavioral Health", "By hour, tried by calling them."),
    "languages": LineWords("Which languages, and who certified them", "By the state's list for the county."),
    "original-form": LineWords("The original form was compared", "The department's own lead-agreement form, sentence by sentence."),
    "forms-approved": LineWords("The forms are approved", "Each form version in use bears its approvals."),
    "packs-certified": LineWords("The words are certified", "No language of a form in use is a draft."),
    "own-seal": LineWords("The seal is the agency's own", "Not the test seal of the first start."),
    "recovery-sheet": LineWords("The seal key's recovery sheet is locked away", "Printed, off the premises, two people know where."),
    "tls": LineWords("The address is encrypted", "The one origin begins with https."),
    "checkpoints-elsewhere": LineWords("Checkpoints lie on another machine", "Or somebody says why they do not, and what is done instead."),
    "staff": LineWords("Every act has its people", "No act is left to nobody, and none of two people to one."),
    "backup-restored": LineWords("A backup was restored once", "Who did it, when, and how."),
}  # fmt: skip


@views.get("")
def page() -> ResponseReturnValue:
    """Show every line."""
    return _page("", "", "")


@views.post("/<line>")
def state(line: str) -> ResponseReturnValue:
    """Enter what was decided."""
    name, words = request.form.get("name", ""), request.form.get("words", "")
    try:
        state_line(current_services(), current_actor(), line, name=name, words=words)
    except InvalidInputError as error:
        return _page(line, said(error), ""), WORDS[error.slug].status
    return redirect(url_for("go_live.page", _anchor=line))


@views.post("")
def sign() -> ResponseReturnValue:
    """Sign the statements, once every line is green."""
    try:
        place = sign_go_live(current_services(), current_actor())
    except NotReadyToGoLiveError as error:
        return _page("", said(error), ""), WORDS[error.slug].status
    return _page("", "", place)


def _page(line: str, error: str, signed_at: str) -> str:
    services, by = current_services(), current_actor()
    lines = go_live_lines(services, by)
    with services.database.read() as transaction:
        names = {f"account:{one.id}": one.full_name for one in transaction.ledger.accounts()}
    return render_template(
        "go_live.html", lines=lines, words=LINE_WORDS, faulty=line, error=error, place=signed_at, names=names,
        open_lines=[one for one in lines if not one.is_green], real=services.settings.production,
    )  # fmt: skip
