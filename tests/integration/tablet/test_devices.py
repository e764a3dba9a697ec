"""Enrolled tablets: codes, names, what they tell of themselves, and their end."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import pytest

from forms_service import cli
from forms_service.domain.evidence import sha256_hex
from forms_service.errors import (
    DeviceCodeWrongError,
    DeviceKeyRefusedError,
    DeviceLabelError,
    DeviceRevokedError,
    DeviceUnknownError,
    EnvelopeIdsDifferError,
    EnvelopeMalformedError,
    EnvelopeSignatureError,
    EnvelopeUnreadableError,
    NotFoundError,
    NotPermittedError,
    RevokeReasonUnknownError,
    TextHasControlCharactersError,
)
from forms_service.ports import Actor
from forms_service.signin.tablet_keys import TabletKeyFiles
from forms_service.workflow.challenges import ask
from forms_service.workflow.devices import (
    check_in,
    device_and_chain,
    devices_from,
    give_credential,
    rename_device,
    revoke_device,
)
from forms_service.workflow.enrol_device import NewDevice, device_actor, enrol_device, make_code
from forms_service.workflow.find import open_document
from forms_service.workflow.needs import what_needs_me
from tests.integration.tablet.conftest import BY, SOURCE, enrolled, hire
from tests.soft_tablet import SoftTablet, read_signed, signed_paper


def wanted(code: str, tablet: SoftTablet, **changes) -> NewDevice:
    """Give what a tablet brings."""
    return NewDevice(**{"code": code, "key": tablet.jwk, "label": "Car 12", "app_version": "1.0.0", **changes})


def device_of(services, tablet):
    """Give the device of a tablet's key."""
    with services.database.read() as transaction:
        return transaction.ledger.device_with_key(tablet.key.thumbprint())


def test_a_code_enrols_one_tablet_once(services, clock):
    """The key, the name, by whom; the code is nowhere in the ledger, and good for nothing after."""
    _, it = hire(services, "it", "administrator")
    code, tablet = make_code(services, it), SoftTablet()
    device = enrol_device(services, SOURCE, wanted(f" {code[:4]}-{code[4:].lower()} ", tablet, label="  Car   12 "))
    assert (device.label, device.enrolled_by, device.enrolled_at) == ("Car 12", it.id, clock.now())
    assert device_of(services, tablet) == device
    with pytest.raises(DeviceCodeWrongError):
        enrol_device(services, SOURCE, wanted(code, SoftTablet()))
    for file in services.settings.database.parent.iterdir():
        assert code.encode() not in file.read_bytes()


@pytest.mark.parametrize("code", ["", "x", "0" * 16, "Ä" * 16])
def test_a_code_that_is_none_enrols_nothing(services, code):
    """Nobody guesses 80 bits."""
    make_code(services, BY)
    with pytest.raises(DeviceCodeWrongError):
        enrol_device(services, SOURCE, wanted(code, SoftTablet()))


def test_a_code_ends_after_fifteen_minutes(services, clock):
    """One on a screen that somebody forgot opens nothing."""
    code = make_code(services, BY)
    clock.move(minutes=15)
    with pytest.raises(DeviceCodeWrongError):
        enrol_device(services, SOURCE, wanted(code, SoftTablet()))


def test_what_was_asked_for_something_else_enrols_nothing(services):
    """Whoever is asked for a passkey holds no code."""
    asked = ask(services, "use_passkey", "")
    with services.database.write() as transaction:
        transaction.ledger.put_challenge(
            type(asked)(
                **{**{name: getattr(asked, name) for name in asked.__slots__}, "id": sha256_hex(b"device CODE")}
            ),
            services.clock.now(),
        )
    with pytest.raises(DeviceCodeWrongError):
        enrol_device(services, SOURCE, wanted("CODE", SoftTablet()))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"key": None}, DeviceKeyRefusedError), ({"label": " "}, DeviceLabelError), ({"label": "x" * 61}, DeviceLabelError),
        ({"label": "a\u202eb"}, TextHasControlCharactersError), ({"app_version": "x" * 61}, EnvelopeMalformedError),
    ],
)  # fmt: skip
def test_what_can_not_be_used_costs_no_code(services, changes, refusal):
    """The person at the tablet tries again with the same code."""
    code, tablet = make_code(services, BY), SoftTablet()
    with pytest.raises(refusal):
        enrol_device(services, SOURCE, wanted(code, tablet, **changes))
    assert enrol_device(services, SOURCE, wanted(code, tablet))


def test_the_same_key_again_is_the_same_device(services):
    """The answer got lost: another code gives it again; its chain goes on."""
    tablet = enrolled(services, SoftTablet())
    again = enrol_device(services, SOURCE, wanted(make_code(services, BY), tablet, label="Car 13"))
    assert (again.id, again.label) == (tablet.device_id, "Car 13")


def test_a_revoked_key_never_comes_back(services):
    """Its tablet is enrolled with a new key, or not at all; the code is not used up."""
    tablet = enrolled(services, SoftTablet())
    revoke_device(services, BY, tablet.device_id, "lost")
    code = make_code(services, BY)
    with pytest.raises(DeviceRevokedError):
        enrol_device(services, SOURCE, wanted(code, tablet))
    assert enrol_device(services, SOURCE, wanted(code, SoftTablet()))


def test_only_an_administrator_keeps_devices(field):
    """An officer can neither make a code, nor list, rename or revoke; the administrator can."""
    _, it = hire(field.services, "it", "administrator")
    acts = [
        lambda by: make_code(field.services, by),
        lambda by: devices_from(field.services, by, "", 5),
        lambda by: device_and_chain(field.services, by, field.tablet.device_id),
        lambda by: rename_device(field.services, by, field.tablet.device_id, "Car 1"),
        lambda by: revoke_device(field.services, by, field.tablet.device_id, "broken"),
    ]
    for act in acts:
        with pytest.raises(NotPermittedError):
            act(field.officer)
        act(it)


def test_devices_are_listed_by_name_in_pages(services):
    """None is missed and none shown twice, also where two have one name; an unknown beginning is the first page."""
    made = [enrolled(services, SoftTablet(), label).device_id for label in ("Car 2", "Car 1", "Car 2", "Car 3", "Boat")]
    pages, begin = [], "nothing"
    while begin:
        found, begin = devices_from(services, BY, begin, 2)
        pages.append([one.label for one in found])
    assert pages == [["Boat", "Car 1"], ["Car 2", "Car 2"], ["Car 3"]]
    assert len(made) == 5


def test_a_device_is_renamed_and_revoked_once(services, clock):
    """The reason and the time of the first revocation stay."""
    tablet = enrolled(services, SoftTablet())
    assert rename_device(services, BY, tablet.device_id, " Car 7 ").label == "Car 7"
    first = revoke_device(services, BY, tablet.device_id, "stolen")
    clock.move(days=1)
    assert revoke_device(services, BY, tablet.device_id, "other") == first
    assert (first.revoke_reason, first.revoked_by) == ("stolen", BY.id)


def test_what_is_not_there_or_no_reason_is_refused(services):
    """No device, and no word of anybody's own."""
    tablet = enrolled(services, SoftTablet())
    with pytest.raises(RevokeReasonUnknownError):
        revoke_device(services, BY, tablet.device_id, "Bob lost it")
    with pytest.raises(NotFoundError):
        rename_device(services, BY, "nothing", "Car 1")


def test_a_device_looks_in_and_is_told_what_it_must_know(field, clock):
    """Time, forms with digests, what is missing; what it says of itself is kept."""
    clock.move(hours=3)
    told = check_in(field.services, field.tablet.check(app_version="1.1.0", unsent=2, counter=2))
    assert (told.device.app_version, told.device.unsent, told.device.last_seen_at) == ("1.1.0", 2, clock.now())
    digest = field.services.forms.form("lead-agreement").definition.digest
    assert ("lead-agreement", 1, digest) in told.forms
    assert told.chain.missing == ((1, 2),)
    assert told.device.lost == 0
    assert device_of(field.services, field.tablet) == told.device


def test_a_revoked_device_is_told_so(field):
    """It looks in like any other, and wipes what it holds of others' cases."""
    revoke_device(field.services, BY, field.tablet.device_id, "replaced")
    assert check_in(field.services, field.tablet.check()).device.revoked_at is not None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"unsent": -1}, EnvelopeMalformedError), ({"counter": "1"}, EnvelopeMalformedError),
        ({"app_version": "x" * 61}, EnvelopeMalformedError), ({"device_id": str(uuid.uuid4())}, EnvelopeIdsDifferError),
        ({"more": 1}, EnvelopeMalformedError),
    ],
)  # fmt: skip
def test_a_word_of_a_device_that_is_not_right_is_refused(field, changes, refusal):
    """Nothing is taken down."""
    before = device_of(field.services, field.tablet)
    with pytest.raises(refusal):
        check_in(field.services, field.tablet.check(**changes))
    assert device_of(field.services, field.tablet) == before


def test_nobody_speaks_for_a_device(field):
    """Another key, a device that is not enrolled, another kind of message."""
    other = SoftTablet()
    other.device_id = field.tablet.device_id
    with pytest.raises(EnvelopeSignatureError):
        check_in(field.services, other.check())
    other.device_id = str(uuid.uuid4())
    with pytest.raises(DeviceUnknownError):
        check_in(field.services, other.check())
    with pytest.raises(EnvelopeUnreadableError):
        check_in(field.services, field.tablet.author_request())


def test_a_lost_envelope_is_shown_within_one_sync(field):
    """Three were made, the second is nowhere: on the desk of whoever keeps the devices, on the page, in the trail."""
    _, it = hire(field.services, "it", "administrator")
    first, lost, third = (
        field.tablet.block(signed_paper(field.services), "person", field.credential) for _ in range(3)
    )
    field.send(first)
    field.send(third)
    assert [one.kind for one in what_needs_me(field.services, it)] == ["device-gap"]
    check_in(field.services, field.tablet.check(unsent=1))
    assert what_needs_me(field.services, it) == []
    check_in(field.services, field.tablet.check(unsent=0))
    (need,) = what_needs_me(field.services, it)
    assert (need.kind, need.object_id) == ("device-gap", field.tablet.device_id)
    device, chain, maker = device_and_chain(field.services, it, field.tablet.device_id)
    assert (device.lost, chain.missing, maker) == (1, ((2, 2),), BY.id)
    with field.services.database.read() as transaction:
        entries = [one for one in transaction.ledger.audit_entries() if one["act"] == "receive_envelope"]
    assert [one["facts"].get("chain") for one in entries] == [None, "gap"]
    field.send(lost)
    assert what_needs_me(field.services, it) == []


def test_a_repeat_and_a_fork_are_shown_and_refuse_nothing(field):
    """A tablet whose storage was put back signs under an old number: the ink is kept, the fault is shown."""
    _, it = hire(field.services, "it", "administrator")
    field.send(field.tablet.block(signed_paper(field.services), "person", field.credential))
    counter, previous = field.tablet.counter, field.tablet.previous
    field.send(field.tablet.block(signed_paper(field.services), "person", field.credential))
    field.tablet.counter, field.tablet.previous = counter, previous
    assert field.send(field.tablet.block(signed_paper(field.services), "person", field.credential))["outcome"] == "held"
    field.tablet.previous = "0" * 64
    field.send(field.tablet.block(signed_paper(field.services), "person", field.credential))
    _, chain, _ = device_and_chain(field.services, it, field.tablet.device_id)
    assert (chain.repeated, chain.broken) == ((2,), (3,))
    with field.services.database.read() as transaction:
        entries = [one for one in transaction.ledger.audit_entries() if one["act"] == "receive_envelope"]
    assert [one["facts"].get("chain") for one in entries] == [None, None, "repeat", "fork"]
    assert "device-gap" in [one.kind for one in what_needs_me(field.services, it)]


def test_a_credential_names_its_officer_to_one_device(field, clock):
    """The facts that forms print, this device, three days; given in the trail."""
    claims = read_signed(field.credential, field.tablet.keys["receipt"])
    assert claims == {
        "iss": field.services.settings.origin, "sub": field.officer.id, "device": field.tablet.device_id,
        "name": "Reyes Example", "badge": "214", "phone": "", "iat": int(clock.now().timestamp()),
        "exp": int(clock.now().timestamp()) + 72 * 3600,
    }  # fmt: skip
    with field.services.database.read() as transaction:
        (entry,) = [one for one in transaction.ledger.audit_entries() if one["act"] == "sign_offline"]
    assert (entry["actor"], entry["object_id"]) == (field.officer.id, field.tablet.device_id)


def test_a_credential_is_for_those_who_sign_on_a_trusted_device(field):
    """Not for a clerk, not for a revoked device, not for a message that names another."""
    _, clerk = hire(field.services, "kim", "clerk")
    with pytest.raises(NotPermittedError):
        give_credential(field.services, clerk, field.tablet.author_request())
    with pytest.raises(EnvelopeIdsDifferError):
        give_credential(field.services, field.officer, field.tablet.author_request(device_id=str(uuid.uuid4())))
    revoke_device(field.services, BY, field.tablet.device_id, "lost")
    with pytest.raises(DeviceRevokedError):
        give_credential(field.services, field.officer, field.tablet.author_request())


def test_no_name_stands_in_the_trail_of_a_tablet(field):
    """Ids and digests only, whatever was sent."""
    paper = signed_paper(field.services)
    person, officer = field.tablet.blocks(paper, field.credential)
    field.send(person)
    field.send(officer)
    with field.services.database.read() as transaction:
        told = json.dumps([one["facts"] for one in transaction.ledger.audit_entries()])
    assert str(paper.facts["values"]["person_name_as_given"]) not in told
    assert "Car 12" not in told


def test_a_device_may_do_nothing_else(field):
    """Whoever holds its key reads no record."""
    for one in field.tablet.blocks(signed_paper(field.services), field.credential):
        field.send(one)

    by: Actor = device_actor(field.tablet.device_id, SOURCE)
    with pytest.raises(NotPermittedError):
        open_document(field.services, by, field.records()[0].document_id)


def test_new_keys_are_used_from_the_next_start_and_the_old_ones_open(field, capsys):
    """The shell makes them and the trail names them; what was sealed before is archived after."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    first = field.send(person)
    before = field.services.tablet_keys.public_keys()
    assert cli.run(lambda: field.services, ["tablet", "new-keys"]) == 0
    said = capsys.readouterr().out
    settings = field.services.settings
    keys = TabletKeyFiles(settings.envelope_keys, settings.receipt_keys)
    assert keys.public_keys() != before
    assert all(one["kid"] in said for one in keys.public_keys().values())
    field.services = replace(field.services, tablet_keys=keys)
    field.tablet.keys = keys.public_keys()
    assert field.send(officer)["outcome"] == "archived"
    assert field.send(person) == first  # the same words, under the key that the tablet knows now
    assert set(settings.secret_files) >= {settings.envelope_keys, settings.receipt_keys}
