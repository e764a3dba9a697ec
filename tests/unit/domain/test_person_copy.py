"""The person's copy: the lines that were shown, what to do next on top, and nothing that is not theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from forms_service.domain.forms import LineKind
from forms_service.domain.person_copy import Shown, person_copy
from forms_service.domain.wording import Line
from tests.unit.domain.test_values import FORMS, LEAD

AT = datetime(2026, 11, 20, 14, 3)  # noqa: DTZ001  # the agency's local time
VALUES = {
    "agency": "Dallas Police Department", "bh_phone_weekday": "503-623-9289", "crisis_phone": "988", "reach_phone": "503-555-0199",
}  # fmt: skip


def line(line_id: str, text: str) -> Line:
    """Give a line as the archive keeps it: its look is not there."""
    return Line(id=line_id, kind=LineKind.NOTE, section="", text=text)


SHOWN = Shown(
    document_id="LEAD-7Q2F9-KDM3X-3", language="en",
    lines=(line("title", "LEAD agreement"), line("L-0", "Go there, or call 503-555-0123."), line("offence-1", "A pie"), line("sig-person", "Rosa")),
    english=(), signed=AT, blocks={"person": AT, "officer": AT.replace(minute=9)}, values=VALUES, practice=False,
)  # fmt: skip


def test_lines_get_their_looks_back_from_the_form():
    """By their ids, also one of several of a group; what to do next stands on top, and only there."""
    copy = person_copy(LEAD, SHOWN)
    assert [(one.kind, one.text) for one in copy.lines] == [
        ("title", "LEAD agreement"), ("value", "A pie"), ("signer", "Rosa"),
    ]  # fmt: skip
    assert copy.box == ("Go there, or call 503-555-0123.",)
    assert copy.signers == ("Your signature: November 20, 2026, 2:03 p.m.", "Officer: November 20, 2026, 2:09 p.m.")


def test_it_says_whose_it_is_and_who_keeps_the_original():
    """With the agency's name from the page; practice is said, and only then."""
    words = person_copy(LEAD, SHOWN).words
    assert words["signed"] == "Signed November 20, 2026, 2:03 p.m."
    assert words["kept"] == "The sealed original is kept by Dallas Police Department."
    assert "practice" not in words
    assert "practice" in person_copy(LEAD, replace(SHOWN, practice=True)).words


@pytest.mark.parametrize(("language", "heading"), [("es", "Su copia"), ("en", "Your copy")])
def test_it_speaks_the_persons_language(language, heading):
    """Its own words and the dates; the English lines follow."""
    copy = person_copy(LEAD, replace(SHOWN, language=language, english=SHOWN.lines))
    assert copy.words["heading"] == heading
    assert len(copy.english) == 4
    assert ("noviembre" in copy.words["signed"]) is (language == "es")


def test_only_the_agencys_numbers_and_those_of_the_next_step_are_called():
    """The person's own number is none of them; each stands once."""
    assert person_copy(LEAD, SHOWN).numbers == ("503-623-9289", "988", "503-555-0123")
    assert person_copy(FORMS.form("social-referral").definition, replace(SHOWN, lines=(), values={})).numbers == ()


def test_as_data_it_holds_nothing_but_what_is_shown():
    """Kind and text of each line, the frame's words, and no value."""
    data = person_copy(LEAD, SHOWN).as_json()
    assert set(data) == {
        "v", "document_id", "language", "title", "words", "box", "lines", "signers", "english", "numbers",
    }  # fmt: skip
    assert data["lines"][0] == ["title", "LEAD agreement"]
