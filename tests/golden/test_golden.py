"""The pages as they were looked at and accepted; ``script/golden`` writes them anew."""

from __future__ import annotations

import pytest

from tests.golden.pages import CASES, FOLDER, digest_line, pages_text, rendered


@pytest.mark.golden
@pytest.mark.parametrize(("form", "language"), CASES)
def test_the_page_is_the_one_that_was_accepted(services, form, language):
    """The text is the same; under the same engine versions the bytes are too."""
    folder = FOLDER / f"{form}-{language}"
    pdf = rendered(services, form, language)
    assert pages_text(pdf) == (folder / "pages.txt").read_text("utf-8")
    accepted, found = (folder / "render.sha256").read_text("utf-8"), digest_line(services, pdf)
    if accepted.split(" ", 1)[1] == found.split(" ", 1)[1]:
        assert accepted == found
