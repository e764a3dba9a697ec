"""The form and language of the screens that are handed to the person, kept in the signed visit cookie."""

from __future__ import annotations

from flask import session

LANGUAGE, FORM = "person_language", "person_form"


def page_language() -> str:
    """Give the language that the person reads now."""
    return str(session.get(LANGUAGE, "en"))


def page_form() -> str:
    """Give the form that the person reads now."""
    return str(session.get(FORM, ""))


def set_person_page(form: str, language: str) -> None:
    """Keep the form and the language that the person's screens speak."""
    session[FORM] = form
    session[LANGUAGE] = language
