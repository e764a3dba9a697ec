"""The judge of PDF/A and PDF/UA says yes, says no with the rule, and never passes in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
import weasyprint

from forms_service.settings import ROOT
from tests.counterparts.verapdf import check, failures

FONT = (ROOT / "config" / "fonts" / "NotoSans-Regular.ttf").as_uri()
PAGE = (
    "<html lang=en><title>Title</title><style>@font-face {{ font-family: Test; src: url({font}) }}"
    "body {{ font-family: Test }}</style><h1>Heading</h1><p>Text{more}"
)


def page(file: Path, variant: str | None, more: str = "") -> Path:
    """Write a small page as WeasyPrint makes it."""
    html = PAGE.format(font=FONT, more=more)
    weasyprint.HTML(string=html).write_pdf(file, pdf_variant=variant)
    return file


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Judge a good page, a plain one, one with a known fault and one that is no PDF, in one call."""
    folder = tmp_path_factory.mktemp("verapdf")
    good = page(folder / "good ñ.pdf", "pdf/a-3a")
    plain = page(folder / "plain.pdf", None)
    faded = page(folder / "faded.pdf", "pdf/ua-1", "<p style='opacity:.5'>pale")
    none = folder / "none.pdf"
    none.write_text("not a PDF")
    found = check([good, plain, faded, none], ("3a", "ua1"))
    return {file.name: [one for one in found if one.file == file] for file in (good, plain, faded, none)}


def test_a_good_page_has_no_finding_but_the_claim_it_does_not_make(judged):
    """A PDF/A-3a page passes 3a, and by ua1 lacks exactly its claim (5-1)."""
    assert [(one.flavour, one.rule) for one in judged["good ñ.pdf"]] == [("ua1", "5-1")]


def test_a_plain_page_is_found_by_both(judged):
    """A page that claims nothing fails both flavours."""
    assert {one.flavour for one in judged["plain.pdf"]} == {"3a", "ua1"}


def test_a_finding_names_rule_message_and_location(judged):
    """Content that marks do not reach is rule 7.1-3, at a place inside the page."""
    found = [one for one in judged["faded.pdf"] if one.rule == "7.1-3" and one.flavour == "ua1"]
    assert found
    assert "Artifact" in found[0].message
    assert "pages[0]" in found[0].location


def test_a_file_that_is_no_pdf_is_a_finding(judged):
    """What can not be read is told for each flavour, and does not stop the files beside it."""
    assert [(one.flavour, one.clause) for one in judged["none.pdf"]] == [("3a", "unreadable"), ("ua1", "unreadable")]


def test_lines_say_the_same_as_findings(tmp_path):
    """The lines begin with flavour, file and rule."""
    file = page(tmp_path / "good.pdf", "pdf/a-3a")
    assert failures([file], ("3a",)) == []
    assert failures([file], ("ua1",))[0].startswith(f"ua1 {file} 5-1 ")


@pytest.mark.parametrize(
    ("java", "message"),
    [("/nonexistent/java", "does not start"), ("/bin/false", "ended with 1"), ("/bin/true", "0 of 2 verdicts")],
)
def test_a_judge_that_does_not_judge_is_told(tmp_path, java, message):
    """Java missing, failing or printing nothing is an error, never a pass."""
    with pytest.raises(RuntimeError, match=message):
        check([tmp_path / "any.pdf"], java=java)


def test_one_verdict_too_few_is_told(tmp_path):
    """A Java that stops after its first file does not let the second pass."""
    short = tmp_path / "java"
    short.write_text("#!/bin/sh\nprintf 'JUDGED\\t0\\tpass\\n'\n")
    short.chmod(0o755)
    with pytest.raises(RuntimeError, match="1 of 2 verdicts"):
        check([tmp_path / "any.pdf"], java=str(short))


def test_a_no_without_a_reason_is_told(tmp_path):
    """A verdict of "fail" without a failed test does not become an empty list."""
    odd = tmp_path / "java"
    odd.write_text("#!/bin/sh\nprintf 'JUDGED\\t0\\tpass\\nJUDGED\\t1\\tfail\\n'\n")
    odd.chmod(0o755)
    with pytest.raises(RuntimeError, match="no failed test told"):
        check([tmp_path / "any.pdf"], java=str(odd))


def test_nothing_to_judge_is_told():
    """An empty list of files is a mistake of the caller, not a pass."""
    with pytest.raises(RuntimeError, match="no file"):
        check([])
