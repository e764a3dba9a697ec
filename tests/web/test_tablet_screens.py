"""The tablet's screens: ready or not with what to do, at every size, by night, by keyboard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.tablet import PIN, Station, enrol, go, keep_for_good, open_app, see, tablet, until_line
from tests.web.tablet_server import CODE


@pytest.fixture
def new_page(chromium_browser: Browser, station: Station, tmp_path: Path) -> Iterator[Page]:
    """Open the app on a tablet that is new."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        open_app(context.pages[0], station)
        yield context.pages[0]


def test_the_field_ready_check_is_red_with_what_to_do_and_green_when_it_is_done(
    chromium_browser: Browser, station: Station, tmp_path: Path
):
    """A new tablet in a tab is red; installed, kept for good, enrolled, with PIN and forms it is green."""
    with tablet(chromium_browser, tmp_path / "profile") as context:
        page = context.pages[0]
        open_app(page, station)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not ready for the field")
        page.get_by_role("button", name="Ask again").click()
        expect(page.locator("button[aria-disabled]")).to_have_count(0)
        for line in ("enrolled", "pin", "installed", "persisted"):
            until_line(page, line, "bad")
        keep_for_good(page, station)
        page.get_by_role("button", name="Ask again").click()
        until_line(page, "persisted", "good")
    with tablet(chromium_browser, tmp_path / "profile", app=f"{station.origin}/tablet/") as context:
        page = context.pages[0]
        keep_for_good(page, station)
        page.reload()
        until_line(page, "persisted", "good")
        enrol(page, station)
        expect(page.get_by_role("heading", level=1)).to_have_text("Ready for the field")
        see(page, "ready")
        page.clock.set_fixed_time(time.time() - 600)
        page.get_by_role("button", name="Check again").click()
        until_line(page, "clock", "bad")
        expect(page.get_by_text("The clock is 10 minutes behind.")).to_be_visible()


SIZES = {
    "768x1024": {"width": 768, "height": 1024}, "800x1280": {"width": 800, "height": 1280},
    "1280x800": {"width": 1280, "height": 800}, "zoom-200": {"width": 400, "height": 640},
}  # fmt: skip


@pytest.mark.parametrize("looks", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_at_every_size(chromium_browser: Browser, station: Station, tmp_path: Path, size: str, looks: str):
    """By day and by night: axe finds nothing, nothing scrolls sideways, every target is 44 px high and wide or more."""
    with tablet(chromium_browser, tmp_path / "profile", SIZES[size], color_scheme=looks) as context:
        page = context.pages[0]
        open_app(page, station)
        see(page, f"{size}-{looks}-1-not-ready")
        page.goto(f"{station.origin}/tablet/#enrol")
        expect(page.get_by_role("heading", level=1)).to_have_text("Enrol this tablet")
        see(page, f"{size}-{looks}-2-enrol")
        enrol(page, station)
        see(page, f"{size}-{looks}-3-enrolled")
        for number, (name, heading) in enumerate(
            (("tablet", "This tablet"), ("waiting", "Nothing waits"), ("pin", "Unlock")), 4
        ):
            page.goto(f"{station.origin}/tablet/#{name}")
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            see(page, f"{size}-{looks}-{number}-{name}")


def test_the_way_by_keyboard(new_page: Page, station: Station):
    """From the first Tab to a chosen PIN without a pointer; each screen begins at its heading."""
    page = new_page
    page.reload()
    until_line(page, "kept", "good")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    for keys, heading in (
        (["Tab", "Enter"], "Enrol this tablet"),
        ([CODE, "Car 12"], "Choose a PIN"),
        ([PIN, PIN], "Not ready for the field"),
    ):
        for key in keys:
            if key in ("Tab", "Enter"):
                page.keyboard.press(key)
            else:
                page.keyboard.press("Tab")
                page.keyboard.type(key)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("link", name="Waiting").press("Enter")
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_focused()


def test_what_the_server_says_of_this_tablet_shows(page: Page, station: Station):
    """Newer forms, a revoked enrolment, and forms that need a sign-in: each is a line with what to do."""
    stand_in = station.deploy.stand_in
    stand_in.in_use = [{**one, "version": 2} for one in stand_in.in_use]
    page.get_by_role("button", name="Check again").click()
    until_line(page, "forms", "bad")
    stand_in.forms = {**stand_in.forms, "digest": "e" * 64, "forms": stand_in.in_use}
    page.get_by_role("button", name="Get the forms").click()
    until_line(page, "forms", "good")
    stand_in.forms_need_sign_in = stand_in.revoked = True
    page.get_by_role("button", name="Check again").click()
    until_line(page, "enrolled", "bad")
    go(page, station, "tablet", "This tablet")
    expect(page.get_by_text("ended by an administrator")).to_be_visible()
    page.get_by_role("button", name="Get the forms").click()
    expect(page.get_by_role("alert").get_by_role("link", name="Sign in")).to_have_attribute(
        "href", "/sign-in?next=/tablet/"
    )


def test_light_or_dark_is_the_officers_choice(page: Page, station: Station):
    """Chosen by hand it stays so after the tablet was off, whatever the system says."""
    ground = "getComputedStyle(document.body).backgroundColor"
    go(page, station, "tablet", "This tablet")
    light = page.evaluate(ground)
    page.get_by_text("Dark", exact=True).click()
    dark = page.evaluate(ground)
    assert light != dark
    page.reload()
    expect(page.get_by_label("Dark", exact=True)).to_be_checked()
    assert page.evaluate(ground) == dark
    page.emulate_media(color_scheme="dark")
    page.get_by_text("Light", exact=True).click()
    assert page.evaluate(ground) == light
