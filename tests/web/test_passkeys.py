"""Passkeys in Chromium with its virtual authenticator, and the pages around them at every size; axe on each."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Browser, expect

from forms_service.ports import Actor
from tests.counterparts.browser import open_page
from tests.integration.test_second_factors import totp
from tests.web.conftest import OFFICER, PASSWORD, Running, hire
from tests.web.passkey_device import Device
from tests.web.walk import PATIENCE_MS, Walk

BY = Actor(id="operator:tester")


@pytest.fixture(params=["phone", "desk"])
def walk(request, chromium_browser: Browser, running: Running) -> Iterator[Walk]:
    """Open a page for an officer who has an account and nothing else."""
    hire(running.services)
    with open_page(chromium_browser, request.param, limit_ms=PATIENCE_MS) as page:
        yield Walk(page, running, f"factor-{request.param}")


def go(walk: Walk, path: str) -> None:
    """Open a page of the service."""
    walk.page.goto(f"{walk.running.origin}{path}")
    settle(walk)


def with_password(walk: Walk) -> None:
    """Sign in with the password."""
    go(walk, "/sign-in?next=/account")
    walk.fill(name=OFFICER.name, password=PASSWORD)
    acknowledge(walk)
    walk.page.get_by_role("button", name="Sign in", exact=True).click()


def acknowledge(walk: Walk) -> None:
    """Tick that the notice was read."""
    walk.page.locator('label[for="notice"]').click()


def press(walk: Walk, name: str) -> None:
    """Press a button."""
    walk.page.get_by_role("button", name=name, exact=True).click()


def see(walk: Walk, heading: str) -> None:
    """Wait for a page by its heading."""
    expect(walk.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
    settle(walk)


def settle(walk: Walk) -> None:
    """Wait for the fonts, so that no answer of the server is broken off when the page is left."""
    walk.page.evaluate("document.fonts.ready.then(() => true)")


def make_passkey(walk: Walk) -> None:
    """Make a passkey after the sign-in and keep the recovery codes."""
    with_password(walk)
    see(walk, "Add a second step")
    walk.look("enrol")
    press(walk, "Make a passkey")
    see(walk, "Your recovery codes")
    walk.look("codes")
    walk.page.get_by_role("link", name="I have kept them, go on").click()
    see(walk, "Your account")


def sign_out(walk: Walk) -> None:
    """Sign out."""
    press(walk, "Sign out")
    see(walk, "Sign in")


def test_a_passkey_from_enrolment_to_a_proof(walk: Walk) -> None:
    """Made, used as the second step, used alone, used to confirm."""
    device = Device(walk.page.context.new_cdp_session(walk.page))
    make_passkey(walk)
    walk.look("account")
    assert [one["rpId"] for one in device.credentials()] == ["localhost"]
    sign_out(walk)
    with_password(walk)
    see(walk, "Second step")
    walk.look("second-step")
    press(walk, "Use a passkey")
    see(walk, "Your account")
    sign_out(walk)
    go(walk, "/sign-in?next=/account")
    acknowledge(walk)
    press(walk, "Use a passkey")
    see(walk, "Your account")
    walk.running.clock.move(minutes=6)
    walk.page.get_by_role("link", name="Make new ones").click()
    see(walk, "Confirm that it is you")
    walk.look("confirm")
    press(walk, "Use a passkey")
    see(walk, "New recovery codes")
    walk.look("new-codes")
    assert walk.complaints == []


def test_an_unverified_person_and_a_copy_are_refused(walk: Walk) -> None:
    """Without finger, face or PIN the device gives no answer; a copy's count betrays it."""
    device = Device(walk.page.context.new_cdp_session(walk.page))
    make_passkey(walk)
    copied = device.credentials()[0]
    sign_out(walk)
    acknowledge(walk)
    press(walk, "Use a passkey")
    see(walk, "Which form fits this contact?")
    sign_out(walk)
    device.verify(succeeds=False)
    acknowledge(walk)
    press(walk, "Use a passkey")
    expect(walk.page.locator("[data-passkey-trouble]")).to_be_visible()
    walk.look("passkey-not-used")
    device.verify(succeeds=True)
    device.forget()
    device.take(copied)
    press(walk, "Use a passkey")
    expect(walk.page.get_by_role("alert").first).to_contain_text("Sign-in was refused")
    assert walk.complaints == []


def test_a_passkey_of_another_site_is_refused(walk: Walk) -> None:
    """An answer that another origin got out of the device opens nothing here, and one of another host is not offered."""
    device = Device(walk.page.context.new_cdp_session(walk.page))
    make_passkey(walk)
    sign_out(walk)
    own = device.credentials()[0]
    device.forget()
    device.take({**own, "rpId": "evil.example"})
    acknowledge(walk)
    press(walk, "Use a passkey")
    expect(walk.page.locator("[data-passkey-trouble]")).to_be_visible()
    device.forget()
    device.take({**own, "signCount": own["signCount"] + 5})
    walk.page.route("**/sign-in/passkey", lambda route: route.continue_(post_data=altered(route.request.post_data)))
    press(walk, "Use a passkey")
    expect(walk.page.get_by_role("alert").first).to_contain_text("Sign-in was refused")


def test_a_recorded_answer_opens_nothing(walk: Walk) -> None:
    """Sent again it is refused, before another challenge was asked and after."""
    Device(walk.page.context.new_cdp_session(walk.page))
    make_passkey(walk)
    sign_out(walk)
    acknowledge(walk)
    with walk.page.expect_request("**/sign-in/passkey") as sent:
        press(walk, "Use a passkey")
    see(walk, "Which form fits this contact?")
    answer = parse_qs(sent.value.post_data or "")["answer"][0]
    sign_out(walk)
    for ask, told in (("", "That took too long"), ("/sign-in/passkey/ask", "Sign-in was refused")):
        acknowledge(walk)
        walk.page.evaluate(SEND_AGAIN, [answer, ask])
        expect(walk.page.get_by_role("alert").first).to_contain_text(told)


SEND_AGAIN = """async ([answer, ask]) => {
  const form = document.querySelector("[data-passkey]").form;
  const token = form.elements.csrf_token.value;
  if (ask) await fetch(ask, { method: "POST", headers: { "X-CSRFToken": token } });
  form.elements.answer.value = answer;
  form.action = "/sign-in/passkey";
  form.submit();
}"""


def altered(posted: str | None) -> str:
    """Change the origin inside a posted answer, as a page of another site would have it."""
    fields = {name: values[0] for name, values in parse_qs(posted or "").items()}
    answer = json.loads(fields["answer"])
    text = answer["response"]["clientDataJSON"]
    client = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    client["origin"] = "https://evil.example"
    answer["response"]["clientDataJSON"] = base64.urlsafe_b64encode(json.dumps(client).encode()).rstrip(b"=").decode()
    return urlencode({**fields, "answer": json.dumps(answer)})


def test_an_authenticator_app_and_the_own_account(walk: Walk) -> None:
    """The code on the page as picture and text, a mistyped and a good one, then the account page and the password."""
    with_password(walk)
    walk.page.get_by_role("link", name="Use an app").click()
    see(walk, "Authenticator app")
    walk.look("app")
    walk.fill(code="000000")
    press(walk, "Add the app")
    expect(walk.page.get_by_role("alert")).to_be_visible()
    walk.look("app-mistyped")
    secret = walk.page.locator(".secret__text").inner_text().replace(" ", "")
    walk.fill(code=totp(secret, walk.running.clock.now()), label="Work phone")
    press(walk, "Add the app")
    see(walk, "Your recovery codes")
    walk.page.get_by_role("link", name="I have kept them, go on").click()
    see(walk, "Your account")
    expect(walk.page.get_by_text("Work phone").first).to_be_visible()
    walk.running.clock.move(seconds=60)
    sign_out(walk)
    with_password(walk)
    walk.fill(code="000000")
    press(walk, "Sign in")
    expect(walk.page.get_by_role("alert").first).to_be_visible()
    walk.look("second-step-refused")
    walk.fill(code=totp(secret, walk.running.clock.now()))
    press(walk, "Sign in")
    see(walk, "Your account")


def test_a_password_is_changed(walk: Walk) -> None:
    """A short one is refused beside its answer, a good one is taken."""
    with_password(walk)
    walk.put_off()
    walk.page.get_by_role("link", name="Change the password").click()
    walk.fill(old=PASSWORD, new="short", again="short")
    press(walk, "Change it")
    expect(walk.page.get_by_role("alert")).to_be_visible()
    walk.look("password-errors")
    new = "seven grey pelicans drumming"
    walk.fill(old=PASSWORD, new=new, again=new)
    press(walk, "Change it")
    see(walk, "Your account")
    walk.look("account-without-second-step")
