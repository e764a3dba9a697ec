"""The page behind a link and its one button, asked without a browser: neutral, guarded, the same for everything that gives nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.record import RecordState
from forms_service.ports import Services
from forms_service.web.app import create_app
from forms_service.workflow.copy_link import end_links
from tests.conftest import HeldClock, archived, make_services
from tests.integration.test_copy_link import BY, LINK, TOKEN, give_link, opened, switched_on
from tests.web.conftest import Visitor
from tests.web.tablet_server import unpadded

OTHER = unpadded(b"another 16 bytes")


class Door:
    """Somebody with a link."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.visitor = Visitor(create_app(services.settings, services), services.settings.origin)
        self.record = archived(services, BY, "lead-agreement")
        give_link(services, self.record)

    def press(self, token: str = TOKEN):
        """Press the page's button."""
        return self.visitor.client.post(f"/c/{token}", base_url=self.visitor.origin)


@pytest.fixture
def door(tmp_path: Path, clock: HeldClock) -> Door:
    """Give a link that is open."""
    return Door(switched_on(make_services(tmp_path, clock)))


def answer(response) -> tuple:
    """Give everything of an answer but its date."""
    return response.status_code, sorted(one for one in response.headers if one[0] != "Date"), response.data


def test_the_page_names_nobody_and_is_the_same_for_every_token(door: Door):
    """No police, no programme, no health; title and preview are neutral; nobody is told whether anything is there."""
    mine, other = (door.visitor.get(f"/c/{token}") for token in (TOKEN, OTHER))
    assert answer(mine) == answer(other)
    text = mine.text
    assert "<title>Your document</title>" in text
    assert not re.search("police|lead|health|agreement|dallas|deflection|forms", text, re.IGNORECASE)
    assert set(re.findall(r'content="([^"]*)"', text)) >= {"Your document", "Open it with the button."}


def test_the_page_loads_nothing_of_others_and_tells_nobody_where_it_was(door: Door):
    """Policy, referrer, robots; no cookie is set, also by the button."""
    page, pressed = door.visitor.get(f"/c/{TOKEN}"), door.press()
    for one in (page, pressed):
        policy = one.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert one.headers["X-Robots-Tag"].startswith("noindex")
        assert one.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in one.headers
    assert "://" not in re.sub(r'property="og:[a-z]+"', "", page.text)


def test_the_button_gives_ciphertext_and_nothing_else(door: Door):
    """What comes opens with the key only, which was never sent here."""
    pressed = door.press()
    assert (pressed.status_code, pressed.mimetype) == (200, "application/jose")
    assert opened(pressed.text)["document_id"] == door.record.document_id


def test_everything_that_gives_nothing_is_one_answer(door: Door, clock: HeldClock):
    """Never was, no token at all, ended by count, by hand, by time, with a closed record."""
    nothing = answer(door.press(OTHER))
    assert nothing[0] == 404
    assert answer(door.press("x")) == nothing
    for _ in range(LINK.most_fetches):
        assert door.press().status_code == 200
    assert answer(door.press()) == nothing
    end_links(door.services, BY, door.record.document_id)
    assert answer(door.press()) == nothing
    clock.move(days=31)
    assert answer(door.press()) == nothing


def test_a_closed_record_answers_as_one_that_never_was(door: Door):
    """With the link still open in the ledger."""
    with door.services.database.write() as transaction:
        transaction.book.put(replace(door.record, state=RecordState.CLOSED))
    assert answer(door.press()) == answer(door.press(OTHER))


def test_whoever_guesses_is_slowed_down(door: Door):
    """Thirty tries a minute from one address."""
    told = [door.press(OTHER).status_code for _ in range(31)]
    assert told == [404] * 30 + [429]


@pytest.mark.parametrize("folder", [None, "pushed"])
def test_where_links_are_off_or_lead_elsewhere_nothing_is_there(tmp_path: Path, folder: str | None):
    """Neither page nor button, as for any address that is none."""
    services = make_services(tmp_path)
    if folder:
        services = switched_on(services, folder=tmp_path / folder)
    visitor = Visitor(create_app(services.settings, services), services.settings.origin)
    nowhere = visitor.get("/nowhere")
    page = visitor.get(f"/c/{TOKEN}")
    assert (page.status_code, page.text) == (404, nowhere.text)
    assert visitor.client.post(f"/c/{TOKEN}", base_url=visitor.origin).status_code == 404
