"""When the trail can not be written nothing is shown or done, every page says why, and it goes on by itself."""

from __future__ import annotations

import logging

import pytest

from forms_service.ports import AuditFacts
from forms_service.web.app import create_app
from forms_service.web.page_words import TROUBLES, trouble_words
from tests.full_disk import FullDisk
from tests.web.conftest import Visitor

BANNER = 'aria-label="Read-only"'


@pytest.fixture
def disk(services) -> FullDisk:
    """Give the disk under the database."""
    return FullDisk(services.database)


def fill(services, disk, by) -> None:
    """Let the disk be full to the last entry."""
    disk.fill()
    for number in range(10_000):
        try:
            with services.database.write() as transaction:
                what = AuditFacts(act="view", object_kind="record", object_id=f"{number:>50}")
                transaction.ledger.audit(by, services.clock.now(), what)
        except Exception:  # noqa: BLE001  # whatever it is, the disk is full now
            return


def test_what_can_not_be_written_down_is_not_shown(visitor, record, services, disk, by, caplog):
    """The record is refused with a clear answer, the log has an ERROR, and a banner stands on every page."""
    fill(services, disk, by)
    with caplog.at_level(logging.ERROR):
        refused = visitor.get(f"/records/{record.document_id}")
        pdf = visitor.get(f"/records/{record.document_id}/agreement.pdf")
    for answer in (refused, pdf):
        assert answer.status_code == 507
        assert "Nothing can be written down now" in answer.text
        assert "Marín" not in answer.text
        assert not answer.data.startswith(b"%PDF")
    assert "the database can not be written" in caplog.text
    for path in ("/desk", "/verify", "/nothing"):
        page = visitor.get(path).text
        assert BANNER in page
        assert "The disk is full." in page


def test_it_goes_on_by_itself(visitor, record, services, disk, by):
    """With room again the next act succeeds, and the banner is gone."""
    fill(services, disk, by)
    visitor.get(f"/records/{record.document_id}")
    disk.free()
    assert BANNER in visitor.get("/desk").text
    assert visitor.get(f"/records/{record.document_id}").status_code == 200
    assert BANNER not in visitor.get("/desk").text


def test_ready_says_so_and_finds_the_end_of_it(visitor, services, disk, by, clock):
    """A probe needs nobody's click: failing while it can not be written, well as soon as it can."""
    assert visitor.get("/ready").status_code == 200
    fill(services, disk, by)
    clock.move(minutes=2)
    answer = visitor.get("/ready")
    assert (answer.status_code, answer.json["failing"]) == (503, ["database"])
    disk.free()
    clock.move(minutes=1)
    assert visitor.get("/ready").status_code == 200
    assert BANNER not in visitor.get("/desk").text


def test_a_start_on_a_full_disk_says_so_at_once(visitor, services, disk, by):
    """The first page of a new process has the banner; a stranger reads no reason."""
    fill(services, disk, by)
    page = Visitor(create_app(services.settings, services), services.settings.origin).get("/sign-in").text
    assert BANNER in page
    assert "The disk is full." not in page


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        *TROUBLES.items(),
        ("SQLITE_IOERR_WRITE", "The disk is failing."),
        ("SQLITE_READONLY_DBMOVED", TROUBLES["SQLITE_READONLY"]),
        ("ENOTDIR", "The database says: ENOTDIR."),
    ],
)
def test_every_reason_has_words(reason, words):
    """What the database says is told as a sentence."""
    assert trouble_words(reason) == words
