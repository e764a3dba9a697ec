"""The whole path without a pointer: Tab, Enter, the space bar and arrows, the pad among them; and a PIN that is pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web import signing
from tests.web.signing import LEAD, WORDS, Officer, drive, heading
from tests.web.tablet import PIN
from tests.web.tablet_desk import Desk, a_desk

MOST_TABS = 150
HERE = """() => {
  const one = document.activeElement;
  return [one.name ?? "", one.value ?? "", (one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent).trim(), one.dataset.padSurface === "" ? "pad" : one.tagName];
}"""
SIDE = 12  # mm of a letter that arrows draw


@pytest.fixture(scope="module")
def desk(chromium_browser: Browser, tmp_path_factory) -> Iterator[Desk]:
    """Set one tablet up for all these tests."""
    with a_desk(chromium_browser, tmp_path_factory.mktemp("desk")) as desk:
        yield desk


class Keys(Officer):
    """An officer, and then a person, with a keyboard and nothing else."""

    def to(self, name: str = "", words: str = "", tag: str = "") -> list[str]:
        """Press Tab until the focus is there; give what has it."""
        for _ in range(MOST_TABS):
            here = self.page.evaluate(HERE)
            if (
                here[3] == (tag or here[3])
                and (here[0] == name if name else re.match(words, here[2]))
                and here[3] != "H1"
            ):
                return here
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{name or words} is not reached by Tab")

    def choose(self, name: str, value: str) -> None:
        """Choose by the space bar and arrows."""
        here = self.to(name)
        if here[1] == value:
            self.page.keyboard.press("Space")
        for _ in range(9):
            if self.page.evaluate(HERE)[1] == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no {value}")

    def type(self, name: str, text: str) -> None:
        """Type where the focus is, in place of what stands there."""
        self.to(name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def next(self, name: str = "Next") -> None:
        """Press a button by Enter."""
        self.to(words=f"{re.escape(name)}")
        self.page.keyboard.press("Enter")

    def sign(self, block: str) -> None:
        """Draw a letter by arrows, and say that it is signed."""
        expect(self.page.locator(f'[data-block="{block}"]')).to_be_visible()
        self.to(tag="pad")
        for way in ("ArrowDown", "ArrowRight", "ArrowUp"):
            self.page.keyboard.press("Space")
            for _ in range(SIDE):
                self.page.keyboard.press(way)
            self.page.keyboard.press("Space")
        expect(self.page.locator("[data-pad-surface] path")).to_have_count(3)
        self.next(WORDS["en"]["sign"])


def test_everything_from_start_to_seal_is_done_by_keyboard(desk: Desk):
    """No pointer is used: the officer's answers, the person's choice, both signatures, and the server archives them."""
    keys = Keys(desk.start())
    page = keys.page
    keys.next("Start LEAD agreement")
    heading(page, "Screening")
    signing.screening_answers(keys, LEAD)
    keys.next()
    signing.answers(keys)
    keys.next()
    number = signing.hand_over(keys)
    for words in (WORDS["en"]["show"], WORDS["en"]["read"]):
        keys.next(words)
    heading(page, "Ask the person to tell you in their own words")
    for name in ("sixty_days", "can_say_no", "what_if_not"):
        keys.choose(f"say_back_{name}", "true")
    keys.next("Continue")
    keys.next(WORDS["en"]["want"])
    keys.sign("person")
    keys.next("Officer: take the tablet back")
    keys.type("pin", PIN)
    page.keyboard.press("Enter")
    keys.sign("officer")
    heading(page, "Signed and sealed")
    desk.send()
    with desk.server.services.database.read() as transaction:
        states = [str(one.state) for one in transaction.ledger.envelopes_of(number)]
    assert states == ["archived", "archived"]


def test_the_pen_of_the_keys_is_seen_and_said(desk: Desk):
    """Where it stands is shown while the pad has the focus; whether it is down is told; leaving the pad lifts it."""
    page = desk.start()
    drive(page, "paper/sign/person", seed=3)
    keys = Keys(page)
    expect(page.locator(".pad__pen")).to_be_hidden()
    keys.to(tag="pad")
    expect(page.locator(".pad__pen")).to_be_visible()
    expect(page.locator(".pad__state")).to_have_text("The pen is up.")
    page.keyboard.press("Space")
    expect(page.locator(".pad__state")).to_have_text("The pen is down.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".pad__state")).to_have_text("The pen is up.")
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-pad-surface] path").get_attribute("d").count("L") == 1


def test_a_pin_and_a_code_can_be_pasted(desk: Desk):
    """Nobody has to remember and copy by hand what a password keeper holds (WCAG 3.3.8)."""
    page = desk.start()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk.server.origin)
    page.reload()
    page.evaluate("(pin) => navigator.clipboard.writeText(pin)", PIN)
    page.locator("[name=pin]").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("[name=pin]")).to_have_value(PIN)
    page.keyboard.press("Enter")
    heading(page, "Which form fits this contact?")


def test_an_answer_given_a_moment_before_next_holds_nothing_up(desk: Desk):
    """Typed, and Next tapped at once: the answer is kept and the next screen comes."""
    page = desk.start()
    drive(page, "paper/form")
    signing.answers(Officer(page))
    page.locator('[name="contact_place"]').focus()
    page.keyboard.type(" West")
    page.get_by_role("button", name="Next", exact=True).evaluate(
        "(one) => { document.activeElement.blur(); one.click(); }"
    )
    heading(page, "Check, then hand the tablet over")
    expect(page.get_by_text(f"{signing.PLACE} West").first).to_be_visible()
