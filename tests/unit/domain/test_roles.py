"""Roles: what they allow, what nobody may hold alone, and which records exist for whom."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from forms_service.domain.record import RecordState
from forms_service.domain.roles import Sight, parse_role_table
from forms_service.errors import RoleTableError
from forms_service.settings import ROOT
from tests.integration.archive.samples import record

SHIPPED = tomllib.loads((ROOT / "config" / "roles.toml").read_text("utf-8"))
ONE = record(1, officer_id="account:1", values={"contact_at": "2026-11-20T13:20"})


def test_a_small_department_can_do_everything_and_nobody_everything_alone() -> None:
    """The four positions and an officer leave no act undone, and none of them holds both halves of one."""
    table = parse_role_table(SHIPPED)
    assert table.unstaffed(list(table.positions.values())) == ()
    assert [table.conflicts(held) for held in table.positions.values()] == [()] * 5
    assert set(table.conflicts(table.roles)) == {one.name for one in table.two_persons}


def test_what_a_position_leaves_open_is_named() -> None:
    """Without the city recorder nobody reopens, and the two halves of what needs two people are not both there."""
    table = parse_role_table(SHIPPED)
    staff = [held for name, held in table.positions.items() if name != "city_recorder"]
    assert {"reopen", "read_trail", "destroy", "review_of_administration"} <= set(table.unstaffed(staff))


def test_one_person_with_every_role_is_no_two_people() -> None:
    """Who plays every part in practice still can not do both halves."""
    table = parse_role_table(SHIPPED)
    assert set(table.unstaffed([tuple(table.roles)])) == {one.name for one in table.two_persons}
    assert table.unstaffed([tuple(table.roles)] * 2) == ()


def test_a_role_that_is_no_more_allows_nothing() -> None:
    """A name left in an account after the table changed is worth nothing."""
    assert parse_role_table(SHIPPED).permissions(["former"]) == frozenset()


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("roles", {"roles": {}, "positions": {}, "two_persons": {}}),
        ("roles.odd", {"roles": {**SHIPPED["roles"], "odd": "find"}}),
        ("roles.odd", {"roles": {**SHIPPED["roles"], "odd": []}}),
        ("two_persons.odd", {"two_persons": {"odd": ["find"]}}),
        ("two_persons.odd", {"two_persons": {"odd": ["find", "nothing_of_ours"]}}),
        ("positions.odd", {"positions": {"odd": []}}),
        ("positions.odd", {"positions": {"odd": ["unheard"]}}),
        ("odd", {"positions": {"odd": ["clerk", "supervisor"]}}),
        ("recent_hours", {"recent_hours": 0}),
        ("recent_hours", {"recent_hours": "14"}),
        ("other", {"other": 1}),
    ],
)
def test_a_faulty_table_is_refused_with_the_place(place: str, changes: dict[str, object]) -> None:
    """Each fault names where it stands."""
    with pytest.raises(RoleTableError, match=rf"roles\.toml: {place}: "):
        parse_role_table({**SHIPPED, **changes})


@pytest.mark.parametrize(
    ("sight", "shown"),
    [
        (Sight(), 0),
        (Sight(own="account:1"), 1),
        (Sight(own="account:2"), 0),
        (Sight(contact_since="2026-11-20T13:20"), 1),
        (Sight(contact_since="2026-11-20T13:21"), 0),
        (Sight(everything=True), 1),
        (Sight(closed=True), 0),
    ],
)
def test_a_sight_shows_own_recent_or_every_record(sight: Sight, shown: int) -> None:
    """Any part that holds is enough."""
    assert len(list(filter(sight.shows, [ONE]))) == shown


def test_a_closed_record_needs_the_right_to_see_closed_ones() -> None:
    """Not even to its own officer does it exist."""
    closed = replace(ONE, state=RecordState.CLOSED)
    assert not Sight(own="account:1", everything=True).shows(closed)
    assert Sight(everything=True, closed=True).shows(closed)


def test_a_record_nobody_is_named_for_is_nobodys_own() -> None:
    """Records of the first versions name no officer; an empty name is not theirs."""
    assert not Sight(own="", contact_since="").shows(replace(ONE, officer_id=""))
