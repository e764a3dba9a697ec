"""Recorded clauses of a language pack: ``<language>.<line id>.mp3`` or ``.ogg`` in the form folder.

A recording is offered only where it can say the whole text: lines that hold a person's values have none.
"""

from __future__ import annotations

from collections.abc import Sequence

from forms_service.domain.forms import FormVersion
from forms_service.domain.wording import PLACEHOLDER, Line
from forms_service.errors import NotFoundError

KINDS = ("mp3", "ogg")


def fixed_lines(form: FormVersion, language: str, lines: Sequence[Line]) -> frozenset[str]:
    """Give the ids of the lines that say the same to everybody, so that a recording can say them."""
    return frozenset(line.id for line in lines if not line.value and _is_fixed(form, language, line.id))


def _is_fixed(form: FormVersion, language: str, line_id: str) -> bool:
    words = form.definition.pack(language).lines.get(line_id, "")
    return bool(words) and PLACEHOLDER.search(words) is None


def recordings(form: FormVersion, language: str, lines: Sequence[Line]) -> frozenset[str]:
    """Give the ids of the lines that have a recorded voice."""
    return frozenset(one for one in fixed_lines(form, language, lines) if _name(form, language, one))


def recording(form: FormVersion, language: str, line_id: str) -> tuple[str, bytes]:
    """Give a recording's file name and bytes.

    Raises:
        NotFoundError: The line has none.
    """
    name = _name(form, language, line_id)
    if not name or not _is_fixed(form, language, line_id):
        raise NotFoundError(kind="recording", name=line_id[:40])
    return name, form.files[name]


def _name(form: FormVersion, language: str, line_id: str) -> str:
    names = (f"{language}.{line_id}.{kind}" for kind in KINDS)
    return next((name for name in names if name in form.files), "")
