"""From "LEAD" to two sealed signatures on a tablet without a network, and what the server makes of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.ports import Search
from forms_service.workflow.find import find
from tests.web import signing
from tests.web.signing import BY, LEAD, REFERRAL, WORDS, Server, heading, press
from tests.web.tablet import tablet


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """Give the real server, switched off."""
    return Server(tmp_path)


def send(page: Page, server: Server) -> None:
    """Bring the tablet where its server is, until nothing waits."""
    page.goto(f"{server.origin}/tablet/#waiting")
    with server.on():
        press(page, "Send now")
        heading(page, "Nothing waits")


def records(server: Server) -> list:
    """Give every record."""
    return list(find(server.services, BY, Search()))


def evidence(server: Server, record) -> dict:
    """Give what the archive keeps as evidence."""
    return json.loads(server.services.archive.read(f"urn:uuid:{record.record_id}", "evidence.json"))


def words(text: str) -> str:
    """Give a line's words, without how a screen sets label and value apart."""
    return " ".join(text.replace(":", " ").split())


def signed_away(page: Page, form: str, language: str) -> dict[str, object]:
    """Let both sign without a network; give the number, the lines that were shown, the digest on the last screen."""
    number = signing.prepared(page, form, language)
    press(page, WORDS[language]["show"])
    expect(page.locator('main[data-screen="paper/read"]')).to_be_visible()
    shown = page.locator("[data-line]").all_inner_texts()
    press(page, WORDS[language]["read"])
    if form == LEAD:
        signing.say_back(page)
    press(page, WORDS[language]["want"])
    signing.sign(page, "person", 7, language)
    signing.take_back(page)
    signing.sign(page, "officer", 11)
    heading(page, "Signed and sealed")
    expect(page.get_by_role("heading", name="1 agreement waiting")).to_be_visible()
    digest = page.locator(".plate__digest").inner_text().removeprefix("Text ")
    return {"number": number, "shown": [words(text) for text in shown], "digest": digest}


@pytest.mark.parametrize(("form", "language"), [(LEAD, "es"), (REFERRAL, "en")])
def test_signed_from_cold_start_without_a_network_and_archived_the_next_morning(
    chromium_browser: Browser, server: Server, tmp_path: Path, form: str, language: str
):
    """Two signatures without a server, the tablet switched off, and the server's record says what the tablet showed."""
    with tablet(chromium_browser, tmp_path / "profile") as context, server.on():
        signing.set_up(context.pages[0], server)
    with tablet(chromium_browser, tmp_path / "profile") as context:
        signing.unlock(context.pages[0], server)
        told = signed_away(context.pages[0], form, language)
    with tablet(chromium_browser, tmp_path / "profile") as context:
        send(context.pages[0], server)
        signing.unlock(context.pages[0], server)
        press(context.pages[0], re.compile("^Look:"))
        expect(context.pages[0].locator('[data-sent="archived"]')).to_be_visible()
    [record] = records(server)
    kept = evidence(server, record)
    said = [words(text) for _, text in kept["lines"]]
    assert (record.document_id, record.language) == (told["number"], language)
    assert told["digest"] == kept["presented_digest"][:12]
    assert told["shown"] == [text for text in said if text in told["shown"]]
    assert len(said) - len(told["shown"]) <= 4, "only the signers' own lines stand elsewhere"
    assert len(set(server.puts)) == 2
