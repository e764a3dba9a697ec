"""The day of each role in Chromium: what they see, what they do, what is refused to them and how it reads.

Each has an account of their own that the administrator made on screen, a second step, and the roles of one position.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.counterparts.browser import open_page
from tests.web.conftest import served
from tests.web.department import FIRST_PASSWORD, OWN_PASSWORD, Department
from tests.web.papers import fill
from tests.web.walk import PATIENCE_MS, Walk


@pytest.fixture(scope="module")
def department(chromium_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    """Open the department once: one service, one browser, all accounts."""
    with ExitStack() as exits:
        running = exits.enter_context(served(tmp_path_factory.mktemp("department")))
        department = Department(chromium_browser, running, exits)
        department.open()
        department.file_papers()
        yield department


@pytest.fixture(autouse=True)
def quiet(department: Department) -> Iterator[None]:
    """Hold every console against the rule: nothing is complained of."""
    yield
    assert {name: one.walk.complaints for name, one in department.people.items() if one.walk.complaints} == {}


def test_the_officer(department: Department) -> None:
    """Own papers and nobody else's; administration, audit and screening are closed, and say so."""
    dana = department.at_work("dreyes")
    dana.see("Which form fits this contact?", "start")
    assert dana.menu() == ["Start", "Desk", "In force?", "Verify"]
    dana.go("/desk/records")
    dana.see("Records", "records")
    found = dana.page.locator("main").inner_text()
    assert department.own.document_id in found
    assert department.others.document_id not in found
    for number in (department.others.document_id, department.closed.document_id, "LEAD-7Q2F9-KDM3X-3"):
        assert dana.go(f"/records/{number}").status == 404
        dana.see("Page not found", "not-found" if number == department.closed.document_id else "")
    dana.is_refused("/accounts", "refused")
    for path in ("/audit", "/go-live", f"/records/{department.own.document_id}/internal"):
        dana.is_refused(path)
    dana.go("/in-force")
    dana.walk.fill(number=department.own.document_id)
    dana.press("Ask")
    expect(dana.page.get_by_text(re.compile("In force until"))).to_be_visible()
    dana.walk.look("in-force")


def test_the_officers_hand_over_in_spanish(department: Department) -> None:
    """The person reads and signs in Spanish on the phone; the officer's way back asks for the second step, and no other."""
    dana = department.at_work("dreyes")
    page, walk = dana.page, dana.walk
    draft = fill(dana.without_browser(), "lead-agreement")
    dana.go(f"{draft}/check")
    walk.look("check")
    dana.press("Show it to the person")
    dana.see("Usted puede decir que no.", "es-welcome")
    for path in ("/", "/desk", "/accounts"):
        dana.go(path)
        assert dana.path().startswith("/person"), path
    page.get_by_role("link", name="Muéstreme el papel").click()
    walk.look("es-read")
    page.get_by_role("button", name="Ya lo leí").click()
    page.goto(f"{department.running.origin}/take-back")
    expect(page.locator("#password")).to_have_count(0)
    walk.look("take-back")
    dana.prove("Take it back")
    dana.press("Show it to the person")
    page.get_by_role("link", name="Muéstreme el papel").click()
    page.get_by_role("button", name="Ya lo leí").click()
    for name in ("say_back_sixty_days", "say_back_can_say_no", "say_back_what_if_not"):
        page.locator(f'label[for="{name}-true"]').click()
    walk.look("es-understood")
    dana.press("Continue to signing")
    walk.draw(14)
    walk.look("es-sign")
    dana.press("Firmo")
    expect(page.get_by_role("heading", name="Sign here: Officer Dana Reyes")).to_be_visible()
    walk.draw(9)
    dana.press("I sign")
    dana.see("LEAD agreement: sealed and archived", "done")


def test_the_clerk(department: Department) -> None:
    """The desk says what waits; a case number needs no proof; screening, accounts and audit are closed."""
    kim = department.at_work("kdale")
    kim.see("What needs me", "desk")
    assert kim.menu() == ["Desk", "In force?", "Verify"]
    kim.go(f"/records/{department.others.document_id}")
    expect(kim.page.get_by_role("link", name="Screening and victims")).to_have_count(0)
    kim.page.wait_for_timeout(500)
    kim.walk.look("record")
    department.running.clock.move(minutes=6)
    kim.page.fill("#case_number", "26-01234")
    kim.press("Give the case number")
    expect(kim.page.get_by_text("Version 2", exact=True).first).to_be_visible()
    kim.page.wait_for_timeout(500)  # the paper's own viewer draws it
    kim.is_refused(f"/records/{department.others.document_id}/internal")
    for path in ("/accounts", "/audit", "/drafts/x/screening"):
        kim.is_refused(path, "refused" if path == "/audit" else "")
    assert kim.go(f"/records/{department.closed.document_id}").status == 404


def test_the_supervisor_on_shift(department: Department) -> None:
    """Settles what is held, sees screening, and lets a locked clerk in again: for that the second step is asked."""
    pat, ines = department.at_work("pat"), department.at_work("ines")
    ines.give_roles("pat", "supervisor")
    sam = department.at_work("sam")
    sam.lock_out()
    sam.walk.look("locked-out")
    department.hold_a_paper()
    pat.go("/desk")
    pat.see("What needs me", "desk")
    assert pat.menu() == ["Desk", "In force?", "Verify", "Accounts", "Go live"]
    pat.page.locator("main a[href*='/desk/held/']").first.click()
    pat.walk.look("held")
    pat.press("I have looked at it: settle it")
    pat.see("What needs me")
    pat.go(f"/records/{department.own.document_id}/internal")
    pat.see("Screening and victims", "internal")
    pat.go("/accounts/sam")
    pat.walk.look("locked")
    expect(pat.page.locator(".acts__one")).to_have_count(1)
    department.running.clock.move(minutes=6)
    pat.press("Release the account")
    pat.confirm("confirm")
    pat.walk.look("confirmed")
    pat.press("Release the account")
    expect(pat.page.get_by_text("Active", exact=True)).to_be_visible()
    sam.sign_in()
    sam.see("What needs me")
    for path in ("/accounts/new", "/audit"):
        pat.is_refused(path)


def test_the_records_supervisor(department: Department) -> None:
    """Records that a court closed are there for this role alone; drafts, accounts and audit are not."""
    robin = department.at_work("robin")
    robin.see("What needs me", "desk")
    assert robin.menu() == ["Desk", "In force?", "Verify"]
    robin.go("/desk/records?state=closed")
    robin.see("Records", "closed-records")
    expect(robin.page.get_by_role("link", name=department.closed.document_id)).to_be_visible()
    assert robin.go(f"/records/{department.closed.document_id}").status == 200
    robin.page.wait_for_timeout(500)
    robin.walk.look("closed-record")
    for path in ("/accounts", "/audit", f"/records/{department.own.document_id}/internal"):
        robin.is_refused(path)


def test_the_template_owner(department: Department) -> None:
    """Sees a desk and no record."""
    terry = department.at_work("terry")
    terry.see("What needs me", "desk")
    assert terry.menu() == ["Desk"]
    terry.is_refused("/desk/records", "refused")
    for path in ("/accounts", "/audit", "/verify", f"/records/{department.own.document_id}"):
        terry.is_refused(path)


def test_the_auditor(department: Department) -> None:
    """Sees who did what, signs the week off, opens no record; an export asks who is there."""
    avery = department.at_work("avery")
    avery.see("What needs me", "desk")
    assert avery.menu() == ["Desk", "Audit"]
    avery.go("/audit")
    avery.walk.look("audit")
    avery.go(f"/audit/records/{department.own.document_id}")
    expect(avery.page.get_by_text("Signed, sealed and archived")).to_be_visible()
    avery.walk.look("who-saw-this")
    avery.go("/audit/review")
    avery.press("Check the whole trail now")
    expect(avery.page.get_by_text("It held")).to_be_visible()
    avery.press("Sign off the review")
    expect(avery.page.get_by_text("Last signed off by")).to_be_visible()
    avery.walk.look("review")
    avery.go("/audit?act=sign_in")
    department.running.clock.move(minutes=6)
    avery.press("CSV for a spreadsheet")
    avery.confirm()
    with avery.page.expect_download() as coming:
        avery.press("CSV for a spreadsheet")
    assert coming.value.suggested_filename.endswith(".csv")
    for path in (f"/records/{department.own.document_id}", "/desk/records", "/accounts"):
        avery.is_refused(path)


def test_the_administrator(department: Department) -> None:
    """Keeps the accounts, sees no record; to look needs no proof, to add or change does."""
    ines = department.at_work("ines")
    ines.see("What needs me", "desk")
    assert ines.menu() == ["Desk", "Accounts", "Devices", "Go live"]
    department.running.clock.move(minutes=6)
    ines.go("/accounts")
    ines.see("Accounts", "accounts")
    ines.go("/accounts/kdale")
    ines.walk.look("account")
    ines.go("/accounts/ines")
    expect(ines.page.get_by_role("heading", name="Change the roles")).to_have_count(0)
    ines.walk.look("own")
    ines.follow("Back to the accounts")
    ines.follow("Add an account")
    ines.confirm("confirm")
    ines.see("Add an account")
    for role in ("administrator", "auditor"):
        ines.page.locator(f'label[for="role-{role}"]').click()
    ines.walk.fill(full_name="Both Halves", name="both", password=FIRST_PASSWORD)
    ines.press("Add the account")
    expect(ines.page.get_by_role("alert").first).to_be_visible()
    ines.walk.look("both-halves")
    for path in ("/desk/records", f"/records/{department.own.document_id}", "/audit", "/verify"):
        ines.is_refused(path)


def test_a_role_taken_away_during_a_session(department: Department) -> None:
    """The page that was open a moment ago is refused at the next request, and the menu no longer offers it."""
    ines, pat = department.at_work("ines"), department.at_work("pat")
    ines.give_roles("pat", "supervisor", "officer")
    pat.go("/")
    pat.see("Which form fits this contact?")
    ines.give_roles("pat", "supervisor")
    pat.press("Start LEAD agreement")
    pat.see("Your role does not allow that", "role-gone")
    assert "Start" not in pat.menu()


def test_a_stolen_cookie_after_sign_out(department: Department) -> None:
    """Copied before and used after, both cookies together open nothing; while the session lasts they would."""
    kim = department.at_work("kdale")
    stolen = kim.page.context.cookies()
    with open_page(department.browser, "laptop", limit_ms=PATIENCE_MS) as page:
        page.context.add_cookies(stolen)
        page.goto(f"{department.running.origin}/desk")
        expect(page.get_by_role("heading", name="What needs me", exact=True)).to_be_visible()
        kim.sign_out()
        for path in ("/desk", "/account", "/desk/records"):
            page.goto(f"{department.running.origin}{path}")
            expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_the_notice_must_be_acknowledged(department: Department) -> None:
    """The browser does not send the form without the tick, and a form sent all the same opens nothing."""
    with open_page(department.browser, "hand", limit_ms=PATIENCE_MS) as page:
        walk = Walk(page, department.running, "role-notice")
        page.goto(department.running.origin)
        walk.look("sign-in")
        walk.fill(name="kdale", password=OWN_PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("#notice:invalid")).to_be_focused()
        page.locator("#notice").evaluate("box => box.required = false")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert").first).to_contain_text("The notice is not acknowledged")
        walk.look("not-acknowledged")
        assert walk.complaints == []


def test_administration_at_twice_the_size(department: Department) -> None:
    """At 200 % zoom of a 1280 px window the pages of a sergeant reflow and never scroll sideways."""
    ines, avery = department.at_work("ines"), department.at_work("avery")
    pages = {ines: ("/accounts", "/accounts/kdale", "/accounts/new", "/go-live", "/account"), avery: ("/audit/review",)}
    for person, paths in pages.items():
        person.page.set_viewport_size({"width": 640, "height": 400})
        for path in paths:
            person.go(path)
            if person.path() == "/confirm":
                person.confirm()
            person.walk.look(f"zoom-{path.strip('/').replace('/', '-')}")
        person.page.set_viewport_size({"width": 1280, "height": 800})


def test_the_next_morning(department: Department) -> None:
    """A temporary account has ended by itself, and whoever stays signs in anew."""
    sam = department.at_work("sam")
    ines = department.at_work("ines")
    department.running.clock.move(hours=20)
    for person in (sam, ines):
        person.go("/account")
        assert person.path() == "/sign-in"
    sam.give_password(OWN_PASSWORD)
    expect(sam.page.get_by_role("alert").first).to_contain_text("Sign-in was refused")
    ines = department.at_work("ines")
    ines.go("/accounts/sam")
    expect(ines.page.get_by_text("Ended", exact=True)).to_be_visible()
    ines.walk.look("ended")
