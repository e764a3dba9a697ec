"""SIGKILL, EIO and ENOSPC at every call of the act that makes version 2."""

from __future__ import annotations

from forms_service.workflow.correct import give_case_number
from tests.conftest import example
from tests.faults.range import BY, shoot_all
from tests.faults.test_complete_faults import act as complete_usual

LEAST_POINTS = 40


def act(services) -> int:
    """Give the usual case its number."""
    document_id = example("lead-agreement")[1]["document_id"]
    give_case_number(services, BY, document_id, "26-1234", reason="assigned")
    return 0


def test_nothing_is_lost_wherever_a_correction_is_stopped(tmp_path, capsys):
    """After each fault both versions stand or only the first, and a second try makes the second."""
    tally = shoot_all(tmp_path, prepare=complete_usual, act=act, expected_versions=[2])
    with capsys.disabled():
        print(f"\ncase number: {tally.points} points, {tally.shots} shots, endings {tally.endings}")  # noqa: T201  # the count is part of the proof
    assert tally.points >= LEAST_POINTS
