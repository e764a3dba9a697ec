"""How a person got their copy, told by a tablet: each way becomes an act; a card is one paper's; a link opens the copy."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.archive.pick_up_folder import PickUpFolderOnDisk
from forms_service.domain.addition import AdditionKind
from forms_service.domain.evidence import sha256_hex
from forms_service.errors import CardTakenError
from forms_service.ports import Search
from forms_service.settings.copy_link import CopyLinkSettings
from forms_service.workflow.add_to_record import NewAddition, add_to_record
from forms_service.workflow.copy_link import end_links, fetch_copy, links_of
from forms_service.workflow.find import find
from forms_service.workflow.record_versions import object_id
from forms_service.workflow.upkeep import rebuild, start_up
from tests.conftest import archived
from tests.integration.tablet.conftest import BY, Field
from tests.integration.tablet.test_additions import signed_and_sent
from tests.integration.test_copy_link import KEY, STRANGER, TOKEN, opened

AT = "2026-11-20T14:40"
CARD = "CARD-7Q2F9-KDM3X-3"
GIVEN = {"person_copy": "paper", "person_copy_at": AT}
LINK = {"token_sha256": sha256_hex(TOKEN.encode()), "key": KEY}
BY_LINK = {"person_copy": "sms_link", "person_copy_at": AT, "link": LINK}


@pytest.fixture
def linked(field: Field) -> Field:
    """Give the field where links are on."""
    link = CopyLinkSettings(origin="https://copies.example", days=30, most_fetches=5)
    settings = replace(field.services.settings, copy_link=link)
    return replace(field, services=replace(field.services, settings=settings))


def tell(field: Field, document_id: str, values: dict, **more) -> dict:
    """Send how the person got their copy; give the receipt."""
    return field.send(field.tablet.addition(document_id, field.credential, values, addition="person_copy", **more))


@pytest.mark.parametrize(
    "values",
    [
        GIVEN, {"person_copy": "pickup"}, {"person_copy": "declined", "person_copy_reason": "Did not want paper."},
        {"person_copy": "not_possible", "person_copy_reason": "No printer."},
    ],
)  # fmt: skip
def test_each_way_is_an_act_on_the_record(field: Field, values: dict):
    """With what was told, and nothing of the page touched."""
    record, last = signed_and_sent(field)
    assert tell(field, record.document_id, values, names=last)["outcome"] == "archived"
    [changed] = field.records()
    assert [one.values for one in changed.additions] == [values]
    assert changed.files["agreement.pdf"] == record.files["agreement.pdf"]


def test_a_card_finds_its_record_and_belongs_to_no_other(field: Field):
    """Typed loosely it is kept as printed, found by the desk, also after a rebuild, and a second paper's is held."""
    record, last = signed_and_sent(field)
    assert tell(field, record.document_id, {**GIVEN, "card": "card 7q2f9kdm3x3"}, names=last)["outcome"] == "archived"
    assert [one.values["card"] for one in field.records()[0].additions] == [CARD]
    for _ in range(2):
        assert [one.document_id for one in find(field.services, BY, Search(words=CARD))] == [record.document_id]
        rebuild(field.services, BY)
    other = archived(field.services, field.officer, "social-referral")
    receipt = tell(field, other.document_id, {**GIVEN, "card": CARD})
    assert (receipt["outcome"], receipt["reason"]) == ("held", "card-taken")
    assert tell(field, record.document_id, {**GIVEN, "card": CARD})["outcome"] == "archived"


def test_a_card_stays_taken_when_the_ledger_was_lost(field: Field):
    """The book, which the archive brings back, knows it too."""
    record, last = signed_and_sent(field)
    tell(field, record.document_id, {**GIVEN, "card": CARD}, names=last)
    other = archived(field.services, field.officer, "social-referral")
    with field.services.database.write() as transaction:
        assert transaction.ledger.take_card(CARD, "another") == record.record_id
        assert transaction.book.has_card(CARD, but=other.document_id)
        assert not transaction.book.has_card(CARD, but=record.document_id)
    wanted = NewAddition(
        kind=AdditionKind.PERSON_COPY, values={**GIVEN, "card": CARD}, at=field.services.clock.now()
    )  # fmt: skip
    with pytest.raises(CardTakenError):
        add_to_record(field.services, BY, other.document_id, wanted)


def test_what_is_no_card_is_held_and_said(field: Field):
    """A mistyped one that a tablet let pass would be found by nobody."""
    record, last = signed_and_sent(field)
    receipt = tell(field, record.document_id, {**GIVEN, "card": "CARD-7Q2F9-KDM3X-4"}, names=last)
    assert receipt["outcome"] == "held"
    assert [one.additions for one in field.records()] == [()]


def test_a_link_opens_the_copy_once_the_paper_is_here(linked: Field):
    """Sent with the paper, it gives ciphertext for the key; neither act nor record nor database holds that key."""
    record, last = signed_and_sent(linked)
    assert tell(linked, record.document_id, BY_LINK, names=last)["outcome"] == "archived"
    assert opened(fetch_copy(linked.services, STRANGER, TOKEN))["document_id"] == record.document_id
    [changed] = linked.records()
    assert changed.additions[0].values["link"] == LINK["token_sha256"]
    name = object_id(record.record_id)
    files = {one: linked.services.archive.read(name, one) for one in linked.services.archive.names(name)}
    assert [one for one, content in files.items() if KEY.encode() in content or TOKEN.encode() in content] == []
    database = linked.services.settings.database
    kept = b"".join(file.read_bytes() for file in database.parent.iterdir() if file.is_file())
    assert KEY.encode() not in kept
    assert json.loads(files["acts/0001.json"])["sent"]["envelope"].count(".") == 2


def test_a_link_is_not_made_a_second_time(linked: Field):
    """The same envelope again, after the desk ended the link, brings nothing back."""
    record, last = signed_and_sent(linked)
    addition = linked.tablet.addition(record.document_id, linked.credential, BY_LINK, last, addition="person_copy")
    assert linked.send_raw(addition) == linked.send_raw(addition)
    end_links(linked.services, BY, record.document_id)
    linked.send(addition)
    assert [one.ended_why for one in links_of(linked.services, BY, record)] == ["revoked"]


def test_a_row_that_a_crash_kept_from_being_written_brings_its_link(linked: Field):
    """The archive has the act, the book and the ledger have not: sending once more writes both."""
    record, last = signed_and_sent(linked)
    addition = linked.tablet.addition(record.document_id, linked.credential, BY_LINK, last, addition="person_copy")
    linked.send(addition)
    with linked.services.database.write() as transaction:
        transaction.book.put(record)
        transaction.ledger.drop_copy_links_of(record.record_id)
        stored = transaction.ledger.envelope(addition.digest)
    wanted = NewAddition(
        kind=AdditionKind.PERSON_COPY, values={}, at=linked.services.clock.now(), envelope=stored.digest, link_key=KEY
    )
    add_to_record(linked.services, BY, record.document_id, wanted)
    assert opened(fetch_copy(linked.services, STRANGER, TOKEN))["document_id"] == record.document_id


@pytest.mark.parametrize("goes_on", ["sent again", "started again"])
def test_a_link_that_a_crash_kept_from_being_pushed_is_pushed(linked: Field, tmp_path: Path, goes_on: str):
    """Whichever comes first, the tablet or the next start: nobody waits for the daily upkeep."""
    pick_up = PickUpFolderOnDisk(tmp_path / "copies", lock=tmp_path / "copies.lock")
    pushing = replace(linked, services=replace(linked.services, pick_up=pick_up))
    record, last = signed_and_sent(linked)
    addition = linked.tablet.addition(record.document_id, linked.credential, BY_LINK, last, addition="person_copy")
    linked.send(addition)
    wanted = NewAddition(
        kind=AdditionKind.PERSON_COPY, values={}, at=linked.services.clock.now(), envelope=addition.digest, link_key=KEY
    )
    if goes_on == "sent again":
        add_to_record(pushing.services, BY, record.document_id, wanted)
    else:
        start_up(pushing.services, BY)
    assert pick_up.names() == {LINK["token_sha256"]}


def test_a_link_is_held_where_links_are_off(field: Field):
    """Somebody gives the copy in another way."""
    record, last = signed_and_sent(field)
    receipt = tell(field, record.document_id, BY_LINK, names=last)
    assert (receipt["outcome"], receipt["reason"]) == ("held", "copy-link-off")
