"""Handing over to Behavioral Health: offline on the tablet that was signed on, on another one, and what the desk reads."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from forms_service.domain.envelope import EnvelopeState
from forms_service.domain.record import Record
from forms_service.ports import Search
from forms_service.workflow.find import find
from tests.counterparts.browser import axe_violations, save_picture, sideways_px
from tests.web import signing, wcag
from tests.web.signing import BY, LEAD, REFERRAL, Server, heading, press
from tests.web.tablet import PIN, run, running_on_battery, tablet
from tests.web.test_tablet_looks import SMALL_TARGETS

SIZES = {"portrait": (768, 1024), "landscape": (1280, 800)}
STAFF = "Dana Wu"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """Give the real server, switched off."""
    return Server(tmp_path)


@pytest.fixture
def page(chromium_browser: Browser, server: Server, tmp_path: Path) -> Iterator[Page]:
    """Give a tablet that is set up; the server is off."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        with server.on():
            signing.set_up(context.pages[0], server)
        yield context.pages[0]


def look(page: Page, name: str) -> None:
    """Keep a picture in both sizes; axe, targets, nothing sideways."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert sideways_px(page) <= 0, name
        save_picture(page, f"hand-over-{name}-{size}")
    assert axe_violations(page) == []
    assert wcag.keyboard(page) + wcag.large(page, f"hand-over-{name}") == []
    assert page.evaluate(SMALL_TARGETS) == []


def state(page: Page, wanted: str) -> None:
    """Wait until the hand-over stands so."""
    expect(page.locator(f'.handing-over[data-state="{wanted}"]')).to_be_visible()


def told(page: Page, count: int) -> None:
    """Wait until so many tries stand there."""
    expect(page.locator(".told li")).to_have_count(count)


def choose(page: Page, name: str, value: str) -> None:
    """Tap an answer."""
    page.locator(f'label:has(> input[name="{name}"][value="{value}"])').click()


def signed(page: Page, form: str = LEAD) -> str:
    """Have a paper signed without a network; give its number."""
    number = signing.prepared(page, form)
    signing.both_sign(page, form)
    return number


def arrive(page: Page) -> None:
    """Say that they are here."""
    page.fill("[name=bh_staff_name]", STAFF)
    page.fill("[name=bh_staff_role]", "Crisis worker")
    press(page, "They are here")
    expect(page.get_by_role("heading", name="“You may go”")).to_be_visible()


def send(page: Page, server: Server) -> None:
    """Bring the tablet where its server is, until nothing waits."""
    page.goto(f"{server.origin}/tablet/#waiting")
    with server.on():
        press(page, "Send now")
        heading(page, "Nothing waits")


def record_of(server: Server) -> Record:
    """Give the one record."""
    (record,) = find(server.services, BY, Search())
    return record


def two_tries(page: Page) -> None:
    """Call the number for this hour, which nobody answers, and once more, which somebody does."""
    expect(page.locator(".calls__now")).to_have_attribute("href", re.compile(r"^tel:503\d{7}$"))
    page.evaluate("document.querySelector('.calls__now').addEventListener('click', (event) => event.preventDefault())")
    page.locator(".calls__now").click()
    press(page, "No answer")
    told(page, 1)
    page.fill("[name=who_answered]", "Night desk")
    press(page, "Reached")
    told(page, 2)


def test_a_hand_over_is_told_offline_on_the_tablet_that_was_signed_on(server: Server, page: Page):
    """Two tries, the arrival, the release, each in a few taps; record and desk say it in plain words."""
    number = signed(page)
    press(page, "Call Behavioral Health")
    heading(page, "Hand over to Behavioral Health")
    look(page, "begun")
    two_tries(page)
    look(page, "tried")
    arrive(page)
    look(page, "arrived")
    press(page, "They said I may go")
    expect(page.locator(".times")).to_contain_text("Released")
    page.fill("[name=next_step_later]", "Monday at 9, 182 SW Academy Street")
    press(page, "Keep the next step")
    state(page, "done")
    heading(page, "Handed over")
    expect(page.locator("[data-unsent]")).to_contain_text("7 items of this paper")
    look(page, "done")
    press(page, "Back to start")
    expect(page.get_by_role("button", name=re.compile("^Hand over:"))).to_have_count(0)
    look(page, "start")
    send(page, server)
    what_came_of_it(record_of(server), number)
    on_the_record(page, server, number)


def what_came_of_it(record: Record, number: str) -> None:
    """Each step is an act of its own."""
    values = [one.values for one in record.additions]
    assert record.document_id == number
    assert [sorted(one) for one in values] == [
        ["bh_called_at", "bh_contact"], ["bh_contact"], ["bh_arrived_at", "bh_staff_name", "bh_staff_role"],
        ["officer_released_at", "released_by"], ["next_step_later"],
    ]  # fmt: skip
    assert values[1]["bh_contact"][0]["who_answered"] == "Night desk"
    assert values[3]["released_by"] == STAFF


def on_the_record(page: Page, server: Server, number: str) -> None:
    """Look at what the clerk reads."""
    with server.on():
        page.goto(f"{server.origin}/records/{number}")
        expect(page.get_by_text("Handed over", exact=True)).to_be_visible()
        expect(page.get_by_text("From contact to release")).to_be_visible()
        look_at_the_desk(page, "record")
        page.goto(f"{server.origin}/records/{number}/hand-over")
        look_at_the_desk(page, "record-tell")


def look_at_the_desk(page: Page, name: str) -> None:
    """Keep a picture of a staff page."""
    for size, (width, height) in {"desk": (1280, 900), **SIZES}.items():
        page.set_viewport_size({"width": width, "height": height})
        assert sideways_px(page) <= 0, name
        save_picture(page, f"hand-over-{name}-{size}")
    assert axe_violations(page) == []


def square_of(page: Page) -> str:
    """Read the square on a tablet's screen, as a camera does."""
    page.get_by_text("Go on with another tablet").click()
    look(page, "square")
    (square,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".qr").screenshot())))
    return square.text


def found_by_number(page: Page, server: Server, number: str) -> None:
    """Take a paper over by its number; one with a wrong sign is refused."""
    page.goto(f"{server.origin}/tablet/#start")
    page.get_by_role("link", name="Take over from another tablet").click()
    heading(page, "Hand-over of a paper from another tablet")
    look(page, "find")
    page.fill("[name=number]", f"{number[:-1]}{'0' if number[-1] != '0' else '1'}")
    press(page, "Go on with it")
    expect(page.get_by_text("One letter or digit of that number is wrong")).to_be_visible()
    page.fill("[name=number]", number.lower().replace("-", " "))
    press(page, "Go on with it")
    heading(page, "Hand over to Behavioral Health")


def test_another_officers_tablet_goes_on_by_number_and_by_the_square(
    chromium_browser: Browser, server: Server, page: Page, tmp_path: Path
):
    """What is told there first waits for the agreement; both tablets' parts add up to one hand-over."""
    number = signed(page)
    press(page, "Call Behavioral Health")
    press(page, "No answer")
    told(page, 1)
    square = square_of(page)
    assert square.startswith(f"{server.origin}/tablet/#hand-over={number}.")
    with tablet(chromium_browser, tmp_path / "second") as context:
        second = context.pages[0]
        with server.on():
            signing.set_up(second, server)
        found_by_number(second, server, number)
        press(second, "Reached")
        told(second, 1)
        second.goto("about:blank")
        second.goto(square)
        second.fill("[name=pin]", PIN)
        press(second, "Unlock")
        told(second, 1)
        assert second.url.endswith("#hand-over")
        second.goto(f"{server.origin}/tablet/#start")
        found_by_number(second, server, number)
        told(second, 1)
        arrive(second)
        send(second, server)
    assert [one.reason for one in held(server)] == ["waits-for-agreement"] * 2
    send(page, server)
    additions = record_of(server).additions
    assert sorted(sorted(one.values) for one in additions) == [
        ["bh_arrived_at", "bh_staff_name", "bh_staff_role"], ["bh_called_at", "bh_contact"], ["bh_called_at", "bh_contact"],
    ]  # fmt: skip
    assert held(server) == []


def held(server: Server) -> list:
    """Give what the server holds of tablets."""
    with server.services.database.read() as transaction:
        return list(transaction.ledger.envelopes_in(EnvelopeState.HELD))


def told_at(page: Page) -> int:
    """Give when something of a hand-over was kept last."""
    return run(page, "return (await every('drafts')).find((one) => one.id.startsWith('told-'))?.changed_at;")


def test_a_battery_that_dies_loses_nothing_that_was_told_or_typed(
    chromium_browser: Browser, server: Server, tmp_path: Path
):
    """Killed with a name half told: the try is there once, and the name stands in its box."""
    profile = tmp_path / "profile"
    with running_on_battery(chromium_browser, profile) as running:
        with server.on():
            signing.set_up(running.page, server)
        signed(running.page)
        press(running.page, "Call Behavioral Health")
        press(running.page, "Left a message")
        told(running.page, 1)
        before = told_at(running.page)
        running.page.fill("[name=bh_staff_name]", STAFF)
        running.page.locator("[name=bh_staff_role]").focus()
        assert any(told_at(running.page) != before for _ in range(500))
        running.kill()
    with running_on_battery(chromium_browser, profile) as running:
        signing.unlock(running.page, server)
        press(running.page, re.compile("^Hand over:"))
        told(running.page, 1)
        expect(running.page.locator("[name=bh_staff_name]")).to_have_value(STAFF)
        running.page.goto(f"{server.origin}/tablet/#waiting")
        with server.on():
            press(running.page, "Send now")
            heading(running.page, "Nothing waits")
    assert len(record_of(server).additions) == 1


def test_leaving_without_a_release_is_reviewed_at_the_desk(server: Server, page: Page):
    """Reason and words are demanded; the supervisor's desk asks, and a review ends it."""
    number = signed(page)
    press(page, "Call Behavioral Health")
    page.get_by_text("I must leave without a release").click()
    choose(page, "release_exception", "emergency_call")
    press(page, "I leave without a release")
    expect(page.locator(".paper-form__faults")).to_contain_text("What happened")
    look(page, "exception-fault")
    page.fill("[name=release_exception_text]", "Shots fired downtown; the person's sister waits with him.")
    press(page, "I leave without a release")
    state(page, "exception")
    look(page, "exception")
    send(page, server)
    with server.on():
        page.goto(f"{server.origin}/desk")
        expect(page.get_by_text("An officer left without a release")).to_be_visible()
        look_at_the_desk(page, "needs")
        page.goto(f"{server.origin}/records/{number}")
        page.fill("[name=review_text]", "Talked with the officer. Behavioral Health met the person later.")
        look_at_the_desk(page, "review")
        page.get_by_role("button", name="Reviewed").click()
        expect(page.get_by_text("Left without release, reviewed")).to_be_visible()


def test_a_referral_needs_its_first_contact_only(server: Server, page: Page):
    """No arrival, no release; once the copy is told too, a number and initials are all that is left on the tablet."""
    number = signed(page, REFERRAL)
    page.emulate_media(color_scheme="dark")
    press(page, "Call Behavioral Health")
    expect(page.get_by_role("button", name="They are here")).to_have_count(0)
    look(page, "referral-night")
    choose(page, "channel", "in_person")
    press(page, "Reached")
    state(page, "done")
    heading(page, "First contact made")
    look(page, "referral-done-night")
    press(page, "The paper and its copy")
    press(page, "Give the copy")
    page.get_by_text("No copy now").click()
    page.fill("[name=no-copy]", "Did not want to carry it")
    press(page, "The person does not want one")
    expect(page.locator('[data-copy="closed"]')).to_be_visible()
    page.goto(f"{server.origin}/tablet/#start")
    stub = page.locator('[data-paper="stub"]')
    expect(stub).to_contain_text(f"RQ Social referral {number}")
    expect(stub.get_by_role("button")).to_have_count(0)
    assert signing.NAME not in page.locator("main").inner_text()
    send(page, server)
    kinds = sorted(str(one.kind) for one in record_of(server).additions)
    assert kinds == ["hand_over", "person_copy"]
