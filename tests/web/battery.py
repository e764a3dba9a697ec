"""Tablets whose battery dies: signed on and sent from, killed at a moment of chance, and what the archive has then."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from werkzeug.wsgi import ClosingIterator

from forms_service.domain.envelope import EnvelopeState
from forms_service.ports import Search
from forms_service.workflow.find import find
from tests.web import signing
from tests.web.signing import BY, LEAD, REFERRAL, Server, drive, press
from tests.web.tablet import OnBattery, running_on_battery

DRAWS = frozenset({"paper/sign/person", "paper/officer"})
UNFINISHED = '[data-paper="open"], [data-paper="half-signed"]'


def sign_and_die(browser: Browser, server: Server, profile: Path, steps: Sequence[str], seed: int) -> None:
    """Begin a paper, die at each of these steps, and go on with it after the next start; at the end send everything."""
    chance = random.Random(seed)  # noqa: S311  # seeded, so that a failure comes again
    forms = [LEAD if step == "paper/say-back" else chance.choice((LEAD, REFERRAL, REFERRAL)) for step in steps]
    with running_on_battery(browser, profile) as running, server.on():
        signing.set_up(running.page, server)
    for number, (step, form) in enumerate(zip(steps, forms, strict=True)):
        with running_on_battery(browser, profile) as running:
            running.page.goto(f"{server.origin}/tablet/#start")
            if number:
                finish(running.page, forms[number - 1], number * 1.37)
            drive(running.page, step, form, number * 1.37 + 0.7)
            die(running, chance, step)
    with running_on_battery(browser, profile) as running:
        running.page.goto(f"{server.origin}/tablet/#start")
        finish(running.page, forms[-1], len(forms) * 1.37)
        running.page.goto(f"{server.origin}/tablet/#waiting")
        with server.on():
            press(running.page, "Send now")
            all_sent(running.page, len(steps))


def all_sent(page: Page, papers: int) -> None:
    """Wait until nothing waits, some seconds a paper: each is made, sealed and archived."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits", timeout=15_000 * papers)


def die(running: OnBattery, chance: random.Random, at: str) -> None:
    """Draw and sign where one can, and die some milliseconds later."""
    if at in DRAWS:
        signing.draw(running.page, chance.uniform(3, 9))
        running.page.get_by_role("button", name="I sign", exact=True).dispatch_event("click")
        time.sleep(chance.uniform(0, 0.06))
    running.kill()


def finish(page: Page, form: str, seed: float) -> None:
    """Go on to the end of what was cut off, if the last signature was not quicker; nothing unfinished is left."""
    drive(page, "start/start")
    if page.locator(UNFINISHED).count():
        drive(page, "paper/done", form, seed)
        press(page, "Back to start")
    expect(page.locator('main[data-screen="start/start"]')).to_be_visible()
    assert page.locator(UNFINISHED).count() == 0


def every_paper_is_archived_once(server: Server, papers: int) -> None:
    """Hold the server's archive against how many papers were signed: none lost, none doubled, none half."""
    records = list(find(server.services, BY, Search()))
    assert len(records) == len({one.document_id for one in records}) == papers
    assert len(set(server.puts)) == 2 * papers
    with server.services.database.read() as transaction:
        states = {state: len(transaction.ledger.envelopes_in(state)) for state in EnvelopeState}
    assert {state: count for state, count in states.items() if count} == {EnvelopeState.ARCHIVED: 2 * papers}
    for one in records:
        evidence = json.loads(server.services.archive.read(f"urn:uuid:{one.record_id}", "evidence.json"))
        assert sorted(evidence["signatures"]["blocks"]) == ["officer", "person"]


class DeadlyServer(Server):
    """The real server, in whose hands the tablet's battery dies, at a moment of a PUT.

    ``body``: half of it is here; ``kept``: it is kept and receipted, and no answer goes out; ``answered``: the receipt
    has gone out, some milliseconds before.
    """

    moment, after_ms, puts_left = "", 0.0, 0
    victim: OnBattery | None = None

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.died = threading.Event()

    def arm(self, victim: OnBattery, moment: str, *, puts_left: int, after_ms: float) -> None:
        """Let a tablet die at this moment of its PUT after so many."""
        self.died.clear()
        self.victim, self.moment, self.puts_left, self.after_ms = victim, moment, puts_left, after_ms

    def __call__(self, environ, start_response) -> Iterable[bytes]:
        """Answer as WSGI has it, and kill when it is time."""
        if environ["REQUEST_METHOD"] != "PUT" or not self.moment:
            return super().__call__(environ, start_response)
        self.puts_left -= 1
        if self.puts_left >= 0:
            return super().__call__(environ, start_response)
        return self._deadly(environ, start_response)

    def _deadly(self, environ, start_response) -> Iterable[bytes]:
        if self.moment == "body":
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]) // 2)
            self._kill()
            start_response("500 Internal Server Error", [])
            return [b""]
        answer = super().__call__(environ, start_response)
        if self.moment == "kept":
            self._kill()
            return answer
        return ClosingIterator(answer, [threading.Timer(self.after_ms / 1000, self._kill).start])

    def _kill(self) -> None:
        if self.victim and not self.died.is_set():
            os.killpg(self.victim.process.pid, signal.SIGKILL)
            self.died.set()
