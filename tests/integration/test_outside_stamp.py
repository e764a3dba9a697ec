"""The outside time stamp on the audit head: given once, checked by OpenSSL, owed and made up for, and judged."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from forms_service.documents.content_stamp import ContentTimeStamps
from forms_service.errors import (
    CheckpointWriteError,
    EvidenceMismatchError,
    TimeStampBrokenError,
    TimeStampNotGivenError,
)
from forms_service.web.app import create_app
from forms_service.workflow.audit_trail import check_trail, take_checkpoint
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.outside_stamp import stamp_if_due
from tests.conftest import HeldClock
from tests.counterparts.seals import sealing_services
from tests.counterparts.timestamps import authority_server
from tests.web.conftest import Visitor


@pytest.fixture
def stamping(tmp_path, authority):
    """Give services with a time-stamp server."""
    return sealing_services(tmp_path, authority, "B-T", clock=HeldClock())


def findings(services, by) -> list[tuple[str, str]]:
    """Give what the walk over the trail found."""
    return [(one.slug, one.place) for one in check_trail(services, by).findings]


def test_a_checkpoint_is_put_under_a_time_stamp_once(stamping, by):
    """The newest one, and not again."""
    assert stamp_if_due(stamping, by) == ""
    take_checkpoint(stamping, by)
    name = stamp_if_due(stamping, by)
    assert name == stamping.checkpoints.signed()[-1][0]
    assert stamp_if_due(stamping, by) == ""
    verdict = check_trail(stamping, by)
    assert (verdict.holds, verdict.findings, verdict.time_stamps) == (True, (), 1)


def test_openssl_checks_it_without_us(stamping, by, authority, tmp_path):
    """The command of docs/audit.md: an auditor needs the authority's certificate and no program of ours."""
    take_checkpoint(stamping, by)
    name = stamp_if_due(stamping, by)
    folder = stamping.settings.checkpoints
    root = tmp_path / "root.pem"
    subprocess.run(["openssl", "x509", "-inform", "DER", "-in", authority.root_file, "-out", root], check=True)
    asked = ["openssl", "ts", "-verify", "-in", folder / name.replace(".p7m", ".tsr"), "-CAfile", root, "-data"]
    good = subprocess.run([*asked, folder / name], capture_output=True, text=True, check=False)
    assert "Verification: OK" in good.stdout + good.stderr
    other = subprocess.run([*asked, root], capture_output=True, text=True, check=False)
    assert other.returncode


def test_without_a_server_nothing_is_asked_and_nothing_is_missing(services, by):
    """Whoever names no server has no outside witness, and is not told so each day."""
    take_checkpoint(services, by)
    assert stamp_if_due(services, by) == ""
    assert findings(services, by) == []


def test_a_server_without_a_young_stamp_is_told_and_harmless(stamping, by):
    """None yet, or none for two days: the trail still holds."""
    take_checkpoint(stamping, by)
    assert findings(stamping, by) == [("time-stamp-missing", "")]
    assert check_trail(stamping, by).holds
    stamp_if_due(stamping, by)
    stamping.clock.move(days=20)
    assert ("time-stamp-missing", "") in findings(stamping, by)


def test_a_stamp_that_is_none_is_told(stamping, by):
    """Rubbish, a changed byte and an empty file beside a checkpoint: the trail does not hold."""
    take_checkpoint(stamping, by)
    name = stamp_if_due(stamping, by)
    file = (stamping.settings.checkpoints / name).with_suffix(".tsr")
    good = file.read_bytes()
    flipped = bytearray(good)
    flipped[-10] ^= 1
    for content in (b"", b"rubbish", bytes(flipped), good[:-1], b"\x30\x03\x02\x01\x00"):
        file.write_bytes(content)
        assert findings(stamping, by)[0] == ("time-stamp-broken", name)
        assert not check_trail(stamping, by).holds


def test_a_stamp_of_another_head_is_told(stamping, by):
    """One that was moved to another checkpoint, and one whose checkpoint is gone."""
    take_checkpoint(stamping, by)
    first = stamp_if_due(stamping, by)
    take_checkpoint(stamping, by)
    folder = stamping.settings.checkpoints
    second = stamping.checkpoints.signed()[-1][0]
    (folder / second).with_suffix(".tsr").write_bytes((folder / first).with_suffix(".tsr").read_bytes())
    assert findings(stamping, by) == [("time-stamp-of-another-head", second)]
    (folder / second).unlink()
    assert findings(stamping, by) == [("time-stamp-of-another-head", second)]


def test_a_stamp_of_somebody_else_is_none(stamping, by, tmp_path):
    """Made by another authority: whoever could put files there could ask any server."""
    take_checkpoint(stamping, by)
    name, signed = stamping.checkpoints.signed()[-1]
    with authority_server(tmp_path / "other") as other:
        foreign = ContentTimeStamps(other.time_stamp_url, ()).stamp(signed)
    stamping.checkpoints.put_stamp(name, foreign)
    assert findings(stamping, by)[0] == ("time-stamp-broken", name)


def test_a_server_that_is_silent_is_owed_told_and_made_up_for(stamping, by, silent_time_stamp_url):
    """On the desk and on the readiness page since the first failure, until one is given; the service stays ready."""
    silent = replace(stamping, time_stamps=ContentTimeStamps(silent_time_stamp_url, ()))
    take_checkpoint(stamping, by)
    with pytest.raises(TimeStampNotGivenError):
        stamp_if_due(silent, by)
    began = stamping.clock.now()
    stamping.clock.move(hours=5)
    with pytest.raises(TimeStampNotGivenError):
        stamp_if_due(silent, by)
    (need,) = [one for one in what_needs_me(stamping, by) if one.kind == "time-stamp-owed"]
    assert need.since == began
    ready = Visitor(create_app(stamping.settings, stamping), stamping.settings.origin).get("/ready")
    assert (ready.status_code, ready.json) == (200, {"status": "ok", "failing": [], "owed": ["time-stamp"]})
    assert stamp_if_due(stamping, by)
    assert [one for one in what_needs_me(stamping, by) if one.kind == "time-stamp-owed"] == []


def test_what_is_not_sound_is_not_kept(stamping, by):
    """A stamp that would not be believed later is not laid beside the checkpoint."""

    class Lying:
        """Gives rubbish."""

        is_on = True
        judge = staticmethod(stamping.time_stamps.judge)

        def stamp(self, content: bytes) -> bytes:
            return b"rubbish"

    take_checkpoint(stamping, by)
    with pytest.raises(TimeStampBrokenError):
        stamp_if_due(replace(stamping, time_stamps=Lying()), by)
    assert stamping.checkpoints.stamps() == {}


def test_a_stamp_is_never_written_over(stamping, by):
    """What lies beside a checkpoint stays."""
    take_checkpoint(stamping, by)
    name = stamp_if_due(stamping, by)
    with pytest.raises(CheckpointWriteError, match="EEXIST"):
        stamping.checkpoints.put_stamp(name, b"another")
    assert stamping.checkpoints.leftovers() == []


def test_who_stamps_is_not_judged_where_nobody_is_named(authority):
    """Without trusted certificates a sound stamp is a stamp; another content is another content."""
    stamps = ContentTimeStamps(authority.time_stamp_url, ())
    stamp = stamps.stamp(b"head")
    assert stamps.judge(stamp, b"head").tzinfo
    with pytest.raises(EvidenceMismatchError, match="other content"):
        stamps.judge(stamp, b"tail")
