"""What the person does on the tablet, and what only the officer can: a no, a pause, ink that stays, manners and aids."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web import signing
from tests.web.signing import LEAD, PIN, REFERRAL, WORDS, Officer, Server, drive, heading, press, screen_of
from tests.web.tablet import WRONG_PIN, run, tablet

LEAST_KEPT = 0.95
OFFICERS_TAPS = 12
ROTATED = {"width": 1280, "height": 800}
POINTS = "return (await every('strokes')).length;"


class Desk:
    """One tablet that is ready, away from its server."""

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


@pytest.fixture(scope="module")
def desk(chromium_browser: Browser, tmp_path_factory) -> Iterator[Desk]:
    """Set one tablet up for all these tests."""
    folder = tmp_path_factory.mktemp("desk")
    server = Server(folder)
    with tablet(chromium_browser, folder / "profile") as context:
        page = context.pages[0]
        with server.on():
            signing.set_up(page, server)
        yield Desk(page, server)


def test_the_usual_case_takes_twelve_taps_beyond_names(desk: Desk):
    """From LEAD to the hand-over with the say-back; Next is counted apart, and what is typed is no tap."""
    page = desk.start()
    officer = Officer(page)
    signing.screening(officer)
    officer.next()
    signing.answers(officer)
    officer.next()
    signing.hand_over(officer)
    page.get_by_role("button", name=WORDS["en"]["show"]).click()
    page.get_by_role("button", name=WORDS["en"]["read"]).click()
    for name in ("sixty_days", "can_say_no", "what_if_not"):
        officer.choose(f"say_back_{name}", "true")
    print(f"officer's taps: {officer.taps}, presses of a screen's own button: {officer.nexts}")  # noqa: T201  # for pytest -s
    assert officer.taps <= OFFICERS_TAPS
    assert officer.nexts <= 5


def test_enter_leads_from_one_input_to_the_next(desk: Desk):
    """What is typed needs no tap: Enter goes on, and a full part of a date hands on to the next."""
    page = desk.start()
    drive(page, "paper/form")
    page.locator("[name=contact_place]").focus()
    for text in ("Main Street", "Robin Sample"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.type("0428")
    page.keyboard.type("1986")
    page.keyboard.press("Enter")
    page.keyboard.type("Took food from a shop")
    page.keyboard.press("Tab")
    values = {
        name: page.locator(f'[name="{name}"]').input_value()
        for name in ("person_name_as_given", "date_of_birth.month", "date_of_birth.day", "date_of_birth.year")
    }
    assert list(values.values()) == ["Robin Sample", "04", "28", "1986"]
    expect(page.locator('[name="diverted_offences.1.plain_words"]')).to_have_value("Took food from a shop")
    expect(page.locator('[name="diverted_offences.1.place"]')).to_have_value("Main Street")


def test_a_no_leaves_a_nameless_count_and_nothing_else(desk: Desk):
    """The person says no in the midst of drawing: thanks, one envelope without a name, and the server counts it once."""
    page = desk.start()
    before, papers = len(desk.waiting()), desk.papers()
    drive(page, "paper/sign/person")
    signing.draw(page, 5)
    press(page, "I do not want to sign")
    expect(page.locator('main[data-screen="paper/no"]')).to_be_visible()
    press(page, WORDS["en"]["sure"])
    expect(page.locator('main[data-screen="paper/farewell"]')).to_be_visible()
    [envelope] = desk.waiting()[before:]
    assert (envelope["kind"], envelope["document_id"]) == ("decline", "")
    assert (desk.papers(), run(page, POINTS)) == (papers, 0)
    desk.start()
    counted = sum(count for _, _, count in desk.counts())
    desk.send()
    assert sum(count for _, _, count in desk.counts()) == counted + 1
    assert {one["state"] for one in desk.waiting()} == {"sent"}


def test_screening_that_ends_without_a_form_is_counted_by_its_rule(desk: Desk):
    """Supervision for a person crime: told plainly with every reason, counted, and nothing is left on the tablet."""
    page, officer, papers, before = desk.start(), Officer(desk.page), desk.papers(), len(desk.waiting())
    signing.screening(officer)
    officer.choose("supervision_person_crime", "yes")
    officer.choose("victims.1.position", "objects")
    officer.next()
    heading(page, "LEAD is not open")
    expect(page.get_by_text("Court-ordered supervision for a person crime", exact=True)).to_be_visible()
    expect(page.get_by_text("A victim of this offense objects", exact=True)).to_be_visible()
    [envelope] = desk.waiting()[before:]
    assert (envelope["kind"], desk.papers()) == ("decline", papers)


def test_without_probable_cause_the_other_form_fits(desk: Desk):
    """R9b and R9a: told plainly, the answers stay, nothing is counted."""
    for form, cause, words in (
        (LEAD, "false", "a social referral is the form that fits"),
        (REFERRAL, "true", "LEAD is the form that fits"),
    ):
        page, officer, before = desk.start(), Officer(desk.page), len(desk.waiting())
        signing.screening(officer, form)
        officer.choose("probable_cause", cause)
        officer.next()
        heading(page, "The other form fits")
        expect(page.get_by_text(words)).to_be_visible()
        press(page, "Look at the answers again")
        expect(page.locator('input[name="mental_health_issue"][value="true"]')).to_be_checked()
        assert len(desk.waiting()) == before


def test_the_persons_screens_lead_nowhere_but_by_the_pin(desk: Desk):
    """No ways of the app, also after a reload or another address; a wrong PIN stays, the right one ends it."""
    page = desk.start()
    drive(page, "paper/say-no")
    expect(page.locator("nav")).to_be_hidden()
    page.evaluate("location.hash = '#waiting'")
    expect(page.locator('main[data-screen="paper/say-no"]')).to_be_visible()
    page.reload()
    expect(page.locator('main[data-screen="paper/take-back"]')).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    page.fill("[name=pin]", WRONG_PIN)
    press(page, "Take it back")
    expect(page.get_by_role("alert").filter(has_text="Wrong PIN")).to_be_visible()
    assert screen_of(page) == "paper/take-back"
    page.fill("[name=pin]", PIN)
    press(page, "Take it back")
    heading(page, "Which form fits this contact?")
    press(page, re.compile("^Go on:"))
    expect(page.locator('main[data-screen="paper/hand-over"]')).to_be_visible()


def test_ink_stays_over_a_turn_a_zoom_and_a_reload_and_no_event_is_lost(desk: Desk):
    """What is drawn is data on the disk: the same points after each, and at least 95 of 100 events are kept."""
    page = desk.start()
    drive(page, "paper/sign/person", seed=2)
    sent = signing.draw(page, 9, points=400)
    expect(page.locator("[data-pad-surface] path")).to_have_count(1)
    drawn = page.locator("[data-pad-surface] path").get_attribute("d") or ""
    assert drawn.count("L") + 1 >= LEAST_KEPT * sent
    size = page.viewport_size
    page.set_viewport_size(ROTATED)
    assert page.locator("[data-pad-surface] path").get_attribute("d") == drawn
    page.evaluate("document.documentElement.style.zoom = '1.5'")
    assert page.locator("[data-pad-surface] path").get_attribute("d") == drawn
    page.set_viewport_size(size)
    page.reload()
    drive(page, "paper/sign/person")
    assert page.locator("[data-pad-surface] path").get_attribute("d") == drawn
    signing.draw(page, 4)
    expect(page.locator("[data-pad-surface] path")).to_have_count(2)
    press(page, "Clear")
    expect(page.locator("[data-pad-surface] path")).to_have_count(0)
    press(page, "I sign")
    expect(page.locator(".person__error")).to_contain_text("A dot is no signature")
    assert run(page, POINTS) == 0


def test_who_can_not_say_it_back_pauses_and_may_hear_it_again(desk: Desk):
    """One no: nobody signs; read once more, said back, and on it goes."""
    page = desk.start()
    drive(page, "paper/say-back")
    signing.say_back(page, "false")
    heading(page, "Nobody signs now")
    press(page, "Read it again")
    expect(page.locator('main[data-screen="paper/read"]')).to_be_visible()
    drive(page, "paper/choose")
    press(page, "Not now")
    heading(page, "Nobody signs now")


def test_a_half_signed_paper_is_listed_and_can_be_discarded_with_a_reason(desk: Desk):
    """The person has signed, the officer is called away: it waits as half-signed, and a discard names its envelope."""
    page = desk.start()
    drive(page, "paper/officer", seed=3)
    [person] = desk.waiting()[-1:]
    press(page, re.compile("Do not sign"))
    press(page, "Discard the signature")
    expect(page.get_by_role("alert").filter(has_text="Choose a reason")).to_be_visible()
    page.locator('label:has(> input[value="officer_called_away"])').click()
    press(page, "Discard the signature")
    expect(page.locator('main[data-screen="paper/check"]')).to_be_visible()
    last = desk.waiting()[-1]
    assert (last["kind"], last["document_id"]) == ("discard", person["document_id"])
    desk.send()
    with desk.server.services.database.read() as transaction:
        states = {str(one.state) for one in transaction.ledger.envelopes_of(person["document_id"])}
    assert states == {"discarded"}


def test_another_language_is_another_paper_and_old_ink_is_gone(desk: Desk):
    """Read in Spanish after drawing in English: another number, read anew, and nothing drawn before."""
    page = desk.start()
    drive(page, "paper/choose", seed=4)
    press(page, WORDS["en"]["want"])
    signing.draw(page, 6)
    press(page, "Officer")
    page.fill("[name=pin]", PIN)
    press(page, "Take it back")
    first = page.locator(".plate__id").inner_text()
    press(page, "Hand it over")
    expect(page.locator("[data-pad-surface] path")).to_have_count(1)
    press(page, "Officer")
    page.fill("[name=pin]", PIN)
    press(page, "Take it back")
    press(page, "Change the answers")
    Officer(page).choose("language_spoken", "es")
    expect(page.locator('input[name="reads_in"][value="es"]')).to_be_checked()
    Officer(page).next()
    press(page, "Make the paper")
    assert page.locator(".plate__id").inner_text() != first
    press(page, "Hand it over")
    heading(page, "Usted puede decir que no.")
    signing.read(page, language="es")
    expect(page.locator("[data-pad-surface] path")).to_have_count(0)


def manner(page: Page, **answers: str) -> None:
    """Go to the form and answer how the person signs."""
    drive(page, "paper/form")
    officer = Officer(page)
    for more in page.locator("details.paper-form__more:visible > summary").all():
        more.click()
    for name, text in answers.items():
        if page.locator(f'input[name="{name}"][value="{text}"]').count():
            officer.choose(name, text)
        else:
            officer.type(name, text)


WITNESS = {"witness_name": "Ines Ortega", "witness_relation": "neighbor"}
PHONE = {"aids": "interpreter", "interpreter_name": "Sol Vega", "interpreter_id": "LL-88", "interpreter_language": "Mam", "interpreter_channel": "phone"}  # fmt: skip
GUARDIAN = {
    "aids": "guardian",
    "guardian_name": "Pat Sample",
    "guardian_relation": "aunt",
    "guardian_order_seen": "true",
}


@pytest.mark.parametrize(
    ("answers", "signers"),
    [
        ({"manner": "mark", **WITNESS}, ("person", "witness")),
        ({"manner": "directed", **WITNESS}, ("witness",)),
        (PHONE, ("person",)),
        ({**PHONE, "interpreter_channel": "in_person"}, ("person", "interpreter")),
        (GUARDIAN, ("person", "guardian")),
        ({"aids": "read_aloud", "reader_name": "Dana Reyes"}, ("person",)),
    ],
    ids=["mark", "directed", "interpreter by phone", "interpreter present", "guardian", "read aloud"],
)
def test_every_honest_way_of_signing_is_archived(desk: Desk, answers: dict[str, str], signers: tuple[str, ...]):
    """Each manner and aid asks those to sign who must, each seals an envelope, and the server archives the paper."""
    page = desk.start()
    manner(page, **answers)
    drive(page, "paper/choose", seed=5)
    press(page, WORDS["en"]["want"])
    for at, block in enumerate(signers):
        expect(page.locator(f'[data-block="{block}"]')).to_be_visible()
        signing.sign(page, block, 3 + at + len(str(answers)) / 7)
    drive(page, "paper/done", seed=len(str(answers)) / 9)
    number = page.locator(".plate__id").inner_text()
    desk.send()
    with desk.server.services.database.read() as transaction:
        states = [str(one.state) for one in transaction.ledger.envelopes_of(number)]
    assert states == ["archived"] * (len(signers) + 1)


def test_without_a_voice_the_officer_reads_and_is_named_as_the_reader(desk: Desk):
    """The tablet says who reads; the person's presentation says it too."""
    page = desk.start()
    drive(page, "paper/read")
    press(page, "Read it to me")
    expect(page.get_by_text("The officer will read this paper to you.")).to_be_visible()


VOICE = """
  window.said = [];
  const voice = { lang: "en-US", localService: true, default: true };
  class Said extends EventTarget { constructor(text) { super(); this.text = text; } }
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Said });
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => [voice], cancel: () => undefined, addEventListener: () => undefined,
    speak: (one) => { window.said.push(one.text); setTimeout(() => one.dispatchEvent(new Event("end"))); },
  } });
"""


def test_a_voice_of_the_tablet_reads_every_line_in_order(desk: Desk):
    """Line by line, the one that is said marked; at its end the button offers it again."""
    desk.page.add_init_script(VOICE)
    page = desk.start()
    drive(page, "paper/read")
    expect(page.locator("[data-line]").first).to_be_visible()
    shown = page.locator("[data-line]").all_inner_texts()
    press(page, "Read it to me")
    expect(page.get_by_text("This device reads the paper to you.")).to_be_visible()
    expect(page.get_by_role("button", name="Read it to me")).to_be_visible()
    assert ["".join(one.split()) for one in page.evaluate("window.said")] == ["".join(one.split()) for one in shown]
