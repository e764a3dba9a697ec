"""Recorded clauses of a language pack are offered, played and kept, and never where a value must be said."""

from __future__ import annotations

import re
import shutil

import pytest

from forms_service.settings import ROOT
from forms_service.web.app import create_app
from tests.conftest import make_services
from tests.web.conftest import Visitor, hire
from tests.web.papers import hand_over

VOICE = b"ID3 a recorded voice"


@pytest.fixture
def visitor(tmp_path) -> Visitor:
    """Give a signed-in visitor of a service whose Spanish clauses are recorded."""
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    folder = templates / "social-referral" / "1"
    for line in ("title", "SR-1", "SR-2", "SR-3", "v-person"):
        (folder / f"es.{line}.mp3").write_bytes(VOICE)
    services = make_services(tmp_path, FORMS_TEMPLATES=str(templates))
    hire(services)
    found = Visitor(create_app(services.settings, services), services.settings.origin)
    found.sign_in()
    return found


def test_a_recorded_clause_is_offered_and_played(visitor):
    """The page names the recording of a clause; its bytes come with their type."""
    hand_over(visitor, "social-referral", "es")
    page = visitor.get("/person/read").text
    assert "data-recording=/person/recording/SR-2" in page
    answer = visitor.get("/person/recording/SR-2")
    assert (answer.data, answer.mimetype) == (VOICE, "audio/mpeg")


def test_a_line_with_a_value_is_never_left_to_a_recording(visitor):
    """A voice that was recorded once can not say this person's name."""
    hand_over(visitor, "social-referral", "es")
    page = visitor.get("/person/read").text
    assert "recording/v-person" not in page
    fixed = re.findall(r"data-line data-fixed[^>]*>([^<]+)<", page)
    assert any("Usted puede decir que no" in text for text in fixed)
    assert not any("Rosa" in text for text in fixed)


def test_a_clause_without_a_recording_has_none(visitor):
    """A clause nobody recorded is not found, nor is a line that holds a value, whatever lies in the folder."""
    hand_over(visitor, "social-referral", "es")
    assert visitor.get("/person/recording/SR-4").status_code == 404
    assert visitor.get("/person/recording/v-person").status_code == 404
