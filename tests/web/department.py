"""A department on screen: its people, each with a browser and a second step of their own, over one running service."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from forms_service.domain.record import Record, RecordState
from forms_service.errors import EvidenceMismatchError
from forms_service.ports import Actor
from forms_service.web.app import create_app
from forms_service.workflow.accounts import first_account_code
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.roles_held import actor_of
from tests.conftest import archived, example
from tests.counterparts.browser import open_page
from tests.integration.test_second_factors import totp
from tests.web.conftest import Running, Visitor
from tests.web.passkey_device import Device
from tests.web.walk import PATIENCE_MS, Walk

FIRST_PASSWORD = "typed by the administrator"  # noqa: S105  # a test's own
OWN_PASSWORD = "seven grey pelicans drumming"  # noqa: S105  # a test's own


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Somebody who works here: roles, the window they look through, and their second step."""

    name: str
    full_name: str
    roles: tuple[str, ...]
    window: str
    factor: str = "passkey"
    badge: str = ""
    phone: str = ""
    until: str = ""


BY = Actor(id="operator:tester")
CHIEF = Staff(name="pat", full_name="Lieutenant Pat Example", roles=("supervisor",), window="tablet-768")
IT = Staff(name="ines", full_name="Ines Ortega", roles=("administrator",), window="laptop", factor="app")
STAFF = {
    one.name: one
    for one in (
        Staff(
            name="dreyes",
            full_name="Officer Dana Reyes",
            roles=("officer",),
            window="hand",
            badge="214",
            phone="503-555-0142",
        ),
        Staff(name="kdale", full_name="Kim Dale", roles=("clerk",), window="laptop", factor="app"),
        Staff(name="robin", full_name="Robin Recorder", roles=("records_supervisor",), window="laptop"),
        Staff(name="terry", full_name="Terry Words", roles=("template_owner",), window="tablet-768", factor="app"),
        Staff(name="avery", full_name="Avery Auditor", roles=("auditor",), window="laptop"),
        Staff(name="sam", full_name="Sam Summer", roles=("clerk",), window="hand", until="2026-11-21"),
    )
}


class Person:
    """One person at a browser of their own."""

    def __init__(self, who: Staff, page: Page, running: Running) -> None:
        self.who = who
        self.page = page
        self.running = running
        self.walk = Walk(page, running, f"role-{who.name}")
        self.secret = ""
        self.device = Device(page.context.new_cdp_session(page)) if who.factor == "passkey" else None

    # --- looking and pressing -------------------------------------------------------------------

    def go(self, path: str) -> Response:
        """Open a page of the service; give its answer."""
        answer = self.page.goto(f"{self.running.origin}{path}")
        assert answer
        self.settle()
        return answer

    def settle(self) -> None:
        """Wait for the fonts, so that no answer of the server is broken off when the page is left."""
        self.page.evaluate("document.fonts.ready.then(() => true)")

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).click()

    def see(self, heading: str, look: str = "") -> None:
        """Wait for a page by its heading; keep a picture where it has a name."""
        expect(self.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
        self.settle()
        if look:
            self.walk.look(look)

    def menu(self) -> list[str]:
        """Give what the main menu offers."""
        return self.page.locator(".mast__nav a").all_inner_texts()

    def path(self) -> str:
        """Give where they are."""
        return urlsplit(self.page.url).path

    # --- who they are ---------------------------------------------------------------------------

    def give_password(self, password: str, following: str = "/") -> None:
        """Type name and password on the sign-in page, and tick that the notice was read."""
        self.go(f"/sign-in?next={following}")
        self.walk.fill(name=self.who.name, password=password)
        self.page.locator('label[for="notice"]').click()
        self.press("Sign in")

    def arrive(self) -> None:
        """Sign in for the first time: add the second step, then choose a password of their own."""
        self.give_password(FIRST_PASSWORD)
        self.add_factor()
        self.see("Choose your own password")
        self.walk.fill(old=FIRST_PASSWORD, new=OWN_PASSWORD, again=OWN_PASSWORD)
        self.press("Change it")
        self.see("Your account")

    def add_factor(self) -> None:
        """Add the second step that the page after the password offers."""
        self.see("Add a second step")
        if self.device:
            self.press("Make a passkey")
        else:
            self.follow("Use an app")
            self.see("Authenticator app")
            self.secret = self.page.locator(".secret__text").inner_text().replace(" ", "")
            self.type_code()
            self.press("Add the app")
        self.see("Your recovery codes")
        self.follow("I have kept them, go on")

    def sign_in(self, following: str = "/") -> None:
        """Sign in with password and second step."""
        self.give_password(OWN_PASSWORD, following)
        self.see("Second step")
        self.prove("Sign in")

    def prove(self, button: str) -> None:
        """Use the passkey, or type the code that the app shows now."""
        if self.device:
            self.press("Use a passkey")
        else:
            self.type_code()
            self.press(button)

    def type_code(self) -> None:
        """Type a code that was not used yet."""
        self.running.clock.move(seconds=30)
        self.walk.fill(code=totp(self.secret, self.running.clock.now()))

    def confirm(self, look: str = "") -> None:
        """Prove that it is them, where the service asks for it."""
        self.see("Confirm that it is you", look)
        self.prove("Confirm")
        self.page.wait_for_url(lambda url: "/confirm" not in url)

    def sign_out(self) -> None:
        """Sign out."""
        self.press("Sign out")
        self.see("Sign in")

    def is_refused(self, path: str, look: str = "") -> None:
        """Find a page closed to the role, told in words that lead on."""
        assert self.go(path).status == 403, path
        self.see("Your role does not allow that", look)

    def lock_out(self) -> None:
        """Sign out and type a wrong password until the right one is refused too."""
        self.sign_out()
        for _ in range(5):
            self.give_password("not the password at all")
        self.give_password(OWN_PASSWORD)
        expect(self.page.get_by_role("alert").first).to_contain_text("Sign-in was refused")

    def give_roles(self, name: str, *roles: str) -> None:
        """Give somebody these roles and no other, as an administrator does."""
        self.go(f"/accounts/{name}")
        for box in self.page.locator('input[name="role"]').all():
            if (box.get_attribute("value") in roles) is not box.is_checked():
                self.page.locator(f'label[for="{box.get_attribute("id")}"]').click()
        self.press("Change the roles")
        if self.path() == "/confirm":
            self.confirm()
            self.give_roles(name, *roles)

    def without_browser(self) -> Visitor:
        """Give a client that holds this browser's cookies, for what is no part of the story."""
        visitor = Visitor(create_app(self.running.services.settings, self.running.services), self.running.origin)
        for cookie in self.page.context.cookies():
            visitor.client.set_cookie(cookie["name"], cookie["value"], domain="localhost")
        return visitor


class Department:
    """The people of one service, whose browsers are opened as they come, and papers that lie there already."""

    own: Record
    others: Record
    closed: Record

    def __init__(self, browser: Browser, running: Running, exits: ExitStack) -> None:
        self.browser = browser
        self.running = running
        self.exits = exits
        self.people: dict[str, Person] = {}

    def person(self, who: Staff) -> Person:
        """Give somebody a browser."""
        page = self.exits.enter_context(open_page(self.browser, who.window, limit_ms=PATIENCE_MS))
        self.people[who.name] = Person(who, page, self.running)
        return self.people[who.name]

    def open(self) -> None:
        """Make the first account with the console's code, the administrator's with that, and with hers all others."""
        pat = self.person(CHIEF)
        pat.go("/")
        pat.walk.fill(
            code=first_account_code(self.running.services), full_name=CHIEF.full_name, badge="7", phone="503-555-0107",
            name=CHIEF.name, password=OWN_PASSWORD,
        )  # fmt: skip
        pat.press("Make the account")
        pat.add_factor()
        pat.see("Which form fits this contact?")
        self.hire(pat, IT)
        ines = self.person(IT)
        ines.arrive()
        for who in STAFF.values():
            self.hire(ines, who)

    def hire(self, by: Person, who: Staff) -> None:
        """Make an account on screen."""
        by.go("/accounts/new")
        by.walk.fill(
            full_name=who.full_name, badge=who.badge, phone=who.phone, name=who.name, password=FIRST_PASSWORD,
            until=who.until,
        )  # fmt: skip
        for role in who.roles:
            by.page.locator(f'label[for="role-{role}"]').click()
        by.press("Add the account")
        expect(by.page.get_by_text("To be changed at the next sign-in")).to_be_visible()

    def file_papers(self) -> None:
        """Let an agreement of the officer's own lie in the archive, one of somebody else's, and one that a court closed."""
        services = self.running.services
        with services.database.read() as transaction:
            account = transaction.ledger.account_named("dreyes")
        assert account
        officer = actor_of(services, account, source="127.0.0.1")
        self.own = archived(services, officer, "lead-agreement")
        self.others = archived(services, BY, "social-referral")
        self.closed = self._closed()

    def _closed(self) -> Record:
        values, signatures = example("social-referral", "read-aloud")
        request = CompletionRequest(form="social-referral", values=values, signatures=signatures)
        made = complete(self.running.services, BY, request).record
        closed = replace(made, state=RecordState.CLOSED)
        with self.running.services.database.write() as transaction:
            transaction.book.put(closed)
        return closed

    def hold_a_paper(self) -> None:
        """Let a paper come whose words are not those that were shown."""
        values, signatures = example("lead-agreement", "mark")
        sent = {**signatures, "presented_digest": "0" * 64}
        request = CompletionRequest(form="lead-agreement", values=values, signatures=sent)
        with pytest.raises(EvidenceMismatchError):
            complete(self.running.services, BY, request)

    def at_work(self, name: str) -> Person:
        """Give somebody who is signed in, on their start page; who never was arrives for the first time."""
        if name not in self.people:
            self.person(STAFF[name]).arrive()
        person = self.people[name]
        person.go("/")
        if person.path() == "/sign-in":
            person.sign_in()
            person.page.wait_for_url(lambda url: "/sign-in" not in url)
        return person
