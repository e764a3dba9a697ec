"""Answers to refusals: a page with words for people, never a traceback.

* A refusal of ours is told by its slug; the words stand in ``error_words.py``.
* What nobody foresaw gets the generic answer and a number that the log knows too.
* On a device that was handed over, the answer is in the person's language.
* A tablet's app gets the same words as ``application/problem+json`` with the slug (RFC 9457).
"""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from forms_service.errors import Fault, FormsServiceError, OfficeBusyError, TooManyRequestsError, UploadTooLargeError
from forms_service.web.current import current_services
from forms_service.web.error_words import BY_TYPE, GENERIC, WORDS, ErrorWords
from forms_service.web.person_language import page_language
from forms_service.web.refusals import remember_error
from forms_service.web.request_body import drain
from forms_service.web.session import handed_draft

log = logging.getLogger(__name__)
Page = tuple[str | Response, int]
PROBLEM = "application/problem+json"
APP_PATH = "/tablet/"


def register(app: Flask) -> None:
    """Answer every error of the application from the one table."""
    app.register_error_handler(FormsServiceError, answer_refusal)
    app.register_error_handler(TooManyRequestsError, answer_too_many)
    app.register_error_handler(OfficeBusyError, answer_too_many)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_surprise)


def answer_refusal(error: FormsServiceError) -> Page:
    """Answer a refusal of ours; a slug without words is a surprise."""
    remember_error(error)
    log.info("refused", extra={"slug": error.slug, "endpoint": request.endpoint})
    words = _words_of(error)
    return answer_surprise(error) if words is None else _page(error.slug, words)


def answer_too_many(error: TooManyRequestsError | OfficeBusyError) -> tuple[str | Response, int, dict[str, str]]:
    """Answer who asked too often, or came when too many wait, and say when to come back."""
    page, status = answer_refusal(error)
    return page, status, {"Retry-After": str(error.facts["retry_after_seconds"])}


def _words_of(error: FormsServiceError) -> ErrorWords | None:
    """Find the words of a slug, or of the nearest class above it that has some."""
    above = (getattr(kind, "slug", "") for kind in type(error).__mro__)
    return next((WORDS[slug] for slug in (error.slug, *above) if slug in WORDS), None)


def answer_http(error: HTTPException) -> Page:
    """Answer what Flask itself refuses."""
    if isinstance(error, RequestEntityTooLarge):
        drain(request)
        return _page(UploadTooLargeError.slug, WORDS[UploadTooLargeError.slug])
    if isinstance(error, CSRFError):
        return _page("form-post-invalid", WORDS["form-post-invalid"])
    if isinstance(error, MethodNotAllowed):
        return _page("method-not-allowed", WORDS["method-not-allowed"])
    status = error.code or 500
    slug = "not-found" if status == 404 else "invalid-input" if status < 500 else "error"
    return _page(slug, WORDS.get(slug, GENERIC), status=status)


def answer_surprise(error: Exception) -> Page:
    """Answer what nobody foresaw: the log gets the traceback and a number, the page only the number."""
    number = secrets.token_hex(4)
    log.error("error %s", number, exc_info=error, extra={"error_id": number, "endpoint": request.endpoint})
    return _page("error", GENERIC, error_id=number)


def _page(slug: str, words: ErrorWords, *, status: int = 0, error_id: str = "") -> Page:
    if request.path.startswith(APP_PATH):
        return _problem(slug, words, status or words.status)
    language = page_language() if handed_draft() else "en"
    title, text = in_language(words, language)
    page = render_template(
        "error.html", title=title, words=text, slug=slug, error_id=error_id, person_language=language if handed_draft() else "",
        practice=not current_services().settings.production,
    )  # fmt: skip
    return page, status or words.status


def _problem(slug: str, words: ErrorWords, status: int) -> Page:
    answer = jsonify(
        type=f"urn:forms-service:refusal:{slug}", title=words.title, detail=words.words, status=status, slug=slug
    )
    answer.mimetype = PROBLEM
    return answer, status


def in_language(words: ErrorWords, language: str) -> tuple[str, str]:
    """Give title and words in Spanish where there are some, else in English."""
    if language.partition("-")[0] == "es" and words.words_es:
        return words.title_es, words.words_es
    return words.title, words.words


def fault_words(fault: Fault, label: str, *, kind: str = "", language: str = "en") -> str:
    """Say one fault of an answer after its question's label, with what was expected where that helps."""
    _, words = in_language(WORDS.get(fault.slug, GENERIC), language)
    words = BY_TYPE.get((fault.slug, kind), words)
    if fault.slug in TELLING:
        words = f"{fault.message[:1].upper()}{fault.message[1:]}."
    return f"{label} {words}" if label.endswith("?") else f"{label}: {words[:1].lower()}{words[1:]}"


# The messages of these name limits only, never what somebody typed.
TELLING = frozenset({"text-too-long", "number-out-of-range", "items-out-of-range"})
