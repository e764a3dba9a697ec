"""Verify: bring any PDF, read two lines about it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from forms_service.errors import InvalidInputError, UploadMissingError, UploadTooLargeError
from forms_service.web.current import current_actor, current_services
from forms_service.web.error_words import WORDS, said
from forms_service.web.refusals import remember_error
from forms_service.workflow.permission import Act, permit
from forms_service.workflow.verify import Verdict, verify

views = Blueprint("verify", __name__, url_prefix="/verify")


@views.get("")
def page() -> ResponseReturnValue:
    """Ask for a file."""
    permit(current_actor(), Act.VERIFY)
    return _page(None, "", "")


@views.post("")
def judge() -> ResponseReturnValue:
    """Judge the file that was brought."""
    services = current_services()
    permit(current_actor(), Act.VERIFY)
    supplied = request.files.get("file")
    try:
        if supplied is None or not supplied.filename:
            raise UploadMissingError
        supplied_pdf = supplied.read()
        if len(supplied_pdf) > services.settings.upload_limit_bytes:
            raise UploadTooLargeError(got=len(supplied_pdf), limit=services.settings.upload_limit_bytes)
        verdict = verify(services, current_actor(), supplied_pdf)
    except InvalidInputError as error:
        remember_error(error)
        return _page(None, said(error), error.slug), WORDS[error.slug].status
    return _page(verdict, "", "")


def _page(verdict: Verdict | None, error: str, slug: str) -> str:
    return render_template("verify.html", verdict=verdict, error=error, slug=slug)
