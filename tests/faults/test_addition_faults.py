"""SIGKILL at the calls of one PUT that brings an addition onto a record.

Wherever it stopped, the next start and the same bytes sent again give one act on one record, and one receipt.
"""

from __future__ import annotations

import json

from forms_service.ports import Services
from forms_service.workflow.devices import give_credential
from forms_service.workflow.receive_envelope import finish_received, receive_envelope
from tests.conftest import SCALE, archived
from tests.faults.range import BY, shoot_all
from tests.integration.tablet.conftest import SOURCE, enrolled, hire
from tests.soft_tablet import SoftTablet

LEAST_POINTS = 40
EACH = 1 if SCALE > 1 else 3
STORY = "story.json"
TRY = {"tried_at": "2026-11-20T14:10", "channel": "phone", "result": "no_answer"}


def prepare(services: Services) -> int:
    """Archive the usual case at the desk; enrol a supervisor's tablet, and lay what it is to send into the folder."""
    record = archived(services, BY, "lead-agreement")
    _, boss = hire(services, "boss", "officer", "supervisor")
    tablet = enrolled(services, SoftTablet())
    credential = give_credential(services, boss, tablet.author_request())
    addition = tablet.addition(record.document_id, credential, {"bh_contact": [TRY]})
    story = {"id": addition.id, "text": addition.text}
    services.settings.database.with_name(STORY).write_text(json.dumps(story))
    return 0


def act(services: Services) -> int:
    """Start, and send the addition; it is one act, whatever was done before."""
    story = json.loads(services.settings.database.with_name(STORY).read_text())
    finish_received(services, BY)
    receipt = receive_envelope(services, SOURCE, story["id"], story["text"])
    with services.database.read() as transaction:
        assert transaction.ledger.envelopes_without_receipt() == []
        kept = transaction.ledger.envelope_named(story["id"])
        assert (kept.state, kept.receipt) == ("archived", receipt)
        (record,) = transaction.book.records()
    assert len(record.additions) == 1
    return 0


def test_nothing_is_lost_or_doubled_wherever_an_addition_is_stopped(tmp_path, capsys):
    """After each kill a start and a second try make one act and one receipt."""
    tally = shoot_all(tmp_path, prepare=prepare, act=act, expected_versions=[2], faults=("signal=SIGKILL",), each=EACH)
    with capsys.disabled():
        print(f"\naddition: {tally.points} points, {tally.shots} shots, endings {tally.endings}")  # noqa: T201  # the count is part of the proof
    assert tally.points >= LEAST_POINTS
