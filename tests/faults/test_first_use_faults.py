"""SIGKILL, EIO and ENOSPC at every call of a first start that changes the disk: database, root, form object."""

from __future__ import annotations

from forms_service.ports import AuditFacts
from forms_service.workflow.archiving import keep_form
from tests.faults.range import BY, shoot_all

LEAST_POINTS = 100


def act(services) -> int:
    """Open the database for writing, and keep a form in the archive."""
    with services.database.write() as transaction:
        transaction.ledger.audit(
            BY, services.clock.now(), AuditFacts(act="sign_in", object_kind="account", object_id="")
        )
    keep_form(services, BY, services.forms.form("lead-agreement"))
    return 0


def test_a_first_start_can_be_made_again_wherever_it_is_stopped(tmp_path, capsys):
    """After each fault a second start finds or makes a whole database and a valid root."""
    tally = shoot_all(tmp_path, prepare=lambda _services: 0, act=act, expected_versions=[])
    with capsys.disabled():
        print(f"\nfirst use: {tally.points} points, {tally.shots} shots, endings {tally.endings}")  # noqa: T201  # the count is part of the proof
    assert tally.points >= LEAST_POINTS
