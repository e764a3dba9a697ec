"""The language of the screens that are handed to the person."""

from __future__ import annotations

from flask import session

LANGUAGE = "person_language"


def page_language() -> str:
    """Give the language that the person reads now."""
    return str(session.get(LANGUAGE, "en"))


def set_page_language(language: str) -> None:
    """Keep the language that the person chose."""
    session[LANGUAGE] = language
