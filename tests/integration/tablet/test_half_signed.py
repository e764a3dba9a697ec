"""A half-signed paper goes back to its own officer on its own tablet, and to nobody else."""

from __future__ import annotations

import uuid

import pytest

from forms_service.errors import (
    DeviceRevokedError,
    EnvelopeIdsDifferError,
    EnvelopeMalformedError,
    NotFoundError,
    NotPermittedError,
)
from forms_service.workflow.devices import give_credential, revoke_device
from forms_service.workflow.half_signed import give_half_signed
from tests.integration.tablet.conftest import BY, enrolled, hire
from tests.soft_tablet import SoftTablet, signed_paper


@pytest.fixture
def paper(field):
    """Give a paper whose person has signed, and nobody else."""
    paper = signed_paper(field.services)
    assert field.send(field.tablet.block(paper, "person", field.credential))["reason"] == "half-signed"
    return paper


def ask(field, paper, by=None, tablet=None, **changes):
    """Ask for a paper."""
    asked = (tablet or field.tablet).half_signed_request(**{"document_id": paper.document_id, **changes})
    return give_half_signed(field.services, by or field.officer, asked)


def test_it_is_enough_to_finish_the_paper(field, paper):
    """The officer's block made from the answer alone completes and archives the paper."""
    told = ask(field, paper)
    names = {block: one["digest"] for block, one in told["signed"].items()}
    assert (told["document_id"], told["presented_digest"]) == (paper.document_id, paper.facts["presented_digest"])
    assert field.send(field.tablet.block(paper, "officer", field.credential, names))["outcome"] == "archived"
    with pytest.raises(NotFoundError):
        ask(field, paper)


def test_what_the_officer_signed_and_is_held_is_not_given_to_be_signed_again(field, paper):
    """The officer's last block waits for a block that never came: a person decides what becomes of the paper."""
    names = {"person": ask(field, paper)["signed"]["person"]["digest"], "witness": "1" * 64}
    last = field.tablet.block(paper, "officer", field.credential, names)
    assert field.send(last)["reason"] == "waits-for-blocks"
    with pytest.raises(NotFoundError):
        ask(field, paper)


def test_another_officer_another_tablet_and_another_id_get_the_same_answer(field, paper):
    """Nobody learns whether there is such a paper."""
    _, other = hire(field.services, "roe", "officer")
    with pytest.raises(NotFoundError):
        ask(field, paper, by=other)
    with pytest.raises(NotFoundError):
        ask(field, paper, tablet=enrolled(field.services, SoftTablet(), "Car 13"))
    for document_id in ("", "LEAD-0"):
        with pytest.raises(NotFoundError):
            ask(field, paper, document_id=document_id)


def test_a_block_of_an_unproved_author_is_given_to_nobody(field):
    """A credential of another device proves nothing: held as half-signed, and not given."""
    other = enrolled(field.services, SoftTablet(), "Car 13")
    credential = give_credential(field.services, field.officer, other.author_request())
    paper = signed_paper(field.services)
    field.send(field.tablet.block(paper, "person", credential))
    with pytest.raises(NotFoundError):
        ask(field, paper)


def test_a_revoked_tablet_a_clerk_and_a_wrong_request_get_nothing(field, paper):
    """The rights of the credential: a signing role, a trusted device, a request of its own."""
    _, clerk = hire(field.services, "kim", "clerk")
    with pytest.raises(NotPermittedError):
        ask(field, paper, by=clerk)
    with pytest.raises(EnvelopeIdsDifferError):
        ask(field, paper, device_id=str(uuid.uuid4()))
    with pytest.raises(EnvelopeMalformedError):
        ask(field, paper, document_id="x" * 41)
    revoke_device(field.services, BY, field.tablet.device_id, "lost")
    with pytest.raises(DeviceRevokedError):
        ask(field, paper)
