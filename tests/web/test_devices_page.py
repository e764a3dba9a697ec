"""Administration of tablets and what they sent, without a browser."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from forms_service.web.devices import PAGE_ROWS
from forms_service.workflow.devices import check_in, devices_from, give_credential, revoke_device
from forms_service.workflow.enrol_device import NewDevice, enrol_device
from forms_service.workflow.receive_envelope import receive_envelope
from tests.integration.tablet.conftest import BY, SOURCE, enrolled, hire
from tests.soft_tablet import SoftTablet, signed_paper


@pytest.fixture
def tablet(services) -> SoftTablet:
    """Give an enrolled tablet."""
    return enrolled(services, SoftTablet())


def test_a_code_is_shown_once_and_enrols(visitor, services):
    """As a picture and as text; the page that is opened again shows none."""
    page = visitor.post("/devices/new", {})
    code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.text)[0]
    assert 'src="data:image/svg+xml' in html.unescape(page.text)
    assert code not in visitor.get("/devices/new").text
    wanted = NewDevice(code=code, key=SoftTablet().jwk, label="Car 12", app_version="1.0.0")
    device = enrol_device(services, SOURCE, wanted)
    page = visitor.get(f"/devices/{device.id}").text
    assert "with a code of Officer Dana Reyes" in page
    assert "None: every envelope it made is here" in page


def test_the_picture_leads_to_the_app_with_the_code_behind_the_hash(visitor, services):
    """No server on the way ever sees it."""
    page = visitor.post("/devices/new", {}).text
    code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page)[0].replace("-", "")
    expected = services.one_time_codes.picture(f"{services.settings.origin}/tablet/#enrol={code}")
    assert expected in html.unescape(page)


def test_devices_are_listed_in_pages(visitor, services):
    """None is missed: a page begins with a tablet."""
    for number in range(PAGE_ROWS + 1):
        enrolled(services, SoftTablet(), f"Car {number:02d}")
    first = visitor.get("/devices").text
    assert first.count("last seen") == PAGE_ROWS
    found, following = devices_from(services, BY, "", PAGE_ROWS)
    assert f"/devices?from={following}" in first
    second = visitor.get(f"/devices?from={following}").text
    assert second.count("last seen") == 1
    assert "From the beginning" in second
    assert len(found) == PAGE_ROWS


def test_a_tablet_is_renamed_and_revoked(visitor, services, tablet):
    """With a reason; afterwards neither form asks for it again."""
    path = f"/devices/{tablet.device_id}"
    assert visitor.post(f"{path}/name", {"label": "Boat"}, page=path).headers["Location"] == path
    for label in ("", "x" * 61, "a\u202eb"):
        answer = visitor.post(f"{path}/name", {"label": label}, page=path)
        assert answer.status_code == 422
        assert "label-error" in answer.text
    answer = visitor.post(f"{path}/revoke", {"reason": ""}, page=path)
    assert (answer.status_code, "Choose why the tablet is revoked" in answer.text) == (422, True)
    assert visitor.post(f"{path}/revoke", {"reason": "stolen"}, page=path).headers["Location"] == path
    page = visitor.get(path).text
    assert "Boat" in page
    assert ": stolen" in page
    assert 'action="/devices/' + tablet.device_id + '/revoke"' not in page
    assert "Revoked" in visitor.get("/devices").text


def test_codes_names_and_ends_ask_for_a_fresh_proof(visitor, tablet, clock):
    """Whoever finds an open desk enrols nothing and revokes nothing."""
    path = f"/devices/{tablet.device_id}"
    token = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(path).text)[1]}
    clock.move(minutes=6)
    assert visitor.get("/devices/new").headers["Location"].startswith("/confirm")
    for act in ("name", "revoke"):
        answer = visitor.client.post(f"{path}/{act}", data=token, base_url=visitor.origin)
        assert answer.headers["Location"].startswith("/confirm")


def test_a_gap_and_a_fault_are_shown_in_words(visitor, services, tablet):
    """On the list, on its page, and on the desk."""
    _, officer = hire(services, "quill", "officer")
    credential = give_credential(services, officer, tablet.author_request())
    first, _, third = (tablet.block(signed_paper(services), "person", credential) for _ in range(3))
    for one in (first, third):
        receive_envelope(services, SOURCE, one.id, one.text)
    tablet.counter = 0
    again = tablet.block(signed_paper(services), "person", credential)
    receive_envelope(services, SOURCE, again.id, again.text)
    check_in(services, tablet.check(counter=6))
    page = visitor.get(f"/devices/{tablet.device_id}").text
    assert "2, 4–6 (4)" in page
    assert "Came twice with the same number" in page
    assert "4 missing" in visitor.get("/devices").text
    desk = visitor.get("/desk").text
    assert "A tablet made envelopes that are not here" in desk
    assert f"/devices/{tablet.device_id}" in desk


class Desk:
    """A half-signed and a held envelope on the desk."""

    def __init__(self, services, tablet) -> None:
        self.account, officer = hire(services, "quill", "officer")
        credential = give_credential(services, officer, tablet.author_request())
        self.paper = signed_paper(services)
        self.person, self.officer = tablet.blocks(self.paper, credential)
        receive_envelope(services, SOURCE, self.person.id, self.person.text)


def test_what_a_tablet_sent_is_looked_at_and_settled(visitor, services, tablet):
    """In words, with the values; it leaves the list."""
    desk = Desk(services, tablet)
    path = f"/desk/envelopes/{desk.person.digest}"
    listed = visitor.get("/desk").text
    assert "A paper is half-signed" in listed
    assert path in listed
    page = visitor.get(path).text
    assert "Quill Example" in page
    assert str(desk.paper.facts["values"]["person_name_as_given"]) in html.unescape(page)
    assert "take it up" not in page
    assert visitor.post(f"{path}/again", {}, page=path).headers["Location"] == path
    assert visitor.post(f"{path}/other", {}, page=path).status_code == 404
    assert visitor.post(f"{path}/settle", {}, page=path).headers["Location"] == "/desk"
    assert visitor.get(path).status_code == 404
    assert "half-signed" not in visitor.get("/desk").text


def test_a_revoked_tablets_paper_is_taken_up(visitor, services, tablet):
    """Whoever asked how it came archives it."""
    desk = Desk(services, tablet)
    revoke_device(services, BY, tablet.device_id, "stolen")
    receive_envelope(services, SOURCE, desk.officer.id, desk.officer.text)
    path = f"/desk/envelopes/{desk.officer.digest}"
    assert "I have asked, take it up" in visitor.get(path).text
    assert visitor.post(f"{path}/take-up", {}, page=path).headers["Location"] == "/desk"
    assert visitor.get(f"/records/{desk.paper.document_id}").status_code == 200


def test_what_can_not_be_read_is_shown_without_its_content(visitor, services, tablet):
    """Noise, and a form that is not here."""
    noise = tablet.envelope("signature", {}, "LEAD-7Q2F9-KDM3X-3", raw=b"noise")
    receive_envelope(services, SOURCE, noise.id, noise.text)
    page = visitor.get(f"/desk/envelopes/{noise.digest}").text
    assert "can not be read here" in page
    assert "Not proved" in page


def test_a_form_that_is_not_here_is_shown_by_its_name(app, visitor, services, tablet):
    """Its values have no words without it."""
    desk = Desk(services, tablet)
    app.extensions["forms_service"] = replace(app.extensions["forms_service"], forms=NoForms())
    page = visitor.get(f"/desk/envelopes/{desk.person.digest}").text
    assert "lead-agreement" in page


class NoForms:
    """A form library without forms."""

    def forms(self):
        """Give none."""
        return ()
