"""SIGKILL at the calls of one PUT that changes the disk: the envelope that makes a paper whole.

Between "kept" and "answered" a tablet can see nothing: wherever it stopped, the next start and the same bytes sent
again give one record, and the same receipt ever after.
"""

from __future__ import annotations

import json

from forms_service.ports import Services
from forms_service.workflow.devices import give_credential
from forms_service.workflow.receive_envelope import finish_received, receive_envelope
from tests.conftest import SCALE
from tests.faults.range import BY, shoot_all
from tests.faults.test_complete_faults import another as complete_another
from tests.integration.tablet.conftest import SOURCE, enrolled, hire
from tests.soft_tablet import SignedPaper, SoftTablet, read_signed, signed_paper

LEAST_POINTS = 60
EACH = 1 if SCALE > 1 else 3  # of some 240 calls; all of them in the soak
STORY = "story.json"


class Story:
    """One paper, so that its page is rendered once; a tablet for each folder, since each has keys of its own."""

    def __init__(self) -> None:
        self._paper: SignedPaper | None = None

    def prepare(self, services: Services) -> int:
        """Archive another case; enrol, sign, send the person's block; what is still to be sent lies in the folder."""
        complete_another(services)
        self._paper = self._paper or signed_paper(services)
        _, officer = hire(services, "reyes", "officer")
        tablet = enrolled(services, SoftTablet())
        credential = give_credential(services, officer, tablet.author_request())
        person, last = tablet.blocks(self._paper, credential)
        receive_envelope(services, SOURCE, person.id, person.text)
        story = {"id": last.id, "text": last.text, "receipt_key": tablet.keys["receipt"]}
        services.settings.database.with_name(STORY).write_text(json.dumps(story))
        return 0


def act(services: Services) -> int:
    """Start, and send the officer's block; what is answered is what is kept."""
    story = json.loads(services.settings.database.with_name(STORY).read_text())
    finish_received(services, BY)
    receipt = receive_envelope(services, SOURCE, story["id"], story["text"])
    assert read_signed(receipt, story["receipt_key"])["outcome"] == "archived"
    with services.database.read() as transaction:
        assert transaction.ledger.envelopes_without_receipt() == []
        assert transaction.ledger.envelope_named(story["id"]).receipt == receipt
    return 0


def test_nothing_is_lost_or_doubled_wherever_a_put_is_stopped(tmp_path, capsys):
    """After each kill a start and a second try make one record and one receipt."""
    story = Story()
    tally = shoot_all(
        tmp_path, prepare=story.prepare, act=act, expected_versions=[1, 1], faults=("signal=SIGKILL",), each=EACH
    )
    with capsys.disabled():
        print(f"\nenvelope: {tally.points} points, {tally.shots} shots, endings {tally.endings}")  # noqa: T201  # the count is part of the proof
    assert tally.points >= LEAST_POINTS
