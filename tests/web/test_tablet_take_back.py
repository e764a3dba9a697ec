"""The officer takes the tablet back by passkey: as strong as the PIN, and nothing less opens the person's screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.counterparts.browser import axe_violations, save_picture, sideways_px
from tests.web import signing
from tests.web.passkey_device import OPTIONS
from tests.web.signing import LEAD, heading, press
from tests.web.tablet import PIN, WRONG_PIN, run
from tests.web.tablet_desk import Desk, a_desk

TAKE_BACK = "Officer: take the tablet back"


class Finger:
    """An authenticator that gives a secret, and whether it knows the finger."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable", {"enableUI": False})
        options = {**OPTIONS, "ctap2Version": "ctap2_1", "hasPrf": True}
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def verify(self, *, succeeds: bool) -> None:
        """Know the finger, or not."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": succeeds})


def with_passkey(desk: Desk) -> tuple[Page, Finger]:
    """Let a passkey unlock the tablet, and hand a paper over."""
    page = desk.start()
    finger = Finger(page)
    page.goto(f"{desk.server.origin}/tablet/#tablet")
    page.get_by_text("Unlock with finger or face").click()
    page.fill("[name=passkey_pin]", PIN)
    press(page, "Make a passkey")
    expect(page.get_by_text("The passkey unlocks this tablet from now on.")).to_be_visible()
    desk.start()
    return handed(desk), finger


@pytest.fixture(scope="module")
def desk(chromium_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give a tablet away from its server."""
    with a_desk(chromium_browser, tmp_path_factory.mktemp("take-back")) as desk:
        yield desk


def remove(desk: Desk, finger: Finger) -> None:
    """Let the passkey unlock no more."""
    run(desk.page, "return vault.removePasskey();")
    finger.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": finger.id})


def handed(desk: Desk) -> Page:
    """Hand a paper over, up to the screen that asks the officer."""
    page = desk.page
    signing.prepared(page, LEAD)
    heading(page, "You can say no.")
    press(page, "Officer")
    heading(page, TAKE_BACK)
    return page


def test_without_a_passkey_only_the_pin_is_offered(desk: Desk):
    """The screen is as it was."""
    desk.start()
    page = handed(desk)
    expect(page.get_by_role("button", name="Use the passkey")).to_have_count(0)
    page.fill("[name=pin]", PIN)
    press(page, "Take it back")
    heading(page, "Hand the tablet over")


def test_the_passkey_ends_the_persons_screens(desk: Desk):
    """Without a network, after a wrong PIN and a reload; it forgives the PIN."""
    page, finger = with_passkey(desk)
    save_picture(page, "tablet-take-back-passkey")
    assert axe_violations(page) == []
    assert sideways_px(page) <= 0
    page.fill("[name=pin]", WRONG_PIN)
    press(page, "Take it back")
    expect(page.get_by_text("9 tries left")).to_be_visible()
    page.reload()
    heading(page, TAKE_BACK)
    assert run(page, "return row('facts', 'handed');") is True
    press(page, "Use the passkey")
    heading(page, "Which form fits this contact?")
    assert run(page, "return row('facts', 'handed');") is False
    assert run(page, "return (await vault.state()).triesLeft;") == 10
    remove(desk, finger)


def test_a_finger_that_the_tablet_does_not_know_ends_nothing(desk: Desk):
    """The vault is open, and still the screen stays, under every address and after a reload; the PIN ends it."""
    page, finger = with_passkey(desk)
    finger.verify(succeeds=False)
    press(page, "Use the passkey")
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    for asked in ("#start", "#tablet", "#ready"):
        page.evaluate(f"location.hash = '{asked}'")
        heading(page, TAKE_BACK)
    page.reload()
    heading(page, TAKE_BACK)
    press(page, "Use the passkey")
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    assert run(page, "return row('facts', 'handed');") is True
    page.fill("[name=pin]", PIN)
    press(page, "Take it back")
    heading(page, "Which form fits this contact?")
    remove(desk, finger)


def test_another_secret_opens_nothing(desk: Desk):
    """What another passkey gives is no key of this vault: the person's screens stay."""
    page, finger = with_passkey(desk)
    told = run(page, """
      return vault.unlockWithPasskey(new Uint8Array(32)).then(() => "opened", (error) => error.slug);
    """)  # fmt: skip
    assert told == "passkey-wrong"
    heading(page, TAKE_BACK)
    page.fill("[name=pin]", PIN)
    press(page, "Take it back")
    heading(page, "Hand the tablet over")
    remove(desk, finger)
