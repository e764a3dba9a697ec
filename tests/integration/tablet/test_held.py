"""What a tablet sent and can not be archived as it is: held with its reason, never lost, decided by a person."""

from __future__ import annotations

import copy
import uuid
from dataclasses import replace

import pytest

from forms_service.domain.envelope_content import DeclineContent
from forms_service.errors import (
    ArchiveHeadMovedError,
    ArchiveWriteError,
    DeviceUnknownError,
    EnvelopeContentDiffersError,
    EnvelopeIdsDifferError,
    EnvelopeMalformedError,
    EnvelopeSignatureError,
    EnvelopeUnreadableError,
    NotFoundError,
    NotPermittedError,
    UnknownFormError,
)
from forms_service.workflow import judge_envelope
from forms_service.workflow.accounts import disable_account, unlock_account
from forms_service.workflow.devices import give_credential, revoke_device
from forms_service.workflow.form_versions import GRACE, note_form_versions
from forms_service.workflow.held_envelopes import open_held_envelope, settle_envelope, try_again
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.receive_envelope import finish_received, receive_envelope
from tests.integration.tablet.conftest import BY, SOURCE, enrolled, hire
from tests.soft_tablet import SoftTablet, canonical, signed_paper


def needs_of(field, by) -> list[str]:
    """Give the kinds of what waits for somebody."""
    return [one.kind for one in what_needs_me(field.services, by) if one.source == "envelope"]


def changed_last(field, **changes):
    """Send a paper whose last block says something else than it should; give its receipt."""
    paper = signed_paper(field.services)
    person = field.tablet.block(paper, "person", field.credential)
    field.send(person)
    return field.send(field.tablet.block(paper, "officer", field.credential, {"person": person.digest}, **changes))


def test_a_half_signed_paper_is_shown_and_never_counted_as_signed(field):
    """It stands on the desk of whoever settles, once for each paper, with what was sent; nobody else sees it."""
    paper = signed_paper(field.services, "all-aids")
    envelopes = field.tablet.blocks(paper, field.credential)
    for one in envelopes[:3]:
        field.send(one)
    assert needs_of(field, field.supervisor) == ["half-signed"]
    assert needs_of(field, field.officer) == []
    held = open_held_envelope(field.services, field.supervisor, envelopes[0].digest)
    assert (held.device, held.author, held.may_take_up) == ("Car 12", "Reyes Example", False)
    assert held.content.values == paper.facts["values"]
    with pytest.raises(NotPermittedError):
        open_held_envelope(field.services, field.officer, envelopes[0].digest)
    assert field.records() == []


def test_a_held_envelope_is_settled_and_kept_as_it_came(field):
    """It leaves the desk, stays in the ledger, and answers with the same receipt; its paper is not finished by it."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    receipt = field.send_raw(person)
    settle_envelope(field.services, field.supervisor, person.digest)
    assert needs_of(field, field.supervisor) == []
    assert (field.stored(person).state, field.stored(person).signed) == ("settled", person.text)
    assert field.send_raw(person) == receipt
    assert field.send(officer)["reason"] == "blocks-not-open"
    with pytest.raises(NotFoundError):
        settle_envelope(field.services, field.supervisor, person.digest)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"form_digest": "0" * 64}, "form-digest-differs"),
        ({"form": "no-such-form"}, "presented-digest-mismatch"),
        ({"presented_digest": "0" * 64}, "presented-digest-mismatch"),
        ({"lines": [["L-1", "something else"]]}, "presented-digest-mismatch"),
        ({"author": "none"}, "author-not-proved"),
        ({"document_id": "LEAD-7Q2F9-KDM3X-3"}, "envelope-ids-differ"),
        ({"envelope_id": str(uuid.uuid4())}, "envelope-ids-differ"),
        ({"is_last": "yes"}, "envelope-malformed"),
        ({"more": 1}, "envelope-malformed"),
        ({"v": "signature/2"}, "envelope-malformed"),
        ({"names": {"person": "0" * 64}}, "waits-for-blocks"),
        ({"names": {}}, "envelope-not-usable"),
        ({"block": "person"}, "blocks-differ"),
        ({"values": {}}, "blocks-differ"),
        ({"language": "es"}, "presented-digest-mismatch"),
        ({"signed": {}}, "envelope-not-usable"),
    ],
)
def test_a_last_block_that_is_not_right_is_held(field, changes, reason):
    """Each fault has its reason; the answer is a receipt, not a refusal, and nothing is archived."""
    receipt = changed_last(field, **changes)
    assert (receipt["outcome"], receipt["reason"]) == ("held", reason)
    assert field.records() == []


def test_screening_that_contradicts_is_held(field):
    """The answers lead elsewhere: the same refusal as on the web, but what was signed stays."""
    paper = signed_paper(field.services)
    values = {**paper.facts["values"], "supervision_person_crime": "yes"}
    paper = replace(paper, facts={**paper.facts, "values": values})
    receipts = [field.send(one) for one in field.tablet.blocks(paper, field.credential)]
    assert receipts[-1]["reason"] == "screening-contradicts"


def test_values_that_say_no_are_held_and_not_counted(field):
    """Ink under a "no" is looked at by a person; the nameless count is raised by a decline alone."""
    paper = signed_paper(field.services, form="social-referral")
    paper = replace(paper, facts={**paper.facts, "values": {**paper.facts["values"], "may_share_contact": False}})
    receipts = [field.send(one) for one in field.tablet.blocks(paper, field.credential)]
    assert receipts[-1]["reason"] == "envelope-not-usable"
    with field.services.database.read() as transaction:
        assert transaction.ledger.counts() == []


def test_words_that_differ_from_the_values_are_held(field):
    """Lines and digest fit each other, but not what the values say: the server makes the paper anew and compares."""
    paper, other = signed_paper(field.services), signed_paper(field.services)
    values = {**paper.facts["values"], "person_name_as_given": "Somebody Else"}
    paper = replace(other, facts={**other.facts, "values": values})
    receipts = [field.send(one) for one in field.tablet.blocks(paper, field.credential)]
    assert receipts[-1]["reason"] == "presented-digest-mismatch"


def test_a_copied_signature_is_held(field):
    """Strokes that stand in another record come no second time."""
    first, second = signed_paper(field.services), signed_paper(field.services)
    for paper in (first, second):
        receipts = [field.send(one) for one in field.tablet.blocks(paper, field.credential)]
    assert receipts[-1]["reason"] == "strokes-seen-before"
    assert len(field.records()) == 1


def test_another_paper_under_a_number_is_held(field):
    """The number has its record; what else comes under it waits for a person."""
    paper = signed_paper(field.services)
    again = replace(paper, signatures=copy.deepcopy(paper.signatures))
    again.signatures["person"]["strokes"][0][0][1] += 3
    for one in (paper, again):
        receipts = [field.send(envelope) for envelope in field.tablet.blocks(one, field.credential)]
    assert receipts[-1]["reason"] == "document-has-other-content"
    assert len(field.records()) == 1


def test_blocks_of_other_devices_and_kinds_are_no_blocks(field):
    """A last block gathers signatures of its own device only."""
    paper = signed_paper(field.services)
    other = enrolled(field.services, SoftTablet(), "Car 13")
    theirs = other.block(paper, "person", give_credential(field.services, field.officer, other.author_request()))
    field.send(theirs)
    last = field.tablet.block(paper, "officer", field.credential, {"person": theirs.digest})
    assert field.send(last)["reason"] == "blocks-differ"
    discard = field.tablet.discard(paper, "0" * 64, field.credential)
    field.send(discard)
    last = field.tablet.block(paper, "officer", field.credential, {"person": discard.digest})
    assert field.send(last)["reason"] == "blocks-differ"


def test_other_bytes_under_an_id_are_held_and_refused(field):
    """The first keeps its receipt; the other is kept beside it, refused each time, and shown once."""
    paper = signed_paper(field.services)
    person = field.tablet.block(paper, "person", field.credential)
    receipt = field.send_raw(person)
    content = {**paper.facts, "block": "person", "signed": paper.signatures["person"], "presentation": None}
    other = field.tablet.envelope("signature", content, paper.document_id, envelope_id=person.id)
    for _ in range(3):
        with pytest.raises(EnvelopeContentDiffersError):
            field.send_raw(other)
    assert field.send_raw(person) == receipt
    assert sorted(needs_of(field, field.supervisor)) == ["envelope-content-differs", "half-signed"]
    assert field.stored(other).signed == other.text
    assert try_again(field.services, field.supervisor, other.digest).reason == "envelope-content-differs"
    last = field.tablet.block(paper, "officer", field.credential, {"person": other.digest})
    assert field.send(last)["reason"] == "blocks-not-open"
    settle_envelope(field.services, field.supervisor, other.digest)
    with pytest.raises(EnvelopeContentDiffersError):
        field.send_raw(other)


def test_a_revoked_devices_envelopes_are_held_until_a_person_takes_them_up(field):
    """Never to the bin: the supervisor who asked archives them; the record is the officer's."""
    paper = signed_paper(field.services)
    person, officer = field.tablet.blocks(paper, field.credential)
    field.send(person)
    revoke_device(field.services, BY, field.tablet.device_id, "stolen")
    assert field.send(officer)["reason"] == "device-revoked"
    assert open_held_envelope(field.services, field.supervisor, officer.digest).may_take_up
    assert try_again(field.services, field.supervisor, officer.digest).reason == "device-revoked"
    assert try_again(field.services, field.supervisor, officer.digest, take_up=True).state == "archived"
    (record,) = field.records()
    assert record.officer_id == field.officer.id


def test_a_closed_accounts_envelopes_wait_for_a_person_or_the_account(field):
    """Disabled meanwhile: held; opened again: the same envelope is archived by another try."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    disable_account(field.services, BY, field.account.name)
    assert field.send(person)["reason"] == "author-not-active"
    unlock_account(field.services, BY, field.account.name)
    assert try_again(field.services, field.supervisor, person.digest).reason == "half-signed"
    assert field.send(officer)["outcome"] == "archived"


def test_a_closed_accounts_envelope_can_be_taken_up(field):
    """The person decides that the officer was allowed to sign then."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    field.send(person)
    disable_account(field.services, BY, field.account.name)
    assert field.send(officer)["reason"] == "author-not-active"
    assert try_again(field.services, field.supervisor, officer.digest, take_up=True).state == "archived"


def test_an_officer_who_may_not_complete_any_more_is_held(field):
    """Rights are those of today."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    with field.services.database.write() as transaction:
        transaction.ledger.put_account(replace(field.account, roles=("clerk",)))
    field.send(person)
    receipt = field.send(officer)
    assert receipt["reason"] == "envelope-not-usable"
    assert field.stored(officer).detail == "not-permitted"


def test_an_ended_credential_still_names_its_author(field, clock):
    """Thirty days without a sign-in: signed, sent, archived, with the right author."""
    clock.move(days=30)
    for one in field.tablet.blocks(signed_paper(field.services), field.credential):
        receipt = field.send(one)
    assert receipt["outcome"] == "archived"
    assert field.records()[0].officer_id == field.officer.id


def test_a_forged_author_is_held(field):
    """A credential of another device, one made by the tablet itself, a receipt in its place, a person who is gone."""
    other = enrolled(field.services, SoftTablet(), "Car 13")
    elsewhere = give_credential(field.services, field.officer, other.author_request())
    claims = {"sub": f"account:{field.account.id}", "device": field.tablet.device_id}
    own = field.tablet.signed("forms-author+jwt", canonical(claims), kid=field.tablet.keys["receipt"]["kid"])
    receipt = field.services.tablet_keys.receipt(claims)
    gone = field.services.tablet_keys.credential({**claims, "sub": "account:nobody"})
    for forged in (elsewhere, own, receipt, gone, ""):
        envelope = field.tablet.block(signed_paper(field.services), "person", forged)
        assert field.send(envelope)["reason"] == "author-not-proved"
        assert open_held_envelope(field.services, field.supervisor, envelope.digest).author == ""


def test_a_form_that_was_replaced_is_good_for_a_time_of_grace(field, clock, tmp_path):
    """Older versions are archived as signed, for 45 days; later a person takes them up."""
    late = [field.tablet.blocks(signed_paper(field.services, number=number), field.credential) for number in (1, 2)]
    newer = field.services.forms.form("lead-agreement")
    newer = replace(newer, definition=replace(newer.definition, version=2))
    forms = WithNewer(field.services.forms, newer)
    field.services = replace(field.services, forms=forms)
    note_form_versions(field.services)
    clock.move(days=GRACE.days)
    assert [field.send(one)["outcome"] for one in late[0]] == ["held", "archived"]
    clock.move(days=1)
    assert [field.send(one)["reason"] for one in late[1]] == ["half-signed", "form-version-retired"]
    assert try_again(field.services, field.supervisor, late[1][1].digest, take_up=True).state == "archived"


class WithNewer:
    """A form library with one version more."""

    def __init__(self, forms, newer) -> None:
        self._forms, self._newer = forms, newer

    def forms(self):
        """Give every version."""
        return (*self._forms.forms(), self._newer)

    def form(self, name, version=None):
        """Give a version."""
        return self._forms.form(name, version)


def test_a_form_that_is_not_here_is_held(field):
    """A form that no folder holds."""
    paper = signed_paper(field.services)
    field.services = replace(field.services, forms=WithNewer(NoForms(), field.services.forms.form("social-referral")))
    receipts = [field.send(one) for one in field.tablet.blocks(paper, field.credential)]
    assert receipts[-1]["reason"] == "form-unknown"


class NoForms:
    """A form library without forms."""

    def forms(self):
        """Give none."""
        return ()

    def form(self, name, version=None):
        """Refuse."""
        raise UnknownFormError(form=name, known="")


@pytest.mark.parametrize("rule", ["no-such-rule", "R99"])
def test_a_decline_that_names_no_rule_is_held(field, rule):
    """What is counted is what the table can say."""
    assert field.send(field.tablet.decline(rule=rule))["reason"] == "envelope-malformed"
    with field.services.database.read() as transaction:
        assert transaction.ledger.counts() == []


def test_a_decline_that_names_a_paper_is_held(field):
    """It is nameless, or nothing."""
    content = {"form": "lead-agreement", "rule": "person-refused", "month": "2026-11", "author": ""}
    envelope = field.tablet.envelope("decline", content, "LEAD-7Q2F9-KDM3X-3")
    assert field.send(envelope)["reason"] == "envelope-ids-differ"


def test_what_can_not_be_opened_is_held_and_shown_as_far_as_it_can_be(field):
    """Sealed to another key, or no JSON inside."""
    paper = signed_paper(field.services)
    noise = field.tablet.envelope("signature", {}, paper.document_id, raw=b"noise")
    assert field.send(noise)["reason"] == "envelope-malformed"
    foreign = field.tablet.envelope("signature", {}, paper.document_id, sealed="a.b.c.d.e")
    assert field.send(foreign)["reason"] == "envelope-not-opened"
    assert open_held_envelope(field.services, field.supervisor, foreign.digest).content is None
    decline = field.tablet.decline(rule="R99")
    field.send(decline)
    assert open_held_envelope(field.services, field.supervisor, decline.digest).content is None


def test_what_is_no_envelope_of_ours_is_refused_and_not_kept(field):
    """Unreadable, unsigned, of nobody, of another key, another id in the address or inside: nothing is written."""
    good = field.tablet.block(signed_paper(field.services), "person", field.credential)
    stranger = SoftTablet()
    stranger.device_id, stranger.keys = field.tablet.device_id, field.tablet.keys
    forged = stranger.block(signed_paper(field.services), "person", field.credential)
    stranger.device_id = str(uuid.uuid4())
    unknown = stranger.block(signed_paper(field.services), "person", field.credential)
    other_inside = field.tablet.envelope("decline", {}, device_id=str(uuid.uuid4()))
    malformed = field.tablet.envelope("decline", {}, counter=0)
    wrong_kind = field.tablet.signed("forms-check+jws", b"{}")
    cases = [
        (good.id, "", EnvelopeUnreadableError),
        (good.id, "a.b.c", EnvelopeUnreadableError),
        (good.id, wrong_kind, EnvelopeUnreadableError),
        (good.id, good.text[:-8], EnvelopeSignatureError),
        (forged.id, forged.text, EnvelopeSignatureError),
        (unknown.id, unknown.text, DeviceUnknownError),
        (str(uuid.uuid4()), good.text, EnvelopeIdsDifferError),
        (other_inside.id, other_inside.text, EnvelopeIdsDifferError),
        (malformed.id, malformed.text, EnvelopeMalformedError),
    ]
    for envelope_id, text, refusal in cases:
        with pytest.raises(refusal):
            receive_envelope(field.services, SOURCE, envelope_id, text)
    with field.services.database.read() as transaction:
        assert transaction.ledger.links_of(field.tablet.device_id) == []


class FailingArchive:
    """An archive whose writes fail a number of times."""

    def __init__(self, archive, failures) -> None:
        self._archive, self._failures = archive, failures

    def add_version(self, *given, **more):
        """Fail, or write."""
        if self._failures:
            raise self._failures.pop()
        return self._archive.add_version(*given, **more)

    def __getattr__(self, name: str):
        """Give the rest of the archive."""
        return getattr(self._archive, name)


def test_what_broke_on_our_side_goes_on_at_the_next_start(field):
    """The disk is full: refused, kept, on the desk; the next start archives it; the tablet's next try is answered."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    field.send(person)
    whole = field.services
    full = [ArchiveWriteError(name="x", errno="ENOSPC") for _ in range(2)]
    field.services = replace(whole, archive=FailingArchive(whole.archive, full))
    with pytest.raises(ArchiveWriteError):
        field.send(officer)
    assert field.stored(officer).state == "received"
    assert sorted(needs_of(field, field.supervisor)) == ["envelope-not-finished", "half-signed"]
    assert finish_received(field.services, BY) == 0
    assert finish_received(whole, BY) == 1
    assert field.send(officer)["outcome"] == "archived"
    assert len(field.records()) == 1
    assert finish_received(whole, BY) == 0


def test_two_that_archive_at_once_make_one_record(field):
    """Another thread was first: its record is the answer."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    field.send(person)
    moved = [ArchiveHeadMovedError(object_id="x", expected=0, got=1)]
    field.services = replace(field.services, archive=FailingArchive(field.services.archive, moved))
    assert field.send(officer)["outcome"] == "archived"


def test_nothing_waits_under_an_unknown_digest(field):
    """It can be neither opened, tried nor settled."""
    for act in (open_held_envelope, try_again, settle_envelope):
        with pytest.raises(NotFoundError):
            act(field.services, field.supervisor, "0" * 64)


def test_another_officers_session_can_not_take_an_envelope_over(field):
    """Whoever sends, the author is the one whose credential is sealed inside."""
    _, other = hire(field.services, "quill", "officer")
    for one in field.tablet.blocks(signed_paper(field.services), field.credential):
        source = replace(other, source="192.0.2.9")
        receive_envelope(field.services, source, one.id, one.text)
    assert field.records()[0].officer_id == field.officer.id


def test_blocks_of_two_forms_are_no_paper(field):
    """An earlier block that was made from another form's folder is looked at by a person."""
    paper = signed_paper(field.services)
    person = field.tablet.block(paper, "person", field.credential, form_digest="1" * 64)
    field.send(person)
    last = field.tablet.block(paper, "officer", field.credential, {"person": person.digest})
    assert field.send(last)["reason"] == "blocks-differ"


def test_two_threads_count_one_decline_once(field):
    """The second finds, inside its transaction, that the first has counted."""
    decline = field.tablet.decline()
    content = DeclineContent(form="lead-agreement", rule="R2", month="2026-11")
    field.send(decline)
    judge_envelope._count(field.services, SOURCE, field.stored(decline), content)
    with field.services.database.read() as transaction:
        assert transaction.ledger.counts() == [("R8", "2026-11", 1)]


def test_what_became_of_an_envelope_is_not_undone_by_a_slower_thread(field):
    """One archived it, the other would hold it: it stays archived."""
    person, officer = field.tablet.blocks(signed_paper(field.services), field.credential)
    field.send(person)
    before = field.stored(person)
    field.send(officer)
    with field.services.database.write() as transaction:
        judge_envelope._hold(field.services, transaction, SOURCE, before, "blocks-differ")
    assert field.stored(person).state == "archived"


def test_an_envelope_or_device_that_was_never_here_is_a_bug(field):
    """Neither is ever removed: whoever asks for one that is not there has made a mistake."""
    with pytest.raises(RuntimeError):
        judge_envelope.judge_envelope(field.services, SOURCE, "0" * 64)
    decline = field.tablet.decline(rule="R99")
    field.send(decline)
    with field.services.database.write() as transaction:
        transaction.ledger.put_envelope(replace(field.stored(decline), device_id="nobody"))
    with pytest.raises(RuntimeError):
        judge_envelope.judge_envelope(field.services, SOURCE, decline.digest)
    with pytest.raises(RuntimeError):
        open_held_envelope(field.services, field.supervisor, decline.digest)
