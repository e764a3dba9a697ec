"""An officer with a tablet and the real server: what both do on the way to two signatures."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from forms_service.ports import Actor
from forms_service.settings.copy_link import CopyLinkSettings
from forms_service.web.app import create_app
from forms_service.wiring import SystemClock
from forms_service.workflow.enrol_device import make_code
from tests.conftest import make_services
from tests.web.conftest import OFFICER, PASSWORD, hire
from tests.web.tablet import PIN, open_app
from tests.web.tablet_server import serving
from tests.web.tls import free_port

BY = Actor(id="operator:tester")
PATIENCE_MS = 30_000  # a machine that runs every other test beside this one
expect.set_options(timeout=PATIENCE_MS)
NAME = "Rosa Quillfeather"
PLACE = "100 Main Street, Dallas"
LEAD, REFERRAL = "lead-agreement", "social-referral"
TITLES = {LEAD: "LEAD agreement", REFERRAL: "Social referral"}
PRESSED = {
    "check": "Make the paper", "hand-over": "Hand it over", "say-no": "Show me the paper", "thanks": "Officer: take the tablet back",
    "read": "I have read it or heard it. Go on.", "choose": "Yes, I want this",
}  # fmt: skip
WORDS = {
    "en": {"show": "Show me the paper", "read": "I have read it or heard it. Go on.", "want": "Yes, I want this",
           "sign": "I sign", "no": "I do not want this", "sure": "Right, I do not sign", "back": "Go back", "clear": "Clear"},
    "es": {"show": "Muéstreme el papel", "read": "Ya lo leí o lo escuché. Seguir.", "want": "Sí, lo quiero",
           "sign": "Firmo", "no": "No quiero esto", "sure": "Así es, no firmo", "back": "Volver", "clear": "Borrar"},
}  # fmt: skip


class Server:
    """The real service on one address, which can be switched off and on."""

    def __init__(self, folder: Path, *, link_days: int = 0) -> None:
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        built = make_services(folder, FORMS_ORIGIN=self.origin)
        link = CopyLinkSettings(origin=self.origin, days=link_days, most_fetches=5) if link_days else None
        settings = replace(built.settings, copy_link=link)
        self.services = replace(built, clock=SystemClock(), settings=settings)
        self.app = create_app(self.services.settings, self.services)
        self.puts: list[str] = []
        hire(self.services)

    def __call__(self, environ, start_response):
        """Answer as WSGI has it, and note what was sent."""
        if environ["REQUEST_METHOD"] == "PUT":
            self.puts.append(environ["PATH_INFO"].rpartition("/")[2])
        return self.app(environ, start_response)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Serve for a while."""
        with serving(self, self.port):
            yield

    def code(self) -> str:
        """Give a one-time code for a tablet."""
        return make_code(self.services, BY)


def set_up(page: Page, server: Server) -> None:
    """Make a tablet ready: signed in once, forms here, enrolled, a PIN chosen, the officer's name taken."""
    page.goto(f"{server.origin}/sign-in")
    page.fill("[name=name]", OFFICER.name)
    page.fill("[name=password]", PASSWORD)
    page.locator('label[for="notice"]').click()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Not now").click()
    open_app(page, server)
    page.goto(f"{server.origin}/tablet/#enrol={server.code()}")
    page.fill("[name=label]", "Car 12")
    page.get_by_role("button", name="Enrol").click()
    heading(page, "Choose a PIN")
    for name in ("pin", "again"):
        page.fill(f"[name={name}]", PIN)
    page.get_by_role("button", name="Use this PIN").click()
    expect(page.get_by_text("The PIN is chosen.")).to_be_visible()
    page.goto(f"{server.origin}/tablet/#start")
    page.get_by_role("button", name="Take my name").click()
    expect(page.get_by_text(f"Signing officer: {OFFICER.full_name}")).to_be_visible()


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait for a screen by its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def unlock(page: Page, server: Server) -> None:
    """Open the app from cold and unlock it."""
    page.goto(f"{server.origin}/tablet/#start")
    page.fill("[name=pin]", PIN)
    page.get_by_role("button", name="Unlock").click()
    heading(page, "Which form fits this contact?")


class Officer:
    """The officer's hands: each tap is counted, Next and PIN apart, and names are typed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.nexts = 0

    def choose(self, name: str, value: str) -> None:
        """Tap an answer."""
        self.taps += 1
        self.page.locator(f'label:has(> input[name="{name}"][value="{value}"])').click()

    def type(self, name: str, text: str) -> None:
        """Type an answer."""
        self.page.fill(f'[name="{name}"]', text)

    def next(self, name: str = "Next") -> None:
        """Press the screen's own button."""
        self.nexts += 1
        self.page.get_by_role("button", name=name, exact=True).click()


def screening(officer: Officer, form: str = LEAD) -> None:
    """Answer the screening of the usual case."""
    officer.nexts += 1
    press(officer.page, re.compile(f"^Start {TITLES[form]}", re.IGNORECASE))
    heading(officer.page, "Screening")
    screening_answers(officer, form)


def screening_answers(officer: Officer, form: str) -> None:
    """Answer the screening's own screen."""
    officer.choose("mental_health_issue", "true")
    officer.choose("probable_cause", "true" if form == LEAD else "false")
    if form == LEAD:
        officer.choose("supervision_person_crime", "no")
        officer.choose("supervision_source", "leds")
        officer.type("victims.1.name", "Corner Shop")
        officer.choose("victims.1.kind", "business")
        officer.choose("victims.1.position", "no_objection")
    else:
        officer.choose("could_benefit_confirmed", "true")
    officer.choose("person_chooses", "yes")


def answers(officer: Officer, form: str = LEAD, language: str = "en") -> None:
    """Answer the form of the usual case; what is usual stays."""
    heading(officer.page, "The form")
    officer.type("contact_place", PLACE)
    officer.type("person_name_as_given", NAME)
    for part, text in (("month", "4"), ("day", "28"), ("year", "1986")):
        officer.type(f"date_of_birth.{part}", text)
    if language != "en":
        officer.choose("language_spoken", language)
    officer.choose("no_phone", "true")
    if form == LEAD:
        officer.type("diverted_offences.1.plain_words", "Took food from a shop")
        officer.choose("diverted_offences.1.kind", "misdemeanor")
    else:
        officer.choose("may_share_contact", "true")


def hand_over(officer: Officer) -> str:
    """Make the paper and hand it over; give its number."""
    heading(officer.page, "Check, then hand the tablet over")
    officer.next("Make the paper")
    heading(officer.page, "Hand the tablet over")
    number = officer.page.locator(".plate__id").inner_text()
    officer.next("Hand it over")
    return number


def prepared(page: Page, form: str = LEAD, language: str = "en") -> str:
    """Do the officer's part of the usual case; give the paper's number."""
    officer = Officer(page)
    screening(officer, form)
    officer.next()
    answers(officer, form, language)
    officer.next()
    return hand_over(officer)


def say_back(page: Page, said: str = "true") -> None:
    """Tick what the person could say back."""
    heading(page, "Ask the person to tell you in their own words")
    for name in ("sixty_days", "can_say_no", "what_if_not"):
        page.locator(f'label:has(> input[name="say_back_{name}"][value="{said}"])').click()
    page.get_by_role("button", name="Continue").click()


def read(page: Page, form: str = LEAD, language: str = "en") -> None:
    """Read as the person does, until the pad."""
    words = WORDS[language]
    page.get_by_role("button", name=words["show"]).click()
    page.get_by_role("button", name=words["read"]).click()
    if form == LEAD:
        say_back(page)
    page.get_by_role("button", name=words["want"]).click()
    expect(page.locator('[data-block="person"]')).to_be_visible()


def draw(page: Page, waves: float, points: int = 50) -> int:
    """Draw a wave on the pad; give how many events were sent."""
    pad = page.locator("[data-pad-surface]")
    pad.hover()  # waits until it stands still
    box = pad.bounding_box()
    assert box
    places = [
        (box["x"] + box["width"] * (0.1 + 0.6 * at / points), box["y"] + box["height"] * (0.5 + 0.3 * math.sin(at / points * waves)))
        for at in range(points + 1)
    ]  # fmt: skip
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()
    return points + 1


def sign(page: Page, block: str, waves: float, language: str = "en") -> None:
    """Draw and say "I sign"."""
    expect(page.locator(f'[data-block="{block}"]')).to_be_visible()
    draw(page, waves)
    page.get_by_role("button", name=WORDS[language]["sign"], exact=True).click()
    expect(page.locator(f'[data-block="{block}"]')).to_have_count(0)


def take_back(page: Page) -> None:
    """Take the tablet back by PIN."""
    page.get_by_role("button", name="Officer: take the tablet back").click()
    page.fill("[name=pin]", PIN)
    page.get_by_role("button", name="Take it back").click()


def both_sign(page: Page, form: str = LEAD, language: str = "en", seed: float = 7) -> None:
    """Read, sign, take back, sign."""
    read(page, form, language)
    sign(page, "person", seed, language)
    take_back(page)
    sign(page, "officer", seed + 4)
    heading(page, "Signed and sealed")


def screen_of(page: Page) -> str:
    """Say which screen is shown."""
    return page.locator("main[data-screen]").get_attribute("data-screen") or ""


def leave(page: Page, screen: str, act: Callable[[], object]) -> None:
    """Act, and wait until another screen is shown."""
    act()
    expect(page.locator(f'main[data-screen]:not([data-screen="{screen}"])')).to_be_visible()


def press(page: Page, words: str | re.Pattern[str]) -> None:
    """Press the first button of these words."""
    page.get_by_role("button", name=words).first.click()


def drive(page: Page, until: str, form: str = LEAD, seed: float = 1) -> None:
    """Do on each screen what leads on, from wherever the tablet stands, until a screen is shown."""
    for _ in range(40):
        screen = screen_of(page)
        if screen == until:
            return
        leave(page, screen, lambda here=screen: step(page, here, form, seed))
    raise AssertionError(f"{until} was not reached: {screen_of(page)}")


def step(page: Page, screen: str, form: str, seed: float) -> None:
    """Do what leads on from one screen."""
    officer, name = Officer(page), screen.partition("/")[2]
    match name:
        case "locked" | "take-back":
            page.fill("[name=pin]", PIN)
            press(page, re.compile("Unlock|Take it back"))
        case "start":
            unfinished = page.get_by_role("button", name=re.compile("^(Go on|Finish):"))
            unfinished.first.click() if unfinished.count() else press(
                page, re.compile(f"^Start {TITLES[form]}", re.IGNORECASE)
            )
        case "screening":
            screening_answers(officer, form)
            officer.next()
        case "form":
            answers(officer, form)
            officer.next()
        case "sign/person" | "officer":
            draw(page, seed + len(name))
            expect(page.locator(".pad__ink")).not_to_have_count(0)
            press(page, "I sign")
        case "say-back":
            say_back(page)
        case _:
            press(page, PRESSED[name])
