"""The go-live page and the in-force page, without a browser."""

from __future__ import annotations

import pytest

from forms_service.domain.go_live import LINES
from forms_service.web.go_live import LINE_WORDS
from tests.web.conftest import Visitor


def test_every_line_has_words():
    """A line without words on the page would be a bare name."""
    assert set(LINE_WORDS) == set(LINES)


def test_a_line_is_stated_on_the_page(visitor: Visitor):
    """Entered with name and words it turns green; without one, the reason stands at its line."""
    assert "lines are open" in visitor.get("/go-live").text
    answer = visitor.post("/go-live/languages", {"name": "Pat Example", "words": "English, Spanish"}, page="/go-live")
    assert answer.headers["Location"] == "/go-live#languages"
    assert "Pat Example" in visitor.get("/go-live").text
    refused = visitor.post("/go-live/languages", {"name": "", "words": "x"}, page="/go-live")
    assert refused.status_code == 422
    assert "Enter who decided" in refused.text


def test_signing_waits_for_every_line(visitor: Visitor):
    """Red lines refuse, in words."""
    answer = visitor.post("/go-live", {}, page="/go-live")
    assert answer.status_code == 409
    assert "Not every line is green" in answer.text


@pytest.mark.parametrize("typed", ["", "Ana Example", "LEAD-7Q2F9-KDM3X-4"])
def test_a_number_that_is_none_is_said_at_its_field(visitor: Visitor, typed: str):
    """Empty, a name, and a mistyped check symbol."""
    answer = visitor.post("/in-force", {"number": typed})
    assert answer.status_code == 422
    assert 'id="number-error"' in answer.text
