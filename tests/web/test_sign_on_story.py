"""Single sign-on in a browser, at a real provider: in, what forms print, a proof, out; axe and a picture of each page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from werkzeug.serving import make_server

from forms_service.web.app import create_app
from tests.conftest import HeldClock, make_services
from tests.counterparts.browser import open_page
from tests.counterparts.openid import OpenIdProvider, table
from tests.web.conftest import OFFICER, PASSWORD, Running, hire
from tests.web.test_sign_on import FACTOR, MovedClock
from tests.web.tls import free_port, own_config
from tests.web.walk import PATIENCE_MS, Walk

SIZES = ("phone", "tablet", "desk")


@pytest.fixture
def signing_on(tmp_path: Path, provider: OpenIdProvider) -> Iterator[Running]:
    """Serve an agency that is configured for the provider, in the real time that the provider has too."""
    port, config = free_port(), own_config(tmp_path)
    (config / "service.toml").write_text(table(provider.issuer, tmp_path / "keys" / "oidc.secret", FACTOR))
    origin = f"http://localhost:{port}"
    services = make_services(tmp_path, HeldClock(), FORMS_CONFIG=str(config), FORMS_ORIGIN=origin)
    services = replace(services, clock=MovedClock())
    hire(services)
    server = make_server("127.0.0.1", port, create_app(services.settings, services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Running(services, origin, HeldClock())
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def acknowledge(walk: Walk) -> None:
    """Tick that the notice was read, at the button of single sign-on."""
    walk.page.locator('label[for="notice-sign-on"]').click()


def sign_on(walk: Walk, login: str) -> None:
    """Press the button and enter at the provider's page."""
    acknowledge(walk)
    walk.page.get_by_role("button", name="Sign in with your Dallas account").click()
    enter(walk, login)


def enter(walk: Walk, login: str) -> None:
    """Enter at the provider's page, with a second factor."""
    page = walk.page
    expect(page.get_by_role("heading", name="Test provider")).to_be_visible()
    page.get_by_label("Login").fill(login)
    page.get_by_label("with a second factor").check()
    page.get_by_role("button", name="Enter").click()


@pytest.mark.parametrize("size", SIZES)
def test_an_officer_signs_on_and_out(chromium_browser: Browser, signing_on: Running, size: str):
    """From the button to the start page, a proof at the provider, and out of both."""
    with open_page(chromium_browser, size, limit_ms=PATIENCE_MS) as page:
        walk = Walk(page, signing_on, f"sign-on-{size}")
        page.goto(f"{signing_on.origin}/desk")
        walk.look("sign-in")
        sign_on(walk, "dana")
        expect(page.get_by_role("heading", name="What forms print of you")).to_be_visible()
        walk.look("facts")
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        walk.look("facts-missing")
        walk.fill(phone="503-555-0142")
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_role("heading", name="Which form fits this contact?")).to_be_visible()
        page.goto(f"{signing_on.origin}/account")
        expect(page.get_by_text("With single sign-on")).to_be_visible()
        walk.look("account")
        page.goto(f"{signing_on.origin}/confirm?next=/account")
        walk.look("confirm")
        page.get_by_role("button", name="Sign on once more").click()
        enter(walk, "dana")
        expect(page).to_have_url(f"{signing_on.origin}/account")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        walk.look("signed-out")
        assert [one for one in walk.complaints if "favicon" not in one] == []
        page.get_by_role("link", name="Sign out there too").click()
        page.wait_for_url(f"{signing_on.services.settings.sign_on.issuer}/session/end**")


def test_somebody_without_a_role_is_told_and_the_local_way_stays(chromium_browser: Browser, signing_on: Running):
    """The refusal stands above the button; below it the password form opens, and an administrator sees no password there."""
    with open_page(chromium_browser, "tablet", limit_ms=PATIENCE_MS) as page:
        walk = Walk(page, signing_on, "sign-on-refused")
        page.goto(signing_on.origin)
        sign_on(walk, "guest")
        expect(page.get_by_role("alert")).to_contain_text("You have no role here yet")
        walk.look("no-role")
        page.locator("summary").click()
        walk.look("local")
        walk.fill(name=OFFICER.name, password=PASSWORD)
        page.locator('label[for="notice"]').click()
        page.get_by_role("button", name="Sign in", exact=True).click()
        walk.put_off()
        expect(page.get_by_role("heading", name="Which form fits this contact?")).to_be_visible()


def test_the_page_between_leads_on_by_its_link_too(chromium_browser: Browser, signing_on: Running):
    """Where a browser does not go on by itself, the link does; it names where it leads."""
    with open_page(chromium_browser, "phone", limit_ms=PATIENCE_MS) as page:
        walk = Walk(page, signing_on, "sign-on-going")
        page.goto(signing_on.origin)
        page.route(f"{signing_on.origin}/sign-on", stop)
        acknowledge(walk)
        page.get_by_role("button", name="Sign in with your Dallas account").click()
        expect(page.get_by_role("heading", name="Going to sign on")).to_be_visible()
        walk.look("going")
        page.get_by_role("link", name="Go on").click()
        expect(page.get_by_role("heading", name="Test provider")).to_be_visible()


def stop(route: Route) -> None:
    """Answer with our page as a browser sees it that does not go on by itself."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('http-equiv="refresh"', 'name="stopped"'))
