"""Walking through the service in a browser: act, look, and keep a picture of each page."""

from __future__ import annotations

import math

from playwright.sync_api import Page, expect

from tests.counterparts.browser import axe_violations, save_picture, sideways_px
from tests.web.conftest import Running

PATIENCE_MS = 30_000  # a machine that runs every other test beside this one
expect.set_options(timeout=PATIENCE_MS)


class Walk:
    """One walk through the service: acts, looks and keeps a picture of each page."""

    def __init__(self, page: Page, running: Running, size: str) -> None:
        self.page = page
        self.running = running
        self.size = size
        self.seen = 0
        self.complaints: list[str] = []
        page.on("console", self._listen)

    def _listen(self, message) -> None:
        """Keep what the browser complains about, but for our own refusals' statuses."""
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def look(self, name: str) -> None:
        """Keep a picture and let axe judge the page; a PDF viewer's inside is the browser's own."""
        self.seen += 1
        save_picture(self.page, f"{self.size}-{self.seen:02d}-{name}")
        found = axe_violations(self.page)
        assert found == [], found
        assert sideways_px(self.page) <= 0, f"{name} scrolls sideways"

    def put_off(self) -> None:
        """Answer the offer of a second step, which practice mode makes at each sign-in, with Not now."""
        self.page.get_by_role("link", name="Not now").click()

    def choose(self, name: str, value: str) -> None:
        """Tap the words of a choice."""
        self.page.locator(f'label[for="q-{name.replace(".", "-")}-{value}"]').click()

    def fill(self, **answers: str) -> None:
        """Type into inputs by name."""
        for name, text in answers.items():
            self.page.fill(f'[name="{name}"]', text)

    def date(self, name: str, year: str, month: str, day: str) -> None:
        """Answer a memorable date."""
        self.page.select_option(f'[name="{name}.month"]', month)
        self.page.fill(f'[name="{name}.day"]', day)
        self.page.fill(f'[name="{name}.year"]', year)

    def go_on(self) -> None:
        """Press the page's own button."""
        self.page.locator(".actions button[type=submit]").first.click()

    def draw(self, waves: float) -> None:
        """Draw a wave on the pad."""
        expect(self.page.locator("form[data-ready]")).to_be_visible()
        box = self.page.locator("[data-pad-surface]").bounding_box()
        assert box
        points = [
            (
                box["x"] + box["width"] * (0.1 + 0.6 * at / 50),
                box["y"] + box["height"] * (0.5 + 0.3 * math.sin(at / 50 * waves)),
            )
            for at in range(51)
        ]
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        for point in points:
            self.page.mouse.move(*point)
        self.page.mouse.up()
