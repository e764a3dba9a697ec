"""Every refusal has words, and what nobody foresaw gets a number and no traceback."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import forms_service.errors as tree
from forms_service.errors import (
    FormsServiceError,
    OfficeBusyError,
    OfficeError,
    PasswordTooEasyError,
    PasswordTooShortError,
)
from forms_service.settings import ROOT
from forms_service.web.app import create_app
from forms_service.web.error_words import FAULTS, PAGES, VERDICTS, WORDS, said
from forms_service.workflow.hold import HoldReason
from tests.web.conftest import Visitor

LEAVES = sorted(one.slug for one in vars(tree).values() if isinstance(one, type) and issubclass(one, FormsServiceError))
CODE = ROOT / "forms_service"


@pytest.mark.parametrize("slug", [slug for slug in LEAVES if slug != "forms-service-error"])
def test_every_slug_of_the_tree_has_words(slug):
    """A refusal without words would show a bare slug to an officer."""
    assert slug in WORDS


@pytest.mark.parametrize("reason", list(HoldReason))
def test_every_reason_to_hold_has_words(reason):
    """What is held is told in words on the desk."""
    assert str(reason) in PAGES


def test_every_fault_of_values_and_signatures_has_words():
    """The slugs that the checks can give are read from the checks themselves."""
    found = set()
    for name in ("domain/values.py", "domain/signature_reading.py", "domain/screening.py", "workflow/complete.py"):
        found |= set(re.findall(r'fault\(\s*"([a-z-]+)"', (CODE / name).read_text("utf-8")))
    assert found
    assert found - set(FAULTS) == set()


def test_every_reason_of_a_verdict_has_words():
    """The slugs that the inspector can give are read from the inspector itself."""
    text = (CODE / "documents" / "inspect.py").read_text("utf-8")
    found = set(
        re.findall(r'"((?:no|foreign|another|agreement|digest|signature|certificate|bytes|docmdp)-[a-z-]+)"', text)
    )
    assert found
    assert found - set(VERDICTS) == set()


def test_words_are_sentences():
    """Each row has a short title without a stop and words that end in one."""
    for slug, row in WORDS.items():
        assert not row.title.endswith("."), slug
        assert row.words.endswith("."), slug
        assert bool(row.title_es) is bool(row.words_es), slug


class BrokenForms:
    """A form library in which something nobody foresaw happens."""

    def forms(self):
        """Fail like a bug would."""
        raise ZeroDivisionError("a name that must not be shown")


def test_a_surprise_shows_a_number_and_no_traceback(services, account, caplog):
    """The page tells a number, the log tells the number and the cause."""
    broken = replace(services, forms=BrokenForms())
    visitor = Visitor(create_app(broken.settings, broken), services.settings.origin)
    visitor.sign_in()
    answer = visitor.get("/")
    assert answer.status_code == 500
    number = re.search(r"Number: <strong[^>]*>([0-9a-f]{8})<", answer.text)
    assert number
    assert number[1] in caplog.text
    assert "ZeroDivisionError" not in answer.text
    assert "must not be shown" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/nowhere", 404), ("get", "/drafts", 405)])
def test_what_flask_refuses_has_our_page(visitor, method, path, status):
    """Unknown addresses and wrong methods are answered in our words."""
    answer = getattr(visitor, method)(path)
    assert answer.status_code == status
    assert "Back to start" in answer.text


def test_a_refusal_is_said_in_one_line():
    """What happened, the reason where there is one, and the next step stand in that order."""
    easy = PasswordTooEasyError(reason="It is one of the most used.")
    words = WORDS[easy.slug]
    assert said(easy) == f"{words.title}. It is one of the most used. {words.words}"
    short = PasswordTooShortError(got=3, least=12)
    assert said(short) == f"{WORDS[short.slug].title}. {WORDS[short.slug].words}"


def test_what_libreoffice_did_not_make_is_answered_as_later():
    """503: a tablet keeps what it sent and sends it again."""
    slugs = {one.slug for one in vars(tree).values() if isinstance(one, type) and issubclass(one, OfficeError)}
    assert len(slugs) == 5
    assert {WORDS[slug].status for slug in slugs} == {503}


def test_who_comes_while_too_many_pages_are_made_is_told_when_to_come_back(services):
    """LibreOffice makes one page at a time: 503, and the seconds in Retry-After."""
    app = create_app(services.settings, services)
    with app.test_request_context("/"):
        answer = app.make_response(app.handle_user_exception(OfficeBusyError(retry_after_seconds=7)))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
