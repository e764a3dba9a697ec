"""Permissions: one choke point, roles from the table, and what each position finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forms_service.domain.record import RecordState
from forms_service.domain.roles import RoleTable
from forms_service.errors import (
    DocumentIdMalformedError,
    NotFoundError,
    NotPermittedError,
    OwnRolesError,
    RolesConflictError,
    RolesMissingError,
    RoleTableError,
    RoleUnknownError,
)
from forms_service.ports import Account, Search
from forms_service.workflow import accounts, roles_held
from forms_service.workflow.find import find, open_internal, open_record
from forms_service.workflow.in_force import InForce, ask_in_force
from forms_service.workflow.needs import what_needs_me
from forms_service.workflow.permission import Act, check_role_table, permit
from forms_service.workflow.upkeep import FINDINGS_FACT, export
from tests.conftest import archived, make_services

PASSWORD = "a calm river at noon"  # noqa: S105  # a test's own


@pytest.fixture
def hire(services, by):
    """Give a way to make an account and its actor."""

    def made(name: str, *roles: str):
        wanted = accounts.NewAccount(name=name, password=PASSWORD, full_name=f"{name.title()} Example", roles=roles)
        return roles_held.actor_of(services, accounts.add_account(services, by, wanted), source="192.0.2.1")

    return made


def closed(services, record):
    """Put a record under a court's order, as the book knows it."""
    with services.database.write() as transaction:
        transaction.book.put(replace(record, state=RecordState.CLOSED))


def test_an_officer_sees_own_and_recent_records(services, clock, hire):
    """Another's agreement exists for 14 hours after its contact; one's own always; a clerk sees both."""
    owner, other, clerk = hire("owner", "officer"), hire("other", "officer"), hire("kim", "clerk")
    clock.move(hours=-14)  # the contact was at 13:20
    record = archived(services, owner, "lead-agreement")
    for actor in (owner, other, clerk):
        assert find(services, now_of(services, actor), Search()) == [record]
    clock.move(hours=14)
    assert find(services, now_of(services, other), Search()) == []
    with pytest.raises(NotFoundError):
        open_record(services, now_of(services, other), record.document_id)
    assert open_record(services, now_of(services, owner), record.document_id) == record
    assert find(services, now_of(services, clerk), Search()) == [record]


def now_of(services, actor):
    """Give the actor as a request at this moment has it."""
    with services.database.read() as transaction:
        account = transaction.ledger.account(actor.id.partition(":")[2])
    return roles_held.actor_of(services, account, source=actor.source)


def test_a_closed_record_exists_for_records_supervisors_only(services, by, hire):
    """Search, record, export and needs: nobody else learns of it, not even its officer or the operator."""
    owner, recorder = hire("owner", "officer"), hire("rita", "records_supervisor")
    record = archived(services, owner, "lead-agreement")
    closed(services, record)
    for actor in (owner, hire("kim", "clerk"), hire("sue", "supervisor"), by):
        assert find(services, actor, Search()) == []
        assert what_needs_me(services, actor) == []
        with pytest.raises(NotFoundError):
            open_record(services, actor, record.document_id)
        with pytest.raises(NotFoundError):
            find(services, actor, Search(after=record.document_id))
    assert list(export(services, by)) == []
    assert open_record(services, recorder, record.document_id).state is RecordState.CLOSED
    assert list(export(services, recorder)) != []


def test_the_operator_sees_every_record_but_closed_ones(services, by, hire):
    """The shell finds what an officer signed."""
    record = archived(services, hire("owner", "officer"), "lead-agreement")
    assert find(services, by, Search()) == [record]


def test_screening_is_for_those_whose_role_says_so(services, hire):
    """A clerk reads the record and not its screening; a supervisor both."""
    record = archived(services, hire("owner", "officer"), "lead-agreement")
    with pytest.raises(NotPermittedError, match="view_internal"):
        open_internal(services, hire("kim", "clerk"), record.document_id)
    _, values = open_internal(services, hire("sue", "supervisor"), record.document_id)
    assert "lay_opinion_confirmed" in values


def test_held_things_and_damage_are_told_to_those_who_can_act(services, by, hire):
    """The list of what waits shows nobody what they can do nothing about."""
    with services.database.write() as transaction:
        transaction.ledger.set_fact(FINDINGS_FACT, '[{"name": "a/b"}]')
    assert [need.kind for need in what_needs_me(services, hire("rita", "records_supervisor"))] == ["archive-damaged"]
    assert what_needs_me(services, hire("kim", "clerk")) == []


def test_in_force_answers_with_a_day_and_a_number_and_nothing_else(services, clock, hire):
    """By the id as typed or the code as scanned, for any officer; after the last day as for an unknown number."""
    record = archived(services, hire("owner", "officer"), "lead-agreement")
    clock.move(days=10)
    other = hire("other", "officer")
    answer = ask_in_force(services, other, record.document_id.lower())
    assert (str(answer.until), answer.contact) == ("2027-01-19", "503-623-9289")
    symbols = record.document_id.replace("-", "").removeprefix("LEAD")
    assert ask_in_force(services, other, f"FS1-LEAD/1-{symbols[:10]}{symbols[10]}-1/1") == answer
    with pytest.raises(DocumentIdMalformedError):
        ask_in_force(services, other, "Ana Example")
    with pytest.raises(NotPermittedError):
        ask_in_force(services, hire("ada", "administrator"), record.document_id)
    clock.move(days=60)
    assert ask_in_force(services, other, record.document_id) == InForce()


def test_in_force_says_nothing_of_closed_or_unknown_ones(services, hire):
    """Closed, unknown and without a period: one answer."""
    owner = hire("owner", "officer")
    record = archived(services, owner, "lead-agreement")
    closed(services, record)
    assert ask_in_force(services, owner, record.document_id) == InForce()
    assert ask_in_force(services, owner, "LEAD-7Q2F9-KDM3X-3") == InForce()
    referral = archived(services, owner, "social-referral")
    assert ask_in_force(services, owner, referral.document_id) == InForce()


@pytest.mark.parametrize(
    ("roles", "error"),
    [((), RolesMissingError), (("chief",), RoleUnknownError), (("clerk", "supervisor"), RolesConflictError)],
)
def test_roles_that_nobody_may_hold_are_refused(services, by, hire, roles, error):
    """None at all, unknown ones, and both halves of what two people do: at the start and later."""
    with pytest.raises(error):
        hire("pat", *roles)
    hire("pat", "officer")
    with pytest.raises(error):
        roles_held.change_roles(services, by, "pat", roles)


def test_changed_roles_hold_at_once_and_are_written_down(services, by, hire):
    """The next request has them; nobody changes their own."""
    officer, admin = hire("pat", "officer"), hire("ada", "administrator")
    roles_held.change_roles(services, admin, "pat", roles_held.roles_of_position(services, "clerk"))
    with pytest.raises(NotPermittedError):
        permit(now_of(services, officer), Act.COMPLETE)
    permit(now_of(services, officer), Act.VIEW)
    with pytest.raises(OwnRolesError):
        roles_held.change_roles(services, admin, "ada", ("clerk",))
    with pytest.raises(NotFoundError):
        roles_held.change_roles(services, by, "nobody", ("clerk",))
    with pytest.raises(RoleUnknownError):
        roles_held.roles_of_position(services, "chief")
    with services.database.read() as transaction:
        last = [dict(entry) for entry in transaction.ledger.audit_entries()][-1]
    assert (last["act"], last["facts"]) == ("change_roles", {"before": "officer", "after": "clerk template_owner"})


def test_the_first_account_plays_every_part_in_practice_only(services, tmp_path):
    """With real records the first account makes the others' accounts, and sees no record."""
    assert set(first(services).roles) == set(services.roles.roles)
    real = make_services(tmp_path / "real")
    assert first(replace(real, settings=replace(real.settings, production=True))).roles == ("administrator",)


def first(services) -> Account:
    """Make the first account."""
    code = accounts.first_account_code(services)
    wanted = accounts.NewAccount(name="alex", password=PASSWORD, full_name="Alex Example")
    return accounts.add_first_account(services, accounts.Actor(id="visitor"), code, wanted)


def test_an_unknown_permission_is_refused_at_start():
    """A mistyped name in the table would allow nothing, silently."""
    table = RoleTable(roles={"clerk": frozenset({"veiw"})}, two_persons=(), positions={}, recent_hours=14)
    with pytest.raises(RoleTableError, match="unknown permission veiw"):
        check_role_table(table)
