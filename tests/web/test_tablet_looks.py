"""Every screen of the way to a signature in both languages, pictured at three sizes, judged by axe, by day and by night.

What axe has no rule for is judged by ``wcag``; what a screen reader says on the person's screens stands in ``spoken/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_service.settings import ROOT
from tests.counterparts.browser import axe_violations, save_picture, sideways_px
from tests.web import signing, wcag
from tests.web.signing import PIN, WORDS, Officer, Server, heading
from tests.web.tablet import tablet

SIZES = ((768, 1024), (800, 1280), (1280, 800))
ARRIVED = "main h1:focus, main [role=alert]:focus"
SPOKEN, HEARD = Path(__file__).with_name("spoken"), ROOT / "build" / "spoken"
CHANGING = (
    (r"\b[A-Z]+-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]\b", "[number]"),
    (r"\b[A-Z][a-z]+ \d{1,2}, \d{4}\b|\b\d{1,2} de [a-z]+ de \d{4}\b", "[date]"),
    (r"\b\d{1,2}:\d{2}(?: [ap]\.m\.)?", "[time]"),
)
SMALL_TARGETS = """() => [...document.querySelectorAll("main :is(button, a, input, select, summary, label.tablet__choice)")]
  .filter((one) => one.offsetParent !== null && !one.closest("label.tablet__choice > *") && !one.matches("label.tablet__choice input"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => Math.round(box.height) < 44 || Math.round(box.width) < 44)
  .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


class Look:
    """Looks at each screen: three pictures, axe, targets, nothing that scrolls sideways."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.seen = 0
        self.asked = wcag.Asked()
        self.spoken: list[str] = []
        self.faults: list[str] = []

    def at(self, screen: str, *, came: bool = True) -> None:
        """Look at the screen that is shown; ``came``: it came just now, so its heading or its faults have the focus."""
        self.seen += 1
        if came and self.seen > 1:
            expect(self.page.locator(ARRIVED)).to_have_count(1)
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            assert sideways_px(self.page) <= 0, f"{screen} scrolls sideways at {width}"
            save_picture(self.page, f"tablet-{self.name}-{self.seen:02d}-{screen}-{width}x{height}")
        assert axe_violations(self.page) == []
        assert self.page.evaluate(SMALL_TARGETS) == []
        if self.name != "en" and self.page.locator("main .person").count() == 0:
            return  # the officer's screens are in English in both walks
        found = wcag.keyboard(self.page) + wcag.large(self.page, f"tablet-{self.name}-{self.seen:02d}-{screen}")
        found += wcag.dragging(self.page) + self.asked.again(self.page, screen) + wcag.help_is_last(self.page)
        self.faults += [f"{screen}: {one}" for one in found]
        if self.page.locator("body.is-handed main .person").count():
            self.spoken.append(f"== {screen}\n{self._said()}\n")

    def _said(self) -> str:
        """Give roles, names and states as a screen reader has them, without what differs from day to day."""
        said = self.page.locator("main").aria_snapshot()
        for changing, name in CHANGING:
            said = re.sub(changing, name, said)
        return said

    def heard(self, walk: str) -> None:
        """Hold what was said on the person's screens against the approved text; read what is new before you copy it."""
        name, said = f"{walk}-{self.name}.txt", "\n".join(self.spoken)
        HEARD.mkdir(parents=True, exist_ok=True)
        (HEARD / name).write_text(said, "utf-8")
        assert said == (SPOKEN / name).read_text("utf-8"), f"after reading it: cp build/spoken/{name} tests/web/spoken/"


@pytest.fixture(params=["en", "es"])
def look(request, chromium_browser: Browser, tmp_path: Path) -> Iterator[tuple[Look, str]]:
    """Give a tablet that is set up: English by day, Spanish by night; the server is off."""
    scheme = "light" if request.param == "en" else "dark"
    with tablet(chromium_browser, tmp_path / "profile", color_scheme=scheme) as context:
        page = context.pages[0]
        server = Server(tmp_path)
        with server.on():
            signing.set_up(page, server)
        look = Look(page, request.param)
        yield look, request.param
        assert look.faults == [], "\n".join(look.faults)


def officers_screens(look: Look, language: str) -> None:
    """Look at the officer's screens of the usual case, with faults once."""
    officer = Officer(look.page)
    look.at("start")
    look.page.get_by_role("button", name=re.compile("Start LEAD")).click()
    heading(look.page, "Screening")
    officer.next()
    expect(look.page.get_by_role("alert").filter(has_text="another look")).to_be_visible()
    look.at("screening-faults")
    look.page.evaluate("location.hash = '#start'")
    heading(look.page, "Which form fits this contact?")
    signing.screening(officer)
    look.at("screening", came=False)
    officer.next()
    look.at("form")
    officer.next()
    expect(look.page.get_by_role("alert").filter(has_text="another look")).to_be_visible()
    look.at("form-faults")
    signing.answers(officer, language=language)
    officer.next()
    heading(look.page, "Check, then hand the tablet over")
    look.at("check")
    officer.next("Make the paper")
    heading(look.page, "Hand the tablet over")
    look.at("hand-over")
    officer.next("Hand it over")


def persons_screens(look: Look, language: str) -> None:
    """Look at the person's screens, until they have signed."""
    page, words = look.page, WORDS[language]
    look.at("say-no")
    page.get_by_role("button", name=words["no"]).click()
    look.at("no")
    page.get_by_role("button", name=words["back"]).click()
    page.get_by_role("button", name=words["show"]).click()
    look.at("read")
    page.get_by_role("button", name=words["read"]).click()
    look.at("say-back")
    signing.say_back(page)
    look.at("choose")
    page.get_by_role("button", name=words["want"]).click()
    expect(page.locator('[data-block="person"]')).to_be_visible()
    look.at("sign-empty")
    signing.draw(page, 7)
    look.at("sign", came=False)
    page.get_by_role("button", name=words["sign"], exact=True).click()
    expect(page.get_by_role("button", name="Officer: take the tablet back")).to_be_visible()
    look.at("thanks")


def test_every_screen_looks_right_and_is_accessible(look: tuple[Look, str]):
    """From the choice of a form to the receipt's place, in both languages."""
    looked, language = look
    page = looked.page
    officers_screens(looked, language)
    persons_screens(looked, language)
    page.get_by_role("button", name="Officer: take the tablet back").click()
    looked.at("take-back")
    page.fill("[name=pin]", PIN)
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator('[data-block="officer"]')).to_be_visible()
    looked.at("officer")
    page.get_by_role("button", name=re.compile("Do not sign")).click()
    looked.at("discard")
    page.get_by_role("button", name="Put it away for now").click()
    heading(page, "Which form fits this contact?")
    looked.at("start-half-signed")
    page.get_by_role("button", name=re.compile("Finish")).click()
    signing.sign(page, "officer", 11)
    heading(page, "Signed and sealed")
    looked.at("done")
    page.get_by_role("button", name="Back to start").click()
    heading(page, "Which form fits this contact?")
    looked.at("start-done")
    looked.heard("signed")


def test_the_ends_and_pauses_look_right(look: tuple[Look, str]):
    """Where screening leads elsewhere, what is not now, and a no that is meant."""
    looked, language = look
    page, officer = looked.page, Officer(looked.page)
    signing.screening(officer)
    officer.choose("probable_cause", "false")
    officer.next()
    heading(page, "The other form fits")
    looked.at("screening-end")
    page.get_by_role("button", name="Look at the answers again").click()
    officer.choose("probable_cause", "true")
    officer.next()
    signing.answers(officer, language=language)
    officer.next()
    signing.hand_over(officer)
    page.get_by_role("button", name=WORDS[language]["show"]).click()
    page.get_by_role("button", name=WORDS[language]["read"]).click()
    signing.say_back(page, "false")
    heading(page, "Nobody signs now")
    looked.at("paused")
    page.get_by_role("button", name=re.compile("Read it again|Leerlo otra vez")).click()
    page.get_by_role("button", name=WORDS[language]["no"]).click()
    page.get_by_role("button", name=WORDS[language]["sure"]).click()
    expect(page.get_by_text(re.compile("hand the device back|devuelva el aparato"))).to_be_visible()
    looked.at("farewell")
    looked.heard("ended")
