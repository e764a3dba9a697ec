"""From "LEAD" to two sealed signatures on a tablet without a network, and what the server makes of them."""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.domain.envelope import EnvelopeState
from forms_service.ports import Search
from forms_service.workflow.find import find
from tests.conftest import SCALE
from tests.web import signing
from tests.web.signing import BY, LEAD, REFERRAL, WORDS, Server, drive, heading, press
from tests.web.tablet import OnBattery, running_on_battery, tablet

KILLS = 10 * SCALE
# Where it is killed: on these screens, or within milliseconds of what is pressed on them.
STEPS = (
    "paper/screening", "paper/form", "paper/check", "paper/hand-over", "paper/say-no", "paper/read", "paper/sign/person",
    "paper/sign/person", "paper/thanks", "paper/officer",
)  # fmt: skip
DRAWS = frozenset({"paper/sign/person", "paper/officer"})


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


def test_a_browser_killed_at_any_step_of_signing_loses_and_doubles_nothing(
    chromium_browser: Browser, server: Server, tmp_path: Path
):
    """Killed at each step, each paper goes on where it was and is archived once."""
    chance, profile = random.Random(20), tmp_path / "profile"  # noqa: S311  # seeded, so that a failure comes again
    forms = [chance.choice((LEAD, REFERRAL)) for _ in range(KILLS)]
    with running_on_battery(chromium_browser, profile) as running, server.on():
        signing.set_up(running.page, server)
    for number, form in enumerate([*forms, ""]):
        with running_on_battery(chromium_browser, profile) as running:
            running.page.goto(f"{server.origin}/tablet/#start")
            if number:
                finish(running.page, forms[number - 1], number * 1.37)
            if form:
                drive(running.page, STEPS[number % len(STEPS)], form, number * 1.37 + 0.7)
                sign_and_kill(running, chance, STEPS[number % len(STEPS)])
            else:
                send(running.page, server)
    found = records(server)
    assert len(found) == len({one.document_id for one in found}) == KILLS
    assert len(set(server.puts)) == 2 * KILLS
    assert {state: count(server, state) for state in EnvelopeState if count(server, state)} == {
        EnvelopeState.ARCHIVED: 2 * KILLS
    }
    for one in found:
        assert sorted(evidence(server, one)["signatures"]["blocks"]) == ["officer", "person"]


def sign_and_kill(running: OnBattery, chance: random.Random, at: str) -> None:
    """Draw and sign where one can, and kill some milliseconds later."""
    if at in DRAWS:
        signing.draw(running.page, chance.uniform(3, 9))
        running.page.get_by_role("button", name="I sign", exact=True).dispatch_event("click")
        time.sleep(chance.uniform(0, 0.05))
    running.kill()


def finish(page: Page, form: str, seed: float) -> None:
    """Go on to the end of what was cut off, if the last signature was not quicker; nothing unfinished is left."""
    drive(page, "start/start")
    if page.locator('[data-paper="open"], [data-paper="half-signed"]').count():
        drive(page, "paper/done", form, seed)
        press(page, "Back to start")
    expect(page.locator('main[data-screen="start/start"]')).to_be_visible()
    assert page.locator('[data-paper="open"], [data-paper="half-signed"]').count() == 0


def count(server: Server, state: EnvelopeState) -> int:
    """Give how many envelopes of the server are in a state."""
    with server.services.database.read() as transaction:
        return len(transaction.ledger.envelopes_in(state))
