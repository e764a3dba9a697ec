"""What a tablet signed becomes a record, in whatever order it arrives, once."""

from __future__ import annotations

import itertools
import json

from forms_service.domain.record import Mode
from forms_service.workflow.correct import give_case_number
from forms_service.workflow.record_versions import object_id
from tests.soft_tablet import signed_paper


def test_two_blocks_become_one_record(field):
    """The person's block is held half-signed, the officer's archives both; author, mode and evidence are right."""
    paper = signed_paper(field.services)
    person, officer = field.tablet.blocks(paper, field.credential)
    first = field.send(person)
    assert (first["outcome"], first["reason"]) == ("held", "half-signed")
    assert field.records() == []
    last = field.send(officer)
    (record,) = field.records()
    assert (last["outcome"], last["record_id"], last["document_id"]) == (
        "archived",
        record.record_id,
        paper.document_id,
    )
    assert last["digest"] == officer.digest
    assert (record.officer_id, record.mode) == (field.officer.id, Mode.TABLET)
    name = object_id(record.record_id)
    evidence = json.loads(field.services.archive.read(name, "evidence.json"))["sent"]
    assert [one["digest"] for one in evidence["envelopes"]] == [person.digest, officer.digest]
    assert {one["author"] for one in evidence["envelopes"]} == {field.officer.id}
    assert evidence["device"]["id"] == field.tablet.device_id
    kept = json.loads(field.services.archive.read(name, "envelopes.json"))
    assert kept["envelopes"] == [person.text, officer.text]
    assert kept["device_key"]["x"] == field.tablet.jwk["x"]
    assert field.stored(person).signed == field.stored(officer).signed == ""
    assert field.stored(person).record_id == record.record_id


def test_the_order_of_arrival_does_not_matter(field):
    """Four blocks in each of 24 orders make one record, and only the last to arrive is told so."""
    for number, order in enumerate(itertools.permutations(range(4)), start=1):
        paper = signed_paper(field.services, "all-aids", number=number)
        envelopes = field.tablet.blocks(paper, field.credential)
        outcomes = [field.send(envelopes[place])["outcome"] for place in order]
        assert outcomes == ["held", "held", "held", "archived"], order
        assert len(field.records()) == number
        assert not any(field.stored(one).signed for one in envelopes)


def test_a_paper_in_spanish_becomes_a_record(field):
    """The English control lines stand among the lines that were shown."""
    for one in field.tablet.blocks(signed_paper(field.services, "es"), field.credential):
        receipt = field.send(one)
    assert receipt["outcome"] == "archived"
    assert field.records()[0].language == "es"


def test_each_example_becomes_a_record(field):
    """Every manner and aid goes the same way."""
    for number, name in enumerate(("mark", "directed", "guardian", "interpreter", "read-aloud")):
        receipts = [
            field.send(one) for one in field.tablet.blocks(signed_paper(field.services, name), field.credential)
        ]
        assert receipts[-1]["outcome"] == "archived", name
        assert len(field.records()) == number + 1


def test_the_same_bytes_get_the_same_receipt_each_time(field):
    """Ten times before the paper is whole, ten times after, over both blocks: one record, one receipt each."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    first = field.send_raw(person)
    assert {field.send_raw(person) for _ in range(10)} == {first}
    last = field.send_raw(officer)
    assert {field.send_raw(officer) for _ in range(10)} == {last}
    assert {field.send_raw(person) for _ in range(10)} == {first}
    assert len(field.records()) == 1


def test_a_decline_is_counted_once(field):
    """However often it is sent, one person said no once; nothing of it stays but id, digest and receipt."""
    decline = field.tablet.decline()
    assert [field.send(decline)["outcome"] for _ in range(3)] == ["archived"] * 3
    by_rule = field.tablet.decline(rule="R2")
    field.send(by_rule)
    with field.services.database.read() as transaction:
        assert sorted(transaction.ledger.counts()) == [("R2", "2026-11", 1), ("R8", "2026-11", 1)]
    assert field.stored(decline).signed == ""


def test_a_half_signed_paper_is_discarded_with_its_reason(field):
    """The ink goes, the reason stays; the officer's block can not finish it any more."""
    paper = signed_paper(field.services)
    person, officer = field.tablet.blocks(paper, field.credential)
    field.send(person)
    discard = field.tablet.discard(paper, person.digest, field.credential)
    assert field.send(discard)["outcome"] == "archived"
    assert field.stored(person).state == "discarded"
    assert field.stored(person).signed == field.stored(discard).signed == ""
    assert field.send(officer)["reason"] == "blocks-not-open"
    assert field.records() == []
    with field.services.database.read() as transaction:
        (entry,) = [one for one in transaction.ledger.audit_entries() if one["act"] == "discard_signature"]
    assert (entry["actor"], entry["facts"]) == (field.officer.id, {"reason": "person_changed_mind"})


def test_a_discard_may_come_before_what_it_discards(field):
    """It waits, and the block is discarded when it comes."""
    paper = signed_paper(field.services)
    person, _ = field.tablet.blocks(paper, field.credential)
    discard = field.tablet.discard(paper, person.digest, field.credential)
    assert field.send(discard)["reason"] == "waits-for-envelope"
    assert field.send(person)["outcome"] == "archived"
    assert field.stored(person).state == field.stored(discard).state == "discarded"


def test_what_is_archived_can_not_be_discarded(field):
    """The discard is held for a person; the record stands."""
    paper = signed_paper(field.services)
    person, officer = field.tablet.blocks(paper, field.credential)
    field.send(person)
    field.send(officer)
    assert field.send(field.tablet.discard(paper, person.digest, field.credential))["reason"] == "discard-too-late"
    assert len(field.records()) == 1


def test_a_second_officers_block_makes_no_second_record(field):
    """A block that names what was archived with another is held."""
    paper = signed_paper(field.services)
    person, officer = field.tablet.blocks(paper, field.credential)
    again = field.tablet.block(paper, "officer", field.credential, {"person": person.digest})
    for one in (person, officer):
        field.send(one)
    assert field.send(again)["reason"] == "blocks-not-open"
    assert len(field.records()) == 1


def test_a_case_number_given_later_keeps_what_the_tablet_sent(field):
    """A correction carries the envelopes on."""
    for one in field.tablet.blocks(signed_paper(field.services), field.credential):
        field.send(one)
    (record,) = field.records()
    corrected = give_case_number(field.services, field.officer, record.document_id, "26-4711", reason="assigned")
    assert "envelopes.json" in corrected.files
