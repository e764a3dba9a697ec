"""One walk from the choice of a form to the sealed paper, by fingers, keys and pen, every input traced."""

from __future__ import annotations

import math
from collections.abc import Sequence

from playwright.sync_api import Browser, FloatRect, Locator, expect

from benchmarks.traces import MARK, MARKS, Answer, answers, traced
from tests.web import signing
from tests.web.signing import WORDS, Officer, heading
from tests.web.tablet import PIN, TABLET
from tests.web.tablet_desk import Desk

START = "start/start"
BARE = """<!doctype html><meta name="viewport" content="width=device-width"><title>Bare</title>
<main data-screen="bare"><button>One</button></main>
<script>let taps = 0; document.querySelector("button").addEventListener("click", ({ target }) => (target.textContent = `${++taps}`));</script>"""
BARE_TAPS = 20
STROKES, POINTS = 3, 120  # of one signature
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


class Hand(Officer):
    """Touches, types and draws as a hand does: nothing of the driver runs in the page between an input and its paint."""

    def tap(self, what: Locator) -> None:
        """Tap the middle of something."""
        box = _place(what)
        self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.evaluate(TWO_FRAMES)

    def press(self, words: str) -> None:
        """Tap a button."""
        self.tap(self.page.get_by_role("button", name=words).first)

    def choose(self, name: str, value: str) -> None:
        """Tap an answer."""
        self.tap(self.page.locator(f'label:has(> input[name="{name}"][value="{value}"])'))

    def type(self, name: str, text: str) -> None:
        """Type an answer, key by key."""
        box = self.page.locator(f'[name="{name}"]')
        box.focus()
        box.press("Control+a")
        self.page.keyboard.type(text)

    def next(self, name: str = "Next") -> None:
        """Tap the screen's own button."""
        self.press(name)

    def draw(self, block: str, seed: float) -> None:
        """Draw a signature of several strokes."""
        expect(self.page.locator(f'[data-block="{block}"]')).to_be_visible()
        box = _place(self.page.locator("[data-pad-surface]"))
        for stroke in range(STROKES):
            for at in range(POINTS):
                x = box["x"] + box["width"] * (0.1 + 0.6 * at / POINTS)
                y = box["y"] + box["height"] * (0.5 + 0.3 * math.sin(at / 9 * (seed + stroke)))
                self.page.mouse.move(x, y)
                if at == 0:
                    self.page.mouse.down()
            self.page.mouse.up()
            self.page.evaluate(TWO_FRAMES)


def _place(what: Locator) -> FloatRect:
    """Give where something stands in the window, brought into view; a screen may be drawn anew meanwhile."""
    for _ in range(10):
        what.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
        box = what.bounding_box()
        if box:
            return box
    raise RuntimeError(f"{what} stands nowhere")


def bare_taps(browser: Browser, rate: float) -> Sequence[Answer]:
    """Tap a button that is alone on an empty page and writes a number on itself: what no page can do without."""
    context = browser.new_context(viewport=TABLET, has_touch=True)
    page = context.new_page()
    page.set_content(BARE)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    with traced(page, session) as events:
        page.evaluate(f"performance.mark('{MARK}bare')")
        for _ in range(BARE_TAPS):
            Hand(page).tap(page.locator("button"))
    context.close()
    return answers(events, "bare")


def walk(desk: Desk, rate: float, seed: float) -> Sequence[Answer]:
    """Walk once on a processor that is so many times slower; give what every input was answered with."""
    page = desk.page
    session = page.context.new_cdp_session(page)
    if seed == 0:
        page.add_init_script(MARKS)
    desk.start()
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    with traced(page, session) as events:
        _officer(Hand(page))
        _person(Hand(page), seed)
        _both(Hand(page), seed)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()
    return answers(events, START)


def _officer(hand: Hand) -> None:
    hand.press("Start LEAD")
    heading(hand.page, "Screening")
    signing.screening_answers(hand, signing.LEAD)
    hand.next()
    signing.answers(hand)
    hand.next()
    signing.hand_over(hand)


def _person(hand: Hand, seed: float) -> None:
    page, words = hand.page, WORDS["en"]
    heading(page, "You can say no.")
    hand.press(words["show"])
    hand.press(words["read"])
    for name in ("sixty_days", "can_say_no", "what_if_not"):
        hand.choose(f"say_back_{name}", "true")
    hand.press("Continue")
    hand.press(words["want"])
    hand.draw("person", seed + 1)
    hand.press(words["sign"])


def _both(hand: Hand, seed: float) -> None:
    page = hand.page
    hand.press("Officer: take the tablet back")
    hand.type("pin", PIN)
    hand.press("Take it back")
    hand.draw("officer", seed + 1.5)
    hand.press(WORDS["en"]["sign"])
    heading(page, "Signed and sealed")
