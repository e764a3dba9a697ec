"""One tablet that is ready, away from its server, for many tests in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.web import signing
from tests.web.signing import Server, drive, heading, press
from tests.web.tablet import run, tablet


class Desk:
    """The tablet, and what a test asks of it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server

    def start(self) -> Page:
        """Go to the start with nothing unfinished, from wherever the last test ended."""
        self.page.goto(f"{self.server.origin}/tablet/#start")
        self.page.reload()
        drive(self.page, "start/start")
        while self.page.locator('[data-paper="half-signed"]').count():
            self._discard()
        while count := self.page.locator('[data-paper="open"]').count():
            press(self.page, re.compile("^Erase"))
            expect(self.page.locator('[data-paper="open"]')).to_have_count(count - 1)
        return self.page

    def _discard(self) -> None:
        press(self.page, re.compile("^Finish"))
        drive(self.page, "paper/officer")
        press(self.page, re.compile("Do not sign"))
        self.page.locator('label:has(> input[value="person_changed_mind"])').click()
        press(self.page, "Discard the signature")
        heading(self.page, "Which form fits this contact?")

    def waiting(self) -> list[dict]:
        """Give every envelope in the order they were made."""
        return sorted(run(self.page, "return every('outbox');"), key=lambda one: one["counter"])

    def papers(self) -> int:
        """Give how many papers are on the tablet."""
        return len(run(self.page, "return every('drafts');"))

    def send(self) -> None:
        """Let everything be sent."""
        self.page.goto(f"{self.server.origin}/tablet/#waiting")
        with self.server.on():
            press(self.page, "Send now")
            heading(self.page, "Nothing waits")

    def counts(self) -> list[tuple[str, str, int]]:
        """Give the nameless counts of the server."""
        with self.server.services.database.read() as transaction:
            return [tuple(one) for one in transaction.ledger.counts()]


@contextmanager
def a_desk(browser: Browser, folder: Path) -> Iterator[Desk]:
    """Set a tablet up."""
    server = Server(folder)
    with tablet(browser, folder / "profile") as context:
        page = context.pages[0]
        with server.on():
            signing.set_up(page, server)
        yield Desk(page, server)
