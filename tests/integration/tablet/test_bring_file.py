"""A tablet's file of unsent envelopes: taken by the envelopes' own door, told one by one, and harmless a second time."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from forms_service import cli
from forms_service.errors import (
    NotPermittedError,
    OfficeBusyError,
    OfficeError,
    OfficeFailedError,
    OfficeMissingError,
    OfficeTimedOutError,
    SealFailedError,
    UnsentFileUnreadableError,
)
from forms_service.ports import Renderer, Sealer
from forms_service.workflow.bring_file import (
    MOST_ENVELOPE_BYTES,
    MOST_ENVELOPES,
    MOST_FILE_BYTES,
    Outcome,
    bring_file,
    receipts_file,
)
from forms_service.workflow.devices import revoke_device
from tests.integration.tablet.conftest import BY, Field, enrolled
from tests.soft_tablet import Envelope, SoftTablet, signed_paper


def entry(one: Envelope, **changes: object) -> dict[str, object]:
    """Write an entry as the tablet does."""
    return {
        "envelope_id": one.id,
        "counter": 1,
        "digest": one.digest,
        "state": "unsent",
        "envelope": one.text,
        **changes,
    }


def file_of(*entries: object, **changes: object) -> bytes:
    """Write a file as the tablet does."""
    content = {"v": "unsent/1", "device_id": "d", "exported_at": 1_800_000_000_000, "envelopes": list(entries)}
    return json.dumps({**content, **changes}).encode()


def became(field: Field, *entries: object) -> list[tuple[str, str]]:
    """Bring a file and give outcome and reason of each entry."""
    return [(str(one.outcome), one.slug) for one in bring_file(field.services, field.supervisor, file_of(*entries))]


def entries_of_trail(field: Field) -> list:
    """Give the trail's entries that are about a file."""
    with field.services.database.read() as transaction:
        return [one for one in transaction.ledger.audit_entries() if one["object_kind"] == "file"]


def test_a_whole_paper_is_archived_and_the_receipts_are_those_of_the_door(field: Field):
    """The person's envelope, alone half-signed, counts as archived once the officer's is taken too."""
    envelopes = field.tablet.blocks(signed_paper(field.services), field.credential)
    content = file_of(*map(entry, envelopes))
    brought = bring_file(field.services, field.supervisor, content)
    assert [(one.place, one.outcome, one.slug) for one in brought] == [
        (1, Outcome.ARCHIVED, ""),
        (2, Outcome.ARCHIVED, ""),
    ]
    assert len(field.records()) == 1
    told = json.loads(receipts_file(field.services, field.supervisor, [one.digest for one in envelopes]))
    assert told["v"] == "receipts/1"
    facts = [field.read(receipt) for receipt in told["receipts"]]
    assert [(one["envelope_id"], one["digest"]) for one in facts] == [(one.id, one.digest) for one in envelopes]
    assert told["receipts"] == [field.send_raw(one) for one in envelopes], "the door gives the same"


def test_the_same_file_again_changes_nothing(field: Field):
    """It is told the same, and no second record is made."""
    content = file_of(*map(entry, field.tablet.blocks(signed_paper(field.services), field.credential)))
    first = bring_file(field.services, field.supervisor, content)
    assert bring_file(field.services, field.supervisor, content) == first
    assert len(field.records()) == 1


def test_one_bad_entry_stops_no_other(field: Field):
    """Each is refused with the slug of its door; what is good is archived, what is half is held."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    half, _ = field.tablet.blocks(signed_paper(field.services, number=3), field.credential)
    strange = SoftTablet()
    strange.device_id, strange.keys = "5f0e3c52-4f7a-4c42-9f3e-0c8b8ddf4a11", field.tablet.keys
    unknown = strange.decline()
    forged = replace(person, text=person.text[:-8] + "AAAAAAAA")
    told = became(
        field, entry(person), "no entry", entry(forged), entry(unknown), entry(half), entry(officer, envelope_id=person.id),
        entry(officer, envelope_id=7), entry(officer, envelope="é"), entry(officer, envelope="x" * (MOST_ENVELOPE_BYTES + 1)),
        entry(officer),
    )  # fmt: skip
    assert told == [
        ("archived", ""), ("refused", "envelope-unreadable"), ("refused", "envelope-signature-wrong"),
        ("refused", "device-unknown"), ("held", "half-signed"), ("refused", "envelope-ids-differ"),
        ("refused", "envelope-ids-differ"), ("refused", "envelope-unreadable"), ("refused", "envelope-unreadable"),
        ("archived", ""),
    ]  # fmt: skip
    assert len(field.records()) == 1


def test_other_bytes_under_a_known_id_are_kept_and_refused(field: Field):
    """As at the door: a person compares the two, and there is no receipt for the second."""
    first = field.tablet.decline()
    field.send(first)
    second = field.tablet.envelope("decline", {"form": "lead-agreement", "rule": "person-refused", "month": "2026-10", "author": ""}, envelope_id=first.id)  # fmt: skip
    [one] = bring_file(field.services, field.supervisor, file_of(entry(second)))
    assert (one.outcome, one.slug) == (Outcome.REFUSED, "envelope-content-differs")
    assert one.stored
    assert json.loads(receipts_file(field.services, field.supervisor, [one.stored.digest]))["receipts"] == []


def test_what_a_revoked_tablet_saved_is_held(field: Field):
    """A person decides; the tablet may let go."""
    envelope = field.tablet.decline()
    revoke_device(field.services, BY, field.tablet.device_id, "stolen")
    assert became(field, entry(envelope)) == [("held", "device-revoked")]
    assert len(json.loads(receipts_file(field.services, field.supervisor, [envelope.digest]))["receipts"]) == 1


class BrokenSealer:
    """A sealer whose key's token was pulled out."""

    def __init__(self, real: Sealer) -> None:
        self.real = real

    def __getattr__(self, name: str):
        """Give what does not seal as it is."""
        return getattr(self.real, name)

    def seal(self, *_: object, **__: object):
        """Fail."""
        raise SealFailedError(problem="no token")


def test_what_breaks_here_is_told_as_not_yet_and_taken_the_next_time(field: Field):
    """A seal that fails keeps the envelope without a receipt; brought again, it is archived."""
    envelopes = field.tablet.blocks(signed_paper(field.services), field.credential)
    whole = field.services
    field.services = replace(whole, sealer=BrokenSealer(whole.sealer))
    told = became(field, *map(entry, envelopes))
    assert told == [("held", "half-signed"), ("not_yet", "seal-failed")]
    field.services = whole
    assert became(field, *map(entry, envelopes)) == [("archived", ""), ("archived", "")]


class AwayOffice:
    """A renderer whose LibreOffice does not make the page now."""

    def __init__(self, real: Renderer, error: OfficeError) -> None:
        self.real, self.error = real, error

    def __getattr__(self, name: str):
        """Give what does not render as it is."""
        return getattr(self.real, name)

    def render(self, *_: object, **__: object):
        """Fail."""
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        OfficeMissingError(needed_by="x"), OfficeBusyError(retry_after_seconds=3), OfficeTimedOutError(seconds=30),
        OfficeFailedError(problem="it ended"),
    ],
    ids=lambda error: error.slug,
)  # fmt: skip
def test_what_libreoffice_did_not_make_is_kept_and_taken_the_next_time(field: Field, error: OfficeError):
    """It passes by itself: no person is asked, the tablet gets no receipt and sends it again."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    whole = field.services
    field.services = replace(whole, renderer=AwayOffice(whole.renderer, error))
    field.send(person)
    with pytest.raises(OfficeError) as told:
        field.send(officer)
    assert told.value is error
    assert (field.stored(officer).state, field.stored(officer).receipt) == ("received", "")
    assert became(field, entry(officer)) == [("not_yet", error.slug)]
    field.services = whole
    assert field.send(officer)["outcome"] == "archived"


HOSTILE = {
    "nothing": b"",
    "no text": b"\xff\xfe",
    "no JSON": b"{",
    "nested too deep": b"[" * 200_000,
    "a list": b"[]",
    "another kind": file_of({}, v="receipts/1"),
    "no list": file_of(envelopes="x"),
    "none in it": file_of(),
    "too many": file_of(*[{}] * (MOST_ENVELOPES + 1)),
    "a number of 5,000 digits": b'{"v": ' + b"1" * 5000 + b"}",
    "too large": b" " * (MOST_FILE_BYTES + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_file_of_a_tablet_is_refused_whole(field: Field, name: str):
    """With one slug, and nothing is taken or noted."""
    with pytest.raises(UnsentFileUnreadableError) as told:
        bring_file(field.services, field.supervisor, HOSTILE[name])
    assert told.value.slug == "unsent-file-unreadable"
    assert entries_of_trail(field) == []


def test_a_damaged_file_never_breaks_the_door(field: Field):
    """300 seeded damages: refused whole, or told one by one; nothing else is ever raised, nothing is doubled."""
    chance = random.Random(5)  # noqa: S311  # seeded, so that a failure comes again
    content = file_of(*map(entry, field.tablet.blocks(signed_paper(field.services), field.credential)))
    outcomes = set()
    for _ in range(300):
        hurt = bytearray(content)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(hurt))
            hurt[at : at + chance.choice((0, 1, 40))] = chance.choice(
                (b"", b"\x00", b'"', b"{", b"}", b"]", b"x", b"\xff")
            )
        try:
            outcomes |= {one.outcome for one in bring_file(field.services, field.supervisor, bytes(hurt))}
        except UnsentFileUnreadableError:
            outcomes.add("unreadable")
    assert {Outcome.REFUSED, "unreadable"} <= outcomes
    assert len(field.records()) <= 1
    assert [one.outcome for one in bring_file(field.services, field.supervisor, content)] == [Outcome.ARCHIVED] * 2
    assert len(field.records()) == 1


def test_the_trail_names_who_brought_what(field: Field):
    """The file by its digest with its size, each envelope under the tablet; the receipts that were taken away."""
    envelope = field.tablet.decline()
    content = file_of(entry(envelope))
    bring_file(field.services, field.supervisor, content)
    receipts = receipts_file(field.services, field.supervisor, [envelope.digest, "0" * 64])
    brought, taken = entries_of_trail(field)
    assert (brought["actor"], brought["facts"]) == (field.supervisor.id, {"what": "file", "bytes_in": len(content)})
    assert (taken["actor"], taken["facts"]) == (field.supervisor.id, {"what": "receipts", "bytes_out": len(receipts)})


def test_only_who_settles_held_things_may(field: Field):
    """An officer carries no file for another."""
    with pytest.raises(NotPermittedError):
        bring_file(field.services, field.officer, file_of(entry(field.tablet.decline())))
    with pytest.raises(NotPermittedError):
        receipts_file(field.services, field.officer, [])


def test_the_shell_takes_a_file_and_writes_the_receipts(field: Field, tmp_path, capsys):
    """A line for each envelope; 1 while something is not taken."""
    file, receipts = tmp_path / "forms-unsent-2026-11-28.json", tmp_path / "receipts.json"
    other = enrolled(field.services, SoftTablet(), "Car 7")
    good, strange = field.tablet.decline(), replace(other.decline(), text="x")
    file.write_bytes(file_of(entry(good)))
    assert cli.run(lambda: field.services, ["tablet", "receive", str(file), "--receipts", str(receipts)]) == 0
    assert capsys.readouterr().out == f"1 archived - {good.id}\n"
    [receipt] = json.loads(receipts.read_bytes())["receipts"]
    assert field.read(receipt)["envelope_id"] == good.id
    file.write_bytes(file_of(entry(strange), entry(good)))
    assert cli.run(lambda: field.services, ["tablet", "receive", str(file)]) == 1
    assert capsys.readouterr().out == f"1 refused envelope-unreadable -\n2 archived - {good.id}\n"
