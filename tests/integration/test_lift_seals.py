"""Records that are owed a lift get it, as a new version that begins with the old bytes; the others wait, and say why."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from forms_service import cli
from forms_service.domain.record import RecordState, SealLevel
from forms_service.errors import ArchiveHeadMovedError
from forms_service.ports import LiftedSeal, Search
from forms_service.workflow import find, verify
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.lift_seals import MOST_UNANSWERED, PROBLEMS_FACT, Lift, lift_seals
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.upkeep import check, rebuild
from tests.conftest import NOW, HeldClock
from tests.counterparts.seals import completed, row_of, sealing_services, with_row
from tests.counterparts.timestamps import BRIEF, authority_server

BB, BT, LTA = SealLevel.B_B, SealLevel.B_T, SealLevel.B_LTA


def entries(services, act: str) -> list[dict]:
    """Give the audit entries of an act."""
    with services.database.read() as transaction:
        return [dict(one) for one in transaction.ledger.audit_entries() if one["act"] == act]


def kinds(services, by) -> list[str]:
    """Give what waits of seals."""
    return [one.kind for one in what_needs_me(services, by) if one.kind.startswith("seal")]


@pytest.mark.parametrize("before", ["B-B", "B-T", "B-LT"])
def test_a_record_is_lifted_when_the_level_is_raised(tmp_path, by, authority, before):
    """From each level to B-LTA: the old bytes are its beginning, and a copy of them is still known."""
    first = sealing_services(tmp_path, authority, before)
    record = completed(first, by)
    old_pdf = find.open_document(first, by, record.document_id)
    services = sealing_services(tmp_path, authority, "B-LTA")
    done = list(lift_seals(services, by))
    assert done == [
        Lift(record_id=record.record_id, document_id=record.document_id, before=SealLevel(before), after=LTA)
    ]  # fmt: skip
    new_pdf = find.open_document(services, by, record.document_id)
    assert new_pdf.startswith(old_pdf)
    assert verify.verify(services, by, new_pdf).record == "current"
    told = verify.verify(services, by, old_pdf)
    assert (told.file.outcome, told.record, told.is_valid) == ("unchanged", "lifted", True)
    lifted = row_of(services, record)
    assert (lifted.version, lifted.seal_level, lifted.seal_wanted) == (2, LTA, LTA)
    assert lifted.sealed_at == record.sealed_at
    assert [one["facts"] for one in entries(services, "lift_seal")] == [{"version": 2, "from": before, "to": "B-LTA"}]
    assert [one.act for one in find.history(services, by, lifted)] == ["complete", "lift_seal"]
    assert check(services, by) == []
    assert list(lift_seals(services, by)) == []


def test_a_lifted_record_is_found_by_the_digest_of_every_file_it_had(tmp_path, by, authority):
    """A copy's SHA-256, of before and after, finds the record; also after the index was made anew."""
    record = completed(sealing_services(tmp_path, authority, "B-T"), by)
    services = sealing_services(tmp_path, authority, "B-LTA")
    list(lift_seals(services, by))
    lifted = row_of(services, record)
    assert lifted.earlier_files == (record.files["agreement.pdf"],)
    rebuild(services, by)
    for digest in (record.files["agreement.pdf"], lifted.files["agreement.pdf"].upper()):
        assert [one.document_id for one in find.find(services, by, Search(words=digest))] == [record.document_id]
    assert find.find(services, by, Search(words=hashlib.sha256(b"another").hexdigest())) == []


def test_a_lifted_record_takes_a_case_number(tmp_path, by, authority):
    """It is stamped and sealed anew up to the level; a copy from before is superseded, and still finds it."""
    record = completed(sealing_services(tmp_path, authority, "B-T"), by)
    services = sealing_services(tmp_path, authority, "B-LTA")
    list(lift_seals(services, by))
    lifted_pdf = find.open_document(services, by, record.document_id)
    changed = give_case_number(services, by, record.document_id, "26-1234", reason="assigned")
    assert (changed.version, changed.seal_level, len(changed.earlier_files)) == (3, LTA, 2)
    assert verify.verify(services, by, lifted_pdf).record == "superseded"


def test_a_lift_is_lifted_again_after_a_case_number(tmp_path, by, authority):
    """What a file held when it was sealed is looked up in the version that sealed it."""
    first = sealing_services(tmp_path, authority, "B-T")
    record = completed(first, by)
    give_case_number(first, by, record.document_id, "26-1234", reason="assigned")
    for level in ("B-LT", "B-LTA"):
        services = sealing_services(tmp_path, authority, level)
        assert [str(one.after) for one in lift_seals(services, by)] == [level]
    assert row_of(services, record).version == 4


def test_without_a_time_stamp_server_nobody_is_asked(tmp_path, by, authority):
    """What is owed stays owed and stands on the desk."""
    services = sealing_services(tmp_path, authority, "B-B", FORMS_TSA_URL="")
    with_row(services, completed(services, by), seal_wanted=LTA)
    assert list(lift_seals(services, by)) == []
    assert kinds(services, by) == ["seal-owed"]


def test_a_server_that_was_away_is_made_up_for(tmp_path, by, authority, silent_time_stamp_url):
    """Sealed B-B and owed; tried while the server is silent; lifted when it is back."""
    away = sealing_services(tmp_path, authority, "B-LTA", FORMS_TSA_URL=silent_time_stamp_url)
    record = completed(away, by)
    assert (record.seal_level, record.seal_wanted) == (BB, LTA)
    assert [one.problem for one in lift_seals(away, by)] == ["time-stamp-not-given"]
    assert (row_of(away, record), kinds(away, by)) == (record, ["seal-owed"])
    services = sealing_services(tmp_path, authority, "B-LTA")
    assert [one.after for one in lift_seals(services, by)] == [LTA]
    assert kinds(services, by) == []


def test_a_silent_server_is_not_asked_for_every_record(tmp_path, by, authority):
    """After a few in a row the others are left for the next time."""
    services = sealing_services(tmp_path, authority, "B-LTA", FORMS_TSA_URL="http://localhost:9/tsa")
    for name in ("", "mark", "directed", "interpreter", "read-aloud"):
        completed(services, by, name)
    done = list(lift_seals(services, by))
    assert [one.problem for one in done] == ["time-stamp-not-given"] * MOST_UNANSWERED
    assert kinds(services, by) == ["seal-owed"] * 5


def test_a_record_that_can_not_be_lifted_is_told_once_and_the_next_is_lifted(tmp_path, by, authority):
    """A withdrawn certificate: the desk asks for a person, the trail says why once, and other records are gone on with."""
    stuck = completed(sealing_services(tmp_path, authority, "B-T", key=authority.withdrawn_pkcs12), by)
    good = completed(sealing_services(tmp_path, authority, "B-T"), by, "mark")
    services = sealing_services(tmp_path, authority, "B-LTA")
    for _ in range(2):
        done = {one.record_id: one for one in lift_seals(services, by)}
        assert done[stuck.record_id].problem
    assert row_of(services, good).seal_level is LTA
    assert (row_of(services, stuck).seal_level, kinds(services, by)) == (BT, ["seal-stuck"])
    failed = [one for one in entries(services, "lift_seal") if one["outcome"] == "failed"]
    assert [one["object_id"] for one in failed] == [stuck.record_id]


def test_what_was_reached_on_the_way_is_kept(tmp_path, by, authority):
    """The first rung is taken although the second can not be: B-B to B-T, and the rest is owed."""
    with authority_server(tmp_path / "other") as other:
        trusted = f"{authority.root_file}:{other.root_file}"
        services = sealing_services(
            tmp_path, authority, "B-LTA", key=other.sealer_pkcs12, FORMS_SEAL_TRUSTED=trusted, FORMS_TSA_URL="http://localhost:9/tsa"
        )  # fmt: skip
    record = completed(services, by)
    services = sealing_services(
        tmp_path, authority, "B-LTA", key=services.settings.seal_key, FORMS_SEAL_TRUSTED=trusted
    )  # fmt: skip
    (done,) = lift_seals(services, by)
    assert (done.before, done.after, done.problem) == (BB, BT, "certificate-status-not-told")
    lifted = row_of(services, record)
    assert (lifted.version, lifted.seal_level, lifted.seal_wanted, lifted.is_owed_a_lift) == (2, BT, LTA, True)


def test_a_seal_that_nobody_speaks_for_is_owed_no_more_than_it_can_reach(tmp_path, by, authority):
    """A test seal's record under an authority's setting: lifted to B-T, and then nothing is owed."""
    plain = sealing_services(
        tmp_path, authority, "B-B", FORMS_TSA_URL="", FORMS_SEAL_KEY=str(tmp_path / "keys" / "seal.p12"),
        FORMS_SEAL_PASSPHRASE=str(tmp_path / "keys" / "seal.pass"), FORMS_SEAL_TRUSTED="",
    )  # fmt: skip
    record = completed(plain, by)
    services = sealing_services(tmp_path, authority, "B-LTA")
    services = replace(services, inspector=inspector_of(services, plain))
    assert [one.after for one in lift_seals(services, by)] == [BT]
    assert (row_of(services, record).seal_wanted, kinds(services, by)) == (BT, [])
    assert list(lift_seals(services, by)) == []


def inspector_of(services, earlier):
    """Trust the seal of an earlier key too."""
    from forms_service.documents.inspect import PdfInspector  # noqa: PLC0415  # for this test alone

    return PdfInspector(
        [services.sealer.certificate, earlier.sealer.certificate], limit_bytes=services.settings.upload_limit_bytes
    )  # fmt: skip


def test_an_archive_time_stamp_is_renewed_before_its_certificate_ends(tmp_path, by, authority):
    """Within 180 days of its end another one is put over it, and the file holds on beyond."""
    clock = HeldClock()
    brief = sealing_services(
        tmp_path, authority, "B-LTA", clock=clock, FORMS_TSA_URL=authority.brief_time_stamp_url
    )  # fmt: skip
    record = completed(brief, by)
    old_pdf = find.open_document(brief, by, record.document_id)
    services = sealing_services(tmp_path, authority, "B-LTA", clock=clock)
    (done,) = lift_seals(services, by)
    assert (done.renewed, done.after, done.problem) == (True, LTA, "")
    renewed = row_of(services, record)
    assert (renewed.version, renewed.stamp_ends_at.year) == (2, 2098)
    clock.instant = NOW + BRIEF + timedelta(days=900)
    told = verify.verify(services, by, find.open_document(services, by, record.document_id))
    assert (told.file.level, told.record) == (LTA, "current")
    assert verify.verify(services, by, old_pdf).record == "lifted"
    assert list(lift_seals(services, by)) == []


def test_a_renewal_that_gains_nothing_is_not_kept(tmp_path, by, authority):
    """While the server goes on with the same certificate, one record asks and no version is made."""
    services = sealing_services(tmp_path, authority, "B-LTA", FORMS_TSA_URL=authority.brief_time_stamp_url)
    records = [completed(services, by), completed(services, by, "mark")]

    class Counting:
        """Counts who asks for a renewal."""

        level_wanted = LTA
        asked = 0

        def renew(self, sealed_pdf):
            self.asked += 1
            return services.lifter.renew(sealed_pdf)

    counting = Counting()
    assert list(lift_seals(replace(services, lifter=counting), by)) == []
    assert ([row_of(services, one).version for one in records], counting.asked) == ([1, 1], 1)


def test_a_time_stamp_that_is_not_near_its_end_is_left(tmp_path, by, authority):
    """The setting says how near."""
    services = sealing_services(tmp_path, authority, "B-LTA", FORMS_TSA_URL=authority.brief_time_stamp_url)
    completed(services, by)
    later = sealing_services(tmp_path, authority, "B-LTA")
    later = replace(later, settings=replace(later.settings, renew_days=30))
    assert list(lift_seals(later, by)) == []


def test_a_renewal_that_is_not_answered_is_told(tmp_path, by, authority):
    """The record keeps its level, and the desk knows."""
    brief = sealing_services(tmp_path, authority, "B-LTA", FORMS_TSA_URL=authority.brief_time_stamp_url)
    record = completed(brief, by)
    services = sealing_services(tmp_path, authority, "B-LTA", FORMS_TSA_URL="http://localhost:9/tsa")
    (done,) = lift_seals(services, by)
    assert (done.renewed, done.problem, row_of(services, record)) == (False, "time-stamp-not-given", record)


def test_records_under_an_order_are_lifted_and_named_to_nobody(tmp_path, by, authority):
    """Their seals end like any other's; a line without a number says that one was done."""
    record = completed(sealing_services(tmp_path, authority, "B-T"), by)
    services = sealing_services(tmp_path, authority, "B-LTA")
    name = f"urn:uuid:{record.record_id}"
    stored = json.loads(services.archive.read(name, "record.json")) | {"state": "closed", "version": 2}
    files = {one: services.archive.read(name, one) for one in services.archive.names(name)}
    files["record.json"] = json.dumps(stored).encode()
    services.archive.add_version(name, expected_head=1, files=files, message="close", by=by.id, at=NOW)
    rebuild(services, by)
    (done,) = lift_seals(services, by)
    assert (done.document_id, done.after) == ("", LTA)
    with services.database.read() as transaction:
        lifted = transaction.book.record(record.document_id)
    assert (lifted.state, lifted.seal_level) == (RecordState.CLOSED, LTA)


class Faked:
    """A lifter that gives what a test says."""

    level_wanted = LTA

    def __init__(self, pdf: bytes, problem: Exception | None = None) -> None:
        self.pdf, self.problem = pdf, problem

    def lift(self, sealed_pdf: bytes, *, wanted: SealLevel) -> LiftedSeal:
        """Give it, or refuse."""
        if self.problem:
            raise self.problem
        return LiftedSeal(pdf=self.pdf, level=LTA, most=LTA, stamp_ends_at=None, problem=None)


@pytest.fixture
def owed(tmp_path, by, authority):
    """Give services with one record that is owed a lift."""
    record = completed(sealing_services(tmp_path, authority, "B-T"), by)
    return sealing_services(tmp_path, authority, "B-LTA"), record


def test_a_lift_that_changed_the_file_is_refused(owed, by):
    """Whatever a lifter gives: the sealed bytes are its beginning, or nothing is stored."""
    services, record = owed
    (done,) = lift_seals(replace(services, lifter=Faked(b"%PDF-1.7 another")), by)
    assert (done.problem, row_of(services, record)) == ("lift-changed-file", record)


def test_a_lift_that_does_not_read_back_is_refused(owed, by):
    """A level that is said and not there is not archived."""
    services, record = owed
    pdf = find.open_document(services, by, record.document_id) + b"\n%\n"
    (done,) = lift_seals(replace(services, lifter=Faked(pdf)), by)
    assert (done.problem, row_of(services, record)) == ("read-back-seal", record)


def test_somebody_who_was_faster_is_not_written_over(owed, by):
    """The version that was read is no more the newest: told, and tried again the next time."""
    services, _ = owed
    moved = ArchiveHeadMovedError(object_id="x", expected=1, got=2)
    (done,) = lift_seals(replace(services, lifter=Faked(b"", moved)), by)
    assert done.problem == "archive-head-moved"


def test_a_row_that_a_crash_left_behind_is_written_and_not_lifted_twice(owed, by):
    """The object has the lift already, only its row is missing."""
    services, record = owed
    list(lift_seals(services, by))
    lifted = row_of(services, record)
    with_row(services, record)
    assert list(lift_seals(services, by)) == []
    assert row_of(services, record) == lifted


def test_a_row_without_an_object_is_told(owed, by):
    """It is the archive check's red alarm; here it stops nobody else's lift."""
    services, record = owed
    with_row(services, record, record_id="gone", document_id="LEAD-GONE", stroke_digests=())
    problems = sorted(one.problem for one in lift_seals(services, by))
    assert problems == ["", "record-unreadable"]


def test_the_command_says_a_line_each_and_ends_with_one_when_something_is_left(tmp_path, by, authority, capsys):
    """First the checkpoint and its time stamp, then each seal; a second run has nothing to do."""
    record = completed(sealing_services(tmp_path, authority, "B-T"), by)
    services = sealing_services(tmp_path, authority, "B-LTA")
    assert cli.run(lambda: services, ["upkeep"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["checkpoint", "time stamp", "seal"]
    assert lines[2] == f"seal: {record.document_id}: B-T to B-LTA"
    assert cli.run(lambda: services, ["upkeep"]) == 0
    assert capsys.readouterr().out == "nothing was due\n"
    away = sealing_services(tmp_path, authority, "B-LTA", FORMS_TSA_URL="http://localhost:9/tsa")
    other = completed(away, by, "mark")
    assert cli.run(lambda: away, ["upkeep"]) == 1
    assert capsys.readouterr().out == f"NOT DONE: seal: {other.document_id}: B-B to B-B: time-stamp-not-given\n"


def test_the_shell_says_a_files_level_in_plain_words(tmp_path, by, authority, capsys):
    """Of the new file and of a copy from before."""
    record = completed(sealing_services(tmp_path, authority, "B-T"), by)
    services = sealing_services(tmp_path, authority, "B-LTA")
    old, new = tmp_path / "old.pdf", tmp_path / "new.pdf"
    old.write_bytes(find.open_document(services, by, record.document_id))
    list(lift_seals(services, by))
    new.write_bytes(find.open_document(services, by, record.document_id))
    assert cli.run(lambda: services, ["verify", str(old)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "file: unchanged", "level: B-T, with a time stamp",
        "record: an earlier version of this file, lifted since; unchanged",
    ]  # fmt: skip
    assert cli.run(lambda: services, ["verify", str(new)]) == 0
    assert "level: B-LTA, with what the authorities said, under an archive time stamp" in capsys.readouterr().out


def test_the_problems_of_the_last_run_are_forgotten_when_they_are_gone(owed, by):
    """The desk tells what is, not what was."""
    services, _ = owed
    list(lift_seals(replace(services, lifter=Faked(b"%PDF-1.7 another")), by))
    assert kinds(services, by) == ["seal-stuck"]
    list(lift_seals(services, by))
    with services.database.read() as transaction:
        assert transaction.ledger.fact(PROBLEMS_FACT) == "{}"
    assert kinds(services, by) == []
