"""What is told after signing becomes an act on the record: in any order, once, under the seal the paper has."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from forms_service.domain.addition import AdditionKind
from forms_service.domain.record import Record, RecordState
from forms_service.errors import (
    AdditionNotOpenError,
    ArchiveHeadMovedError,
    NotFoundError,
    NotPermittedError,
    RecordUnreadableError,
    ValuesError,
)
from forms_service.ports import Services
from forms_service.workflow import upkeep
from forms_service.workflow.add_to_record import NewAddition, add_to_record
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.devices import give_credential
from forms_service.workflow.find import history
from forms_service.workflow.held_envelopes import open_held_envelope, try_again
from forms_service.workflow.permission import Act
from forms_service.workflow.record_versions import load_archived, object_id, store_version
from tests.conftest import archived
from tests.integration.tablet.conftest import BY, Field, hire
from tests.integration.tablet.test_held import FailingArchive
from tests.soft_tablet import signed_paper

TRY = {"tried_at": "2026-11-20T14:10", "channel": "phone", "number": "503-623-9289", "result": "no_answer"}
CALLED = {"bh_contact": [TRY], "bh_called_at": "2026-11-20T14:10"}


def signed_and_sent(field: Field) -> tuple[Record, str]:
    """Archive a paper of the tablet; give its record and its last envelope's digest."""
    for one in field.tablet.blocks(signed_paper(field.services), field.credential):
        field.send(one)
    return field.records()[0], one.digest


def desk(values: dict, services: Services, kind: AdditionKind = AdditionKind.HAND_OVER) -> NewAddition:
    """Give what somebody tells at the desk now."""
    return NewAddition(kind=kind, values=values, at=services.clock.now())


def test_an_addition_becomes_an_act_and_touches_nothing_that_was_signed(field):
    """A new version, the same sealed bytes, the act with the envelope as it came, and the audit entry."""
    record, last = signed_and_sent(field)
    name = object_id(record.record_id)
    before = {one: field.services.archive.read(name, one) for one in field.services.archive.names(name)}
    addition = field.tablet.addition(record.document_id, field.credential, CALLED, names=last)
    receipt = field.send(addition)
    assert (receipt["outcome"], receipt["record_id"]) == ("archived", record.record_id)
    (changed,) = field.records()
    assert (changed.version, changed.sealed_at, changed.values) == (2, record.sealed_at, record.values)
    after = {one: field.services.archive.read(name, one) for one in field.services.archive.names(name)}
    assert {one: after[one] for one in before if one != "record.json"} == {
        one: content for one, content in before.items() if one != "record.json"
    }
    act = json.loads(after["acts/0001.json"])
    assert (act["act"], act["by"], act["addition"]["values"]) == ("add_to_record", field.officer.id, CALLED)
    assert act["sent"]["envelope"] == addition.text
    assert act["sent"]["device_key"]["x"] == field.tablet.jwk["x"]
    told = changed.additions[0]
    assert (told.by_name, told.envelope) == ("Reyes Example", addition.digest)
    assert field.stored(addition).signed == ""
    assert [one.act for one in history(field.services, BY, changed)] == ["complete", "add_to_record"]
    with field.services.database.read() as transaction:
        entry = [one for one in transaction.ledger.audit_entries() if one["act"] == "add_to_record"]
    assert [(one["actor"], one["facts"]) for one in entry] == [
        (field.officer.id, {"version": 2, "what": "hand_over"}),
    ]


def test_additions_wait_for_their_agreement(field):
    """Sent first, both wait; the agreement's last block brings them onto the record, and each is there once."""
    paper = signed_paper(field.services)
    person, officer = field.tablet.blocks(paper, field.credential)
    early = [
        field.tablet.addition(paper.document_id, field.credential, values, names=officer.digest)
        for values in (CALLED, {"bh_arrived_at": "2026-11-20T14:30"})
    ]
    assert {field.send(one)["reason"] for one in early} == {"waits-for-agreement"}
    field.send(person)
    assert field.records() == []
    field.send(officer)
    (record,) = field.records()
    assert [one.envelope for one in record.additions] == [one.digest for one in early]
    assert {field.stored(one).state for one in early} == {"archived"}
    assert {field.send(one)["outcome"] for one in early} == {"held"}  # the first receipt, ever after
    assert field.records() == [record]


def test_the_same_bytes_are_one_act(field):
    """However often they come."""
    record, last = signed_and_sent(field)
    addition = field.tablet.addition(record.document_id, field.credential, CALLED, names=last)
    assert len({field.send_raw(addition) for _ in range(5)}) == 1
    assert field.records()[0].version == 2


def test_what_the_desk_knows_already_is_an_act_when_a_tablet_sends_it(field):
    """The officer told the same at the desk: what the tablet signed is kept nevertheless, before it is called archived."""
    record, last = signed_and_sent(field)
    add_to_record(field.services, field.officer, record.document_id, desk(CALLED, field.services))
    addition = field.tablet.addition(record.document_id, field.credential, CALLED, names=last)
    assert field.send(addition)["outcome"] == "archived"
    assert [one.envelope for one in field.records()[0].additions] == ["", addition.digest]


def test_the_book_is_rebuilt_with_what_was_told(field):
    """Lost, the index comes back equal; a case number given later keeps it, and it keeps the case number."""
    record, last = signed_and_sent(field)
    field.send(field.tablet.addition(record.document_id, field.credential, CALLED, names=last))
    give_case_number(field.services, field.officer, record.document_id, "26-4711", reason="assigned")
    add_to_record(field.services, field.officer, record.document_id, desk({"bh_staff_name": "Dana Wu"}, field.services))
    (told,) = field.records()
    assert (told.version, told.case_number, len(told.additions)) == (4, "26-4711", 2)
    with field.services.database.read() as transaction:
        before = list(transaction.book.dump())
    upkeep.rebuild(field.services, BY)
    with field.services.database.read() as transaction:
        assert list(transaction.book.dump()) == before
    assert upkeep.check(field.services, BY) == []


def test_a_second_officer_goes_on_days_later(field):
    """Whether the contact was recent is judged by when it was told; the act bears the second officer's name."""
    record, last = signed_and_sent(field)
    _, second = hire(field.services, "quill", "officer")
    credential = give_credential(field.services, second, field.tablet.author_request())
    addition = field.tablet.addition(record.document_id, credential, CALLED, names=last)
    field.services.clock.move(days=20)
    assert field.send(addition)["outcome"] == "archived"
    assert field.records()[0].additions[0].by_name == "Quill Example"
    late = field.tablet.addition(record.document_id, credential, {"bh_staff_name": "D"}, at="2026-11-29T14:40:00-08:00")
    assert field.send(late)["reason"] == "waits-for-agreement"
    assert field.stored(late).reason == "addition-not-open"


def test_what_names_another_signing_is_held(field):
    """Also where the paper did not come from a tablet; by its typed id it is taken."""
    record, _ = signed_and_sent(field)
    for document_id in (record.document_id, archived(field.services, BY, "social-referral").document_id):
        other = field.tablet.addition(document_id, field.credential, {"bh_contact": [TRY]}, names="1" * 64)
        assert field.send(other)["reason"] == "addition-names-other"
    assert field.send(field.tablet.addition(record.document_id, field.credential, CALLED))["outcome"] == "archived"


@pytest.mark.parametrize("state", [RecordState.VOID, RecordState.CLOSED, RecordState.SUPERSEDED])
def test_what_is_void_closed_or_superseded_takes_nothing(field, state):
    """A person looks at it; the receipt says no more than of a paper that never came."""
    record, last = signed_and_sent(field)
    changed = put_state(field.services, record, state)
    addition = field.tablet.addition(record.document_id, field.credential, CALLED, names=last)
    receipt = field.send(addition)
    nothing = field.send(field.tablet.addition("LEAD-7Q2F9-KDM3X-3", field.credential, CALLED))
    assert (receipt["outcome"], receipt["reason"]) == (nothing["outcome"], nothing["reason"])
    assert field.stored(addition).reason == "addition-not-open"
    assert field.records() == [changed]
    _, recorder = hire(field.services, "hollis", "records_supervisor")
    with pytest.raises(AdditionNotOpenError):
        add_to_record(field.services, recorder, record.document_id, desk(CALLED, field.services))


def put_state(services: Services, record: Record, state: RecordState) -> Record:
    """Give a record another state, as the act for it will."""
    name = object_id(record.record_id)
    files = {one: services.archive.read(name, one) for one in services.archive.names(name)}
    changed = replace(record, version=record.version + 1, state=state)

    files.pop("record.json")
    return store_version(services, BY, changed, files, act=Act.CLOSE)[0]


def test_who_may_not_add_learns_of_no_record(field):
    """The receipt is the same for a paper that is here and for one that never was."""
    record, _ = signed_and_sent(field)
    with field.services.database.write() as transaction:
        transaction.ledger.put_account(replace(field.account, roles=("template_owner",)))
    papers = (record.document_id, "LEAD-7Q2F9-KDM3X-3")
    sent = [field.tablet.addition(one, field.credential, CALLED) for one in papers]
    assert [field.send(one)["reason"] for one in sent] == ["envelope-not-usable"] * 2
    assert {field.stored(one).detail for one in sent} == {"not-permitted"}


def test_a_record_that_goes_while_it_is_added_to_is_one_that_never_was(field):
    """The archive's head moved, and meanwhile the record ceased to exist for the officer."""
    record, last = signed_and_sent(field)

    class Gone:
        def __init__(self, archive, database) -> None:
            self._archive, self._database = archive, database

        def add_version(self, *given, **more):
            with self._database.write() as transaction:
                transaction.book.clear()
            raise ArchiveHeadMovedError(object_id="x", expected=1, got=2)

        def __getattr__(self, name: str):
            return getattr(self._archive, name)

    field.services = replace(field.services, archive=Gone(field.services.archive, field.services.database))
    addition = field.tablet.addition(record.document_id, field.credential, CALLED, names=last)
    assert field.send(addition)["reason"] == "waits-for-agreement"
    assert field.stored(addition).reason == "addition-not-open"


def test_faults_are_held_for_a_person_who_may_try_again(field):
    """Nothing that was sent is thrown away; what stood against it is named."""
    record, last = signed_and_sent(field)
    wrong = field.tablet.addition(
        record.document_id, field.credential, {"bh_called_at": "2026-11-20T13:00"}, names=last
    )
    assert field.send(wrong)["reason"] == "envelope-not-usable"
    assert field.stored(wrong).detail == "time-out-of-order"
    assert try_again(field.services, field.supervisor, wrong.digest).state == "held"
    held = open_held_envelope(field.services, field.supervisor, wrong.digest)
    assert (held.author, held.content.values) == ("Reyes Example", {"bh_called_at": "2026-11-20T13:00"})
    future = field.tablet.addition(record.document_id, field.credential, CALLED, at="2026-11-21T10:05:01-08:00")
    assert field.send(future)["reason"] == "envelope-not-usable"
    ahead = field.tablet.addition(record.document_id, field.credential, CALLED, at="2026-11-21T10:05:00-08:00")
    assert field.send(ahead)["outcome"] == "archived"


def test_another_act_that_came_between_does_not_stop_it(field):
    """The archive's head moved: it is added to the new one."""
    record, last = signed_and_sent(field)
    moved = [ArchiveHeadMovedError(object_id="x", expected=1, got=2)]
    field.services = replace(field.services, archive=FailingArchive(field.services.archive, moved))
    addition = field.tablet.addition(record.document_id, field.credential, CALLED, names=last)
    assert field.send(addition)["outcome"] == "archived"


def test_somebody_at_the_desk_tells_it_by_the_same_act(services, by):
    """Once, however often the page is sent; the reason an officer gives stands with the rest."""
    record = archived(services, by, "lead-agreement")
    left = {"release_exception": "person_left", "release_exception_text": "He walked off."}
    first = add_to_record(services, by, record.document_id, desk(left, services))
    assert add_to_record(services, by, record.document_id, desk(left, services)) == first
    assert first.version == 2
    copy = desk({"person_copy": "pickup"}, services, AdditionKind.PERSON_COPY)
    assert len(add_to_record(services, by, record.document_id, copy).additions) == 2
    with pytest.raises(ValuesError):
        add_to_record(services, by, record.document_id, desk({"outcome": "completed"}, services))


def test_a_row_that_a_crash_kept_from_being_written_is_written(services, by):
    """The act is in the archive: telling it again gives the row, and makes no second act."""
    record = archived(services, by, "lead-agreement")
    told = add_to_record(services, by, record.document_id, desk(CALLED, services))
    with services.database.write() as transaction:
        transaction.book.put(record)
    assert add_to_record(services, by, record.document_id, desk(CALLED, services)) == told
    with services.database.read() as transaction:
        assert transaction.book.record(record.document_id) == told == load_archived(services, record.record_id)


class Between:
    """An archive in which something comes between, once, after an act is stored or while the head is read."""

    def __init__(self, archive, after: str, what) -> None:
        self._archive, self._after, self._what = archive, after, [what]

    def __getattr__(self, name: str):
        """Give the archive, with what comes between."""
        whole = getattr(self._archive, name)
        if name != self._after:
            return whole

        def then(*given, **more):
            answer = whole(*given, **more)
            if self._what:
                self._what.pop()()
            return answer

        return then


@pytest.mark.parametrize("after", ["add_version", "read"])
def test_a_row_never_goes_back_to_an_older_version(services, by, after):
    """Another act comes between an act's file and its row: the newer row stays, and nothing told is lost from it."""
    record = archived(services, by, "lead-agreement")
    wanted = desk(CALLED, services)
    if after == "read":  # the act is there, the row is not; telling it again writes the row
        add_to_record(services, by, record.document_id, wanted)
        with services.database.write() as transaction:
            transaction.book.put(record)

    def other() -> None:
        add_to_record(services, by, record.document_id, desk({"bh_staff_name": "Dana Wu"}, services))

    add_to_record(replace(services, archive=Between(services.archive, after, other)), by, record.document_id, wanted)
    with services.database.read() as transaction:
        row = transaction.book.record(record.document_id)
    assert row == load_archived(services, record.record_id)
    assert row.version == 3
    assert len(row.additions) == 2


def test_who_may_not_add_is_refused(services, by):
    """A template owner may not; of a record that does not exist for somebody there is none."""
    record = archived(services, by, "lead-agreement")
    _, owner = hire(services, "owner", "template_owner")
    with pytest.raises(NotPermittedError):
        add_to_record(services, owner, record.document_id, desk(CALLED, services))
    _, other = hire(services, "quill", "officer")
    for document_id in (record.document_id, "LEAD-00000-00000-0"):
        with pytest.raises(NotFoundError):
            add_to_record(services, other, document_id, desk(CALLED, services))


def test_a_row_without_its_object_is_the_archives_fault(services, by):
    """Nothing can be added to what is not there."""
    record = archived(services, by, "lead-agreement")
    with services.database.write() as transaction:
        transaction.book.put(replace(record, record_id="0b0e7a52-5b0a-4a77-9d2c-1a2b3c4d5e6f", document_id="SR-X"))
    with pytest.raises(RecordUnreadableError):
        add_to_record(services, by, "SR-X", desk(CALLED, services))


def test_an_envelope_whose_act_is_there_is_only_marked(field):
    """A crash kept row and envelope from being written: the next try finds the act by the envelope's digest."""
    record, last = signed_and_sent(field)
    addition = field.tablet.addition(record.document_id, field.credential, CALLED, names=last)
    field.send(addition)
    (told,) = field.records()
    with field.services.database.write() as transaction:
        transaction.book.put(record)
        kept = replace(field.stored(addition), state="received", signed=addition.text, receipt="")
        transaction.ledger.put_envelope(kept)
    assert field.send(addition)["outcome"] == "archived"
    assert field.records() == [told]
    assert field.stored(addition).record_id == record.record_id
