"""A half-signed paper after ten wrong PINs: its officer gets the text back and signs, or gives it up with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.domain.envelope import EnvelopeState
from forms_service.ports import Search
from forms_service.workflow.find import find
from tests.web import signing
from tests.web.signing import BY, LEAD, Server, heading, press
from tests.web.tablet import OTHER_PIN, run, see, tablet

WRONG = """
  let now = Date.now();
  const clock = new Vault({ database, now: () => (now += 4_000_000) });
  for (let tried = 0; tried < 10; tried += 1) await clock.unlock("904713").catch(() => undefined);
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Give the real server, switched on."""
    server = Server(tmp_path)
    with server.on():
        yield server


@pytest.fixture
def page(chromium_browser: Browser, server: Server, tmp_path: Path) -> Iterator[Page]:
    """Give a tablet on which the person has signed, and somebody has then typed ten wrong PINs."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        signing.set_up(page, server)
        signing.prepared(page, LEAD, "es")
        signing.read(page, LEAD, "es")
        signing.sign(page, "person", 7, "es")
        signing.take_back(page)
        expect(page.locator('[data-block="officer"]')).to_be_visible()
        run(page, WRONG)
        page.reload()
        page.goto(f"{server.origin}/tablet/#pin")
        heading(page, "Choose a PIN")
        for name in ("pin", "again"):
            page.fill(f"[name={name}]", OTHER_PIN)
        page.get_by_role("button", name="Use this PIN").click()
        expect(page.get_by_text("The PIN is chosen.")).to_be_visible()
        page.goto(f"{server.origin}/tablet/#start")
        expect(page.locator('[data-paper="orphan"]')).to_have_count(1)
        yield page


def states(server: Server) -> dict[str, int]:
    """Give how many envelopes the server has in each state."""
    with server.services.database.read() as transaction:
        found = {str(state): len(transaction.ledger.envelopes_in(state)) for state in EnvelopeState}
    return {state: count for state, count in found.items() if count}


def test_its_officer_gets_it_back_and_finishes_it(page: Page, server: Server):
    """The very text comes back, the officer signs it, and the archive has one paper with both signatures."""
    see(page, "half-signed-without-text")
    press(page, "Get it back")
    expect(page.locator('[data-block="officer"]')).to_be_visible()
    signing.sign(page, "officer", 11)
    heading(page, "Signed and sealed")
    expect(page.locator('[data-sent="archived"]')).to_be_visible()
    [record] = find(server.services, BY, Search())
    evidence = json.loads(server.services.archive.read(f"urn:uuid:{record.record_id}", "evidence.json"))
    assert sorted(evidence["signatures"]["blocks"]) == ["officer", "person"]
    assert states(server) == {"archived": 2}
    press(page, "Back to start")
    expect(page.locator('[data-paper="done"]')).to_have_count(1)
    expect(page.locator('[data-paper="orphan"]')).to_have_count(0)


def test_it_is_given_up_with_a_reason_also_without_a_network(page: Page, server: Server):
    """One discard names the person's envelope; nothing is left to finish, here or there."""
    page.locator('[data-paper="orphan"] summary').click()
    press(page, "I was called away")
    expect(page.locator('[data-paper="orphan"]')).to_have_count(0)
    page.goto(f"{server.origin}/tablet/#waiting")
    press(page, "Send now") if page.get_by_role("button", name="Send now").count() else None
    heading(page, "Nothing waits")
    assert states(server) == {"discarded": 2}


def test_what_came_back_is_opened_for_the_credentials_time_only(page: Page, server: Server):
    """Three days later the paper is not on the tablet any more; it can be got back again."""
    press(page, "Get it back")
    expect(page.locator('[data-block="officer"]')).to_be_visible()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=73))
    page.goto(f"{server.origin}/tablet/#start")
    page.reload()
    page.fill("[name=pin]", OTHER_PIN)
    press(page, "Unlock")
    heading(page, "Which form fits this contact?")
    expect(page.locator('[data-paper="orphan"]')).to_have_count(1)
    expect(page.locator('[data-paper="half-signed"]')).to_have_count(0)
