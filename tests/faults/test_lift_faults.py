"""SIGKILL, EIO and ENOSPC at every call of a lift: what a lifter gives becomes version 2 wholly or not at all."""

from __future__ import annotations

from dataclasses import replace

from forms_service.domain.record import SealLevel
from forms_service.ports import Expectation, LiftedSeal, Services
from forms_service.workflow.lift_seals import lift_seals
from tests.faults.range import BY, shoot_all
from tests.faults.test_complete_faults import act as complete_usual

LEAST_POINTS = 40


class Appending:
    """Lifts without anybody outside: the network is not what is shot at here."""

    level_wanted = SealLevel.B_T

    def lift(self, sealed_pdf: bytes, *, wanted: SealLevel) -> LiftedSeal:
        """Append a comment, and say that it is what was wanted."""
        return LiftedSeal(
            pdf=sealed_pdf + b"%lifted\n", level=wanted, most=wanted, stamp_ends_at=None, problem=None
        )  # fmt: skip


class Believing:
    """Reads back nothing: pyHanko's judgement is not what is shot at here."""

    def read_back(self, sealed_pdf: bytes, expected: Expectation) -> None:
        """Believe."""


class Server:
    """A time-stamp server that is there and not asked."""

    is_on = True


def act(services: Services) -> int:
    """Lift what is owed."""
    lifting = replace(services, lifter=Appending(), inspector=Believing(), time_stamps=Server())
    for one in lift_seals(lifting, BY):
        if one.problem:
            return 3
    return 0


def test_nothing_is_lost_wherever_a_lift_is_stopped(tmp_path, capsys):
    """After each fault both versions stand or only the first, and a second try makes the second."""
    tally = shoot_all(tmp_path, prepare=complete_usual, act=act, expected_versions=[2])
    with capsys.disabled():
        print(f"\nlift: {tally.points} points, {tally.shots} shots, endings {tally.endings}")  # noqa: T201  # the count is part of the proof
    assert tally.points >= LEAST_POINTS
