"""Verify: two lines about any file."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.documents.content_stamp import ContentTimeStamps
from forms_service.documents.seal_lift import LiftSettings, PadesLifter
from forms_service.domain.record import SealLevel
from forms_service.ports import Actor
from forms_service.settings import ROOT
from forms_service.web.app import create_app
from forms_service.workflow.lift_seals import lift_seals
from tests.conftest import make_services
from tests.web.conftest import Visitor
from tests.web.papers import hand_over, read, records, sign

STANDING = "It does not show who held the pen."


def bring(visitor: Visitor, content: bytes):
    """Bring a file to the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/verify").text)[1]
    body = (
        b'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n"
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="paper.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--cut--\r\n"
    )
    return visitor.client.post(
        "/verify", base_url=visitor.origin, data=body, content_type="multipart/form-data; boundary=cut", buffered=True
    )


@pytest.fixture
def sealed(visitor, services) -> tuple:
    """Seal one paper; give its bytes and number."""
    hand_over(visitor, "social-referral")
    read(visitor)
    sign(visitor, "person", "officer")
    document_id = records(services)[0].document_id
    return visitor.get(f"/records/{document_id}/agreement.pdf").data, document_id


def test_a_file_of_ours_is_unchanged_and_current(visitor, sealed):
    """Both lines and the standing sentence are there, and practice is named."""
    page = bring(visitor, sealed[0]).text
    assert "Unchanged since it was sealed" in page
    assert "The current version of the agreement." in page
    assert "Practice: not a real record" in page
    assert STANDING in page


def test_a_copy_from_before_a_lift_is_known(visitor, services, sealed, authority):
    """It is an earlier version of the current file; each says in plain words how far its seal reaches."""
    lifter = PadesLifter(
        LiftSettings(level=SealLevel.B_T, tsa_url=authority.time_stamp_url, anchors=()), services.sealer.certificate
    )
    stamps = ContentTimeStamps(authority.time_stamp_url, ())
    lifting = replace(services, lifter=lifter, time_stamps=stamps)
    assert [one.problem for one in lift_seals(lifting, Actor(id="operator:tester"))] == [""]
    old = bring(visitor, sealed[0]).text
    assert "An earlier version of the current file, lifted since; unchanged." in old
    assert "no outside witness of the time" in old
    new = bring(visitor, visitor.get(f"/records/{sealed[1]}/agreement.pdf").data).text
    assert "The current version of the agreement." in new
    assert "level B-T: with a time stamp" in new
    assert "Seal lifted" in visitor.get(f"/records/{sealed[1]}").text


def test_an_older_version_is_superseded(visitor, sealed):
    """After a case number was given the first file is still ours, but no longer the current one."""
    page = f"/records/{sealed[1]}"
    visitor.post(f"{page}/case-number", {"case_number": "26-01234"}, page=page)
    answer = bring(visitor, sealed[0]).text
    assert "Unchanged since it was sealed" in answer
    assert "A newer version exists." in answer


def test_a_changed_file_is_told_with_its_reason(visitor, sealed):
    """One byte after the seal is enough, and the record line says nothing."""
    answer = bring(visitor, sealed[0] + b"\n% more\n").text
    assert "Changed after it was sealed" in answer or "Something was added after the seal" in answer
    assert "Nothing we can say." in answer


def test_a_foreign_file_is_not_ours(visitor):
    """A PDF without our seal says so and nothing about any record."""
    from pypdf import PdfWriter  # noqa: PLC0415  # only here

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    answer = bring(visitor, out.getvalue()).text
    assert "Not sealed by this department" in answer
    assert "Nothing we can say." in answer


@pytest.mark.parametrize(
    ("content", "status", "slug"),
    [(b"no pdf at all", 422, "no PDF that can be read"), (b"", 422, "no PDF that can be read")],
)
def test_what_is_no_pdf_is_refused_in_words(visitor, content, status, slug):
    """A file that can not be read is no crash."""
    answer = bring(visitor, content)
    assert answer.status_code == status
    assert slug in answer.text
    assert STANDING in answer.text


def test_no_file_at_all_is_told(visitor):
    """A form without a file asks for one."""
    answer = visitor.post("/verify", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "No file was chosen" in answer.text


def test_a_file_above_the_limit_is_refused(visitor, services):
    """More than 20 MB is refused with its slug."""
    answer = bring(visitor, b"%PDF-1.7 " + b"x" * (services.settings.upload_limit_bytes + 100_000))
    assert answer.status_code == 413
    assert "upload-too-large" in answer.text


def test_a_file_just_above_the_limit_is_refused(visitor, services):
    """What fits the body but not the limit of a file is refused too."""
    answer = bring(visitor, b"%PDF-1.7 " + b"x" * services.settings.upload_limit_bytes)
    assert answer.status_code == 413
    assert "This file is too large" in answer.text


def test_strangers_may_verify_where_the_agency_allows_it(tmp_path: Path):
    """With the setting on, the page needs no sign-in; every other page still does."""
    config = tmp_path / "config"
    config.mkdir()
    for file in (ROOT / "config").iterdir():
        if file.name != "keys":
            (config / file.name).symlink_to(file)
    (config / "service.toml").unlink(missing_ok=True)
    (config / "service.toml").write_text("[web]\nverify_open_to_strangers = true\n", encoding="utf-8")
    services = make_services(tmp_path, FORMS_CONFIG=str(config))
    stranger = Visitor(create_app(services.settings, services), services.settings.origin)
    assert bring(stranger, b"no pdf at all").status_code == 422
    assert stranger.get("/desk").status_code == 302
