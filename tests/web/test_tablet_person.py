"""What the person does on the tablet, and what only the officer can: a no, a pause, ink that stays."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.counterparts.browser import axe_violations, save_picture
from tests.web import signing
from tests.web.signing import LEAD, PIN, REFERRAL, WORDS, Officer, drive, heading, press, screen_of
from tests.web.tablet import WRONG_PIN, run
from tests.web.tablet_desk import Desk, a_desk

LEAST_KEPT = 0.95
OFFICERS_TAPS = 12
ROTATED = {"width": 1280, "height": 800}
POINTS = "return (await every('strokes')).length;"


@pytest.fixture(scope="module")
def desk(chromium_browser: Browser, tmp_path_factory) -> Iterator[Desk]:
    """Set one tablet up for all these tests."""
    with a_desk(chromium_browser, tmp_path_factory.mktemp("desk")) as desk:
        yield desk


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


def test_the_place_of_another_paper_of_the_shift_is_one_tap_away_and_never_filled_by_itself(desk: Desk):
    """It fills the place and the offense's; a paper that was declined leaves none behind."""
    page = desk.start()
    drive(page, "paper/form")
    Officer(page).type("contact_place", "7 Shelter Lane")
    page.locator('[name="person_name_as_given"]').focus()
    page.goto(f"{desk.server.origin}/tablet/#start")
    heading(page, "Which form fits this contact?")
    press(page, re.compile("^Start LEAD", re.IGNORECASE))
    heading(page, "Screening")
    drive(page, "paper/form")
    expect(page.locator('[name="contact_place"]')).to_have_value("")
    press(page, "7 Shelter Lane")
    expect(page.locator('[name="contact_place"]')).to_have_value("7 Shelter Lane")
    expect(page.locator('[name="diverted_offences.1.place"]')).to_have_value("7 Shelter Lane")
    save_picture(page, "tablet-form-places")
    assert axe_violations(page) == []
    desk.start()
    drive(page, "paper/form")
    expect(page.get_by_role("button", name="7 Shelter Lane")).to_have_count(0)
