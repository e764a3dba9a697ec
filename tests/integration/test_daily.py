"""What is done once a day: by one process at a time, after a pause when somebody did not answer, and told when it fails."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from forms_service.errors import CheckpointWriteError, DatabaseWriteError, NotPermittedError
from forms_service.ports import Actor
from forms_service.web.app import create_app
from forms_service.web.audit_words import actor_words
from forms_service.web.timer import Timer, start_timer
from forms_service.workflow.daily import TIMER, claim, note_failure, run_daily
from forms_service.workflow.needs import what_needs_me
from tests.conftest import HeldClock
from tests.counterparts.seals import completed, row_of, sealing_services


def run(services, by=TIMER) -> list[tuple[str, str]]:
    """Do what is due; give what was done and what hindered it."""
    return [(one.what, one.problem) for one in run_daily(services, by)]


def entries(services, act: str) -> list[dict]:
    """Give the audit entries of an act."""
    with services.database.read() as transaction:
        return [dict(one) for one in transaction.ledger.audit_entries() if one["act"] == act]


def test_a_run_takes_the_checkpoint_without_anybody_signing_in(services):
    """It is in the trail, with who did it and how much."""
    assert run(services) == [("checkpoint", "")]
    assert run(services) == []
    (entry, _) = entries(services, "upkeep")
    assert (entry["actor"], entry["source"], entry["facts"]) == ("operator:(timer)", "timer", {"done": 1, "undone": 0})
    assert actor_words(entry["actor"], {}) == "The service itself"


def test_one_process_takes_the_claim_and_it_lasts_a_day(services):
    """Whoever comes second goes away; after a day it is due again."""
    assert claim(services)
    assert not claim(services)
    run(services)
    services.clock.move(hours=23)
    assert not claim(services)
    services.clock.move(hours=1)
    assert claim(services)


def test_a_claim_of_a_process_that_died_ends_after_an_hour(services):
    """Nobody has to free it by hand."""
    assert claim(services)
    services.clock.move(minutes=59)
    assert not claim(services)
    services.clock.move(minutes=1)
    assert claim(services)


def test_two_processes_at_once_take_one_claim(services):
    """The database decides."""
    gate = threading.Barrier(4)
    taken: list[bool] = []

    def take() -> None:
        gate.wait()
        taken.append(claim(services))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False, False, False, True]


def test_who_did_not_answer_is_asked_again_after_an_hour(tmp_path, authority):
    """A time-stamp server that is away: told, and due again soon."""
    services = sealing_services(tmp_path, authority, "B-T", clock=HeldClock(), FORMS_TSA_URL="http://localhost:9/tsa")
    assert claim(services)
    assert run(services) == [("checkpoint", ""), ("time-stamp", "time-stamp-not-given")]
    services.clock.move(hours=1)
    assert claim(services)


def test_what_waits_for_a_person_is_tried_once_a_day(tmp_path, by, authority):
    """A withdrawn certificate is no reason to ask every hour."""
    services = sealing_services(tmp_path, authority, "B-LTA", key=authority.withdrawn_pkcs12, clock=HeldClock())
    completed(services, by)
    assert claim(services)
    assert run(services)[-1] == ("lifted", "seal-certificate-withdrawn")
    services.clock.move(hours=2)
    assert not claim(services)


def test_a_checkpoint_that_can_not_be_kept_stops_nothing_else(tmp_path, by, authority):
    """The seal of a record is lifted all the same."""
    record = completed(sealing_services(tmp_path, authority, "B-T"), by)
    services = sealing_services(tmp_path, authority, "B-LT")

    class Full:
        """A second place without room."""

        def put(self, count, signed):
            raise CheckpointWriteError(reason="ENOSPC")

        def __getattr__(self, name):
            return getattr(services.checkpoints, name)

    done = run(replace(services, checkpoints=Full()))
    assert done == [("checkpoint", "checkpoint-write-failed"), ("lifted", "")]
    assert str(row_of(services, record).seal_level) == "B-LT"


def test_nobody_without_the_right_starts_it(services):
    """A role that may look at checkpoints alone may not."""
    officer = Actor(id="account:1", permissions=frozenset({"checkpoint", "lift_seal"}))
    with pytest.raises(NotPermittedError):
        run(services, officer)


def test_a_run_that_broke_stands_on_the_desk_until_one_ends_well(services, by):
    """Since the first failure; the readiness page names it too."""
    began = services.clock.now()
    note_failure(services, TIMER, "database-write-failed")
    services.clock.move(hours=1)
    note_failure(services, TIMER, "error")
    (need,) = [one for one in what_needs_me(services, by) if one.kind == "upkeep-failed"]
    assert need.since == began
    assert [one["outcome"] for one in entries(services, "upkeep")] == ["failed", "failed"]
    run(services)
    assert [one.kind for one in what_needs_me(services, by)] == []


def waited(found, seconds: float = 20) -> bool:
    """Wait until something is so."""
    latest = time.monotonic() + seconds
    while not found() and time.monotonic() < latest:
        time.sleep(0.02)
    return bool(found())


def test_the_serving_process_does_it_by_itself(services):
    """Nobody signs in and no command is typed: the timer's thread finds it due, and ends when it is told to."""
    timer = Timer(services, first_s=0.01, every_s=0.01, pause_s=0)
    timer.start()
    assert waited(lambda: entries(services, "upkeep"))
    timer.stop()
    assert len(services.checkpoints.signed()) == 1
    assert len(entries(services, "upkeep")) == 1


def test_an_application_starts_its_timer(services):
    """The one that gunicorn builds; it first looks after a minute, so that a start is not slower."""
    timer = start_timer(create_app(services.settings, services))
    timer.stop()
    assert entries(services, "upkeep") == []


def test_a_timer_that_is_stopped_leaves_the_rest_for_the_next(tmp_path, by, authority):
    """It ends after the thing it is doing; what is left is due after an hour."""
    services = sealing_services(tmp_path, authority, "B-LTA", clock=HeldClock())
    timer = Timer(services)
    timer._ending.set()
    timer.look()
    assert (len(services.checkpoints.signed()), entries(services, "upkeep")) == (1, [])


@pytest.mark.parametrize(
    ("error", "slug"), [(DatabaseWriteError(reason="SQLITE_FULL"), "database-write-failed"), (KeyError("x"), "error")]
)
def test_a_timer_survives_whatever_happens(services, caplog, error, slug):
    """It is written down, and the thread lives on; where nothing can be written, the log has said it."""

    class Broken:
        """Gives an archive's checkpoints, then breaks."""

        def signed(self):
            raise error

    Timer(replace(services, checkpoints=Broken())).look()
    if isinstance(error, KeyError):
        assert [one["facts"] for one in entries(services, "upkeep")] == [{"reason": slug}]

    class Full:
        """A database that takes nothing."""

        @contextmanager
        def write(self):
            raise error
            yield

    Timer(replace(services, database=Full())).look()
    assert "ended before its end" in caplog.text
