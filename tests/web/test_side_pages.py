"""The pages beside the main way, as a person sees them: refusals, ends, pauses, what is held; axe on each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from forms_service.documents.content_stamp import ContentTimeStamps
from forms_service.documents.seal_lift import LiftSettings, PadesLifter
from forms_service.domain.record import SealLevel
from forms_service.errors import EvidenceMismatchError, SignInRefusedError
from forms_service.ports import Actor
from forms_service.web.app import create_app
from forms_service.workflow.accounts import list_accounts
from forms_service.workflow.complete import CompletionRequest, complete
from forms_service.workflow.devices import give_credential, revoke_device
from forms_service.workflow.find import open_document
from forms_service.workflow.lift_seals import PROBLEMS_FACT, lift_seals
from forms_service.workflow.receive_envelope import receive_envelope
from forms_service.workflow.sign_in import sign_in
from tests.conftest import example
from tests.counterparts.browser import open_page
from tests.integration.tablet.conftest import enrolled
from tests.integration.tablet.conftest import hire as field_hire
from tests.soft_tablet import SoftTablet, signed_paper
from tests.web.conftest import OFFICER, PASSWORD, Running, Visitor, hire
from tests.web.papers import SCREENING, fill, start
from tests.web.walk import PATIENCE_MS, Walk

BY = Actor(id="operator:tester")
WRONG = "wrong"
NEW_PASSWORD = "seven grey pelicans drumming"  # noqa: S105  # a test's own


@pytest.fixture
def officer(running: Running) -> Visitor:
    """Give the officer a client without a browser, to prepare drafts."""
    hire(running.services)
    visitor = Visitor(create_app(running.services.settings, running.services), running.origin)
    visitor.sign_in()
    return visitor


@pytest.fixture
def walk(chromium_browser: Browser, running: Running, officer: Visitor) -> Iterator[Walk]:
    """Open the sign-in page at tablet size, be refused once, and sign in."""
    assert officer
    with open_page(chromium_browser, "tablet", limit_ms=PATIENCE_MS) as page:
        walk = Walk(page, running, "side")
        page.goto(running.origin)
        walk.look("sign-in")
        walk.fill(name=OFFICER.name, password=WRONG)
        page.locator('label[for="notice"]').click()
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        walk.look("sign-in-refused")
        walk.fill(name=OFFICER.name, password=PASSWORD)
        page.locator('label[for="notice"]').click()
        page.get_by_role("button", name="Sign in").click()
        walk.put_off()
        expect(page.get_by_role("heading", name="Which form fits this contact?")).to_be_visible()
        yield walk


def go(walk: Walk, path: str) -> None:
    """Open a page of the service."""
    walk.page.goto(f"{walk.running.origin}{path}")


def test_the_ends_and_refusals_of_the_officers_way(walk: Walk, officer: Visitor):
    """A page that is not there, a form that is not open, answers that are missing, and a referral that is declined."""
    go(walk, "/nothing")
    walk.look("not-found")
    go(walk, f"{start(officer, 'lead-agreement')}/screening")
    for name, value in (
        ("mental_health_issue", "true"),
        ("probable_cause", "true"),
        ("supervision_person_crime", "yes"),
    ):
        walk.choose(name, value)
    walk.choose("supervision_source", "leds")
    walk.choose("person_chooses", "yes")
    walk.go_on()
    expect(walk.page.get_by_role("heading", name="LEAD is not open")).to_be_visible()
    walk.look("screening-end")
    draft = start(officer, "social-referral")
    officer.post(f"{draft}/screening", SCREENING["social-referral"])
    go(walk, f"{draft}/form/contact")
    walk.fill(contact_place="")
    walk.go_on()
    expect(walk.page.locator("[data-error-summary]")).to_be_focused()
    walk.look("section-errors")
    go(walk, f"{fill(officer, 'social-referral', promise={'may_share_contact': 'false'})}/check")
    expect(walk.page.get_by_role("button", name="Close as declined")).to_be_visible()
    walk.look("check-declined")
    go(walk, "/")
    walk.look("start-with-drafts")


def handed(walk: Walk, draft: str) -> None:
    """Hand a draft to the person, in English."""
    go(walk, f"{draft}/check")
    walk.page.locator('label[for="language-en"]').click()
    walk.page.get_by_role("button", name="Show it to the person").click()
    expect(walk.page.get_by_role("heading", name="You can say no.")).to_be_visible()


def test_the_pauses_and_ends_of_the_persons_way(walk: Walk, officer: Visitor):
    """Who can not say it back pauses, the officer takes the device back, and who says no is thanked."""
    page = walk.page
    handed(walk, fill(officer, "lead-agreement"))
    page.get_by_role("link", name="Show me the paper").click()
    page.get_by_role("button", name="I have read it or heard it. Go on.").click()
    for name, said in (("sixty_days", "true"), ("can_say_no", "true"), ("what_if_not", "false")):
        page.locator(f'label[for="say_back_{name}-{said}"]').click()
    page.get_by_role("button", name="Continue to signing").click()
    expect(page.get_by_role("heading", name="Nobody signs now")).to_be_visible()
    walk.look("paused")
    page.get_by_role("link", name="Officer: take the device back").click()
    walk.look("take-back")
    walk.fill(password=WRONG)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("alert")).to_be_visible()
    walk.look("take-back-refused")
    walk.fill(password=PASSWORD)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Check, then hand the device over")).to_be_visible()
    handed(walk, fill(officer, "social-referral"))
    page.get_by_role("link", name="I do not want this").click()
    page.get_by_role("button", name="Right, I do not sign").click()
    expect(page).to_have_url(f"{walk.running.origin}/person/farewell")
    walk.look("farewell")


def test_what_is_held_waits_on_the_desk(walk: Walk):
    """Words that changed after they were shown: held, listed first, looked at and settled."""
    values, signatures = example("lead-agreement")
    request = CompletionRequest(
        form="lead-agreement", values=values, signatures={**signatures, "presented_digest": "0" * 64}
    )
    with pytest.raises(EvidenceMismatchError):
        complete(walk.running.services, BY, request)
    go(walk, "/desk")
    walk.look("desk-held")
    walk.page.locator("main a[href*='/desk/held/']").first.click()
    walk.look("held")


def test_what_is_in_force_and_what_was_screened(walk: Walk):
    """A number that is in force, one that is not, one mistyped; and the screening, for a supervisor."""
    values, signatures = example("lead-agreement")
    request = CompletionRequest(form="lead-agreement", values=values, signatures=signatures)
    record = complete(walk.running.services, BY, request).record
    for name, number in (("yes", record.document_id), ("no", "LEAD-7Q2F9-KDM3X-3"), ("mistyped", "LEAD-7Q2F9-KDM3X-4")):
        go(walk, "/in-force")
        walk.fill(number=number)
        walk.page.get_by_role("button", name="Ask").click()
        expect(walk.page.locator("[role=status], [role=alert]").first).to_be_visible()
        walk.look(f"in-force-{name}")
    go(walk, f"/records/{record.document_id}")
    walk.page.get_by_role("link", name="Screening and victims").click()
    expect(walk.page.get_by_role("heading", name="Screening and victims")).to_be_visible()
    walk.look("internal")


def test_the_lines_before_going_live(walk: Walk):
    """Open lines, one that is entered, and what is said when signing comes too early."""
    go(walk, "/go-live")
    line = walk.page.locator("#languages")
    line.locator("summary").click()
    line.locator("input[name=name]").fill("Pat Example")
    line.locator("textarea").fill("English and Spanish; certified by the county's translators")
    line.get_by_role("button", name="Keep").click()
    expect(walk.page.locator("#languages.go-live__line--green")).to_be_visible()
    walk.page.get_by_role("button", name="Sign the statements").click()
    expect(walk.page.get_by_role("alert")).to_be_visible()
    walk.page.locator("#own-seal").scroll_into_view_if_needed()
    walk.look("go-live")


AUDIT_SIZES = ("phone", "tablet", "narrow-desk", "desk", "zoom-200")


@pytest.fixture
def busy_trail(running: Running, officer: Visitor) -> str:
    """Let things happen: a record is archived, opened, found, refused, exported; give its number."""
    values, signatures = example("social-referral")
    request = CompletionRequest(form="social-referral", values=values, signatures=signatures)
    record = complete(running.services, BY, request).record
    for path in (
        f"/records/{record.document_id}/agreement.pdf",
        "/desk/records?officer=reyes&state=archived",
        "/records/LEAD-00000-00000-0",
    ):
        officer.get(path)
    stranger = Visitor(create_app(running.services.settings, running.services), running.origin)
    for _ in range(2):
        stranger.post("/sign-in", {"name": OFFICER.name, "password": WRONG, "notice": "read"})
    officer.post("/audit/export", {"format": "csv"}, page="/audit")
    return record.document_id


@pytest.mark.parametrize("size", AUDIT_SIZES)
def test_the_audit_trail_at_every_size(
    chromium_browser: Browser, running: Running, officer: Visitor, busy_trail: str, size: str
):
    """Search, one record, one person and the weekly review: nothing scrolls sideways, axe finds nothing."""
    person = list_accounts(running.services, BY)[0].id
    with open_page(chromium_browser, size, limit_ms=PATIENCE_MS) as page:
        walk = Walk(page, running, f"audit-{size}")
        page.goto(running.origin)
        walk.fill(name=OFFICER.name, password=PASSWORD)
        page.locator('label[for="notice"]').click()
        page.get_by_role("button", name="Sign in").click()
        walk.put_off()
        expect(page.get_by_role("heading", name="Which form fits this contact?")).to_be_visible()
        for name, path in (
            ("search", "/audit"),
            ("search-error", "/audit?act=nothing&first_day=2026-02-31"),
            ("record", f"/audit/records/{busy_trail}"),
            ("person", f"/audit/people/{person}?side=account"),
        ):
            go(walk, path)
            walk.look(name)
        go(walk, "/audit/review")
        page.get_by_role("button", name="Check the whole trail now").click()
        expect(page.get_by_text("It held")).to_be_visible()
        page.locator("summary").first.click()
        walk.look("review")
        page.get_by_role("button", name="Sign off the review").click()
        expect(page.get_by_text("Last signed off by")).to_be_visible()


def test_the_administration_of_accounts(walk: Walk):
    """The list, a new account with faults and without, one that is locked, and one that is disabled."""
    page = walk.page
    go(walk, "/accounts")
    walk.look("accounts")
    page.get_by_role("link", name="Add an account").click()
    page.get_by_role("button", name="Add the account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    walk.look("account-new-errors")
    walk.fill(full_name="Clerk Kim Dale", badge="31", name="kdale", password=NEW_PASSWORD, until="2026-12-31")
    page.locator('label[for="role-clerk"]').click()
    page.get_by_role("button", name="Add the account").click()
    expect(page.get_by_text("To be changed at the next sign-in")).to_be_visible()
    walk.look("account-one")
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in(walk.running.services, BY, "kdale", WRONG)
    go(walk, "/accounts/kdale")
    walk.look("account-locked")
    page.get_by_role("button", name="Release the account").click()
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_text("Somebody disabled it.")).to_be_visible()
    go(walk, "/accounts")
    walk.look("accounts-with-one-disabled")


def test_a_lifted_seal_is_told_in_plain_words(walk: Walk, officer: Visitor, authority, tmp_path):
    """The verify page for a copy from before, the record's page, and the desk when servers were away."""
    services = walk.running.services
    values, signatures = example("lead-agreement")
    request = CompletionRequest(form="lead-agreement", values=values, signatures=signatures)
    record = complete(services, BY, request).record
    old = tmp_path / "old.pdf"
    old.write_bytes(open_document(services, BY, record.document_id))
    settings = LiftSettings(level=SealLevel.B_T, tsa_url=authority.time_stamp_url, anchors=())
    lifting = replace(
        services, lifter=PadesLifter(settings, services.sealer.certificate),
        time_stamps=ContentTimeStamps(authority.time_stamp_url, ()),
    )  # fmt: skip
    assert [one.after for one in lift_seals(lifting, BY)] == [SealLevel.B_T]
    go(walk, "/verify")
    walk.page.set_input_files("#file", old)
    walk.page.get_by_role("button", name="Verify").click()
    expect(walk.page.get_by_text("lifted since; unchanged")).to_be_visible()
    walk.look("verify-lifted")
    go(walk, f"/records/{record.document_id}")
    expect(walk.page.get_by_text("Seal lifted")).to_be_visible()
    walk.look("record-lifted")
    with services.database.write() as transaction:
        transaction.ledger.set_fact(PROBLEMS_FACT, json.dumps({record.record_id: "seal-certificate-withdrawn"}))
    go(walk, "/desk")
    expect(walk.page.get_by_text("Seal can not be lifted to its level")).to_be_visible()
    walk.look("desk-seal-stuck")


def test_the_administration_of_tablets(walk: Walk):
    """A code, the list, one tablet with a gap, what it sent on the desk, and its end."""
    services = walk.running.services
    go(walk, "/devices")
    walk.look("devices-none")
    go(walk, "/devices/new")
    walk.look("device-new")
    walk.page.get_by_role("button", name="Make a code").click()
    expect(walk.page.get_by_role("img", name="QR code")).to_be_visible()
    walk.look("device-code")
    tablet = enrolled(services, SoftTablet())
    _, officer = field_hire(services, "quill", "officer")
    credential = give_credential(services, officer, tablet.author_request())
    blocks = tablet.blocks(signed_paper(services, "all-aids"), credential)
    for one in (blocks[0], blocks[3]):
        receive_envelope(services, BY, one.id, one.text)
    go(walk, f"/devices/{tablet.device_id}")
    expect(walk.page.get_by_text("2 missing")).to_be_visible()
    walk.look("device-with-a-gap")
    go(walk, "/devices")
    walk.look("devices")
    go(walk, f"/desk/envelopes/{blocks[0].digest}")
    walk.look("envelope-half-signed")
    revoke_device(services, BY, tablet.device_id, "stolen")
    receive_envelope(services, BY, blocks[1].id, blocks[1].text)
    go(walk, f"/desk/envelopes/{blocks[1].digest}")
    expect(walk.page.get_by_role("button", name="I have asked, take it up")).to_be_visible()
    walk.look("envelope-of-a-revoked-device")
    go(walk, "/desk")
    walk.look("desk-with-envelopes")
    assert walk.complaints == []
