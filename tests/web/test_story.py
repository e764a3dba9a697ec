"""The whole story in Chromium, at phone, tablet and desk size: axe clean, keyboard alone, screenshots kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from forms_service.ports import Actor, Search
from forms_service.workflow.accounts import first_account_code
from forms_service.workflow.find import find, open_document
from tests.counterparts.browser import open_page
from tests.web.conftest import PASSWORD, Running
from tests.web.walk import PATIENCE_MS, Walk

SIZES = ("phone", "tablet", "desk")


@pytest.fixture(params=SIZES)
def walk(request, chromium_browser: Browser, running: Running) -> Iterator[Walk]:
    """Open a page of each size."""
    with open_page(chromium_browser, request.param, limit_ms=PATIENCE_MS) as page:
        yield Walk(page, running, request.param)


def first_account(walk: Walk) -> None:
    """Make the first account with the console's code."""
    walk.page.goto(walk.running.origin)
    walk.look("first-account")
    code = first_account_code(walk.running.services)
    walk.fill(
        code=code, full_name="Officer Dana Reyes", badge="214", phone="503-555-0142", name="dreyes", password=PASSWORD
    )
    walk.page.get_by_role("button", name="Make the account").click()
    walk.look("second-step")
    walk.put_off()
    expect(walk.page.get_by_role("heading", name="Which form fits this contact?")).to_be_visible()
    walk.look("start")


def screening(walk: Walk) -> None:
    """Answer screening, after sending it empty once."""
    walk.page.get_by_role("button", name="Start LEAD agreement").click()
    walk.go_on()
    walk.look("screening-errors")
    expect(walk.page.locator("[data-error-summary]")).to_be_focused()
    for name, value in (
        ("mental_health_issue", "true"),
        ("probable_cause", "true"),
        ("supervision_person_crime", "no"),
    ):
        walk.choose(name, value)
    walk.choose("supervision_source", "leds")
    walk.page.get_by_role("button", name=re.compile("Add one")).click()
    walk.fill(**{"victims.1.name": "Corner Shop"})
    walk.choose("victims.1.kind", "business")
    walk.choose("victims.1.position", "no_objection")
    walk.choose("person_chooses", "yes")
    walk.look("screening")
    walk.go_on()


def form(walk: Walk) -> None:
    """Answer the sections in the order of a conversation."""
    walk.fill(contact_at="2026-11-21T09:30", contact_place="100 Main Street, Dallas")
    walk.choose("contact_origin", "call_for_service")
    walk.look("contact")
    walk.go_on()
    walk.fill(person_name_as_given="Rosa Marín López")
    walk.date("date_of_birth", "1986", "4", "28")
    expect(walk.page.locator('[data-question="approx_age"]')).to_be_hidden()
    walk.page.select_option('[name="language_spoken"]', "es")
    walk.look("person")
    walk.go_on()
    walk.fill(**{"diverted_offences.1.plain_words": "Took food from a shop"})
    walk.choose("diverted_offences.1.kind", "misdemeanor")
    walk.date("diverted_offences.1.happened_on", "2026", "11", "20")
    walk.choose("prosecutor", "city_prosecutor")
    walk.look("offences")
    walk.go_on()
    later_sections(walk)


def later_sections(walk: Walk) -> None:
    """Answer treatment and how to be reached, look at the rest, and hand the device over."""
    walk.choose("treatment_from", "private")
    expect(walk.page.locator('[data-question="treatment_name"]')).to_be_visible()
    walk.choose("treatment_from", "polk_bh")
    expect(walk.page.locator('[data-question="treatment_name"]')).to_be_hidden()
    walk.look("treatment")
    walk.go_on()
    walk.fill(reach_phone="503-555-0199", next_step="Call 503-623-9289 on November 23 at 9 a.m.")
    walk.look("reach")
    walk.go_on()
    walk.look("signing")
    walk.go_on()
    walk.look("officer")
    walk.go_on()
    walk.look("check")
    walk.page.get_by_role("button", name="Show it to the person").click()


def reading(walk: Walk) -> None:
    """Say no is possible, read, have it read, say it back."""
    expect(walk.page.get_by_role("heading", name="Usted puede decir que no.")).to_be_visible()
    walk.look("welcome")
    walk.page.get_by_role("link", name="No quiero esto").click()
    walk.look("no")
    walk.page.get_by_role("button", name="Volver").click()
    walk.page.get_by_role("link", name="Muéstreme el papel").click()
    walk.page.get_by_role("button", name="English").click()
    expect(walk.page.get_by_text("You can say no. This is your choice.")).to_be_visible()
    walk.page.get_by_role("button", name="Español").click()
    walk.page.get_by_role("button", name="Léamelo").click()
    expect(walk.page.get_by_role("status")).to_be_visible()
    walk.look("read")
    walk.page.get_by_role("button", name="Ya lo leí").click()
    for name in ("say_back_sixty_days", "say_back_can_say_no", "say_back_what_if_not"):
        walk.page.locator(f'label[for="{name}-true"]').click()
    walk.look("understood")
    walk.page.get_by_role("button", name="Continue to signing").click()


def signing(walk: Walk) -> None:
    """Be told that a dot is nothing, turn the device with ink on it, clear, sign, and let the officer sign."""
    page = walk.page
    expect(page.locator("form[data-ready]")).to_be_visible()
    page.locator("[data-pad-surface]").click()  # a dot
    expect(page.locator("[data-pad-error]")).to_have_text("Por favor, firme en el cuadro. Un punto no es una firma.")
    page.get_by_role("button", name="Firmo").click()
    walk.look("sign-empty")
    page.get_by_role("button", name="Borrar").click()
    walk.draw(14)
    before = page.locator(".pad__ink").get_attribute("d")
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": size["height"], "height": size["width"]})
    page.set_viewport_size(size)
    assert page.locator(".pad__ink").get_attribute("d") == before
    walk.look("sign-person")
    page.get_by_role("button", name="Firmo").click()
    expect(page.get_by_role("heading", name="Sign here: Officer Dana Reyes")).to_be_visible()
    walk.draw(9)
    walk.look("sign-officer")
    page.get_by_role("button", name="I sign").click()
    expect(page.get_by_role("heading", name="LEAD agreement: sealed and archived")).to_be_visible()
    page.wait_for_timeout(1500)
    walk.look("done")


def desk(walk: Walk) -> None:
    """See what is owed, give the case number, search."""
    page, origin = walk.page, walk.running.origin
    page.goto(f"{origin}/desk")
    walk.look("desk")
    page.get_by_role("link", name="Give the case number").click()
    page.wait_for_timeout(1500)
    walk.look("record")
    page.fill("#case_number", "26-01234")
    page.get_by_role("button", name="Give the case number").click()
    expect(page.get_by_text("Version 2", exact=True).first).to_be_visible()
    walk.look("record-version-2")
    page.goto(f"{origin}/desk")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    walk.look("desk-empty")
    page.goto(f"{origin}/desk/records")
    page.fill("#words", "marin lopez")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="LEAD-")).to_be_visible()
    walk.look("records")


def verifying(walk: Walk) -> None:
    """Bring the sealed file, then something that is none."""
    page, services = walk.page, walk.running.services
    by = Actor(id="operator:tester")
    sealed_pdf = open_document(services, by, find(services, by, Search())[0].document_id)
    page.goto(f"{walk.running.origin}/verify")
    page.set_input_files("#file", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": sealed_pdf})
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="Unchanged since it was sealed")).to_be_visible()
    walk.look("verify")
    page.set_input_files("#file", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"none"})
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("alert")).to_be_visible()
    walk.look("verify-error")


def test_the_whole_story_in_a_browser(walk: Walk):
    """First account, screening, form, reading in Spanish, both signatures, sealed paper, desk, search and verify."""
    first_account(walk)
    screening(walk)
    form(walk)
    reading(walk)
    signing(walk)
    desk(walk)
    verifying(walk)
    assert walk.complaints == []


def test_the_form_can_be_answered_with_the_keyboard_alone(chromium_browser: Browser, running: Running):
    """Skip link, choices, inputs and buttons answer to Tab, Space and Enter, and focus can always be seen."""
    with open_page(chromium_browser, "desk", limit_ms=PATIENCE_MS) as page:
        _by_keyboard(Walk(page, running, "keyboard"))


def _by_keyboard(walk: Walk) -> None:
    page = walk.page
    first_account(walk)
    page.keyboard.press("Tab")
    expect(page.locator(".usa-skipnav")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start LEAD agreement")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Screening")).to_be_visible()
    page.locator("#q-mental_health_issue-true").focus()
    page.keyboard.press("Space")
    expect(page.locator("#q-mental_health_issue-true")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q-probable_cause-false")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary], .page-title").first).to_be_visible()


def test_at_twice_the_size_nothing_is_cut_off(chromium_browser: Browser, running: Running):
    """At 200 % zoom of a 1280 px window pages reflow and never scroll sideways."""
    with open_page(chromium_browser, "zoom-200", limit_ms=PATIENCE_MS) as page:
        walk = Walk(page, running, "zoom")
        first_account(walk)
        for path in ("/desk", "/desk/records", "/verify"):
            page.goto(f"{running.origin}{path}")
            walk.look(path.strip("/").replace("/", "-"))
