"""SIGKILL, EIO and ENOSPC at every call of ``complete`` that changes the disk."""

from __future__ import annotations

from forms_service.workflow.complete import CompletionRequest, complete
from tests.conftest import example
from tests.faults.range import BY, shoot_all

LEAST_POINTS = 60


def act(services) -> int:
    """Complete the usual case."""
    values, signatures = example("lead-agreement")
    complete(services, BY, CompletionRequest(form="lead-agreement", values=values, signatures=signatures))
    return 0


def another(services) -> int:
    """Complete another case, so that database, root and form object are there."""
    values, signatures = example("lead-agreement", "mark")
    complete(services, BY, CompletionRequest(form="lead-agreement", values=values, signatures=signatures))
    return 0


def test_nothing_is_lost_wherever_complete_is_stopped(tmp_path, capsys):
    """After each fault the archive is valid, no row lacks its object, and a second try succeeds."""
    tally = shoot_all(tmp_path, prepare=another, act=act, expected_versions=[1, 1])
    with capsys.disabled():
        print(f"\ncomplete: {tally.points} points, {tally.shots} shots, endings {tally.endings}")  # noqa: T201  # the count is part of the proof
    assert tally.points >= LEAST_POINTS
