"""The pages of watchdogs: the process answers, and every part works or is named."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from forms_service.archive.checkpoints import CheckpointFolder
from forms_service.errors import CheckpointWriteError, DatabaseWriteError, Fault, FormFolderError, SealKeyUnusableError
from forms_service.web.app import create_app
from forms_service.web.health import KEPT_FOR, parts
from forms_service.workflow.watched import WatchedDatabase
from tests.web.conftest import Visitor
from tests.word_files import word_services


class Failing:
    """A part that fails whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def ping(self):
        """Fail."""
        self.asked += 1
        raise self.error

    forms = write = ping


def ready(services):
    """Give the answer of /ready over some services."""
    return Visitor(create_app(services.settings, services), services.settings.origin).get("/ready")


@pytest.mark.parametrize(
    ("name", "port", "error"),
    [
        ("archive", "archive", OSError(errno.EIO, "the disk of room 12")),
        ("seal", "sealer", SealKeyUnusableError(key="room 12")),
        ("checkpoints", "checkpoints", CheckpointWriteError(reason="room 12")),
        ("forms", "forms", FormFolderError([Fault(slug="x", place="room 12", message="room 12")])),
    ],
)
def test_a_part_that_fails_is_named_and_no_more(services, name, port, error):
    """503 with the part's name; the cause stays in the log, even one that nobody foresaw."""
    answer = ready(replace(services, **{port: Failing(error)}))
    assert (answer.status_code, answer.json) == (503, {"status": "failing", "failing": [name]})
    assert "room 12" not in answer.text


def test_a_database_that_takes_no_write_is_not_ready(services):
    """Reading is not enough: signed papers must be kept."""

    class ReadOnly:
        def write(self):
            raise DatabaseWriteError(reason="SQLITE_READONLY")

        def __getattr__(self, name):
            return getattr(services.database, name)

    app = create_app(services.settings, services)
    app.extensions["forms_service"] = replace(services, database=WatchedDatabase(ReadOnly(), services.clock))
    answer = Visitor(app, services.settings.origin).get("/ready")
    assert answer.json["failing"] == ["database"]


def test_every_failing_part_is_named_together(services):
    """Two broken parts are told at once, in the order of the parts."""
    broken = replace(services, sealer=Failing(SealKeyUnusableError(key="x")), archive=Failing(OSError()))
    assert ready(broken).json["failing"] == ["archive", "seal"]


def test_health_asks_no_part(services):
    """The process answers although everything else is broken, so that no watchdog restarts it for a full disk."""
    failing = Failing(OSError())
    broken = replace(services, archive=failing, sealer=failing, checkpoints=failing, forms=failing)
    answer = Visitor(create_app(broken.settings, broken), broken.settings.origin).get("/health")
    assert (answer.status_code, answer.json, failing.asked) == (200, {"status": "ok"}, 0)


def test_whoever_asks_in_a_loop_makes_no_load(services, clock):
    """The answer is kept for some seconds and asked anew after them."""
    failing = Failing(SealKeyUnusableError(key="x"))
    broken = replace(services, sealer=failing)
    visitor = Visitor(create_app(broken.settings, broken), broken.settings.origin)
    for _ in range(5):
        assert visitor.get("/ready").status_code == 503
    assert failing.asked == 1
    clock.move(seconds=KEPT_FOR.total_seconds())
    visitor.get("/ready")
    assert failing.asked == 2


def test_probes_are_answered_on_any_name(stranger):
    """A watchdog asks by the machine's address; pages do not answer there."""
    for path, status in (("/health", 200), ("/ready", 200), ("/sign-in", 421)):
        assert stranger.client.get(path, base_url="http://127.0.0.1:9").status_code == status


def test_the_checkpoints_folder_is_written_to_and_left_clean(services, tmp_path):
    """The probe leaves nothing behind; a folder that can not be made is a refusal of ours."""
    parts(services)["checkpoints"]()
    assert list(services.settings.checkpoints.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointWriteError):
        CheckpointFolder(tmp_path / "file").ping()


def test_forms_that_can_not_be_made_here_are_named(tmp_path):
    """Without LibreOffice the service is ready, and says which forms need it."""
    services = word_services(tmp_path, FORMS_SOFFICE="/nowhere/soffice.bin")
    answer = ready(services)
    lacking = {"lead-agreement 1": "LibreOffice", "social-referral 1": "LibreOffice"}
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "failing": [], "lacking": lacking})
